"""What a daemon must have besides a whole cycle: a dispatcher that turns, texts that move, HTTP
that serves, and a database that is in its place and its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from fangxun.core.errors import Conflict, FangxunError, StoreFault
from fangxun.engine.parts import Parts
from fangxun.store import outbox

PULSE_WITHIN = 30.0
"""Seconds in which the dispatcher has to come round: more than a busy database may hold it up."""
MOVED_WITHIN = 30.0
"""Seconds in which a database that was moved away may come back, before the daemon ends."""
DUE_WITHIN = timedelta(minutes=5)
"""How long a text may be due while no other one moves either."""
SENDING_WITHIN = timedelta(minutes=10)
"""How long a text may count as being sent: a full lane and every deadline of a gateway are less."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong. `restart`: a new process would mend it, so systemd hears nothing and starts
    one."""

    part: str
    restart: bool = False


class Service(Protocol):
    """Something that runs beside the engine, such as the board's HTTP server."""

    def start(self) -> None:
        """Begin to serve, in a thread of its own."""
        ...

    def stop(self) -> None:
        """Stop, and do not wait long for it."""
        ...

    @property
    def alive(self) -> bool:
        """Whether its thread still runs."""
        ...


@dataclass(slots=True)
class Pulse:
    """When the dispatcher's loop last came round, when it last did what it is there for, and when a
    text last moved, by a clock that never steps. `well` is None until it has turned once: one that
    hangs from the start must not pass for one that has just begun."""

    came: float
    moved: float
    well: float | None = None


@dataclass(slots=True)
class Vitals:
    """Looked at after each cycle. `sender` tells whether the dispatcher's thread lives; `locked`
    says nothing while this daemon holds the database, and raises Conflict once another does; `end`
    is called where this process may not go on."""

    parts: Parts
    monotonic: Callable[[], float]
    pulse: Pulse
    in_place: float
    """When the database was last seen in its place."""
    services: Sequence[Service]
    locked: Callable[[], None]
    sender: Callable[[], bool]
    end: Callable[[FangxunError], None]

    def look(self, now: datetime) -> list[Trouble]:
        """Everything that is wrong now."""
        mono = self.monotonic()
        found = [Trouble("http", restart=True) for service in self.services if not service.alive]
        found += [trouble for trouble in (self._dispatcher(now, mono),) if trouble is not None]
        if not self._ours(now, mono):
            found.append(Trouble("lock"))
        return found

    def _dispatcher(self, now: datetime, mono: float) -> Trouble | None:
        pulse = self.pulse
        if not self.sender() or mono - pulse.came > PULSE_WITHIN:
            return Trouble("dispatch", restart=True)
        if pulse.well is None or mono - pulse.well > PULSE_WITHIN:
            return Trouble("dispatch")
        still = mono - pulse.moved > DUE_WITHIN.total_seconds()
        return Trouble("outbox") if _stuck(self.parts, still=still, now=now) else None

    def _ours(self, now: datetime, mono: float) -> bool:
        """Whether the database is where it was and this daemon holds it."""
        if not self.parts.store.moved:
            self.in_place = mono
        try:
            self.locked()
            with self.parts.store.read():  # says where it has gone
                return True
        except Conflict as error:
            self.end(error)
        except StoreFault as error:
            self.parts.faults.tell("the database", error, now=now, action="not_ours")
            if mono - self.in_place > MOVED_WITHIN:
                self.end(error)
        return False


def _stuck(parts: Parts, *, still: bool, now: datetime) -> bool:
    """Whether a text is due for too long while none moves, or a request takes too long."""
    try:
        with parts.store.read() as tx:
            due, sending = outbox.next_due(tx), outbox.oldest_sending(tx)
    except StoreFault:  # told by what else needs the store
        return False
    late = still and due is not None and now - due > DUE_WITHIN
    return late or (sending is not None and now - sending > SENDING_WITHIN)
