"""Response levels: proposed by the level, approved by whom the plan names."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fangxun.core.errors import Conflict, Refused
from fangxun.core.level import Level, ResponseLevel
from fangxun.core.plan import ResponseRule
from fangxun.engine import acts
from fangxun.store import incidents
from tests import beginnings
from tests.scenario.room import Room
from tests.scenario.test_lowering import rain
from tests.scenario.test_storm import all_confirm

MAYOR, CHIEF = "yun-zhishan", "shi-jianchuan"
TWICE = (
    ResponseRule(Level.YELLOW, ResponseLevel.III, (CHIEF,)),
    ResponseRule(Level.ORANGE, ResponseLevel.III, (MAYOR,)),
)


def with_rules(room: Room, *rules: ResponseRule) -> None:
    """The plan proposes by these."""
    district = beginnings.example()
    plan = replace(district.plan, responses=rules)
    acts.apply_district(room.store, replace(district, plan=plan), act=room.by("admin"))
    room.settle()


@pytest.mark.parametrize("approver", [CHIEF, MAYOR])
def test_whoever_one_of_the_alerts_reached_names_is_told_and_may_approve(
    room: Room, approver: str
) -> None:
    """Yellow and orange propose the same response, each with its own approver."""
    with_rules(room, *TWICE)
    room.raised("nanjian", Level.ORANGE)
    assert {who for who, text in room.left if "响应" in text} == {CHIEF, MAYOR}
    found = acts.approve_response(room.store, 1, ResponseLevel.III, act=room.by(approver))
    assert found.response is ResponseLevel.III
    room.sms.taken.clear()


def test_the_approver_of_an_alert_that_is_not_reached_may_not(room: Room) -> None:
    """Only the lower alert's."""
    with_rules(room, *TWICE)
    room.raised("nanjian", Level.YELLOW)
    assert {who for who, text in room.left if "响应" in text} == {CHIEF}
    with pytest.raises(Refused):
        acts.approve_response(room.store, 1, ResponseLevel.III, act=room.by(MAYOR))
    room.sms.taken.clear()


def test_an_incident_that_was_stood_down_has_no_response_any_more(room: Room) -> None:
    """Neither proposed nor approved."""
    rain(room, "yx04", *[0.0] * 24)
    room.raised("nanjian", Level.BLUE)
    all_confirm(room)
    acts.lower_by_hand(room.store, "nanjian", act=room.by("zhu-xiaoman"))
    room.settle()
    acts.stand_down(room.store, 1, act=room.by("liu-wenqiao"))
    for act in (acts.propose_response, acts.approve_response):
        with pytest.raises(Conflict):
            act(room.store, 1, ResponseLevel.IV, act=room.by(MAYOR))
    with room.store.read() as tx:
        assert incidents.get(tx, 1).response is None
    room.sms.taken.clear()


def test_what_a_higher_person_ordered_no_lower_one_takes_back(room: Room) -> None:
    """Whom the plan names for III alone would else end the mayor's I by approving III; the mayor
    lowers his own, and it cannot be put in force twice."""
    highest, lower = ResponseLevel.I, ResponseLevel.III
    room.raised("nanjian", Level.RED)
    acts.approve_response(room.store, 1, highest, act=room.by(MAYOR))
    with pytest.raises(Conflict):
        acts.approve_response(room.store, 1, highest, act=room.by(MAYOR))
    with pytest.raises(Refused, match="may lower it"):
        acts.approve_response(room.store, 1, lower, act=room.by(CHIEF))
    with room.store.read() as tx:
        assert incidents.get(tx, 1).response is highest
    assert acts.approve_response(room.store, 1, lower, act=room.by(MAYOR)).response is lower
    room.sms.taken.clear()
