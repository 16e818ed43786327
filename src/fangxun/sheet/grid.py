"""A table as an office drew it: cells with their names, whatever file they come from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from fangxun.district import cells

Value = str | int | float | date | datetime | None

EMPTY_DAY = date(1899, 12, 30)
"""Day 0 of a spreadsheet's serial numbers, as they count from March 1900 on."""
_SUM = re.compile(r"=\$?([A-Z]{1,3})\$?(\d{1,7})(?:\+(\d{1,3}))?")
_DEEPEST = 400


@dataclass(frozen=True, slots=True)
class Cell:
    """`where` as messages name it, "7月!C5". `formula`: one whose value the file does not hold;
    `merged`: it shows the value of a merged range that begins elsewhere."""

    where: str
    value: Value = None
    formula: str = ""
    merged: bool = False

    @property
    def text(self) -> str:
        """Its words without full-width forms and outer blanks; whole numbers without a point."""
        if isinstance(self.value, float) and self.value.is_integer():
            return str(int(self.value))
        return "" if self.value is None else cells.plain(str(self.value))

    @property
    def tight(self) -> str:
        """Its words without any blank: 日　期 is 日期."""
        return "".join(self.text.split())


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet; every row is as long as the longest."""

    name: str
    rows: tuple[tuple[Cell, ...], ...]


def letters(column: int) -> str:
    """The name of a column, from 1: A, Z, AA."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def squared(name: str, rows: Iterable[Sequence[Cell]]) -> Grid:
    """Rows made as long as the longest; the cells that are added are nameless and empty."""
    found = [tuple(row) for row in rows]
    width = max((len(row) for row in found), default=0)
    return Grid(name, tuple(row + (Cell(name),) * (width - len(row)) for row in found))


def turned(grid: Grid) -> Grid:
    """Columns as rows: some offices write the days along the top."""
    return Grid(grid.name, tuple(zip(*grid.rows, strict=True)))


def spread(grid: Grid, merged: Iterable[tuple[int, int, int, int]]) -> Grid:
    """Give each cell of a merged range the value of its first; ranges as (top, left, bottom, right)
    from 0, both ends included."""
    rows = [list(row) for row in grid.rows]
    for top, left, bottom, right in merged:
        if top >= len(rows) or left >= len(rows[top]):
            continue
        first = rows[top][left]
        for row in rows[top : bottom + 1]:
            for column in range(left, min(right + 1, len(row))):
                if row[column] is not first:
                    there = row[column].where
                    row[column] = replace(first, where=there, merged=True)
    return Grid(grid.name, tuple(tuple(row) for row in rows))


def worked_out(grid: Grid) -> Grid:
    """Formulas without a value that only name another cell, or add days to it, get theirs; all
    others keep their formula and no value."""
    places = {(r, c): cell for r, row in enumerate(grid.rows) for c, cell in enumerate(row)}
    found: dict[tuple[int, int], Value] = {}
    rows = [
        tuple(
            _settled(cell, _value(places, (r, c), found, 0)) if cell.formula else cell
            for c, cell in enumerate(row)
        )
        for r, row in enumerate(grid.rows)
    ]
    return Grid(grid.name, tuple(rows))


def _settled(cell: Cell, value: Value) -> Cell:
    return cell if value is None else replace(cell, value=value, formula="")


def _value(
    places: dict[tuple[int, int], Cell],
    at: tuple[int, int],
    found: dict[tuple[int, int], Value],
    depth: int,
) -> Value:
    """The value of the cell at a place; None where it cannot be worked out."""
    cell = places.get(at)
    if cell is None or depth > _DEEPEST:
        return None
    if not cell.formula:
        return cell.value
    if at not in found:
        found[at] = None  # a circle of references has no value
        match = _SUM.fullmatch(cell.formula.replace(" ", ""))
        if match:
            base = _value(places, (int(match[2]) - 1, _number(match[1]) - 1), found, depth + 1)
            found[at] = _plus(base, int(match[3] or 0))
    return found[at]


def _plus(base: Value, days: int) -> Value:
    if isinstance(base, (date, datetime)):
        return base + timedelta(days=days)
    if isinstance(base, (int, float)):
        return base + days
    return base if not days else None


def _number(name: str) -> int:
    """The number of a column, from 1."""
    number = 0
    for char in name:
        number = number * 26 + ord(char) - ord("A") + 1
    return number
