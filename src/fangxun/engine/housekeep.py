"""What a cycle does last, and what is looked at around it: the disk, the journal's head that leaves
daily, the heartbeat, the clock."""

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
from fangxun.engine import alarms, prune, watch
from fangxun.engine.parts import Parts
from fangxun.store import feeds as feed_store
from fangxun.store import instants, journal, meta
from fangxun.store import pages as page_store
from fangxun.store import warnings as warning_store
from fangxun.store.base import Tx

ANCHOR_EVERY = timedelta(hours=24)
ANCHOR_AGAIN = timedelta(hours=1)
"""When it is tried again where no leader stands, no gateway takes it or his budget is used up."""
ANCHOR_WITHIN = timedelta(hours=48)
"""How long the head may stay on the machine before that is an alarm."""
CLOCK_STEP = timedelta(seconds=30)
LATE_CYCLE = timedelta(seconds=60)
_TRIED_AT = "anchor_tried_at"
LEAST_FREE = 500_000_000
"""Bytes of disk that a storm's journal and copies may need."""


def keep_house(parts: Parts, *, now: datetime) -> datetime | None:
    """Watch the disk; once a day let the head of the journal leave the machine, and tidy up."""
    _watch_disk(parts, now=now)
    with parts.store.read() as tx:
        known = meta.get_many(tx, (watch.ANCHORED_AT, _TRIED_AT, prune.PRUNED_AT))
    times = {key: datetime.fromisoformat(value) for key, value in known.items()}
    _anchor(parts, times.get(watch.ANCHORED_AT), times.get(_TRIED_AT), now=now)
    return prune.tidy(parts, times.get(prune.PRUNED_AT), now=now)


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


def _anchor(parts: Parts, last: datetime | None, tried: datetime | None, *, now: datetime) -> None:
    """The head of the journal, to the leaders on watch, so that a cut tail shows; a day after the
    last one that left, at hand-over or daily."""
    if last is not None and now < max(last + ANCHOR_EVERY, (tried or last) + ANCHOR_AGAIN):
        return
    with parts.store.read() as tx:
        view = parts.lookout.look(tx, now=now)
    if view is None:
        return
    with parts.store.write() as tx:
        _retire_warnings(parts, tx, now=now)
        if last is None:  # it begins to count now, with hardly a line that could be cut off
            meta.put_instant(tx, watch.ANCHORED_AT, now)
            return
        leaders = [s.person for s in view.standing if s.role is Role.LEADER]
        if watch.anchor(parts, tx, view, leaders, now=now):
            return
        meta.put_instant(tx, _TRIED_AT, now)
        if now - last >= ANCHOR_WITHIN:
            alarms.open_for(parts, tx, alarm.not_anchored(last), now=now)


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
    """The last whole cycle: when (UTC) and by which process; and what has failed since."""

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


def clock_stepped(parts: Parts, *, now: datetime, expected: datetime) -> bool:
    """Journal a step of the wall clock, and raise an alarm for it. What a step back leaves in the
    future is brought back by as much, in the same transaction; a step forward only makes due what
    is due.

    `expected` is the last cycle's instant plus the seconds that have gone by since, by a clock that
    never steps and goes on while the machine is suspended.
    """
    step = now - expected
    if abs(step) < CLOCK_STEP:
        return False
    with parts.store.write() as tx:
        moved = instants.bring_back(tx, step, now=now) if step < timedelta(0) else 0
        told = (("seconds", round(step.total_seconds())), ("moved", moved))
        entry = Entry(now, Event.CLOCK_STEPPED, "system", "clock", "stepped", told)
        journal.append(tx, [entry])
        alarms.open_for(parts, tx, alarm.clock_step(now, step), now=now)
    parts.resting.clear()
    parts.lookout.assessed = None
    return True


def clock_behind(parts: Parts, *, now: datetime, last: datetime | None) -> bool:
    """At the start: whether the clock has gone back since something was written down, by whatever
    came last: the heartbeat (`last`) or the journal."""
    with parts.store.read() as tx:
        count, _mac = journal.head(tx)
        lines = journal.lines(tx, after=count - 1) if count else []
    known = [line.entry.at for line in lines] + ([last] if last is not None else [])
    latest = max(known, default=now)
    return latest > now and clock_stepped(parts, now=now, expected=latest)


def cycle_late(parts: Parts, *, now: datetime, last: datetime, slept: float = 0.0) -> None:
    """Journal that no cycle ran for longer than a minute, and tell the watch: nothing was watched
    meanwhile. `slept`: so many seconds of it the machine was suspended."""
    gap = (now - last).total_seconds()
    reason = "suspended" if slept > gap / 2 else "late"
    told = (("seconds", round(gap)), ("suspended", round(slept)))
    with parts.store.write() as tx:
        alarms.open_for(parts, tx, alarm.cycle_late(now, now - last), now=now)
        journal.append(tx, [Entry(now, Event.CYCLE_LATE, "system", "cycle", reason, told)])
