"""Readings of rain and stage; gaps and suspect values are explicit."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import accumulate, pairwise

from fangxun.core.place import Measure


class Quality(StrEnum):
    """What we think of a value."""

    GOOD = "good"
    """Within limits; used."""
    SUSPECT = "suspect"
    """Kept and flagged; neither raises nor clears by itself."""
    VERIFIED = "verified"
    """Was suspect; not rejected by a human in 5 minutes, or accepted by one: raises."""
    REJECTED = "rejected"
    """A human said that it is wrong; counts as missing."""
    MISSING = "missing"
    """The gauge or the feed said that there is no value."""


class Suspicion(StrEnum):
    """Why a value is suspect or missing."""

    NONE = ""
    SENTINEL = "sentinel"
    NEGATIVE = "negative"
    OVER_RECORD = "over_record"
    """Above what was ever measured on earth for the interval."""
    NOT_A_NUMBER = "not_a_number"
    STUCK = "stuck"
    IN_FUTURE = "in_future"


@dataclass(frozen=True, slots=True)
class Reading:
    """Rain in mm over [start, end), or stage in m at `end` (then start == end); UTC."""

    gauge: str
    measure: Measure
    start: datetime
    end: datetime
    value: float | None
    quality: Quality = Quality.GOOD
    suspicion: Suspicion = Suspicion.NONE
    received_at: datetime | None = None


SENTINELS = frozenset(
    {-9999.0, -8888.0, -999.9, -999999.0, -999.0, -99.9, -9998.0, 32766.0, 99999.0}
)
"""What networks write for "no value"."""

GRACE = timedelta(minutes=5)
"""A suspect value that nobody rejects within this long is taken as true: it may be the storm."""

_RECORDS = ((1, 40.0), (15, 200.0), (60, 310.0), (720, 1150.0), (1440, 1830.0))
"""(minutes, mm): just above the highest rain ever measured for that long (WMO archive: 38 mm in a
minute, 198 in 15 minutes, 305 in an hour, 1144 in 12 hours, 1825 in a day)."""

STUCK_AFTER = 8
STUCK_FROM = 2.0
"""So many equal readings in a row of at least so many mm: a gauge that repeats itself."""
FUTURE = timedelta(minutes=10)


def record(interval: timedelta) -> float:
    """Mm that no rain has ever reached within an interval; straight lines between the records."""
    minutes = max(interval.total_seconds() / 60, 1.0)
    for (short, low), (long, high) in pairwise(_RECORDS):
        if minutes <= long:
            return low + (high - low) * (minutes - short) / (long - short)
    return _RECORDS[-1][1] * minutes / _RECORDS[-1][0]


def check(reading: Reading, before: Sequence[Reading]) -> Reading:
    """The reading with our opinion of it; `before` are the gauge's earlier ones, oldest first.

    A value is never changed and never dropped: what is doubtful is flagged.
    """
    value = reading.value
    if value is None:
        return replace(reading, quality=Quality.MISSING)
    if math.isnan(value) or math.isinf(value):
        return replace(
            reading, value=None, quality=Quality.MISSING, suspicion=Suspicion.NOT_A_NUMBER
        )
    if value in SENTINELS:
        return replace(reading, value=None, quality=Quality.MISSING, suspicion=Suspicion.SENTINEL)
    suspicion = _suspicion(reading, value, before)
    if suspicion is Suspicion.NONE:
        return reading
    return replace(reading, quality=Quality.SUSPECT, suspicion=suspicion)


def _suspicion(reading: Reading, value: float, before: Sequence[Reading]) -> Suspicion:
    if reading.received_at is not None and reading.end > reading.received_at + FUTURE:
        return Suspicion.IN_FUTURE
    if reading.measure is Measure.STAGE:
        return Suspicion.NONE
    if value < 0:
        return Suspicion.NEGATIVE
    if value > record(reading.end - reading.start):
        return Suspicion.OVER_RECORD
    last = [earlier.value for earlier in before[-(STUCK_AFTER - 1) :]]
    if value >= STUCK_FROM and len(last) == STUCK_AFTER - 1 and set(last) == {value}:
        return Suspicion.STUCK
    return Suspicion.NONE


def settle(reading: Reading, *, now: datetime) -> Reading:
    """A suspect value is verified once its grace has passed unrejected. What cannot be rain at all
    (negative, in the future) stays suspect for ever."""
    waits = reading.quality is Quality.SUSPECT and reading.received_at is not None
    if not waits or reading.suspicion not in {Suspicion.OVER_RECORD, Suspicion.STUCK}:
        return reading
    if reading.received_at is None or now - reading.received_at < GRACE:
        return reading
    return replace(reading, quality=Quality.VERIFIED)


USABLE = frozenset({Quality.GOOD, Quality.VERIFIED})


@dataclass(frozen=True, slots=True)
class Amount:
    """Rain within a window: `total` mm to one decimal, over `covered` of the window's length."""

    total: float
    covered: timedelta
    complete: bool


class Series:
    """The usable readings of one gauge, for sums over any window in logarithmic time."""

    def __init__(self, readings: Iterable[Reading], qualities: frozenset[Quality] = USABLE) -> None:
        """Readings in any order; of two that overlap the later one in order of start is left out."""
        used: list[Reading] = []
        for reading in sorted(readings, key=lambda r: (r.start, r.end)):
            if reading.quality in qualities and reading.value is not None:
                if used and reading.measure is Measure.RAIN and reading.start < used[-1].end:
                    continue
                used.append(reading)
        self.readings = tuple(used)
        self._starts = [reading.start for reading in used]
        self._ends = [reading.end for reading in used]
        self._mm = [0.0, *accumulate(reading.value or 0.0 for reading in used)]
        self._seconds = [
            0.0,
            *accumulate((reading.end - reading.start).total_seconds() for reading in used),
        ]

    @property
    def newest(self) -> Reading | None:
        """The last reading with a value."""
        return self.readings[-1] if self.readings else None

    def within(self, window: timedelta, *, end: datetime) -> Amount:
        """The sum of the readings that lie in the window that ends at `end`, to one decimal."""
        first = bisect_left(self._starts, end - window)
        last = bisect_right(self._ends, end)
        if last <= first:
            return Amount(0.0, timedelta(0), complete=False)
        covered = timedelta(seconds=self._seconds[last] - self._seconds[first])
        total = round(self._mm[last] - self._mm[first] + 1e-9, 1)
        return Amount(total, covered, complete=covered >= window)
