"""`fangxun roster sheet` at the desk."""

from __future__ import annotations

import stat

from tests.cli.conftest import Desk


def test_the_sheet_is_written_where_the_configuration_says_or_where_one_is_told(
    desk: Desk,
) -> None:
    said = desk.run("roster", "sheet")
    for name in ("call-sheet.html", "call-sheet.txt"):
        path = desk.folder / "state" / "call-sheets" / name
        assert str(path) in said
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert "竹小满" in path.read_text("utf-8")
    desk.run("roster", "sheet", "--to", "paper")
    assert (desk.folder / "paper" / "call-sheet.txt").exists()


def test_a_folder_that_cannot_be_made_is_named(desk: Desk) -> None:
    (desk.folder / "paper").write_text("in the way", encoding="utf-8")
    assert "paper" in desk.run("roster", "sheet", "--to", "paper", code=3)
