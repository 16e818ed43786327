"""What is applied and who stands at one instant: the part of the store that every step reads."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from fangxun.core import roster as rosters
from fangxun.core import watch
from fangxun.core.assessment import Assessment
from fangxun.core.district import District
from fangxun.core.observation import Reading
from fangxun.core.plan import Scope, Standing
from fangxun.core.responsibility import Official, Person
from fangxun.core.roster import Roster, Shift
from fangxun.core.timeline import Span
from fangxun.core.warning import Bulletin
from fangxun.store import district as district_store
from fangxun.store import meta
from fangxun.store import roster as roster_store
from fangxun.store.base import Tx

LEAST_AHEAD = timedelta(hours=72)
"""Its shifts reach at least so far ahead: holes are looked for among them."""
BACK, AHEAD = timedelta(days=2), 2 * LEAST_AHEAD


@dataclass(frozen=True, slots=True)
class Maps:
    """What is looked up again and again in one version of a district, by id."""

    people: Mapping[str, Person]
    names: Mapping[str, str]
    """Of places, people, gauges, posts and units."""
    incident_areas: Mapping[str, str]
    """For each place, areas first, the area whose incident it belongs to."""
    scopes: Mapping[str, Scope]
    root_unit: str
    parents: Mapping[str, str | None]
    """The unit above each unit."""
    owners: Mapping[str, Sequence[str]]
    """Of each number, those whose it is, in the order of the people."""


def incident_areas(district: District) -> dict[str, str]:
    """For each place, areas first, the area whose incident it belongs to."""
    areas = {area.id: area.id for area in district.areas}
    return areas | {site.id: site.area for site in district.sites}


def maps_of(district: District) -> Maps:
    """Work the maps of a district out once."""
    areas = incident_areas(district)
    root = next(
        (unit.id for unit in district.units if unit.area == district.root), district.units[0].id
    )
    officials: dict[str, list[Official]] = {}
    for official in district.officials:
        officials.setdefault(official.place, []).append(official)
    scopes = {}
    for place, area in areas.items():
        near = (place, area) if area != place else (place,)
        own = tuple(official for name in near for official in officials.get(name, ()))
        scopes[place] = Scope(place, _unit_of(district, area, root), root, own)
    return Maps(
        people={person.id: person for person in district.people},
        names=dict(_all_names(district)),
        incident_areas=areas,
        scopes=scopes,
        root_unit=root,
        parents={unit.id: unit.parent for unit in district.units},
        owners=_owners(district),
    )


def _owners(district: District) -> dict[str, list[str]]:
    owners: dict[str, list[str]] = {}
    for person in district.people:
        for number in dict.fromkeys(phone.number for phone in person.phones):
            owners.setdefault(number, []).append(person.id)
    return owners


def _all_names(district: District) -> Iterable[tuple[str, str]]:
    for area in district.areas:
        yield f"place/{area.id}", area.name
    for site in district.sites:
        yield f"place/{site.id}", site.name
    for person in district.people:
        yield f"person/{person.id}", person.name
    for gauge in district.gauges:
        yield f"gauge/{gauge.id}", gauge.name
    units = {unit.id: unit.name for unit in district.units}
    for post in district.roster.posts:  # every town has an officer: which one must be said
        yield f"post/{post.id}", f"{units.get(post.unit, post.unit)} {post.name}"
    for unit, name in units.items():
        yield f"unit/{unit}", name


def _unit_of(district: District, area_id: str, root: str) -> str:
    """The unit in charge of an area, or of the nearest area above it that has one."""
    parents = {area.id: area.parent for area in district.areas}
    units = {unit.area: unit.id for unit in reversed(district.units) if unit.area}
    here: str | None = area_id
    while here is not None:
        if here in units:
            return units[here]
        here = parents.get(here)
    return root


@dataclass(frozen=True, slots=True)
class View:
    """`standing` is who is on watch at `at`, posts switched on by a level included."""

    at: datetime
    version: tuple[int, int]
    """Of the district and of the overrides and posts switched on, as applied."""
    wake_count: int
    """Differs when something was accepted or edited since."""
    district: District
    roster: Roster
    shifts: tuple[Shift, ...]
    active: frozenset[str]
    standing: tuple[Standing, ...]
    maps: Maps

    @property
    def people(self) -> Mapping[str, Person]:
        """Everybody of the district, by id."""
        return self.maps.people

    @property
    def incident_areas(self) -> Mapping[str, str]:
        """For each place, areas first, the area whose incident it belongs to."""
        return self.maps.incident_areas

    @property
    def root_unit(self) -> str:
        """The unit in charge of the whole district."""
        return self.maps.root_unit

    @property
    def duty_phone(self) -> str:
        """The number of the district's own duty room."""
        return next(unit.duty_phone for unit in self.district.units if unit.id == self.root_unit)

    def scope(self, place_id: str) -> Scope:
        """Where a place lies among units, and its officials; a site's area comes second."""
        return self.maps.scopes.get(place_id, Scope(place_id, self.root_unit, self.root_unit, ()))

    def name_of(self, place_id: str) -> str:
        """A place as people call it; its id where there is none."""
        return self.maps.names.get(f"place/{place_id}", place_id)

    def person_name(self, person_id: str) -> str:
        """A person as people call him."""
        return self.maps.names.get(f"person/{person_id}", person_id)

    def unit_name(self, person_id: str) -> str:
        """The unit that a person belongs to."""
        person = self.people.get(person_id)
        unit = person.unit if person is not None else ""
        return self.maps.names.get(f"unit/{unit}", unit)

    def gauge_name(self, gauge_id: str) -> str:
        """A gauge as people call it."""
        return self.maps.names.get(f"gauge/{gauge_id}", gauge_id)

    def post_name(self, post_id: str) -> str:
        """A post as people call it, with its unit."""
        return self.maps.names.get(f"post/{post_id}", post_id)


