"""Spot checks and the times drawn for them; what came of a check stands in its pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import bindparam, delete, select

from fangxun.core.spotcheck import CheckState, Draw, DrawState, SpotCheck
from fangxun.store import rows
from fangxun.store.base import Tx
from fangxun.store.tables import SpotCheckDrawRow, SpotCheckRow, table

_CHECKS = table(SpotCheckRow)
_DRAWS = table(SpotCheckDrawRow)
_COLUMNS = rows.columns(_CHECKS, SpotCheck)
_DRAWN = rows.columns(_DRAWS, Draw)

# Asked in every cycle, so built once.
_RUNNING = select(*_COLUMNS).where(_CHECKS.c.state == bindparam("state")).order_by(_CHECKS.c.id)
_NEXT = (
    select(*_DRAWN)
    .where(_DRAWS.c.state == bindparam("state"))
    .order_by(_DRAWS.c.at, _DRAWS.c.id)
    .limit(1)
)


def running(tx: Tx) -> SpotCheck | None:
    """The spot check that runs; there is one at a time."""
    found = tx.connection.execute(_RUNNING, {"state": CheckState.RUNNING}).first()
    return SpotCheck(*found) if found is not None else None


def begun_within(tx: Tx, start: datetime, end: datetime) -> list[SpotCheck]:
    """The spot checks that began from `start` on and before `end`, in their order."""
    asked = (
        select(*_COLUMNS)
        .where(_CHECKS.c.started_at >= start, _CHECKS.c.started_at < end)
        .order_by(_CHECKS.c.id)
    )
    return [SpotCheck(*row) for row in tx.connection.execute(asked)]


def latest(tx: Tx, *, limit: int = 50) -> list[SpotCheck]:
    """The latest spot checks, newest first."""
    asked = select(*_COLUMNS).order_by(_CHECKS.c.id.desc()).limit(limit)
    return [SpotCheck(*row) for row in tx.connection.execute(asked)]


def next_id(tx: Tx) -> int:
    """The number of the next new spot check."""
    return rows.next_id(tx, _CHECKS.c.id)


def save(tx: Tx, item: SpotCheck) -> None:
    """Keep a spot check, new or changed."""
    rows.upsert(tx, _CHECKS, [rows.values(item)])


def next_draw(tx: Tx) -> Draw | None:
    """The earliest time that was drawn and still waits."""
    found = tx.connection.execute(_NEXT, {"state": DrawState.WAITING}).first()
    return Draw(*found) if found is not None else None


def draws_within(tx: Tx, start: datetime, end: datetime) -> list[Draw]:
    """The drawn times from `start` on and before `end`, in their order."""
    asked = select(*_DRAWN).where(_DRAWS.c.at >= start, _DRAWS.c.at < end).order_by(_DRAWS.c.at)
    return [Draw(*row) for row in tx.connection.execute(asked)]


def forget_waiting(tx: Tx) -> None:
    """No drawn time waits any more."""
    tx.connection.execute(delete(_DRAWS).where(_DRAWS.c.state == DrawState.WAITING))


def add_draws(tx: Tx, times: Iterable[datetime]) -> None:
    """Keep times that were drawn; each waits."""
    first = rows.next_id(tx, _DRAWS.c.id)
    drawn = [Draw(first + offset, at) for offset, at in enumerate(times)]
    rows.insert(tx, _DRAWS, [rows.values(item) for item in drawn])


def settle(tx: Tx, item: Draw, state: DrawState, *, spot_check: int | None = None) -> None:
    """Keep what became of a drawn time."""
    rows.upsert(tx, _DRAWS, [rows.values(replace(item, state=state, spot_check=spot_check))])
