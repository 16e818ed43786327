"""A duty table as a workbook: A4 across, a sheet for each unit, a column to sign in."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from fangxun.sheet.drawing import DutyTable

if TYPE_CHECKING:
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
_LONGEST_NAME = 28
_HEAD_ROW = 2
_A4 = 9
_WIDTHS = {"date": 12, "weekday": 11, "changed": 26, "note": 14, "signature": 14}
_POST_WIDTH = 13
_LINE = 14.5
"""Points of one line of a row: 31 days, their heads and numbers fill an A4 page across."""
_MARGIN = 0.4


def as_workbook(tables: Sequence[DutyTable]) -> bytes:
    """The bytes of an .xlsx; no cell of it is a formula, whatever it begins with."""
    from openpyxl import Workbook  # noqa: PLC0415  heavy; the daemon never needs it

    book = Workbook()
    names: set[str] = set()
    for table in tables:
        sheet: Worksheet = book.create_sheet(_named(table, names))
        _fill(sheet, table)
        _set_up(sheet, table)
    del book[book.sheetnames[0]]  # the empty one that openpyxl begins with
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _named(table: DutyTable, taken: set[str]) -> str:
    """The unit's name as a sheet may be called; each once."""
    name = _FORBIDDEN.sub(" ", table.unit.name).strip()[:_LONGEST_NAME] or table.unit.id
    while name.casefold() in taken:
        name = f"{name[: _LONGEST_NAME - 3]}~{len(taken)}"
    taken.add(name.casefold())
    return name


def _heads(table: DutyTable) -> list[str]:
    words = table.words
    last = [words[key] for key in ("changed", "note", "signature")]
    return [words["date"], words["weekday"], *table.heads, *last]


def _fill(sheet: Worksheet, table: DutyTable) -> None:
    _put(sheet, 1, 1, table.title)
    for at, head in enumerate(_heads(table), start=1):
        _put(sheet, _HEAD_ROW, at, head)
    for row, line in enumerate(table.lines, start=_HEAD_ROW + 1):
        day = sheet.cell(row, 1, line.day)
        day.number_format = "yyyy-mm-dd"
        _put(sheet, row, 2, line.weekday)
        for at, cell in enumerate(line.cells, start=3):
            _mark(_put(sheet, row, at, cell.text), changed=cell.changed)
        behind = 3 + len(line.cells)
        _put(sheet, row, behind, "\n".join(line.changes))
    for column in table.weekly:
        for first, last in _runs(table, column):
            at, top, bottom = column + 3, first + _HEAD_ROW + 1, last + _HEAD_ROW + 1
            sheet.merge_cells(start_row=top, start_column=at, end_row=bottom, end_column=at)


def _runs(table: DutyTable, column: int) -> Iterator[tuple[int, int]]:
    """The lines, first and last, on which a leader stands day after day by plan."""
    cells = [line.cells[column] for line in table.lines]
    same = groupby(enumerate(cells), key=lambda item: (item[1].text, item[1].changed))
    for (text, changed), run in same:
        numbers = [number for number, _cell in run]
        if text and not changed and len(numbers) > 1:
            yield numbers[0], numbers[-1]


def _put(sheet: Worksheet, row: int, column: int, text: str) -> Cell:
    """A text as a text: what begins with = is none of our formulas."""
    cell = sheet.cell(row, column, text or None)
    if text:
        cell.data_type = "s"
        cell.quotePrefix = text.startswith(("=", "+", "-", "@"))
    return cell


def _mark(cell: Cell, *, changed: bool) -> None:
    """A changed shift stands out, on a printer without colours too."""
    from openpyxl.styles import Font, PatternFill  # noqa: PLC0415  see above

    if changed:
        cell.fill = PatternFill("solid", start_color="FFE699")
        cell.font = Font(bold=True, underline="single")


def _set_up(sheet: Worksheet, table: DutyTable) -> None:
    """Frames, widths and the page."""
    from openpyxl.styles import Alignment, Border, Font, Side  # noqa: PLC0415  see above
    from openpyxl.utils import get_column_letter  # noqa: PLC0415  see above
    from openpyxl.worksheet.page import PageMargins  # noqa: PLC0415  see above
    from openpyxl.worksheet.properties import PageSetupProperties  # noqa: PLC0415  see above

    heads = _heads(table)
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(heads))
    thin = Side("thin")
    for row in sheet.iter_rows(min_row=_HEAD_ROW, max_col=len(heads)):
        for cell in row:
            cell.border = Border(thin, thin, thin, thin)
            cell.alignment = Alignment("center", "center", wrap_text=True)
    below = _HEAD_ROW + len(table.lines) + 1
    for at, text in enumerate(filter(None, (table.footer, table.numbers)), start=below):
        _put(sheet, at, 1, text).alignment = Alignment("left", "top", wrap_text=True)
        sheet.merge_cells(start_row=at, start_column=1, end_row=at, end_column=len(heads))
    sheet["A1"].alignment = Alignment("center", "center")
    sheet["A1"].font = Font(size=16, bold=True)
    keys = ["date", "weekday", *("" for _head in table.heads)]
    keys += ["changed", "note", "signature"]
    widths = [_WIDTHS.get(key, _POST_WIDTH) for key in keys]
    for at, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = width
    _heights(sheet, widths, below)
    sheet.freeze_panes = f"A{_HEAD_ROW + 1}"
    sheet.print_title_rows = f"1:{_HEAD_ROW}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = _A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 1
    sheet.page_margins = PageMargins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_options.horizontalCentered = True


def _heights(sheet: Worksheet, widths: Sequence[int], below: int) -> None:
    """Every row as high as its longest cell has lines: programs do not all work it out."""
    sheet.row_dimensions[1].height = 2 * _LINE
    for number, row in enumerate(sheet.iter_rows(min_row=_HEAD_ROW), start=_HEAD_ROW):
        if number >= below:
            lines = _lines(str(row[0].value or ""), sum(widths) * 4 // 5)  # whole words wrap
        else:
            told = tuple(zip(row, widths, strict=False))[1:]  # a date is never wrapped
            lines = max(_lines(str(cell.value or ""), width) for cell, width in told)
        sheet.row_dimensions[number].height = _LINE * lines


def _lines(text: str, width: int) -> int:
    """How many lines a text takes in a column that is so many digits wide."""
    places = [sum(2 if char > "\u2e7f" else 1 for char in part) for part in text.split("\n")]
    return sum(max(1, -(-one // (width - 1))) for one in places)
