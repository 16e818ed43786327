"""Half-open spans, and hand-offs on the wall clock of zones that change theirs."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fangxun.core.timeline import (
    Span,
    local_days,
    local_end,
    local_instant,
    merge,
    require_aware,
    subtract,
    without,
)

BERLIN, SHANGHAI, NEW_YORK = map(ZoneInfo, ("Europe/Berlin", "Asia/Shanghai", "America/New_York"))
ZONES = (BERLIN, SHANGHAI, NEW_YORK, ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Pacific/Apia"))
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)

minutes = st.integers(0, 200)
spans = st.tuples(minutes, st.integers(1, 60)).map(
    lambda pair: Span(
        EPOCH + timedelta(minutes=pair[0]), EPOCH + timedelta(minutes=pair[0] + pair[1])
    )
)


def instants(found):
    """The minutes that spans hold."""
    return {n for n in range(300) if any(s.holds(EPOCH + timedelta(minutes=n)) for s in found)}


@pytest.mark.parametrize("naive", [datetime(2026, 7, 20, 8), datetime(2026, 7, 20, 8, fold=1)])  # noqa: DTZ001  naive on purpose
def test_an_instant_without_a_zone_is_refused(naive):
    """It would be read eight hours wrong."""
    with pytest.raises(ValueError, match="without zone"):
        require_aware(naive)
    with pytest.raises(ValueError, match="without zone"):
        Span(naive, EPOCH)


def test_a_span_is_kept_in_utc_and_is_never_empty():
    at = datetime(2026, 7, 20, 8, tzinfo=SHANGHAI)
    span = Span(at, at + timedelta(hours=1))
    assert span.start == datetime(2026, 7, 20, tzinfo=UTC)
    assert span.start.tzinfo is UTC
    for end in (at, at - timedelta(seconds=1)):
        with pytest.raises(ValueError, match="empty"):
            Span(at, end)


@given(spans, spans)
def test_a_span_holds_its_start_and_not_its_end(one, two):
    assert one.holds(one.start)
    assert not one.holds(one.end)
    common = instants([one]) & instants([two])
    inside = one.within(two)
    assert one.meets(two) == two.meets(one) == bool(common)
    assert instants([inside] if inside else []) == common


@given(st.lists(spans, max_size=8))
def test_merged_spans_hold_the_same_instants_and_never_touch(found):
    merged = merge(found)
    assert instants(merged) == instants(found)
    assert all(a.end < b.start for a, b in pairwise(merged))


@given(spans, st.lists(spans, max_size=8))
def test_what_is_left_of_a_span_is_what_no_hole_holds(span, holes):
    left = subtract(span, holes)
    assert instants(left) == instants([span]) - instants(holes)
    assert list(left) == sorted(left)


@given(st.lists(spans, max_size=8), st.lists(spans, max_size=8))
def test_what_is_left_of_many_spans_is_what_no_hole_holds_and_never_overlaps(found, holes):
    left = without(found, holes)
    assert instants(left) == instants(found) - instants(holes)
    assert all(a.end < b.start for a, b in pairwise(left))


def test_one_hole_may_end_one_span_and_begin_the_next():
    a, b, c, d, e, f = (EPOCH + timedelta(minutes=n) for n in (0, 10, 20, 30, 40, 50))
    found = without([Span(a, c), Span(d, f)], [Span(b, e)])
    assert found == (Span(a, b), Span(e, f))


def test_a_time_that_the_clock_jumps_over_is_the_jump_and_a_repeated_one_is_the_first():
    gap, fold = date(2026, 3, 29), date(2026, 10, 25)
    jump = datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert local_instant(gap, time(2), BERLIN) == jump
    assert local_instant(gap, time(2, 30), BERLIN) == jump
    assert local_instant(gap, time(3), BERLIN) == jump
    assert local_instant(gap, time(3, 30), BERLIN) == jump + timedelta(minutes=30)
    assert local_instant(fold, time(2, 30), BERLIN) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert local_instant(fold, time(3), BERLIN) == datetime(2026, 10, 25, 2, tzinfo=UTC)


def test_a_day_that_never_was_has_no_length():
    """Samoa went from 29 to 31 December 2011 at once."""
    apia = ZoneInfo("Pacific/Apia")
    start = local_instant(date(2011, 12, 30), time(8), apia)
    assert start == local_instant(date(2011, 12, 31), time(0), apia)
    assert local_end(date(2011, 12, 30), time(8), timedelta(hours=9), apia) == start


@given(
    st.sampled_from(ZONES),
    st.datetimes(datetime(2009, 1, 1), datetime(2040, 1, 1)),  # noqa: DTZ001  wall-clock times
    st.timedeltas(timedelta(0), timedelta(days=2)),
)
def test_a_later_time_on_the_wall_is_never_an_earlier_instant(zone, wall, length):
    """So sections that touch on the wall touch, and never overlap, on any day of any zone."""
    wall = wall.replace(microsecond=0)
    length = timedelta(seconds=round(length.total_seconds()))
    start = local_instant(wall.date(), wall.time(), zone)
    assert start <= local_end(wall.date(), wall.time(), length, zone)


@given(
    st.sampled_from([date(2026, 3, 29), date(2026, 10, 25), date(2026, 3, 8), date(2026, 11, 1)]),
    st.sampled_from([BERLIN, NEW_YORK]),
    st.integers(0, 1439),
)
def test_wall_times_of_the_days_that_change_agree_with_a_walk(day, zone, minute):
    """The first minute whose wall clock shows the time or more."""
    at = time(minute // 60, minute % 60)
    begin = datetime.combine(day, time(0), tzinfo=UTC) - timedelta(hours=3)
    walked = next(
        begin + timedelta(minutes=n)
        for n in range(2 * 1440)
        if (begin + timedelta(minutes=n)).astimezone(zone).replace(tzinfo=None)
        >= datetime.combine(day, at)
    )
    assert local_instant(day, at, zone) == walked


def test_a_day_that_a_span_only_ends_at_is_none_of_its_days():
    midnight = datetime(2026, 1, 1, tzinfo=SHANGHAI)
    before = Span(midnight - timedelta(hours=30), midnight)
    assert list(local_days(before, SHANGHAI)) == [date(2025, 12, 30), date(2025, 12, 31)]
    on = Span(midnight, midnight + timedelta(microseconds=1))
    assert list(local_days(on, SHANGHAI)) == [date(2026, 1, 1)]
