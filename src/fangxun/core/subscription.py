"""A calendar that somebody subscribes to: his own shifts, or those of a post; no phone numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from fangxun.core.icalendar import Calendar, Event
from fangxun.core.roster import Shift
from fangxun.core.timeline import Span

BACK, AHEAD = timedelta(days=31), timedelta(days=183)
"""What a feed holds: what has been, for whoever looks back, and half a year ahead."""
REFRESH = timedelta(hours=1)
"""How often a program is told to ask again."""


class Whose(StrEnum):
    """What a feed is of."""

    PERSON = "person"
    POST = "post"


@dataclass(frozen=True, slots=True)
class Subscription:
    """`of` is the id of the person or post. `token_hash`: of the secret in its address, which is
    shown once and kept nowhere. `revoked_at`: since when it leads nowhere."""

    id: int
    kind: Whose
    of: str
    token_hash: str
    added_by: str
    reason: str
    added_at: datetime
    revoked_by: str = ""
    revoked_at: datetime | None = None


def revoke(item: Subscription, *, by: str, now: datetime) -> Subscription:
    """The feed as it was revoked; one that had been stays as it was."""
    if item.revoked_at is not None:
        return item
    return replace(item, revoked_by=by, revoked_at=now)


def span_at(now: datetime) -> Span:
    """The span of a feed, from whole day to whole day in UTC, so that its text is the same until
    the day or the roster changes."""
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return Span(day - BACK, day + AHEAD)


@dataclass(frozen=True, slots=True)
class Edition:
    """Of the roster: `number` only grows, with every change of it; `at` is when the last one was
    made. SEQUENCE and DTSTAMP of every event are these."""

    number: int
    at: datetime
    district: str


def calendar(
    item: Subscription, shifts: Iterable[Shift], names: Mapping[str, str], edition: Edition
) -> Calendar:
    """The feed of somebody's shifts, or of those of a post.

    An event's UID is made of post, instant at which the shift begins and place among those who
    begin then (for a person's own: the person), so that a cover changes an event and makes no new
    one; it is the same in every edition. `names`: of people ("person/ID") and posts ("post/ID").
    """
    own = [shift for shift in shifts if _is_of(item, shift)]
    own.sort(key=lambda s: (s.span.start, s.post, s.turn_of, s.person))
    seen: dict[str, int] = {}
    events = []
    for shift in own:
        stem = f"{shift.post}/{shift.span.start:%Y%m%dT%H%M%SZ}"
        seen[stem] = seen.get(stem, 0) + 1
        seat = shift.person if item.kind is Whose.PERSON else str(seen[stem])
        events.append(_event(shift, f"{stem}/{seat}@{edition.district}.fangxun", names, edition))
    return Calendar(names.get(f"{item.kind.value}/{item.of}", item.of), tuple(events), REFRESH)


def _is_of(item: Subscription, shift: Shift) -> bool:
    return item.of == (shift.person if item.kind is Whose.PERSON else shift.post)


def _event(shift: Shift, uid: str, names: Mapping[str, str], edition: Edition) -> Event:
    post = names.get(f"post/{shift.post}", shift.post)
    return Event(
        uid=uid,
        span=shift.span,
        summary=f"{post} {names.get(f'person/{shift.person}', shift.person)}",
        sequence=edition.number,
        changed=edition.at,
    )
