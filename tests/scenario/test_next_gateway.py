"""What one gateway certainly did not take leaves over the next; what nothing takes is said so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from fangxun.core import alarm
from fangxun.core.journal import Event
from fangxun.core.level import Level
from fangxun.core.page import AttemptState, Blame, PageState
from fangxun.core.plan import Channel
from fangxun.engine import alarms
from fangxun.gateways.base import InDoubt, NotSent, Order, Outcome, Refused
from fangxun.store import meta, outbox
from tests.scenario.room import Phones, Room

WHO, ONE_NUMBER = "jian-changming", "tai-henlv"
SUSPENDED = Refused("20003", "suspended", Blame.GATEWAY)
UNKNOWN = Refused("999", "something", Blame.NONE)
DOWN = NotSent("unreached", "refused")


class Two(Room):
    """A room with a second gateway behind the first; `asked` is what the first was given."""

    def __init__(self) -> None:
        self.second = Phones("second", [Channel.SMS])
        self.asked: list[Order] = []
        super().__init__(more=[self.second])

    def first_says(self, outcome: Outcome) -> None:
        """What the first answers from now on."""

        def answer(order: Order) -> Outcome:
            self.asked.append(order)
            return outcome

        self.sms.answer = answer

    def over_second(self, person: str, *words: str, number: int = 1) -> Order:
        """The oldest text to that number over the second; it holds these words."""
        wanted = self.phones[person][number - 1]
        found = next((o for o in self.second.taken if o.number == wanted), None)
        assert found is not None, [o.text for o in self.second.taken]
        self.second.taken.remove(found)
        assert all(word in found.text for word in words), found.text
        return found


@pytest.fixture
def two() -> Iterator[Two]:
    """At its end every text over either gateway has been asked for, but those about the first."""
    built = Two()
    yield built
    left = [*built.left, *(o.text for o in built.second.taken if "通道sms" not in o.text)]
    built.store.close()
    assert left == []


@pytest.mark.parametrize(
    "outcome", [SUSPENDED, UNKNOWN, Refused("30007", "filtered", Blame.TEXT)], ids=lambda o: o.code
)
def test_what_the_first_refuses_leaves_over_the_second_at_once(two: Two, outcome: Refused) -> None:
    """Whoever has one number only is told; the ladder has lost no rung."""
    two.first_says(outcome)
    page = two.page(ONE_NUMBER)
    two.over_second(ONE_NUMBER, "江边塌方")
    assert two.stands(page).step == 0
    assert two.told(Event.ATTEMPT_REROUTED) == [outcome.code]
    two.reply(ONE_NUMBER, "收到")
    assert two.stands(page).state is PageState.CONFIRMED
    two.forward(minutes=1)


def test_a_number_that_is_to_blame_is_not_tried_over_the_second(two: Two) -> None:
    """It is the person's next number that is."""
    two.first_says(Refused("21211", "no number", Blame.NUMBER))
    two.page(WHO)
    assert two.second.taken == []
    assert [order.number for order in two.asked][:2] == two.phones[WHO][:2]


def test_what_is_in_doubt_is_not_sent_over_the_second(two: Two) -> None:
    """It may have arrived."""
    two.first_says(InDoubt("no answer"))
    two.page(WHO)
    assert two.second.taken == []
    two.reply(WHO, "收到")


def test_what_the_carrier_filtered_leaves_over_the_second(two: Two) -> None:
    """A receipt says it, after the first had taken the text."""
    page = two.page(WHO)
    order = two.expect(WHO)
    two.receipt(order, AttemptState.UNDELIVERED, "30007", Blame.TEXT)
    two.over_second(WHO, "江边塌方")
    assert two.stands(page).step == 0
    two.reply(WHO, "收到")


def test_what_cannot_be_given_to_the_first_leaves_over_the_second_within_half_a_minute(
    two: Two,
) -> None:
    """Once, and in the step in which it was."""
    two.first_says(DOWN)
    page = two.page(WHO)
    two.forward(seconds=30)
    two.over_second(WHO, "江边塌方")
    assert two.stands(page).step == 0
    two.reply(WHO, "收到")


