"""Who stands on each post, day and section, as one line of a duty table says it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from fangxun.core import roster as rosters
from fangxun.core.roster import DaySection, Post, Roster, Shift
from fangxun.core.timeline import Span, local_instant

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """What a cell of a duty table is about; `section` by its name."""

    day: date
    post: str
    section: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Who is said to stand in a slot, and the shifts that it was read from."""

    span: Span
    people: tuple[str, ...]
    shifts: tuple[Shift, ...]


def days_of(year: int, month: int) -> tuple[date, ...]:
    """The days of a month."""
    first = date(year, month, 1)
    return tuple(
        first + number * _DAY for number in range(31) if (first + number * _DAY).month == month
    )


def standing(
    roster: Roster, posts: Collection[str], days: Collection[date]
) -> dict[Slot, Standing]:
    """Who stands in every slot of some posts and days; slots that the clock jumps over are left
    out.

    A cell has room for names, not for hours: it names who stands for half of the section or more,
    else who stands longest. What was changed for a few hours is for the column of changes.
    """
    if not days:
        return {}
    zone = ZoneInfo(roster.zone)
    first, last = min(days), max(days)
    span = Span(
        local_instant(first - _DAY, time(), zone), local_instant(last + 3 * _DAY, time(), zone)
    )
    by_post: dict[str, list[Shift]] = {}
    for shift in rosters.shifts(roster, span, posts=frozenset(posts)):
        by_post.setdefault(shift.post, []).append(shift)
    found: dict[Slot, Standing] = {}
    for post in roster.posts:
        if post.id in posts:
            for day in sorted(days):
                for section in post.sections:
                    one = _slot(section, day, zone, by_post.get(post.id, ()))
                    if one is not None:
                        found[Slot(day, post.id, section.name)] = one
    return found


def _slot(
    section: DaySection, day: date, zone: ZoneInfo, shifts: Iterable[Shift]
) -> Standing | None:
    span = rosters.section_span(section, day, zone)
    if span is None:
        return None
    own = tuple(shift for shift in shifts if shift.span.meets(span))
    return Standing(span, _named(span, own), own)


def _named(span: Span, shifts: Sequence[Shift]) -> tuple[str, ...]:
    seconds: dict[str, float] = {}
    for shift in shifts:
        inside = shift.span.within(span)
        if inside is not None:
            length = (inside.end - inside.start).total_seconds()
            seconds[shift.person] = seconds.get(shift.person, 0) + length
    half = (span.end - span.start).total_seconds() / 2
    longest = max(seconds.values(), default=0)
    return tuple(p for p, length in seconds.items() if length >= min(half, longest))


def begun(standing_: Mapping[Slot, Standing], now: datetime) -> set[Slot]:
    """The slots in which somebody has stood already, whole or in part."""
    return {slot for slot, one in standing_.items() if one.span.start <= now}


def by_id(posts: Iterable[Post]) -> dict[str, Post]:
    """Posts to look up."""
    return {post.id: post for post in posts}
