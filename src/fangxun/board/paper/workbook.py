"""The report as a workbook: the same tables, numbers as numbers, and a chart of rain and level.

openpyxl is imported here only when a workbook is made.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from fangxun.board.paper.reader import Reader
from fangxun.board.paper.tables import Cell, Table, facts, tables, totals
from fangxun.core.report import Report, Stretch, Weather
from fangxun.text import _

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

TRIGGERS = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is a formula to some program, also after a detour through CSV."""
LONGEST = 32_000
"""Characters; a cell holds 32,767."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""What a workbook cannot hold."""
INSTANT = "yyyy-mm-dd hh:mm:ss"
HOUR = timedelta(hours=1)
MOST_DRAWN = 4
"""Gauges, and places, in the chart."""
NARROW, WIDE = 8, 46


def workbook(report: Report, reader: Reader) -> bytes:
    """The whole file."""
    from openpyxl import Workbook  # noqa: PLC0415  only whoever asks for a workbook pays for it

    book = Workbook()
    first = book.active
    assert first is not None  # noqa: S101  for mypy: a new workbook has a sheet
    fill(first, _summary(report, reader))
    for table in tables(report, reader):
        fill(book.create_sheet(), table)
    if report.weather is not None:
        _weather(book, report.weather, reader)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def _summary(report: Report, reader: Reader) -> Table:
    told = (*facts(report, reader), *totals(report))
    rows = tuple((name, cell) for name, cell in told if cell is not None)
    return Table("summary", _("Summary"), (_("what"), _("value")), rows)


def fill(sheet: Worksheet, table: Table) -> None:
    """A sheet's head, rows, widths; the head stays in sight, and prints on each page of A4."""
    from openpyxl.styles import Font, PatternFill  # noqa: PLC0415  as above
    from openpyxl.worksheet.properties import PageSetupProperties  # noqa: PLC0415  as above

    sheet.title = re.sub(r"[\[\]:*?/\\]", " ", table.title)[:31]
    for place, head in enumerate(table.heads, start=1):
        put(sheet, 1, place, head)
        sheet.cell(1, place).font = Font(bold=True)
        sheet.cell(1, place).fill = PatternFill("solid", fgColor="EEF0F4")
    for line, row in enumerate(table.rows, start=2):
        for place, cell in enumerate(row, start=1):
            put(sheet, line, place, cell)
    for letter, width in _widths(table):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"
    if table.rows and table.key != "summary":
        sheet.auto_filter.ref = sheet.dimensions
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"


def put(sheet: Worksheet, line: int, place: int, value: Cell) -> None:
    """One cell. Text is text whatever it begins with: never a formula, an error or a date; what
    could become one elsewhere carries the mark that spreadsheets themselves give to such text."""
    cell = sheet.cell(line, place)
    if isinstance(value, datetime):
        cell.value = value.replace(tzinfo=None)
        cell.number_format = INSTANT
    elif isinstance(value, str):
        cell.value = _CONTROL.sub(" ", value)[:LONGEST]
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(TRIGGERS)
    elif value is not None:
        cell.value = value


def _widths(table: Table) -> Iterator[tuple[str, int]]:
    """Columns as wide as what stands in them; a Chinese character takes two places."""
    from openpyxl.utils import get_column_letter  # noqa: PLC0415  as above

    for place, head in enumerate(table.heads):
        cells = [head, *(_shown(row[place]) for row in table.rows[:500])]
        widest = max(sum(2 if ord(char) > 0x2E80 else 1 for char in cell) for cell in cells)  # noqa: PLR2004  where CJK begins
        yield get_column_letter(place + 1), min(max(widest + 2, NARROW), WIDE)


def _shown(cell: Cell) -> str:
    return INSTANT if isinstance(cell, datetime) else "" if cell is None else str(cell)


def _weather(book: Workbook, weather: Weather, reader: Reader) -> None:
    """A line an hour: mm at each gauge (empty: no reading), and the level's rank at each place."""
    places = tuple(dict.fromkeys(stretch.place for stretch in weather.stretches))
    gauges = tuple(f"{reader.name('gauge', g.gauge)} mm" for g in weather.gauges)
    heads = (_("hour ending"), *gauges, *(reader.name("place", place) for place in places))
    count = int((weather.span.end - weather.span.start) / HOUR)
    ends = [weather.span.start + (n + 1) * HOUR for n in range(count)]
    rows = tuple(
        (
            reader.local(end),
            *(gauge.hours[n].mm for gauge in weather.gauges),
            *(_rank(weather.stretches, place, end) for place in places),
        )
        for n, end in enumerate(ends)
    )
    sheet = book.create_sheet()
    fill(sheet, Table("weather", _("Rain and level"), heads, rows))
    if gauges and rows:
        _chart(sheet, gauges=len(gauges), places=len(places), last=len(rows) + 1)


def _rank(stretches: tuple[Stretch, ...], place: str, end: datetime) -> int:
    """The highest level that a place held within the hour: 0 none ... 4 red."""
    within = (
        s.level.rank for s in stretches if s.place == place and s.start < end and s.end > end - HOUR
    )
    return max(within, default=0)


def _chart(sheet: Worksheet, *, gauges: int, places: int, last: int) -> None:
    """Rain as columns on the left axis, levels as lines on the right one."""
    from openpyxl.chart import BarChart, LineChart, Reference  # noqa: PLC0415  as above

    rain, level = BarChart(), LineChart()
    drawn = min(gauges, MOST_DRAWN)
    hours = Reference(sheet, min_col=1, min_row=2, max_row=last)
    rain.add_data(
        Reference(sheet, min_col=2, max_col=1 + drawn, min_row=1, max_row=last),
        titles_from_data=True,
    )
    rain.set_categories(hours)
    rain.title, rain.y_axis.title = _("Rain and level"), "mm"
    rain.x_axis.number_format, rain.gapWidth = "dd hh:mm", 30
    rain.x_axis.delete = rain.y_axis.delete = False
    rain.width, rain.height = 30, 13
    if places:
        first = 2 + gauges
        level.add_data(
            Reference(
                sheet, min_col=first, max_col=first + min(places, MOST_DRAWN) - 1, min_row=1,
                max_row=last,
            ),
            titles_from_data=True,
        )  # fmt: skip
        level.y_axis.axId, level.y_axis.crosses = 200, "max"
        level.y_axis.title = _("level: 1 blue to 4 red")
        level.y_axis.scaling.min, level.y_axis.scaling.max = 0, 4
        level.y_axis.majorGridlines, level.y_axis.delete = None, False
        rain += level
    sheet.add_chart(rain, f"A{last + 3}")
