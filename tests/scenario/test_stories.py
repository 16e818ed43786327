"""Stories of one night each: what people, gateways and the roster do while pages climb."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from fangxun.core.journal import Event
from fangxun.core.level import Level
from fangxun.core.page import AttemptState, Blame, Closing, How, Page, PageState
from fangxun.core.plan import Channel, Contact, Group, Ladder, LevelPlan, Plan, Step, Wave
from fangxun.core.roster import Role
from fangxun.engine import acts
from fangxun.gateways.base import NotSent, Refused
from fangxun.store import pages as page_store
from tests import beginnings
from tests.scenario.room import Phones, Room

WHO, DEPUTY = "jian-changming", "quan-shishang"
OTHER, OTHERS_DEPUTY = "jian-beifeng", "xue-manshan"
MINUTE = timedelta(minutes=1)
OWN = Step(Contact.PERSON, Channel.SMS, 1, 2 * MINUTE)
SECOND = replace(OWN, number=2)


def only(room: Room, *groups: Group, ladder: tuple[Step, ...] = (OWN,)) -> None:
    """From now on a raise of any level pages these groups and proposes nothing."""

    def change(plan: Plan) -> Plan:
        entry = LevelPlan(Level.BLUE, (Wave(groups),), Ladder(ladder))
        return replace(plan, levels=(entry,), responses=())

    room.plan(change)


def pages(room: Room, person: str = "") -> list[Page]:
    """The pages of people, or of one, by their numbers."""
    with room.store.read() as tx:
        found = page_store.latest(tx)[::-1]
    return [page for page in found if page.person and person in {"", page.person}]


def standing(room: Room, role: Role, unit: str = "fxb") -> str:
    """Who is on watch now."""
    with room.store.read() as tx:
        view = room.parts.lookout.look(tx, now=room.now)
    assert view is not None
    return next(s.person for s in view.standing if (s.unit, s.role) == (unit, role))


def no_alarms(room: Room) -> None:
    """What the watch is told of the machine is no part of the story."""
    room.sms.taken = [order for order in room.sms.taken if "告警" not in order.text]


def test_every_person_confirms_for_himself(room: Room) -> None:
    """One of two has answered: only the other's ladder climbs."""
    only(room, Group.OFFICIALS, ladder=(OWN, SECOND))
    for place in ("nanjian", "beijian"):
        room.raised(place, Level.ORANGE)
    room.expect(WHO)
    room.expect(OTHER)
    room.reply(WHO, "收到")
    room.forward(minutes=2)
    room.expect(OTHER, number=2)
    room.reply(OTHER, "收到", number=2)
    room.forward(hours=1)


def test_undelivered_on_his_last_number_calls_the_deputy_at_once(room: Room) -> None:
    to_deputy = replace(OWN, contact=Contact.DEPUTY)
    only(room, Group.OFFICIALS, ladder=(OWN, to_deputy))
    room.raised("nanjian", Level.ORANGE)
    room.receipt(room.expect(WHO), AttemptState.UNDELIVERED, "30003")
    room.expect(DEPUTY, "未能发到", "设法通知")
    room.reply(DEPUTY, "收到")
    (page,) = pages(room)
    assert (page.state, page.confirmed_by) == (PageState.COVERED, DEPUTY)
    room.forward(seconds=31)
    no_alarms(room)


def test_a_text_that_the_provider_rejects_is_followed_by_a_call_at_once() -> None:
    exchange = Phones("exchange", [Channel.VOICE], two_way=False)
    room = Room(more=[exchange])
    room.sms.answer = lambda _order: Refused("30007", "filtered", Blame.TEXT)
    room.ladder(OWN, replace(OWN, channel=Channel.VOICE))
    page = room.page(WHO)
    (order,) = exchange.taken
    assert (order.number, order.channel) == (room.phones[WHO][0], Channel.VOICE)
    assert room.stands(page).state is PageState.OPEN
    room.store.close()


