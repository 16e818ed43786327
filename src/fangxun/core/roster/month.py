"""A month of some posts as a calendar: who stands on each day, section by section."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from fangxun.core.roster.calendar import Calendar
from fangxun.core.roster.data import DayType, Post, Roster, Shift
from fangxun.core.roster.shifts import section_span, shifts
from fangxun.core.timeline import Span

WEEK = 7


@dataclass(frozen=True, slots=True)
class Row:
    """One line of each day: a post, and one section of its day ("" where it has only one)."""

    post: str
    section: str


@dataclass(frozen=True, slots=True)
class Stander:
    """Somebody who stands in a section, or in a part of it; `covers`: it is another's turn."""

    person: str
    covers: bool


@dataclass(frozen=True, slots=True)
class Day:
    """A local day; `holiday` names it where the holiday table does, `kind` what counts for turns.
    `cells` are in the order of the month's rows; an empty one: nobody stands."""

    day: date
    kind: DayType
    holiday: str
    cells: tuple[tuple[Stander, ...], ...]


@dataclass(frozen=True, slots=True)
class Month:
    """`weeks` from Monday to Sunday; None for the days of other months."""

    first: date
    rows: tuple[Row, ...]
    weeks: tuple[tuple[Day | None, ...], ...]


def month(roster: Roster, posts: Sequence[Post], first: date) -> Month:
    """The month that begins on a day. A section that begins late belongs to the day on which it
    begins, as the office's own table has it: the night of the 31st is the 31st's."""
    zone = ZoneInfo(roster.zone)
    after = (first + timedelta(days=31)).replace(day=1)
    days = [first + timedelta(days=n) for n in range((after - first).days)]
    rows = [(post, section) for post in posts for section in post.sections]
    spans = [
        span
        for day in (days[0], days[-1])
        for _post, section in rows
        if (span := section_span(section, day, zone)) is not None
    ]
    found: dict[str, list[Shift]] = {}
    if spans:
        whole = Span(min(span.start for span in spans), max(span.end for span in spans))
        for shift in shifts(roster, whole, posts=frozenset(post.id for post in posts)):
            found.setdefault(shift.post, []).append(shift)
    calendar, names = Calendar(roster), {one.day: one.name for one in roster.holidays}
    drawn = [
        Day(
            day,
            calendar.type_of(day),
            names.get(day, ""),
            tuple(
                tuple(_standing(found.get(post.id, ()), section_span(section, day, zone)))
                for post, section in rows
            ),
        )
        for day in days
    ]
    return Month(first, tuple(_row(post, name.name) for post, name in rows), _weeks(drawn))


def _row(post: Post, section: str) -> Row:
    return Row(post.id, section if len(post.sections) > 1 else "")


def _standing(found: Sequence[Shift], span: Span | None) -> Iterator[Stander]:
    """Each once, in order of when he stands; a section may not exist where a clock changes."""
    seen: set[str] = set()
    for shift in found:
        if span is not None and shift.span.meets(span) and shift.person not in seen:
            seen.add(shift.person)
            yield Stander(shift.person, shift.turn_of != shift.person)


def _weeks(days: Sequence[Day]) -> tuple[tuple[Day | None, ...], ...]:
    before: list[Day | None] = [None] * days[0].day.weekday()
    cells = [*before, *days]
    cells += [None] * (-len(cells) % WEEK)
    return tuple(tuple(cells[n : n + WEEK]) for n in range(0, len(cells), WEEK))
