"""Why those stand who stand: every rule that could speak for a post at an instant, in the order of
precedence, and for those that do not count why not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from fangxun.core.roster.calendar import Calendar
from fangxun.core.roster.data import (
    DaySection,
    Override,
    OverrideKind,
    Post,
    Roster,
    Rotation,
    Source,
    TableEntry,
)
from fangxun.core.roster.shifts import section_span
from fangxun.core.roster.turns import Passed, in_order, passed, stand, turn
from fangxun.core.timeline import Span, local_days


@dataclass(frozen=True, slots=True)
class Ground:
    """One rule: what it is, whom it names, and why it does not count (None: it does). `detail` as
    in Shift; `turn`: which turn of its rotation, from 1."""

    source: Source
    detail: str
    people: tuple[str, ...]
    passed: Passed | None = None
    turn: int = 0


def explain(roster: Roster, post_id: str, at: datetime) -> tuple[Ground, ...]:
    """The grounds for who stands on a post at an instant: overrides, the latest first, then duty
    table, then rotations. Empty where the post does not stand at that instant and nobody was added.
    """
    post = next((one for one in roster.posts if one.id == post_id), None)
    if post is None:
        return ()
    slot = _slot(post, ZoneInfo(roster.zone), at)
    rules = list(_rules(roster, post, slot)) if slot is not None else []
    people = [who for ground in rules if ground.passed is None for who in ground.people]
    holding = [o for o in roster.overrides if o.post == post_id and o.span.holds(at)]
    return (*_edits(sorted(holding, key=lambda o: o.id), people), *rules)


def _slot(post: Post, zone: ZoneInfo, at: datetime) -> tuple[date, DaySection] | None:
    """The local day and section of a post that hold an instant."""
    reach = max((section.length for section in post.sections), default=timedelta(0))
    near = Span(at - reach - timedelta(days=1), at + timedelta(microseconds=1))
    for day in local_days(near, zone):
        for section in post.sections:
            span = section_span(section, day, zone)
            if span is not None and span.holds(at):
                return day, section
    return None


def _rules(roster: Roster, post: Post, slot: tuple[date, DaySection]) -> Iterator[Ground]:
    """The lines of the duty table for a day and section, then the rotations in their order."""
    day, section = slot
    off = Passed.OUT_OF_SEASON if post.season and not post.season.holds(day) else None
    named: list[TableEntry] = [
        entry
        for entry in roster.table
        if (entry.post, entry.day) == (post.id, day) and entry.section in {"", section.name}
    ]
    for entry in named:
        yield Ground(Source.TABLE, entry.where, (entry.person,), off)
    calendar = Calendar(roster)
    first = off or (Passed.TABLE_FIRST if named else None)
    for rotation in in_order([one for one in roster.rotations if one.post == post.id]):
        why = passed(rotation, day, section.name, calendar)
        yield _rotation(post, rotation, slot, (why or first, calendar))
        first = first or (None if why else Passed.SUCCEEDED)


def _rotation(
    post: Post,
    rotation: Rotation,
    slot: tuple[date, DaySection],
    known: tuple[Passed | None, Calendar],
) -> Ground:
    why, calendar = known
    if why is not None:
        return Ground(Source.ROTATION, rotation.id, (), why)
    number = turn(post, rotation, *slot, calendar)
    people = stand(post, rotation, number)
    return Ground(Source.ROTATION, rotation.id, people, None, number + 1)


def _edits(overrides: Sequence[Override], people: list[str]) -> list[Ground]:
    """Overrides in the order in which they were made, told the latest first."""
    told: list[Ground] = []
    for one in overrides:
        found = people if one.instead_of is None else [p for p in people if p == one.instead_of]
        adds = one.kind is OverrideKind.ADD
        why = None if adds or found else Passed.REPLACES_NOBODY
        named = tuple(who for who in (one.person, one.instead_of) if who is not None)
        told.append(Ground(Source.OVERRIDE, str(one.id), named, why))
        if adds and one.person is not None:
            people = [*people, one.person]
        elif found:
            kept = [who for who in people if who not in found]
            takers = [one.person] if one.kind is OverrideKind.COVER and one.person else []
            people = [*kept, *takers * len(found)]
    return told[::-1]
