"""Hourly tables, and criteria counted over them: the same answers as the core gives."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fangxun import backtest
from fangxun.backtest import MISSING, Count, Hours
from fangxun.core.criterion import Criterion, Verdict, judge
from fangxun.core.errors import FaultyInput
from fangxun.core.level import Hazard, Level
from fangxun.core.observation import Reading, Series
from fangxun.core.place import Measure

HOUR = timedelta(hours=1)
FIRST = datetime(2023, 7, 13, 14, tzinfo=UTC)
HEADER = "obs_hour_jst_end,amdno,precip1h_mm\n"


def rain(name, hours, limit, level=Level.BLUE):
    return Criterion(name, "p", Hazard.RAIN, Measure.RAIN, hours * HOUR, level, limit, limit)


SIGNALS = (
    rain("blue", 12, 50.0),
    rain("yellow", 6, 50.0, Level.YELLOW),
    rain("orange", 3, 50.0, Level.ORANGE),
    rain("red", 3, 100.0, Level.RED),
)
"""CMA order 16: mm in 12, 6, 3 and 3 hours."""


def written(tmp_path, text, name="hours.csv"):
    path = tmp_path / name
    data = text.encode()
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return path


@pytest.mark.parametrize("name", ["hours.csv", "hours.csv.gz"])
def test_a_table_becomes_a_grid_in_which_both_kinds_of_missing_are_missing(tmp_path, name):
    """An empty value, and a line that is not there at all."""
    text = (
        "2023-12-31T23,11001,0.5\n2023-12-31T23,11016,123.5\n"
        "2024-01-01T00,11001,\n2024-01-01T02,11016,0.0\n"
    )
    hours = backtest.load(written(tmp_path, HEADER + text, name))
    assert hours.stations == (11001, 11016)
    assert hours.first == np.datetime64("2023-12-31T23")
    assert hours.tenths.tolist() == [
        [5, MISSING, MISSING, MISSING],
        [1235, MISSING, MISSING, 0],
    ]


def test_the_last_line_needs_no_newline_and_windows_line_ends_are_read(tmp_path):
    text = HEADER + "2023-07-13T14,11001,0.5\n2023-07-13T15,11001,10.0"
    for form in (text, text.replace("\n", "\r\n")):
        assert backtest.load(written(tmp_path, form)).tenths.tolist() == [[5, 100]]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hour,station,mm\n2023-07-13T14,11001,0.5\n",
        HEADER,
        HEADER + "2023-07-13T14,11001\n",
        HEADER + "2023-07-13 14,11001,0.5\n",
        HEADER + "2023-07-13T14,1100x,0.5\n",
        HEADER + "2023-07-13T14,11001,5\n",
        HEADER + "2023-07-13T14,11001,500\n",
        HEADER + "2023-07-13T14,11001,-0.5\n",
        HEADER + "2023-07-13T14,11001,1.x\n",
        HEADER + "2023-07-13T14,11001,12345678901.5\n",
    ],
)
def test_a_table_of_another_form_is_refused_and_never_half_read(tmp_path, text):
    with pytest.raises(FaultyInput, match=r"hours\.csv"):
        backtest.load(written(tmp_path, text))


def test_the_line_that_cannot_be_read_is_named(tmp_path):
    good = "2023-07-13T14,11001,0.5\n2023-07-13T15,11001,\n"
    with pytest.raises(FaultyInput, match=r"hours\.csv:4: "):
        backtest.load(written(tmp_path, HEADER + good + "2023-07-13T16,11001,-1.0\n" + good))


@pytest.mark.parametrize(
    "criterion",
    [
        Criterion("s", "p", Hazard.FLOOD, Measure.STAGE, 0 * HOUR, Level.RED, 9.0, 8.0),
        rain("half", 0.5, 20.0),
        rain("ninety", 1.5, 20.0),
        rain("zero", 1, 0.0),
    ],
)
def test_hourly_rain_refuses_what_it_cannot_answer(criterion):
    hours = Hours((1,), np.datetime64("2023-07-13T14"), np.zeros((1, 3), np.int32))
    with pytest.raises(FaultyInput, match=criterion.id):
        backtest.signals(hours, [criterion])


def by_the_core(grid, criterion):
    """The same counts by core.observation and core.criterion, one reading after the other."""
    heard, every = [], []
    for row in grid:
        readings = [
            Reading("g", Measure.RAIN, FIRST + (n - 1) * HOUR, FIRST + n * HOUR, tenths / 10)
            for n, tenths in enumerate(row)
            if tenths != MISSING
        ]
        for n in range(len(row)):
            end = FIRST + n * HOUR
            series = Series(r for r in readings if r.end <= end)
            amount = series.within(criterion.window, end=end)
            verdict = judge(criterion, amount.total, complete=amount.complete)
            every.append(verdict)
            if series.newest is not None and series.newest.end == end:
                heard.append(verdict)
    return tuple(
        Count(
            sum(v in {Verdict.REACHED, Verdict.AT_LEAST} for v in found),
            found.count(Verdict.AT_LEAST),
        )
        for found in (heard, every)
    )


tenths = st.one_of(st.just(MISSING), st.just(0), st.integers(0, 400))
tables = st.integers(1, 16).flatmap(
    lambda length: st.lists(
        st.lists(tenths, min_size=length, max_size=length), min_size=1, max_size=3
    )
)
limits = st.one_of(st.integers(1, 900).map(lambda n: n / 10), st.sampled_from([0.05, 35.25, 49.95]))


@given(tables, st.integers(1, 20), limits)
def test_the_backtest_says_what_the_core_says_reading_by_reading(grid, length, limit):
    """Any table with any holes, any window, any limit."""
    hours = Hours(tuple(range(len(grid))), np.datetime64("2023-07-13T14"), np.array(grid, np.int32))
    criterion = rain("c", length, limit)
    (found,) = backtest.signals(hours, [criterion])
    assert (found.heard, found.every) == by_the_core(grid, criterion)


def test_omoto_is_red_for_eight_hours_and_a_hole_makes_some_of_them_at_least():
    """Hours ending 17:00 to 02:00 of 13 August 2023, with and without the hour of 123.5 mm."""
    storm = [30, 240, 830, 1235, 925, 580, 330, 660, 360, 165]
    holed = [*storm]
    holed[3] = MISSING
    grid = Hours((1, 2), np.datetime64("2023-08-13T17"), np.array([storm, holed], np.int32))
    (found,) = backtest.signals(grid, [SIGNALS[3]])
    assert found.heard == Count(8 + 7, 0 + 2)
    assert found.every == Count(8 + 8, 0 + 3)


def test_four_million_real_station_hours_hold_the_signals_as_often_as_counted_elsewhere(shared):
    """Hourly rain of 1,286 Japanese gauges: the counts of a program of somebody else's."""
    hours = backtest.load(shared("data/jma_amedas_hourly_long.csv.gz"))
    assert len(hours.stations) == 1286
    found = backtest.signals(hours, SIGNALS)
    assert [s.heard for s in found] == [
        Count(24_357, 11_935),
        Count(8_373, 1_621),
        Count(2_314, 91),
        Count(188, 4),
    ]
    assert [s.every for s in found] == [
        Count(25_599, 13_177),
        Count(8_760, 2_008),
        Count(2_374, 151),
        Count(194, 10),
    ]