def test_a_red_raise_while_the_first_is_down_reaches_everybody_over_the_second(two: Two) -> None:
    """What waits in the outbox for it does not wait for its return."""
    two.first_says(DOWN)
    two.raised("nanjian", Level.RED)
    two.forward(seconds=30)
    with two.store.read() as tx:
        assert outbox.waiting_for(tx, ["sms"], limit=10) == []
    assert len(two.second.taken) > 5
    assert all("未应答" not in order.text for order in two.second.taken)
    two.second.taken.clear()


@pytest.mark.parametrize(
    ("outcome", "why"), [(DOWN, "(连不上)"), (InDoubt(""), "(没有回音)"), (SUSPENDED, "(20003)")],
    ids=["down", "silent", "suspended"],
)  # fmt: skip
def test_an_alarm_about_a_gateway_says_why_in_the_officer_s_words(
    two: Two, outcome: Outcome, why: str
) -> None:
    """A vendor's code stays as it is; ours are words of the program."""
    two.first_says(outcome)
    two.raised("nanjian", Level.RED)
    two.forward(seconds=40)
    said = [order.text for order in two.second.taken if "通道sms" in order.text]
    assert any(f"通道sms拒绝或中断{why}" in text for text in said), said
    two.second.taken.clear()
    two.sms.taken.clear()


def test_refusals_that_nobody_can_explain_set_a_gateway_aside_when_they_do_not_end(
    two: Two,
) -> None:
    """The balance is used up, and the platform says 999 to all: others are not asked in vain."""
    two.first_says(UNKNOWN)
    for person in ("jian-changming", "tai-henlv", "quan-shishang", "du-wuren", "hu-pingan"):
        two.page(person)
        two.forward(seconds=1)
    with two.store.read() as tx:
        assert meta.set_aside(tx, now=two.now) == {"sms"}
    asked = len(two.asked)
    two.page("lan-xiaohan")
    two.over_second("lan-xiaohan", "江边塌方")
    assert len(two.asked) == asked
    two.second.taken.clear()


def test_when_both_refuse_the_ladder_moves_and_the_texts_say_that_nothing_was_sent(
    two: Two,
) -> None:
    """Nobody is said not to have answered what he never got."""
    two.first_says(SUSPENDED)
    refused: list[Order] = []
    own = set(two.phones[WHO])
    good = two.second.answer

    def answer(order: Order) -> Outcome:
        if order.number in own:
            refused.append(order)
            return SUSPENDED
        return good(order)

    two.second.answer = answer
    page = two.page(WHO)
    two.forward(minutes=12)
    assert two.stands(page).state is PageState.UNREACHED
    assert {order.number for order in [*two.asked, *refused]} >= own
    about = [order.text for order in two.second.taken if "涧长鸣" in order.text]
    assert any("通知未能发到涧长鸣" in text for text in about)
    assert not [text for text in about if "未应答" in text or "无人应答" in text]
    two.second.taken.clear()


def test_two_dead_gateways_are_each_told_over_the_other(two: Two) -> None:
    """The alarms are due together, and one text over one of the two would say it to nobody."""
    with two.store.write() as tx:
        for name in ("sms", "second"):
            alarms.open_for(two.parts, tx, alarm.gateway_mute(name, since=two.now), now=two.now)
    two.forward(seconds=31)
    (over_first,) = two.sms.taken
    (over_second,) = two.second.taken
    assert "通道second" in over_first.text
    assert "通道sms" in over_second.text
    two.sms.taken.clear()


def test_an_alarm_about_a_gateway_among_others_goes_over_another(two: Two) -> None:
    """It is bundled behind an alarm about a feed."""
    with two.store.write() as tx:
        alarms.open_for(two.parts, tx, alarm.feed_stale("cma", two.now), now=two.now)
        alarms.open_for(two.parts, tx, alarm.gateway_mute("sms", since=two.now), now=two.now)
    two.forward(seconds=31)
    assert two.sms.taken == []
    (order,) = two.second.taken
    assert "cma中断" in order.text
    two.second.taken.clear()


def test_the_text_is_made_for_the_gateway_that_takes_over(two: Two) -> None:
    """The second brings no replies: it asks for none."""
    two.second.abilities = replace(two.second.abilities, two_way=False)
    two.first_says(SUSPENDED)
    two.page(WHO)
    assert "回复" not in two.over_second(WHO, "江边塌方", "请向值班室确认").text
    two.second.taken.clear()
