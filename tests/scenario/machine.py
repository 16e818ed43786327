"""The machine under a duty room: the daemon's rounds at a virtual clock, with faults to plant."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from fangxun.engine import housekeep
from fangxun.engine.cycle import STEPS, Step
from fangxun.engine.housekeep import Heartbeat
from fangxun.engine.rounds import Moment, Rounds
from fangxun.engine.vitals import Trouble
from tests.scenario.room import Room

TICK = 5.0


class Machine:
    """Time passes in ticks of the metronome. `poisoned`: steps that fail; `troubles`: what else."""

    def __init__(self, room: Room, folder: Path) -> None:
        self.room = room
        self.heartbeat = folder / "heartbeat.json"
        self.poisoned: set[str] = set()
        self.troubles: list[Trouble] = []
        self.told: list[str] = []
        self.beats = 0
        self._elapsed = self._awake = 0.0
        self.boot()

    def boot(self) -> None:
        """A new process."""
        steps = tuple((name, self._under_fault(name, step)) for name, step in STEPS)
        self.rounds = Rounds(
            self.room.parts, self.heartbeat, lambda _now: self.troubles, self.told.append,
            self._beat, steps,
        )  # fmt: skip
        self.rounds.begin(self._moment())

    def _under_fault(self, name: str, step: Step) -> Step:
        def tried(*given: object, now: datetime) -> datetime | None:
            if name in self.poisoned:
                raise ZeroDivisionError(name)
            return step(*given, now=now)

        return tried

    def _beat(self) -> None:
        self.beats += 1

    def _moment(self) -> Moment:
        return Moment(self.room.now, self._elapsed, self._awake)

    def round(self) -> None:
        """One round, and what the dispatcher then sends."""
        self.rounds.go(self._moment())
        self.room.dispatcher.drain(now=self.room.now)

    def run(self, **by: float) -> None:
        """Let so much time pass."""
        end = self._elapsed + timedelta(**by).total_seconds()
        while self._elapsed < end:
            self.pass_by(TICK)
            self.round()

    def pass_by(self, seconds: float, *, suspended: bool = False) -> None:
        """Time in which nothing runs."""
        self._elapsed += seconds
        self._awake += 0 if suspended else seconds
        self.room.now += timedelta(seconds=seconds)

    def set_clock(self, **by: float) -> None:
        """Somebody, or the time service, sets the wall clock."""
        self.room.now += timedelta(**by)

    def beat(self) -> Heartbeat | None:
        """The heartbeat as it stands."""
        return housekeep.read_heartbeat(self.heartbeat)


def with_feeds(room: Room, **feeds: object) -> None:
    """Put feeds into a room."""
    room.parts = replace(room.parts, feeds=feeds)
