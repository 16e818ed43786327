"""What people text back: how they confirm, and what they are answered, which is nearly nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from fangxun.core.journal import Event
from fangxun.core.level import Level
from fangxun.core.page import How, Page, PageState
from fangxun.core.plan import Channel, Contact, Group, Ladder, LevelPlan, Plan, Step, Wave
from fangxun.store import district as district_store
from fangxun.store import pages as page_store
from tests.scenario.room import Room
from tests.scenario.test_replies import OTHER, share_a_phone

WHO, OFFICER = "jian-changming", "he-lixia"
OWN = Step(Contact.PERSON, Channel.SMS, 1, timedelta(minutes=10))


def officials_alone(plan: Plan) -> Plan:
    """A raise pages nobody else."""
    entry = LevelPlan(Level.BLUE, (Wave((Group.OFFICIALS,)),), Ladder((OWN,)))
    return replace(plan, levels=(entry,), responses=())


def theirs(room: Room, person: str) -> list[Page]:
    """The pages of a person, by their numbers."""
    with room.store.read() as tx:
        return [page for page in page_store.latest(tx)[::-1] if page.person == person]


def raised(room: Room, *places: str) -> list[Page]:
    """Each of these is raised; the pages of the one official who answers for them."""
    room.plan(officials_alone)
    for place in places:
        room.raised(place, Level.ORANGE)
    return theirs(room, WHO)


@pytest.mark.parametrize(
    "form",
    ["1", "1。", "{0}", "{0}。", "{0}   ", "“{0}”", "「{0}」", "回复{0}", "收到{0}", " {0}\n",
     "收到", "收到。", "「收到」", "收到  ", "ＯＫ", "好的"],
)  # fmt: skip
def test_a_confirmation_in_any_form_confirms_and_is_not_answered(room: Room, form: str) -> None:
    (page,) = raised(room, "nanjian")
    room.expect(WHO)
    room.forward(seconds=30)
    room.reply(WHO, form.format(room.code(WHO, page.id)))
    after = room.stands(page.id)
    assert (after.state, after.how, after.confirmed_by) == (PageState.CONFIRMED, How.REPLY, WHO)
    room.forward(hours=1)


def test_a_code_in_full_width_digits_confirms(room: Room) -> None:
    page = room.page(WHO)
    room.expect(WHO)
    wide = room.code(WHO, page).translate({ord("0") + n: 0xFF10 + n for n in range(10)})
    room.reply(WHO, wide)
    assert room.stands(page).state is PageState.CONFIRMED


def test_several_codes_in_one_text_confirm_those_and_no_other(room: Room) -> None:
    """Three pages, two codes, and one that is nobody's."""
    pages = []
    for number in range(3):
        pages.append(room.page(WHO, f"第{number}件事"))
        room.forward(seconds=1)
    room.sms.taken.clear()
    first, second, third = (room.code(WHO, page) for page in pages)
    room.reply(WHO, f"{first}、{third} 99999")
    states = [room.stands(page).state for page in pages]
    assert states == [PageState.CONFIRMED, PageState.OPEN, PageState.CONFIRMED]
    room.reply(WHO, second)


def test_who_confirms_again_is_told_so_once(room: Room) -> None:
    """By word or by code; a third time there is silence."""
    (page,) = raised(room, "nanjian")
    room.expect(WHO)
    room.reply(WHO, "收到")
    first = room.stands(page.id)
    for again in ("收到", room.code(WHO, page.id), "收到"):
        room.forward(minutes=1)
        room.reply(WHO, again)
    order = room.expect(WHO, "已经确认过")
    assert order.number == room.phones[WHO][0]
    assert room.stands(page.id) == first
    room.forward(hours=1)


def test_whoever_confirms_something_new_is_not_told_of_the_old(room: Room) -> None:
    raised(room, "nanjian")
    room.expect(WHO)
    room.reply(WHO, "收到")
    room.raised("nanjian", Level.RED)
    room.expect(WHO)
    room.reply(WHO, "收到")
    assert [page.state for page in theirs(room, WHO)] == [PageState.CONFIRMED] * 2
    room.forward(hours=1)


