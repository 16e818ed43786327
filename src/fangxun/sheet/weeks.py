"""A month drawn as a calendar, a column for each weekday -> the same month, a line for each day."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from fangxun.sheet.grid import Cell, Grid
from fangxun.sheet.headings import Kind, heading, shifts_in

_WEEKDAYS = "一二三四五六日"
_FEWEST = 5
"""Some offices leave the weekend out."""
_DAY = re.compile(r"(\d{1,2}[日号]?|\d{1,2}月\d{1,2}[日号]?)(?:\s+(\S.*))?", re.DOTALL)
_OFFICER = "值班"
"""Who stands in a calendar that names no post."""


@dataclass(frozen=True, slots=True)
class Weeks:
    """`grid`: a header line, then lines of days; `passed`: cells that belong to no day of the
    month: footers, and the days of its neighbours."""

    grid: Grid
    passed: tuple[Cell, ...]


def unfolded(grid: Grid, last_header: int) -> Weeks | None:
    """The calendar of a sheet, day by day; None where the sheet is none.

    1. a line of weekdays is the header;
    2. a line with a day's number wherever it has something begins a week; the names stand below
       the number, or behind it in its cell;
    3. what stands left of the weekdays says of which post a line is; without it, the officer's;
    4. what comes before the 1st, and after the last day, is a neighbour's.
    """
    for row in range(min(last_header, len(grid.rows))):
        columns = _weekdays(grid.rows[row])
        if len(columns) >= _FEWEST:
            weeks = _Weeks(grid, row, columns)
            return weeks.read() if weeks.any else None
    return None


def _weekdays(row: Sequence[Cell]) -> dict[int, Cell]:
    """Columns by their weekday; {} where one stands there twice."""
    found: dict[str, int] = {}
    for at, cell in enumerate(row):
        word = cell.tight
        for before in ("星期", "周", "礼拜"):
            word = word.removeprefix(before)
        word = word.replace("天", "日")
        if len(word) == 1 and word in _WEEKDAYS and not cell.merged:
            if word in found:
                return {}
            found[word] = at
    return {at: row[at] for at in found.values()}


class _Weeks:
    """One calendar, week by week."""

    def __init__(self, grid: Grid, head: int, columns: Mapping[int, Cell]) -> None:
        self._grid, self._columns = grid, columns
        self._rows = grid.rows[head + 1 :]
        self._days = [self._numbers(row) for row in self._rows]
        self._within = _of_the_month([day for days in self._days for day in days.values()])
        self._passed: list[Cell] = []
        self._posts: dict[str, Cell] = {}
        self._lines: list[tuple[Cell, Cell, str, Cell]] = []

    @property
    def any(self) -> bool:
        """Whether there is a week in it."""
        return any(self._days)

    def read(self) -> Weeks:
        week: dict[int, Cell] = {}
        open_ = False
        for row, days in zip(self._rows, self._days, strict=True):
            week = days or week
            own = {at: _behind(row[at]) if at in days else row[at] for at in self._columns}
            filled = {at: cell for at, cell in own.items() if cell.tight or cell.formula}
            label = self._label(row)
            open_ = bool(days) or (open_ and bool(filled or label.tight))
            if open_ and not (not days and _footer(label, list(filled.values()))):
                self._names(week, filled, label, plain=bool(days))
            else:
                self._passed += [cell for cell in (label, *filled.values()) if cell.tight][:1]
        heads = [self._posts[said] for said in self._posts]
        width = len(heads)
        lines = [[Cell("", "日期"), Cell("", "星期"), *heads]]
        for day, weekday, said, cell in self._lines:
            at = list(self._posts).index(said)
            line = [Cell(cell.where)] * width
            line[at] = cell
            lines.append([day, weekday, *line])
        return Weeks(Grid(self._grid.name, tuple(map(tuple, lines))), tuple(self._passed))

    def _numbers(self, row: Sequence[Cell]) -> dict[int, Cell]:
        """The days that a line begins; {} where something in it is none."""
        found: dict[int, Cell] = {}
        for at in self._columns:
            cell = row[at]
            match = _DAY.fullmatch(cell.text)
            if isinstance(cell.value, date):
                found[at] = cell
            elif match and not cell.merged:
                number = match[1]
                found[at] = replace(cell, value=int(number) if number.isdigit() else number)
            elif cell.tight:
                return {}
        return found

    def _label(self, row: Sequence[Cell]) -> Cell:
        """What stands left of the weekdays, nearest to them."""
        left = [cell for cell in row[: min(self._columns)] if cell.tight]
        return left[-1] if left else Cell(row[0].where)

    def _names(
        self, week: Mapping[int, Cell], filled: Mapping[int, Cell], label: Cell, *, plain: bool
    ) -> None:
        """Note a line of names; `plain`: it is the line of the days' numbers, whose label may be
        of the days."""
        found = heading(label.text) if label.tight else None
        if plain and (found is None or found.kind is not Kind.POST):
            label = Cell(label.where)
        elif found is not None and found.kind is not Kind.POST:
            self._passed += [label] * bool(filled)
            return
        said = label.tight or _OFFICER
        for at, cell in filled.items():
            day = week.get(at)
            if day is None or id(day) not in self._within:
                self._passed.append(cell)
                continue
            self._posts.setdefault(said, replace(label, value=said))
            self._lines.append((day, self._columns[at], said, cell))


def _behind(cell: Cell) -> Cell:
    """What stands behind a day's number in its cell."""
    match = None if isinstance(cell.value, date) else _DAY.fullmatch(cell.text)
    return replace(cell, value=match[2] if match else None)


def _footer(label: Cell, filled: Sequence[Cell]) -> bool:
    """Whether a line without a post is about no day: drawn across the week, or of numbers."""
    if not filled:
        return False
    first = filled[0]
    if label.tight:
        return all(cell.merged and cell.value == label.value for cell in filled)
    across = len(filled) > 1 and all(c.merged and c.value == first.value for c in filled[1:])
    found = heading(first.text.partition(":")[0])
    of_days = bool(shifts_in(first.text)) or not first.text.count(":")
    return (across and not shifts_in(first.text)) or (
        found is not None and found.kind is not Kind.POST and not of_days
    )


def _of_the_month(days: Sequence[Cell]) -> frozenset[int]:
    """Those of the month, in their order, by id: from the 1st on, as long as numbers rise."""
    return frozenset(map(id, _rising(days)))


def _rising(days: Sequence[Cell]) -> Iterator[Cell]:
    numbers = [int(re.sub(r"\D", "", day.text) or 0) if _bare(day) else 0 for day in days]
    begun = 1 not in numbers
    before = 0
    for day, number in zip(days, numbers, strict=True):
        if not _bare(day):
            yield day
            continue
        begun = begun or number == 1
        if begun and number > before:
            before = number
            yield day
        elif begun:
            return


def _bare(day: Cell) -> bool:
    """Whether it is a day's number alone."""
    return not isinstance(day.value, date) and "月" not in day.text
