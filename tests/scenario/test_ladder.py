"""A ladder climbs until somebody has confirmed, and no further."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from fangxun.core.journal import Event
from fangxun.core.page import AttemptState, Blame, Closing, PageState
from fangxun.core.plan import Channel, Contact, Ladder, Step
from fangxun.gateways.base import Accepted, Inbound, NotSent, Order, Outcome, Refused
from fangxun.store import pages as page_store
from tests.scenario.room import Room

WHO, DEPUTY = "jian-changming", "quan-shishang"


def test_it_climbs_step_by_step_and_nobody_answering_becomes_an_alarm(room: Room) -> None:
    """Own number, second number, leader on watch, then the watch is told."""
    page = room.page(WHO)
    room.expect(WHO, "江边塌方", "回复")
    room.forward(seconds=119)
    assert room.left == []
    room.forward(seconds=1)
    room.expect(WHO, "江边塌方", number=2)
    room.forward(minutes=10)
    assert room.stands(page).state is PageState.UNREACHED
    assert room.alarms() == ["unreached"]
    assert len(room.left) > 1
    room.sms.taken.clear()


def test_a_confirmation_stops_the_ladder(room: Room) -> None:
    """In the last second of the first wait."""
    page = room.page(WHO)
    code = room.code(WHO, page)
    room.expect(WHO, code)
    room.forward(seconds=119)
    room.reply(WHO, f"{code}。")
    room.forward(hours=1)
    assert room.stands(page).state is PageState.CONFIRMED


def test_a_reply_that_comes_with_the_next_step_is_taken_first_or_the_step_stands_alone(
    room: Room,
) -> None:
    """Both due in one instant: confirmed, and nothing climbs after it."""
    page = room.page(WHO)
    room.expect(WHO)
    room.forward(seconds=119)
    room.now = room.stands(page).next_due or room.now
    room.reply(WHO, "收到")
    room.forward(hours=1)
    assert room.stands(page).state is PageState.CONFIRMED


def test_a_late_word_ends_its_alarm_before_a_word_about_that_is_heard(room: Room) -> None:
    """Both are read in one moment: the watch confirms what is over no more."""
    page = room.page(WHO)
    room.forward(minutes=12)
    with room.store.read() as tx:
        (bell,) = [item for item in page_store.open_pages(tx) if item.cause]
    (watch, *_) = [attempt.contact for attempt in room.sent_for(bell.id)]
    said = ((WHO, room.code(WHO, page)), (watch, room.code(watch, bell.id)))
    room.came("sms", *(Inbound(who, room.phones[who][0], code, room.now) for who, code in said))
    assert room.stands(page).state is PageState.CONFIRMED
    assert room.stands(bell.id).closing is Closing.CAUSE_GONE
    room.sms.taken.clear()


def test_a_second_confirmation_changes_nothing(room: Room) -> None:
    """Who confirmed, when and how stay as they were first."""
    page = room.page(WHO)
    room.expect(WHO)
    room.reply(WHO, room.code(WHO, page))
    room.reply(WHO, "收到")
    first = room.stands(page)
    room.forward(minutes=5)
    room.reply(WHO, "收到")
    assert room.stands(page) == first


def test_undelivered_moves_on_at_once(room: Room) -> None:
    """A number that fails for good does not cost the two minutes."""
    page = room.page(WHO)
    room.receipt(room.expect(WHO), AttemptState.UNDELIVERED, "30005")
    room.expect(WHO, number=2)
    assert "number_invalid" in room.alarms()
    room.reply(WHO, "收到", number=2)
    assert room.stands(page).state is PageState.CONFIRMED
    room.forward(seconds=1)
    room.sms.taken = [order for order in room.sms.taken if "号码" not in order.text]


def test_an_outage_of_three_minutes_then_exactly_one_sms(room: Room) -> None:
    """What could not leave is sent once when the gateway is back, in its useful life."""
    patient = Ladder((Step(Contact.PERSON, Channel.SMS, 1, timedelta(minutes=10)),))
    room.plan(lambda plan: replace(plan, levels=(replace(plan.levels[-1], ladder=patient),)))
    taken = room.sms.answer
    room.sms.answer = lambda _order: NotSent("connect", "refused")
    room.page(WHO)
    room.forward(minutes=3)
    room.sms.answer = taken
    room.forward(minutes=1)
    room.expect(WHO, "江边塌方")
    room.reply(WHO, "收到")
    room.forward(hours=1)
    assert [text for _who, text in room.left if "通道sms" not in text] == []
    room.sms.taken.clear()


def test_a_refused_number_goes_on_to_the_next_at_once(room: Room) -> None:
    """The provider says no for good: the second number is tried in the same minute."""
    first = room.phones[WHO][0]

    def answer(order: Order) -> Outcome:
        if order.number == first:
            return Refused("21211", "not a number", Blame.NUMBER)
        return Accepted(f"P-{order.attempt}")

    room.sms.answer = answer
    room.page(WHO)
    room.expect(WHO, number=2)
    room.reply(WHO, "收到", number=2)
    assert room.told(Event.NUMBER_INVALID) == ["21211"]
    room.forward(seconds=1)
    room.sms.taken = [order for order in room.sms.taken if "号码" not in order.text]


def test_an_unknown_number_gets_silence(room: Room) -> None:
    """And a line in the journal."""
    room.phones["stranger"] = ["+8610000009999"]
    room.reply("stranger", "收到")
    room.forward(minutes=5)
    assert room.told(Event.REPLY_UNKNOWN) == ["unknown_number"]
