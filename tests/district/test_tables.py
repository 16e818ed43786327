"""CSV as office programs leave it, and the bounds of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from fangxun import district
from fangxun.district.faults import Faults
from fangxun.district.tables import Column, read_table

Told = Callable[[], list[str]]
COLUMNS = (Column("id", "编号"), Column("name", "名称"), Column("note", "备注", needed=False))


def rows(text: str) -> tuple[list[tuple[str, str, str]], list[str]]:
    """(where, id, name) of each row, and the faults."""
    faults = Faults()
    table = read_table("t.csv", text, COLUMNS, faults)
    found = [(str(r.where), r.raw("id"), r.raw("name")) for r in (table.rows if table else ())]
    return found, [str(fault) for _, fault in faults._faults]  # noqa: SLF001  a small window


def test_headers_may_be_english_or_chinese_and_in_any_order() -> None:
    """Key and Chinese name mean the same column, capitals and blanks aside."""
    assert rows("名称, ID \n甲,a\n")[0] == [("t.csv:2", "a", "甲")]


def test_comments_and_blank_lines_are_skipped_but_counted() -> None:
    """Line numbers are those of the file."""
    text = "# first\r\n\r\nid,name\r\n,,\r\n# a,b\r\na,甲\r\n"
    assert rows(text) == ([("t.csv:6", "a", "甲")], [])


def test_a_cell_over_several_lines_does_not_shift_the_numbers() -> None:
    """A row is where it begins, the next where that begins."""
    assert rows('id,name\na,"甲\n乙"\nb,丙\n')[0] == [
        ("t.csv:2", "a", "甲\n乙"),
        ("t.csv:4", "b", "丙"),
    ]


def test_columns_that_office_programs_add_do_no_harm() -> None:
    """Empty columns at the right are left out; words in them are not."""
    assert rows("id,name,,\na,甲,,\n") == ([("t.csv:2", "a", "甲")], [])
    assert rows("id,name,,\na,甲,,x\n")[1] == [
        "t.csv:2: “x” stands in no column; is a comma too many?"
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "t.csv: is empty; expected a header line"),
        ("id,nmae\n", "t.csv:1: unknown column “nmae”; known columns: id (编号), name (名称)"),
        ("id\n", "t.csv:1: the column name (名称) is missing"),
        ("id,name,编号\n", "t.csv:1: the column “编号” stands twice"),
        ('id,name\na,"b\n', "t.csv:2: is no CSV from here on"),
        ('id,name\na,"b"c\n', "t.csv:2: is no CSV from here on"),
        ("id,name\n" + "a,b\n" * 20_001, "t.csv: has more than 20000 rows"),
    ],
)
def test_a_table_that_is_none_says_why(text: str, fault: str) -> None:
    """Each fault of the table as a whole, with its line."""
    assert any(one.startswith(fault) for one in rows(text)[1])


def test_a_table_saved_by_an_office_program_in_gb18030_reads_the_same(folder: Path) -> None:
    """Same district, and a warning to save it as UTF-8."""
    before = district.read(folder)
    for name in ("people.csv", "duty/2026-07.csv"):
        text = (folder / name).read_text(encoding="utf-8")
        (folder / name).write_bytes(text.encode("gb18030"))
    found = district.read_with_warnings(folder)
    assert found.district == before
    assert sum("read as GB18030" in str(warning) for warning in found.warnings) == 2


def test_a_byte_order_mark_and_foreign_line_ends_change_nothing(folder: Path) -> None:
    """UTF-8 with BOM and CRLF, as spreadsheets write it, in tables and structure."""
    before = district.read(folder)
    for path in (*folder.glob("*.csv"), *folder.glob("*.toml")):
        text = path.read_text(encoding="utf-8")
        path.write_bytes(text.replace("\n", "\r\n").encode("utf-8-sig"))
    assert district.read(folder) == before


def test_bytes_of_no_encoding_are_told_with_their_line(folder: Path, told: Told) -> None:
    """Neither UTF-8 nor GB18030; and a structure file must be UTF-8."""
    (folder / "people.csv").write_bytes("编号\n姓名".encode("gb18030") + b"\xff\xff\n")
    (folder / "plan.toml").write_bytes("# 预案\n".encode("gb18030"))
    faults = told()
    assert any(f.startswith("people.csv: line 2 is neither UTF-8 nor GB18030") for f in faults)
    assert any(f.startswith("plan.toml: line 1 is not UTF-8") for f in faults)


def test_a_damaged_utf8_table_is_not_taken_for_gb18030(folder: Path, told: Told) -> None:
    """One lost byte would otherwise give forty people other names, without a fault."""
    data = (folder / "people.csv").read_bytes()
    at = data.index("石见川".encode())
    (folder / "people.csv").write_bytes(data[:at] + data[at + 1 :])
    assert told() == ["people.csv: line 6 is damaged: it is not UTF-8 as the rest; mend it"]


def test_a_control_character_is_told_with_its_line(folder: Path, told: Told) -> None:
    """It would end up in an SMS, or hide on a screen."""
    path = folder / "units.csv"
    path.write_bytes(path.read_bytes().replace(b"fxb,", b"f\x1bb,", 1))
    assert any(fault.startswith("units.csv:4: holds a control character") for fault in told())


def test_dates_that_spreadsheets_rewrite_are_understood(folder: Path) -> None:
    """2026/7/1 and 2026年7月1日 are 2026-07-01."""
    before = district.read(folder).roster.table
    path = folder / "duty/2026-07.csv"
    text = path.read_text(encoding="utf-8")
    text = text.replace("2026-07-01", "2026/7/1").replace("2026-07-02", "2026年7月2日")
    path.write_text(text, encoding="utf-8")
    assert district.read(folder).roster.table == before


def test_a_duty_table_may_name_posts_by_id_and_sections(folder: Path) -> None:
    """Columns post:section; empty cells leave the post to its rotation; ids and names of people."""
    path = folder / "duty/2026-08.csv"
    header = "date,jiedao-officer：day,jiedao-officer:night\n"
    text = header + "2026-08-01,灯初上,\n2026-08-02,,zhong-shengyuan\n"
    path.write_text(text, encoding="utf-8")
    added = [entry for entry in district.read(folder).roster.table if "2026-08" in entry.where]
    assert [(e.day.day, e.section, e.person, e.where) for e in added] == [
        (1, "day", "deng-chushang", "duty/2026-08.csv:2"),
        (2, "night", "zhong-shengyuan", "duty/2026-08.csv:3"),
    ]


def test_two_tables_that_fill_the_same_post_are_a_fault(folder: Path, told: Told) -> None:
    """Told at the second, naming the first; a whole day and a section of it are the same."""
    header = "date,jiedao-officer,jiedao-officer:night\n"
    (folder / "duty/a.csv").write_text(header + "2026-08-01,灯初上,\n", encoding="utf-8")
    (folder / "duty/b.csv").write_text(header + "2026-08-01,,钟声远\n", encoding="utf-8")
    assert told() == [
        "duty/b.csv:2: the post jiedao-officer is filled for 2026-08-01 at duty/a.csv:2 already"
    ]


def test_a_name_that_two_people_have_asks_for_the_id(folder: Path, told: Told) -> None:
    """The ids to choose from are named."""
    path = folder / "people.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("荷立夏", "竹小满"), encoding="utf-8")
    assert any("write the id: zhu-xiaoman, he-lixia" in fault for fault in told())
