"""holidays/YYYY.csv and duty/*.csv -> holidays, and fixed dates with names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from fangxun.core.district import Unit
from fangxun.core.errors import N_
from fangxun.core.responsibility import Person
from fangxun.core.roster import Holiday, Post, TableEntry
from fangxun.district import cells, words
from fangxun.district.desk import Desk
from fangxun.district.faults import Amiss, Where
from fangxun.district.tables import Column, Row, Table

HOLIDAYS = (Column("date", "日期"), Column("kind", "类型"), Column("name", "名称"))
DUTY = (
    Column("date", "日期"),
    Column("weekday", "星期", needed=False),
    Column("unit", "单位", needed=False),
    Column("note", "备注", needed=False),
)
_YEAR = re.compile(r"holidays/(\d{4})\.csv", re.IGNORECASE)
_WEEKDAYS = "一二三四五六日"
_SATURDAY = 5


def read_holidays(desk: Desk) -> tuple[tuple[Holiday, ...], tuple[int, ...]]:
    """All holidays, and the years for which a table exists."""
    holidays: list[Holiday] = []
    years: list[int] = []
    for file in desk.folder.within("holidays"):
        named = _YEAR.fullmatch(file)
        if not named or not date.min.year <= int(named[1]) <= date.max.year:
            message = N_("expected a file name as holidays/2026.csv")
            desk.faults.add(Where(file), message)
            continue
        years.append(int(named[1]))
        table = desk.table(file, HOLIDAYS)
        holidays += _holidays_of(desk, table, years[-1]) if table else []
    return tuple(sorted(holidays, key=lambda holiday: holiday.day)), tuple(years)


def _holidays_of(desk: Desk, table: Table, year: int) -> list[Holiday]:
    """The lines of one year, each day once."""
    faults = desk.faults
    days: dict[date, Holiday] = {}
    for row in table.rows:
        day = row.get(faults, "date", cells.day, date.min)
        make_up = row.get(faults, "kind", _make_up, default=False)
        name = row.get(faults, "name", cells.text, "")
        if row.ok and day.year != year:
            row.fault(faults, N_("{day} is not in the year {year} of the file"), day=day, year=year)
        if row.ok and day in days:
            row.fault(faults, N_("the day {day} stands twice"), day=day)
        if row.ok and make_up and day.weekday() < _SATURDAY:
            faults.warn(row.where, N_("{day} is a workday anyhow; is it no make-up day?"), day=day)
        if row.ok:
            days[day] = Holiday(day, name, make_up)
    return list(days.values())


def _make_up(value: str) -> bool:
    """HOLIDAY (放假) or MAKEUP (调休上班)."""
    word = cells.plain(value).upper()
    if word not in words.MAKE_UP:
        message = N_("{name} “{value}” is not known; expected one of: {known}")
        raise Amiss(message, value=cells.shown(value), known=", ".join(words.MAKE_UP))
    return words.MAKE_UP[word]


@dataclass(frozen=True, slots=True)
class Office:
    """Who and what a duty table may name."""

    units: Sequence[Unit]
    people: Sequence[Person]
    posts: Sequence[Post]
    taken: dict[tuple[str, date, str], Where] = field(default_factory=dict)
    """Where each post, day and section was given already."""


def read_duty(desk: Desk, office: Office) -> tuple[TableEntry, ...]:
    """All duty tables, in the order of file, line and column; none where nobody knows the units or
    posts that they name, so that one fault does not bring a hundred."""
    if not office.units or not office.posts:
        return ()
    entries: list[TableEntry] = []
    for file in desk.folder.within("duty"):
        table = desk.table(file, DUTY, free=True)
        if table is None or not _columns_known(desk, table, office):
            continue
        for row in table.rows:
            entries += _entries(desk, row, _post_columns(table), office)
    return tuple(entries)


def _post_columns(table: Table) -> list[str]:
    """The columns that name posts."""
    return [key for key in table.columns if key not in {column.key for column in DUTY}]


def _columns_known(desk: Desk, table: Table, office: Office) -> bool:
    """Whether every column names a post that there is; told once, at the header."""
    good = True
    for column in _post_columns(table):
        post, _ = _named(column)
        if not any(post in {known.id, known.name} for known in office.posts):
            message = N_("unknown column “{column}”; expected {known}, or a post: {posts}")
            known = ", ".join(str(column) for column in DUTY)
            names = ", ".join(dict.fromkeys(known.name for known in office.posts))
            fields = {"column": cells.shown(column), "known": known, "posts": names}
            desk.faults.add(table.header, message, **fields)
            good = False
    return good


def _named(column: str) -> tuple[str, str]:
    """Take apart "主班:night" -> the post's id or name, and the section."""
    post, _, section = column.partition(":")
    return post.strip(), section.strip()


