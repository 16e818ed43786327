"""In how many station-hours criteria hold, by the rule of the core."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import numpy.typing as npt

from fangxun.backtest.hours import MISSING, Hours
from fangxun.core.criterion import Criterion
from fangxun.core.errors import N_, FaultyInput
from fangxun.core.place import Measure

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Count:
    """Station-hours in which a criterion holds; `holed`: those with a hole in the window, where it
    holds as "at least"."""

    holds: int
    holed: int


@dataclass(frozen=True, slots=True)
class Signal:
    """How often one criterion holds.

    `heard`: in hours whose own reading is there, as the engine sees a gauge that has just reported.
    `every`: in every hour of the table, a partial window over the limit firing also where its
    newest hours are the missing ones.
    """

    criterion: str
    heard: Count
    every: Count


def signals(hours: Hours, criteria: Sequence[Criterion]) -> tuple[Signal, ...]:
    """Count the station-hours in which each criterion holds. Only rain, and whole hours."""
    there = hours.tenths != MISSING
    rain = _running(np.where(there, hours.tenths, 0))
    known = _running(there)
    found: list[Signal] = []
    for criterion in criteria:
        length, rest = divmod(criterion.window, _HOUR)
        rain_limit = criterion.measure is Measure.RAIN and criterion.limit > 0
        if not rain_limit or rest or length < 1:
            raise FaultyInput(
                N_("{criterion}: hourly rain answers only limits of rain within whole hours"),
                criterion=criterion.id,
            )
        # a limit between two tenths is reached by the next tenth
        limit = math.ceil(round(criterion.limit * 10, 6))
        over = _last(rain, length) >= limit
        holed = over & (_last(known, length) < length)
        found.append(Signal(criterion.id, _count(over & there, holed & there), _count(over, holed)))
    return tuple(found)


def _running(values: npt.NDArray[np.generic]) -> npt.NDArray[np.int32]:
    """Sums from the first hour up to and without each hour."""
    sums = np.zeros((values.shape[0], values.shape[1] + 1), np.int32)
    np.cumsum(values, axis=1, out=sums[:, 1:])
    return sums


def _last(sums: npt.NDArray[np.int32], length: int) -> npt.NDArray[np.int32]:
    """Sums over the last hours up to and with each hour; fewer at the beginning."""
    last = sums[:, 1:].copy()
    last[:, length:] -= sums[:, 1:-length]
    return last


def _count(over: npt.NDArray[np.bool_], holed: npt.NDArray[np.bool_]) -> Count:
    return Count(int(over.sum()), int(holed.sum()))
