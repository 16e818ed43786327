"""The chained lines of one transaction, written at its end: the head is read and moved once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from fangxun.core.journal import Entry, chain
from fangxun.store.keyfile import JournalKey
from fangxun.store.tables import JournalHeadRow, JournalRow, table

_JOURNAL = table(JournalRow)
_HEAD = table(JournalHeadRow)
_READ = select(_HEAD.c.seq, _HEAD.c.mac)
_MOVE = update(_HEAD).values(seq=bindparam("to"), mac=bindparam("last"))
_INSERT = _JOURNAL.insert().inline()


def head(connection: Connection) -> tuple[int, str]:
    """How many lines there are, and the mac of the last ("" while there is none)."""
    seq, mac = connection.execute(_READ).one()
    return int(seq), str(mac)


def write(connection: Connection, journal_key: JournalKey, entries: Sequence[Entry]) -> None:
    """Chain entries to the head, in their order; StoreFault where the key cannot be read."""
    if not entries:
        return
    seq, mac = head(connection)
    key = journal_key.read(lines=seq)
    rows = []
    for entry in entries:
        seq += 1
        mac = chain(key, mac, seq, entry)
        rows.append(_row(seq, entry, mac))
    connection.execute(_INSERT, rows)
    connection.execute(_MOVE, {"to": seq, "last": mac})


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
