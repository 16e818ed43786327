"""criteria.csv -> criteria of each place; "*" stands for every area directly below the district."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import pairwise

from fangxun.core.criterion import Criterion
from fangxun.core.errors import N_
from fangxun.core.level import Hazard, Level
from fangxun.core.place import Measure
from fangxun.district import cells, words
from fangxun.district.book import Kind
from fangxun.district.desk import Desk
from fangxun.district.faults import Amiss, Where
from fangxun.district.places import Places
from fangxun.district.posts import colour
from fangxun.district.tables import Column, Row

CRITERIA = (
    Column("id", "编号", needed=False),
    Column("place", "地点"),
    Column("hazard", "灾种"),
    Column("measure", "要素"),
    Column("window", "时段"),
    Column("level", "级别"),
    Column("limit", "达到"),
    Column("clear_below", "解除低于", needed=False),
    Column("source", "依据"),
)
ALL_TOWNS = "*"
CLEAR_SHARE = 0.8
"""Rain counts as over below this share of the limit, unless the table says otherwise: a choice of
ours, so that a window hovering at its limit does not flap. A stage must say it itself: 0.8 of a
height above sea level would never be reached."""
_MOST_RAIN, _MOST_STAGE = 3000.0, 9000.0
"""mm in a week (the world record for seven days is above 5,000 mm; a limit never is), m."""


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of the table, before "*" is expanded."""

    where: Where
    criterion: Criterion


def read_criteria(desk: Desk, places: Places) -> tuple[Criterion, ...]:
    """All criteria, checked against each other and the gauges.

    A place's own line stands instead of a "*" line for the same hazard, measure, window and level.
    """
    table = desk.table("criteria.csv", CRITERIA)
    lines = [_Line(row.where, _criterion(desk, row)) for row in (table.rows if table else ())]
    good = [line for row, line in zip(table.rows if table else (), lines, strict=True) if row.ok]
    expanded = _expand(desk, good, places)
    _check_rising(desk, expanded)
    _warn_unserved(desk, expanded, places)
    return tuple(line.criterion for line in expanded)


def _criterion(desk: Desk, row: Row) -> Criterion:
    """One line of criteria.csv."""
    faults = desk.faults
    place = row.get(faults, "place", lambda v: v if v == ALL_TOWNS else desk.book.place(v), "")
    danger = row.get(faults, "hazard", hazard, Hazard.RAIN)
    measure = row.get(faults, "measure", _measure, Measure.RAIN)
    window = row.get(faults, "window", _window(measure), timedelta())
    level = row.get(faults, "level", colour, Level.BLUE)
    limit = row.get(faults, "limit", _amount(measure), 1.0)
    clear_below = row.get(faults, "clear_below", _clear_below(measure, limit), 0.0)
    name = f"{danger}-{round(window.total_seconds() / 60)}min-{level}"
    id_ = row.get(faults, "id", lambda value: cells.slug(value) if value else name, "")
    if row.raw("id") and not desk.book.define(Kind.CRITERION, id_, row.where):
        row.ok = False
    source = row.get(faults, "source", lambda value: cells.text(value) if value else "", "")
    criterion = Criterion(id_, place, danger, measure, window, level, limit, clear_below, source)
    return criterion if row.raw("id") else replace(criterion, id=f"{measure}-{name}")


def hazard(value: str) -> Hazard:
    """A hazard that pages."""
    found = cells.choice(value, Hazard, words.HAZARDS)
    if found is Hazard.OTHER:
        raise Amiss(N_("{name} is other; a criterion needs a hazard that pages"))
    return found


def _measure(value: str) -> Measure:
    """Rain or stage."""
    return cells.choice(value, Measure, words.MEASURES)


def _window(measure: Measure) -> Callable[[str], timedelta]:
    """Rain has a window; a stage is of an instant."""

    def read(value: str) -> timedelta:
        if measure is Measure.RAIN:
            return cells.window(value)
        if cells.plain(value) not in {"", "0", "-"}:
            message = N_("{name} is “{value}”; a stage is of an instant: leave it empty")
            raise Amiss(message, value=cells.shown(value))
        return timedelta()

    return read


def _amount(measure: Measure) -> Callable[[str], float]:
    """Rain in mm with one decimal, as amounts are compared, or stage in m with two."""

    def read(value: str) -> float:
        rain = measure is Measure.RAIN
        found = cells.number(value, 0.1 if rain else -500, _MOST_RAIN if rain else _MOST_STAGE)
        decimals = 1 if rain else 2
        if not math.isclose(round(found, decimals), found, abs_tol=1e-9):
            message = N_("{name} is {value}; expected at most {decimals} decimals")
            raise Amiss(message, value=cells.shown(value), decimals=decimals)
        return round(found, decimals)

    return read