def _entries(desk: Desk, row: Row, columns: Sequence[str], office: Office) -> list[TableEntry]:
    """Who stands on one line; empty cells leave the post to its rotation."""
    faults = desk.faults
    day = row.get(faults, "date", cells.day, date.min)
    unit = row.get(faults, "unit", lambda value: _unit(value, office), "")
    if row.ok:
        row.get(faults, "weekday", lambda value: _weekday(value, day), None)
    entries = []
    for column in columns if row.ok else ():
        if not row.raw(column):
            continue
        _, section = _named(column)
        post_id = row.get(faults, column, partial(_post, column, unit, office), "")
        seats = next((post.seats for post in office.posts if post.id == post_id), 1)
        nobody: tuple[str, ...] = ()
        people = row.get(faults, column, partial(_people, desk, seats), nobody)
        if row.ok and _free(desk, row, (post_id, day, section), office):
            where = str(row.where)
            entries += [TableEntry(post_id, day, person, section, where) for person in people]
    return entries


def _free(desk: Desk, row: Row, key: tuple[str, date, str], office: Office) -> bool:
    """Whether nobody was given this post, day and section (or all sections) before."""
    post, day, section = key
    sections = [name for known, at, name in office.taken if (known, at) == (post, day)]
    rival = next((name for name in sections if not name or not section or name == section), None)
    if rival is not None:
        message = N_("the post {post} is filled for {day} at {other} already")
        other = office.taken[(post, day, rival)]
        row.fault(desk.faults, message, post=post, day=day, other=other)
        return False
    office.taken[key] = row.where
    return True


def _unit(value: str, office: Office) -> str:
    """A unit's id, by id or name; "" where the table does not say."""
    word = cells.plain(value)
    found = [unit.id for unit in office.units if word and word in {unit.id, unit.name}]
    if word and len(found) != 1 and office.units:
        message = N_("{name} “{value}” is no unit of units.csv, or not only one")
        raise Amiss(message, value=cells.shown(word))
    return found[0] if found else ""


def _post(column: str, unit: str, office: Office, _cell: str) -> str:
    """The id of the one post that a column means for a line's unit, whatever the cell says."""
    named, section = _named(column)
    posts = [post for post in office.posts if post.id == named]
    if not posts:
        posts = [p for p in office.posts if p.name == named and unit in {p.unit, ""}]
    if len(posts) != 1:
        message = N_("“{value}” is no post of the line's unit, or of several; name unit or post id")
        raise Amiss(message, value=cells.shown(named))
    known = [part.name for part in posts[0].sections]
    if section and section not in known:
        message = N_("the post {post} has no section {value}; it has: {known}")
        raise Amiss(message, post=posts[0].id, value=cells.shown(section), known=", ".join(known))
    return posts[0].id


def _people(desk: Desk, seats: int, value: str) -> tuple[str, ...]:
    """People by id or name: one, or as many as the post has seats, as 张三、李四."""
    word = cells.plain(value)
    names = cells.several(word)
    if len(names) > 1 and seats == 1:
        message = N_("{name} holds several names “{value}”; one person stands on a post")
        raise Amiss(message, value=cells.shown(word))
    people = tuple(desk.book.person(name) for name in names) or (desk.book.person(word),)
    if len(people) > seats or len(set(people)) < len(people):
        message = N_("{name} “{value}” is not for {seats} seats; at most so many, none named twice")
        raise Amiss(message, value=cells.shown(word), seats=seats)
    return people


def _weekday(value: str, day: date) -> None:
    """A weekday that contradicts the date shows a table of another month; other words pass."""
    word = cells.plain(value).removeprefix("星期").removeprefix("周").replace("天", "日")
    if len(word) == 1 and word in _WEEKDAYS and _WEEKDAYS.index(word) != day.weekday():
        message = N_("{day} is not a “{value}”; is this the table of another month?")
        raise Amiss(message, day=day, value=cells.shown(value))
