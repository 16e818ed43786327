"""The duty log: lines are appended in bulk, chained from the head that is read once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from fangxun.core.journal import Entry, Line, chain
from fangxun.store.base import Tx
from fangxun.store.rows import insert
from fangxun.store.tables import JournalHeadRow, JournalRow, table

_JOURNAL = table(JournalRow)
_HEAD = table(JournalHeadRow)


def append(tx: Tx, entries: Iterable[Entry]) -> None:
    """Chain entries to the head, in their order."""
    fresh = list(entries)
    if not fresh:
        return
    seq, mac = head(tx)
    key = tx.key.read(lines=seq)
    rows = []
    for entry in fresh:
        seq += 1
        mac = chain(key, mac, seq, entry)
        rows.append(_row(seq, entry, mac))
    insert(tx, _JOURNAL, rows)
    tx.connection.execute(update(_HEAD).values(seq=seq, mac=mac))


def head(tx: Tx) -> tuple[int, str]:
    """How many lines there are, and the mac of the last ("" while there is none)."""
    seq, mac = tx.connection.execute(select(_HEAD.c.seq, _HEAD.c.mac)).one()
    return int(seq), str(mac)


def lines(
    tx: Tx,
    *,
    after: int = 0,
    limit: int | None = None,
    subject: str | None = None,
    since: datetime | None = None,
) -> list[Line]:
    """Lines in order, from the one after `after` on; of one subject, or from an instant on."""
    statement = select(_JOURNAL).where(_JOURNAL.c.seq > after)
    if subject is not None:
        statement = statement.where(_JOURNAL.c.subject == subject)
    if since is not None:
        statement = statement.where(_JOURNAL.c.at >= since)
    found = tx.connection.execute(statement.order_by(_JOURNAL.c.seq).limit(limit))
    return [_line(row) for row in found]


def _row(seq: int, entry: Entry, mac: str) -> dict[str, Any]:
    return {
        "seq": seq,
        "at": entry.at,
        "event": entry.event,
        "actor": entry.actor,
        "subject": entry.subject,
        "reason": entry.reason,
        "data": entry.data,
        "mac": mac,
    }


def _line(row: Any) -> Line:  # noqa: ANN401  a Core row
    entry = Entry(row.at, row.event, row.actor, row.subject, row.reason, row.data)
    return Line(row.seq, entry, row.mac)
