"""Rows of a CSV table or JSON list -> readings, by the mapping in configuration.

A row in error is noted with its line and loses no other row. In CSV a row is one line, whatever its
quotes say: one stray quote would else swallow all rows up to the next.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from fangxun.core.errors import N_, FeedFault
from fangxun.core.observation import Reading
from fangxun.core.place import Measure
from fangxun.feeds import dates
from fangxun.feeds.table.shape import MEASURES, Shape, number_of
from fangxun.text import _, say

MOST_ROWS = 100_000
MOST_NOTES = 10
BACK = timedelta(days=7)
"""Rows older than this are history, not news; no window is that long."""
_NO_VALUE = frozenset(
    {"", "-", "--", "---", "/", "//", "///", "m", "na", "n/a", "nan", "null", "none", "缺测"}
)
_LONGEST_INTEGER = 30
Cells = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Table:
    """What was read, and what was odd; so many rows (`faults`) could not be read. `stopped`: in a
    sentence that there are rows, and all of them are history."""

    readings: tuple[Reading, ...]
    notes: tuple[str, ...]
    faults: int
    stopped: str = ""


def read(body: bytes, how: Shape, *, now: datetime) -> Table:
    """The readings in a document; FeedFault where it as a whole cannot be read."""
    rows = _csv_rows(body, how) if how.format == "csv" else _json_rows(body, how)
    readings: list[Reading] = []
    notes: list[str] = []
    count = faults = old = 0
    for where, cells in rows:
        if count == MOST_ROWS:
            notes.insert(0, _("only the first {count} rows were read").format(count=MOST_ROWS))
            break
        count += 1
        try:
            reading = _reading(cells, how)
        except FeedFault as fault:
            faults += 1
            if faults <= MOST_NOTES:
                notes.append(f"{where}: {say(fault)}")
            continue
        if reading.end < now - BACK:
            old += 1
        else:
            readings.append(reading)
    if faults > MOST_NOTES:
        notes.append(_("{count} more rows could not be read").format(count=faults - MOST_NOTES))
    if faults and faults == count:
        raise FeedFault(
            N_("none of {rows} rows can be read: {why}"), rows=count, why="; ".join(notes[:3])
        )
    stopped = ""
    if old and not readings:
        stopped = _("all {count} rows are older than {days} days").format(count=old, days=BACK.days)
    return Table(tuple(readings), tuple(notes), faults, stopped)


def _reading(cells: Cells | FeedFault, how: Shape) -> Reading:
    if isinstance(cells, FeedFault):
        raise cells
    gauge = how.gauge_id or _word(cells, how.gauge)
    if not gauge:
        raise FeedFault(N_("no gauge in {column}"), column=how.gauge)
    measure = how.measure
    if how.measure_column:
        written = _word(cells, how.measure_column)
        if written.lower() not in MEASURES:
            raise FeedFault(N_("{value} is no measure; rain or stage"), value=written[:40])
        measure = MEASURES[written.lower()]
    at = _instant(_word(cells, how.time), how)
    if measure is Measure.STAGE:
        start = end = at
    else:
        interval = how.interval or _interval(cells, how)
        start, end = (at, at + interval) if how.starts else (at - interval, at)
    return Reading(gauge[:100], measure, start, end, _amount(cells, how))


def _instant(written: str, how: Shape) -> datetime:
    at, flag = dates.parse(written, how.zone)
    if at is None and not written:
        raise FeedFault(N_("no time in {column}"), column=how.time)
    if at is None and how.zone is None:
        raise FeedFault(
            N_("{value} is no time with a zone; set zone in the mapping"), value=written[:40]
        )
    if at is None:
        raise FeedFault(N_("{value} is no time ({flag})"), value=written[:40], flag=flag)
    return at


def _interval(cells: Cells, how: Shape) -> timedelta:
    minutes = number_of(_word(cells, how.interval_column))
    if minutes is None or not 0 < minutes <= 1440:  # noqa: PLR2004  a day
        raise FeedFault(N_("no minutes between 1 and 1440 in {column}"), column=how.interval_column)
    return timedelta(minutes=minutes)


def _amount(cells: Cells, how: Shape) -> float | None:
    """Millimetres or metres; None where the network says that there is no value."""
    written = _word(cells, how.value)
    if written.lower() in _NO_VALUE | how.missing:
        return None
    number = number_of(written)
    if number is None:
        raise FeedFault(N_("{value} is no number"), value=written[:40])
    if any(number == number_of(item) for item in how.missing):
        return None
    return number * how.factor


def _word(cells: Cells, name: str) -> str:
    """A cell as text; in JSON, a dotted path into the row."""
    found: object = cells.get(name)
    if found is None and "." in name:
        found = cells
        for part in name.split("."):
            found = _step(found, part)
    if found is None:
        return ""
    if isinstance(found, bool | dict | list):
        return f"<{type(found).__name__}>"
    return str(found).strip()


def _step(value: object, part: str) -> object:
    if isinstance(value, Mapping):
        return value.get(part)
    if isinstance(value, list) and part.isdigit() and int(part) < len(value):
        return value[int(part)]
    return None


def _csv_rows(body: bytes, how: Shape) -> Iterator[tuple[str, Cells | FeedFault]]:
    lines = enumerate(io.StringIO(_decoded(body, how), newline=None), start=1)
    header = _cells((line for _number, line in lines), how)
    if isinstance(header, FeedFault):
        raise header
    if not header:
        raise FeedFault(N_("It is empty; a header line was expected."))
    names = [name.strip() for name in header]
    for column in _columns(how):
        if column not in names:
            raise FeedFault(
                N_("There is no column {column}; it has {names}."),
                column=column,
                names=", ".join(names)[:200],
            )
    for number, line in lines:
        row = _cells([line], how)
        where = _("line {line}").format(line=number)
        if isinstance(row, FeedFault):
            yield where, row
        elif any(cell.strip() for cell in row):
            yield where, dict(zip(names, row, strict=False))


def _cells(lines: Iterable[str], how: Shape) -> list[str] | FeedFault:
    """The cells of the first row of some lines; none where there is no line."""
    try:
        return next(csv.reader(lines, delimiter=how.delimiter), [])
    except csv.Error as error:
        return FeedFault(N_("no CSV: {why}"), why=error)


def _columns(how: Shape) -> Iterable[str]:
    wanted = [how.time, how.value, how.measure_column, how.interval_column]
    if not how.gauge_id:
        wanted.insert(0, how.gauge)
    return [column for column in wanted if column]


def _json_rows(body: bytes, how: Shape) -> Iterator[tuple[str, Cells]]:
    try:
        document: object = json.loads(_decoded(body, how), parse_int=_integer)
    except (ValueError, RecursionError) as error:
        raise FeedFault(N_("No JSON: {why}"), why=str(error)[:200]) from error
    for part in how.path:
        document = _step(document, part)
    if not isinstance(document, list):
        raise FeedFault(
            N_("There is no list at {path}; set list in the mapping."),
            path=".".join(how.path) or "the top",
        )
    for number, row in enumerate(document, start=1):
        yield _("row {row}").format(row=number), row if isinstance(row, dict) else {how.value: row}


def _integer(digits: str) -> int | float:
    """One of thousands of digits is no reading, and Python refuses it."""
    return int(digits) if len(digits) <= _LONGEST_INTEGER else float(digits)


def _decoded(body: bytes, how: Shape) -> str:
    """As configured; else UTF-8, else GB 18030, which office spreadsheets still write."""
    for encoding in (how.encoding,) if how.encoding else ("utf-8-sig", "gb18030"):
        try:
            return body.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise FeedFault(
        N_("It is not written in {encoding}; set encoding in the mapping."),
        encoding=how.encoding or "UTF-8",
    )
