"""What is applied and who stands at one instant: the part of the store that every step reads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

from fangxun.core import roster as rosters
from fangxun.core import watch
from fangxun.core.district import District
from fangxun.core.plan import Scope, Standing
from fangxun.core.responsibility import Person
from fangxun.core.roster import Roster, Shift
from fangxun.core.timeline import Span
from fangxun.store import district as district_store
from fangxun.store import roster as roster_store
from fangxun.store.base import Tx

BACK, AHEAD = timedelta(days=2), timedelta(days=5)


class _Named(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...


def _name(wanted: str, things: Iterable[_Named]) -> str:
    """The name of the thing of that id; the id itself where there is none."""
    return next((thing.name for thing in things if thing.id == wanted), wanted)


@dataclass(frozen=True, slots=True)
class View:
    """`standing` is who is on watch at `at`, posts switched on by a level included."""

    at: datetime
    version: tuple[int, int]
    """Of the district and of the overrides, as applied."""
    district: District
    roster: Roster
    shifts: tuple[Shift, ...]
    active: frozenset[str]
    standing: tuple[Standing, ...]

    @property
    def people(self) -> dict[str, Person]:
        """Everybody of the district, by id."""
        return {person.id: person for person in self.district.people}

    @property
    def incident_areas(self) -> dict[str, str]:
        """For each place, areas first, the area whose incident it belongs to."""
        areas = {area.id: area.id for area in self.district.areas}
        return areas | {site.id: site.area for site in self.district.sites}

    @property
    def root_unit(self) -> str:
        """The unit in charge of the whole district."""
        return next(
            (unit.id for unit in self.district.units if unit.area == self.district.root),
            self.district.units[0].id,
        )

    def scope(self, place_id: str) -> Scope:
        """Where a place lies among units, and its officials; a site's area comes second."""
        area = self.incident_areas.get(place_id, place_id)
        near = (place_id, area) if area != place_id else (place_id,)
        return Scope(
            place=place_id,
            unit=self._unit_of(area),
            root_unit=self.root_unit,
            officials=tuple(o for p in near for o in self.district.officials if o.place == p),
        )

    def _unit_of(self, area_id: str) -> str:
        """The unit in charge of an area, or of the nearest area above it that has one."""
        parents = {area.id: area.parent for area in self.district.areas}
        units = {unit.area: unit.id for unit in reversed(self.district.units) if unit.area}
        here: str | None = area_id
        while here is not None:
            if here in units:
                return units[here]
            here = parents.get(here)
        return self.root_unit

    def name_of(self, place_id: str) -> str:
        """A place as people call it."""
        return _name(place_id, (*self.district.areas, *self.district.sites))

    def person_name(self, person_id: str) -> str:
        """A person as people call him."""
        return _name(person_id, self.district.people)

    def unit_name(self, person_id: str) -> str:
        """The unit that a person belongs to."""
        unit = next((p.unit for p in self.district.people if p.id == person_id), "")
        return _name(unit, self.district.units)

    def gauge_name(self, gauge_id: str) -> str:
        """A gauge as people call it."""
        return _name(gauge_id, self.district.gauges)

    def post_name(self, post_id: str) -> str:
        """A post as people call it."""
        return _name(post_id, self.district.roster.posts)


@dataclass(slots=True)
class Lookout:
    """Remembers what was computed for one version of district and roster, so that a cycle with
    nothing new costs little. Holds no truth: whatever it forgets is read again."""

    _key: tuple[int, int] | None = None
    _span: Span | None = None
    _district: District | None = None
    _roster: Roster | None = None
    _shifts: tuple[Shift, ...] = field(default=())
    assessed: tuple[tuple[int, int], int] | None = None
    """Version and wake counter that were assessed last, and when time alone asks for it again."""
    answered: object = None
    """Version, posts switched on, watch and raises for which every page that must exist does."""
    assess_again: datetime = datetime(1970, 1, 1, tzinfo=UTC)

    def look(self, tx: Tx, *, now: datetime) -> View | None:
        """The view at `now`; None while no district has been applied."""
        key = (district_store.version(tx), roster_store.roster_version(tx))
        if key[0] == 0:
            return None
        if key != self._key or self._span is None or not self._covers(now):
            self._compute(tx, key, now)
        if self._district is None or self._roster is None:
            return None
        active = roster_store.active_posts(tx)
        return View(
            at=now,
            version=key,
            district=self._district,
            roster=self._roster,
            shifts=self._shifts,
            active=active,
            standing=standing_at(self._district, self._shifts, now, active=active),
        )

    def _covers(self, now: datetime) -> bool:
        span = self._span
        return span is not None and span.start + timedelta(days=1) <= now < span.end - AHEAD / 2

    def _compute(self, tx: Tx, key: tuple[int, int], now: datetime) -> None:
        district = district_store.applied(tx)
        if district is None:
            return
        self._district = district
        self._roster = replace(district.roster, overrides=roster_store.overrides(tx))
        self._span = Span(now - BACK, now + AHEAD)
        self._shifts = rosters.shifts(self._roster, self._span)
        self._key = key


def standing_at(
    district: District, shifts: tuple[Shift, ...], at: datetime, *, active: frozenset[str]
) -> tuple[Standing, ...]:
    """Who stands at an instant, with unit and role of the post."""
    posts = {post.id: post for post in district.roster.posts}
    return tuple(
        Standing(posts[s.post].unit, posts[s.post].role, s.person, s.post)
        for s in watch.on_watch(shifts, at, posts=district.roster.posts, active=active)
        if s.post in posts
    )
