"""A month's duty table as an office draws it: its heads, and a line for each day."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from fangxun.core.district import District, Unit
from fangxun.core.responsibility import Person
from fangxun.core.roster import DaySection, Post, Role, Roster, Shift, Source
from fangxun.core.timeline import Span
from fangxun.sheet.month import Slot, Standing, by_id, days_of, standing

_WEEKDAYS = {"zh": "一二三四五六日", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}
WORDS = {
    "zh": {
        "date": "日期", "weekday": "星期", "unit": "单位", "phones": "联系电话", "changed": "变更",
        "note": "备注", "signature": "签名", "instead": "{who}替{whom}", "added": "{who}增援",
        "nobody": "{whom}撤", "colon": "：", "footer": "值班电话：{phone}",
        "title": "{year}年{month}月{unit}值班表",
    },
    "en": {
        "date": "date", "weekday": "weekday", "unit": "unit", "phones": "phones",
        "changed": "changed", "note": "note", "signature": "签名 signature",
        "instead": "{who} for {whom}", "added": "{who} added", "nobody": "{whom} taken off",
        "colon": ": ",
        "footer": "Duty phone: {phone}",
        "title": "{unit}: duty table {year}-{month:02}",
    },
}  # fmt: skip
"""What stands on paper in the district's language; `sheet.headings` reads both."""


