"""Readings of rain and stage; gaps and suspect values are explicit."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import accumulate, pairwise
from operator import add

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
    JUMP = "jump"
    """A stage further from what stood before than water comes in one step."""
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
    {-9999.0, -9998.0, -8888.0, -999999.0, -999.9, -999.0, -99.9, 32766.0, 32767.0, 99999.0}
)
"""What networks write for "no value"."""

GRACE = timedelta(minutes=5)
"""A suspect value that nobody rejects within this long is taken as true: it may be the storm."""

_RECORDS = (
    (1, 40.0), (8, 130.0), (15, 200.0), (42, 308.0), (60, 310.0), (165, 570.0), (270, 800.0),
    (540, 1100.0), (720, 1150.0), (1440, 1830.0),
)  # fmt: skip
"""(minutes, mm): just above the highest rain ever measured for that long (WMO archive: 38 mm in a
minute, 305 in 42 and so in 60, 1144 in 12 hours, 1825 in a day; between them the world's greatest
point falls: 126 mm in 8 minutes, 198 in 15, 559 in 2 h 45, 782 in 4 h 30, 1087 in 9 h)."""

STUCK_AFTER = 8
STUCK_FROM = 2.0
"""So many equal readings in a row of at least so many mm: a gauge that repeats itself."""
FUTURE = timedelta(minutes=10)
"""How far a gauge's clock may be ahead of ours."""
STAGE_LIMITS = (-500.0, 9000.0)
"""m; no water on land stands lower or higher. Millimetres sent for metres do."""

STAGE_JUMP, JUMPS_FROM = 30.0, 5
"""m, readings: nearly four times the 8 m (26 ft) by which the Guadalupe rose in 45 minutes in the
flash flood of 2025-07-04 in Texas. Further from most of the last readings in one step is a sensor's
fault, such as the 1,000 m that a series of the Environment Agency holds for a stream of 1.3 m. What
is true all the same (a dam has burst) is said again: the fourth such reading is no jump any more.
"""


def record(interval: timedelta) -> float:
    """Mm that no rain has ever reached within an interval; straight lines between the records."""
    minutes = max(interval.total_seconds() / 60, 1.0)
    for (short, low), (long, high) in pairwise(_RECORDS):
        if minutes <= long:
            return low + (high - low) * (minutes - short) / (long - short)
    return _RECORDS[-1][1] * minutes / _RECORDS[-1][0]


def check(reading: Reading, before: Sequence[Reading]) -> Reading:
    """The reading with our opinion of it. `before` is what we have of the gauge, in the order of
    `by_end`, and of equal ends the one said last at the end; only what ended by the time that this
    reading began is weighed, so that a feed may say it again.

    A value is never changed and never dropped: what is doubtful is flagged.
    """
    value = reading.value
    if value is None:
        return replace(reading, quality=Quality.MISSING)
    if not math.isfinite(value):
        return replace(
            reading, value=None, quality=Quality.MISSING, suspicion=Suspicion.NOT_A_NUMBER
        )
    if round(value, 3) in SENTINELS:
        return replace(reading, value=None, quality=Quality.MISSING, suspicion=Suspicion.SENTINEL)
    suspicion = _suspicion(reading, value, before)
    if suspicion is Suspicion.NONE:
        return reading
    return replace(reading, quality=Quality.SUSPECT, suspicion=suspicion)


def _suspicion(reading: Reading, value: float, before: Sequence[Reading]) -> Suspicion:
    if reading.received_at is not None and reading.end > reading.received_at + FUTURE:
        return Suspicion.IN_FUTURE
    stage = reading.measure is Measure.STAGE
    lowest, highest = STAGE_LIMITS if stage else (0.0, record(reading.end - reading.start))
    if value < lowest:
        return Suspicion.NEGATIVE
    if value >= highest:
        return Suspicion.OVER_RECORD
    if stage and _jumps(reading, value, before):
        return Suspicion.JUMP
    if not stage and value >= STUCK_FROM and _repeats_itself(reading, before):
        return Suspicion.STUCK
    return Suspicion.NONE


def by_end(reading: Reading) -> datetime:
    """The order in which a gauge's readings are weighed."""
    return reading.end


def _repeats_itself(reading: Reading, before: Sequence[Reading]) -> bool:
    """Whether the last readings before this one, each counted once, all say the same. Looks back
    only as far as they do."""
    count, seen = 1, reading.end
    for index in range(bisect_right(before, reading.start, key=by_end) - 1, -1, -1):
        earlier = before[index]
        if earlier.end == seen:
            continue
        if earlier.value != reading.value:
            return False
        count, seen = count + 1, earlier.end
        if count == STUCK_AFTER:
            return True
    return False


_STAGES = frozenset({Suspicion.NONE, Suspicion.JUMP})


