"""What an office does to a folder and what would be passed over without a word."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from fangxun import district
from fangxun.district import ChangeKind, What
from tests.district.conftest import Spoil

Told = Callable[[], list[str]]


def test_a_duty_table_with_its_ending_in_capitals_is_read(folder: Path) -> None:
    """As an office's machine may write it, in its own encoding."""
    before = district.read(folder)
    path = folder / "duty" / "2026-07.csv"
    (folder / "duty" / "2026-07.CSV").write_bytes(path.read_text("utf-8").encode("gb18030"))
    path.unlink()
    after = [replace(one, where="") for one in district.read(folder).roster.table]
    assert after == [replace(one, where="") for one in before.roster.table]
    holidays = folder / "holidays" / "2026.csv"
    holidays.rename(folder / "holidays" / "2026.CSV")
    assert district.read(folder).roster.published_years == before.roster.published_years


@pytest.mark.parametrize(
    ("name", "example"),
    [("duty/2026-08.xlsx", "duty/2026-08.csv"), ("duty/八月值班表", "duty/2026-08.csv"),
     ("holidays/2027.xls", "holidays/2026.csv")],
)  # fmt: skip
def test_what_is_not_read_in_a_folder_of_tables_is_warned_of(
    folder: Path, warned: Told, name: str, example: str
) -> None:
    """A workbook dropped there would be a month unwatched."""
    (folder / name).write_bytes(b"PK")
    (folder / "duty" / "~$2026-08.xlsx").write_bytes(b"lock")
    way = "take it over with `fangxun roster import`, or save it" * name.startswith("duty")
    way = way or "save the table"
    assert warned() == [f"{name}: is not read; {way} as CSV UTF-8, as {example}"]


def test_a_table_in_capitals_beside_the_known_ones_is_a_fault(folder: Path, told: Told) -> None:
    """Not passed over in favour of the old one."""
    (folder / "People.CSV").write_text("x", "utf-8")
    assert [line for line in told() if line.startswith("People.CSV: no such file is read")]


@pytest.mark.parametrize("end", ['foo = """abc\ndef', "foo = [1,\n", "foo = { a = 1"])
def test_a_fault_at_the_end_of_a_structure_file_has_its_last_line(
    folder: Path, told: Told, end: str
) -> None:
    """Such as a quote that nobody closed."""
    path = folder / "plan.toml"
    text = path.read_text("utf-8") + end
    path.write_text(text, "utf-8")
    assert [line.partition(": ")[0] for line in told()] == [f"plan.toml:{len(text.splitlines())}"]
    assert "what is opened is closed" in told()[0], "a sentence of ours, in the user's language"


def test_a_key_that_stands_twice_in_a_structure_file_is_called_so(folder: Path, told: Told) -> None:
    """Such as a line that was copied and then edited."""
    path = folder / "plan.toml"
    path.write_text("cascade = true\n" + path.read_text("utf-8"), "utf-8")
    assert len(told()) == 1
    assert "a second time" in told()[0]


def test_a_last_resort_whom_no_sms_reaches_is_a_fault(
    spoil: Spoil, told: Told, folder: Path
) -> None:
    """The alarm's ladder ends with an SMS to him; a landline in the office takes none."""
    last = district.read(folder).plan.last_resort
    (line,) = [
        text for text in (folder / "people.csv").read_text("utf-8").splitlines()
        if text.startswith(last)
    ]  # fmt: skip
    numbers = line.split(",")[4]
    spoil("people.csv", numbers, f"{numbers.partition(' / ')[0]}（座机）")
    assert [text for text in told() if "takes an SMS" in text and "plan.toml:" in text]


def test_a_window_that_no_gauge_fills_to_the_full_is_warned_of(folder: Path, warned: Told) -> None:
    """Once a line, also where the line stands for every town."""
    with (folder / "criteria.csv").open("a", encoding="utf-8") as file:
        file.write("*,暴雨,雨量,90min,橙色,45,,本区\n")
    (found,) = warned()
    assert "no multiple of the interval" in found
    assert "(60 min)" in found


def test_the_order_of_a_place_s_officials_is_a_change(folder: Path) -> None:
    """They are called in it; the order of places is none."""
    before = district.read(folder)
    first = next(one for one in before.officials if one.place == "nanjian")
    second = replace(first, person="tai-henlv", deputy=None)
    two = replace(before, officials=(*before.officials, second))
    (change,) = district.compare(two, replace(two, officials=(second, *before.officials)))
    assert (change.kind, change.id, change.what) == (ChangeKind.OFFICIAL, "nanjian", What.CHANGED)
    (again,) = district.compare(two, replace(two, officials=two.officials[::-1]))
    assert again.id == "nanjian"


def test_a_level_s_plan_for_one_hazard_is_a_change_of_its_own(folder: Path) -> None:
    """Beside the same level's for all the others."""
    before = district.read(folder)
    levels = before.plan.levels
    floods = replace(levels[-1], hazards=("flash_flood",), waves=levels[0].waves)
    after = replace(before, plan=replace(before.plan, levels=(*levels, floods)))
    (change,) = district.compare(before, after)
    assert (change.kind, change.what) == (ChangeKind.PLAN, What.ADDED)
