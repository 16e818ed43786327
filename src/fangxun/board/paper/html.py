"""The report as one HTML page: readable on a phone, printed on A4 landscape, safe to open."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from fangxun.board.paper.chart import chart
from fangxun.board.paper.reader import Reader, seconds
from fangxun.board.paper.tables import COUNTED, Cell, Table, facts, tables, title
from fangxun.core.report import Report
from fangxun.text import _


def html(report: Report, reader: Reader, *, language: str) -> str:
    """The whole page. Every value is escaped; a policy in its head forbids scripts and fetching."""
    drawn = report.weather is not None and (report.weather.gauges or report.weather.stretches)
    counts = dict(report.after.by_outcome)
    return (
        environment()
        .get_template("report.html")
        .render(
            language="zh" if language.startswith("zh") else "en",
            facts=facts(report, reader),
            counts=[(outcome.value, counts.get(outcome, 0)) for outcome in COUNTED],
            half=seconds(report.after.median),
            most=seconds(report.after.ninetieth),
            after=report.after,
            areas=[reader.name("place", item.area) for item in report.incidents],
            numbers=[item.id for item in report.incidents or filter(None, [report.exercise])],
            title=title(report),
            tables=[_without_empty(table) for table in tables(report, reader)],
            chart=chart(report.weather, reader) if report.weather and drawn else None,
            said=said,
            kind=kind,
            numbers_of=numbers_of,
        )
    )


def _without_empty(table: Table) -> Table:
    """Without the columns in which nothing stands: a page is narrower than a workbook."""
    kept = [
        n for n in range(len(table.heads)) if any(row[n] not in {None, ""} for row in table.rows)
    ]
    return replace(
        table,
        heads=tuple(table.heads[n] for n in kept),
        rows=tuple(tuple(row[n] for n in kept) for row in table.rows),
    )


def kind(cell: Cell) -> str:
    """How a cell is laid out: a number, or what is not to be broken over two lines."""
    if isinstance(cell, (int, float)):
        return "n"
    return "t" if isinstance(cell, datetime) or len(said(cell)) <= SHORT else ""


def numbers_of(table: Table) -> set[int]:
    """The columns that hold numbers, whose heads stand above them."""
    columns = range(len(table.heads))
    return {n for n in columns if any(isinstance(row[n], (int, float)) for row in table.rows)}


SHORT = 9
"""Characters of a name, a level, a state."""


@cache
def environment() -> Environment:
    """The templates of this room, which escape every value."""
    made = Environment(
        loader=PackageLoader("fangxun.board.paper"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    made.globals["_"] = _
    return made


def said(cell: Cell) -> str:
    """A cell as text; the year stands at the head of the page."""
    if cell is None:
        return ""
    return f"{cell:%m-%d %H:%M:%S}" if isinstance(cell, datetime) else str(cell)
