"""Which of our places a warning touches: by code, by geometry, by name; datum of positions.

Bad geometry never drops a warning: codes are looked at first, names come last, and what was odd is
flagged on the bulletin.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from fangxun.core.district import District
from fangxun.core.place import CodeRelation, Datum, relation
from fangxun.core.warning import Bulletin, Target, Touch

if TYPE_CHECKING:
    from fangxun.geo.shapes import Shape

RING = 4
"""A closed ring has at least so many points, the last one the first."""


def touch(bulletin: Bulletin, district: District) -> Bulletin:
    """The bulletin with the places that it touches, and with flags for what was odd.

    1. Codes say most: an area's own, one within it, or a division above it.
    2. Polygons and circles touch areas by boundary and sites by position. An area without boundary
       is touched where one of its sites or gauges is.
    3. An area is not touched only because it contains what is: a warning for a town is the town's.
    4. Names are the last resort: for a target without codes whose geometry cannot be used, be it
       for its own faults, for having been cut short, or for the want of our boundaries.
    """
    flags = list(bulletin.flags)
    touches: dict[str, Touch] = {}
    blind = "many-areas" in flags or any(len(area.boundary) < RING for area in district.areas)
    for target in bulletin.targets:
        found = _by_code(target, district)
        shape, odd = _drawn(target)
        by_shape = _by_shape(shape, district) if shape is not None else {}
        flags += odd
        found = _stronger(found, by_shape)
        if not found and not target.codes and (shape is None or blind):
            found = _by_name(target.name, district)
            if found:
                flags.append("by-name")
        touches = _stronger(touches, _nearest(found, target, district))
    if not bulletin.targets or not any(
        t.codes or t.polygons or t.circles or t.name for t in bulletin.targets
    ):
        flags.append("no-area")
    order = [area.id for area in district.areas] + [site.id for site in district.sites]
    return replace(
        bulletin,
        touches=tuple((place, touches[place]) for place in order if place in touches),
        flags=tuple(dict.fromkeys(flags)),
    )


def _stronger(one: dict[str, Touch], other: dict[str, Touch]) -> dict[str, Touch]:
    """Both together; direct is stronger than by an ancestor."""
    joined = {**one}
    for place, how in other.items():
        if joined.get(place) is not Touch.DIRECT:
            joined[place] = how
    return joined


def _nearest(found: dict[str, Touch], target: Target, district: District) -> dict[str, Touch]:
    """Without areas that are touched only because they contain what is: a warning for a town is
    the town's, not the whole district's. An area whose own code is named stays."""
    parents = {area.id: area.parent for area in district.areas}
    around: set[str] = set()
    for place, how in found.items():
        parent = parents.get(place)
        while how is Touch.DIRECT and parent is not None:
            around.add(parent)
            parent = parents.get(parent)
    named = {
        area.id
        for area in district.areas
        for code in target.codes
        if relation(code, area.code) is CodeRelation.SAME
    }
    return {place: how for place, how in found.items() if place not in around - named}


def _by_code(target: Target, district: District) -> dict[str, Touch]:
    found: dict[str, Touch] = {}
    for code in target.codes:
        for area in district.areas:
            match relation(code, area.code):
                case CodeRelation.SAME | CodeRelation.DESCENDANT:
                    found[area.id] = Touch.DIRECT
                case CodeRelation.ANCESTOR:
                    found.setdefault(area.id, Touch.ANCESTOR)
    return _with_sites(found, district)


def _with_sites(found: dict[str, Touch], district: District) -> dict[str, Touch]:
    """A hazard site is touched as its area is."""
    sites = {site.id: found[site.area] for site in district.sites if site.area in found}
    return {**found, **sites}


def _drawn(target: Target) -> tuple[Shape | None, list[str]]:
    """As `shape_of`. What counts with shapes takes a tenth of a second to load, which every command
    would pay that looks at no shape."""
    if not (target.polygons or target.circles):
        return None, []
    from fangxun.geo.shapes import shape_of  # noqa: PLC0415  see above

    return shape_of(target)


def _by_shape(shape: Shape, district: District) -> dict[str, Touch]:
    from fangxun.geo.shapes import outline  # noqa: PLC0415  as in `_drawn`

    found = {
        area.id
        for area in district.areas
        if len(area.boundary) >= RING and shape.overlaps(outline(area.boundary))
    }
    unbounded = {area.id for area in district.areas if len(area.boundary) < RING}
    sites = {s.id: s for s in district.sites if shape.holds(s.latitude, s.longitude)}
    found |= {site.area for site in sites.values()} & unbounded
    for gauge in district.gauges:
        if shape.holds(*to_wgs84(gauge.latitude, gauge.longitude, gauge.datum)):
            found |= unbounded.intersection(gauge.places)
    return dict.fromkeys({*found, *sites}, Touch.DIRECT)


def _by_name(name: str, district: District) -> dict[str, Touch]:
    name = name.strip()
    if not name:
        return {}
    found = {
        area.id: Touch.DIRECT
        for area in district.areas
        if area.name in name or (len(name) > 1 and name in area.name)
    }
    return _with_sites(found, district)


_A, _E2 = 6378245.0, 0.00669342162296594323
"""Krasovsky 1940, on which GCJ-02 is defined."""


def to_wgs84(latitude: float, longitude: float, datum: Datum) -> tuple[float, float]:
    """A position in WGS-84 degrees. GCJ-02 is undone by iteration to about a metre; CGCS2000
    differs by centimetres and is taken as it is."""
    if datum is not Datum.GCJ02:
        return latitude, longitude
    lat, lon = latitude, longitude
    for _ in range(3):
        shift_lat, shift_lon = _gcj_shift(lat, lon)
        lat, lon = latitude - shift_lat, longitude - shift_lon
    return lat, lon


def _gcj_shift(latitude: float, longitude: float) -> tuple[float, float]:
    """By how many degrees GCJ-02 moves a WGS-84 position."""
    x, y = longitude - 105.0, latitude - 35.0
    waves = (20.0 * math.sin(6.0 * x * math.pi) + 20.0 * math.sin(2.0 * x * math.pi)) * 2.0 / 3.0
    d_lat = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x)) + waves
    d_lat += (20.0 * math.sin(y * math.pi) + 40.0 * math.sin(y / 3.0 * math.pi)) * 2.0 / 3.0
    d_lat += (160.0 * math.sin(y / 12.0 * math.pi) + 320.0 * math.sin(y * math.pi / 30.0)) * 2 / 3
    d_lon = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x)) + waves
    d_lon += (20.0 * math.sin(x * math.pi) + 40.0 * math.sin(x / 3.0 * math.pi)) * 2.0 / 3.0
    d_lon += (150.0 * math.sin(x / 12.0 * math.pi) + 300.0 * math.sin(x / 30.0 * math.pi)) * 2 / 3
    magic = 1 - _E2 * math.sin(math.radians(latitude)) ** 2
    root = math.sqrt(magic)
    d_lat = d_lat * 180.0 / ((_A * (1 - _E2)) / (magic * root) * math.pi)
    d_lon = d_lon * 180.0 / (_A / root * math.cos(math.radians(latitude)) * math.pi)
    return d_lat, d_lon
