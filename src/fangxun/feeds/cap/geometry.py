"""Areas of an <info>: codes, polygons, circles. What is odd is kept if it can be, and flagged."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from fangxun.core.warning import Target
from fangxun.feeds.cap.xml import children, text

MOST_TARGETS = 500
MOST_POLYGONS = 1000
MOST_POINTS = 200_000
LEAST_POINTS = 3
MOST_RADIUS_KM = 5000.0

_NUMBER = r"[+-]?(?:\d{1,3}(?:\.\d{0,20})?|\.\d{1,20})"
_PAIR = re.compile(rf"({_NUMBER})\s*,\s*({_NUMBER})")
_CIRCLE = re.compile(rf"({_NUMBER})\s*,\s*({_NUMBER})[\s,]+([+-]?\d{{1,9}}(?:\.\d{{0,20}})?)")
_LENGTHS = frozenset({2, 4, 6, 9, 12})
_FOREIGN = ("same", "fips", "ugc", "emma", "nuts", "clc", "profile:", "layer:", "iso", "zip")
"""Code lists of other countries, whose digits mean other places."""

Point = tuple[float, float]


def targets(info: Element) -> tuple[tuple[Target, ...], set[str]]:
    """The warned areas of an <info>, and flags."""
    flags: set[str] = set()
    found: list[Target] = []
    for area in children(info, "area"):
        if len(found) == MOST_TARGETS:
            flags.add("many-areas")
            break
        found.append(_target(area, flags))
    return tuple(found), flags


def usable(target: Target) -> bool:
    """Whether an area can be compared with ours by more than its name."""
    return bool(target.codes or target.polygons or target.circles)


def _target(area: Element, flags: set[str]) -> Target:
    return Target(
        name=text(area, "areaDesc", most=500),
        codes=tuple(dict.fromkeys(_codes(area, flags))),
        polygons=tuple(_polygons(area, flags)),
        circles=tuple(_circles(area, flags)),
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


def _polygons(area: Element, flags: set[str]) -> Iterator[tuple[Point, ...]]:
    for count, polygon in enumerate(children(area, "polygon")):
        if count == MOST_POLYGONS:
            flags.add("many-areas")
            return
        written = "".join(polygon.itertext())
        if not written.strip():
            continue
        pairs = _PAIR.findall(written)
        points = _placed([(float(a), float(b)) for a, b in pairs[:MOST_POINTS]], flags)
        if len(pairs) > MOST_POINTS:
            flags.add("many-areas")
        if len(set(points)) < LEAST_POINTS:
            flags.add("bad-geometry")
            continue
        if points[0] != points[-1]:
            flags.add("unclosed-polygon")
        yield tuple(points)


def _circles(area: Element, flags: set[str]) -> Iterator[tuple[float, float, float]]:
    for count, circle in enumerate(children(area, "circle")):
        if count == MOST_POLYGONS:
            flags.add("many-areas")
            return
        written = "".join(circle.itertext()).strip()
        if not written:
            continue
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
