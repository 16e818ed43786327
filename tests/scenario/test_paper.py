"""The call sheet follows every apply, edit and hand-off, and pages do not wait for paper."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from fangxun.core.call_sheet import CallSheet
from fangxun.core.errors import FaultyInput
from fangxun.core.level import Level
from fangxun.core.roster import CoverRequest
from fangxun.core.timeline import Span
from fangxun.engine import acts
from tests.scenario.room import Room


class Folder:
    """Where sheets go; `full`: nothing can be written to it."""

    def __init__(self) -> None:
        self.sheets: list[CallSheet] = []
        self.full = False

    def write(self, sheet: CallSheet) -> None:
        if self.full:
            raise FaultyInput("no room on {path}", path="disk")
        self.sheets.append(sheet)


@pytest.fixture
def folder(room: Room) -> Folder:
    """The daemon of the room writes into it from now on."""
    built = Folder()
    room.parts = replace(room.parts, paper=built.write)
    room.settle()
    assert len(built.sheets) == 1
    return built


def test_an_apply_an_edit_and_a_hand_off_rewrite_it_and_a_quiet_hour_does_not(
    room: Room, folder: Folder
) -> None:
    room.forward(hours=1)
    assert len(folder.sheets) == 1
    room.plan(lambda plan: replace(plan, hold=timedelta(minutes=90)))
    assert len(folder.sheets) == 2
    span = Span(room.now + timedelta(hours=1), room.now + timedelta(hours=2))
    request = CoverRequest(
        "fxb-officer", span, "yun-chuxiu", None, reason="ill", actor="zhu-xiaoman"
    )
    acts.edit_roster(room.store, request, act=room.by("zhu-xiaoman"))
    room.settle()
    assert len(folder.sheets) == 3
    assert any(turn.instead_of for unit in folder.sheets[-1].units for turn in unit.turns)
    before = len(folder.sheets)
    room.forward(hours=5)
    assert len(folder.sheets) > before
    room.sms.taken.clear()


def test_paper_that_cannot_be_written_is_an_alarm_until_it_can_and_stops_no_page(
    room: Room, folder: Folder
) -> None:
    folder.full = True
    room.plan(lambda plan: replace(plan, hold=timedelta(minutes=90)))
    assert room.alarms() == ["sheet_unwritten"]
    room.raised("nanjian", Level.BLUE)
    assert room.sms.taken
    folder.full = False
    room.forward(minutes=6)
    assert len(folder.sheets) == 2
    assert "sheet_unwritten" not in room.alarms()
    room.sms.taken.clear()
