"""The engine dies between two commits: what was owed is still owed at the next start."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fangxun.core.journal import Event
from fangxun.core.level import Level
from fangxun.engine import acts, cycle, notices
from fangxun.engine.view import Lookout
from tests.scenario.room import Room
from tests.scenario.test_lowering import rain
from tests.scenario.test_storm import all_confirm


def dies_before_the_notices(room: Room, patch: pytest.MonkeyPatch) -> None:
    """A cycle ends where it would write to approvers; another process begins."""

    def die(*_args: object, **_rest: object) -> None:
        raise SystemExit

    with patch.context() as context:
        context.setattr(notices, "to_people", die)
        with pytest.raises(SystemExit):
            cycle.cycle(room.parts, now=room.now)
    room.parts = replace(room.parts, lookout=Lookout())


def test_a_response_is_proposed_after_a_crash_that_came_between(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once, and to who approves it."""
    acts.raise_by_hand(room.store, "nanjian", Level.RED, act=room.by("zhu-xiaoman"))
    dies_before_the_notices(room, monkeypatch)
    assert room.told(Event.RESPONSE_PROPOSED) == []
    room.settle()
    assert room.told(Event.RESPONSE_PROPOSED) == ["red"]
    told = [text for _, text in room.left if "响应" in text]
    assert len(told) == 1
    all_confirm(room)


def test_an_all_clear_is_proposed_after_a_crash_that_came_between(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody would ever have been asked for it."""
    rain(room, "yx04", *[0.0] * 24)
    room.raised("nanjian", Level.BLUE)
    all_confirm(room)
    acts.lower_by_hand(room.store, "nanjian", act=room.by("zhu-xiaoman"))
    dies_before_the_notices(room, monkeypatch)
    assert room.told(Event.ALL_CLEAR_PROPOSED) == ["all_clear_proposed"]
    room.settle()
    assert {who for who, text in room.left if "解除" in text} == {"liu-wenqiao", "shi-jianchuan"}
    room.sms.taken.clear()
