"""One storm in one area with its sites: raises, lowerings, stand-down; response level beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from fangxun.core.assessment import Assessment, Evidence, EvidenceKind, Why
from fangxun.core.level import Certainty, Hazard, Level, ResponseLevel


class IncidentState(StrEnum):
    """The life of an incident."""

    OPEN = "open"
    """Some place of the area stands at blue or above, or the all-clear is not yet approved."""
    ALL_CLEAR_PROPOSED = "all_clear_proposed"
    """Every place is known to be at none; a named human has to approve the stand-down."""
    CLOSED = "closed"
    """Stood down by a named human."""


@dataclass(frozen=True, slots=True)
class Raise:
    """A raise of a place by itself, as `PlaceInIncident` has it of the whole."""

    level: Level
    number: int
    at: datetime
    hazard: Hazard


@dataclass(frozen=True, slots=True)
class PlaceInIncident:
    """The level that a place holds in the incident, and its raise number (counts up; 0: none yet).

    At none it holds none any more; whether that is known is for the assessment to say.
    `raised_at`: when the present raise came; `hazard`: what it is about, by which the plan goes.
    `duty_only` as in the assessment. `own`: the raise of the place by itself, without warnings of
    divisions above, where that is another one; see `by_itself`.
    """

    place: str
    level: Level
    raise_no: int
    raised_at: datetime
    duty_only: bool = False
    hazard: Hazard = Hazard.OTHER
    own: Raise | None = None

    @property
    def by_itself(self) -> PlaceInIncident:
        """What all but the duty room are called for."""
        own = self.own
        if own is not None:
            return PlaceInIncident(self.place, own.level, own.number, own.at, hazard=own.hazard)
        return replace(self, level=Level.NONE, raise_no=0) if self.duty_only else self


@dataclass(frozen=True, slots=True)
class Incident:
    """`id` counts up; `area` is the area whose storm it is; its sites are among `places`."""

    id: int
    area: str
    state: IncidentState
    opened_at: datetime
    places: tuple[PlaceInIncident, ...] = ()
    response: ResponseLevel | None = None
    closed_at: datetime | None = None

    @property
    def highest(self) -> Level:
        """The highest level that one of its places holds."""
        return max((p.level for p in self.places), key=lambda lv: lv.rank, default=Level.NONE)


class Change(StrEnum):
    """What happened to a place in an incident, and why, for the journal."""

    OPENED = "opened"
    RAISED = "raised"
    """A higher level; or by itself, where a division above had raised the place as high before."""
    LOWERED = "lowered"
    """A lower level; or by itself, where a division above still carries the place; or the place
    has left the district."""
    ALL_CLEAR_PROPOSED = "all_clear_proposed"
    ALL_CLEAR_WITHDRAWN = "all_clear_withdrawn"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Development:
    """One change of one incident: the new state is in `incident`."""

    change: Change
    incident: Incident
    place: str
    level: Level
    previous: Level


def develop(  # noqa: PLR0913  each is a value that the rule weighs
    incidents: Sequence[Incident],
    assessments: Mapping[str, Assessment],
    areas: Mapping[str, str],
    *,
    stale: frozenset[str],
    next_id: int,
    now: datetime,
) -> tuple[Development, ...]:
    """What the assessments change in the open incidents, in the order of `areas`: for each place
    the area whose incident it belongs to (a site's area, an area itself).

    1. A place above what it holds: a raise, which opens the incident of its area if need be. The
       same for what it holds by itself, for which all but the duty room are called.
    2. A place below it: lowered, and reaching it again is a new raise. Also where nothing is known
       of it any more: the assessment has done the hold, or a human has let the level go (missing
       data alone hold it).
    3. Every place of an incident known to be at none: the all-clear is proposed; withdrawn when
       one is not any more.

    A place that an edit took out of the area, or out of the district, leaves its incident first, at
    none: nothing assesses it there again. It keeps its number, so that its return is a new raise.
    """
    developments: list[Development] = []
    by_area = {item.area: item for item in incidents}
    for known in incidents:
        by_area[known.area], left = _leaving(known, areas)
        developments += left
    for place, area in areas.items():
        found = assessments.get(place)
        if found is None:
            continue
        item = by_area.get(area)
        if item is None and found.level.rank:
            item = Incident(next_id, area, IncidentState.OPEN, now)
            next_id += 1
            developments.append(Development(Change.OPENED, item, place, found.level, Level.NONE))
        if item is None:
            continue
        by_area[area], changes = _place(item, found, now)
        developments += changes
    for item in by_area.values():
        hindered = hindrance(belonging(item, areas), assessments, stale)
        developments += _all_clear(item, clear=hindered is None)
    return _with_final_states(developments, by_area)


def _leaving(item: Incident, areas: Mapping[str, str]) -> tuple[Incident, list[Development]]:
    """The incident after places have left it, and what that is called."""
    gone = [p for p in item.places if areas.get(p.place) != item.area and p.level.rank]
    kept = {p.place: p if p not in gone else _at_none(p) for p in item.places}
    after = replace(item, places=tuple(kept.values()))
    return after, [Development(Change.LOWERED, after, p.place, Level.NONE, p.level) for p in gone]


def _at_none(place: PlaceInIncident) -> PlaceInIncident:
    own = replace(place.own, level=Level.NONE) if place.own is not None else None
    return replace(place, level=Level.NONE, duty_only=False, own=own)


def belonging(item: Incident, areas: Mapping[str, str]) -> Incident:
    """The incident with the places that still belong to it: only they stand against an
    all-clear."""
    return replace(item, places=tuple(p for p in item.places if areas.get(p.place) == item.area))


def _place(item: Incident, found: Assessment, now: datetime) -> tuple[Incident, list[Development]]:
    """One place's new level within its incident, and what that is called."""
    held = next((p for p in item.places if p.place == found.place), None)
    if held is None and not found.level.rank:
        return item, []
    before = held or PlaceInIncident(found.place, Level.NONE, 0, now)
    moves = dict.fromkeys(
        [
            (found.level, before.level),
            (found.own_level, before.by_itself.level),
        ]
    )
    told = [(_called(*move), *move) for move in moves if move[0].rank != move[1].rank]
    if not told:
        return item, []
    others = tuple(p for p in item.places if p.place != found.place)
    after = replace(item, places=(*others, _present(before, found, now)))
    return after, [
        Development(change, after, found.place, level, previous) for change, level, previous in told
    ]


def _called(level: Level, previous: Level) -> Change:
    return Change.RAISED if level.above(previous) else Change.LOWERED


def _present(before: PlaceInIncident, found: Assessment, now: datetime) -> PlaceInIncident:
    """What the place holds from now on.

    The two raises count in one row. By itself it is raised to a new number; where a division above
    had raised it as high before, to that one, so that the duty room, which knows, is not paged
    anew, and everybody else is.
    """
    own = before.by_itself
    higher, own_higher = found.level.above(before.level), found.own_level.above(own.level)
    number = before.raise_no + higher
    own_number = max(number, own.raise_no + 1) if own_higher else own.raise_no
    whole = Raise(
        found.level if found.level.rank else Level.NONE,
        max(number, own_number),
        now if max(number, own_number) > before.raise_no else before.raised_at,
        _hazard(found.evidence),
    )
    by_itself = Raise(
        found.own_level if found.own_level.rank else Level.NONE,
        own_number,
        now if own_higher else own.raised_at,
        _hazard([e for e in found.evidence if e.kind is not EvidenceKind.ANCESTOR_WARNING]),
    )
    return PlaceInIncident(
        found.place, whole.level, whole.number, whole.at, found.duty_only, whole.hazard,
        by_itself if by_itself != whole else None,
    )  # fmt: skip


_SPECIFIC = (Hazard.GEOLOGICAL, Hazard.FLASH_FLOOD, Hazard.FLOOD, Hazard.TYPHOON, Hazard.RAIN)
"""Which of several hazards at one level a place is called for: the most particular of them."""


def _hazard(evidence: Sequence[Evidence]) -> Hazard:
    """What the strongest evidence of a level is about."""
    strongest = max((item.level.rank for item in evidence), default=0)
    hazards = {item.hazard for item in evidence if item.level.rank == strongest}
    return next((hazard for hazard in _SPECIFIC if hazard in hazards), Hazard.OTHER)


def _all_clear(item: Incident, *, clear: bool) -> list[Development]:
    if clear and item.state is IncidentState.OPEN:
        after = replace(item, state=IncidentState.ALL_CLEAR_PROPOSED)
        return [Development(Change.ALL_CLEAR_PROPOSED, after, item.area, Level.NONE, Level.NONE)]
    if not clear and item.state is IncidentState.ALL_CLEAR_PROPOSED:
        after = replace(item, state=IncidentState.OPEN)
        return [Development(Change.ALL_CLEAR_WITHDRAWN, after, item.area, Level.NONE, Level.NONE)]
    return []


def _with_final_states(
    developments: list[Development], by_area: Mapping[str, Incident]
) -> tuple[Development, ...]:
    """Every development carries the incident as it stands after all of them."""
    final = dict(by_area)
    for item in developments:
        if item.change in {Change.ALL_CLEAR_PROPOSED, Change.ALL_CLEAR_WITHDRAWN}:
            final[item.incident.area] = item.incident
    return tuple(replace(item, incident=final[item.incident.area]) for item in developments)


class Hindrance(StrEnum):
    """Why an incident cannot be stood down."""

    STILL_AT_LEVEL = "still_at_level"
    PLACE_UNKNOWN = "place_unknown"
    LEVEL_HELD = "level_held"
    SOURCE_STALE = "source_stale"


def hindrance(
    item: Incident, assessments: Mapping[str, Assessment], stale: frozenset[str]
) -> Hindrance | None:
    """What stands against the all-clear, None where nothing does. Missing data never clears.

    A place without any gauge is known by warnings alone; with its sources fresh and none in force
    its approver decides, else its incident could never end.
    """
    for place in item.places:
        found = assessments.get(place.place)
        if found is None:
            return Hindrance.PLACE_UNKNOWN
        if found.level is Level.UNKNOWN and found.why is not Why.NO_GAUGE:
            return Hindrance.PLACE_UNKNOWN
        if found.level.rank:
            return Hindrance.STILL_AT_LEVEL
        if found.certainty is Certainty.HELD:
            return Hindrance.LEVEL_HELD
    return Hindrance.SOURCE_STALE if stale else None


def close(item: Incident, *, now: datetime) -> Incident:
    """The incident as a named human has stood it down."""
    return replace(item, state=IncidentState.CLOSED, closed_at=now)


def with_response(item: Incident, response: ResponseLevel) -> Incident:
    """The incident with a response level in force, as approved."""
    return replace(item, response=response)
