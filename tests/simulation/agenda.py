"""Virtual time: what is to happen when, one thing after the other in one thread."""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import TypeVar

from fangxun.engine.parts import Hands

T = TypeVar("T")
BEAT = 1.0
"""Seconds; instants lie on whole ones, so that what comes together is worked off together."""


class Killed(BaseException):
    """The process dies here. No handler of the engine may catch it: none would run either."""


@dataclass(frozen=True, slots=True)
class Deed:
    """What outlives the machine: its n-th commit, or its n-th message by one of the providers.
    `what`: by whose hand a commit is made, and what it tells the journal."""

    name: str
    number: int
    second: int
    what: str = ""


class Agenda:
    """Things to come, in the order of their time and then of their coming."""

    def __init__(self, start: datetime) -> None:
        """True time, which no clock step changes."""
        self.start = start
        self.now = start
        self.deeds: list[Deed] = []
        """What the machine has done so far."""
        self._events: list[tuple[datetime, int, Callable[[], None]]] = []
        self._numbers = count()

    @property
    def second(self) -> int:
        """Seconds since the beginning."""
        return int((self.now - self.start).total_seconds())

    def done(self, name: str, number: int, what: str = "") -> None:
        """The machine does it now."""
        self.deeds.append(Deed(name, number, self.second, what))

    def after(self, seconds: float, event: Callable[[], None], *, beat: float = BEAT) -> None:
        """Do it in so many seconds, rounded up to the next beat."""
        whole = math.ceil((self.second + seconds) / beat) * beat if beat else self.second + seconds
        self.at(self.start + timedelta(seconds=whole), event)

    def at(self, when: datetime, event: Callable[[], None]) -> None:
        """Do it then."""
        heapq.heappush(self._events, (max(when, self.now), next(self._numbers), event))

    def next(self) -> datetime | None:
        """When something is to happen next."""
        return self._events[0][0] if self._events else None

    def due(self) -> Callable[[], None] | None:
        """The next thing to do now; each once."""
        if self._events and self._events[0][0] <= self.now:
            return heapq.heappop(self._events)[2]
        return None


class Later(Hands):
    """Hands of one process: a job is done as the next thing, and its result comes back later."""

    def __init__(
        self,
        agenda: Agenda,
        do: Callable[[Callable[[], None]], None],
        wait: Callable[[], float],
    ) -> None:
        """`do` acts for the process, if it still lives; `wait` gives the seconds that the job just
        done has taken."""
        self._agenda, self._do, self._wait = agenda, do, wait

    def give(self, job: Callable[[], T], done: Callable[[T], None]) -> None:
        """Do it, and hand on its result when that has come."""

        def begin() -> None:
            result = job()
            self._agenda.after(self._wait(), lambda: self._do(lambda: done(result)))

        self._agenda.at(self._agenda.now, lambda: self._do(begin))
