"""The next on watch, asked to confirm: a page of its own kind for each watch that begins."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from fangxun.core.level import Level
from fangxun.core.notices import Times
from fangxun.core.page import Page, PageKind, PageState
from fangxun.core.plan import Channel, Contact, Ladder, Step
from fangxun.core.roster import Shift

_LEAST = timedelta(minutes=10)
"""Who is asked late has at least so long to answer."""


def reminder_key(shift: Shift) -> str:
    """The key of one watch of one person: (post, start, person), unique for ever."""
    return f"w/{shift.post}/{shift.span.start.isoformat(timespec='minutes')}/{shift.person}"


def begins(found: Sequence[Shift], posts: frozenset[str], now: datetime) -> Iterable[Shift]:
    """The watches that are to begin on these posts: shifts of people who do not stand there just
    before."""
    ends = {(shift.post, shift.person, shift.span.end) for shift in found}
    for shift in found:
        goes_on = (shift.post, shift.person, shift.span.start) in ends
        if shift.post in posts and shift.span.start > now and not goes_on:
            yield shift


def open_reminder(shift: Shift, times: Times, *, now: datetime) -> Page:
    """One person's page about one watch; it is sent at once."""
    return Page(
        id=0,
        kind=PageKind.REMINDER,
        key=reminder_key(shift),
        opened_at=now,
        state=PageState.OPEN,
        level=Level.BLUE,
        person=shift.person,
        details=(
            ("post", shift.post),
            ("start", shift.span.start.isoformat(timespec="minutes")),
            ("second", times.second.isoformat(timespec="minutes")),
            ("deadline", times.deadline.isoformat(timespec="minutes")),
        ),
        next_due=now,
    )


def starts(page: Page) -> datetime:
    """When the watch begins that a reminder is about."""
    return _at(page, "start")


def ladder(page: Page) -> Ladder:
    """An SMS now, one more shortly before the watch where there is time for both; its end is when
    others have to know."""
    opened, second, deadline = page.opened_at, _at(page, "second"), _at(page, "deadline")
    waits = [deadline - opened]
    if opened + _LEAST <= second < deadline:
        waits = [second - opened, deadline - second]
    steps = tuple(Step(Contact.PERSON, Channel.SMS, 1, max(wait, _LEAST)) for wait in waits)
    return Ladder(steps)


def _at(page: Page, which: str) -> datetime:
    return datetime.fromisoformat(str(dict(page.details)[which]))
