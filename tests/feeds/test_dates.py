"""Dates as feeds write them: none of them crashes, and what is doubtful is flagged."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fangxun.feeds import dates

SHANGHAI = ZoneInfo("Asia/Shanghai")
EIGHT = datetime(2026, 7, 20, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "flag"),
    [
        ("2026-07-20T08:00:00+08:00", ""),
        ("2026-07-20T00:00:00-00:00", ""),
        ("2026-07-20T00:00:00.000Z", ""),
        ("2026-07-20T00:00Z", ""),
        ("2026-07-20T08:00:00+0800", ""),
        ("2026-07-19T24:00:00Z", ""),
        ("Mon, 20 Jul 2026 08:00:00 +0800", ""),
        ("Mon, 20 Jul 2026 00:00:00 GMT", ""),
        ("Mon, 20 Jul 2026 00:00:00 -0000", ""),
        ("lun., 20 juil. 2026 02:00:00 +0200", ""),
        ("seg, 20 Jul 2026 00:00:00 +0000", ""),
        ("周一, 20 7月 2026 08:00:00 +0800", ""),
        ("2569-07-20T07:00:00+07:00", "buddhist-year"),
        ("2026-07-20T08:00:00", "naive-date"),
        ("2026/7/20 8:00", "naive-date"),
        ("2026-07-20 上午8:00:00", "naive-date"),
        ("2026年7月20日 上午 8时00分", "naive-date"),
        ("2026年07月20日08时00分00秒", "naive-date"),
        ("20260720080000", "naive-date"),
        ("2026072008", "naive-date"),
        ("2026-07-20T08", "naive-date"),
        ("1784505600", ""),
        ("1784505600000", ""),
    ],
)
def test_an_instant_is_read_in_every_spelling(written: str, flag: str) -> None:
    assert dates.parse(written, SHANGHAI) == (EIGHT, flag)


@pytest.mark.parametrize(
    ("written", "hour"),
    [("2026-07-20 下午3:05:00", 15), ("2026/7/20 下午 12:05", 12), ("2026-07-20 上午12:05", 0),
     ("2026-07-20 晚上 9:05", 21), ("2026-07-20 中午12:05", 12), ("2026-07-20 3:05 PM", 15)],
)  # fmt: skip
def test_morning_and_afternoon_are_understood(written: str, hour: int) -> None:
    instant, flag = dates.parse(written, SHANGHAI)
    assert instant is not None
    assert (instant.astimezone(SHANGHAI).hour, instant.minute, flag) == (hour, 5, "naive-date")


def test_without_a_zone_of_its_own_or_the_feeds_a_time_is_unknown() -> None:
    assert dates.parse("2026-07-20T08:00:00") == (None, "bad-date")


@pytest.mark.parametrize("written", ["", "  ", None])
def test_nothing_written_is_nothing_wrong(written: str | None) -> None:
    assert dates.parse(written) == (None, "")


@pytest.mark.parametrize(
    "written",
    ["yesterday", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "0000-01-01T00:00:00Z",
     "9999-12-31T23:59:59-14:00", "2026-07-20T25:00:00Z", "2026-07-20T08:00:00+99:99", "x" * 9999],
)  # fmt: skip
def test_what_is_no_date_is_none_and_flagged(written: str) -> None:
    assert dates.parse(written, SHANGHAI) == (None, "bad-date")


@given(st.text(max_size=40) | st.from_regex(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d"))
@example("0001-01-01T00:00:00+14:00")
@example("2026-07-2０T08:00:00Z")
def test_no_text_makes_it_crash(written: str) -> None:
    instant, flag = dates.parse(written, SHANGHAI)
    assert instant is None or instant.tzinfo is UTC
    assert instant is not None or flag == "bad-date" or not written.strip()


@pytest.mark.parametrize(
    "written",
    ["Mon, 20 Jul 2026 08:00:00 CST", "20 Jul 2026 08:00 EST", "2026-07-20 08:00:00 CST",
     "2026-07-20T08:00:00 (HKT)", "2026年7月20日8:00 MSK"],
)  # fmt: skip
def test_a_zone_in_letters_is_not_believed(written: str) -> None:
    """CST is China's time, Chicago's or Havana's: the mapping's zone is taken."""
    assert dates.parse(written, SHANGHAI) == (EIGHT, dates.LETTERS)
    assert dates.parse(written) == (None, dates.BAD)


@pytest.mark.parametrize("zone", ["GMT", "UTC", "Z", "UT", "+0000", "+0000 (CST)"])
def test_the_zones_that_mean_one_thing_are_believed(zone: str) -> None:
    assert dates.parse(f"Mon, 20 Jul 2026 00:00:00 {zone}", SHANGHAI) == (EIGHT, "")


@pytest.mark.parametrize(
    ("written", "hour"),
    [("晚上8:30", 20.5), ("晚上11:59", 24 - 1 / 60), ("晚上12:00", 24), ("晚上12:30", 24.5),
     ("晚上1:30", 25.5), ("凌晨12:30", 0.5), ("凌晨3:00", 3), ("中午11:30", 11.5),
     ("中午12:30", 12.5), ("中午1:30", 13.5), ("下午12:10", 12 + 1 / 6), ("12:10 AM", 1 / 6)],
)  # fmt: skip
def test_the_halves_of_a_day_end_at_noon_and_at_midnight(written: str, hour: float) -> None:
    day = datetime(2026, 7, 20, tzinfo=SHANGHAI).astimezone(UTC)
    found, _flag = dates.parse(f"2026年7月20日{written}", SHANGHAI)
    assert found == day + timedelta(minutes=round(hour * 60))


@pytest.mark.parametrize("written", ["2026-07-20 25:00", "2026-07-20T08:00+08:60"])
def test_hours_and_offsets_that_no_clock_shows_are_no_dates(written: str) -> None:
    assert dates.parse(written, SHANGHAI) == (None, dates.BAD)
