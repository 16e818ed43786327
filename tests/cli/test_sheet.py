"""`fangxun roster sheet` at the desk."""

from __future__ import annotations

import stat
from datetime import timedelta

from fangxun import clock
from tests.cli.conftest import Desk


def test_the_sheet_is_written_where_the_configuration_says_or_where_one_is_told(
    desk: Desk,
) -> None:
    said = desk.run("roster", "sheet")
    for name in ("call-sheet.html", "call-sheet.txt"):
        path = desk.folder / "state" / "call-sheets" / name
        assert str(path) in said
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert "雪满山" in path.read_text("utf-8"), (
            "whoever answers for a place, whosever turn it is"
        )
    desk.run("roster", "sheet", "--to", "paper")
    assert (desk.folder / "paper" / "call-sheet.txt").exists()


def test_a_folder_that_cannot_be_made_is_named(desk: Desk) -> None:
    (desk.folder / "paper").write_text("in the way", encoding="utf-8")
    assert "paper" in desk.run("roster", "sheet", "--to", "paper", code=3)


def test_an_edit_with_the_daemon_down_is_on_the_sheet_at_once(desk: Desk) -> None:
    """The day on which it is needed may be one on which nothing runs; a rehearsal writes none."""
    path = desk.folder / "state" / "call-sheets" / "call-sheet.txt"
    tomorrow = clock.now() + timedelta(days=1)
    start, end = f"{tomorrow:%Y-%m-%d}T08:00", f"{tomorrow + timedelta(days=1):%Y-%m-%d}T08:00"
    cover = (
        "roster", "cover", "--post", "fxb-officer", "--who", "谷回音", "--from", start, "--to", end,
        "--actor", "竹小满", "-r", "ill",
    )  # fmt: skip
    desk.run(*cover, "--dry-run")
    assert not path.exists()
    desk.run(*cover)
    assert "谷回音" in path.read_text("utf-8")


def test_a_sheet_that_cannot_be_written_is_told_and_the_edit_stands(desk: Desk) -> None:
    """What was accepted is not lost for a full disk."""
    (desk.folder / "state" / "call-sheets").write_text("in the way", encoding="utf-8")
    who = ("--actor", "竹小满", "-r", "flood season")
    add = ("roster", "add", "--post", "fxb-officer", "--who", "谷回音")
    tomorrow = f"{clock.now() + timedelta(days=1):%Y-%m-%d}"
    span = ("--from", f"{tomorrow}T22:00", "--to", f"{tomorrow}T23:00")
    assert "call-sheets" in desk.run(*add, *span, *who)
    assert "谷回音" in desk.run("roster", "edits")


def test_a_folder_that_is_applied_with_the_daemon_down_is_on_the_sheet_at_once(desk: Desk) -> None:
    """A number that was mended is the one that is dialled."""
    people = desk.folder / "district" / "people.csv"
    written = people.read_text("utf-8")
    assert "+86 100 0000 0170" in written
    path = desk.folder / "state" / "call-sheets" / "call-sheet.txt"
    people.write_text(written.replace("+86 100 0000 0170", "+86 100 0000 0987"), encoding="utf-8")
    desk.run("roster", "apply", "district", "--yes", "--actor", "zhu-xiaoman", "-r", "a number")
    assert "0987" in path.read_text("utf-8")