@dataclass(frozen=True, slots=True)
class Assessed:
    """What one assessment of every place came to, before it is kept. `key`: the version and wake
    counter that it is of; `released`: the places whose release it has heeded; `again`: when time
    alone asks for the next one."""

    key: tuple[tuple[int, int], int]
    previous: Mapping[str, Assessment]
    present: Mapping[str, Assessment]
    settled: tuple[Reading, ...]
    released: frozenset[str]
    again: datetime
    unconfirmed: tuple[Bulletin, ...] = ()
    """Warnings that nobody has ended or renewed, and that a level is held for."""

    @property
    def changed(self) -> list[Assessment]:
        """Places that are assessed otherwise than before."""
        return [item for place, item in self.present.items() if self.previous.get(place) != item]

    @property
    def gone(self) -> list[str]:
        """Places that the district no longer has."""
        return [place for place in self.previous if place not in self.present]

    @property
    def says_something(self) -> bool:
        """Whether there is anything to keep."""
        return bool(self.changed or self.gone or self.settled or self.released)


@dataclass(frozen=True, slots=True)
class _Known:
    """What was computed for one version. In one piece: threads that look at the same time put a
    whole one in the place of another, never half of it."""

    key: tuple[int, int]
    span: Span
    district: District
    roster: Roster
    shifts: tuple[Shift, ...]
    active: frozenset[str]
    maps: Maps

    def covers(self, now: datetime) -> bool:
        """Whether its shifts reach far enough around an instant."""
        return self.span.start + timedelta(days=1) <= now < self.span.end - LEAST_AHEAD


@dataclass(slots=True)
class Lookout:
    """Remembers what was computed for one version of district and roster, so that a cycle with
    nothing new costs little. Holds no truth: whatever it forgets is read again. What was computed
    in a transaction that is not kept is forgotten: the version that it is of may come again."""

    _known: _Known | None = None
    _view: View | None = None
    """The last one, of `_known` and no other."""
    pending: Assessed | None = None
    """An assessment of this cycle that is not kept yet; a crash loses only the work of it."""
    assessed: tuple[tuple[int, int], int] | None = None
    """Version and wake counter that were assessed last, and when time alone asks for it again."""
    wake_seen: int | None = None
    """The wake counter at the first look since it was last set to None."""
    answered: object = None
    """Version, posts switched on, watch and raises for which every page that must exist does."""
    nothing_new: object = None
    """Version, wake counter and watch for which the levels asked for nothing more."""
    printed: object = None
    """Version, watch and local day that the call sheet was last written for."""
    print_again: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    """Before then it is not tried again, where it could not be written."""
    assess_again: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    _one_at_a_time: threading.Lock = field(default_factory=threading.Lock)
    """The pools look, too, and must not see half of a new district."""

    def look(self, tx: Tx, *, now: datetime) -> View | None:
        """The view at `now`; None while no district has been applied."""
        with self._one_at_a_time:
            return self._look(tx, now=now)

    def _look(self, tx: Tx, *, now: datetime) -> View | None:
        counts = meta.counts(tx)
        if self.wake_seen is None:
            self.wake_seen = counts["wake"]
        key = (counts["district"], counts["roster"])
        if key[0] == 0:
            return None
        known = self._known
        if known is None or known.key != key or not known.covers(now):
            known = _compute(tx, key, known, now)
            tx.undone.append(self.forget)
            self._known, self._view = known, None
        if known is None:
            return None
        if self._view is None or (self._view.at, self._view.wake_count) != (now, counts["wake"]):
            self._view = _view(known, counts["wake"], now)
        return self._view

    def forget(self) -> None:
        """Compute anew at the next look."""
        self._known = self._view = None


def _view(known: _Known, wake_count: int, now: datetime) -> View:
    return View(
        at=now,
        version=known.key,
        wake_count=wake_count,
        district=known.district,
        roster=known.roster,
        shifts=known.shifts,
        active=known.active,
        standing=standing_at(known.district, known.shifts, now, active=known.active),
        maps=known.maps,
    )


def _compute(tx: Tx, key: tuple[int, int], before: _Known | None, now: datetime) -> _Known | None:
    """What holds for a version; what is the same as `before` is taken from there."""
    district = before.district if before is not None else None
    maps = before.maps if before is not None else None
    if district is None or maps is None or before is None or before.key[0] != key[0]:
        district = district_store.applied(tx)
        maps = maps_of(district) if district is not None else None
    if district is None or maps is None:
        return None
    roster = roster_store.in_force(tx, district)
    active = roster_store.active_posts(tx)
    if before is not None and before.roster == roster and before.covers(now):
        span, shifts = before.span, before.shifts
    else:
        span = Span(now - BACK, now + AHEAD)
        shifts = rosters.shifts(roster, span)
    return _Known(key, span, district, roster, shifts, active, maps)


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
