"""What a cycle does last: prove that it was whole, anchor the journal daily, watch the clock."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from fangxun.core import alarm, warning
from fangxun.core.errors import N_, FaultyInput
from fangxun.core.journal import Entry, Event
from fangxun.core.page import Closing
from fangxun.core.roster import Role
from fangxun.core.warning import FeedHealth
from fangxun.engine import alarms, watch
from fangxun.engine.parts import Parts
from fangxun.store import feeds as feed_store
from fangxun.store import journal, meta
from fangxun.store import pages as page_store
from fangxun.store import warnings as warning_store
from fangxun.store.base import Tx

ANCHOR_EVERY = timedelta(hours=24)
CLOCK_STEP = timedelta(seconds=30)
LATE_CYCLE = timedelta(seconds=60)
LEAST_FREE = 500_000_000
"""Bytes of disk that a storm's journal and copies may need."""


def keep_house(parts: Parts, *, now: datetime) -> None:
    """Watch the disk; once a day let the head of the journal leave the machine."""
    _watch_disk(parts, now=now)
    _anchor(parts, now=now)


def _watch_disk(parts: Parts, *, now: datetime) -> None:
    """An alarm while there is still room to write it down, gone when there is enough again."""
    free = parts.free_bytes()
    if free is None:
        return
    cause = alarm.disk(free // 1_000_000, now=now)
    with parts.store.read() as tx:
        told = page_store.with_key(tx, alarm.alarm_key(cause))
    low, rings = free < LEAST_FREE, told is not None and not told.state.ended
    if low and (told is None or told.closing is Closing.CAUSE_GONE):
        with parts.store.write() as tx:
            alarms.open_for(parts, tx, cause, now=now)
    if rings and not low:
        with parts.store.write() as tx:
            alarms.cause_gone(tx, alarm.DISK_PREFIX, now=now)


def _anchor(parts: Parts, *, now: datetime) -> None:
    """The head of the journal, to the leaders on watch, so that a cut tail shows."""
    with parts.store.read() as tx:
        last = meta.get_instant(tx, "anchored_at")
        if last is not None and now - last < ANCHOR_EVERY:
            return
        view = parts.lookout.look(tx, now=now)
    if view is None:
        return
    with parts.store.write() as tx:
        meta.put_instant(tx, "anchored_at", now)
        _retire_warnings(parts, tx, now=now)
        if last is not None:
            leaders = [s.person for s in view.standing if s.role is Role.LEADER]
            watch.anchor(parts, tx, view, leaders, now=now)


def _retire_warnings(parts: Parts, tx: Tx, *, now: datetime) -> None:
    """Old messages without an end that are not in force are looked for no more: else every one of
    a whole season would be read for each assessment."""
    since = now - warning_store.BACK
    health = {
        name: FeedHealth(name, state.last_success, state.stale)
        for name, state in feed_store.feed_states(tx).items()
    }
    heard = warning_store.standing(tx, since)
    standing = warning.in_force(heard, health, now=now, acting=parts.acting)
    kept = {(s.bulletin.feed, s.bulletin.sender, s.bulletin.identifier) for s in standing}
    warning_store.retire(tx, since, but=kept)


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
    """Journal that no cycle ran for longer than a minute (machine asleep, VM paused), and tell the
    watch: nothing was watched meanwhile."""
    with parts.store.write() as tx:
        alarms.open_for(parts, tx, alarm.cycle_late(now, now - last), now=now)
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
