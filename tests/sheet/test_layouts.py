"""Every layout of an office says the same month; read by header and position, nobody guessed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.sheet.layouts import LAYOUTS
from tests.sheet.office import IDS, Office, august, deputy, leader, officer

Draw = Callable[[Office], Path]


@pytest.mark.parametrize("draw", LAYOUTS, ids=lambda draw: draw.__name__)
def test_a_layout_is_read_to_the_last_cell(draw: Draw, office: Office) -> None:
    office.taken(draw(office), month="2026-08")
    for post, who in (("officer", officer), ("deputy", deputy), ("leader", leader)):
        wanted = {day.isoformat(): IDS[who(day)] for day in august()}
        assert office.stands(f"fxb-{post}") == wanted


@pytest.mark.parametrize("draw", LAYOUTS, ids=lambda draw: draw.__name__)
def test_importing_it_again_changes_nothing(draw: Draw, office: Office) -> None:
    office.taken(draw(office), month="2026-08")
    again = office.read(draw(office), month="2026-08")
    assert (again.compared.changes, again.files, again.faults) == ((), {}, ())
