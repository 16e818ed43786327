"""boundaries/<area>.geojson -> the outlines of areas."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise
from pathlib import PurePosixPath

from fangxun.core.errors import N_
from fangxun.core.place import Area
from fangxun.district.book import Kind
from fangxun.district.desk import Desk
from fangxun.district.faults import Amiss, Where

_MOST_POINTS = 20_000


def with_boundaries(desk: Desk, areas: tuple[Area, ...]) -> tuple[Area, ...]:
    """boundaries/<area>.geojson: one polygon, WGS-84, longitude before latitude."""
    rings: dict[str, tuple[tuple[float, float], ...]] = {}
    for file in desk.folder.within("boundaries"):
        area = PurePosixPath(file).stem
        text = desk.folder.text(file)
        if text is None:
            continue
        try:
            desk.book.known(area, Kind.AREA)
            rings[area] = _ring(json.loads(text), desk, file)
        except Amiss as amiss:
            fields = {"name": N_("the file name"), **amiss.fields}
            desk.faults.add(Where(file), amiss.template, **fields)
        except json.JSONDecodeError as error:
            message = N_("is no GeoJSON: {error}")
            desk.faults.add(Where(file, error.lineno), message, error=error.msg)
        except (ValueError, RecursionError, OverflowError):
            desk.faults.add(Where(file), N_("is no GeoJSON that can be read"))
    return tuple(replace(area, boundary=rings.get(area.id, ())) for area in areas)


def _ring(document: object, desk: Desk, file: str) -> tuple[tuple[float, float], ...]:
    """The outer ring of a Polygon, or of the largest part of a MultiPolygon."""
    geometry = document
    if isinstance(geometry, dict) and geometry.get("type") == "FeatureCollection":
        features = geometry.get("features")
        geometry = features[0] if isinstance(features, list) and len(features) == 1 else None
    if isinstance(geometry, dict) and geometry.get("type") == "Feature":
        geometry = geometry.get("geometry")
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    rings = geometry.get("coordinates") if isinstance(geometry, dict) else None
    if kind == "Polygon" and isinstance(rings, list) and rings:
        return _points(rings[0])
    if kind == "MultiPolygon" and isinstance(rings, list) and rings:
        parts = [_points(part[0]) for part in rings if isinstance(part, list) and part]
        if len(parts) > 1:
            message = N_("has {count} parts; only the largest is used, the codes cover the others")
            desk.faults.warn(Where(file), message, count=len(parts))
        if parts:
            return max(parts, key=_size)
    raise Amiss(N_("holds no polygon; expected one Feature with a Polygon"))


def _points(ring: object) -> tuple[tuple[float, float], ...]:
    """(latitude, longitude) of a closed ring."""
    most = _MOST_POINTS
    if not isinstance(ring, list) or len(ring) > most:
        raise Amiss(N_("holds no ring of at most {most} points"), most=most)
    points = []
    for point in ring:
        if not (isinstance(point, list) and len(point) >= 2):  # noqa: PLR2004  a position is a pair
            raise Amiss(N_("holds a point that is no pair of numbers"))
        longitude, latitude = point[0], point[1]
        if not (_within(longitude, 180) and _within(latitude, 90)):
            raise Amiss(N_("holds a point outside longitude ±180, latitude ±90; are they swapped?"))
        points.append((float(latitude), float(longitude)))
    if len(set(points)) < 3 or points[0] != points[-1]:  # noqa: PLR2004  a triangle at least
        raise Amiss(N_("its ring is not closed, or has less than three corners"))
    return tuple(points)


def _within(value: object, most: float) -> bool:
    """Whether a coordinate is a finite number within its bound."""
    return isinstance(value, int | float) and not isinstance(value, bool) and -most <= value <= most


def _size(ring: Iterable[tuple[float, float]]) -> float:
    """The area of a ring in square degrees: to tell the largest."""
    points = list(ring)
    pairs = pairwise(points)
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs)) / 2
