"""A gateway that refuses us or cannot be reached is set aside, and the next takes over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from fangxun.core.journal import Event
from fangxun.core.level import Level
from fangxun.core.page import Blame, PageState
from fangxun.core.plan import Channel, Contact, Step
from fangxun.gateways.base import Accepted, InDoubt, NotSent, Order, Outcome, Refused
from tests.scenario.room import Phones, Room

WHO = "jian-changming"
SUSPENDED = Refused("30002", "suspended", Blame.GATEWAY)


class Two:
    """A room with a second gateway behind the first."""

    def __init__(self) -> None:
        self.second = Phones("second", [Channel.SMS])
        self.room = Room(more=[self.second])
        self.good = self.room.sms.answer
        self.asked = 0

    def first_says(self, outcome: Outcome) -> None:
        """What the first answers from now on."""

        def answer(_order: Order) -> Outcome:
            self.asked += 1
            return outcome

        self.room.sms.answer = answer

    def expect(self, person: str, *words: str, number: int = 1) -> Order:
        """The oldest text over the second gateway, as `Room.expect`."""
        wanted = self.room.phones[person][number - 1]
        found = next((o for o in self.second.taken if o.number == wanted), None)
        assert found is not None, [o.text for o in self.second.taken]
        self.second.taken.remove(found)
        assert all(word in found.text for word in words), found.text
        return found

    def officer_is_told(self) -> None:
        """The alarm about the first gateway goes over the second, once the terminal has rung."""
        self.room.forward(seconds=31)
        (order,) = self.second.taken
        assert "通道sms" in order.text
        self.second.taken.clear()


@pytest.fixture
def two() -> Iterator[Two]:
    built = Two()
    yield built
    left = [*built.room.left, *(order.text for order in built.second.taken)]
    built.room.store.close()
    assert left == []


def test_what_the_first_refuses_because_of_us_leaves_over_the_second_at_once(two: Two) -> None:
    """To the same number, in the same step; the ladder has lost no time and no rung."""
    two.first_says(SUSPENDED)
    page = two.room.page(WHO)
    two.expect(WHO, "江边塌方")
    assert two.room.stands(page).step == 0
    assert two.room.told(Event.ATTEMPT_REROUTED) == ["30002"]
    assert "gateway_dead" in two.room.alarms()
    two.officer_is_told()
    two.room.reply(WHO, "收到")
    assert two.room.stands(page).state is PageState.CONFIRMED


def test_while_it_is_set_aside_it_is_not_asked_and_then_it_is_tried_again(two: Two) -> None:
    """It works again after five minutes: its alarm ends by itself."""
    two.first_says(SUSPENDED)
    two.room.page(WHO)
    two.expect(WHO)
    two.room.reply(WHO, "收到")
    two.officer_is_told()
    two.room.page(WHO, "第二件事")
    two.expect(WHO, "第二件事")
    two.room.reply(WHO, "收到")
    assert two.asked == 1
    two.room.sms.answer = two.good
    two.room.now += timedelta(minutes=5)
    two.room.page(WHO, "第三件事")
    two.room.expect(WHO, "第三件事")
    two.room.reply(WHO, "收到")
    assert two.room.alarms() == []
    two.second.taken.clear()


def test_what_waits_for_a_gateway_that_cannot_be_reached_leaves_over_the_second(two: Two) -> None:
    """After five faults in a row it is set aside; the waiting text is sent once, elsewhere."""
    two.first_says(NotSent("connect", "refused"))
    page = two.room.page(WHO)
    for _ in range(20):
        two.room.forward(seconds=1)
    two.expect(WHO, "江边塌方")
    assert two.asked == 5
    assert two.room.stands(page).step == 0
    two.room.reply(WHO, "收到")
    two.second.taken = [order for order in two.second.taken if "通道sms" not in order.text]
    two.officer_is_told()


def test_what_is_in_doubt_is_not_sent_over_the_second(two: Two) -> None:
    """It may have arrived: the one copy goes where the first went, and the ladder's clock runs."""
    two.first_says(InDoubt("no answer"))
    two.room.page(WHO)
    assert two.second.taken == []
    assert two.asked == 2
    two.room.reply(WHO, "收到")


def test_the_text_is_made_for_the_gateway_that_takes_over(two: Two) -> None:
    """The second brings no replies: it asks for none."""
    two.second.abilities = replace(two.second.abilities, two_way=False)
    two.first_says(SUSPENDED)
    two.room.page(WHO)
    assert "回复" not in two.expect(WHO, "江边塌方", "请向值班室确认").text
    two.second.taken.clear()
    two.room.forward(seconds=10)


def test_when_both_refuse_the_ladder_moves_on_and_nothing_goes_in_circles(two: Two) -> None:
    two.first_says(SUSPENDED)
    refused: list[Order] = []

    def no(order: Order) -> Outcome:
        refused.append(order)
        return SUSPENDED

    two.second.answer = no
    page = two.room.page(WHO)
    two.room.forward(minutes=20)
    assert two.room.stands(page).state is PageState.UNREACHED
    assert "unreached" in two.room.alarms()
    assert two.asked + len(refused) < 60


def test_a_refused_number_is_not_tried_over_the_second(two: Two) -> None:
    """It is the number that is wrong: the person's second one is next."""
    first = two.room.phones[WHO][0]

    def answer(order: Order) -> Outcome:
        wrong = Refused("21211", "not a number", Blame.NUMBER)
        return wrong if order.number == first else two.good(order)

    two.room.sms.answer = answer
    two.room.page(WHO)
    assert two.second.taken == []
    two.room.expect(WHO, number=2)
    two.room.reply(WHO, "收到", number=2)


def test_calls_that_are_refused_leave_texts_as_they_are() -> None:
    """The account may not call, but it may text: only its calls are set aside."""
    room = Room()
    channels = frozenset({Channel.SMS, Channel.VOICE})
    room.sms.abilities = replace(room.sms.abilities, channels=channels)

    def answer(order: Order) -> Outcome:
        if order.channel is Channel.VOICE:
            return Refused("21215", "no permission", Blame.GATEWAY)
        return Accepted(f"P-{order.attempt}")

    room.sms.answer = answer
    minute = timedelta(minutes=1)
    room.ladder(
        Step(Contact.PERSON, Channel.VOICE, 1, minute), Step(Contact.PERSON, Channel.SMS, 1, minute)
    )
    page = room.page(WHO)
    room.expect(WHO)
    room.reply(WHO, "收到")
    assert room.stands(page).state is PageState.CONFIRMED
    room.forward(seconds=31)
    (told,) = room.sms.taken
    assert "sms:voice" in told.text
    room.store.close()


def test_a_notice_that_the_first_does_not_take_leaves_over_the_second(two: Two) -> None:
    """In the words that it had: a notice asks for no answer."""
    two.first_says(SUSPENDED)
    two.room.raised("nanjian", Level.ORANGE)
    assert [order for order in two.second.taken if "请审批" in order.text]
    assert two.asked < len(two.second.taken) + 5
    two.second.taken.clear()
