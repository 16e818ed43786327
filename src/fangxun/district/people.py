"""units.csv, people.csv and officials.csv -> units, people and responsible officials."""

from __future__ import annotations

import re

from fangxun.core.district import Unit
from fangxun.core.errors import N_
from fangxun.core.responsibility import Official, Person
from fangxun.district import cells
from fangxun.district.book import Kind
from fangxun.district.desk import Desk
from fangxun.district.faults import Amiss, Where
from fangxun.district.phones import Phones, read_phones
from fangxun.district.places import check_cycles
from fangxun.district.tables import Column, Row

UNITS = (
    Column("id", "编号"),
    Column("name", "名称"),
    Column("parent", "上级"),
    Column("duty_phone", "值班电话"),
    Column("area", "负责区域"),
)
PEOPLE = (
    Column("id", "编号"),
    Column("name", "姓名"),
    Column("unit", "单位"),
    Column("title", "职务", needed=False),
    Column("phones", "电话"),
    Column("account", "系统账号", needed=False),
    Column("language", "语言", needed=False),
    Column("email", "邮箱", needed=False),
)
OFFICIALS = (
    Column("place", "地点"),
    Column("person", "责任人A"),
    Column("deputy", "责任人B", needed=False),
)
LANGUAGES = ("zh_CN", "en")
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}")


def language(value: str) -> str:
    """A language that we have texts in."""
    if value not in LANGUAGES:
        message = N_("{name} “{value}” is not known; expected one of: {known}")
        raise Amiss(message, value=cells.shown(value), known=", ".join(LANGUAGES))
    return value


def email(value: str) -> str:
    """An address as mail servers take it."""
    if not _EMAIL.fullmatch(value):
        raise Amiss(N_("{name} “{value}” is no e-mail address"), value=cells.shown(value))
    return value


def read_units(desk: Desk) -> tuple[Unit, ...]:
    """units.csv: ids first, since a parent may stand below its children."""
    table = desk.table("units.csv", UNITS, Kind.UNIT)
    if table is None:
        desk.lost(Kind.UNIT)
        return ()
    ids = [desk.defined(Kind.UNIT, row, cells.slug) for row in table.rows]
    units = [_unit(desk, row, id_) for row, id_ in zip(table.rows, ids, strict=True)]
    in_charge: dict[str, Unit] = {}
    for row, unit in zip(table.rows, units, strict=True):
        first = in_charge.setdefault(unit.area, unit) if unit.area else unit
        if first is not unit:
            message = N_("{other} is in charge of {area} already; leave the area of others empty")
            row.fault(desk.faults, message, other=first.id, area=unit.area)
    check_cycles(desk, Kind.UNIT, {unit.id: unit.parent for unit in units})
    return tuple(units)


def _unit(desk: Desk, row: Row, id_: str) -> Unit:
    """One line of units.csv."""
    faults = desk.faults
    phones = row.get(faults, "duty_phone", read_phones, Phones()).phones
    if len(phones) > 1:
        row.fault(faults, N_("expected one duty phone, found {count}"), count=len(phones))

    def known(value: str) -> str:
        return desk.book.known(value, Kind.UNIT)

    return Unit(
        id_,
        row.get(faults, "name", cells.text, ""),
        row.get(faults, "parent", lambda value: known(value) if value else None, None),
        phones[0].number if phones else "",
        row.get(faults, "area", lambda v: desk.book.known(v, Kind.AREA) if v else "", ""),
    )


def read_people(desk: Desk) -> tuple[Person, ...]:
    """people.csv; numbers that ring nobody, and people without one, are warned of."""
    table = desk.table("people.csv", PEOPLE, Kind.PERSON)
    if table is None:
        desk.lost(Kind.PERSON)
        return ()
    people: list[Person] = []
    fictional: list[Where] = []
    accounts: dict[str, Where] = {}
    for row in table.rows:
        person, phones = _person(desk, row)
        people.append(person)
        if phones.fictional:
            fictional.append(row.where)
        other = accounts.setdefault(person.account, row.where) if person.account else row.where
        if other != row.where:
            message = N_("the account {account} stands at {other} already")
            row.fault(desk.faults, message, account=person.account, other=other)
    if fictional:
        message = N_("{count} people have numbers +86 100 0000 0xxx that ring nobody")
        desk.faults.warn(fictional[0], message, count=len(fictional))
    _warn_shared_numbers(desk, people)
    return tuple(people)


def _person(desk: Desk, row: Row) -> tuple[Person, Phones]:
    """One line of people.csv."""
    faults = desk.faults
    id_ = desk.defined(Kind.PERSON, row, cells.slug)
    name = row.get(faults, "name", cells.text, "")
    phones = row.get(faults, "phones", read_phones, Phones())
    desk.book.named(id_, name)
    if row.ok and not phones.phones:
        faults.warn(row.where, N_("{person} has no phone: no message reaches him"), person=name)
    for number in phones.unknown:
        message = N_("{number} is in no known range of mobile numbers; check it")
        faults.warn(row.where, message, number=number)
    person = Person(
        id_,
        name,
        row.get(faults, "unit", lambda value: desk.book.known(value, Kind.UNIT), ""),
        row.get(faults, "title", lambda value: cells.text(value) if value else "", ""),
        phones.phones,
        row.get(faults, "account", lambda value: cells.mark(value) if value else "", ""),
        row.get(faults, "language", lambda value: language(value) if value else "", ""),
        row.get(faults, "email", lambda value: email(value) if value else "", ""),
    )
    return person, phones


def _warn_shared_numbers(desk: Desk, people: list[Person]) -> None:
    """A reply from a shared number does not say whose it is."""
    owners: dict[str, str] = {}
    for person in people:
        for phone in person.phones:
            owner = owners.setdefault(phone.number, person.id)
            if owner != person.id:
                message = N_(
                    "{person} and {other} share a number: a reply does not say whose it is"
                )
                where = desk.book.where(Kind.PERSON, person.id)
                desk.faults.warn(where, message, person=person.id, other=owner)


def read_officials(desk: Desk) -> tuple[Official, ...]:
    """officials.csv: several lines may name one place; each A once."""
    table = desk.table("officials.csv", OFFICIALS)
    officials: list[Official] = []
    seen: dict[tuple[str, str], Where] = {}
    book = desk.book
    for row in table.rows if table else ():
        official = Official(
            row.get(desk.faults, "place", book.place, ""),
            row.get(desk.faults, "person", book.person, ""),
            row.get(desk.faults, "deputy", lambda v: book.person(v) if v else None, None),
        )
        if row.ok and official.person == official.deputy:
            row.fault(desk.faults, N_("{person} is his own deputy"), person=official.person)
        key = (official.place, official.person)
        if row.ok and key in seen:
            message = N_("{person} is named for {place} at {other} already")
            fields = {"person": official.person, "place": official.place, "other": seen[key]}
            row.fault(desk.faults, message, **fields)
        if row.ok:
            seen[key] = row.where
            officials.append(official)
    return tuple(officials)