_ORDER = (Role.LEADER, Role.DUTY_OFFICER, Role.DEPUTY, Role.STANDBY)
"""Of the columns, as offices have them."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """One cell: who stands, and whether that was changed against plan."""

    slot: Slot
    text: str
    people: tuple[str, ...]
    changed: bool
    span: Span | None


@dataclass(frozen=True, slots=True)
class Line:
    """One day: `cells` in the order of the heads, all numbers, and what was changed, in words."""

    day: date
    weekday: str
    cells: tuple[Drawn, ...]
    phones: tuple[str, ...]
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DutyTable:
    """A unit's table of a month; `words` as above. `weekly`: which columns are leaders', who stand
    for days on end and have one cell then. `footer`: where the watch is called."""

    unit: Unit
    title: str
    heads: tuple[str, ...]
    lines: tuple[Line, ...]
    words: Mapping[str, str]
    weekly: tuple[int, ...] = ()
    footer: str = ""
    numbers: str = ""
    """Everybody of the month with a number each, once."""


def draw(
    district: District, roster: Roster, year: int, month: int, units: Collection[str]
) -> tuple[DutyTable, ...]:
    """The tables of some units (all that have posts, where none is named), in the folder's order;
    `roster` with its overrides."""
    posts = [post for post in roster.posts if not units or post.unit in units]
    days = days_of(year, month)
    names = {post.id for post in posts}
    stands = standing(roster, names, days)
    planned = standing(replace(roster, overrides=()), names, days)
    pen = _Pen(district, roster, stands, planned)
    return tuple(
        pen.table(unit, [post for post in posts if post.unit == unit.id], days)
        for unit in district.units
        if any(post.unit == unit.id for post in posts)
    )


class _Pen:
    """Draws the tables of one district from who stands and who was to."""

    def __init__(
        self,
        district: District,
        roster: Roster,
        stands: Mapping[Slot, Standing],
        planned: Mapping[Slot, Standing],
    ) -> None:
        self._language = "zh" if district.language.startswith("zh") else "en"
        self._words = WORDS[self._language]
        self._people = {person.id: person for person in district.people}
        self._names = written_names(district.people)
        self._holidays = {holiday.day: holiday.name for holiday in roster.holidays}
        self._posts = by_id(roster.posts)
        self._stands, self._planned = stands, planned
        self._zone = ZoneInfo(roster.zone)

    def table(self, unit: Unit, posts: Sequence[Post], days: Sequence[date]) -> DutyTable:
        inorder = sorted(posts, key=lambda post: _ORDER.index(post.role))
        columns = [(post, section) for post in inorder for section in post.sections]
        title = self._words["title"].format(year=days[0].year, month=days[0].month, unit=unit.name)
        heads = tuple(_head(post, section, posts) for post, section in columns)
        lines = tuple(self._line(day, columns) for day in days)
        weekly = tuple(n for n, (post, _part) in enumerate(columns) if post.role is Role.LEADER)
        footer = self._words["footer"].format(phone=unit.duty_phone) if unit.duty_phone else ""
        numbers = self._numbers(lines)
        return DutyTable(unit, title, heads, lines, self._words, weekly, footer, numbers)

    def _numbers(self, lines: Sequence[Line]) -> str:
        people = dict.fromkeys(p for line in lines for cell in line.cells for p in cell.people)
        told = [f"{self._name(one)} {phone}" for one in people if (phone := self._phone(one))]
        return f"{self._words['phones']}{self._words['colon']}{', '.join(told)}" if told else ""

    def _line(self, day: date, columns: Sequence[tuple[Post, DaySection]]) -> Line:
        cells = tuple(self._cell(Slot(day, post.id, section.name)) for post, section in columns)
        weekday = _WEEKDAYS[self._language][day.weekday()]
        people = dict.fromkeys(person for cell in cells for person in cell.people)
        phones = [self._phone(person) for person in people]
        return Line(
            day,
            " ".join(word for word in (weekday, self._holidays.get(day, "")) if word),
            cells,
            tuple(phone for phone in phones if phone),
            tuple(dict.fromkeys(c for cell in cells for c in self._changes(cell.slot))),
        )

    def _phone(self, person: str) -> str:
        phones = self._people[person].phones if person in self._people else ()
        return phones[0].number if phones else ""

    def _cell(self, slot: Slot) -> Drawn:
        stands, planned = self._stands.get(slot), self._planned.get(slot)
        people = stands.people if stands is not None else ()
        changed = stands is not None and (
            planned is None
            or people != planned.people
            or any(shift.source is Source.OVERRIDE for shift in stands.shifts)
        )
        text = "、".join(self._name(person) for person in people)
        return Drawn(slot, text, people, changed, stands.span if stands is not None else None)

    def _name(self, person: str) -> str:
        return self._names.get(person, person)

    def _changes(self, slot: Slot) -> Iterator[str]:
        """What overrides do in a slot, a few words each."""
        stands, planned = self._stands.get(slot), self._planned.get(slot)
        if stands is None or planned is None:
            return
        post = self._posts[slot.post].name
        for shift in stands.shifts:
            if shift.source is Source.OVERRIDE:
                yield f"{post} {self._hours(shift, stands.span)}{self._who(shift)}"
        gone = set(planned.people) - {s.person for s in stands.shifts}
        for person in sorted(gone - {s.turn_of for s in stands.shifts}):
            yield f"{post} {self._words['nobody'].format(whom=self._name(person))}"

    def _who(self, shift: Shift) -> str:
        word = "added" if shift.turn_of == shift.person else "instead"
        who, whom = self._name(shift.person), self._name(shift.turn_of)
        return self._words[word].format(who=who, whom=whom)

    def _hours(self, shift: Shift, span: Span) -> str:
        inside = shift.span.within(span)
        if inside is None or inside == span:
            return ""
        start, end = (at.astimezone(self._zone) for at in (inside.start, inside.end))
        return f"{start:%H:%M}-{end:%H:%M} "


def _head(post: Post, section: DaySection, own: Sequence[Post]) -> str:
    """A column's head: the post's name, or its id where the unit has two of that name; with its
    hours where it has several sections."""
    name = post.name if [one.name for one in own].count(post.name) == 1 else post.id
    if len(post.sections) == 1:
        return name
    end = timedelta(hours=section.start.hour, minutes=section.start.minute) + section.length
    minutes = int(end.total_seconds()) // 60 % 1440
    return f"{name} {section.start:%H:%M}-{minutes // 60:02}:{minutes % 60:02}"


def written_names(people: Sequence[Person]) -> dict[str, str]:
    """How a table writes each person: the name, with the id where two have it."""
    names = [person.name for person in people]
    return {
        person.id: person.name if names.count(person.name) == 1 else f"{person.name}({person.id})"
        for person in people
    }