def test_five_texts_that_nobody_understands_get_one_hint(room: Room) -> None:
    """It says how to confirm; the page stays open; after a day there may be another."""
    page = room.page(WHO)
    room.expect(WHO)
    for text in ("什么?", "在哪", "我2小时后到", "???", "你是谁"):
        room.reply(WHO, text)
    room.expect(WHO, "没有看懂", "收到")
    assert room.stands(page).state is PageState.OPEN
    room.reply(WHO, "收到")
    assert room.left == []
    room.now += timedelta(hours=24, seconds=1)
    room.settle()
    room.sms.taken.clear()
    again = room.page(WHO, "第二件事")
    room.expect(WHO)
    room.reply(WHO, "什么?")
    room.expect(WHO, "没有看懂")
    room.reply(WHO, "收到")
    assert room.stands(again).state is PageState.CONFIRMED


def test_a_code_that_is_nobody_s_gets_the_hint_while_his_own_page_is_open(room: Room) -> None:
    """Who mistypes it would believe that he has confirmed."""
    page = room.page(WHO)
    room.expect(WHO)
    room.reply(WHO, "987")
    room.expect(WHO, "没有看懂")
    room.reply(WHO, "收到")
    room.reply(WHO, "987")
    assert room.stands(page).state is PageState.CONFIRMED


def test_who_was_asked_for_nothing_gets_no_hint(room: Room) -> None:
    """A private text to the duty room's number is not answered by a machine."""
    room.reply(WHO, "周末吃饭吗")
    room.phones["stranger"] = ["+8610000009999"]
    room.reply("stranger", "什么?")
    room.forward(hours=1)
    assert room.told(Event.NOTICE_QUEUED) == []


def test_hints_come_out_of_the_notices_share_and_leave_the_storm_its_own(room: Room) -> None:
    room.plan(lambda plan: replace(plan, notice_share=0))
    room.page(WHO)
    room.expect(WHO)
    room.reply(WHO, "什么?")
    assert room.told(Event.NOTICE_QUEUED) == ["exhausted"]
    room.reply(WHO, "收到")


def marks(room: Room) -> list[bool]:
    """Which of his numbers take no texts any more."""
    with room.store.read() as tx:
        district = district_store.applied(tx)
    assert district is not None
    return [phone.invalid for p in district.people if p.id == WHO for phone in p.phones]


def test_stop_takes_the_number_out_with_an_alarm_and_start_brings_it_back(room: Room) -> None:
    """Texts go to his other number meanwhile; calls to the first are not touched. Any other word
    from it brings it back as well: he is there."""
    room.ladder(OWN)
    room.reply(WHO, "退订")
    assert (marks(room), room.alarms()) == ([True, False], ["number_invalid"])
    room.forward(seconds=31)
    room.expect(OFFICER, "号码短信已不通(STOP)")
    room.page(WHO)
    room.expect(WHO, number=2)
    room.reply(WHO, "收到", number=2)
    room.reply(WHO, "START")
    assert (marks(room), room.alarms()) == ([False, False], [])
    assert (room.told(Event.NUMBER_INVALID), room.told(Event.NUMBER_MENDED)) == (
        ["STOP"],
        ["heard_of"],
    )
    room.forward(seconds=1)
    room.page(WHO, "第二件事")
    room.expect(WHO, "第二件事")
    room.reply(WHO, "收到")
    room.forward(hours=3)


def test_stop_of_every_number_makes_him_unreachable_and_the_ladder_goes_on_at_once(
    room: Room,
) -> None:
    """His leader is told in the same instant."""
    for number in (1, 2):
        room.reply(WHO, "STOP", number=number)
    page = room.page(WHO)
    told = [who for who, text in room.left if "未能发到" in text]
    assert told
    assert WHO not in told
    assert "no_number" in room.told(Event.STEP_SKIPPED)
    room.reply(told[0], "收到")
    assert room.stands(page).state is PageState.COVERED
    room.sms.taken.clear()
    room.reply(WHO, "START", number=1)
    assert room.alarms() == ["number_invalid"], "the other one is still marked"
    room.reply(WHO, "START", number=2)
    assert room.alarms() == []


def test_a_1_from_a_shared_phone_confirms_where_one_alone_was_told_and_stop_is_both_s(
    room: Room,
) -> None:
    share_a_phone(room)
    page = room.page(OTHER)
    room.expect(OTHER)
    room.forward(seconds=5)
    room.reply(OTHER, "1")
    assert room.stands(page).confirmed_by == OTHER
    room.reply(OTHER, "STOP")
    assert room.told(Event.NUMBER_INVALID) == ["STOP", "STOP"]
    assert room.alarms() == ["number_invalid", "number_invalid"]
    room.reply(OTHER, "START")
    assert room.alarms() == []
