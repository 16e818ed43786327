"""An .xlsx or .csv file -> its sheets as grids, within bounds."""

from __future__ import annotations

import csv
import io
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Protocol, cast

from fangxun.core.errors import N_, FangxunError, FaultyInput, Refused
from fangxun.sheet import guard
from fangxun.sheet.grid import Cell, Grid, Value, letters, spread, squared, worked_out

MOST_ROWS, MOST_COLUMNS = 2_000, 80
MOST_SHEETS = 60
_DELIMITERS = ",;\t"


class _Sheet(Protocol):
    """What we use of a sheet that openpyxl reads row by row; its own types know others only."""

    title: str
    sheet_state: str

    def reset_dimensions(self) -> None: ...

    def iter_rows(
        self, *, max_row: int, max_col: int, values_only: bool
    ) -> Iterator[tuple[object, ...]]: ...


def read(path: Path) -> tuple[Grid, ...]:
    """The visible sheets of a workbook, or the one table of a CSV file; FaultyInput or Refused."""
    data = contents(path)
    if path.suffix.casefold() in {".csv", ".txt", ".tsv"}:
        return (_table(path.name, decoded(path.name, data)),)
    if path.suffix.casefold() in {".xlsm", ".xltm", ".xlsb", ".xlam"}:
        raise Refused(
            N_("{name} holds macros or embedded objects; save it as a plain .xlsx."), name=path.name
        )
    return _workbook(path.name, data)


def contents(path: Path) -> bytes:
    """A file's bytes, at most one more than are read."""
    if not path.is_file():
        raise FaultyInput(N_("There is no file {path}."), path=path)
    with path.open("rb") as file:
        return file.read(guard.MOST_BYTES + 1)


def decoded(name: str, data: bytes) -> str:
    """Text as office programs save it: UTF-8, UTF-16 with its mark, else GB18030."""
    if len(data) > guard.MOST_BYTES:
        raise FaultyInput(
            N_("{name} is larger than {most} bytes; nothing of it was read."),
            name=name, most=guard.MOST_BYTES,
        )  # fmt: skip
    encodings = ["utf-16"] if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise FaultyInput(N_("{name} is neither UTF-8 nor GB18030; save it as CSV UTF-8."), name=name)


def _table(name: str, text: str) -> Grid:
    """A CSV file; a cell is named by its line and column, "duty.csv:5:C"."""
    head = "\n".join(text.split("\n")[:5])
    delimiter = max(_DELIMITERS, key=head.count)
    reader = csv.reader(
        io.StringIO(text.replace("\r\n", "\n").replace("\r", "\n")), delimiter=delimiter
    )
    rows: list[list[Cell]] = []
    line = 1
    try:
        for row in reader:
            _bounded(name, len(rows) + 1)
            if not (row and row[0].lstrip().startswith("#")):
                rows.append(
                    [
                        Cell(f"{name}:{line}:{letters(at)}", _unquoted(value))
                        for at, value in enumerate(row[:MOST_COLUMNS], start=1)
                    ]
                )
            line = reader.line_num + 1
    except csv.Error as error:
        raise FaultyInput(
            N_("{name}, line {line}: this is no CSV ({error}); check the quotation marks."),
            name=name, line=line, error=error,
        ) from error  # fmt: skip
    return squared(name, rows)


def _unquoted(value: str) -> str | None:
    """Without the apostrophe that keeps a spreadsheet from taking a text for a formula."""
    if value[:1] == "'" and value[1:2] in tuple("=+-@\t\r"):
        value = value[1:]
    return value or None


def _bounded(name: str, rows: int) -> None:
    if rows > MOST_ROWS:
        raise Refused(
            N_("{name} has more than {most} rows with something in them; no duty table has."),
            name=name, most=MOST_ROWS,
        )  # fmt: skip


