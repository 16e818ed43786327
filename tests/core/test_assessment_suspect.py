"""Values that may be a storm, or a fault: they raise after their grace, and never clear."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from fangxun.core.assessment import (
    TOO_OLD,
    Why,
)
from fangxun.core.level import Level
from fangxun.core.observation import Quality, Reading, check, settle
from fangxun.core.place import Measure
from tests.core.skies import (
    AT_LEAST,
    DRY,
    HELD,
    HOUR,
    MINUTE,
    ORANGE,
    RED,
    SOON,
    START,
    carried,
    gauge,
    hours,
    judge,
    limit,
    stands,
    told,
)


def test_the_hour_of_zhengzhou_passes_and_a_spike_waits_five_minutes():
    for value, level in ((201.9, RED), (1000.0, Level.UNKNOWN)):
        reading = check(replace(hours([value])[0], received_at=START), ())
        found = judge([reading], now=START + MINUTE)
        assert found.level is level
    (evidence,) = found.unverified
    assert (evidence.level, evidence.amount, evidence.source) == (RED, 1000.0, "g")
    assert evidence.at == reading.end
    settled = settle(reading, now=START + 5 * MINUTE)
    raised = judge([settled], found, START + 5 * MINUTE)
    assert told(raised) == (RED, AT_LEAST, Why.REACHED)
    assert raised.unverified == ()


RIVER = {
    "gauges": (gauge(measure=Measure.STAGE),),
    "criteria": (limit(RED, 0, 152.0, 151.7, measure=Measure.STAGE),),
}
"""A river that stands at 101 m, and is red at 152."""


def stages(*metres):
    """Hourly stages up to START, each with our opinion of it."""
    found = []
    for n, value in enumerate(metres, start=1 - len(metres)):
        at = START + n * HOUR
        found.append(check(Reading("g", Measure.STAGE, at, at, value, received_at=at), found))
    return found


def test_a_stage_that_jumps_is_told_at_once_and_raises_after_five_minutes():
    """As rain that never fell: a dam may have burst."""
    river = stages(101.0, 101.1, 101.2, 152.5)
    found = judge(river, now=START + MINUTE, **RIVER)
    assert found.level is Level.NONE
    (evidence,) = found.unverified
    assert (evidence.level, evidence.amount, evidence.at) == (RED, 152.5, START)
    settled = [settle(reading, now=START + 5 * MINUTE) for reading in river]
    raised = judge(settled, found, START + 5 * MINUTE, **RIVER)
    assert told(raised) == (RED, AT_LEAST, Why.REACHED)
    assert raised.unverified == ()


def test_a_stage_that_jumps_down_clears_nothing_however_long_it_stands():
    red = judge(stages(152.1, 152.2, 152.3), **RIVER)
    fallen = [settle(r, now=START + 2 * HOUR) for r in stages(152.1, 152.2, 152.3, 101.0)]
    later = START + 20 * MINUTE
    assert judge(fallen, red, later, hold=timedelta(0), **RIVER).level is RED


def test_a_spike_in_a_river_that_the_next_reading_takes_back_raises_nothing_later():
    """It is told, and what came after it counts."""
    river = stages(101.0, 101.1, 152.5, 101.2)
    settled = [settle(reading, now=START + 5 * MINUTE) for reading in river]
    found = judge(settled, now=START + 5 * MINUTE, **RIVER)
    assert (found.level, found.unverified) == (Level.NONE, ())


def test_a_suspect_value_is_told_under_its_own_hour_though_others_follow():
    """The human rejects that reading, and its one alarm ends; no new one for each that follows."""
    spike = check(replace(hours([1000.0], until=-1)[0], received_at=START), ())
    found = judge([spike, *hours([0.0])])
    assert [e.at for e in found.unverified] == [START - HOUR]


def test_a_suspect_value_that_raises_nothing_new_is_not_told():
    spike = check(replace(hours([1000.0])[0], received_at=START), ())
    found = judge([spike], stands(RED, carried(RED)))
    assert found.level is RED
    assert found.unverified == ()
    earlier = replace(spike, start=START - 2 * HOUR, end=START - HOUR)
    falling = stands(RED, below_since=START - MINUTE)
    within = judge([earlier, *hours([0.0])], falling, criteria=(limit(RED, 3, 100.0),))
    assert within.level is RED
    assert within.unverified == ()


def test_a_negative_value_raises_nothing_clears_nothing_and_is_a_hole():
    odd = check(replace(hours([-5.0])[0], received_at=START), ())
    found = judge([*hours(DRY[:11], until=-1), odd], criteria=SOON, now=START + 30 * MINUTE)
    assert found.level is Level.UNKNOWN
    assert found.unverified == ()


def test_a_suspect_value_does_not_clear():
    """Its hour is a hole, and the newest good reading grows old."""
    rejected = [replace(r, quality=q) for r, q in zip(
        hours([0.0, 0.0]), (Quality.SUSPECT, Quality.REJECTED), strict=True)]  # fmt: skip
    red = stands(RED, carried(RED, criteria=SOON))
    found = judge([*hours([60.0], until=-2), *rejected], red, criteria=SOON)
    assert told(found) == (RED, HELD, Why.DATA_MISSING)


def test_a_value_that_only_time_has_verified_does_not_clear_either():
    """A gauge stuck at two millimetres in the flood."""
    stuck = replace(hours([2.0])[0], quality=Quality.VERIFIED)
    red = stands(RED, carried(RED, criteria=SOON), below_since=START - 9 * HOUR)
    found = judge([*hours([60.0], until=-1), stuck], red, criteria=SOON)
    assert told(found) == (RED, HELD, Why.DATA_MISSING)


def test_a_gauge_whose_clock_is_ahead_is_heard():
    ahead = hours([60.0])
    assert judge(ahead, now=START - 9 * MINUTE).level is ORANGE
    assert judge(ahead, now=START - 11 * MINUTE).level is Level.UNKNOWN


def test_a_late_batch_still_raises_and_yesterday_does_not():
    """What came late is held, as nobody knows how it is now; no old rain at a first start."""
    for age, level in ((4 * HOUR, ORANGE), (80 * MINUTE + TOO_OLD + MINUTE, Level.UNKNOWN)):
        found = judge(hours([60.0]), now=START + age)
        assert found.level is level
    assert told(judge(hours([60.0]), now=START + 4 * HOUR)) == (ORANGE, HELD, Why.DATA_MISSING)
