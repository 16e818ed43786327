"""Whom a warning of a division above calls, beside what the place asks for by itself."""

from __future__ import annotations

from fangxun.core.calling import Present, empty_groups, required
from fangxun.core.incident import PlaceInIncident, Raise
from fangxun.core.level import Hazard, Level
from fangxun.core.plan import Group, Owed, Scope, Standing
from fangxun.core.roster import Role
from tests.core.storm import NOW, OFFICIALS, PLAN, STANDING, minutes

SCOPE = Scope("gully", "root", "root", OFFICIALS)
"""The district's own unit is in charge: its watch is the duty room."""
PRESENT = Present(SCOPE, STANDING)
ORANGE = Raise(Level.ORANGE, 1, NOW, Hazard.RAIN)
BLUE = Raise(Level.BLUE, 1, NOW, Hazard.RAIN)


def place(own, level=Level.RED, number=2):
    over = level.above(own.level)
    return PlaceInIncident("gully", level, number, minutes(5), over, Hazard.RAIN, own)


def called(raised, present=PRESENT):
    found = required(PLAN, raised, present, now=minutes(6)).required
    return {who.person: who.group for who in found}


def test_everybody_stays_called_for_the_place_and_the_duty_room_once_for_more():
    alone = PlaceInIncident("gully", Level.ORANGE, 1, NOW)
    assert set(called(place(ORANGE))) == set(called(alone))
    assert called(place(ORANGE))["a"] is Group.OFFICIALS
    assert called(place(ORANGE))["officer"] is Group.DUTY_ROOM


def test_the_plan_of_the_place_s_own_level_counts_for_all_but_the_duty_room():
    assert called(place(BLUE)) == {
        "officer": Group.DUTY_ROOM,
        "deputy": Group.DUTY_ROOM,
        "a": Group.OFFICIALS,
    }


def test_a_group_that_holds_nobody_is_named_once():
    nobody = Present(SCOPE, ())
    assert empty_groups(PLAN, place(BLUE), nobody) == (Group.DUTY_ROOM, Group.UNIT_WATCH)
    assert empty_groups(PLAN, place(ORANGE), nobody) == (
        Group.DUTY_ROOM,
        Group.UNIT_WATCH,
        Group.LEADERS,
    )


def test_an_official_who_stands_on_an_extra_post_is_awaited_there():
    """Paged as an official, whose plan asks for nothing more."""
    standing = (*STANDING, Standing("root", Role.STANDBY, "a", "extra-post"))
    here = Present(SCOPE, standing, frozenset({"extra-post"}))
    alone = PlaceInIncident("gully", Level.ORANGE, 1, NOW)
    found = {who.person: who for who in required(PLAN, alone, here, now=NOW).required}
    assert found["a"].group is Group.OFFICIALS
    assert found["a"].duty is not None
    assert found["a"].duty.owed is Owed.ARRIVED
    assert found["officer"].duty is None
