"""Suspect values, and exact sums over windows with holes."""

from __future__ import annotations

import math
from bisect import insort
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fangxun.core.observation import (
    GRACE,
    STUCK_AFTER,
    Amount,
    Quality,
    Reading,
    Series,
    Suspicion,
    by_end,
    check,
    may_be_true,
    record,
    settle,
)
from fangxun.core.place import Measure

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
END = datetime(2026, 7, 20, 9, tzinfo=UTC)


def rain(value, hours_ago=0.0, length=HOUR, quality=Quality.GOOD, received=None):
    end = END - hours_ago * HOUR
    return Reading("g", Measure.RAIN, end - length, end, value, quality, received_at=received)


def stage(value, hours_ago=0.0):
    end = END - hours_ago * HOUR
    return Reading("g", Measure.STAGE, end, end, value, received_at=end)


def said(reading, before=()):
    found = check(reading, before)
    return found.quality, found.suspicion


GOOD = (Quality.GOOD, Suspicion.NONE)


# What a value is worth


@pytest.mark.parametrize(
    "value", [-9999, -9999.0, -8888.0, -999.9, -9999 * 0.1, -999999.0, 32766.0, 99999.0]
)
def test_a_sentinel_is_no_value_however_it_was_scaled(value):
    for reading in (rain(value), stage(value)):
        found = check(reading, ())
        assert (found.quality, found.suspicion) == (Quality.MISSING, Suspicion.SENTINEL)
        assert found.value is None


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_missing(value):
    found = check(rain(value), ())
    assert (found.quality, found.suspicion) == (Quality.MISSING, Suspicion.NOT_A_NUMBER)
    assert found.value is None


def test_no_value_is_missing():
    assert said(rain(None)) == (Quality.MISSING, Suspicion.NONE)


@pytest.mark.parametrize(
    ("value", "length", "suspicion"),
    [
        (201.9, HOUR, Suspicion.NONE),
        (305.0, HOUR, Suspicion.NONE),
        (310.0, HOUR, Suspicion.OVER_RECORD),
        (1000.0, HOUR, Suspicion.OVER_RECORD),
        (38.0, MINUTE, Suspicion.NONE),
        (60.0, MINUTE, Suspicion.OVER_RECORD),
        (126.0, 8 * MINUTE, Suspicion.NONE),
        (198.0, 15 * MINUTE, Suspicion.NONE),
        (1000.0, 15 * MINUTE, Suspicion.OVER_RECORD),
        (305.0, 42 * MINUTE, Suspicion.NONE),
        (559.0, 165 * MINUTE, Suspicion.NONE),
        (782.0, 270 * MINUTE, Suspicion.NONE),
        (1087.0, 9 * HOUR, Suspicion.NONE),
        (1144.0, 12 * HOUR, Suspicion.NONE),
        (1825.0, 24 * HOUR, Suspicion.NONE),
        (2500.0, 24 * HOUR, Suspicion.OVER_RECORD),
    ],
)
def test_only_what_never_fell_on_earth_is_suspect(value, length, suspicion):
    """201.9 mm in an hour is Zhengzhou; 1000 mm in fifteen minutes is an agency's spike."""
    assert check(rain(value, length=length), ()).suspicion is suspicion
    assert check(rain(value, length=length), ()).value == value


def test_the_record_grows_with_the_interval():
    values = [record(n * MINUTE) for n in range(1, 3000, 7)]
    assert all(one < two for one, two in pairwise(values))
    assert record(timedelta(seconds=1)) == record(MINUTE)


def test_a_negative_amount_is_suspect_for_ever():
    found = check(rain(-0.2, received=END), ())
    assert (found.quality, found.suspicion) == (Quality.SUSPECT, Suspicion.NEGATIVE)
    assert settle(found, now=END + timedelta(days=1)) == found


def test_a_reading_from_the_future_is_suspect_and_a_clock_ten_minutes_ahead_is_not():
    ahead = replace(rain(5.0), received_at=END - 10 * MINUTE)
    assert said(ahead) == GOOD
    beyond = replace(ahead, received_at=END - 11 * MINUTE)
    assert said(beyond) == (Quality.SUSPECT, Suspicion.IN_FUTURE)
    assert not may_be_true(check(beyond, ()))


def test_a_stage_that_no_water_has_is_suspect_and_time_does_not_make_it_true():
    for value, suspicion in ((152_000.0, Suspicion.OVER_RECORD), (-600.0, Suspicion.NEGATIVE)):
        found = check(stage(value), ())
        assert (found.quality, found.suspicion) == (Quality.SUSPECT, suspicion)
        assert settle(found, now=END + HOUR) == found
    assert said(stage(-2.5)) == GOOD


def test_a_stage_that_jumps_is_suspect_until_it_has_said_so_again_and_again():
    """A spike is one reading; what has burst its dam stays."""
    calm = [stage(1.3, n) for n in range(4, 12)]
    jump = (Quality.SUSPECT, Suspicion.JUMP)
    high = [stage(1000.0, n) for n in range(4)][::-1]
    found, before = [], list(calm)
    for reading in high:
        before.append(check(reading, before))
        found.append((before[-1].quality, before[-1].suspicion))
    assert found == [jump, jump, jump, GOOD]
    assert may_be_true(before[-2])
    assert said(stage(1.4, 2), [*calm, check(high[0], calm)]) == GOOD


