"""The folder's duty tables with some cells changed; every other line stays as it was written."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from fangxun.core.district import District
from fangxun.core.roster import Post
from fangxun.district import cells
from fangxun.district.duty import DUTY
from fangxun.district.faults import Amiss
from fangxun.sheet.compare import Wanted
from fangxun.sheet.month import by_id

_WEEKDAYS = "一二三四五六日"
_KEYS = {name: column.key for column in DUTY for name in (column.key, column.alias)}


@dataclass(slots=True)
class Record:
    """One line of a file: as written, and its cells where it is no comment and not blank."""

    raw: str
    cells: list[str] = field(default_factory=list)
    changed: bool = False


class DutyFile:
    """One duty table as text that can be changed cell by cell."""

    def __init__(self, text: str, district: District) -> None:
        """A text that was read without faults, or "" for a table that is not there yet."""
        self._district = district
        self._names = _callable(district)
        self._newline = "\r\n" if "\r\n" in text else "\n"
        self._records = list(_records(text))
        self._head = next((r for r in self._records if r.cells), None)

    @property
    def text(self) -> str:
        """The file, its untouched lines byte by byte."""
        return "".join(
            self._line(record.cells) if record.changed else record.raw for record in self._records
        )

    def clear(self, post: Post, day: date) -> bool:
        """Empty every cell about a post and day; whether there was one."""
        found = False
        for record in self._of(post, day):
            for at in self._columns(post):
                if at < len(record.cells) and record.cells[at].strip():
                    record.cells[at] = ""
                    record.changed = found = True
        return found

    def put(self, post: Post, day: date, section: str, people: Sequence[str]) -> None:
        """Write who stands; the line, and the column, are added where there are none."""
        if self._head is None:
            self._begin(post)
        at = self._column(post, section)
        record = next(iter(self._of(post, day)), None) or self._insert(post, day)
        record.cells += [""] * (at + 1 - len(record.cells))
        record.cells[at] = "、".join(self._names[person] for person in people)
        record.changed = True

    def _begin(self, post: Post) -> None:
        chinese = self._district.language.startswith("zh")
        heads = [column.alias if chinese else column.key for column in DUTY]
        own = [one.name for one in self._district.roster.posts if one.unit == post.unit]
        always = [
            one.name
            for one in self._district.roster.posts
            if one.unit == post.unit and one.stands_from is None and len(one.sections) == 1
        ]
        named = [name for name in always if own.count(name) == 1]
        self._head = Record("", [*heads[:3], *named, heads[3]], changed=True)
        self._records.append(self._head)

    def _keys(self) -> list[str]:
        assert self._head is not None  # noqa: S101  callers look for a head first
        plain = [cells.plain(cell) for cell in self._head.cells]
        return [_KEYS.get(cell.casefold(), cell) for cell in plain]

    def _columns(self, post: Post, section: str | None = None) -> list[int]:
        """The columns that are about a post, of one section or of any."""
        found = []
        for at, key in enumerate(self._keys() if self._head else ()):
            name, _, part = (word.strip() for word in key.partition(":"))
            if name in {post.id, post.name} and section in {None, part}:
                found.append(at)
        return found

    def _column(self, post: Post, section: str) -> int:
        """The column of a post and section, added before the notes where there is none."""
        own = self._columns(post, section)
        if own:
            return own[-1]
        keys = self._keys()
        name = post.name if "unit" in keys else post.id
        at = keys.index("note") if "note" in keys else len(keys)
        for record in self._records:
            if record.cells:
                record.cells += [""] * (at - len(record.cells))
                is_head = record is self._head
                record.cells.insert(
                    at, f"{name}:{section}" if is_head and section else name * is_head
                )
                record.changed = True
        return at

    def _of(self, post: Post, day: date) -> list[Record]:
        """The lines about a day and a post's unit."""
        if self._head is None:
            return []
        return [r for r in self._records if self._day(r) == day and self._about(r, post)]

    def _day(self, record: Record) -> date | None:
        at = self._keys().index("date")
        if not record.cells or record is self._head or at >= len(record.cells):
            return None
        try:
            return cells.day(record.cells[at])
        except Amiss:
            return None

    def _about(self, record: Record, post: Post) -> bool:
        keys = self._keys()
        if "unit" not in keys:
            return True
        at = keys.index("unit")
        word = cells.plain(record.cells[at]) if at < len(record.cells) else ""
        names = {unit.name for unit in self._district.units if unit.id == post.unit}
        return not word or word in {post.unit, *names}

    def _insert(self, post: Post, day: date) -> Record:
        """A new line behind the last of the unit that is not later, else at the end."""
        keys = self._keys()
        says = {"date": day.isoformat(), "weekday": _WEEKDAYS[day.weekday()], "unit": post.unit}
        record = Record("", [says.get(key, "") for key in keys], changed=True)
        behind = [
            at
            for at, one in enumerate(self._records)
            if (found := self._day(one)) is not None and found <= day and self._about(one, post)
        ]
        at = behind[-1] + 1 if behind else len(self._records)
        if (
            at
            and not self._records[at - 1].raw.endswith("\n")
            and not self._records[at - 1].changed
        ):
            self._records[at - 1].raw += self._newline
        self._records.insert(at, record)
        return record

    def _line(self, row: Sequence[str]) -> str:
        out = io.StringIO()
        csv.writer(out, lineterminator=self._newline).writerow(row)
        return out.getvalue()


def _records(text: str) -> list[Record]:
    """The lines of a file; a quoted cell may hold several."""
    lines = list(io.StringIO(text, newline=""))
    reader = csv.reader(lines)
    found: list[Record] = []
    before = 0
    for row in reader:
        raw = "".join(lines[before : reader.line_num])
        before = reader.line_num
        comment = bool(row) and row[0].lstrip().startswith("#")
        blank = not any(cell.strip() for cell in row)
        found.append(Record(raw, [] if comment or blank else row))
    return found


def _callable(district: District) -> dict[str, str]:
    """What a table calls each person: the name, or the id where two have it."""
    names = [person.name for person in district.people]
    ids = {person.id for person in district.people}
    return {
        person.id: person.name
        if names.count(person.name) == 1 and person.name not in ids and _whole(person.name)
        else person.id
        for person in district.people
    }


def _whole(name: str) -> bool:
    """Whether a table reads it as one name."""
    return cells.several(name) == (name,)


def rewritten(files: Mapping[str, str], district: District, wanted: Wanted) -> dict[str, str]:
    """The duty tables that change, by their path in the folder, with their new text.

    A post and day stay in the file where they stand; new ones go to duty/YYYY-MM.csv.
    """
    posts = by_id(district.roster.posts)
    tables = {name: DutyFile(text, district) for name, text in files.items()}
    for (post_id, day), sections in sorted(wanted.items()):
        post = posts[post_id]
        home = f"duty/{day:%Y-%m}.csv"
        for name, table in tables.items():
            if table.clear(post, day):
                home = name
        if home not in tables:
            tables[home] = DutyFile("", district)
        for section, people in sections.items():
            if people:
                tables[home].put(post, day, section if len(post.sections) > 1 else "", people)
    return {name: t.text for name, t in tables.items() if t.text != files.get(name, "")}
