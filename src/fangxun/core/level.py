"""Alert levels and how sure we are of them."""

from __future__ import annotations

from enum import StrEnum


class Level(StrEnum):
    """What an assessment says for a place; `unknown` is a result and never means safe."""

    UNKNOWN = "unknown"
    NONE = "none"
    BLUE = "blue"
    YELLOW = "yellow"
    ORANGE = "orange"
    RED = "red"

    @property
    def rank(self) -> int:
        """0 for unknown and none (nothing to page for), 1 blue ... 4 red."""
        return _RANK[self]

    def above(self, other: Level) -> bool:
        """Whether this level asks for more than `other`."""
        return self.rank > other.rank


_RANK = {
    Level.UNKNOWN: 0,
    Level.NONE: 0,
    Level.BLUE: 1,
    Level.YELLOW: 2,
    Level.ORANGE: 3,
    Level.RED: 4,
}

COLOURS = (Level.BLUE, Level.YELLOW, Level.ORANGE, Level.RED)


class Certainty(StrEnum):
    """How an alert level is to be read."""

    KNOWN = "known"
    """Complete windows of living gauges, or a warning in force, say so."""
    AT_LEAST = "at_least"
    """A partial window is already over the limit: it may be worse."""
    HELD = "held"
    """The level stood before, and data have been missing since: never lowered on silence."""


class ResponseLevel(StrEnum):
    """The human decision beside the alert level; I is the highest."""

    IV = "IV"
    III = "III"
    II = "II"
    I = "I"  # noqa: E741  the field's own numeral

    @property
    def rank(self) -> int:
        """1 for IV ... 4 for I."""
        return ("IV", "III", "II", "I").index(self.value) + 1


class Hazard(StrEnum):
    """What kind of danger a warning or criterion is about."""

    RAIN = "rain"
    FLOOD = "flood"
    FLASH_FLOOD = "flash_flood"
    GEOLOGICAL = "geological"
    TYPHOON = "typhoon"
    OTHER = "other"
    """Shown, never paged for."""