def _workbook(name: str, data: bytes) -> tuple[Grid, ...]:
    """1. the zip's own directory: size, macros, links; 2. how far each sheet goes and what is
    merged, in one pass that keeps nothing; 3. the values of just those rows; 4. formulas whose
    value the file does not hold."""
    archive = guard.opened(data, name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl tells of styles that it leaves out
            return tuple(_sheets(name, archive, data))
    except FangxunError:
        raise
    except Exception as error:  # a broken workbook fails in openpyxl in a hundred ways
        raise FaultyInput(
            N_("{name} cannot be read as a workbook ({kind}); open it, save it anew as .xlsx."),
            name=name, kind=type(error).__name__,
        ) from error  # fmt: skip


def _sheets(name: str, archive: zipfile.ZipFile, data: bytes) -> Iterator[Grid]:
    values = _loaded(data, values=True)
    formulas: dict[str, _Sheet] = {}
    shown = [sheet for sheet in values.values() if sheet.sheet_state == "visible"]
    if len(shown) > MOST_SHEETS:
        raise Refused(
            N_("{name} has {count} sheets; at most {most} are read."),
            name=name,
            count=len(shown),
            most=MOST_SHEETS,
        )
    for sheet in shown:
        # openpyxl tells of merged cells only where it loads a sheet whole, so we look ourselves.
        extent = guard.extent(archive, vars(sheet)["_worksheet_path"].lstrip("/"))
        _bounded(f"{name} {sheet.title}", extent.last_row)
        if extent.values > guard.MOST_VALUES:
            raise Refused(
                N_("{name} has more than {most} cells with something in them; no duty table has."),
                name=f"{name} {sheet.title}",
                most=guard.MOST_VALUES,
            )
        rows = _rows(sheet, extent.last_row)
        written: Sequence[Sequence[object]] = ()
        if extent.formulas:
            formulas = formulas or _loaded(data, values=False)
            written = _rows(formulas[sheet.title], extent.last_row)
        grid = squared(sheet.title, _cells(sheet.title, rows, written))
        yield worked_out(spread(grid, extent.merged))


def _loaded(data: bytes, *, values: bool) -> dict[str, _Sheet]:
    """The sheets by title, read row by row; formulas, or the values that were kept of them."""
    from openpyxl import load_workbook  # noqa: PLC0415  heavy; the daemon never needs it

    book = load_workbook(io.BytesIO(data), read_only=True, data_only=values, keep_links=False)
    return {sheet.title: cast("_Sheet", sheet) for sheet in book.worksheets}


def _rows(sheet: _Sheet, last: int) -> list[tuple[object, ...]]:
    """The rows that say something."""
    if not last:
        return []
    sheet.reset_dimensions()  # some programs write wrong ones
    found = sheet.iter_rows(max_row=last, max_col=MOST_COLUMNS, values_only=True)
    return list(found)


def _cells(
    title: str, rows: Sequence[Sequence[object]], written: Sequence[Sequence[object]]
) -> Iterator[list[Cell]]:
    """Every row as wide as the widest says something."""
    width = max((_width(row) for row in [*rows, *written]), default=0)
    for number, row in enumerate(rows):
        behind = written[number] if number < len(written) else ()
        yield [
            _cell(f"{title}!{letters(at + 1)}{number + 1}", _at(row, at), _at(behind, at))
            for at in range(width)
        ]


def _width(row: Sequence[object]) -> int:
    return max((at for at, value in enumerate(row, start=1) if value is not None), default=0)


def _at(row: Sequence[object], at: int) -> object:
    return row[at] if at < len(row) else None


def _cell(where: str, value: object, written: object) -> Cell:
    formula = written if isinstance(written, str) and written.startswith("=") else ""
    plain = _plain(value)
    return Cell(where, plain, formula if plain is None else "")


def _plain(value: object) -> Value:
    """What we make of openpyxl's values: a date without its midnight, a time as its words."""
    if isinstance(value, datetime):
        return value.date() if value.time() == time() else value
    if value is None or isinstance(value, (int, float, date)):
        return value
    text = f"{value:%H:%M}" if isinstance(value, time) else str(value)
    return text if text.strip() else None
