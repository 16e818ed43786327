"""Amounts against limits: exact at the edges, and unknown where a window is partial."""

from __future__ import annotations

from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fangxun.core.criterion import Criterion, Verdict, judge
from fangxun.core.level import Hazard, Level
from fangxun.core.observation import published
from fangxun.core.place import Measure

HOUR = timedelta(hours=1)


def rain(limit, clear_below=None, hours=12):
    clear = limit if clear_below is None else clear_below
    return Criterion("c", "p", Hazard.RAIN, Measure.RAIN, hours * HOUR, Level.BLUE, limit, clear)


STAGE = Criterion("s", "p", Hazard.FLOOD, Measure.STAGE, 0 * HOUR, Level.BLUE, 152.0, 151.7)


@pytest.mark.parametrize(
    ("hours", "limits"),
    [
        (12, (0.1, 5.0, 15.0, 30.0, 70.0, 140.0)),
        (24, (0.1, 10.0, 25.0, 50.0, 100.0, 250.0)),
    ],
)
def test_a_grade_begins_at_its_edge_and_the_tenth_below_is_the_grade_below(hours, limits):
    """GB/T 28592-2012: one decimal, rounded before comparing."""
    for limit in limits:
        criterion = rain(limit, hours=hours)
        assert judge(criterion, limit, complete=True) is Verdict.REACHED
        assert judge(criterion, round(limit - 0.1, 1), complete=True) is Verdict.CLEAR
        assert judge(criterion, limit - 0.05, complete=True) is Verdict.REACHED
        assert judge(criterion, limit - 0.051, complete=True) is Verdict.CLEAR


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (49.95, 50.0),
        (49.949, 49.9),
        (49.9499, 49.9),
        (0.05, 0.1),
        (0.15, 0.2),
        (0.25, 0.3),
        (0.1 * 3, 0.3),
        (2.675, 2.7),
        (-0.05, 0.0),
        (-0.06, -0.1),
    ],
)
def test_rain_is_rounded_half_up_to_a_tenth_whatever_a_float_makes_of_it(value, shown):
    assert published(value) == shown


@given(st.decimals(0, 3000, places=3))
def test_rounding_agrees_with_decimal_arithmetic(value):
    for measure, places in ((Measure.RAIN, "0.1"), (Measure.STAGE, "0.01")):
        exact = value.quantize(Decimal(places), ROUND_HALF_UP)
        assert published(float(value), measure) == float(exact)


def test_a_stage_keeps_two_decimals():
    assert judge(STAGE, 151.99, complete=True) is Verdict.BELOW
    assert judge(STAGE, 151.995, complete=True) is Verdict.REACHED
    assert judge(STAGE, 151.70, complete=True) is Verdict.BELOW
    assert judge(STAGE, 151.69, complete=True) is Verdict.CLEAR


@pytest.mark.parametrize(
    ("total", "complete", "verdict"),
    [
        (50.0, True, Verdict.REACHED),
        (50.0, False, Verdict.AT_LEAST),
        (49.9, True, Verdict.BELOW),
        (40.0, True, Verdict.BELOW),
        (39.9, True, Verdict.CLEAR),
        (49.9, False, Verdict.UNKNOWN),
        (0.0, False, Verdict.UNKNOWN),
        (0.0, True, Verdict.CLEAR),
    ],
)
def test_a_partial_window_fires_over_the_limit_and_is_unknown_below_it(total, complete, verdict):
    assert judge(rain(50.0, 40.0), total, complete=complete) is verdict


_ORDER = [Verdict.CLEAR, Verdict.BELOW, Verdict.REACHED]


@given(st.integers(0, 2000), st.integers(0, 2000), st.integers(1, 2000), st.integers(0, 1000))
def test_more_rain_is_never_less_of_a_verdict(one, two, limit, margin):
    criterion = rain(limit / 10, max(limit - margin, 1) / 10)
    low, high = (
        _ORDER.index(judge(criterion, value / 10, complete=True)) for value in sorted((one, two))
    )
    assert low <= high
