"""What is no workbook, too large, or acts by itself is refused before anything reads it."""

from __future__ import annotations

import io
import re
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from fangxun.core.errors import FaultyInput, Refused
from fangxun.sheet import workbook
from fangxun.sheet.workbook import MOST_ROWS
from tests.sheet.office import STRINGS, Office, packed, said, shared

SHEET = "xl/worksheets/sheet1.xml"
TABLE = [["日期", "主班"], ["2026-08-03", "柳问桥"]]


def good(office: Office) -> Path:
    return office.book(("8月", TABLE))


def bomb(parts: dict[str, bytes]) -> None:
    """1 kB that unpacks to 90 MB."""
    parts["xl/media/image1.png"] = b"\0" * 90_000_000


def texts(parts: dict[str, bytes]) -> None:
    """Six million bytes of texts, which would take a minute to read."""
    strings = b"<si><t>a</t></si>" * 360_000
    parts["xl/sharedStrings.xml"] = b"<sst>" + strings + b"</sst>"


def wide_rows(parts: dict[str, bytes]) -> None:
    cells = "<c><v>1</v></c>" * 3_000
    rows = "".join(f'<row r="{n}">{cells}</row>' for n in range(10, 80))
    parts[SHEET] = parts[SHEET].decode().replace("</sheetData>", rows + "</sheetData>").encode()


def macros(parts: dict[str, bytes]) -> None:
    parts["xl/vbaProject.bin"] = b"\0"


def macro_type(parts: dict[str, bytes]) -> None:
    """Renamed from .xlsm, its macros under another name."""
    types = parts["[Content_Types].xml"].replace(
        b"spreadsheetml.sheet.main", b"ms-excel.sheet.macroEnabled.main"
    )
    parts["[Content_Types].xml"] = types


def embedded(parts: dict[str, bytes]) -> None:
    parts["xl/embeddings/oleObject1.bin"] = b"\0"


def linked(parts: dict[str, bytes]) -> None:
    parts["xl/externalLinks/externalLink1.xml"] = b"<externalLink/>"


def connected(parts: dict[str, bytes]) -> None:
    parts["xl/connections.xml"] = b"<connections/>"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (bomb, "would unpack to"), (texts, "would unpack to"), (wide_rows, "cells with something"),
        (macros, "macros"), (macro_type, "macros"),
        (embedded, "embedded"), (linked, "linked to other files"),
        (connected, "linked to other files"),
    ],
)  # fmt: skip
def test_a_bomb_and_what_acts_or_reaches_out_is_refused(
    change: Callable[[dict[str, bytes]], None], words: str, office: Office
) -> None:
    with pytest.raises(Refused, match=words):
        office.read(packed(good(office), change))


def test_a_directory_that_lies_about_sizes_is_not_believed(office: Office) -> None:
    """The part unpacks to more than it says: nothing beyond what it says is read."""
    path = packed(good(office), lambda parts: parts.update({SHEET: b"x" * 5_000_000}))
    data = path.read_bytes()
    path.write_bytes(data.replace((5_000_000).to_bytes(4, "little"), (1000).to_bytes(4, "little")))
    tracemalloc.start()
    with pytest.raises(FaultyInput, match="cannot be read as a workbook"):
        office.read(path)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 30_000_000


def entities(text: str) -> str:
    inner = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    return re.sub(r"(<(?:worksheet|sst|workbook))", inner + r"\1", text, count=1)


def test_texts_in_a_part_of_their_own_are_read(office: Office) -> None:
    (change,) = office.read(packed(good(office), shared)).compared.changes
    assert change.after == ("liu-wenqiao",)


@pytest.mark.parametrize("part", [SHEET, STRINGS, "xl/workbook.xml"])
def test_entities_are_no_part_of_a_workbook(part: str, office: Office) -> None:
    def change(parts: dict[str, bytes]) -> None:
        shared(parts)
        parts[part] = entities(parts[part].decode()).encode()

    with pytest.raises(FaultyInput, match="cannot be read as a workbook"):
        office.read(packed(good(office), change))


@pytest.mark.parametrize("cell", ["", '<c r="A{n}" s="1"/>'])
def test_a_million_empty_rows_are_read_in_bounds(cell: str, office: Office) -> None:
    """Formatted to the end of the sheet by somebody who marked whole columns."""

    def change(parts: dict[str, bytes]) -> None:
        rows = "".join(f'<row r="{n}">{cell.format(n=n)}</row>' for n in range(10, 1_000_010))
        text = parts[SHEET].decode().replace("</sheetData>", rows + "</sheetData>")
        parts[SHEET] = text.encode()

    path = packed(good(office), change)
    (grid,) = workbook.read(path)
    assert [cell.value for row in grid.rows for cell in row] == [c for row in TABLE for c in row]