def test_a_flash_flood_is_no_jump_nor_is_a_first_reading_or_one_said_again():
    calm = [stage(150.0, n) for n in range(1, 9)]
    assert said(stage(158.0), calm) == GOOD
    assert said(stage(1000.0)) == GOOD
    assert said(stage(1000.0, 1), [stage(1000.0, 1)]) == GOOD
    assert said(stage(150.0), [stage(152_000.0, 1), *calm[1:]]) == GOOD


def test_a_unit_that_is_wrong_shows_only_where_no_rain_is_like_that():
    """No more is promised: tenths taken for millimetres pass up to the record of their interval,
    and what is ten times too small passes always. The mapping's factor puts right what is known."""
    assert said(rain(20.1 * 10)) == said(rain(20.1 / 10)) == GOOD
    assert said(rain(35.0 * 10)) == (Quality.SUSPECT, Suspicion.OVER_RECORD)
    assert said(stage(12.3 * 1000)) == (Quality.SUSPECT, Suspicion.OVER_RECORD)


def test_a_gauge_that_repeats_itself_is_stuck_at_the_eighth():
    equal = [rain(2.4, n) for n in range(STUCK_AFTER)]
    newest, *before = equal
    before = before[::-1]
    assert said(newest, before) == (Quality.SUSPECT, Suspicion.STUCK)
    assert said(newest, before[1:]) == GOOD
    assert said(newest, [*before[:3], rain(2.6, 4), *before[4:]]) == GOOD
    assert said(newest, [*before[:3], rain(None, 4), *before[4:]]) == GOOD


def test_drizzle_and_dry_weather_repeat_themselves():
    for value in (0.0, 0.5, 1.9):
        assert said(rain(value), [rain(value, n) for n in range(30, 0, -1)]) == GOOD


@given(st.lists(st.tuples(st.integers(1, 12), st.sampled_from([2.4, 2.4, 2.4, 3.0])), max_size=60))
def test_a_gauge_is_stuck_where_its_last_seven_different_ends_say_what_it_says(spoken):
    """Weighed a second time in the plain way: of each end what was said last."""
    series = []
    for ago, value in spoken:
        insort(series, rain(value, ago), key=by_end)
    last = {r.end: r.value for r in sorted((rain(v, n) for n, v in spoken), key=by_end)}
    weighed = [last[end] for end in sorted(last)[-(STUCK_AFTER - 1) :]]
    stuck = weighed == [2.4] * (STUCK_AFTER - 1)
    assert (said(rain(2.4), series) != GOOD) is stuck


class Counted(list):
    """A series that counts how often it is looked into."""

    looks = 0

    def __getitem__(self, index):
        self.looks += 1
        return super().__getitem__(index)


def test_a_week_of_minutes_is_not_looked_through_for_each_of_them():
    """Ten thousand readings that come at once: some twenty looks for each, not ten thousand."""
    series = Counted()
    for minute in range(10_000, 0, -1):
        reading = rain(2.0 + minute % 5, minute / 60, length=MINUTE)
        check(reading, series)
        insort(series, reading, key=by_end)
    assert 10_000 < series.looks < 10_000 * 40


def test_a_feed_that_says_its_readings_again_does_not_make_them_stuck():
    """Four equal hours, polled again and again, are four; what came later does not count."""
    four = [rain(2.4, n) for n in range(4)]
    assert said(four[0], sorted(four * 4, key=by_end)) == GOOD
    later = [rain(2.4, -n) for n in range(1, 9)]
    assert said(four[0], later) == GOOD


def test_a_suspect_value_is_verified_after_five_minutes_unrejected():
    found = check(rain(350.0, received=END), ())
    assert settle(found, now=END + GRACE - timedelta(seconds=1)).quality is Quality.SUSPECT
    after = settle(found, now=END + GRACE)
    assert (after.quality, after.suspicion) == (Quality.VERIFIED, Suspicion.OVER_RECORD)
    rejected = replace(found, quality=Quality.REJECTED)
    assert settle(rejected, now=END + HOUR) == rejected
    assert settle(replace(found, received_at=None), now=END + HOUR).quality is Quality.SUSPECT
    assert settle(rain(5.0, received=END), now=END + HOUR) == rain(5.0, received=END)


# Sums


def test_tenths_are_summed_without_dust():
    """0.1 three times is 0.3, and ten times exactly one."""
    three = Series(rain(0.1, n) for n in range(3)).within(3 * HOUR, end=END)
    assert three == Amount(0.3, 3 * HOUR, complete=True)
    assert Series(rain(0.1, n) for n in range(10)).within(10 * HOUR, end=END).total == 1.0
    for tips in (49.95, 49.949):
        spread = [rain(round(tips / 6, 6), n / 6, 10 * MINUTE) for n in range(6)]
        assert Series(spread).within(HOUR, end=END).total == (50.0 if tips == 49.95 else 49.9)