def _clear_below(measure: Measure, limit: float) -> Callable[[str], float]:
    """Given, and not above the limit; for rain CLEAR_SHARE of the limit where not given."""

    def read(value: str) -> float:
        if not value and measure is Measure.RAIN:
            return max(0.1, math.floor(limit * CLEAR_SHARE * 10 + 1e-9) / 10)
        if not value:
            raise Amiss(N_("{name} is empty; a stage must say below what it counts as over"))
        found = _amount(measure)(value)
        if found > limit:
            message = N_("{name} is {value}, above the limit {limit:g}; expected at most that")
            raise Amiss(message, value=cells.shown(value), limit=limit)
        return found

    return read


def _expand(desk: Desk, lines: Sequence[_Line], places: Places) -> list[_Line]:
    """Own lines, and "*" lines for each town without an own line of the kind."""
    found: dict[tuple[object, ...], _Line] = {}
    for line in (line for line in lines if line.criterion.place != ALL_TOWNS):
        _put(desk, found, line)
    own = set(found)
    shared: dict[tuple[object, ...], _Line] = {}
    for line in (line for line in lines if line.criterion.place == ALL_TOWNS):
        _put(desk, shared, line)
    for line in shared.values():
        for town in places.towns():
            id_ = f"{line.criterion.id}:{town}"
            here = _Line(line.where, replace(line.criterion, place=town, id=id_))
            if _key(here.criterion) not in own:
                found[_key(here.criterion)] = here
    if shared and not places.towns() and places.root:
        message = N_("“*” stands for every area directly below the district; there is none")
        desk.faults.add(next(iter(shared.values())).where, message)
    return [line if ":" in line.criterion.id else _unique(desk, line) for line in found.values()]


def _unique(desk: Desk, line: _Line) -> _Line:
    """An id given by us gets its place, so that it is one place's only."""
    if desk.book.has(Kind.CRITERION, line.criterion.id):
        return line
    id_ = f"{line.criterion.id}:{line.criterion.place}"
    return replace(line, criterion=replace(line.criterion, id=id_))


def _put(desk: Desk, found: dict[tuple[object, ...], _Line], line: _Line) -> None:
    """Note a line; a fault where the same thing has two limits."""
    other = found.setdefault(_key(line.criterion), line)
    if other is not line:
        message = N_("place, hazard, measure, window and level are those of {other}; keep one")
        desk.faults.add(line.where, message, other=other.where)


def _key(criterion: Criterion) -> tuple[object, ...]:
    """What a limit is given for."""
    return (*_series(criterion), criterion.level)


def _series(criterion: Criterion) -> tuple[object, ...]:
    """What the limits of all levels are compared within."""
    return (criterion.place, criterion.hazard, criterion.measure, criterion.window)


def _check_rising(desk: Desk, lines: Iterable[_Line]) -> None:
    """Within a series a higher level has a higher limit, else the lower would never show."""
    series: dict[tuple[object, ...], list[_Line]] = {}
    for line in lines:
        series.setdefault(_series(line.criterion), []).append(line)
    told: set[tuple[Where, Where]] = set()
    for group in series.values():
        group.sort(key=lambda line: line.criterion.level.rank)
        for lower, higher in pairwise(group):
            pair = (lower.where, higher.where)
            if higher.criterion.limit > lower.criterion.limit or pair in told:
                continue
            told.add(pair)
            message = N_(
                "{level} at {limit:g} does not stand above {other_level} at {other_limit:g} "
                "({other}); a higher level needs a higher limit"
            )
            desk.faults.add(
                higher.where, message,
                level=higher.criterion.level.value, limit=higher.criterion.limit,
                other_level=lower.criterion.level.value, other_limit=lower.criterion.limit,
                other=lower.where,
            )  # fmt: skip


def _warn_unserved(desk: Desk, lines: Iterable[_Line], places: Places) -> None:
    """A criterion that no gauge of its place can ever answer, or whose window none of them ever
    fills to the full: what is below its limit then stays unknown. The one is told once a place, the
    other once a line."""
    told: set[tuple[object, ...]] = set()
    for line in lines:
        one = line.criterion
        gauges = [g for g in places.gauges if one.place in g.places and g.measure is one.measure]
        rain = one.measure is Measure.RAIN
        if not any(not rain or gauge.interval <= one.window for gauge in gauges):
            if (one.place, one.measure) not in told:
                told.add((one.place, one.measure))
                message = N_(
                    "no gauge of {place} measures this in so short a time: it stays unknown"
                )
                desk.faults.warn(line.where, message, place=one.place)
        elif rain and (line.where,) not in told and all(one.window % g.interval for g in gauges):
            told.add((line.where,))
            message = N_(
                "the window is no multiple of the interval of any gauge of {place} "
                "({minutes} min): it raises, and never shows that the level is over"
            )
            minutes = sorted({round(g.interval.total_seconds() / 60) for g in gauges})
            desk.faults.warn(
                line.where, message, place=one.place, minutes=", ".join(map(str, minutes))
            )
