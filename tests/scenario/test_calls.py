"""A step by telephone: the whole message, then a key; whatever else a call comes to goes on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from fangxun.core.journal import Event
from fangxun.core.level import Level
from fangxun.core.page import AttemptState, How, PageState
from fangxun.core.plan import Channel, Contact, Step
from fangxun.engine import acts
from fangxun.engine.acts import Act
from fangxun.store import pages as page_store
from tests import beginnings
from tests.scenario.lines import CALL, MINUTE, SECOND, SMS, WHO, Lines


def test_a_key_pressed_on_a_call_confirms_by_the_person_called(lines: Lines) -> None:
    """SMS, a minute, then a call; nothing climbs after the key."""
    room = lines.room
    room.ladder(SMS, CALL, SECOND)
    page = room.page(WHO)
    room.expect(WHO, "江边塌方", "回复")
    room.forward(seconds=60)
    order = lines.rings(WHO, "江边塌方")
    assert order.text.startswith("这里是云溪")
    assert "回复" not in order.text
    assert "1" not in order.text
    assert (order.channel, order.language) == (Channel.VOICE, "zh_CN")
    lines.press(order)
    stands = room.stands(page)
    assert (stands.state, stands.how, stands.confirmed_by) == (
        PageState.CONFIRMED, How.KEY_PRESS, WHO,
    )  # fmt: skip
    assert room.told(Event.KEY_PRESSED) == ["key_press"]
    assert room.told(Event.PAGE_CONFIRMED) == ["key_press"]
    room.forward(hours=1)


@pytest.mark.parametrize("code", ["busy", "no-answer", "no-key", "canceled", "failed"])
def test_a_call_that_was_not_confirmed_moves_on_at_once(lines: Lines, code: str) -> None:
    """Busy, unanswered, or answered by voicemail: the second number rings in the same instant."""
    room = lines.room
    room.ladder(CALL, SECOND)
    page = room.page(WHO)
    lines.event(lines.rings(WHO), AttemptState.UNDELIVERED, code)
    lines.press(lines.rings(WHO, number=2))
    assert room.stands(page).state is PageState.CONFIRMED
    assert room.alarms() == []


def test_a_call_that_rings_and_is_answered_goes_on_waiting(lines: Lines) -> None:
    """Nothing moves before it has ended."""
    room = lines.room
    room.ladder(CALL, SECOND)
    room.page(WHO)
    order = lines.rings(WHO)
    lines.event(order, AttemptState.SENT)
    room.forward(seconds=59)
    assert lines.exchange.taken == []
    lines.press(order)
    room.forward(hours=1)


def test_a_key_counts_although_the_end_of_the_call_overtook_it(lines: Lines) -> None:
    """One call too many, but the page is confirmed."""
    room = lines.room
    room.ladder(CALL, SECOND)
    page = room.page(WHO)
    order = lines.rings(WHO)
    lines.event(order, AttemptState.UNDELIVERED, "no-key")
    lines.rings(WHO, number=2)
    lines.press(order)
    assert room.stands(page).state is PageState.CONFIRMED
    room.forward(hours=1)


def test_a_key_press_told_twice_is_taken_once(lines: Lines) -> None:
    room = lines.room
    room.ladder(CALL)
    page = room.page(WHO)
    order = lines.rings(WHO)
    lines.press(order)
    first = room.stands(page)
    room.forward(minutes=1)
    lines.press(order)
    assert room.stands(page) == first
    assert len(room.told(Event.KEY_PRESSED)) == 1


def test_a_country_that_calls_cannot_reach_is_passed_over_with_its_reason(lines: Lines) -> None:
    """Calls to +86 are closed over that gateway: the next step comes at once."""
    room = lines.room
    closed = frozenset({(Channel.VOICE, "+86")})
    lines.exchange.abilities = replace(lines.exchange.abilities, closed_to=closed)
    room.ladder(CALL, SMS)
    room.page(WHO)
    room.expect(WHO)
    assert room.told(Event.STEP_SKIPPED) == ["country_closed"]
    room.reply(WHO, "收到")


def test_whoever_stands_in_is_told_who_does_not_answer_and_his_key_covers(lines: Lines) -> None:
    room = lines.room
    room.ladder(CALL, Step(Contact.LEADER, Channel.VOICE, 1, MINUTE))
    room.raised("nanjian", Level.ORANGE)
    first = lines.rings(WHO, "南涧镇")
    lines.event(first, AttemptState.UNDELIVERED, "no-answer")
    instead = next(o for o in lines.exchange.taken if "未应答" in o.text and "南涧镇" in o.text)
    assert "回复" not in instead.text
    with room.store.read() as tx:
        page = next(p for p in page_store.open_pages(tx) if p.person == WHO)
    lines.press(instead)
    assert room.stands(page.id).state is PageState.COVERED
    lines.clear()


def test_one_call_tells_of_two_places_and_its_key_confirms_both(lines: Lines) -> None:
    room = lines.room
    room.ladder(CALL)
    for place in ("nanjian", "beijian"):
        acts.raise_by_hand(
            room.store, place, Level.ORANGE, act=Act("zhu-xiaoman", "rain", room.now)
        )
    room.settle()
    both = [order for order in lines.exchange.taken if "2处预警" in order.text]
    assert both
    with room.store.read() as tx:
        before = {p.id: p for p in page_store.open_pages(tx)}
    for order in both:
        assert "南涧镇" in order.text
        assert "北涧乡" in order.text
        lines.press(order)
    done = [p for p in before if room.stands(p).how is How.KEY_PRESS]
    assert len(done) == 2 * len(both)
    lines.clear()


def test_an_alarm_is_confirmed_by_a_key(lines: Lines) -> None:
    """By whoever of the watch was called."""
    room = lines.room
    last = Step(Contact.LAST_RESORT, Channel.VOICE, 1, MINUTE)
    room.ladder(Step(Contact.DUTY_OFFICER, Channel.VOICE, 1, MINUTE), last, alarm=True)
    room.free = 80_000_000
    room.forward(seconds=1)
    (order,) = lines.exchange.taken
    assert "仅剩80MB" in order.text
    lines.exchange.taken.clear()
    lines.press(order)
    assert room.alarms() == []
    room.forward(hours=2)


def test_the_third_call_in_five_minutes_is_placed_as_the_first_was(lines: Lines) -> None:
    """A text that is identical to two others is rejected by providers; a call is not."""
    room = lines.room
    room.ladder(CALL, CALL, CALL)
    page = room.page(WHO)
    for _ in range(3):
        lines.event(lines.rings(WHO), AttemptState.UNDELIVERED, "no-answer")
    assert room.stands(page).state is PageState.UNREACHED
    assert "identical" not in room.told(Event.STEP_SKIPPED)
    room.settle()
    room.forward(seconds=31)
    room.sms.taken = [order for order in room.sms.taken if "无人应答" not in order.text]


def test_a_number_that_cannot_be_called_still_gets_texts_until_it_is_mended(lines: Lines) -> None:
    """The mark is the channel's; the alarm says which, and ends when somebody has mended it."""
    room = lines.room
    room.ladder(CALL, SMS)
    page = room.page(WHO)
    lines.event(lines.rings(WHO), AttemptState.FAILED, "sip-404", dead=True)
    room.expect(WHO)
    assert "number_invalid" in room.alarms()
    room.reply(WHO, "收到")
    assert room.stands(page).state is PageState.CONFIRMED
    room.forward(seconds=31)
    officer = next(order for order in room.sms.taken if "号码" in order.text)
    assert "电话已不通" in officer.text
    room.sms.taken.remove(officer)
    room.ladder(CALL)
    room.now += timedelta(seconds=1)
    room.page(WHO)
    lines.press(lines.rings(WHO, number=2))
    assert acts.mend_number(room.store, WHO, None, act=room.by("zhu-xiaoman")) == (1,)
    room.settle()
    assert room.alarms() == []
    assert room.told(Event.NUMBER_MENDED) == ["test"]
    room.now += timedelta(seconds=1)
    room.page(WHO)
    lines.press(lines.rings(WHO, number=1))


def test_a_call_is_spoken_in_the_language_of_the_person_called(lines: Lines) -> None:
    room = lines.room
    district = beginnings.example()
    people = tuple(replace(p, language="en") if p.id == WHO else p for p in district.people)
    acts.apply_district(room.store, replace(district, people=people), act=room.by("admin"))
    room.ladder(CALL)
    room.raised("nanjian", Level.ORANGE)
    order = lines.rings(WHO, "This is", "ORANGE alert", "Act now.")
    assert order.language == "en"
    lines.press(order)
    lines.clear()
