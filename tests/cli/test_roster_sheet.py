"""The office's duty table goes in and comes out by command; nothing is applied unseen."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from fangxun import clock
from fangxun.engine import acts
from fangxun.engine.acts import Act
from fangxun.sheet import importing
from fangxun.sheet.claims import Asked
from tests.cli.conftest import Desk

WHO = ("--actor", "竹小满", "-r", "the office's new table")
UNIT = ("--unit", "fxb")


def next_month() -> tuple[str, str]:
    """The month after this, and a day in it."""
    day = (clock.now() + timedelta(hours=8)).replace(day=1) + timedelta(days=40)
    return f"{day:%Y-%m}", f"{day:%Y-%m}-10"


def table(desk: Desk, rows: list[list[object]]) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in [["日期", "主班"], *rows]:
        sheet.append(row)
    path = desk.folder / "table.xlsx"
    book.save(path)
    return path


def test_a_table_is_shown_cell_by_cell_and_then_in_force(desk: Desk) -> None:
    month, day = next_month()
    file = str(table(desk, [[day, "柳问桥"]]))
    dry = desk.run("roster", "import", file, *UNIT, "--dry-run")
    assert f"Sheet!B2: {day} 云溪区防汛抗旱指挥部办公室 主班" in dry
    assert "-> 柳问桥" in dry
    assert not (desk.folder / "district" / "duty" / f"{month}.csv").exists()
    said = desk.run("roster", "import", file, *UNIT, "--yes", *WHO)
    assert "In force as version" in said
    assert "柳问桥" in desk.run("who", "--at", f"{day}T12:00", "--post", "fxb-officer")
    assert desk.lines()[-1].entry.reason == "the office's new table"
    assert "Nothing changes" in desk.run("roster", "import", file, *UNIT, "--yes", *WHO)


def test_one_cell_that_is_not_understood_leaves_everything_as_it_was(desk: Desk) -> None:
    _month, day = next_month()
    file = str(table(desk, [[day, "柳问桥"], [f"{day[:8]}11", "谁也不是"]]))
    before = len(desk.lines())
    said = desk.run("roster", "import", file, *UNIT, "--yes", *WHO, code=3)
    assert "Sheet!B3: “谁也不是” is nobody in people.csv" in said
    assert "柳问桥" in said
    assert len(desk.lines()) == before
    assert "柳问桥" not in desk.run("who", "--at", f"{day}T12:00", "--post", "fxb-officer")


def test_a_name_of_two_people_is_asked_and_answered_by_as(desk: Desk) -> None:
    path = desk.folder / "district" / "people.csv"
    people = path.read_text(encoding="utf-8").replace("柳问桥", "谷回音")
    path.write_text(people, encoding="utf-8")
    _month, day = next_month()
    file = str(table(desk, [[day, "谷回音"]]))
    said = desk.run("roster", "import", file, *UNIT, "--yes", *WHO, code=3)
    assert "--as 谷回音=liu-wenqiao (fxb), --as 谷回音=gu-huiyin (shangyun-gov)" in said
    meant = ("--as", "谷回音=liu-wenqiao")
    said = desk.run("roster", "import", file, *UNIT, *meant, "--yes", *WHO)
    assert "Applying the folder also changes:" in said
    assert "谷回音" in desk.run("who", "--at", f"{day}T12:00", "--post", "fxb-officer")


def test_what_cannot_be_put_in_force_leaves_the_folder_as_it_was(desk: Desk) -> None:
    """Somebody with an open page was taken out of people.csv before."""
    desk.run("page", "send", "谷回音", "-t", "come", *WHO)
    place = desk.folder / "district"
    for name in ("people.csv", "officials.csv"):
        rows = (place / name).read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [row for row in rows if not row.startswith("gu-huiyin")]
        text = "".join(kept).replace("jiazi-gully,gu-huiyin,", "jiazi-gully,yun-chuxiu,")
        (place / name).write_text(text, encoding="utf-8")
    month, day = next_month()
    file = str(table(desk, [[day, "柳问桥"]]))
    desk.run("roster", "import", file, *UNIT, "--yes", *WHO, code=4)
    assert not (place / "duty" / f"{month}.csv").exists()


@pytest.mark.parametrize("command", ["import", "apply"])
@pytest.mark.parametrize("applied", [True, False])
def test_an_import_that_was_cut_off_is_ended_or_never_was(
    applied: bool, command: str, desk: Desk
) -> None:
    """Killed with the new tables beside the old ones, before and after they came into force: the
    folder never takes back what is in force, nor runs ahead of it."""
    place = desk.folder / "district"
    month, day = next_month()
    file = table(desk, [[day, "柳问桥"]])
    found = importing.read_import(place, file, Asked(unit="fxb"), (), now=clock.now())
    importing.lay(place, found)
    if applied:
        opened = desk.store()
        acts.apply_district(opened, found.after, act=Act("zhu-xiaoman", "八月", clock.now()))
        opened.close()
    assert "An import was cut off" in desk.run("doctor", "--offline", code=1)
    words = {"import": (str(file), *UNIT), "apply": ("district",)}[command]
    assert "An import was cut off" in desk.run("roster", command, *words, "--dry-run")
    assert list((place / "duty").glob(".*")), "a dry run ends nothing"
    said = desk.run("roster", command, *words, "--yes", *WHO)
    assert (f"duty/{month}.csv: put in its place" in said) is applied
    assert ("Nothing changes" in said) is (applied or command == "apply")
    assert not list((place / "duty").glob(".*"))
    stands = "柳问桥" in desk.run("who", "--at", f"{day}T12:00", "--post", "fxb-officer")
    assert stands is (place / "duty" / f"{month}.csv").exists() is (applied or command == "import")


def test_doctor_tells_of_lines_that_nobody_has_applied(desk: Desk) -> None:
    month, day = next_month()
    path = desk.folder / "district" / "duty" / f"{month}.csv"
    path.write_text(f"日期,单位,主班\n{day},fxb,柳问桥\n", encoding="utf-8")
    said = desk.run("doctor", "--offline", code=1)
    assert "1 lines of duty/*.csv are not in force" in said


def test_an_export_is_for_its_owner_alone_and_can_be_imported(desk: Desk) -> None:
    month, _day = next_month()
    for form in ("xlsx", "csv", "ics", "html"):
        desk.run("roster", "export", "--month", month, "--format", form, "--to", f"out.{form}")
        assert (desk.folder / f"out.{form}").stat().st_mode & 0o077 == 0
    assert len(load_workbook(desk.folder / "out.xlsx").sheetnames) == 7
    for form in ("xlsx", "csv", "ics"):
        assert "Nothing changes" in desk.run("roster", "import", f"out.{form}", "--dry-run")


def test_a_month_that_is_none_is_said(desk: Desk) -> None:
    assert "write it as 2026-07" in desk.run("roster", "export", "--month", "July", code=3)
    said = desk.run("roster", "import", "nothing.xlsx", "--month", "2026-13", code=3)
    assert "write it as 2026-07" in said


def test_the_help_of_the_roster_names_what_stands_in_files_of_its_own(desk: Desk) -> None:
    said = desk.run("roster", "--help")
    assert "import" in said
    assert "export" in said
    assert "--as <text>" in desk.run("roster", "import", "--help")
