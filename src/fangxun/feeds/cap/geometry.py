"""Areas of an <info>: codes, polygons, circles. What is odd is kept if it can be, and flagged."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from fangxun.core.warning import Target
from fangxun.feeds.cap.xml import children, text

MOST_TARGETS = 3000
MOST_SHAPES = 5000
MOST_POINTS = 100_000
"""Of a whole <info>, as are the shapes: a polygon beyond it is taken as the box around it."""
LEAST_POINTS = 3
MOST_RADIUS_KM = 5000.0

_NUMBER = r"[+-]?(?:\d{1,3}(?:\.\d{0,20})?|\.\d{1,20})"
_PAIR = re.compile(rf"({_NUMBER})\s*,\s*({_NUMBER})")
_CIRCLE = re.compile(rf"({_NUMBER})\s*,\s*({_NUMBER})[\s,]+([+-]?\d{{1,9}}(?:\.\d{{0,20}})?)")
_LENGTHS = frozenset({2, 4, 6, 9, 12})
_FOREIGN = ("same", "fips", "ugc", "emma", "nuts", "clc", "profile:", "layer:", "iso", "zip")
"""Code lists of other countries, whose digits mean other places."""

Point = tuple[float, float]


@dataclass(slots=True)
class _Room:
    """How much more an <info> may draw."""

    shapes: int
    points: int


def targets(info: Element) -> tuple[tuple[Target, ...], set[str]]:
    """The warned areas of an <info>, and flags."""
    flags: set[str] = set()
    found: list[Target] = []
    room = _Room(MOST_SHAPES, MOST_POINTS)
    for area in children(info, "area"):
        if len(found) == MOST_TARGETS:
            flags.add("many-areas")
            break
        found.append(_target(area, flags, room))
    return tuple(found), flags


def usable(target: Target) -> bool:
    """Whether an area can be compared with ours by more than its name."""
    return bool(target.codes or target.polygons or target.circles)


def _target(area: Element, flags: set[str], room: _Room) -> Target:
    return Target(
        name=text(area, "areaDesc", most=500),
        codes=tuple(dict.fromkeys(_codes(area, flags))),
        polygons=tuple(_polygons(area, flags, room)),
        circles=tuple(_circles(area, flags, room)),
    )


def _codes(area: Element, flags: set[str]) -> Iterator[str]:
    for code in children(area, "geocode"):
        kind = text(code, "valueName", most=100).lower()
        for value in text(code, "value", most=20_000).split():
            plain = value.strip(",;")
            whole = plain.isascii() and plain.isdigit() and len(plain) in _LENGTHS
            if whole and not any(word in kind for word in _FOREIGN):
                yield plain
            else:
                flags.add("foreign-code")


def _written(area: Element, name: str, flags: set[str], room: _Room) -> Iterator[str]:
    """The shapes of a kind, as far as there is room; what is cut off is flagged, and then names
    count, too."""
    for shape in children(area, name):
        written = "".join(shape.itertext()).strip()
        if not written:
            continue
        if not room.shapes:
            flags.add("many-areas")
            return
        room.shapes -= 1
        yield written


def _polygons(area: Element, flags: set[str], room: _Room) -> Iterator[tuple[Point, ...]]:
    for written in _written(area, "polygon", flags, room):
        points = _placed([(float(a), float(b)) for a, b in _PAIR.findall(written)], flags)
        if len(set(points)) < LEAST_POINTS:
            flags.add("bad-geometry")
            continue
        if points[0] != points[-1]:
            flags.add("unclosed-polygon")
        if len(points) > room.points:
            flags.add("many-points")
            points = _box(points)
        room.points = max(0, room.points - len(points))
        yield tuple(points)


def _box(points: Sequence[Point]) -> list[Point]:
    """What holds all points: too much rather than too little."""
    south, north = min(a for a, _b in points), max(a for a, _b in points)
    west, east = min(b for _a, b in points), max(b for _a, b in points)
    return [(south, west), (south, east), (north, east), (north, west), (south, west)]


def _circles(area: Element, flags: set[str], room: _Room) -> Iterator[tuple[float, float, float]]:
    for written in _written(area, "circle", flags, room):
        found = _CIRCLE.fullmatch(written)
        centre = _placed([(float(found[1]), float(found[2]))], flags) if found else []
        if found is None or not centre:
            flags.add("bad-geometry")
            continue
        radius = float(found[3])
        if not 0 <= radius <= MOST_RADIUS_KM:
            flags.add("bad-geometry")
        yield (*centre[0], min(max(radius, 0.0), MOST_RADIUS_KM))


def _placed(points: list[Point], flags: set[str]) -> list[Point]:
    """The points on the globe. Longitude written first is put right where it shows: most of China
    lies east of 90 degrees, which no latitude reaches."""
    if points and all(abs(a) > 90 and abs(b) <= 90 for a, b in points):  # noqa: PLR2004  the pole
        flags.add("swapped-coordinates")
        points = [(b, a) for a, b in points]
    good = [
        (a, b)
        for a, b in points
        if math.isfinite(a) and math.isfinite(b) and abs(a) <= 90 and abs(b) <= 180  # noqa: PLR2004  the globe
    ]
    if len(good) < len(points):
        flags.add("bad-geometry")
    return good