def _jumps(reading: Reading, value: float, before: Sequence[Reading]) -> bool:
    """Whether a stage is further than STAGE_JUMP from most of the last ones."""
    earlier = {
        r.end: r.value
        for r in before
        if r.end < reading.end and r.value is not None and r.suspicion in _STAGES
    }
    last = [earlier[end] for end in sorted(earlier)[-JUMPS_FROM:]]
    return sum(abs(value - other) > STAGE_JUMP for other in last) > len(last) / 2


_MAY_BE_TRUE = frozenset(
    {
        (Measure.RAIN, Suspicion.OVER_RECORD), (Measure.RAIN, Suspicion.STUCK),
        (Measure.STAGE, Suspicion.JUMP),
    }
)  # fmt: skip


def may_be_true(reading: Reading) -> bool:
    """Whether a suspect value is one that a storm, or a dam that bursts, may bring. A negative
    amount, a stage no water has, or a reading from the future is none: a human may accept it, time
    does not."""
    suspect = reading.quality is Quality.SUSPECT
    return suspect and (reading.measure, reading.suspicion) in _MAY_BE_TRUE


def settle(reading: Reading, *, now: datetime) -> Reading:
    """A suspect value that may be true is verified once its grace has passed unrejected."""
    if not may_be_true(reading) or reading.received_at is None:
        return reading
    if now - reading.received_at < GRACE:
        return reading
    return replace(reading, quality=Quality.VERIFIED)


USABLE = frozenset({Quality.GOOD, Quality.VERIFIED})
_MICRO = 1_000_000
_DECIMALS = {Measure.RAIN: 10, Measure.STAGE: 100}


def published(value: float, measure: Measure = Measure.RAIN) -> float:
    """A value to the decimals in which limits are given: one for mm, two for m, halves upwards.

    Exact: 49.95 is 50.0 and 49.949 is 49.9, whatever a float makes of them.
    """
    return _rounded(round(value * _MICRO), measure)


def _rounded(millionths: int, measure: Measure) -> float:
    parts = _DECIMALS[measure]
    unit = _MICRO // parts
    return (2 * millionths + unit) // (2 * unit) / parts


@dataclass(frozen=True, slots=True)
class Amount:
    """Rain within a window: `total` mm to one decimal, and how much of the window's length good
    readings cover. `complete`: all of it. A verified value adds to the total and covers nothing: it
    may raise, and never helps to clear."""

    total: float
    covered: timedelta
    complete: bool


WAVER = timedelta(seconds=10)
"""So far the stamps of readings that follow each other may waver: a gauge's clock, or a feed that
stamps what it got, a second early and a second late."""


class Series:
    """The usable readings of one gauge, for exact sums over any window in logarithmic time."""

    def __init__(self, readings: Iterable[Reading]) -> None:
        """Readings in any order, of any quality.

        Of readings that overlap (totals of the last hour, every ten minutes) only those are summed
        that lie back to back from the newest one, give or take WAVER; of two for the same end the
        one received last.
        """
        used: list[Reading] = []
        for reading in sorted(filter(_usable, readings), key=_newest_first, reverse=True):
            if not used or _before(reading, used[-1]):
                used.append(reading)
        used.reverse()
        self.readings = tuple(used)
        self._starts = [reading.start for reading in used]
        self._ends = [reading.end for reading in used]
        self._millionths = [0, *accumulate(round((r.value or 0.0) * _MICRO) for r in used)]
        self._good = [timedelta(0), *accumulate((_good_length(r) for r in used), add)]

    @property
    def newest(self) -> Reading | None:
        """The last reading with a value."""
        return self.readings[-1] if self.readings else None

    def within(self, window: timedelta, *, end: datetime) -> Amount:
        """The sum of the readings that lie in the window that ends at `end`, to one decimal."""
        first = bisect_left(self._starts, end - window - WAVER)
        last = bisect_right(self._ends, end)
        if last <= first:
            return Amount(0.0, timedelta(0), complete=False)
        covered = self._good[last] - self._good[first]
        total = _rounded(self._millionths[last] - self._millionths[first], Measure.RAIN)
        return Amount(total, covered, complete=covered >= window - WAVER)


def _before(reading: Reading, later: Reading) -> bool:
    """Whether a reading lies before a later one, not counting an overlap that is a waver of their
    stamps and no part of either that matters."""
    if reading.measure is not Measure.RAIN or reading.end == later.end:
        return reading.end < later.end
    shorter = min(reading.end - reading.start, later.end - later.start)
    return reading.end - later.start <= min(WAVER, shorter / 2)


def _usable(reading: Reading) -> bool:
    """A value that counts; rain falls over some time."""
    lasts = reading.start < reading.end or reading.measure is not Measure.RAIN
    return reading.quality in USABLE and reading.value is not None and lasts


def _newest_first(reading: Reading) -> tuple[datetime, datetime, datetime, float]:
    received = reading.received_at or reading.end
    return reading.end, received, reading.start, reading.value or 0.0


def _good_length(reading: Reading) -> timedelta:
    good = reading.quality is Quality.GOOD
    return reading.end - reading.start if good else timedelta(0)
