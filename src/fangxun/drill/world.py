"""The simulated world: a gateway that delivers late or never, and people who answer, or do not.

A person reads the text that he got and does what it asks: replies with its code, and says that he
has arrived when he was called to a post. Who sleeps, whose phone is off and how long each takes
comes from the seed and from what the storm says of single people.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from fangxun.core.page import AttemptState, Blame
from fangxun.core.plan import Channel
from fangxun.drill.chance import share
from fangxun.gateways.base import (
    Abilities,
    Accepted,
    CallbackRequest,
    Inbound,
    NotSent,
    Order,
    Outcome,
    Receipt,
    Taken,
)

ASLEEP = "asleep"
"""Gets the texts and answers none."""
DEAD_FIRST = "dead_first"
"""The first number is out of service; answers on the others."""

_CODE = re.compile(r"(?:回复|单独确认回复|Reply |or )(\d+)")
_ARRIVE = re.compile(r"到岗|arrived")


@dataclass(slots=True)
class World:
    """Simulated gateway and people. `owners` maps numbers to (person, which of his numbers)."""

    seed: int
    owners: Mapping[str, tuple[str, int]]
    habits: Mapping[str, str] = field(default_factory=dict)
    dead_hours: Sequence[tuple[datetime, datetime]] = ()
    """When the gateway refuses every connection."""
    name: str = "simulated"
    abilities: Abilities = Abilities(  # noqa: RUF009  frozen
        channels=frozenset({Channel.SMS}),
        two_way=True,
        can_ask=True,
        real=False,
        ask_every_seconds=3600,
    )
    now: datetime | None = None
    orders: list[tuple[datetime, Order]] = field(default_factory=list)
    _events: list[tuple[datetime, int, Receipt | Inbound]] = field(default_factory=list)
    _numbers: count[int] = field(default_factory=count)

    def send(self, order: Order) -> Outcome:
        """Take a text, and plan its delivery and its answer."""
        assert self.now is not None, "the drill sets the time"  # noqa: S101  for mypy: the drill sets it first
        if any(start <= self.now < end for start, end in self.dead_hours):
            return NotSent("refused", "the simulated gateway is down")
        self.orders.append((self.now, order))
        person, which = self.owners.get(order.number, ("", 1))
        provider_id = f"SIM{len(self.orders):06d}"
        delay = 1 + 6 * share(self.seed, "carrier", order.attempt)
        habit = self.habits.get(person, "")
        if habit == DEAD_FIRST and which == 1:
            lost = Receipt(
                order.attempt, provider_id, AttemptState.UNDELIVERED, "30005", Blame.NUMBER
            )
            self._later(delay, lost)
            return Accepted(provider_id)
        self._later(delay, Receipt(order.attempt, provider_id, AttemptState.DELIVERED))
        if habit != ASLEEP:
            self._answer(person, order, delay)
        return Accepted(provider_id)

    def _answer(self, person: str, order: Order, delivered: float) -> None:
        """The reply to a text, and the arrival where it called for one."""
        code = _CODE.search(order.text)
        confirms = code is not None or "收到" in order.text or "Reply OK" in order.text
        if not confirms:
            return
        everything = "收到确认全部" in order.text or "收到表示全部" in order.text
        everything = everything or "Reply OK for all" in order.text
        words = "收到" if code is None or everything else code.group(1)
        thinking = 15 + 80 * share(self.seed, "answers", person, order.attempt)
        self._reply(delivered + thinking, order.number, words)
        if _ARRIVE.search(order.text):
            way = 600 + 1200 * share(self.seed, "way", person)
            self._reply(
                delivered + thinking + way,
                order.number,
                "到岗" if words == "收到" else f"到岗{words}",
            )

    def _reply(self, seconds: float, number: str, words: str) -> None:
        assert self.now is not None  # noqa: S101  for mypy: the drill sets it first
        at = self.now + timedelta(seconds=seconds)
        self._later(seconds, Inbound(f"IN{next(self._numbers):06d}", number, words, at))

    def _later(self, seconds: float, item: Receipt | Inbound) -> None:
        assert self.now is not None  # noqa: S101  for mypy: the drill sets it first
        at = self.now + timedelta(seconds=seconds)
        heapq.heappush(self._events, (at, next(self._numbers), item))

    def due(self, now: datetime) -> list[Receipt | Inbound]:
        """What the provider reports by now; each once."""
        found = []
        while self._events and self._events[0][0] <= now:
            found.append(heapq.heappop(self._events)[2])
        return found

    def next_event(self) -> datetime | None:
        """When the world next has something to say."""
        return self._events[0][0] if self._events else None

    def ask(self, order: Order, *, since: datetime) -> Accepted | None:  # noqa: ARG002  protocol
        """What the provider has of a text in doubt."""
        for number, (_at, sent) in enumerate(self.orders, start=1):
            if sent.attempt == order.attempt:
                return Accepted(f"SIM{number:06d}")
        return None

    def fetch(self, provider_ids: Sequence[str]) -> tuple[Receipt, ...]:  # noqa: ARG002  protocol
        """Nothing: receipts come by `due`, as callbacks do."""
        return ()

    def cancel(self, provider_id: str) -> None:
        """No call is placed in a drill."""

    def inbound(self, *, since: datetime) -> tuple[Inbound, ...]:  # noqa: ARG002  protocol
        """Nothing: replies come by `due`, as callbacks do."""
        return ()

    def callback(self, request: CallbackRequest) -> Taken:  # noqa: ARG002  protocol
        """Nobody calls back over HTTP in a drill."""
        return Taken()

    def check(self) -> str:
        """Nothing to check."""
        return ""
