"""areas.csv, boundaries/, sites.csv and gauges.csv -> areas, hazard sites and gauges."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from fangxun.core.errors import N_
from fangxun.core.place import Area, Datum, Gauge, HazardSite, Measure, SiteKind
from fangxun.district import cells, words
from fangxun.district.book import Kind
from fangxun.district.boundaries import with_boundaries
from fangxun.district.desk import Desk
from fangxun.district.faults import Amiss, Where
from fangxun.district.tables import Column, Row

AREAS = (
    Column("id", "编号"),
    Column("name", "名称"),
    Column("code", "区划代码"),
    Column("parent", "上级"),
)
SITES = (
    Column("id", "编号"),
    Column("name", "名称"),
    Column("kind", "类型"),
    Column("area", "所在区域"),
    Column("latitude", "纬度"),
    Column("longitude", "经度"),
    Column("datum", "坐标系"),
)
GAUGES = (
    Column("id", "站号"),
    Column("name", "站名"),
    Column("measure", "要素"),
    Column("latitude", "纬度"),
    Column("longitude", "经度"),
    Column("datum", "坐标系"),
    Column("interval_minutes", "间隔分钟"),
    Column("lag_minutes", "迟到分钟"),
    Column("places", "代表地点"),
)
_CODE_LENGTHS = (2, 4, 6, 9, 12)


@dataclass(frozen=True, slots=True)
class Places:
    """All places and gauges; `root` is the area without parent, "" where that is not clear."""

    areas: tuple[Area, ...]
    sites: tuple[HazardSite, ...]
    gauges: tuple[Gauge, ...]
    root: str

    def towns(self) -> tuple[str, ...]:
        """What "*" stands for in criteria.csv: each area directly below the root."""
        return tuple(area.id for area in self.areas if area.parent == self.root)


def read_places(desk: Desk) -> Places:
    """Areas, sites and gauges, in this order, since each refers to those before."""
    areas, whole = _read_areas(desk)
    root = _root(desk, areas) if whole else ""
    areas = with_boundaries(desk, areas)
    sites = _read_sites(desk)
    return Places(areas, sites, _read_gauges(desk), root)


def _read_areas(desk: Desk) -> tuple[tuple[Area, ...], bool]:
    """areas.csv, and whether all of it was good: ids first, since a parent may stand below."""
    table = desk.table("areas.csv", AREAS, Kind.AREA)
    if table is None:
        desk.lost(Kind.AREA)
        return (), False
    codes: dict[str, Where] = {}
    ids = [desk.defined(Kind.AREA, row, cells.slug) for row in table.rows]
    areas = []
    for row, id_ in zip(table.rows, ids, strict=True):
        name = row.get(desk.faults, "name", cells.text, "")
        code = row.get(desk.faults, "code", _division_code, "")
        parent = row.get(desk.faults, "parent", _optional(desk, Kind.AREA), None)
        if code and code in codes:
            message = N_("the division code {code} stands at {other} already")
            row.fault(desk.faults, message, code=code, other=codes[code])
        codes.setdefault(code, row.where)
        if row.ok:
            areas.append(Area(id_, name, code, parent))
    parents = {area.id: area.parent for area in areas}
    check_cycles(desk, Kind.AREA, parents)
    return tuple(areas), all(row.ok for row in table.rows)


def _division_code(value: str) -> str:
    """2, 4, 6, 9 or 12 digits, or nothing."""
    value = cells.plain(value).removesuffix(".0")
    if value and not (value.isascii() and value.isdigit() and len(value) in _CODE_LENGTHS):
        message = N_("{name} “{value}” is no division code; expected 2, 4, 6, 9 or 12 digits")
        raise Amiss(message, value=cells.shown(value))
    return value


def _optional(desk: Desk, kind: Kind) -> Callable[[str], str | None]:
    """A reader of an id that may be missing."""

    def read(value: str) -> str | None:
        return desk.book.known(cells.slug(value), kind) if value else None

    return read


def check_cycles(desk: Desk, kind: Kind, parents: Mapping[str, str | None]) -> None:
    """Nobody is his own ancestor: told once for each circle."""
    told: set[str] = set()
    for start in parents:
        trail: list[str] = []
        here: str | None = start
        while here is not None and here not in trail and here not in told:
            trail.append(here)
            here = parents.get(here)
        if here in trail:
            circle = trail[trail.index(here) :]
            message = N_("stands above itself: {circle}; the highest one has no parent")
            shown = " < ".join((*circle, here))
            desk.faults.add(desk.book.where(kind, here), message, circle=shown)
        told.update(trail)


def _root(desk: Desk, areas: tuple[Area, ...]) -> str:
    """The one area without parent."""
    roots = [area.id for area in areas if area.parent is None]
    if not areas:
        desk.faults.add(Where("areas.csv"), N_("names no area; expected at least one"))
    elif not roots:
        message = N_("every area has a parent; expected one without, the district itself")
        desk.faults.add(Where("areas.csv"), message)
    for extra in roots[1:]:
        message = N_("{id} has no parent, nor has {root}; only the district itself has none")
        desk.faults.add(desk.book.where(Kind.AREA, extra), message, id=extra, root=roots[0])
    return roots[0] if roots else ""


def _latitude(value: str) -> float:
    """Degrees north."""
    return cells.number(value, -90, 90)


def _longitude(value: str) -> float:
    """Degrees east."""
    return cells.number(value, -180, 180)


def _datum(value: str) -> Datum:
    """Which datum a position has; there is no default, for maps differ by hundreds of metres."""
    return cells.choice(value, Datum, words.DATUMS)


def _read_sites(desk: Desk) -> tuple[HazardSite, ...]:
    """sites.csv."""
    table = desk.table("sites.csv", SITES, Kind.SITE)
    sites = []
    for row in table.rows if table else ():
        id_ = desk.defined(Kind.SITE, row, cells.slug)
        sites.append(
            HazardSite(
                id_,
                row.get(desk.faults, "name", cells.text, ""),
                row.get(desk.faults, "kind", _site_kind, SiteKind.GULLY),
                row.get(desk.faults, "area", lambda v: desk.book.known(v, Kind.AREA), ""),
                row.get(desk.faults, "latitude", _latitude, 0.0),
                row.get(desk.faults, "longitude", _longitude, 0.0),
            )
        )
        if row.get(desk.faults, "datum", _datum, Datum.WGS84) is Datum.GCJ02:
            message = N_("the position is GCJ-02; convert a hazard site's to WGS-84 or CGCS2000")
            row.fault(desk.faults, message)
        if not row.ok:
            sites.pop()
    return tuple(sites)


def _site_kind(value: str) -> SiteKind:
    """Kind of a hazard site."""
    return cells.choice(value, SiteKind, words.SITE_KINDS)


def _read_gauges(desk: Desk) -> tuple[Gauge, ...]:
    """gauges.csv."""
    table = desk.table("gauges.csv", GAUGES, Kind.GAUGE)
    rows = [(row, _gauge(desk, row)) for row in (table.rows if table else ())]
    return tuple(gauge for row, gauge in rows if row.ok)


def _gauge(desk: Desk, row: Row) -> Gauge:
    """One line of gauges.csv."""
    faults = desk.faults
    return Gauge(
        desk.defined(Kind.GAUGE, row, cells.mark),
        row.get(faults, "name", cells.text, ""),
        row.get(
            faults, "measure", lambda v: cells.choice(v, Measure, words.MEASURES), Measure.RAIN
        ),
        row.get(faults, "latitude", _latitude, 0.0),
        row.get(faults, "longitude", _longitude, 0.0),
        row.get(faults, "datum", _datum, Datum.WGS84),
        row.get(faults, "interval_minutes", cells.minutes, timedelta(hours=1)),
        row.get(faults, "lag_minutes", cells.minutes, timedelta(hours=1)),
        row.get(faults, "places", lambda value: _gauge_places(desk, value), ()),
    )


def _gauge_places(desk: Desk, value: str) -> tuple[str, ...]:
    """The places that a gauge speaks for, at least one."""
    places = cells.several(value)
    if not places:
        raise Amiss(N_("{name} is empty; expected ids of areas or sites, separated by /"))
    return tuple(dict.fromkeys(desk.book.place(place) for place in places))
