"""Compressed time: how long the screen rests before it goes on, so that a storm of days is seen to
happen and is over within a minute."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

WHOLE = 50.0
"""Real seconds that a storm may take, what it takes to compute included."""
VIRTUAL_IN_ONE = 60.0
"""Virtual seconds in a real one, while much happens."""
LONGEST = 1.5
"""Real seconds of the longest rest: hours in which nothing is to be told are cut short."""
SHARE = 0.1
"""Of the time that is left no rest takes more: a long storm speeds up towards its end."""


def rest(gap: timedelta, left: float) -> float:
    """Seconds to rest between two instants with so much between them, when so many real ones are
    left."""
    return max(0.0, min(gap.total_seconds() / VIRTUAL_IN_ONE, LONGEST, left * SHARE))


def rests(
    speed: float | None, *, live: bool, monotonic: Callable[[], float]
) -> Callable[[timedelta], float]:
    """How long to rest for so much virtual time: at `speed` virtual seconds in a real one (0:
    never); where none was asked for, so that whoever looks on can follow."""
    if speed:
        return lambda gap: gap.total_seconds() / speed
    if speed == 0 or not live:
        return lambda _gap: 0.0
    end = monotonic() + WHOLE
    return lambda gap: rest(gap, end - monotonic())
