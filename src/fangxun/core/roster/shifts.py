"""Who stands when: duty tables before rotations, then overrides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from fangxun.core.roster.calendar import Calendar
from fangxun.core.roster.data import (
    DaySection,
    Override,
    OverrideKind,
    Post,
    Roster,
    Rotation,
    Shift,
    Source,
    TableEntry,
)
from fangxun.core.roster.overriding import overridden
from fangxun.core.roster.turns import Turn, in_order, reach, whose
from fangxun.core.timeline import Span, local_days, local_end, local_instant


def shifts(roster: Roster, span: Span, *, posts: frozenset[str] | None = None) -> tuple[Shift, ...]:
    """Who stands when: every shift that meets a span, whole, in order of start and post.

    1. For each local day and section of a post, within its season: the duty table's people, else
       whose turn it is.
    2. Days of one turn that follow each other without a break are one shift.
    3. Overrides, in the order in which they were made; they change who stands, never whose turn it
       was.

    A shift is the same whatever span it is asked for: each post is worked out as far around the
    span as its longest turn and section reach.
    """
    zone = ZoneInfo(roster.zone)
    table = _by_slot(roster.table)
    rotations: dict[str, list[Rotation]] = {}
    for rotation in in_order(roster.rotations):
        rotations.setdefault(rotation.post, []).append(rotation)
    wanted = {p.id: p for p in roster.posts if posts is None or p.id in posts}
    around = {id_: _widened(post, rotations.get(id_, ()), span) for id_, post in wanted.items()}
    overrides = _near(roster.overrides, around, span)
    clockwork = _Clockwork(zone, Calendar(roster), {})
    found: list[Shift] = []
    for post in wanted.values():
        own = rotations.get(post.id, ())
        turns = _turns(post, clockwork.days(around[post.id]), own, table, clockwork)
        whole = overridden(_joined(turns), overrides.get(post.id, ()))
        found += (shift for shift in whole if shift.span.meets(span))
    return tuple(sorted(found, key=lambda s: (s.span.start, s.post, s.person, s.span.end)))


def _near(
    overrides: Sequence[Override], around: Mapping[str, Span], span: Span
) -> Mapping[str, Sequence[Override]]:
    """The overrides of each post that can have a part in its shifts of a span, in the order in
    which they were made. An addition is a shift itself, and what cuts it may lie far from the
    span."""
    own = [one for one in overrides if one.post in around]
    reach = dict(around)
    for one in own:
        if one.kind is OverrideKind.ADD and one.span.meets(span):
            here = reach[one.post]
            ends = max(here.end, one.span.end)
            reach[one.post] = Span(min(here.start, one.span.start), ends)
    near: dict[str, list[Override]] = {}
    for one in sorted(own, key=lambda o: o.id):
        if one.span.meets(reach[one.post]):
            near.setdefault(one.post, []).append(one)
    return near


@dataclass(frozen=True, slots=True)
class _Clockwork:
    """The zone, the calendar, and the days that were worked out for them already."""

    zone: ZoneInfo
    calendar: Calendar
    known_days: dict[Span, Sequence[date]]

    def days(self, span: Span) -> Sequence[date]:
        """The local days of a span."""
        if span not in self.known_days:
            self.known_days[span] = tuple(local_days(span, self.zone))
        return self.known_days[span]


def _widened(post: Post, rotations: Sequence[Rotation], span: Span) -> Span:
    """The span with as much around it as one shift of the post can reach."""
    longest = max(map(reach, rotations), default=1)
    section = max((section.length for section in post.sections), default=timedelta(0))
    margin = timedelta(days=longest + 1) + section
    return Span(span.start - margin, span.end + margin)


@lru_cache(maxsize=20_000)
def section_span(section: DaySection, day: date, zone: ZoneInfo) -> Span | None:
    """When a section of a local day is; None where the clock jumps over the whole of it.

    Many posts of a district share their sections, and the same days are asked for again and again;
    so many are a year of fifty sections.
    """
    start = local_instant(day, section.start, zone)
    end = local_end(day, section.start, section.length, zone)
    return Span(start, end) if start < end else None


_Slots = Mapping[tuple[str, date], Sequence[TableEntry]]


def _by_slot(table: Sequence[TableEntry]) -> _Slots:
    slots: dict[tuple[str, date], list[TableEntry]] = {}
    for entry in table:
        slots.setdefault((entry.post, entry.day), []).append(entry)
    return slots


_Turn = tuple[Shift, object]
"""A shift of one day, and what it is a turn of: days of the same turn become one shift."""


def _turns(
    post: Post,
    days: Sequence[date],
    rotations: Sequence[Rotation],
    table: _Slots,
    clockwork: _Clockwork,
) -> list[_Turn]:
    """Every day and section of a post, before overrides."""
    found: list[_Turn] = []
    for day in days:
        if post.season is not None and not post.season.holds(day):
            continue
        entries = table.get((post.id, day), ())
        for section in post.sections:
            span = section_span(section, day, clockwork.zone)
            if span is None:
                continue
            named = [entry for entry in entries if entry.section in {"", section.name}]
            for entry in named:
                shift = Shift(post.id, span, entry.person, entry.person, Source.TABLE, entry.where)
                found.append((shift, (day, section.name, entry.person)))
            turn = None if named else whose(post, rotations, day, section, clockwork.calendar)
            found += _taken(turn, section, span) if turn is not None else ()
    return found


def _taken(turn: Turn, section: DaySection, span: Span) -> Iterator[_Turn]:
    """The shifts of those whose turn it is."""
    rule = turn.rotation
    for person in turn.people:
        shift = Shift(rule.post, span, person, person, Source.ROTATION, rule.id)
        yield shift, (rule.id, section.name, turn.number, person)


def _joined(turns: Sequence[_Turn]) -> list[Shift]:
    """Days of one turn that touch are one shift."""
    joined: list[Shift] = []
    last: dict[object, int] = {}
    for shift, turn_of in turns:
        at = last.get(turn_of)
        if at is not None and joined[at].span.end == shift.span.start:
            joined[at] = replace(joined[at], span=Span(joined[at].span.start, shift.span.end))
        else:
            last[turn_of] = len(joined)
            joined.append(shift)
    return joined
