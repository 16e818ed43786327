"""Criteria: an amount within a window (or a stage) means a level; unknown is a result."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from fangxun.core.level import Hazard, Level
from fangxun.core.observation import published
from fangxun.core.place import Measure


@dataclass(frozen=True, slots=True)
class Criterion:
    """`limit` mm within `window` (or stage in m, window zero) means `level` at `place`.

    `place` is a place id. `source` says where the number is from (order, county table, ...).
    `clear_below` in mm or m: lowered only when the amount is below it (hysteresis; <= limit).
    """

    id: str
    place: str
    hazard: Hazard
    measure: Measure
    window: timedelta
    level: Level
    limit: float
    clear_below: float
    source: str = ""


class Verdict(StrEnum):
    """What a gauge says of a criterion."""

    REACHED = "reached"
    AT_LEAST = "at_least"
    """A partial window is already over the limit: it fires."""
    BELOW = "below"
    """Below the limit, with a complete window, and not low enough to clear."""
    CLEAR = "clear"
    """Below `clear_below`, with a complete window."""
    UNKNOWN = "unknown"
    """A partial window below the limit says nothing."""


def judge(criterion: Criterion, total: float, *, complete: bool) -> Verdict:
    """Compare an amount (mm or m), rounded to the decimals that are published, with a criterion."""
    amount = published(total, criterion.measure)
    if amount >= criterion.limit:
        return Verdict.REACHED if complete else Verdict.AT_LEAST
    if not complete:
        return Verdict.UNKNOWN
    return Verdict.CLEAR if amount < criterion.clear_below else Verdict.BELOW
