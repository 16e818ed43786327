"""What has ended sends nothing more: neither its texts nor the alarms about it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from fangxun.core import alarm
from fangxun.core.errors import Refused
from fangxun.core.level import Level
from fangxun.core.page import AttemptState, How, Page, PageKind, PageState
from fangxun.core.plan import Duty, Group, Owed, Plan
from fangxun.engine import acknowledge, acts, alarms, cycle
from fangxun.gateways.base import Accepted, InDoubt, NotSent, Order, Outcome
from fangxun.store import incidents, outbox
from fangxun.store import pages as page_store
from tests import beginnings
from tests.scenario.room import Room

WHO, LEADER = "jian-changming", "liu-wenqiao"


def unreached(room: Room) -> int:
    """A page that nobody has answered, and its alarm rings."""
    page = room.page(WHO)
    while room.stands(page).state is not PageState.UNREACHED:
        room.forward(seconds=30)
    assert room.alarms() == ["unreached"]
    room.sms.taken.clear()
    return page


def test_a_late_confirmation_ends_the_alarm_that_he_does_not_answer(room: Room) -> None:
    """Nobody is sent to the door of somebody who is on his way."""
    page = unreached(room)
    room.reply(WHO, "收到")
    assert room.stands(page).state is PageState.CONFIRMED
    assert room.alarms() == []
    room.forward(hours=3)


def test_whoever_takes_over_ends_it_too(room: Room) -> None:
    """He knows that the other is silent."""
    page = unreached(room)
    with room.store.read() as tx:
        told = {attempt.contact for attempt in outbox.of_page(tx, [page])} - {WHO}
    acts.relay(room.store, page, by=min(told), told="电话", said="我去", act=room.by("zhu-xiaoman"))
    room.settle()
    assert room.stands(page).state is PageState.COVERED
    assert room.alarms() == []


def test_the_alarm_about_one_page_does_not_end_with_another_whose_number_begins_alike(
    room: Room,
) -> None:
    """Page 1 is not page 10."""
    with room.store.write() as tx:
        for number in (1, 10):
            item = Page(
                number, PageKind.PAGE, f"h/{number}", room.now, PageState.OPEN, Level.RED,
                person=WHO, cause="x",
            )  # fmt: skip
            alarms.open_for(room.parts, tx, alarm.unreached(item), now=room.now)
        alarms.end(tx, [alarm.unreached_cause(1)], now=room.now)
        left = [p.cause for p in page_store.open_pages(tx)]
    assert left == ["unreached:10"]


def owing(room: Room) -> int:
    """Somebody of an extra post has confirmed, and has not come in time: its alarm rings."""
    duty = Duty(Owed.ARRIVED, tuple(Group), timedelta(minutes=5))
    room.plan(lambda plan: with_duty(plan, duty))
    room.raised("nanjian", Level.ORANGE)
    room.sms.taken.clear()
    with room.store.read() as tx:
        (page,) = [p for p in page_store.open_pages(tx) if p.person == WHO]
    room.reply(WHO, room.code(WHO, page.id))
    room.forward(minutes=6)
    assert "not_arrived" in room.alarms()
    room.sms.taken.clear()
    return page.id


def with_duty(plan: Plan, duty: Duty) -> Plan:
    """Every level asks for that alone."""
    levels = tuple(replace(level, duties=(duty,)) for level in plan.levels)
    return replace(plan, levels=levels)


def test_who_is_seen_to_arrive_late_ends_the_alarm_about_it(room: Room) -> None:
    """By whatever way it is seen."""
    page = owing(room)
    acts.meet(room.store, page, Owed.ARRIVED, act=room.by("zhu-xiaoman"))
    room.settle()
    assert "not_arrived" not in room.alarms()
    room.sms.taken.clear()


def test_a_stand_down_ends_unreached_pages_and_every_alarm_of_the_incident(room: Room) -> None:
    """The storm is over: nobody goes to a door for it."""
    district = replace(beginnings.example(), gauges=())
    acts.apply_district(room.store, district, act=room.by("admin"))
    room.raised("nanjian", Level.BLUE)
    room.forward(minutes=20)
    assert "unreached" in room.alarms()
    acts.lower_by_hand(room.store, "nanjian", act=room.by("zhu-xiaoman"))
    room.forward(hours=2)
    with room.store.read() as tx:
        (incident,) = incidents.open_incidents(tx)
    acts.stand_down(room.store, incident.id, act=room.by(LEADER))
    room.settle()
    with room.store.read() as tx:
        states = {p.state for p in page_store.latest(tx, incident=incident.id)}
    assert not states & {PageState.OPEN, PageState.UNREACHED}
    assert "unreached" not in room.alarms()
    room.sms.taken.clear()
    room.forward(hours=3)
    assert [text for _who, text in room.left if "未叫醒" in text or "上门" in text] == []
    room.sms.taken.clear()


def confirmed_meanwhile(room: Room, outcome: Outcome) -> None:
    """He says on the telephone that he knows, while the request is under way; it ends so."""

    def answer(_order: Order) -> Outcome:
        room.sms.answer = lambda order: Accepted(f"P-{order.attempt}")
        with room.store.read() as tx:
            (page,) = page_store.open_pages(tx, person=WHO)
        acts.relay(
            room.store, page.id, by=WHO, told="电话", said="知道", act=room.by("zhu-xiaoman")
        )
        return outcome

    room.sms.answer = answer


@pytest.mark.parametrize("outcome", [NotSent("unreached", "refused"), InDoubt("time-out")])
def test_what_did_not_leave_before_he_confirmed_does_not_leave_after(
    room: Room, outcome: Outcome
) -> None:
    """Neither the text itself, nor the copy of one in doubt."""
    confirmed_meanwhile(room, outcome)
    page = room.page(WHO)
    room.forward(minutes=2)
    assert room.stands(page).state is PageState.CONFIRMED
    assert len(room.sent_for(page)) == 1


def test_who_confirms_while_the_daemon_is_down_gets_no_copy_of_what_was_being_sent(
    room: Room,
) -> None:
    """The row is in doubt at the start, and its page is over."""
    page = acts.send_page(room.store, WHO, "江边塌方", act=room.by("zhu-xiaoman")).id
    cycle.cycle(room.parts, now=room.now)
    with room.store.write() as tx:
        outbox.claim(tx, now=room.now, limit=10)
    acts.relay(room.store, page, by=WHO, told="电话", said="知道", act=room.by("zhu-xiaoman"))
    room.restart()
    room.forward(minutes=2)
    assert room.stands(page).state is PageState.CONFIRMED
    assert [attempt.state for attempt in room.sent_for(page)] == [AttemptState.IN_DOUBT]


def test_what_waits_for_somebody_unreached_still_leaves(room: Room) -> None:
    """The gateway was down while his ladder climbed; his late word counts, so he is told."""
    room.sms.answer = lambda _order: NotSent("unreached", "refused")
    page = room.page(WHO)
    room.forward(minutes=15)
    assert room.stands(page).state is PageState.UNREACHED
    room.sms.answer = lambda order: Accepted(f"P-{order.attempt}")
    room.forward(minutes=2)
    room.expect(WHO, "江边塌方")
    room.sms.taken.clear()


def test_who_arrives_is_texted_no_more(room: Room) -> None:
    """What waits in the outbox for his page is taken back."""
    room.sms.answer = lambda _order: NotSent("unreached", "refused")
    room.plan(lambda plan: with_duty(plan, Duty(Owed.ARRIVED, tuple(Group), timedelta(minutes=60))))
    room.raised("nanjian", Level.ORANGE)
    with room.store.read() as tx:
        (page,) = [p for p in page_store.open_pages(tx) if p.person == WHO]
    with room.store.write() as tx:
        acknowledge.meet(tx, page, by=WHO, how=How.REPLY, reason="test", now=room.now)
    assert [attempt.state for attempt in room.sent_for(page.id)] == [AttemptState.WITHDRAWN]
    room.sms.answer = lambda order: Accepted(f"P-{order.attempt}")


def test_an_alarm_cannot_be_said_to_have_arrived(room: Room) -> None:
    """It has no person who could; it stays until somebody confirms it."""
    room.free = 80_000_000
    room.forward(seconds=1)
    with room.store.read() as tx:
        (ringing,) = page_store.open_pages(tx)
    for owed in Owed:
        with pytest.raises(Refused):
            acts.meet(room.store, ringing.id, owed, act=room.by("zhu-xiaoman"))
    assert room.stands(ringing.id).state is PageState.OPEN
    room.sms.taken.clear()