def test_an_outage_of_three_minutes_and_then_exactly_one_text(room: Room) -> None:
    """One number and one step, so that whatever comes twice is a fault."""
    room.ladder(replace(OWN, wait=10 * MINUTE))
    taken = room.sms.answer
    room.sms.answer = lambda _order: NotSent("connect", "refused")
    room.page(WHO)
    room.forward(minutes=3)
    assert room.left == []
    room.sms.answer = taken
    room.forward(minutes=2)
    room.expect(WHO, "江边塌方")
    room.reply(WHO, "收到")
    no_alarms(room)
    room.forward(hours=1)
    no_alarms(room)


def test_a_gateway_dead_for_an_hour_is_an_alarm_and_nothing_stale_is_sent_after_it(
    room: Room,
) -> None:
    """Half an hour is the useful life of a text; the page is unreached meanwhile."""
    room.ladder(OWN)
    taken = room.sms.answer
    room.sms.answer = lambda _order: NotSent("connect", "refused")
    page = room.page(WHO)
    room.forward(minutes=60)
    assert room.stands(page).state is PageState.UNREACHED
    assert {"gateway_dead", "unreached"} <= set(room.alarms())
    room.sms.answer = taken
    room.forward(minutes=30)
    assert WHO not in {who for who, text in room.left if "江边塌方" in text}
    assert [text for _who, text in room.left if "未能发到" in text or "项告警" in text]
    room.sms.taken.clear()


def test_red_leaves_before_blue_that_has_waited_longer(room: Room) -> None:
    """A gateway that was down has a flood to send."""
    only(room, Group.OFFICIALS, Group.UNIT_WATCH)
    taken = room.sms.answer
    room.sms.answer = lambda _order: NotSent("429", "slow down", 30)
    for place in ("nanjian", "beijian", "xiayun", "yingyue"):
        room.raised(place, Level.BLUE)
    room.raised("shangyun", Level.RED)
    red = {page.person for page in pages(room) if page.level is Level.RED}
    room.sms.answer = taken
    room.forward(minutes=1)
    first = [who for who, _text in room.left][: len(red)]
    assert set(first) == red
    assert len(room.left) > len(red)
    room.sms.taken.clear()


def test_a_third_identical_text_in_a_day_goes_to_the_next_step_instead(room: Room) -> None:
    """Providers reject it; the ladder does not wait for that."""
    room.ladder(OWN, OWN, OWN, SECOND)
    room.page(WHO)
    room.forward(minutes=2)
    for _ in range(2):
        room.expect(WHO)
    room.forward(minutes=2, seconds=1)
    room.expect(WHO, number=2)
    assert room.told(Event.STEP_SKIPPED) == ["identical"]
    room.reply(WHO, "收到", number=2)
    room.forward(hours=1)


def test_the_leader_who_is_the_duty_officer_is_paged_once(room: Room) -> None:
    """Two posts, one person, one obligation; his own ladder does not call him as his leader."""
    officer = standing(room, Role.DUTY_OFFICER)
    district = beginnings.example()
    table = tuple(
        replace(entry, person=officer) if entry.post == "fxb-leader" else entry
        for entry in district.roster.table
    )
    roster = replace(district.roster, table=table)
    acts.apply_district(room.store, replace(district, roster=roster), act=room.by("admin"))
    room.settle()
    assert standing(room, Role.LEADER) == officer
    room.sms.taken.clear()
    only(room, Group.DUTY_ROOM, Group.LEADERS, ladder=(OWN, replace(OWN, contact=Contact.LEADER)))
    room.raised("nanjian", Level.ORANGE)
    assert Counter(who for who, _text in room.left)[officer] == 1
    assert len(pages(room, officer)) == 1
    room.sms.taken.clear()


def test_a_site_that_joins_at_red_pages_its_own_people_and_the_others_for_it_alone(
    room: Room,
) -> None:
    """The town's officials have confirmed the town; they are asked for the gully, and once."""
    only(room, Group.OFFICIALS)
    room.raised("shangyun", Level.RED)
    room.expect("yun-chuxiu", "上云镇", "红色")
    room.reply("yun-chuxiu", "收到")
    room.raised("jiazi-gully", Level.RED)
    room.expect("gu-huiyin", "甲子沟")
    assert "上云镇" not in room.expect("yun-chuxiu", "甲子沟").text
    for who in ("gu-huiyin", "yun-chuxiu"):
        room.reply(who, "收到")
    assert {page.state for page in pages(room)} == {PageState.CONFIRMED}
    room.forward(hours=1)


