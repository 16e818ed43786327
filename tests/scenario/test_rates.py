"""Slow senders: what waits stays in the outbox in its order, and leaves when its token is there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from fangxun.core.level import Level
from fangxun.core.rate import Limit, Unit
from fangxun.engine import acts
from fangxun.engine.parts import Rates
from fangxun.gateways.base import NotSent, Order, Outcome, TooFast
from tests.scenario.room import NIGHT, Room

SLOW = Rates(sender=Limit(1, 1))
POOL = ("+8610000000901", "+8610000000902", "+8610000000903")


class Timed(Room):
    """A room that notes when each text left, and from which number."""

    def __init__(self) -> None:
        self.left_at: list[tuple[datetime, Order]] = []
        super().__init__()
        good = self.sms.answer

        def answer(order: Order) -> Outcome:
            self.left_at.append((self.now, order))
            return good(order)

        self.sms.answer = answer

    def limit(self, rates: Rates, senders: tuple[str, ...] = POOL[:1]) -> None:
        """From now on texts leave so fast, from these numbers."""
        self.sms.abilities = replace(self.sms.abilities, senders=senders)
        self.parts = replace(self.parts, rates={"sms": rates})
        self.restart()

    def restart(self) -> None:
        """As the daemon does it: the engine's thread claims, too."""
        super().restart()
        self.parts = replace(self.parts, claim=self.dispatcher.claim)

    def seconds(self) -> list[float]:
        """When texts left, since the beginning."""
        return [(at - NIGHT).total_seconds() for at, _ in self.left_at]


@pytest.fixture
def room() -> Iterator[Timed]:
    built = Timed()
    yield built
    built.store.close()


def test_a_limit_holds_to_the_second(room: Timed) -> None:
    """Ten people, one number, one text a second."""
    room.limit(SLOW)
    room.raised("nanjian", Level.BLUE)
    room.raised("beijian", Level.BLUE)
    room.forward(seconds=9)
    assert room.seconds() == list(range(10))


def test_segments_are_what_a_slow_number_counts(room: Timed) -> None:
    """A text of two takes two seconds of those behind it."""
    room.limit(Rates(sender=Limit(1, 1, Unit.SEGMENTS)))
    for person in ("jian-changming", "tai-henlv", "quan-shishang"):
        room.page(person, "江边塌方，请带上三队立即到场，" * 6)
    room.forward(seconds=10)
    assert room.seconds() == [0, 2, 4]


def test_a_red_raise_overtakes_what_waits_of_a_blue_one(room: Timed) -> None:
    """One blue text has left when it comes; no second one does before all the red have."""
    room.limit(SLOW)
    room.raised("nanjian", Level.BLUE)
    room.raised("beijian", Level.RED)
    room.forward(seconds=40)
    colours = ["红" if "红色" in order.text else "蓝" for _, order in room.left_at[:12]]
    assert colours[0] == "蓝"
    reds = colours.count("红")
    assert reds > 3
    assert colours[1 : reds + 1] == ["红"] * reds


def test_a_pool_sends_as_fast_as_all_its_numbers_and_evenly(room: Timed) -> None:
    """Three numbers, three texts a second."""
    room.limit(SLOW, POOL)
    room.raised("nanjian", Level.BLUE)
    room.raised("beijian", Level.BLUE)
    room.forward(seconds=2)
    assert room.seconds() == [0, 0, 0, 1, 1, 1, 2, 2, 2]
    assert set(Counter(order.sender for _, order in room.left_at).values()) == {3}


def test_a_person_is_texted_from_one_number_while_it_is_free(room: Timed) -> None:
    """Also after a restart, which remembers nothing."""
    room.limit(SLOW, POOL)
    for matter in ("第一件事", "第二件事", "第三件事"):
        room.page("jian-changming", matter)
        room.forward(seconds=2)
    room.restart()
    room.page("jian-changming", "第四件事")
    assert len({order.sender for _, order in room.left_at}) == 1


def test_a_restart_gives_away_one_burst_at_most(room: Timed) -> None:
    """What waited goes on waiting in the outbox, and none of it is lost or sent twice."""
    room.limit(SLOW)
    room.raised("nanjian", Level.BLUE)
    room.forward(seconds=2)
    room.restart()
    room.forward(seconds=20)
    numbers = [order.number for _, order in room.left_at]
    assert room.seconds()[:5] == [0, 1, 2, 2, 3]
    assert len(numbers) == len(set(numbers))


def test_a_provider_that_asks_us_to_slow_down_is_given_nothing_until_then(room: Timed) -> None:
    """Not row by row: one is refused, and all the others wait with it."""
    room.limit(Rates())
    good, asked = room.sms.answer, []

    def answer(_order: Order) -> Outcome:
        asked.append(room.now)
        return NotSent("429", "", 20, TooFast.GATEWAY)

    room.sms.answer = answer
    room.page("jian-changming")
    room.sms.answer = good
    room.raised("nanjian", Level.RED)
    assert room.left_at == []
    room.forward(seconds=20)
    assert len(asked) == 1
    assert set(room.seconds()) == {20}
    assert room.dispatcher.next_due(room.now) is None
    assert room.left_at[-1][0] - NIGHT == timedelta(seconds=20)


def test_one_number_that_is_too_fast_leaves_the_others_their_work(room: Timed) -> None:
    """The pool goes on without it."""
    room.limit(Rates(), POOL)
    good = room.sms.answer
    tired: list[str] = []

    def answer(order: Order) -> Outcome:
        tired.append(order.sender)
        room.sms.answer = good
        return NotSent("21611", "", 60, TooFast.SENDER)

    room.sms.answer = answer
    room.page("jian-changming")
    room.raised("nanjian", Level.RED)
    assert len(room.left_at) > 3
    assert tired[0] not in {order.sender for _, order in room.left_at}


def test_who_was_reached_longest_ago_is_told_first(room: Timed) -> None:
    """The officials of three places: one was texted just now, one before him, one not at all."""
    officials = {"shangyun": "yun-chuxiu", "nanjian": "jian-changming", "beijian": "jian-beifeng"}
    for person in ("jian-changming", "yun-chuxiu"):
        room.page(person)
        room.reply(person, "收到")
        room.forward(seconds=60)
    room.limit(SLOW)
    room.left_at.clear()
    for place in officials:
        acts.raise_by_hand(room.store, place, Level.RED, act=room.by("zhu-xiaoman"))
    room.forward(seconds=3)
    numbers = [order.number for _, order in room.left_at][:3]
    told = ["jian-beifeng", "jian-changming", "yun-chuxiu"]
    assert numbers == [room.phones[person][0] for person in told]
