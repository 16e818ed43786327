"""A duty table as CSV, as a page to print, and as a calendar."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from html import escape

from fangxun.core import icalendar
from fangxun.core.icalendar import Calendar, Event
from fangxun.core.subscription import Edition
from fangxun.sheet.drawing import DutyTable, Line
from fangxun.sheet.events import DAY, PEOPLE, POST, SECTION

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""How a formula begins for one spreadsheet or another."""

_PAGE = """<!doctype html>
<html lang="{language}">
<meta charset="utf-8">
<title>{title}</title>
<style>
@page {{ size: A4 landscape; margin: 10mm }}
body {{ font-family: "Noto Serif CJK SC", "SimSun", serif; font-size: 10pt; margin: 0 }}
section {{ break-after: page }}
section:last-child {{ break-after: auto }}
h1 {{ font-size: 15pt; text-align: center; margin: 0 0 3mm }}
table {{ border-collapse: collapse; width: 100% }}
thead {{ display: table-header-group }}
tr {{ break-inside: avoid }}
th, td {{ border: 1px solid #000; padding: 0.3mm 1.5mm; line-height: 1.15; text-align: center }}
td.changed {{ background: #ffe699; font-weight: bold }}
td.changed::after {{ content: " *" }}
p {{ margin: 1mm 0; font-size: 9pt }}
td.sign {{ min-width: 28mm }}
</style>
{tables}</html>
"""


def safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula; an import takes the apostrophe off again."""
    return f"'{text}" if text.startswith(_DANGEROUS) else text


def as_csv(tables: Sequence[DutyTable]) -> str:
    """One table for all units, a line for each unit and day; with the mark by which office
    programs know UTF-8."""
    words = tables[0].words
    heads = list(dict.fromkeys(head for table in tables for head in table.heads))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    first = [words["date"], words["weekday"], words["unit"]]
    last = [words[key] for key in ("phones", "changed", "note", "signature")]
    writer.writerow([safe(cell) for cell in (*first, *heads, *last)])
    for table in tables:
        for line in table.lines:
            own = dict(zip(table.heads, (cell.text for cell in line.cells), strict=True))
            row = [line.day.isoformat(), line.weekday, table.unit.name]
            row += [own.get(head, "") for head in heads]
            row += [" / ".join(line.phones), "; ".join(line.changes), "", ""]
            writer.writerow([safe(cell) for cell in row])
    return "\ufeff" + out.getvalue()


def as_html(tables: Sequence[DutyTable]) -> str:
    """A page that prints on A4 across, a sheet for each unit; nothing in it is from elsewhere."""
    language = "zh-CN" if tables[0].words["date"] == "日期" else "en"
    drawn = "".join(_section(table) for table in tables)
    return _PAGE.format(language=language, title=escape(tables[0].title), tables=drawn)


def _section(table: DutyTable) -> str:
    words = table.words
    heads = [words["date"], words["weekday"], *table.heads]
    heads += [words[key] for key in ("changed", "note", "signature")]
    head = "".join(f"<th>{escape(text)}</th>" for text in heads)
    rows = "".join(f"<tr>{_row(line)}</tr>\n" for line in table.lines)
    return (
        f"<section><h1>{escape(table.title)}</h1>\n<table><thead><tr>{head}</tr></thead>\n"
        f"<tbody>{rows}</tbody></table><p>{escape(table.footer)}</p>\n"
        f"<p>{escape(table.numbers)}</p></section>\n"
    )


def _row(line: Line) -> str:
    cells = [f"<td>{line.day.isoformat()}</td><td>{escape(line.weekday)}</td>"]
    for cell in line.cells:
        mark = ' class="changed"' if cell.changed else ""
        cells.append(f"<td{mark}>{escape(cell.text)}</td>")
    changes = "<br>".join(escape(change) for change in line.changes)
    cells.append(f'<td>{changes}</td><td></td><td class="sign"></td>')
    return "".join(cells)


def as_calendar(tables: Sequence[DutyTable], *, zone: str, edition: Edition) -> str:
    """An event for each slot in which somebody stands; its properties of ours say to an import
    what its words say to people. Of two exports a calendar program takes the later edition."""
    events = [
        Event(
            uid=f"{cell.slot.day:%Y%m%d}-{cell.slot.post}-{cell.slot.section}@roster.fangxun",
            span=cell.span,
            summary=f"{head} {cell.text}",
            sequence=edition.number,
            changed=edition.at,
            categories=(table.unit.name,),
            description="\n".join(line.changes),
            extra=(
                (POST, cell.slot.post),
                (DAY, cell.slot.day.isoformat()),
                (SECTION, cell.slot.section),
                (PEOPLE, " ".join(cell.people)),
            ),
        )
        for table in tables
        for line in table.lines
        for head, cell in zip(table.heads, line.cells, strict=True)
        if cell.people and cell.span is not None
    ]
    return icalendar.write(Calendar(tables[0].title, tuple(events)), zone=zone)
