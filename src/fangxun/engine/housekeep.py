"""What a cycle does last: prove that it was whole, anchor the journal daily, watch the clock."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from fangxun.core import alarm
from fangxun.core.errors import N_, FaultyInput
from fangxun.core.journal import Entry, Event
from fangxun.core.roster import Role
from fangxun.engine import alarms, watch
from fangxun.engine.parts import Parts
from fangxun.store import journal, meta

ANCHOR_EVERY = timedelta(hours=24)
CLOCK_STEP = timedelta(seconds=30)
LATE_CYCLE = timedelta(seconds=60)


def keep_house(parts: Parts, *, now: datetime) -> None:
    """Once a day the head of the journal leaves the machine, to the leaders on watch."""
    with parts.store.read() as tx:
        view = parts.lookout.look(tx, now=now)
        last = meta.get_instant(tx, "anchored_at")
    if view is None or (last is not None and now - last < ANCHOR_EVERY):
        return
    with parts.store.write() as tx:
        meta.put_instant(tx, "anchored_at", now)
        if last is not None:
            leaders = [s.person for s in view.standing if s.role is Role.LEADER]
            watch.anchor(parts, tx, view, leaders, now=now)


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """The last full cycle: when (UTC), by which process, and which steps failed in it."""

    at: datetime
    pid: int
    failed: tuple[str, ...] = ()


def write_heartbeat(path: Path, beat: Heartbeat) -> None:
    """Replace the heartbeat file in one step, so that a reader never sees half of it."""
    text = json.dumps({"at": beat.at.isoformat(), "pid": beat.pid, "failed": list(beat.failed)})
    part = path.with_suffix(".part")
    part.write_text(text, encoding="utf-8")
    os.replace(part, path)  # noqa: PTH105  the one call that is atomic on every platform


def read_heartbeat(path: Path) -> Heartbeat | None:
    """The last full cycle as written, None where there was none; FaultyInput where unreadable."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    try:
        found = json.loads(text)
        return Heartbeat(
            datetime.fromisoformat(found["at"]), int(found["pid"]), tuple(found.get("failed", ()))
        )
    except (ValueError, KeyError, TypeError) as error:
        raise FaultyInput(
            N_("The heartbeat file {path} cannot be read: {why}"), path=path, why=error
        ) from error


def clock_stepped(parts: Parts, *, now: datetime, expected: datetime, slept: bool = False) -> bool:
    """Journal a step of the wall clock against the monotonic one, and raise an alarm for it.

    `expected` is the last cycle's instant plus the monotonic seconds since.
    """
    step = now - expected
    if abs(step) < CLOCK_STEP:
        return False
    reason = "late" if slept else "stepped"
    with parts.store.write() as tx:
        journal.append(
            tx,
            [
                Entry(
                    now,
                    Event.CLOCK_STEPPED,
                    "system",
                    "clock",
                    reason,
                    (("seconds", round(step.total_seconds())),),
                )
            ],
        )
        alarms.open_for(parts, tx, alarm.clock_step(now, step), now=now)
    return True


def cycle_late(parts: Parts, *, now: datetime, last: datetime) -> None:
    """Journal that no cycle ran for longer than a minute (machine asleep, VM paused)."""
    with parts.store.write() as tx:
        journal.append(
            tx,
            [
                Entry(
                    now,
                    Event.CYCLE_LATE,
                    "system",
                    "cycle",
                    "late",
                    (("seconds", round((now - last).total_seconds())),),
                )
            ],
        )
