"""[spot_check] of plan.toml: how many, in which window, and by what ladder."""

from __future__ import annotations

from datetime import time, timedelta
from pathlib import Path

import pytest

from fangxun import district
from fangxun.core.plan import Ladder, SpotChecks


def rule(folder: Path, words: str) -> SpotChecks | None:
    """The rule of a plan with these words at its end."""
    plan = folder / "plan.toml"
    plan.write_text(f"{plan.read_text('utf-8')}\n{words}\n", encoding="utf-8")
    return district.read(folder).plan.spot_checks


def test_a_plan_without_the_table_has_none(folder: Path) -> None:
    assert rule(folder, "") is None


@pytest.mark.parametrize(
    ("start", "finish", "hours"), [("09:00", "21:00", 12), ("20:00", "06:00", 10)]
)
def test_a_window_may_reach_into_the_next_day(
    folder: Path, start: str, finish: str, hours: int
) -> None:
    found = rule(folder, f'[spot_check]\na_month = 4\nfrom = "{start}"\nto = "{finish}"')
    begins = time.fromisoformat(start)
    window, within = timedelta(hours=hours), timedelta(minutes=10)
    assert found == SpotChecks(4, begins, window, within, Ladder(()))


def test_its_ladder_is_one_of_the_plan_s(folder: Path) -> None:
    words = '[spot_check]\na_month = 1\nfrom = "09:00"\nto = "10:00"\nladder = "page"'
    found = rule(folder, words)
    assert found is not None
    assert found.ladder == district.read(folder).plan.levels[0].ladder
