"""收到 is never lost and never says more than its sender can have read."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from fangxun.core.journal import Event
from fangxun.core.page import AttemptState, PageState
from fangxun.engine import acts, cycle
from fangxun.engine.receive import store_items
from fangxun.gateways.base import Accepted, Inbound, InDoubt, Order, Outcome, Receipt, Unanswered
from fangxun.store import inbox
from tests import beginnings
from tests.scenario.room import Room

WHO, OTHER = "jian-changming", "quan-shishang"
OFFICER = "he-lixia"


def lose_answers(room: Room) -> list[Order]:
    """What is sent from now on is taken, and the answer never comes back to us."""
    room.askable()
    sent: list[Order] = []

    def answer(order: Order) -> Outcome:
        sent.append(order)
        return InDoubt("time-out")

    room.sms.answer = answer
    return sent


def test_a_reply_to_a_text_whose_answer_was_lost_counts_when_the_provider_says_that_it_has_it(
    room: Room,
) -> None:
    """He has confirmed, and is not texted on his second number for it."""
    sent = lose_answers(room)
    room.sms.known = lambda order: Accepted(f"P-{order.attempt}")
    page = room.page(WHO)
    room.forward(seconds=20)
    room.reply(WHO, "收到")
    assert room.stands(page).state is PageState.OPEN
    room.forward(seconds=40)
    assert room.stands(page).state is PageState.CONFIRMED
    room.forward(hours=1)
    assert len(sent) == 1
    assert room.told(Event.REPLY_RECEIVED) == ["reply"]


def test_one_word_for_his_own_unreached_page_and_the_alarm_about_it_ends_the_alarm_once(
    room: Room,
) -> None:
    """The duty officer himself was not reached, and is told so: by his word there is no cause for
    the alarm any more, and nobody has confirmed it."""
    page = room.page(OFFICER)
    room.forward(minutes=8)
    assert room.stands(page).state is PageState.UNREACHED
    assert room.alarms() == ["unreached"]
    room.reply(OFFICER, "收到")
    assert room.stands(page).state is PageState.CONFIRMED
    assert (room.told(Event.ALARM_ENDED), room.told(Event.ALARM_CONFIRMED)) == (["cause_gone"], [])
    room.sms.taken.clear()


def test_a_receipt_clears_the_doubt_as_well(room: Room) -> None:
    """A callback comes before the provider is asked."""
    sent = lose_answers(room)
    page = room.page(WHO)
    room.forward(seconds=20)
    room.reply(WHO, "收到")
    room.forward(seconds=5)
    room.receipt(sent[0], AttemptState.DELIVERED)
    assert [attempt.state for attempt in room.sent_for(page)] == [AttemptState.DELIVERED]
    assert room.stands(page).state is PageState.CONFIRMED


def test_a_reply_to_what_the_provider_has_nothing_of_confirms_nothing(room: Room) -> None:
    """It was about something else; the copy that goes out then is not confirmed by it."""
    lose_answers(room)
    page = room.page(WHO)
    room.forward(seconds=20)
    room.reply(WHO, "收到")
    room.sms.answer = lambda order: Accepted(f"P-{order.attempt}")
    room.forward(seconds=60)
    room.expect(WHO)
    assert room.stands(page).state is PageState.OPEN
    room.reply(WHO, "收到")
    assert room.stands(page).state is PageState.CONFIRMED


def slow(room: Room, *, at: datetime | None = None, work_off: bool = False) -> None:
    """The next request takes twelve seconds; five seconds into it he says 收到 to an older text."""

    def answer(order: Order) -> Outcome:
        room.now += timedelta(seconds=5)
        reply = Inbound("I-slow", order.number, "收到", room.now)
        room.now += timedelta(seconds=6)
        store_items(room.parts, "sms", [reply], now=room.now)
        if work_off:
            cycle.cycle(room.parts, now=room.now)
        room.now += timedelta(seconds=1)
        room.sms.answer = lambda order: Accepted(f"P-{order.attempt}")
        return Accepted(f"P-{order.attempt}", at=at)

    room.sms.answer = answer


@pytest.mark.parametrize("work_off", [False, True])
def test_a_reply_that_was_sent_before_a_text_was_accepted_does_not_confirm_it(
    room: Room, *, work_off: bool
) -> None:
    """It had been claimed, and its request was under way, when he wrote."""
    first = room.page(WHO, "第一件事")
    room.expect(WHO, "第一件事")
    room.forward(seconds=10)
    slow(room, work_off=work_off)
    second = room.page(WHO, "第二件事")
    assert room.stands(first).state is PageState.CONFIRMED
    assert room.stands(second).state is PageState.OPEN
    room.expect(WHO, "第二件事")
    room.reply(WHO, "收到")
    assert room.stands(second).state is PageState.CONFIRMED


def test_the_provider_s_own_time_says_when_it_accepted_a_text(room: Room) -> None:
    """Its answer was slow, the text was not: he had read it."""
    slow(room, at=room.now + timedelta(seconds=1), work_off=True)
    page = room.page(WHO)
    room.expect(WHO)
    assert room.stands(page).state is PageState.CONFIRMED


def test_a_reply_waits_no_longer_than_an_hour_for_a_doubt(room: Room) -> None:
    """What it said, and from whom, is then kept no longer."""
    lose_answers(room)
    room.sms.known = lambda _order: Unanswered("503")
    room.page(WHO)
    room.forward(seconds=20)
    room.reply(WHO, "收到")
    room.forward(minutes=50)
    with room.store.read() as tx:
        assert inbox.overdue(tx, room.now) != []
    room.forward(minutes=15)
    with room.store.read() as tx:
        assert inbox.overdue(tx, room.now) == []
    room.sms.taken.clear()


def test_an_early_receipt_that_names_the_provider_s_id_alone_is_not_lost(room: Room) -> None:
    """It comes while the request is under way, and once more: the second number is texted."""

    def answer(order: Order) -> Outcome:
        room.sms.answer = lambda order: Accepted(f"P-{order.attempt}")
        for _ in range(2):
            lost = Receipt("", f"P-{order.attempt}", AttemptState.UNDELIVERED, "30008")
            store_items(room.parts, "sms", [lost], now=room.now)
            cycle.cycle(room.parts, now=room.now)
        return Accepted(f"P-{order.attempt}")

    room.sms.answer = answer
    page = room.page(WHO)
    states = [attempt.state for attempt in room.sent_for(page)]
    assert states == [AttemptState.UNDELIVERED, AttemptState.ACCEPTED]
    room.expect(WHO)
    room.expect(WHO, number=2)
    room.reply(WHO, "收到", number=2)


def share_a_phone(room: Room) -> str:
    """Both have the same number as their only one."""
    number = room.phones[WHO][0]
    district = beginnings.example()
    people = tuple(
        replace(p, phones=(replace(p.phones[0], number=number),)) if p.id in {WHO, OTHER} else p
        for p in district.people
    )
    acts.apply_district(room.store, replace(district, people=people), act=room.by("admin"))
    room.phones[OTHER] = [number]
    room.phones[WHO] = [number]
    room.settle()
    return number


def test_a_code_from_a_shared_phone_confirms_whoever_s_page_it_is(room: Room) -> None:
    """Also that of the second person on it."""
    share_a_phone(room)
    pages = [room.page(person) for person in (WHO, OTHER)]
    room.sms.taken.clear()
    room.forward(seconds=5)
    room.reply(WHO, room.code(OTHER, pages[1]))
    assert [room.stands(page).state for page in pages] == [PageState.OPEN, PageState.CONFIRMED]
    assert room.stands(pages[1]).confirmed_by == OTHER
    room.reply(WHO, room.code(WHO, pages[0]))
    assert room.stands(pages[0]).confirmed_by == WHO


def test_received_from_a_shared_phone_confirms_where_one_alone_was_told(room: Room) -> None:
    """The second person on it is the only one who was texted."""
    share_a_phone(room)
    page = room.page(OTHER)
    room.sms.taken.clear()
    room.forward(seconds=5)
    room.reply(OTHER, "收到")
    assert room.stands(page).state is PageState.CONFIRMED
    assert room.stands(page).confirmed_by == OTHER


def test_received_from_a_shared_phone_on_which_several_were_told_confirms_nobody(
    room: Room,
) -> None:
    """Whose word it is cannot be known; each confirms for himself, with his code."""
    share_a_phone(room)
    pages = [room.page(person) for person in (WHO, OTHER)]
    room.sms.taken.clear()
    room.forward(seconds=5)
    room.reply(WHO, "收到")
    assert {room.stands(page).state for page in pages} == {PageState.OPEN}
