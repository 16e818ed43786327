"""The duty tables of a file, line by line -> what each cell says of the roster."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from fangxun.core.district import District, Unit
from fangxun.core.errors import N_, Fault
from fangxun.core.roster import Post
from fangxun.district import cells
from fangxun.district.faults import Amiss
from fangxun.sheet.claims import Asked, Claims
from fangxun.sheet.days import Month, month_in, read_days
from fangxun.sheet.grid import Cell, Grid
from fangxun.sheet.headings import Kind, heading, part_of_day, shifts_in
from fangxun.sheet.layout import Block, Column, Layout, find
from fangxun.sheet.month import Slot
from fangxun.sheet.names import Directory, Hints, phones_in, read_names
from fangxun.sheet.posts import Posts

_WEEKDAYS = "一二三四五六日"


def read_claims(grids: Sequence[Grid], district: District, asked: Asked, file: str) -> Claims:
    """Everything that the sheets of a file say. Sheets without a table are passed over; a file
    without one at all is a fault."""
    claims = Claims()
    tables = 0
    for grid in grids:
        if asked.sheet and grid.name != asked.sheet:
            continue
        layout = find(grid, district.roster.posts, asked.meant)
        if layout is None:
            claims.passed.append((grid.name, "-"))
            continue
        about = month_in(grid.name).or_else(month_in(layout.title)).or_else(month_in(file))
        if asked.month.month and about.month and about.month != asked.month.month:
            claims.passed.append((grid.name, "-"))
            continue
        tables += 1
        _Reader(layout, district, asked, claims, f"{layout.title} {grid.name} {file}").read(
            asked.month.or_else(about)
        )
    if not tables:
        claims.faults.append(
            Fault(
                file,
                N_(
                    "no duty table was found; expected a line with a column of dates (日期) and "
                    "one of a post (值班, 带班领导), on a sheet of that month"
                ),
            )
        )
    return claims


class _Reader:
    """One table, line by line."""

    def __init__(
        self, layout: Layout, district: District, asked: Asked, claims: Claims, words: str
    ) -> None:
        self._layout = layout
        self._asked = asked
        self._claims = claims
        self._directory = Directory(district.people, asked.meant)
        self._posts = Posts(district, asked.meant)
        self._units = district.units
        self._unit = asked.unit or _unit_in(words, district.units) or self._posts.only_unit()

    def read(self, about: Month) -> None:
        for cell in self._layout.nameless:
            self._claims.passed.append((cell.where, cell.text))
        for block in self._layout.blocks:
            about = about.or_else(self._year(block))
            lines = list(self._layout.grid.rows[self._layout.first :])
            days: tuple[date, ...] = ()
            for row in lines:
                days = self._line(block, row, days, about)

    def _year(self, block: Block) -> Month:
        """The year of the first date that has one."""
        at = block.of(Kind.DATE)[0].at
        for row in self._layout.grid.rows[self._layout.first :]:
            value = row[at].value
            if isinstance(value, date):
                return Month(value.year)
        return Month()

    def _line(
        self, block: Block, row: Sequence[Cell], above: tuple[date, ...], about: Month
    ) -> tuple[date, ...]:
        """Read a line; returns the days that it is about, for a line below without a date."""
        cell = row[block.of(Kind.DATE)[0].at]
        filled = [c for c in block.of(Kind.POST) if row[c.at].tight or row[c.at].formula]
        try:
            days = self._days(cell, about)
        except Amiss as amiss:
            self._stray(block, row, cell, amiss)
            return ()
        part = "".join(row[c.at].tight for c in block.of(Kind.SECTION))
        if not days:
            if not filled:
                return above
            if not above or not part:
                message = N_("the date is missing beside “{value}”; expected one")
                self._stray(block, row, cell, Amiss(message, value=row[filled[0].at].text))
                return ()
            days = above
        if self._asked.month.month and days:
            days = tuple(day for day in days if _within(day, self._asked.month))
            if not days:
                self._claims.passed.append((cell.where, cell.text))
        if days:
            notes = (row[column.at] for column in block.of(Kind.NOTE))
            self._claims.passed += [(note.where, note.text) for note in notes if note.tight]
        if self._weekday_fits(block, row, days):
            unit = self._unit_of(block, row)
            for column in block.of(Kind.POST) if unit is not None else ():
                self._cell(block, row, column, (unit or "", part, days))
        return days

    def _days(self, cell: Cell, about: Month) -> tuple[date, ...]:
        if cell.formula:
            raise _no_value(cell)
        found = heading(cell.text) if isinstance(cell.value, str) else None
        if found is not None and found.kind is Kind.DATE:
            return ()  # the header again, on a new page
        return read_days(cell, about)

    def _stray(self, block: Block, row: Sequence[Cell], cell: Cell, amiss: Amiss) -> None:
        """A line without a date: a fault where somebody stands in it, else a remark or footer."""
        own = [
            row[c.at]
            for c in block.of(Kind.POST)
            if row[c.at].tight and row[c.at].value != cell.value
        ]
        if cell.formula or any(self._names_somebody(one) for one in own):
            self._claims.amiss(cell, amiss)
        else:
            self._claims.passed.append((cell.where, cells.shown(cell.text or own[0].text)))

    def _names_somebody(self, cell: Cell) -> bool:
        told = [who for _label, _head, who in shifts_in(cell.text)] or [cell.text]
        try:
            return any(read_names(who, self._directory, Hints()) for who in told)
        except Amiss:
            return False

    def _weekday_fits(self, block: Block, row: Sequence[Cell], days: tuple[date, ...]) -> bool:
        """A weekday that contradicts the date shows a table of another month; 国庆节 passes."""
        for column in block.of(Kind.WEEKDAY):
            word = row[column.at].tight
            for before in ("星期", "周", "礼拜"):
                word = word.removeprefix(before)
            word = word.replace("天", "日")
            said = _WEEKDAYS.find(word) if len(word) == 1 and len(days) == 1 else -1
            if said >= 0 and said != days[0].weekday():
                message = N_("{day} is not a “{value}”; is this the table of another month?")
                cell = row[column.at]
                self._claims.amiss(cell, Amiss(message, day=days[0], value=cell.text))
                return False
        return True

    def _unit_of(self, block: Block, row: Sequence[Cell]) -> str | None:
        """The unit of a line; None, and a fault, where nobody can tell."""
        for column in block.of(Kind.UNIT):
            word = row[column.at].tight
            if word:
                found = [unit.id for unit in self._units if word in {unit.id, unit.name}]
                if len(found) == 1:
                    return found[0]
                message = N_("“{value}” is no unit of units.csv; expected its id or name")
                self._claims.amiss(row[column.at], Amiss(message, value=cells.shown(word)))
                return None
        if not self._unit:
            where = block.of(Kind.DATE)[0].where
            message = N_("nothing says whose duty table this is; say it with --unit")
            self._claims.amiss(Cell(where, "unit"), Amiss(message))
            return None
        return self._unit

    def _cell(
        self,
        block: Block,
        row: Sequence[Cell],
        column: Column,
        line: tuple[str, str, tuple[date, ...]],
    ) -> None:
        """Who a cell says stands; `line`: the unit, the part of the day and the days. A cell with
        labels of its own (白:张三 夜:李四) names several shifts."""
        cell = row[column.at]
        several = () if cell.formula else shifts_in(cell.text)
        if not several:
            self._shift(column, cell, line, _hints(block, row, column))
        for label, found, who in several:
            if not label:
                message = N_("“{value}” stands before the first label in the cell; of which shift?")
                self._claims.amiss(cell, Amiss(message, value=cells.shown(who)))
                continue
            own = Column(column.at, found, label, cell.where) if found.roles else column
            unit, part, days = line
            self._shift(own, replace(cell, value=who), (unit, found.part or part, days), Hints())

    def _shift(
        self, column: Column, cell: Cell, line: tuple[str, str, tuple[date, ...]], hints: Hints
    ) -> None:
        """Who stands in one shift."""
        unit, part, days = line
        try:
            post, sections = self._posts.meant(column, unit, part_of_day(part) or part)
        except Amiss as amiss:
            if cell.tight or cell.formula:  # another unit's post, which this one does not have
                self._claims.amiss(Cell(column.where, column.said), amiss)
            return
        try:
            if cell.formula:
                raise _no_value(cell)
            people = read_names(str(cell.value or ""), self._directory, hints)
        except Amiss as amiss:
            self._claims.amiss(cell, amiss)
            return
        for slot in _slots(days, post, sections):
            self._claims.said(slot, cell.where, people)


def _slots(days: Iterable[date], post: Post, sections: Iterable[str]) -> Iterator[Slot]:
    named = tuple(sections)
    return (Slot(day, post.id, section) for day in days for section in named)


def _hints(block: Block, row: Sequence[Cell], column: Column) -> Hints:
    """The numbers and titles that stand beside a name, by their position."""
    phones = [phones_in(row[c.at].text) for c in block.beside(column, Kind.PHONE)]
    titles = [row[c.at].tight for c in block.beside(column, Kind.TITLE)]
    return Hints(frozenset().union(*phones), frozenset(title for title in titles if title))


def _no_value(cell: Cell) -> Amiss:
    return Amiss(
        N_("the formula {formula} has no value in the file; open it in the office and save it"),
        formula=cells.shown(cell.formula),
    )


def _within(day: date, month: Month) -> bool:
    return day.month == month.month and (not month.year or day.year == month.year)


def _unit_in(words: str, units: Sequence[Unit]) -> str:
    """The unit that a title names, the longest name that stands in it; "" where none does."""
    plain = "".join(cells.plain(words).split())
    found = [unit for unit in units if unit.name and unit.name in plain]
    return max(found, key=lambda unit: len(unit.name)).id if found else ""
