"""`fangxun roster show --month`: a calendar that fits a terminal, or a page for A4."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import typer

from fangxun.core.errors import N_, FaultyInput
from fangxun.core.roster.data import DayType
from fangxun.core.roster.month import Day, Month, Stander, month
from fangxun.engine.view import View
from fangxun.text import _
from fangxun.text.places import fitted

CELL = 10
"""Places of a day: seven of them, their gaps and the numbers of the rows are 79."""
WEEKDAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))
FIRST_YEAR, LAST_YEAR = 2000, 2199


@dataclass(frozen=True, slots=True)
class Drawn:
    """A month with the names that it is read by: those of its rows, and of people by id."""

    month: Month
    unit: str
    rows: tuple[str, ...]
    names: Mapping[str, str]

    def said(self, cell: Sequence[Stander]) -> str:
        """Who stands, a star behind whoever covers; a hole is seen."""
        return (
            "/".join(self.names.get(one.person, one.person) + "*" * one.covers for one in cell)
            or "-"
        )

    def mark(self, day: Day) -> str:
        """The holiday's name, or what is special about a weekday."""
        if day.holiday:
            return (
                day.holiday
                if day.kind is DayType.HOLIDAY
                else _("{name}, work").format(name=day.holiday)
            )
        return _("rest") if day.kind is DayType.REST_DAY else ""


def first_of(text: str, now: datetime) -> date:
    """The first day of "2026-07"; of the present month where nothing is said."""
    if not text:
        return now.date().replace(day=1)
    try:
        found = datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007  a month has no zone
    except ValueError as error:
        raise FaultyInput(N_("{text} is no month; write 2026-07."), text=text) from error
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise FaultyInput(N_("{text} is no month; write 2026-07."), text=text)
    return found


def drawn(seen: View, first: date, unit: str) -> Drawn:
    """The month of a unit's posts that stand whatever the level."""
    posts = [p for p in seen.roster.posts if p.unit == unit and p.stands_from is None]
    if not posts:
        raise FaultyInput(N_("{unit} has no post that stands every day."), unit=unit)
    found = month(seen.roster, posts, first)
    called = {post.id: post.name for post in posts}
    rows = tuple(f"{called[row.post]} {row.section}".rstrip() for row in found.rows)
    names = {person.id: person.name for person in seen.district.people}
    return Drawn(found, seen.maps.names.get(f"unit/{unit}", unit), rows, names)


def show(item: Drawn) -> None:
    """On the terminal, within 80 columns."""
    for line in lines(item):
        typer.echo(line)


def lines(item: Drawn) -> Iterator[str]:
    """A head, the weeks, and what the numbers of the rows stand for."""
    yield f"{item.unit}  {item.month.first:%Y-%m}"
    yield _line("", [_(name) for name in WEEKDAYS])
    for week in item.month.weeks:
        yield _line("", [_head(item, day) for day in week])
        for number in range(len(item.rows)):
            cells = [item.said(day.cells[number]) if day is not None else "" for day in week]
            yield _line(str(number + 1), cells)
    yield ""
    for number, row in enumerate(item.rows, 1):
        yield f"{number} {row}"
    yield _("* stands in another's turn")


def _head(item: Drawn, day: Day | None) -> str:
    return f"{day.day.day} {item.mark(day)}".rstrip() if day is not None else ""


def _line(number: str, cells: Sequence[str]) -> str:
    return f"{number:>2}" + "".join(f" {fitted(cell, CELL)}" for cell in cells).rstrip()


def write(item: Drawn, to: Path | None) -> Path:
    """One HTML page for A4 landscape; in this folder, named after the month, where none is told."""
    from fangxun.board.paper import month as paper  # noqa: PLC0415  jinja2 is heavy
    from fangxun.board.paper.files import put  # noqa: PLC0415  likewise

    path = to or Path(f"roster-{item.month.first:%Y-%m}.html")
    heads = [_(name) for name in WEEKDAYS]
    weeks = [
        [
            (day.day.day, item.mark(day), day.kind.value, [item.said(cell) for cell in day.cells])
            if day is not None
            else None
            for day in week
        ]
        for week in item.month.weeks
    ]
    title = f"{item.unit} {item.month.first:%Y-%m}"
    put(path, paper.html(title, heads, weeks, item.rows).encode())
    return path
