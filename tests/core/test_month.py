"""A month as a calendar says of every section what the shifts say, and nothing of other months."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fangxun.core.roster import DayType, Holiday, OverrideKind, section_span, shifts
from fangxun.core.roster.month import month
from fangxun.core.timeline import Span
from tests.core.rosters import DAY_AND_NIGHT, HOUR, override, post, roster, rotation

JULY = date(2026, 7, 1)
HELD = roster(rotations=(rotation("abc"),))


def days(found):
    return [day for week in found.weeks for day in week if day is not None]


@given(st.dates(date(2024, 1, 1), date(2030, 12, 1)))
def test_weeks_begin_on_monday_and_hold_each_day_of_the_month_once(some):
    found = month(HELD, HELD.posts, some.replace(day=1))
    assert {len(week) for week in found.weeks} == {7}
    own = days(found)
    assert [day.day.day for day in own] == list(range(1, len(own) + 1))
    assert (own[-1].day + timedelta(days=1)).day == 1
    assert all(
        day is None or day.day.weekday() == n for w in found.weeks for n, day in enumerate(w)
    )


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York", "Pacific/Apia"])
def test_each_cell_is_who_stands_in_that_section_whatever_the_clock_does(zone):
    held = replace(roster(post(sections=DAY_AND_NIGHT), rotations=(rotation("abcd"),)), zone=zone)
    for first in (date(2026, 3, 1), date(2026, 11, 1)):
        for day in days(month(held, held.posts, first)):
            for section, cell in zip(DAY_AND_NIGHT, day.cells, strict=True):
                span = section_span(section, day.day, ZoneInfo(zone))
                assert span is not None
                assert {one.person for one in cell} == {s.person for s in shifts(held, span)}


def test_the_night_of_the_last_day_is_that_day_s_and_a_late_cover_is_seen_in_it():
    """It ends in August, and so does the cover."""
    zone = ZoneInfo("Asia/Shanghai")
    start = datetime(2026, 8, 1, 2, tzinfo=zone)
    cover = override(1, OverrideKind.COVER, Span(start, start + 2 * HOUR), "g")
    last = days(month(replace(HELD, overrides=(cover,)), HELD.posts, JULY))[-1]
    (cell,) = last.cells
    assert ("g", True) in [(one.person, one.covers) for one in cell]


def test_a_hole_is_an_empty_cell_and_several_seats_stand_in_one():
    assert days(month(roster(), (post(),), JULY))[0].cells == ((),)
    zone = ZoneInfo("Asia/Shanghai")
    start = datetime(2026, 7, 1, 8, tzinfo=zone)
    added = override(1, OverrideKind.ADD, Span(start, start + 24 * HOUR), "g")
    (cell,) = days(month(replace(HELD, overrides=(added,)), HELD.posts, JULY))[0].cells
    assert len({one.person for one in cell}) == 2


def test_holidays_and_make_up_days_are_named_and_counted_as_what_they_are():
    table = (Holiday(date(2026, 7, 6), "feast", False), Holiday(date(2026, 7, 11), "feast", True))
    found = days(month(replace(HELD, holidays=table), HELD.posts, JULY))
    assert (found[5].holiday, found[5].kind) == ("feast", DayType.HOLIDAY)
    assert (found[10].holiday, found[10].kind) == ("feast", DayType.WORKDAY)
    assert (found[11].holiday, found[11].kind) == ("", DayType.REST_DAY)