amounts = st.one_of(
    st.none(),
    st.decimals(0, 250, places=1).map(float),
    st.decimals(0, 20, places=2).map(float),
)
qualities = st.sampled_from(
    [Quality.GOOD] * 4 + [Quality.SUSPECT, Quality.VERIFIED, Quality.REJECTED]
)
series = st.lists(st.tuples(amounts, qualities), max_size=30).map(
    lambda found: [rain(mm, n, quality=quality) for n, (mm, quality) in enumerate(found)]
)


@given(series, st.integers(1, 30), st.integers(0, 30))
def test_a_window_is_the_sum_of_what_lies_in_it(readings, hours, back):
    """Against addition in decimals: holes, suspects and what is outside count for nothing."""
    end = END - back * HOUR
    there = [
        r
        for r in readings
        if r.value is not None
        and r.quality in {Quality.GOOD, Quality.VERIFIED}
        and end - hours * HOUR <= r.start
        and r.end <= end
    ]
    total = sum((Decimal(repr(r.value)) for r in there), Decimal(0))
    good = sum(r.quality is Quality.GOOD for r in there)
    found = Series(readings).within(hours * HOUR, end=end)
    assert found.total == float(total.quantize(Decimal("0.1"), ROUND_HALF_UP))
    assert found.covered == good * HOUR
    assert found.complete == (good == hours)


@given(series, st.data())
def test_the_order_of_readings_is_irrelevant(readings, data):
    again = data.draw(st.permutations([*readings, *readings[:5]]))
    one, two = Series(readings), Series(again)
    assert one.readings == two.readings
    for hours in (1, 3, 12):
        assert one.within(hours * HOUR, end=END) == two.within(hours * HOUR, end=END)


def test_of_two_values_for_an_hour_the_one_received_last_counts():
    first = rain(5.0, received=END)
    revised = rain(50.0, received=END + MINUTE)
    for order in ([first, revised], [revised, first]):
        assert Series(order).within(HOUR, end=END).total == 50.0
    unknown = [rain(5.0), rain(6.0)]
    assert Series(unknown).readings == Series(unknown[::-1]).readings


def test_totals_of_the_last_hour_every_ten_minutes_are_summed_back_to_back_from_the_newest():
    """The rain of the last fifty minutes is in the newest of them and nowhere else."""
    running = [rain(10.0 + n, n / 6) for n in range(24)]
    found = Series(running)
    assert found.newest == running[0]
    assert found.within(HOUR, end=END) == Amount(10.0, HOUR, complete=True)
    assert found.within(3 * HOUR, end=END) == Amount(10.0 + 16 + 22, 3 * HOUR, complete=True)


def test_a_reading_that_reaches_out_of_the_window_is_left_out_and_leaves_a_hole():
    mixed = [rain(4.0, 0, 10 * MINUTE), rain(9.0, 1 / 6)]
    assert Series(mixed).within(HOUR, end=END) == Amount(4.0, 10 * MINUTE, complete=False)


def test_rain_over_no_time_is_no_rain():
    assert Series([rain(30.0, 0, timedelta(0)), rain(2.0, 0.5)]).newest == rain(2.0, 0.5)


def test_a_verified_value_adds_to_the_sum_and_makes_no_window_complete():
    """It may raise, and never helps to clear: a gauge stuck in the flood must not end the alarm."""
    found = Series([rain(0.0), rain(350.0, 1, quality=Quality.VERIFIED), rain(0.0, 2)])
    assert found.within(3 * HOUR, end=END) == Amount(350.0, 2 * HOUR, complete=False)


def test_nothing_is_known_of_a_gauge_that_never_spoke():
    empty = Series([rain(None), rain(5.0, 1, quality=Quality.REJECTED)])
    assert empty.newest is None
    assert empty.within(HOUR, end=END) == Amount(0.0, timedelta(0), complete=False)


@pytest.mark.parametrize("waver", [1, 2, 9])
def test_stamps_that_waver_by_seconds_lose_no_reading(waver):
    """Every ten minutes, now a little early and now a little late."""
    ends = [END - n * 10 * MINUTE + timedelta(seconds=waver * (n % 2)) for n in range(19)]
    readings = [Reading("g", Measure.RAIN, end - 10 * MINUTE, end, 10.0) for end in ends]
    found = Series(readings).within(3 * HOUR, end=END)
    assert (found.total, found.complete) == (180.0, True)
    back_to_back = [Reading("g", Measure.RAIN, start, end, 10.0) for end, start in pairwise(ends)]
    found = Series(back_to_back).within(3 * HOUR, end=END)
    assert (found.total, found.complete) == (180.0, True)


def test_an_overlap_of_more_than_a_waver_is_counted_once():
    half = Reading("g", Measure.RAIN, END - 90 * MINUTE, END - 30 * MINUTE, 10.0)
    assert Series([rain(5.0), half]).within(3 * HOUR, end=END).total == 5.0
