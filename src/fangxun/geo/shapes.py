"""What a warning draws, and the outlines of our areas that it is compared with.

Shapes of strangers are never mended, for the time that takes has no bound: a few hundred points
whose lines cross at random took a minute. Whether a ring winds around a position is counted, and
its line is only cut to our areas.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from shapely import clip_by_rect, get_parts, make_valid
from shapely.geometry import MultiLineString, Polygon
from shapely.geometry.base import BaseGeometry

from fangxun.core.warning import Target
from fangxun.geo import RING

KM_PER_DEGREE = 111.32
LEAST_RADIUS_KM = 0.5
"""A circle of radius 0 is a point that somebody meant as a place: half a kilometre is taken."""
HAIR = 1e-6
"""Degrees, a tenth of a metre: a neighbour's warning that shares our border reaches so far in."""
DECIMALS = 9
"""Of a degree, to which strangers' corners are taken: a tenth of a millimetre."""
CORNERS = 64
"""Of the ring that stands for a circle."""

Ring = Sequence[tuple[float, float]]
"""(latitude, longitude) of each corner."""


@dataclass(frozen=True, slots=True)
class Outline:
    """One of our areas: what lies within its border by more than a hair, and a position in each of
    its parts."""

    inner: BaseGeometry
    positions: tuple[tuple[float, float], ...]


@lru_cache(maxsize=1024)
def outline(boundary: tuple[tuple[float, float], ...]) -> Outline:
    """An area by its boundary, which our own people drew: it is mended where it crosses itself."""
    points = [(longitude, latitude) for latitude, longitude in boundary]
    with np.errstate(all="ignore"):  # a degenerate shape is judged by its result
        whole = make_valid(Polygon(points), method="structure")
        shrunk = whole.buffer(-HAIR)
        inner = whole.buffer(HAIR) if shrunk.is_empty else shrunk
    middles = [part.representative_point() for part in get_parts(whole)]
    return Outline(inner, tuple((middle.y, middle.x) for middle in middles))


@dataclass(frozen=True, slots=True)
class Shape:
    """All rings of a target. `edges` holds (longitude, latitude) of both ends of each edge,
    `starts` where each ring begins in it."""

    edges: NDArray[np.float64]
    starts: NDArray[np.int64]
    lines: MultiLineString

    def holds(self, latitude: float, longitude: float) -> bool:
        """Whether a ring winds around a position, once or more, or runs through it."""
        west, south, east, north = self.lines.bounds
        if not (west <= longitude <= east and south <= latitude <= north):
            return False
        x0, y0, x1, y1 = self.edges.T
        side = (x1 - x0) * (latitude - y0) - (longitude - x0) * (y1 - y0)
        up = (y0 <= latitude) & (latitude < y1) & (side > 0)
        down = (y1 <= latitude) & (latitude < y0) & (side < 0)
        turns = np.add.reduceat(up.astype(np.int64) - down, self.starts)
        along = (np.minimum(x0, x1) <= longitude) & (longitude <= np.maximum(x0, x1))
        across = (np.minimum(y0, y1) <= latitude) & (latitude <= np.maximum(y0, y1))
        return bool(turns.any() or ((side == 0) & along & across).any())

    def overlaps(self, ours: Outline) -> bool:
        """Whether it covers some of an area: its line runs through it, or holds all of a part. A
        neighbour's warning that shares our border and nothing more is not ours."""
        if ours.inner.intersects(clip_by_rect(self.lines, *ours.inner.bounds)):
            return True
        return any(self.holds(*position) for position in ours.positions)


def shape_of(target: Target) -> tuple[Shape | None, list[str]]:
    """What a target's polygons and circles draw together, and what was odd about them."""
    rings: list[Ring] = []
    flags: list[str] = []
    for points in target.polygons:
        if len(set(points)) < RING - 1:
            flags.append("bad-geometry")
            continue
        rings.append(points)
        with np.errstate(all="ignore"):  # likewise
            if not Polygon(points).is_valid:
                flags.append("self-crossing")
    for latitude, longitude, radius in target.circles:
        if radius <= 0:
            flags.append("point-circle")
        rings.append(_circle(latitude, longitude, max(radius, LEAST_RADIUS_KM)))
    if not rings:
        return None, flags
    # rounded: of corners that all but share a latitude, a cut comes out infinite
    closed = [np.round(np.array([*ring, ring[0]])[:, ::-1], DECIMALS) for ring in rings]
    edges = np.concatenate([np.hstack((ring[:-1], ring[1:])) for ring in closed])
    starts = np.cumsum([0, *(len(ring) - 1 for ring in closed[:-1])])
    return Shape(edges, starts, MultiLineString(closed)), flags


def _circle(latitude: float, longitude: float, radius: float) -> Ring:
    """Of a radius in km, round on the ground."""
    reach = radius / KM_PER_DEGREE
    wide = reach / max(math.cos(math.radians(latitude)), 0.01)
    turns = [2 * math.pi * corner / CORNERS for corner in range(CORNERS)]
    return [(latitude + reach * math.sin(a), longitude + wide * math.cos(a)) for a in turns]
