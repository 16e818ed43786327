"""Where in a sheet the duty table is: its header, its columns by name and position, its lines."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from fangxun.core.roster import Post
from fangxun.district import cells
from fangxun.sheet.grid import Cell, Grid, turned
from fangxun.sheet.headings import Heading, Kind, heading, part_of_day
from fangxun.sheet.weeks import Weeks, unfolded

_LAST_HEADER = 20
"""A header further down is none: title, unit and remarks take a few lines."""
_AFTER_NAME = re.compile(r"\(.*|\[.*|\d{1,2}:\d{2}.*|(?<=.)姓名$|:[a-z0-9_-]+$")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its place in a row, its heading, and the words and cell that it was read from."""

    at: int
    heading: Heading
    said: str
    where: str


@dataclass(frozen=True, slots=True)
class Block:
    """A table within a sheet; two may stand side by side (1st to 15th, 16th to 31st)."""

    columns: tuple[Column, ...]

    def of(self, kind: Kind) -> tuple[Column, ...]:
        """Its columns of a kind, from the left."""
        return tuple(column for column in self.columns if column.heading.kind is kind)

    def beside(self, post: Column, kind: Kind) -> tuple[Column, ...]:
        """The column of a kind that speaks of a post's column: the first to its right."""
        return tuple(column for column in self.of(kind) if column.at > post.at)[:1]


@dataclass(frozen=True, slots=True)
class Layout:
    """A sheet in which a table was found. `grid` may be the sheet turned round; `first` is its
    first line below the header; `nameless`: header cells whose meaning we do not know."""

    grid: Grid
    first: int
    blocks: tuple[Block, ...]
    title: str
    nameless: tuple[Cell, ...]


def find(grid: Grid, posts: Sequence[Post], meant: Collection[str]) -> Layout | None:
    """The table of a sheet; None where no line names a date and a post. `meant`: headings that the
    caller was asked about. A month drawn as a calendar goes first: its 日 is no date."""
    known = {word for post in posts for word in (post.id, cells.plain(post.name))} | set(meant)
    weeks = unfolded(grid, _LAST_HEADER)
    if weeks is not None:
        return _of_weeks(grid, weeks, known)
    for sheet in (grid, turned(grid)):
        for lines in (1, 2):
            for row in range(min(_LAST_HEADER, len(sheet.rows))):
                found = _at(sheet, row, lines, known)
                if found is not None:
                    return found
    return None


def _of_weeks(grid: Grid, weeks: Weeks, known: Collection[str]) -> Layout:
    """The layout of a month drawn as a calendar."""
    columns, nameless = _columns(weeks.grid, 0, 1, known)
    title = " ".join(dict.fromkeys(cell.text for cell in grid.rows[0] if cell.text))
    return Layout(weeks.grid, 1, (Block(tuple(columns)),), title, (*nameless, *weeks.passed))


def _at(grid: Grid, row: int, lines: int, known: Collection[str]) -> Layout | None:
    """The layout whose header begins in a row; one line that goes on below is one of two."""
    columns, nameless = _columns(grid, row, lines, known)
    if lines == 1 and _complete(columns) and _goes_on(grid, row, columns):
        lines = 2
        columns, nameless = _columns(grid, row, lines, known)
    blocks = tuple(_blocks(columns))
    if not all(_complete(block.columns) for block in blocks):
        return None
    title = " ".join(dict.fromkeys(c.text for r in grid.rows[:row] for c in r if c.text))
    return Layout(grid, row + lines, blocks, title, nameless)


def _columns(
    grid: Grid, row: int, lines: int, known: Collection[str]
) -> tuple[list[Column], tuple[Cell, ...]]:
    """What a header says, and its cells that say nothing we know."""
    columns: list[Column] = []
    nameless: list[Cell] = []
    lower = min(row + lines - 1, len(grid.rows) - 1)
    for at, (top, below) in enumerate(zip(grid.rows[row], grid.rows[lower], strict=True)):
        column = _column(at, top, below, known)
        if column is not None:
            columns.append(column)
        elif top.tight or below.tight:
            nameless.append(below if below.tight else top)
    return columns, tuple(nameless)


def _complete(columns: Sequence[Column]) -> bool:
    """Whether they are a table: days, and who stands."""
    return {Kind.DATE, Kind.POST} <= {column.heading.kind for column in columns}


def _goes_on(grid: Grid, row: int, columns: Sequence[Column]) -> bool:
    """Whether the next line still belongs to the header: its date is the header's own, merged
    down."""
    if row + 1 >= len(grid.rows):
        return False
    dates = [column.at for column in columns if column.heading.kind is Kind.DATE]
    below = grid.rows[row + 1]
    return all(below[at].merged and below[at].value == grid.rows[row][at].value for at in dates)


def _column(at: int, top: Cell, below: Cell, known: Collection[str]) -> Column | None:
    """What the header says of a column: the lower line first, then both together, then the upper:
    电话 below 带班领导 is a number, 姓名 below it is the leader."""
    both = "" if top.tight == below.tight else top.tight + below.tight
    for said in (below.tight, both, top.tight):
        if not said:
            continue
        found = heading(said)
        if {said, named(said)} & set(known) and (found is None or found.kind is not Kind.POST):
            found = Heading(Kind.POST, said, (), part_of_day(said))
        if found is not None:
            return Column(at, found, said, below.where if below.tight else top.where)
    return None


def named(said: str) -> str:
    """The post in a heading, without times, sections and what stands in brackets."""
    return _AFTER_NAME.sub("", cells.plain(said)).strip()


def _blocks(columns: Sequence[Column]) -> Iterator[Block]:
    """Another begins with each further column of dates."""
    block: list[Column] = []
    for column in columns:
        if column.heading.kind is Kind.DATE and _complete(block):
            yield Block(tuple(block))
            block = []
        block.append(column)
    yield Block(tuple(block))
