"""CSV tables: a header, rows with their line numbers, cells read by column name."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from fangxun.core.errors import N_
from fangxun.district import cells
from fangxun.district.faults import Amiss, Faults, Where

T = TypeVar("T")

MOST_ROWS = 20_000
_COMMENT = "#"


@dataclass(frozen=True, slots=True)
class Column:
    """One column that we know: its key, what a clerk may call it, and whether it must be there."""

    key: str
    alias: str
    needed: bool = True

    def __str__(self) -> str:
        """As listed in messages."""
        return f"{self.key} ({self.alias})"


class Row:
    """One line of a table. `ok` turns False with its first fault."""

    def __init__(self, where: Where, cells_: dict[str, str], names: dict[str, str]) -> None:
        """Cells by key; `names` are the header's own words, for messages."""
        self.where = where
        self.ok = True
        self._cells = cells_
        self._names = names

    def raw(self, key: str) -> str:
        """The cell as it stands, blanks stripped; "" where there is none."""
        return self._cells.get(key, "").strip()

    def get(self, faults: Faults, key: str, read: Callable[[str], T], default: T) -> T:
        """The cell read; a fault, and the default, where it is not what was expected."""
        try:
            return read(self.raw(key))
        except Amiss as amiss:
            self.ok = False
            fields = {"name": self._names.get(key, key), **amiss.fields}
            faults.add(self.where, amiss.template, **fields)
            return default

    def fault(self, faults: Faults, template: str, **fields: object) -> None:
        """Something wrong with the line as a whole."""
        self.ok = False
        faults.add(self.where, template, **fields)


@dataclass(frozen=True, slots=True)
class Table:
    """`columns`: keys of the header in order; rows without comments and blank lines."""

    file: str
    header: Where
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def read_table(
    file: str, text: str, known: Sequence[Column], faults: Faults, *, free: bool = False
) -> Table | None:
    """Read a CSV table. Lines that begin with # are comments. None where its header is faulty.

    `free`: columns that we do not know are kept by their own name (duty tables have one a post).
    """
    lines = _lines(file, text, faults)
    if lines is None:
        return None
    if not lines:
        faults.add(Where(file), N_("is empty; expected a header line"))
        return None
    (header_line, header), *rest = lines
    where = Where(file, header_line)
    keys = _keys(where, header, known, faults, free=free)
    if keys is None:
        return None
    names = dict(zip(keys, header, strict=False))
    rows = tuple(_rows(file, rest, keys, names, faults))
    return Table(file, where, tuple(key for key in keys if key), rows)


def _lines(file: str, text: str, faults: Faults) -> list[tuple[int, list[str]]] | None:
    """(line number, cells) of every line that says something."""
    # newline="" semantics: \r\n and lone \r end a line as they do for the program that wrote it.
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    reader = csv.reader(io.StringIO(text), strict=True)
    lines: list[tuple[int, list[str]]] = []
    first = 1
    try:
        for cells_ in reader:
            if any(cell.strip() for cell in cells_) and not _is_comment(cells_):
                lines.append((first, cells_))
            first = reader.line_num + 1
            if len(lines) > MOST_ROWS:
                message = N_("has more than {most} rows; nothing of it was read")
                faults.add(Where(file), message, most=MOST_ROWS)
                return None
    except csv.Error as error:
        message = N_("is no CSV from here on ({error}); check the quotation marks")
        faults.add(Where(file, first), message, error=error)
        return None
    return lines


def _is_comment(cells_: Sequence[str]) -> bool:
    """A line whose first cell begins with #."""
    return bool(cells_) and cells_[0].lstrip().startswith(_COMMENT)


def _keys(
    where: Where, header: Sequence[str], known: Sequence[Column], faults: Faults, *, free: bool
) -> list[str] | None:
    """The key of each column, "" for a nameless one; None where the header is faulty."""
    by_name = {
        name.casefold(): column.key for column in known for name in (column.key, column.alias)
    }
    keys: list[str] = []
    good = True
    for cell in header:
        name = cells.plain(cell)
        key = by_name.get(name.casefold(), name if free else "")
        if name and not key:
            message = N_("unknown column “{column}”; known columns: {known}")
            faults.add(where, message, column=cells.shown(name), known=_listed(known))
            good = False
        elif key and key in keys:
            faults.add(where, N_("the column “{column}” stands twice"), column=cells.shown(name))
            good = False
        keys.append(key)
    for column in known:
        if column.needed and column.key not in keys:
            message = N_("the column {column} is missing; known columns: {known}")
            faults.add(where, message, column=column, known=_listed(known))
            good = False
    return keys if good else None


def _listed(known: Sequence[Column]) -> str:
    """The columns that we know, for messages."""
    return ", ".join(str(column) for column in known)


def _rows(
    file: str,
    lines: Sequence[tuple[int, list[str]]],
    keys: Sequence[str],
    names: dict[str, str],
    faults: Faults,
) -> Iterator[Row]:
    """Rows with cells by key; words beyond the header or below a nameless column are a fault."""
    for number, cells_ in lines:
        where = Where(file, number)
        values: dict[str, str] = {}
        stray = ""
        for position, cell in enumerate(cells_):
            key = keys[position] if position < len(keys) else ""
            if key:
                values[key] = cell
            elif cell.strip() and not stray:
                stray = cell.strip()
        row = Row(where, values, names)
        if stray:
            message = N_("“{value}” stands in no column; is a comma too many?")
            row.fault(faults, message, value=cells.shown(stray))
        yield row
