"""Areas, hazard sites and gauges; division codes and how they contain each other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class SiteKind(StrEnum):
    """Kinds of hazard site."""

    GULLY = "gully"
    RESERVOIR = "reservoir"
    UNDERPASS = "underpass"
    SLOPE = "slope"


class Datum(StrEnum):
    """Of a position. Chinese maps are GCJ-02, off by hundreds of metres from WGS-84."""

    WGS84 = "WGS84"
    CGCS2000 = "CGCS2000"
    GCJ02 = "GCJ02"


@dataclass(frozen=True, slots=True)
class Area:
    """An administrative division, or a named part of one. `id` is a slug unique among all places.

    `code` is the division code (2, 4, 6, 9 or 12 digits; "" where it has none); `boundary` is a
    closed ring of (latitude, longitude) in WGS-84, or empty.
    """

    id: str
    name: str
    code: str
    parent: str | None
    boundary: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class HazardSite:
    """A site inside an area with officials and criteria of its own; position in degrees, WGS-84."""

    id: str
    name: str
    kind: SiteKind
    area: str
    latitude: float
    longitude: float


class Measure(StrEnum):
    """What a gauge measures."""

    RAIN = "rain"
    """mm over an interval"""
    STAGE = "stage"
    """m above the gauge's datum, at an instant"""


@dataclass(frozen=True, slots=True)
class Gauge:
    """Where readings come from. A reading is late when older than `interval` + `lag`.

    `places` are the ids of the places that it speaks for.
    """

    id: str
    name: str
    measure: Measure
    latitude: float
    longitude: float
    datum: Datum
    interval: timedelta
    lag: timedelta
    places: tuple[str, ...]


class CodeRelation(StrEnum):
    """How one division code lies to another."""

    SAME = "same"
    ANCESTOR = "ancestor"
    """The first contains the second."""
    DESCENDANT = "descendant"
    """The first lies in the second."""
    APART = "apart"


_CUTS = (2, 4, 6, 9, 12)
"""Province, prefecture, county, township, village."""


def code_groups(code: str) -> tuple[str, ...]:
    """A division code as its groups, without the all-zero groups at its end; () for what is none.

    Whole groups are dropped, not trailing zeros: 310110 (a district) must not become 31011, which
    would match 310112. Codes of other lists (DE11, 310) must not match ours by their digits.
    """
    digits = code.strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) in _CUTS):
        return ()
    groups = [digits[start:end] for start, end in zip((0, *_CUTS), _CUTS, strict=False)]
    whole = [group for group in groups if group]
    while whole and not whole[-1].strip("0"):
        whole.pop()
    return tuple(whole)


def relation(code: str, other: str) -> CodeRelation:
    """How the first code lies to the second; an empty code is apart from everything."""
    one, two = code_groups(code), code_groups(other)
    if not one or not two:
        return CodeRelation.APART
    if one == two:
        return CodeRelation.SAME
    if two[: len(one)] == one:
        return CodeRelation.ANCESTOR
    if one[: len(two)] == two:
        return CodeRelation.DESCENDANT
    return CodeRelation.APART
