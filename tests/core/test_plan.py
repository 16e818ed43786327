"""Whom a raise pages: in the plan's order, each once, and what is empty is said."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fangxun.core.level import Level, ResponseLevel
from fangxun.core.plan import Group, Required, Scope, Standing, empty_groups, required, response_for
from fangxun.core.responsibility import Official
from fangxun.core.roster import Role
from tests.core.storm import PLAN, SCOPE, STANDING

EXTRA = frozenset({"extra-post"})


def people(level, *, standing=STANDING, scope=SCOPE, extra=EXTRA, duty_only=False, plan=PLAN):
    found = required(plan, scope, level, standing, extra, duty_only=duty_only)
    return [item.person for item in found]


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
    entry = replace(PLAN.levels[1], page=(Group.LEADERS, Group.OFFICIALS))
    assert people(Level.RED, plan=replace(PLAN, levels=(entry,))) == ["town-leader", "leader", "a"]


def test_a_level_without_an_entry_takes_that_of_the_next_lower_one():
    assert people(Level.YELLOW) == people(Level.BLUE) == ["a", "town-officer"]
    assert people(Level.RED) == people(Level.ORANGE)


@pytest.mark.parametrize("level", [Level.NONE, Level.UNKNOWN])
def test_no_level_pages_nobody(level):
    assert people(level) == []
    assert empty_groups(PLAN, SCOPE, level, STANDING, EXTRA) == ()


def test_a_plan_without_an_entry_at_or_below_the_level_pages_nobody():
    assert people(Level.BLUE, plan=replace(PLAN, levels=PLAN.levels[1:])) == []


def test_somebody_in_two_groups_is_paged_once_as_the_first():
    standing = (Standing("town", Role.DUTY_OFFICER, "a", "town-duty"), *STANDING[1:])
    found = required(PLAN, SCOPE, Level.ORANGE, standing, EXTRA)
    assert [item for item in found if item.person == "a"] == [Required("a", Group.OFFICIALS)]


def test_a_warning_for_the_province_alone_pages_only_the_duty_room():
    assert people(Level.RED, duty_only=True) == ["officer", "deputy"]


def test_people_of_extra_posts_are_asked_to_arrive():
    found = required(PLAN, SCOPE, Level.ORANGE, STANDING, EXTRA)
    assert [item for item in found if item.arrive] == [Required("extra", Group.EXTRA_POSTS, True)]


def test_an_extra_leader_is_called_in_as_an_extra_post_and_not_only_told_as_a_leader():
    standing = (*STANDING, Standing("root", Role.LEADER, "chief", "second-leader"))
    found = required(PLAN, SCOPE, Level.ORANGE, standing, EXTRA | {"second-leader"})
    assert Required("chief", Group.EXTRA_POSTS, True) in found


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
    assert empty_groups(PLAN, scope, Level.RED, standing, frozenset()) == (
        Group.OFFICIALS,
        Group.UNIT_WATCH,
    )
    assert empty_groups(PLAN, scope, Level.RED, (), frozenset(), duty_only=True) == (
        Group.DUTY_ROOM,
    )


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
    found = required(PLAN, SCOPE, level, standing, EXTRA, duty_only=duty_only)
    assert len({item.person for item in found}) == len(found)
    empty = empty_groups(PLAN, SCOPE, level, standing, EXTRA, duty_only=duty_only)
    assert not {item.group for item in found} & set(empty)
    if level.rank and not found:
        assert empty
