"""The call sheet: whom to ring on paper, for when the machine is under water.

By unit who stands on each post in the days ahead, by place who is answerable for it; each with all
of his numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from fangxun.core.district import District
from fangxun.core.responsibility import Person
from fangxun.core.roster import Post, Shift
from fangxun.core.timeline import Span

AHEAD = timedelta(hours=72)
"""How far ahead a sheet tells who stands: over a weekend without the machine."""


@dataclass(frozen=True, slots=True)
class Callee:
    """Somebody with the numbers on which he can be rung, in his own order."""

    name: str
    title: str
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Turn:
    """Who stands on a post, and when. `instead_of`: whose turn it is, "" where it is his own."""

    post: str
    span: Span
    who: Callee
    instead_of: str = ""


@dataclass(frozen=True, slots=True)
class UnitSheet:
    """A unit's duty phone and its turns, by post and start."""

    unit: str
    duty_phone: str
    turns: tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class PlaceSheet:
    """A place, the area that it lies in ("" for an area), and those answerable: (A, B or None)."""

    place: str
    area: str
    officials: tuple[tuple[Callee, Callee | None], ...]


@dataclass(frozen=True, slots=True)
class CallSheet:
    """As it stood at `made_at`; it tells who stands within `span`. `zone` is an IANA name."""

    district: str
    zone: str
    made_at: datetime
    span: Span
    units: tuple[UnitSheet, ...]
    places: tuple[PlaceSheet, ...]


def call_sheet(
    district: District, shifts: Sequence[Shift], *, active: frozenset[str], now: datetime
) -> CallSheet:
    """The sheet of a district from now on. Posts that wait for a level stand on it only while they
    are `active`; units without a turn only where they have a duty phone."""
    span = Span(now, now + AHEAD)
    people = {person.id: person for person in district.people}
    units = tuple(_units(district, shifts, people, active, span))
    places = tuple(_places(district, people))
    return CallSheet(district.name, district.roster.zone, now, span, units, places)


def _callee(people: Mapping[str, Person], known: str) -> Callee:
    """A number that takes neither texts nor calls any more is left out."""
    person = people.get(known)
    if person is None:
        return Callee(known, "", ())
    living = (p.number for p in person.phones if not (p.invalid and p.invalid_voice))
    return Callee(person.name, person.title, tuple(living))


def _units(
    district: District,
    shifts: Sequence[Shift],
    people: Mapping[str, Person],
    active: frozenset[str],
    span: Span,
) -> Iterator[UnitSheet]:
    by_post: dict[str, list[Shift]] = {}
    for shift in shifts:
        if shift.span.meets(span):
            by_post.setdefault(shift.post, []).append(shift)
    by_unit: dict[str, list[Post]] = {}
    for post in district.roster.posts:
        if post.stands_from is None or post.id in active:
            by_unit.setdefault(post.unit, []).append(post)
    for unit in district.units:
        turns = tuple(
            _turn(post, shift, people)
            for post in by_unit.get(unit.id, ())
            for shift in sorted(by_post.get(post.id, ()), key=lambda one: one.span)
        )
        if turns or unit.duty_phone:
            yield UnitSheet(unit.name, unit.duty_phone, turns)


def _turn(post: Post, shift: Shift, people: Mapping[str, Person]) -> Turn:
    other = "" if shift.turn_of == shift.person else _callee(people, shift.turn_of).name
    return Turn(post.name, shift.span, _callee(people, shift.person), other)


def _places(district: District, people: Mapping[str, Person]) -> Iterator[PlaceSheet]:
    """Areas first, each followed by its sites."""
    found: dict[str, list[tuple[Callee, Callee | None]]] = {}
    for official in district.officials:
        deputy = _callee(people, official.deputy) if official.deputy else None
        found.setdefault(official.place, []).append((_callee(people, official.person), deputy))
    for area in district.areas:
        if area.id in found:
            yield PlaceSheet(area.name, "", tuple(found[area.id]))
        for site in district.sites:
            if site.area == area.id and site.id in found:
                yield PlaceSheet(site.name, area.name, tuple(found[site.id]))
