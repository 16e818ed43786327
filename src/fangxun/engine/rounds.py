"""One round of the engine's thread: look at the clocks, run a cycle, and prove that all is well, or
have it told that it is not.

Two proofs, since two ask. The heartbeat (file and URL) is for people: it goes on only while the
whole daemon does its work, and they ring when it stays behind. systemd's watchdog starts a new
process, so it is fed as long as a new process would mend nothing: a step that fails on some row of
the store fails on it again, and in between nobody would be paged.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from fangxun.core.errors import FangxunError
from fangxun.engine import cycle, housekeep
from fangxun.engine.cycle import STEPS, Step
from fangxun.engine.failing import Failing
from fangxun.engine.housekeep import Heartbeat
from fangxun.engine.parts import Parts
from fangxun.engine.vitals import Trouble


@dataclass(frozen=True, slots=True)
class Moment:
    """One look at the clocks: the wall clock, seconds that never step, and those of them in which
    the machine was not suspended."""

    now: datetime
    elapsed: float
    awake: float


@dataclass(slots=True)
class Rounds:
    """`troubles` says what is wrong beside the steps, `tell` speaks to systemd, `beat` to the
    heartbeat URL."""

    parts: Parts
    heartbeat: Path
    troubles: Callable[[datetime], Sequence[Trouble]]
    tell: Callable[[str], object]
    beat: Callable[[], None]
    steps: tuple[tuple[str, Step], ...] = STEPS
    _before: Moment | None = None
    _failing: Failing = field(default_factory=Failing)
    _beaten: Heartbeat | None = None

    def begin(self, moment: Moment) -> None:
        """Before the first round: has the clock gone back since the last process wrote anything?"""
        try:
            self._beaten = housekeep.read_heartbeat(self.heartbeat)
        except FangxunError:  # half a file proves nothing, and the next beat replaces it
            self._beaten = None
        last = self._beaten.at if self._beaten is not None else None
        housekeep.clock_behind(self.parts, now=moment.now, last=last)
        self._before = moment

    def go(self, moment: Moment) -> datetime | None:
        """One round; returns when the next one has something to do."""
        now = moment.now
        clocks = self._look_at_clocks(moment)
        result = cycle.cycle(self.parts, now=now, steps=self.steps)
        troubles = self.troubles(now)
        failed = (*clocks, *result.failed, *(trouble.part for trouble in troubles))
        # Where the store is what fails, no alarm can be written: the heartbeat tells it.
        with self.parts.faults.barrier("failing", now=now, action="not_alarmed") as barrier:
            self._failing.look(self.parts, failed, now=now)
        alarms = ("alarms",) if barrier.error is not None else ()
        self._prove((*failed, *alarms), now=now)
        if not any(trouble.restart for trouble in troubles):
            self.tell("WATCHDOG=1")
        return result.next_due

    def _look_at_clocks(self, moment: Moment) -> tuple[str, ...]:
        """A step of the wall clock, and a cycle that came late, go into the journal. What could not
        be written down is looked at again; returns that it failed, where it did."""
        before = self._before or moment
        gap = moment.elapsed - before.elapsed
        slept = gap - (moment.awake - before.awake)
        began = moment.now - timedelta(seconds=gap)
        faults = self.parts.faults
        with faults.barrier("clock", now=moment.now, action="clock_check_failed") as barrier:
            expected = before.now + timedelta(seconds=gap)
            housekeep.clock_stepped(self.parts, now=moment.now, expected=expected)
            self._before = replace(before, now=began)
            if gap > housekeep.LATE_CYCLE.total_seconds():
                housekeep.cycle_late(self.parts, now=moment.now, last=began, slept=slept)
            self._before = moment
        return ("clock",) if barrier.error is not None else ()

    def _prove(self, failed: Sequence[str], *, now: datetime) -> None:
        """Rewrite the heartbeat. Where something failed, it keeps its instant and says what."""
        beaten = self._beaten
        if not failed:
            beat = Heartbeat(now, os.getpid())
        elif beaten is None or beaten.failed == tuple(failed):
            return
        else:
            beat = replace(beaten, failed=tuple(failed))
        try:
            housekeep.write_heartbeat(self.heartbeat, beat)
        except OSError as error:  # a full disk must not end the engine: the old beat tells
            self.parts.faults.tell("heartbeat", error, now=now, action="heartbeat_failed")
            return
        self._beaten = beat
        if not failed:
            self.beat()
