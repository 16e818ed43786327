"""[watch] and [notices] of plan.toml."""

from __future__ import annotations

from datetime import time, timedelta
from pathlib import Path

from fangxun import district
from fangxun.core.findings import USUAL, Bounds
from fangxun.core.notices import Notices

HOUR = timedelta(hours=1)


def plan(folder: Path, old: str = "", new: str = ""):
    """The empty district's plan, edited."""
    district.write_template(folder)
    path = folder / "plan.toml"
    written = path.read_text(encoding="utf-8")
    assert old in written
    path.write_text(written.replace(old, new), encoding="utf-8")
    return district.read(folder).plan


def test_what_the_template_writes_is_what_holds_where_nothing_is_written(tmp_path: Path) -> None:
    found = plan(tmp_path)
    assert (found.bounds, found.notices) == (USUAL, Notices())


def test_a_plan_without_notices_reminds_nobody(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    plan(tmp_path)
    path.write_text(path.read_text(encoding="utf-8").partition("[notices]")[0], encoding="utf-8")
    assert district.read(tmp_path).plan.notices is None


def test_the_district_s_own_bounds_are_read(tmp_path: Path) -> None:
    found = plan(tmp_path, "rest_hours = 8\nhours_in_a_row = 72", "rest_hours = 11.5")
    assert found.bounds == Bounds(rest=11.5 * HOUR)


def test_the_district_s_own_times_are_read(tmp_path: Path) -> None:
    found = plan(tmp_path, 'quiet = ["22:00", "06:00"]', 'quiet = ["23:00", "06:30"]')
    assert found.notices == Notices(quiet=(time(23), time(6, 30)))
