"""Changes of the roster that people are to be told of, each once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from fangxun.core.changes import Change, Stands
from fangxun.core.timeline import Span
from fangxun.store.base import Tx
from fangxun.store.rows import insert, next_id
from fangxun.store.tables import ShiftChangeRow, ShiftRow, table

_CHANGES = table(ShiftChangeRow)
_SHIFTS = table(ShiftRow)
_KEPT = timedelta(days=30)

_UNTOLD = select(_CHANGES).where(_CHANGES.c.told_at.is_(None)).order_by(_CHANGES.c.id)


@dataclass(frozen=True, slots=True)
class Untold:
    """A change that its person has not been told of; `at`: when the roster was edited."""

    id: int
    change: Change
    at: datetime


def standing(tx: Tx, span: Span) -> list[Stands]:
    """Who stands when within a span, as the table of shifts was written last."""
    asked = select(_SHIFTS.c.person, _SHIFTS.c.post, _SHIFTS.c.starts_at, _SHIFTS.c.ends_at).where(
        _SHIFTS.c.ends_at > span.start, _SHIFTS.c.starts_at < span.end
    )
    return [
        Stands(row.person, row.post, Span(row.starts_at, row.ends_at))
        for row in tx.connection.execute(asked)
    ]


def add(tx: Tx, changes: Sequence[Change], *, now: datetime) -> None:
    """Keep changes until their people have been told."""
    first = next_id(tx, _CHANGES.c.id)
    insert(
        tx,
        _CHANGES,
        [
            {
                "id": first + offset, "person": one.person, "post": one.post,
                "starts_at": one.span.start, "ends_at": one.span.end, "gained": one.gained,
                "at": now,
            }
            for offset, one in enumerate(changes)
        ],
    )  # fmt: skip


def untold(tx: Tx) -> list[Untold]:
    """Those that nobody has been told of, in the order in which they were made."""
    return [
        Untold(
            row.id,
            Change(Span(row.starts_at, row.ends_at), row.post, row.person, row.gained),
            row.at,
        )
        for row in tx.connection.execute(_UNTOLD)
    ]


def told(tx: Tx, ids: Sequence[int], *, now: datetime) -> None:
    """Nobody is told of these again; what was told long ago goes."""
    tx.connection.execute(update(_CHANGES).where(_CHANGES.c.id.in_(ids)).values(told_at=now))
    last = max(ids, default=0)
    tx.connection.execute(
        delete(_CHANGES).where(_CHANGES.c.told_at < now - _KEPT, _CHANGES.c.id < last)
    )