def test_rows_that_say_something_have_an_end(office: Office) -> None:
    rows = [*TABLE, *(["x"] for _ in range(MOST_ROWS))]
    with pytest.raises(Refused, match="rows with something in them"):
        office.read(office.book(("8月", rows)))


def test_a_value_at_the_end_of_the_world_is_no_million_rows(office: Office) -> None:
    def change(parts: dict[str, bytes]) -> None:
        far = '<row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>'
        parts[SHEET] = parts[SHEET].decode().replace("</sheetData>", far).encode()

    with pytest.raises(Refused, match="rows with something in them"):
        office.read(packed(good(office), change))


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("old.xls", b"\xd0\xcf\x11\xe0" + b"\0" * 600, "password"),
        ("locked.xlsx", b"\xd0\xcf\x11\xe0" + b"\0" * 600, "password"),
        ("not.xlsx", b"hello", "is no workbook"),
        ("empty.xlsx", b"", "is no workbook"),
        ("table.csv", b"\xff\x00\xff\x00", "neither UTF-8 nor GB18030"),
        ("nul.csv", "日期,主班\n2026-08-03,柳\0问桥".encode(), "neither UTF-8 nor GB18030"),
        ("table.csv", '日期,主班\n"2026-08-03,柳'.encode() + b"x" * 200_000, "no CSV"),
        ("large.csv", b"x," * 5_000_001, "larger than"),
        ("large.xlsx", b"PK" * 5_000_001, "larger than"),
    ],
)
def test_what_is_no_table_is_said(name: str, content: bytes, words: str, office: Office) -> None:
    with pytest.raises(FaultyInput, match=words):
        office.read(office.text(name, content))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_calendar_of_a_million_lines_is_refused_unread(end: str, office: Office) -> None:
    """Whatever a line ends with."""
    lines = f"BEGIN:VCALENDAR{end}BEGIN:VEVENT{end}" + f"X:1{end}" * 1_000_000
    found = office.read(office.text("a.ics", lines))
    assert said(found.faults) == ["a.ics: line 1: more than 500000 lines"]
    assert found.files == {}


def test_a_workbook_that_nests_without_end_is_read_in_bounds(office: Office) -> None:
    """Elements of nobody's, twenty thousand within each other, say nothing."""
    deep = b"<a>" * 20_000 + b"</a>" * 20_000

    def change(parts: dict[str, bytes]) -> None:
        parts[SHEET] = parts[SHEET].replace(b"<sheetData>", b"<sheetData>" + deep)

    path = packed(good(office), change)
    tracemalloc.start()
    (grid,) = workbook.read(path)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [cell.value for row in grid.rows for cell in row] == [c for row in TABLE for c in row]
    assert most < 30_000_000


def test_a_workbook_with_macros_is_known_by_its_name_too(office: Office) -> None:
    path = good(office)
    with pytest.raises(Refused, match="macros"):
        office.read(path.rename(path.with_suffix(".xlsm")))


def test_a_file_that_is_not_there_is_said(office: Office) -> None:
    with pytest.raises(FaultyInput, match="There is no file"):
        office.read(office.place / "nothing.xlsx")


@pytest.mark.parametrize("cut", [50, 500, 2000, -30])
def test_a_workbook_that_was_cut_off_is_said(cut: int, office: Office) -> None:
    data = good(office).read_bytes()
    with pytest.raises(FaultyInput):
        office.read(office.text("cut.xlsx", data[:cut]))


def test_a_part_that_is_missing_is_said(office: Office) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
    with pytest.raises(FaultyInput, match="cannot be read as a workbook"):
        office.read(office.text("bare.xlsx", out.getvalue()))


def test_hidden_sheets_are_not_read(office: Office) -> None:
    from openpyxl import load_workbook  # noqa: PLC0415  only this test needs it

    path = office.book(("8月", TABLE), ("7月", [["日期", "主班"], ["2026-08-04", "谁也不是"]]))
    book = load_workbook(path)
    book["7月"].sheet_state = "hidden"
    book.save(path)
    assert office.read(path).faults == ()
