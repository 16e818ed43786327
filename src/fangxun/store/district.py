"""The district as applied. Its people and their numbers stand in tables, the rest in a document."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import datetime

from sqlalchemy import bindparam, delete, exists, select, update

from fangxun.core.district import District
from fangxun.core.responsibility import Person, Phone
from fangxun.store import meta, names
from fangxun.store.base import Tx
from fangxun.store.rows import document, insert, next_id, read
from fangxun.store.tables import (
    AttemptRow,
    DistrictVersionRow,
    PersonPhoneRow,
    PersonRow,
    table,
)

_VERSIONS = table(DistrictVersionRow)
_PEOPLE = table(PersonRow)
_PHONES = table(PersonPhoneRow)
_ATTEMPTS = table(AttemptRow)


def version(tx: Tx) -> int:
    """Counts every change of what `applied` returns; 0 while no district has been applied."""
    return meta.count(tx, "district")


_GIVE_OUT = (
    update(_PHONES)
    .where(_PHONES.c.id == bindparam("of"))
    .values(
        {name: bindparam(name) for name in ("position", "sms", "voice", "invalid", "invalid_voice")}
    )
)


def applied(tx: Tx) -> District | None:
    """The district in force; overrides stand in store.roster."""
    text = tx.connection.execute(
        select(_VERSIONS.c.document).order_by(_VERSIONS.c.id.desc()).limit(1)
    ).scalar_one_or_none()
    if text is None:
        return None
    return replace(read(District, text), people=_people(tx))


def apply(tx: Tx, district: District, *, actor: str, reason: str, now: datetime) -> int:
    """Put a district in force and return its version. A number that was found dead stays marked as
    long as it stays the same person's."""
    kept = replace(district, people=(), roster=replace(district.roster, overrides=(), leave=()))
    row = {
        "id": next_id(tx, _VERSIONS.c.id), "applied_at": now, "actor": actor, "reason": reason,
        "document": document(kept),
    }  # fmt: skip
    insert(tx, _VERSIONS, [row])
    _replace_people(tx, district.people)
    meta.put(tx, names.DISTRICT_NAME, district.name)
    meta.put(tx, names.DISTRICT_ZONE, district.roster.zone)
    meta.put(tx, names.DISTRICT_LANGUAGE, district.language)
    return meta.advance(tx, "district")


def mark_number(tx: Tx, person: str, number: str, *, invalid: bool, voice: bool = False) -> bool:
    """Mark a person's number as dead for texts (for calls: `voice`), or mended; tells whether that
    was news."""
    column = _PHONES.c.invalid_voice if voice else _PHONES.c.invalid
    changed = tx.connection.execute(
        update(_PHONES)
        .where(
            _PHONES.c.person == person,
            _PHONES.c.number == number,
            _PHONES.c.position.is_not(None),
            column != invalid,
        )
        .values({column: invalid})
    ).rowcount
    if changed:
        meta.advance(tx, "district")
    return bool(changed)


def _people(tx: Tx) -> tuple[Person, ...]:
    phones: dict[str, list[Phone]] = defaultdict(list)
    for row in tx.connection.execute(
        select(_PHONES)
        .where(_PHONES.c.position.is_not(None))
        .order_by(_PHONES.c.person, _PHONES.c.position)
    ):
        phones[row.person].append(
            Phone(row.number, row.sms, row.voice, row.invalid, row.invalid_voice)
        )
    return tuple(
        Person(
            row.id,
            row.name,
            row.unit,
            row.title,
            tuple(phones[row.id]),
            row.account,
            row.language,
            row.email,
        )
        for row in tx.connection.execute(select(_PEOPLE).order_by(_PEOPLE.c.position))
    )


def _replace_people(tx: Tx, people: tuple[Person, ...]) -> None:
    tx.connection.execute(delete(_PEOPLE))
    insert(
        tx,
        _PEOPLE,
        [
            {
                "id": person.id, "position": position, "name": person.name, "unit": person.unit,
                "title": person.title, "account": person.account, "language": person.language,
                "email": person.email,
            }
            for position, person in enumerate(people)
        ],
    )  # fmt: skip
    _replace_phones(tx, people)


def _replace_phones(tx: Tx, people: tuple[Person, ...]) -> None:
    """Take every number away from everybody, then give out what the folder says; numbers that are
    nobody's go, unless an attempt still points to them. One that was away and is given out again is
    a new one: what failed before may have been mended."""
    known = {(row.person, row.number): row for row in tx.connection.execute(select(_PHONES))}
    tx.connection.execute(update(_PHONES).values(position=None))
    first = next_id(tx, _PHONES.c.id)
    fresh, kept = [], []
    for person in people:
        for position, phone in enumerate(person.phones):
            row = known.get((person.id, phone.number))
            before = row if row is not None and row.position is not None else None
            columns = {
                "position": position, "sms": phone.sms, "voice": phone.voice,
                "invalid": phone.invalid or bool(before and before.invalid),
                "invalid_voice": phone.invalid_voice or bool(before and before.invalid_voice),
            }  # fmt: skip
            if row is None:
                fresh.append({"person": person.id, "number": phone.number, **columns})
            else:
                kept.append({"of": row.id, **columns})
    if kept:
        tx.connection.execute(_GIVE_OUT, kept)
    insert(tx, _PHONES, [{"id": first + offset, **row} for offset, row in enumerate(fresh)])
    tx.connection.execute(
        delete(_PHONES).where(
            _PHONES.c.position.is_(None), ~exists().where(_ATTEMPTS.c.phone == _PHONES.c.id)
        )
    )
