"""The one table of people's numbers, as what is sent refers to it."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import bindparam, select

from fangxun.store import rows
from fangxun.store.base import Tx
from fangxun.store.tables import PersonPhoneRow, table

_PHONES = table(PersonPhoneRow)
_PHONES_OF = select(_PHONES).where(_PHONES.c.person.in_(bindparam("people", expanding=True)))


def ids(tx: Tx, pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """The rows of (person, number); a number that is in no one's list yet gets one, without a
    position."""
    wanted = dict.fromkeys(pairs)
    found: dict[tuple[str, str], int] = {}
    for part in rows.chunks(person for person, _number in wanted):
        for row in tx.connection.execute(_PHONES_OF, {"people": list(part)}):
            found[row.person, row.number] = row.id
    missing = [key for key in wanted if key not in found]
    if missing:
        first = rows.next_id(tx, _PHONES.c.id)
        fresh = [
            {
                "id": first + offset, "person": person, "number": number,
                "sms": True, "voice": True, "invalid": False, "invalid_voice": False,
            }
            for offset, (person, number) in enumerate(missing)
        ]  # fmt: skip
        rows.insert(tx, _PHONES, fresh)
        found |= {key: first + offset for offset, key in enumerate(missing)}
    return found
