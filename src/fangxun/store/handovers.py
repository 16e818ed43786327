"""Handovers with the record that was passed, and open matters."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select, update

from fangxun.core.errors import N_, NotFound
from fangxun.core.handover import Handover, HandoverState, Matter, MatterState
from fangxun.core.report.shift import ShiftRecord
from fangxun.store import rows
from fangxun.store.base import Tx
from fangxun.store.tables import HandoverRow, MatterRow, table

_HANDOVERS = table(HandoverRow)
_MATTERS = table(MatterRow)
_COLUMNS = rows.columns(_HANDOVERS, Handover)
_OF_MATTER = rows.columns(_MATTERS, Matter)


def get(tx: Tx, number: int) -> Handover:
    """One handover; NotFound where there is none."""
    found = _find(tx, _HANDOVERS.c.id == number)
    if not found:
        raise NotFound(
            N_("There is no handover {id}. List them with: fangxun handover list"), id=number
        )
    return found[0]


def of_hand_off(tx: Tx, unit: str, due_at: datetime) -> Handover | None:
    """The handover of a unit for an instant."""
    found = _find(tx, _HANDOVERS.c.unit == unit, _HANDOVERS.c.due_at == due_at)
    return found[0] if found else None


def latest(tx: Tx, unit: str, *, limit: int = 30) -> list[Handover]:
    """The latest handovers of a unit, the newest first."""
    return _find(tx, _HANDOVERS.c.unit == unit, limit=limit)


def in_state(tx: Tx, states: Iterable[HandoverState]) -> list[Handover]:
    """Handovers that stand so, the newest first."""
    return _find(tx, _HANDOVERS.c.state.in_(list(states)))


def last_passed(tx: Tx, unit: str) -> datetime | None:
    """When a unit's watch was last passed: from then on the next record tells."""
    found = _find(tx, _HANDOVERS.c.unit == unit, _HANDOVERS.c.passed_at.is_not(None), limit=1)
    return found[0].passed_at if found else None


def save(tx: Tx, item: Handover) -> Handover:
    """Keep a handover, new (numbered here) or changed."""
    kept = rows.values(item)
    if not item.id:
        kept["id"] = rows.next_id(tx, _HANDOVERS.c.id)
    rows.upsert(tx, _HANDOVERS, [kept])
    return Handover(**kept)


def keep_record(tx: Tx, number: int, document: str) -> None:
    """Keep the record as it was passed."""
    tx.connection.execute(
        update(_HANDOVERS).where(_HANDOVERS.c.id == number).values(record=document)
    )


def record(tx: Tx, number: int) -> ShiftRecord | None:
    """The record as it was passed; None where nothing has been."""
    found = tx.connection.execute(
        select(_HANDOVERS.c.record).where(_HANDOVERS.c.id == number)
    ).scalar_one_or_none()
    return rows.read(ShiftRecord, found) if found else None


def add_matter(tx: Tx, item: Matter) -> Matter:
    """Keep a new matter under the next number."""
    kept = {**rows.values(item), "id": rows.next_id(tx, _MATTERS.c.id)}
    rows.insert(tx, _MATTERS, [kept])
    return Matter(**kept)


def save_matter(tx: Tx, item: Matter) -> None:
    """Keep a matter as it stands."""
    rows.upsert(tx, _MATTERS, [rows.values(item)])


def matter(tx: Tx, number: int) -> Matter:
    """One matter; NotFound where there is none."""
    found = _matters(tx, _MATTERS.c.id == number)
    if not found:
        raise NotFound(
            N_("There is no matter {id}. List them with: fangxun handover matter list"), id=number
        )
    return found[0]


def matters(tx: Tx, *, done_since: datetime | None = None) -> list[Matter]:
    """Open matters, the oldest first; with those that were done since an instant."""
    is_open = _MATTERS.c.state == MatterState.OPEN
    if done_since is None:
        return _matters(tx, is_open)
    return _matters(tx, or_(is_open, _MATTERS.c.done_at >= done_since))


def _matters(tx: Tx, condition: ColumnElement[bool]) -> list[Matter]:
    asked = select(*_OF_MATTER).where(condition).order_by(_MATTERS.c.id)
    return [Matter(*row) for row in tx.connection.execute(asked)]


def _find(tx: Tx, *conditions: ColumnElement[bool], limit: int | None = None) -> list[Handover]:
    asked = select(*_COLUMNS).where(*conditions).order_by(_HANDOVERS.c.due_at.desc()).limit(limit)
    return [Handover(*row) for row in tx.connection.execute(asked)]
