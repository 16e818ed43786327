"""When the next on watch are told: the day before, shortly before, never at night."""

from __future__ import annotations

from datetime import date, time
from zoneinfo import ZoneInfo

import pytest

from fangxun.core import reminder
from fangxun.core.notices import Notices
from fangxun.core.page import PageKind
from fangxun.core.roster import OverrideKind, shifts
from tests.core.rosters import HOUR, THREE, between, local, override, post, roster, rotation

ZONE = ZoneInfo("Asia/Shanghai")
USUAL = Notices()
DUTY = frozenset({"duty"})


def test_a_watch_is_told_the_day_before_and_shortly_before_it():
    times = USUAL.times(local(21), ZONE)
    assert (times.first, times.second, times.deadline) == (
        local(20, 18), local(21, 6), local(21, 7.25),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("start", "before", "second"),
    [
        (0, 2, 22 - 24),
        (8, 3, 6),
        (6.5, 2, 22 - 24),
        (16, 2, 14),
    ],
)
def test_what_would_be_in_the_night_is_told_at_its_end_or_before_it(start, before, second):
    rules = Notices(before=before * HOUR)
    assert rules.times(local(21, start), ZONE).second == local(21, second)


def test_a_night_of_no_length_is_none():
    assert Notices(quiet=(time(0), time(0))).night(local(21, 3), ZONE) is None


@pytest.mark.parametrize(("at", "inside"), [(22, False), (23, True), (29.9, True), (30, False)])
def test_a_night_goes_over_midnight_and_has_no_edges(at, inside):
    assert (USUAL.night(local(20, at), ZONE) is not None) is inside


def test_the_clock_on_the_wall_counts_also_where_it_is_changed():
    berlin = ZoneInfo("Europe/Berlin")
    start = local(date(2026, 3, 29), 8, "Europe/Berlin")
    assert USUAL.times(start, berlin).first == local(date(2026, 3, 28), 18, "Europe/Berlin")


def test_only_those_who_take_over_begin_a_watch():
    """a stands twice in a row: two sections, one watch."""
    of = roster(post(sections=THREE), rotations=(rotation("ab"),))
    found = shifts(of, between(1, 4))
    coming = list(reminder.begins(found, DUTY, local(1)))
    assert [shift.span.start for shift in coming] == [local(2, 0), local(3, 0), local(4, 0)]


def test_whoever_comes_back_after_a_cover_begins_anew():
    cover = override(1, OverrideKind.COVER, between(2, 3, 12), "g", "b")
    of = roster(rotations=(rotation("ab"),), overrides=(cover,))
    coming = reminder.begins(shifts(of, between(1, 4)), DUTY, local(1, 9))
    assert [(one.person, one.span.start) for one in coming][:2] == [
        ("b", local(2)), ("g", local(2, 12)),
    ]  # fmt: skip


def asked(opened):
    """How long each text of a reminder opened then waits, in hours."""
    of = roster(rotations=(rotation("ab"),))
    (shift,) = [one for one in shifts(of, between(21, 22)) if one.span.start == local(21)]
    page = reminder.open_reminder(shift, USUAL.times(local(21), ZONE), now=opened)
    assert page.kind is PageKind.REMINDER
    return [rung.wait / HOUR for rung in reminder.ladder(page).steps]


def test_whoever_is_asked_the_day_before_is_asked_once_more():
    assert asked(local(20, 18)) == [12, 1.25]


def test_whoever_is_asked_late_is_asked_once_and_has_time_to_answer():
    assert asked(local(21, 6)) == [1.25]
    assert asked(local(21, 7.2)) == [1 / 6]


def test_a_key_is_of_one_watch_of_one_person():
    of = roster(rotations=(rotation("ab"),))
    found = shifts(of, between(1, 9))
    assert len({reminder.reminder_key(shift) for shift in found}) == len(found)