def test_at_eight_the_incoming_watch_is_paged_and_the_outgoing_is_relieved(room: Room) -> None:
    """The storm does not wait for the hand-over."""
    room.now += timedelta(hours=4, minutes=59)  # one minute to eight in Beijing
    room.settle()
    room.sms.taken.clear()
    only(room, Group.DUTY_ROOM, ladder=(replace(OWN, wait=60 * MINUTE),))
    room.raised("nanjian", Level.ORANGE)
    outgoing = standing(room, Role.DUTY_OFFICER)
    room.expect(outgoing, "南涧镇")
    room.sms.taken.clear()
    room.forward(minutes=1)
    incoming = standing(room, Role.DUTY_OFFICER)
    assert incoming != outgoing
    room.expect(incoming, "南涧镇", "橙色")
    (old,), (new,) = pages(room, outgoing), pages(room, incoming)
    assert (old.state, old.closing) == (PageState.CLOSED, Closing.RELIEVED)
    assert new.level is Level.ORANGE
    room.sms.taken.clear()


def test_to_china_over_a_gateway_that_closes_replies_and_links_neither_is_asked_for(
    room_with_link: Room,
) -> None:
    """Twilio's own pages: no two-way SMS, texts with links are blocked; the duty room relays."""
    room = room_with_link
    room.sms.abilities = replace(room.sms.abilities, no_reply_prefixes=("+86",))
    only(room, Group.OFFICIALS)
    room.raised("nanjian", Level.ORANGE)
    order = room.expect(WHO, "南涧镇", "向值班室确认")
    (page,) = pages(room)
    for absent in ("回复", "https://", "确认1", "1确认"):
        assert absent not in order.text
    acts.relay(room.store, page.id, by=WHO, told="phone", said="on my way", act=room.by("he-lixia"))
    after = room.stands(page.id)
    assert (after.state, after.how) == (PageState.CONFIRMED, How.RELAYED)
    room.forward(hours=1)


def test_several_pages_in_one_text_are_all_confirmed_by_one_word(room: Room) -> None:
    """And a code confirms its own alone."""
    only(room, Group.LEADERS)
    by = room.by("zhu-xiaoman")
    for place in ("nanjian", "beijian", "xiayun"):
        acts.raise_by_hand(room.store, place, Level.ORANGE, act=by)
    room.settle()
    leader = standing(room, Role.LEADER)
    room.expect(leader, "3处预警", "回复收到确认全部")
    first, *others = pages(room, leader)
    room.reply(leader, room.code(leader, first.id))
    assert [room.stands(page.id).state for page in others] == [PageState.OPEN] * 2
    room.reply(leader, "收到")
    assert {page.state for page in pages(room, leader)} == {PageState.CONFIRMED}
    room.sms.taken.clear()


@pytest.mark.parametrize("words", [["收到"], ["1", "2"], ["1 2"]])
def test_the_duty_officer_who_wakes_late_ends_the_alarm_and_the_rounds(
    room: Room, words: list[str]
) -> None:
    """Two pages go unreached while he sleeps: he is told of both, in rounds, until he answers, for
    both or for each."""
    room.ladder(OWN)
    officer = standing(room, Role.DUTY_OFFICER)
    for person in (WHO, OTHER):
        room.page(person)
    room.forward(minutes=20)
    told = [text for who, text in room.left if who == officer]
    assert [text for text in told if "2项告警" in text or "无人应答" in text]
    assert room.alarms() == ["unreached", "unreached"]
    for word in words:
        assert room.alarms()
        room.reply(officer, word)
    assert room.alarms() == []
    room.sms.taken.clear()
    room.forward(hours=3)
