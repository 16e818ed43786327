"""Whom a raise pages: in the plan's order, wave by wave, each once; what is empty is said."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fangxun.core import calling
from fangxun.core.calling import Present, required
from fangxun.core.incident import PlaceInIncident
from fangxun.core.level import Hazard, Level, ResponseLevel
from fangxun.core.plan import (
    Duty,
    Group,
    LevelPlan,
    Owed,
    Required,
    Scope,
    Standing,
    Wave,
    response_for,
)
from fangxun.core.responsibility import Official
from fangxun.core.roster import Role
from tests.core.storm import MINUTE, NOW, PAGE_LADDER, PLAN, SCOPE, STANDING, minutes

EXTRA = frozenset({"extra-post"})


ARRIVE = Duty(Owed.ARRIVED, (Group.EXTRA_POSTS,), 60 * MINUTE)


def raised(level, *, duty_only=False, hazard=Hazard.RAIN):
    return PlaceInIncident("gully", level, 1, NOW, duty_only, hazard)


def called(level, *, standing=STANDING, scope=SCOPE, extra=EXTRA, duty_only=False, plan=PLAN):
    present = Present(scope, standing, extra)
    return required(plan, raised(level, duty_only=duty_only), present, now=NOW).required


def people(level, **around):
    return [item.person for item in called(level, **around)]


def empty_groups(plan, level, *, scope=SCOPE, standing=STANDING, extra=EXTRA, duty_only=False):
    present = Present(scope, standing, extra)
    return calling.empty_groups(plan, raised(level, duty_only=duty_only), present)


def test_people_come_in_the_plans_order_of_groups():
    assert people(Level.ORANGE) == [
        "a",
        "town-officer",
        "officer",
        "deputy",
        "town-leader",
        "leader",
        "extra",
    ]


def test_another_order_of_groups_in_the_plan_is_followed():
    entry = replace(PLAN.levels[1], waves=(Wave((Group.LEADERS, Group.OFFICIALS)),))
    assert people(Level.RED, plan=replace(PLAN, levels=(entry,))) == ["town-leader", "leader", "a"]


def test_a_level_without_an_entry_takes_that_of_the_next_lower_one():
    assert people(Level.YELLOW) == people(Level.BLUE) == ["a", "town-officer"]
    assert people(Level.RED) == people(Level.ORANGE)


@pytest.mark.parametrize("level", [Level.NONE, Level.UNKNOWN])
def test_no_level_pages_nobody(level):
    assert people(level) == []
    assert empty_groups(PLAN, level) == ()


def test_a_plan_without_an_entry_at_or_below_the_level_pages_nobody():
    assert people(Level.BLUE, plan=replace(PLAN, levels=PLAN.levels[1:])) == []


def test_somebody_in_two_groups_is_paged_once_as_the_first():
    standing = (Standing("town", Role.DUTY_OFFICER, "a", "town-duty"), *STANDING[1:])
    found = called(Level.ORANGE, standing=standing)
    assert [item for item in found if item.person == "a"] == [Required("a", Group.OFFICIALS)]


def test_a_warning_for_the_province_alone_pages_only_the_duty_room():
    assert people(Level.RED, duty_only=True) == ["officer", "deputy"]


def test_people_of_extra_posts_are_asked_to_arrive():
    found = called(Level.ORANGE)
    assert [item for item in found if item.duty] == [Required("extra", Group.EXTRA_POSTS, ARRIVE)]


def test_an_extra_leader_is_called_in_as_an_extra_post_and_not_only_told_as_a_leader():
    standing = (*STANDING, Standing("root", Role.LEADER, "chief", "second-leader"))
    found = called(Level.ORANGE, standing=standing, extra=EXTRA | {"second-leader"})
    assert Required("chief", Group.EXTRA_POSTS, ARRIVE) in found


def test_an_extra_post_that_is_not_switched_on_is_not_paged():
    assert "extra" not in people(Level.ORANGE, extra=frozenset())


def test_the_watch_of_another_town_is_left_alone():
    elsewhere = Standing("far", Role.DUTY_OFFICER, "far-officer", "far-duty")
    assert "far-officer" not in people(Level.RED, standing=(*STANDING, elsewhere))


def test_a_site_pages_its_own_officials_then_those_of_its_area():
    scope = Scope("gully", "town", "root", (Official("gully", "a"), Official("town", "b")))
    assert people(Level.BLUE, scope=scope) == ["a", "b", "town-officer"]


def test_groups_that_hold_nobody_are_named_but_extra_posts_may_be_absent():
    scope = replace(SCOPE, officials=())
    standing = [entry for entry in STANDING if entry.unit == "root" and entry.post != "extra-post"]
    found = empty_groups(PLAN, Level.RED, scope=scope, standing=standing, extra=frozenset())
    assert found == (Group.OFFICIALS, Group.UNIT_WATCH)
    found = empty_groups(PLAN, Level.RED, standing=(), extra=frozenset(), duty_only=True)
    assert found == (Group.DUTY_ROOM,)


@pytest.mark.parametrize(
    ("level", "response"),
    [
        (Level.NONE, None),
        (Level.UNKNOWN, None),
        (Level.BLUE, ResponseLevel.IV),
        (Level.YELLOW, ResponseLevel.IV),
        (Level.RED, ResponseLevel.II),
    ],
)
def test_the_highest_response_that_a_level_proposes(level, response):
    rule = response_for(PLAN, level)
    assert (rule.response if rule else None) is response


someone = st.builds(
    Standing,
    st.sampled_from(["town", "root", "far"]),
    st.sampled_from(list(Role)),
    st.sampled_from(["a", "b", "officer", "leader", "extra"]),
    st.sampled_from(["duty", "lead", "extra-post"]),
)


@given(st.lists(someone, max_size=8), st.sampled_from(list(Level)), st.booleans())
def test_each_person_is_required_once_and_never_for_a_group_that_is_reported_empty(
    standing, level, duty_only
):
    found = called(level, standing=standing, duty_only=duty_only)
    assert len({item.person for item in found}) == len(found)
    empty = empty_groups(PLAN, level, standing=standing, duty_only=duty_only)
    assert not {item.group for item in found} & set(empty)
    if level.rank and not found:
        assert empty


def in_waves(*waves):
    return replace(PLAN, levels=(LevelPlan(Level.BLUE, waves, PAGE_LADDER),))


FIRST = Wave((Group.LEADERS,), enough=1, wait=5 * MINUTE)
THEN = Wave((Group.UNIT_WATCH, Group.DUTY_ROOM), wait=2 * MINUTE)
LAST = Wave((Group.OFFICIALS,))


def waves(plan, at, *confirmed):
    found = required(
        plan, raised(Level.RED), Present(SCOPE, STANDING), now=at, confirmed=frozenset(confirmed)
    )
    return [item.person for item in found.required], found.again


LEADERS, WATCH = ["town-leader", "leader"], ["town-officer", "officer", "deputy"]


def test_the_next_wave_waits_for_the_first_and_is_called_when_nobody_confirms():
    plan = in_waves(FIRST, THEN, LAST)
    assert waves(plan, NOW) == (LEADERS, minutes(5))
    assert waves(plan, minutes(4.9)) == (LEADERS, minutes(5))
    assert waves(plan, minutes(5)) == (LEADERS + WATCH, minutes(7))
    assert waves(plan, minutes(7)) == ([*LEADERS, *WATCH, "a"], None)


def test_any_one_of_a_wave_is_enough_where_the_plan_says_so_and_the_others_are_spared():
    plan = in_waves(FIRST, THEN)
    assert waves(plan, minutes(1), "leader") == (["leader"], None)
    assert waves(plan, minutes(60), "leader") == (["leader"], None)


def test_k_of_n_need_k():
    plan = in_waves(replace(THEN, enough=2), LAST)
    assert waves(plan, minutes(1), "officer") == (WATCH, minutes(2))
    assert waves(plan, minutes(1), "officer", "deputy") == (["officer", "deputy"], None)
    assert waves(plan, minutes(3), "officer") == ([*WATCH, "a"], None)


def test_a_wave_that_asks_for_more_than_it_holds_asks_for_all_it_holds():
    plan = in_waves(replace(FIRST, enough=9), THEN)
    assert waves(plan, minutes(1), *LEADERS) == (LEADERS, None)


def test_without_a_number_each_confirms_for_himself_and_the_next_wave_comes_for_the_missing_one():
    plan = in_waves(replace(FIRST, enough=None), THEN)
    assert waves(plan, minutes(5), "leader") == (LEADERS + WATCH, None)
    assert waves(plan, minutes(60), *LEADERS) == (LEADERS, None)


def test_a_wave_that_holds_nobody_calls_the_next_at_once():
    plan = in_waves(Wave((Group.EXTRA_POSTS,), wait=5 * MINUTE), FIRST)
    assert waves(plan, NOW) == (LEADERS, None)


def test_an_entry_for_a_hazard_goes_before_the_one_for_all_and_only_for_it():
    flood = LevelPlan(Level.BLUE, (LAST,), PAGE_LADDER, hazards=(Hazard.FLASH_FLOOD,))
    plan = replace(PLAN, levels=(*PLAN.levels, flood))
    assert plan.at(Level.BLUE, Hazard.FLASH_FLOOD) is flood
    assert plan.at(Level.BLUE, Hazard.RAIN) is PLAN.levels[0]
    assert plan.at(Level.RED, Hazard.FLASH_FLOOD) is PLAN.levels[1]


later = st.integers(0, 20).map(minutes)
some = st.lists(
    st.builds(
        Wave,
        st.lists(st.sampled_from(list(Group)), min_size=1, max_size=2).map(tuple),
        st.none() | st.integers(1, 3),
        st.integers(0, 10).map(lambda n: n * MINUTE),
    ),
    min_size=1,
    max_size=4,
)


@given(some, later, later, st.sets(st.sampled_from([s.person for s in STANDING])))
def test_whoever_has_confirmed_stays_and_more_time_never_calls_fewer(found, one, other, confirmed):
    plan, soon, late = in_waves(*found), min(one, other), max(one, other)
    first, later_on = waves(plan, soon, *confirmed)[0], waves(plan, late, *confirmed)[0]
    assert [who for who in first if who not in later_on] == []


@given(some, later)
def test_the_next_wave_comes_when_it_was_said_to_come(found, at):
    plan = in_waves(*found)
    people_now, again = waves(plan, at)
    if again is None:
        assert waves(plan, minutes(1000))[0] == people_now
    else:
        assert again > at
        assert waves(plan, again) != (people_now, again)


def test_a_leader_who_is_asked_into_the_room_stays_a_leader_and_is_awaited_there():
    """Also where the plan pages leaders and no extra posts: then he is paged as before."""
    leader = next(s for s in STANDING if s.role is Role.LEADER and s.unit == SCOPE.root_unit)
    here = frozenset({leader.post})
    present = Present(SCOPE, STANDING, EXTRA | here, here)
    assert leader.person in calling.members(Group.LEADERS, present)
    assert leader.person in calling.members(Group.EXTRA_POSTS, present)
