"""Tell the next on watch the day before and shortly before, each watch and person once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from fangxun.core import alarm, reminder
from fangxun.core.journal import Entry, Event
from fangxun.core.notices import Notices, Times
from fangxun.core.page import Closing, Page, PageKind
from fangxun.core.roster import Shift
from fangxun.engine import alarms, closing
from fangxun.engine.parts import Parts
from fangxun.engine.view import View
from fangxun.store import journal
from fangxun.store import pages as page_store
from fangxun.store.base import Tx

AFTER = timedelta(hours=12)
"""So long after a watch has begun its reminder can still be answered."""


def remind(parts: Parts, view: View, *, now: datetime) -> datetime | None:
    """Open the reminders that are due and close those that are about nothing any more; returns when
    the next one is due. Without [notices] in the plan nobody is reminded.

    A person who takes over in the night, or a watch that was changed in it, is told at its end,
    unless that is too late.
    """
    rules = view.district.plan.notices
    if rules is None:
        return None
    coming = _coming(view, rules, now)
    due = [(shift, times) for shift, times in coming if times.first <= now < times.deadline]
    with parts.store.read() as tx:
        known = page_store.by_key(tx, [reminder.reminder_key(shift) for shift, _ in due])
        waiting = [p for p in page_store.unended(tx) if p.kind is PageKind.REMINDER]
    fresh = [one for one in due if reminder.reminder_key(one[0]) not in known]
    over = _over(view, waiting, now)
    if fresh or over:
        with parts.store.write() as tx:
            _open(tx, fresh, now=now)
            closing.close_pages(tx, over, now=now)
            alarms.end(tx, [alarm.next_unconfirmed_cause(p.id) for p, _ in over], now=now)
    return min((times.first for _, times in coming if times.first > now), default=None)


def _coming(view: View, rules: Notices, now: datetime) -> list[tuple[Shift, Times]]:
    """The watches to come, each with when its person is told; in the quiet hours nobody is told who
    can be told at their end."""
    zone = ZoneInfo(view.roster.zone)
    posts = frozenset(p.id for p in view.roster.posts if p.stands_from is None)
    found = []
    for shift in reminder.begins(view.shifts, posts | view.active, now):
        times = rules.times(shift.span.start, zone)
        if times.first <= now < (at := rules.awake(now, zone, by=times.second)):
            times = replace(times, first=at)
        found.append((shift, times))
    return found


def _open(tx: Tx, fresh: Sequence[tuple[Shift, Times]], *, now: datetime) -> None:
    pages = [reminder.open_reminder(shift, times, now=now) for shift, times in fresh]
    entries = [
        Entry(
            now,
            Event.PAGE_OPENED,
            "system",
            f"page/{page.id}",
            "reminder",
            (("key", page.key), ("person", page.person), *page.details[:2]),
        )
        for page in page_store.insert(tx, pages)
    ]
    journal.append(tx, entries)


def _over(view: View, waiting: Sequence[Page], now: datetime) -> list[tuple[Page, Closing]]:
    """Reminders of watches that somebody else has now, and of those that have begun long ago."""
    known = {reminder.reminder_key(shift) for shift in view.shifts}
    found = []
    for page in waiting:
        if reminder.starts(page) + AFTER <= now:
            found.append((page, Closing.WATCH_BEGUN))
        elif page.key not in known and reminder.starts(page) > now:
            found.append((page, Closing.RELIEVED))
    return found
