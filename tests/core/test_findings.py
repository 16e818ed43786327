"""What is wrong with a roster, one finding a cause: holes, people, strain and shares."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from fangxun.core.findings import Bounds, findings, holes
from fangxun.core.roster import (
    DayType,
    FindingKind,
    Holiday,
    Leave,
    OverrideKind,
    Role,
    TableEntry,
)
from fangxun.core.timeline import Span
from tests.core.rosters import (
    DAY,
    DAY_AND_NIGHT,
    HOUR,
    NOW,
    PEOPLE,
    between,
    local,
    override,
    post,
    roster,
    rotation,
)

NOBODY = frozenset()
LEAD = post("lead", role=Role.LEADER)
FAIR = roster(LEAD, post(), rotations=(rotation("abcd"), rotation("ef", "lead", turn_days=7)))
JULY = between(1, 31)


def found(of, kind, span=JULY, **given):
    return [one for one in findings(of, PEOPLE, span, **given) if one.kind is kind]


def removed(*spans):
    return tuple(override(n, OverrideKind.REMOVE, s) for n, s in enumerate(spans, start=1))


def test_a_fair_roster_has_no_finding():
    assert findings(FAIR, PEOPLE, JULY) == ()


def test_holes_of_every_weekend_are_one_finding_with_how_often_they_come():
    of = roster(rotations=(rotation("abc", types=(DayType.WORKDAY,)),))
    (told,) = found(of, FindingKind.GAPS, between(1, 20))
    assert dict(told.fields) == {
        "times": "3", "hours": "144", "until": "2026-07-06T00:00+00:00",
    }  # fmt: skip
    assert told.span == Span(local(4), local(20))


def test_each_removal_that_leaves_a_hole_is_a_finding_of_its_own():
    of = replace(FAIR, overrides=removed(between(3, 4), between(12, 13)))
    assert [one.span for one in found(of, FindingKind.GAP)] == [between(3, 4), between(12, 13)]


def test_what_was_a_hole_before_today_is_not_told():
    of = replace(FAIR, overrides=removed(between(3, 4)))
    assert found(of, FindingKind.GAP, between(4, 31)) == []


@pytest.mark.parametrize("at", [3, 4, 5.5])
def test_a_hole_is_the_same_hole_while_it_comes_near_and_lasts(at):
    of = replace(FAIR, overrides=removed(between(4, 6)))
    (hole,) = holes(of, Span(local(3) + (at - 3) * DAY, local(9)), active=NOBODY)
    assert (hole.post, hole.began) == ("duty", local(4))


def test_a_night_without_anybody_each_night_is_one_hole_and_next_weeks_is_another():
    of = roster(
        post(sections=DAY_AND_NIGHT), rotations=(rotation("ab", part="day"),),
        table=(TableEntry("duty", date(2026, 7, 8), "c", "night"),),
    )  # fmt: skip
    before, after = holes(of, between(6, 12), active=NOBODY)
    assert (before.began, len(before.parts)) == (local(date(2026, 6, 29), 17.5), 3)
    assert after.began == local(9, 17.5)


def test_a_post_that_never_had_anybody_has_a_hole_of_which_nobody_knows_the_beginning():
    (hole,) = holes(roster(post()), between(1, 4), active=NOBODY)
    assert (hole.began, hole.parts) == (None, (between(1, 4),))


def test_whoever_stands_while_on_leave_is_told_once_for_each_leave():
    leave = Leave("a", between(4, 14), "ill", "actor", NOW, id=1)
    (told,) = found(replace(FAIR, leave=(leave,)), FindingKind.ON_LEAVE)
    assert (told.people, told.post) == (("a",), "duty")
    assert told.span.start >= local(4)


def test_a_leave_for_which_others_stand_in_is_no_finding():
    away = Leave("a", between(1, 31), "ill", "actor", NOW, id=1)
    cover = override(1, OverrideKind.COVER, between(1, 31), "g", "a")
    of = replace(FAIR, leave=(away,), overrides=(cover,))
    assert found(of, FindingKind.ON_LEAVE) == []


@pytest.mark.parametrize("kind", [FindingKind.NO_CHANNEL, FindingKind.CANNOT_CONFIRM])
def test_whoever_cannot_be_told_or_confirm_is_a_finding_only_where_he_stands(kind):
    told = found(FAIR, kind, amiss={"b": kind, "z": kind})
    assert [one.people for one in told] == [("b",)]


def shift(day, who, at=8.0, hours=24):
    """A watch of one person on the duty post."""
    span = Span(local(day, at), local(day, at) + hours * HOUR)
    return override(day * 100 + int(at), OverrideKind.ADD, span, who)


def test_too_little_rest_is_one_finding_a_person_with_the_first_time_and_how_often():
    of = roster(overrides=(shift(1, "a", 8, 8), shift(1, "a", 22, 10), shift(2, "a", 12, 4)))
    (told,) = found(of, FindingKind.LITTLE_REST, bounds=Bounds(rest=8 * HOUR))
    assert told.span == Span(local(1, 16), local(1, 22))
    assert dict(told.fields) == {"hours": "6", "bound": "8", "times": "2"}


def test_rest_that_was_too_little_before_today_is_not_told():
    of = roster(overrides=(shift(1, "a", 8, 8), shift(1, "a", 22, 10)))
    assert found(of, FindingKind.LITTLE_REST, between(2, 9)) == []


def test_watches_that_touch_are_one_without_rest_between():
    of = roster(post(sections=DAY_AND_NIGHT), rotations=(rotation("ab"),))
    assert found(of, FindingKind.LITTLE_REST) == []


@pytest.mark.parametrize(("days", "told"), [((1, 2, 3), []), ((1, 2, 3, 4), ["96"])])
def test_too_many_in_a_row_counts_the_hours_without_a_day_off(days, told):
    of = roster(overrides=tuple(shift(day, "a") for day in days))
    row = found(of, FindingKind.MANY_IN_A_ROW)
    assert [dict(one.fields)["hours"] for one in row] == told


def test_every_other_day_is_no_row_also_where_the_clock_is_changed():
    """The night of 28 March has 23 hours, and so has the day off."""
    of = roster(rotations=(rotation("ab", first=date(2026, 3, 1)),), zone="Europe/Berlin")
    span = Span(local(date(2026, 3, 20)), local(date(2026, 4, 10)))
    assert found(of, FindingKind.MANY_IN_A_ROW, span) == []


def test_a_leader_may_stand_a_week_and_no_longer():
    nine = roster(LEAD, rotations=(rotation("ab", "lead", turn_days=8),))
    assert found(FAIR, FindingKind.MANY_IN_A_ROW) == []
    assert {dict(one.fields)["bound"] for one in found(nine, FindingKind.MANY_IN_A_ROW)} == {"168"}


def test_a_row_that_began_before_today_counts_whole():
    of = roster(overrides=tuple(shift(day, "a") for day in (1, 2, 3, 4)))
    (told,) = found(of, FindingKind.MANY_IN_A_ROW, between(4, 9))
    assert told.span == between(1, 5)


def test_shares_that_differ_are_told_with_their_numbers_from_the_smallest_on():
    """b stands for a from the 11th on."""
    cover = override(1, OverrideKind.COVER, between(11, 31), "b", "a")
    of = replace(roster(rotations=(rotation("ab"),)), overrides=(cover,))
    told = {dict(one.fields)["what"]: one for one in found(of, FindingKind.UNFAIR)}
    assert told["nights"].people == ("a", "b")
    assert dict(told["nights"].fields)["shares"] == "5 25"
    assert "rest_days" in told


def test_a_share_of_holidays_is_counted_by_the_table_of_holidays():
    days = tuple(Holiday(date(2026, 7, day), "x", make_up=False) for day in range(2, 29, 2))
    of = replace(roster(rotations=(rotation("ab"),)), holidays=days)
    (told,) = [o for o in found(of, FindingKind.UNFAIR) if dict(o.fields)["what"] == "holidays"]
    assert dict(told.fields)["shares"] == "0 14"


def test_one_turn_more_is_not_unfair_however_long_a_turn_is():
    of = roster(rotations=(rotation("abcdef", turn_days=7),))
    assert found(of, FindingKind.UNFAIR) == []


def test_a_reinforcement_takes_no_share():
    of = replace(FAIR, overrides=(override(1, OverrideKind.ADD, between(1, 2), "g"),))
    assert found(of, FindingKind.UNFAIR) == []


def test_bounds_of_a_district_hold_instead_of_the_usual():
    of = roster(overrides=tuple(shift(day, "a") for day in (1, 2)))
    row = found(of, FindingKind.MANY_IN_A_ROW, bounds=Bounds(in_a_row=timedelta(hours=24)))
    assert len(row) == 1
