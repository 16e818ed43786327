"""The duty log: what a transaction tells it, and what it has been told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from fangxun.core.journal import Entry, Line
from fangxun.store import ledger, rows
from fangxun.store.base import Tx
from fangxun.store.tables import JournalRow, table

_JOURNAL = table(JournalRow)
_ABOUT = select(_JOURNAL).where(_JOURNAL.c.subject.in_(bindparam("subjects", expanding=True)))


def append(tx: Tx, entries: Iterable[Entry]) -> None:
    """Chain entries to the head, in their order, when the transaction ends."""
    tx.lines.extend(entries)


def head(tx: Tx) -> tuple[int, str]:
    """How many lines there are, and the mac of the last ("" while there is none)."""
    _settle(tx)
    return ledger.head(tx.connection)


def lines(
    tx: Tx,
    *,
    after: int = 0,
    limit: int | None = None,
    subject: str | None = None,
    since: datetime | None = None,
) -> list[Line]:
    """Lines in order, from the one after `after` on; of one subject, or from an instant on."""
    _settle(tx)
    statement = select(_JOURNAL).where(_JOURNAL.c.seq > after)
    if subject is not None:
        statement = statement.where(_JOURNAL.c.subject == subject)
    if since is not None:
        statement = statement.where(_JOURNAL.c.at >= since)
    found = tx.connection.execute(statement.order_by(_JOURNAL.c.seq).limit(limit))
    return [_line(row) for row in found]


def about(tx: Tx, subjects: Iterable[str]) -> list[Line]:
    """Every line about one of these, in order."""
    _settle(tx)
    found: list[Line] = []
    for part in rows.chunks(subjects):
        found += map(_line, tx.connection.execute(_ABOUT, {"subjects": list(part)}))
    return sorted(found, key=lambda line: line.seq)


def entries_about(tx: Tx, subjects: Iterable[str]) -> list[Entry]:
    """The same without their place in the chain, those of this transaction last."""
    wanted = set(subjects)
    found = [
        _line(row).entry
        for part in rows.chunks(wanted)
        for row in tx.connection.execute(_ABOUT, {"subjects": list(part)})
    ]
    return found + [entry for entry in tx.lines if entry.subject in wanted]


def _settle(tx: Tx) -> None:
    """Chain what this transaction has said so far: whoever reads the journal in it sees that."""
    ledger.write(tx.connection, tx.key, tx.lines)
    tx.lines.clear()


def _line(row: Any) -> Line:  # noqa: ANN401  a Core row
    entry = Entry(row.at, row.event, row.actor, row.subject, row.reason, row.data)
    return Line(row.seq, entry, row.mac)
