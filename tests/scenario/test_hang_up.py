"""A call whose page has ended is taken back, whatever ended it, and through a crash."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from fangxun.core.journal import Event
from fangxun.core.level import Level
from fangxun.core.page import AttemptState, How, PageState
from fangxun.engine import acts
from fangxun.gateways.base import InDoubt, Order, Receipt, Unanswered
from tests.scenario.lines import CALL, SECOND, SMS, WHO, Lines


class Exchange:
    """What the exchange was asked to take back; it does, and tells so, unless `answer` says
    otherwise."""

    def __init__(self, lines: Lines) -> None:
        self.asked: list[str] = []
        self.answer: Unanswered | str | None = "canceled"
        phones = lines.exchange
        phones.abilities = replace(phones.abilities, can_cancel=True)
        phones.cancels = self.cancel

    def cancel(self, provider_id: str) -> Receipt | Unanswered | None:
        self.asked.append(provider_id)
        if not isinstance(self.answer, str):
            return self.answer
        return Receipt("", provider_id, AttemptState.FAILED, self.answer)


@pytest.fixture
def exchange(lines: Lines) -> Iterator[Exchange]:
    """Each call that is taken back is asked for in the story."""
    made = Exchange(lines)
    lines.room.ladder(SMS, CALL, SECOND)
    yield made
    assert made.asked == []


def ringing(lines: Lines) -> tuple[int, Order]:
    """His page, and the call that rings for it."""
    page = lines.room.page(WHO)
    lines.room.expect(WHO)
    lines.room.forward(seconds=60)
    return page, lines.rings(WHO)


def taken_back(exchange: Exchange, *orders: Order) -> None:
    assert exchange.asked == [f"P-{order.attempt}" for order in orders]
    exchange.asked.clear()


def test_who_confirms_by_sms_is_rung_no_more(lines: Lines, exchange: Exchange) -> None:
    page, order = ringing(lines)
    lines.room.reply(WHO, "收到")
    taken_back(exchange, order)
    assert lines.room.stands(page).how is How.REPLY
    assert lines.room.sent_for(page)[-1].error_code == "canceled"
    assert lines.room.told(Event.HANG_UP_ASKED) == ["page_ended"]
    lines.room.forward(hours=1)


def test_a_stand_down_takes_back_every_call_that_is_out(lines: Lines, exchange: Exchange) -> None:
    """Three hundred may wait at the provider, one a second."""
    room = lines.room
    room.ladder(CALL)
    room.raised("nanjian", Level.ORANGE)
    out = list(lines.exchange.taken)
    acts.lower_by_hand(room.store, "nanjian", act=room.by("zhu-xiaoman"))
    room.settle()
    assert sorted(exchange.asked) == sorted(f"P-{order.attempt}" for order in out)
    exchange.asked.clear()
    lines.clear()


def test_a_call_for_two_places_rings_on_while_one_of_them_waits(
    lines: Lines, exchange: Exchange
) -> None:
    room = lines.room
    room.ladder(CALL)
    for place in ("nanjian", "beijian"):
        acts.raise_by_hand(room.store, place, Level.ORANGE, act=room.by("zhu-xiaoman"))
    room.settle()
    both = next(order for order in lines.exchange.taken if "2处预警" in order.text)
    for place in ("nanjian", "beijian"):
        assert f"P-{both.attempt}" not in exchange.asked
        acts.lower_by_hand(room.store, place, act=room.by("zhu-xiaoman"))
        room.settle()
    assert f"P-{both.attempt}" in exchange.asked
    exchange.asked.clear()
    lines.clear()


def test_a_call_that_was_being_placed_when_its_page_ended_is_taken_back_too(
    lines: Lines, exchange: Exchange
) -> None:
    """Its answer was lost; the provider says later that it has it."""
    room = lines.room
    lines.exchange.answer = lambda _order: InDoubt("ReadTimeout")
    lines.exchange.abilities = replace(
        lines.exchange.abilities, can_ask=True, two_way=True, ask_every_seconds=10
    )
    page = room.page(WHO)
    room.expect(WHO)
    room.forward(seconds=60)
    room.reply(WHO, "收到")
    assert exchange.asked == []
    (call,) = room.sent_for(page)[1:]
    room.came("exchange", Receipt(call.id, "P-1", AttemptState.SENT))
    assert exchange.asked == ["P-1"]
    exchange.asked.clear()


def test_a_crash_between_the_confirmation_and_the_request_forgets_no_call(
    lines: Lines, exchange: Exchange
) -> None:
    """It was written down with the page's end."""
    page, order = ringing(lines)
    room = lines.room
    acts.acknowledge(room.store, page, how=How.CLI, act=room.by(WHO))
    assert exchange.asked == []
    room.restart()
    room.settle()
    taken_back(exchange, order)
    assert room.stands(page).state is PageState.CONFIRMED


def test_a_provider_that_does_not_answer_is_asked_three_times(
    lines: Lines, exchange: Exchange
) -> None:
    """By then the call has rung its time."""
    exchange.answer = Unanswered("503")
    _page, order = ringing(lines)
    lines.room.reply(WHO, "收到")
    lines.room.forward(seconds=25)
    taken_back(exchange, order, order, order)
    lines.room.forward(hours=1)


def test_what_can_no_longer_be_taken_back_is_asked_for_once(
    lines: Lines, exchange: Exchange
) -> None:
    exchange.answer = None
    _page, order = ringing(lines)
    lines.room.reply(WHO, "收到")
    lines.room.forward(hours=1)
    taken_back(exchange, order)
    assert lines.room.told(Event.HANG_UP_ASKED) == ["page_ended", "too_late"]


def test_the_call_of_somebody_unreached_rings_on(lines: Lines, exchange: Exchange) -> None:
    """His word would still count."""
    room = lines.room
    room.ladder(CALL)
    page = room.page(WHO)
    lines.rings(WHO)
    room.forward(seconds=61)
    assert room.stands(page).state is PageState.UNREACHED
    assert exchange.asked == []
    room.forward(seconds=31)
    room.sms.taken.clear()
    lines.exchange.taken.clear()


def test_a_gateway_that_takes_nothing_back_is_not_asked(lines: Lines) -> None:
    """And nothing is kept for it."""
    lines.room.ladder(SMS, CALL, SECOND)
    _page, _order = ringing(lines)
    lines.room.reply(WHO, "收到")
    assert lines.room.told(Event.HANG_UP_ASKED) == []
    lines.room.forward(hours=1)
