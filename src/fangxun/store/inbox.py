"""What providers brought, each item once, kept before anything is made of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, and_, bindparam, func, select, update

from fangxun.store.base import Tx
from fangxun.store.dues import dues
from fangxun.store.rows import chunks, columns, insert, next_id
from fangxun.store.tables import InboxRow, table

_INBOX = table(InboxRow)
_UNDONE = _INBOX.c.done_at.is_(None)
_READY = and_(_UNDONE, func.coalesce(_INBOX.c.waits_for, "") == "")
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)

# Asked in every cycle or for every group, so built once.
_KNOWN = select(_INBOX.c.key).where(
    _INBOX.c.gateway == bindparam("gateway"), _INBOX.c.key.in_(bindparam("keys", expanding=True))
)
_DONE = update(_INBOX).where(_INBOX.c.id.in_(_IDS))
_DONE = _DONE.values(done_at=bindparam("at"), payload="", waits_for=None)
_RELEASE = (
    update(_INBOX)
    .where(_UNDONE, _INBOX.c.waits_for.in_(bindparam("these", expanding=True)))
    .values(waits_for="")
)
_ANY_WAITS = select(_INBOX.c.id).where(_UNDONE, _INBOX.c.waits_for > "").limit(1)
_OVERDUE = (
    select(_INBOX.c.id)
    .where(_UNDONE, _INBOX.c.waits_for > "", _INBOX.c.received_at <= bindparam("before"))
    .limit(1000)
)


@dataclass(frozen=True, slots=True)
class Row:
    """One receipt or reply. `key` is the provider's, to take each once; `payload` is JSON;
    `waits_for` what it could not be understood without, "" once that has come, None where it has
    not been looked at yet."""

    id: int
    gateway: str
    kind: str
    key: str
    payload: str
    received_at: datetime
    waits_for: str | None = None


_OLDEST = select(*columns(_INBOX, Row)).where(_READY).order_by(_INBOX.c.id).limit(bindparam("most"))


def put(tx: Tx, gateway: str, items: Iterable[tuple[str, str, str]], *, now: datetime) -> int:
    """Keep (kind, key, payload) items; repeated ones change nothing. Returns how many were new."""
    distinct = {key: (kind, payload) for kind, key, payload in items}
    known: set[str] = set()
    for part in chunks(distinct):
        asked = {"gateway": gateway, "keys": list(part)}
        known |= set(tx.connection.execute(_KNOWN, asked).scalars())
    fresh = [(key, item) for key, item in distinct.items() if key not in known]
    first = next_id(tx, _INBOX.c.id)
    insert(
        tx,
        _INBOX,
        [
            {
                "id": first + offset, "gateway": gateway, "kind": kind, "key": key,
                "payload": payload, "received_at": now,
            }
            for offset, (key, (kind, payload)) in enumerate(fresh)
        ],
    )  # fmt: skip
    return len(fresh)


def waiting(tx: Tx) -> int:
    """How many rows can be worked off now."""
    return dues(tx).inbox


def take(tx: Tx, limit: int) -> list[Row]:
    """The oldest rows not worked off yet; `done` in the same transaction takes them away."""
    return [Row(*row) for row in tx.connection.execute(_OLDEST, {"most": limit})]


def wait(tx: Tx, row_id: int, what: str) -> None:
    """Leave a row until `release` is told of what it cannot be understood without."""
    tx.connection.execute(update(_INBOX).where(_INBOX.c.id == row_id).values(waits_for=what))


def release(tx: Tx, these: Iterable[str]) -> int:
    """Work off again what waits for one of these; how many rows."""
    if tx.connection.execute(_ANY_WAITS).first() is None:
        return 0
    return sum(
        tx.connection.execute(_RELEASE, {"these": list(part)}).rowcount for part in chunks(these)
    )


def overdue(tx: Tx, before: datetime) -> list[int]:
    """Rows that came before and still wait for something."""
    return list(tx.connection.execute(_OVERDUE, {"before": before}).scalars())


def put_by(tx: Tx, row_id: int, *, now: datetime) -> None:
    """Taken out of the way without having been worked off: the payload stays, for whoever mends
    it."""
    tx.connection.execute(update(_INBOX).where(_INBOX.c.id == row_id).values(done_at=now))


def done(tx: Tx, ids: Sequence[int], *, now: datetime) -> None:
    """Worked off. The keys stay, so that a repeat is known; numbers and texts do not."""
    for part in chunks(ids):
        tx.connection.execute(_DONE, {"ids": list(part), "at": now})
