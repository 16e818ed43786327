"""Exercises; what came of them stands in their pages and attempts."""

from __future__ import annotations

from sqlalchemy import ColumnElement, bindparam, select

from fangxun.core.errors import N_, NotFound
from fangxun.core.exercise import Exercise, ExerciseState
from fangxun.store import rows
from fangxun.store.base import Tx
from fangxun.store.tables import ExerciseRow, table

_EXERCISES = table(ExerciseRow)
_COLUMNS = rows.columns(_EXERCISES, Exercise)

# Asked in every cycle, so built once.
_RUNNING = (
    select(*_COLUMNS).where(_EXERCISES.c.state == bindparam("state")).order_by(_EXERCISES.c.id)
)


def running(tx: Tx) -> Exercise | None:
    """The exercise that runs; there is one at a time."""
    found = tx.connection.execute(_RUNNING, {"state": ExerciseState.RUNNING}).first()
    return Exercise(*found) if found is not None else None


def get(tx: Tx, number: int) -> Exercise:
    """One exercise; NotFound where there is none."""
    found = _find(tx, _EXERCISES.c.id == number)
    if not found:
        raise NotFound(
            N_("There is no exercise {id}. List them with: fangxun exercise list"), id=number
        )
    return found[0]


def latest(tx: Tx, *, limit: int = 50) -> list[Exercise]:
    """The latest exercises, newest first."""
    return _find(tx, _EXERCISES.c.id > 0, limit=limit)


def next_id(tx: Tx) -> int:
    """The number of the next new exercise."""
    return rows.next_id(tx, _EXERCISES.c.id)


def save(tx: Tx, item: Exercise) -> None:
    """Keep an exercise, new or changed."""
    rows.upsert(tx, _EXERCISES, [rows.values(item)])


def _find(tx: Tx, condition: ColumnElement[bool], *, limit: int | None = None) -> list[Exercise]:
    asked = select(*_COLUMNS).where(condition).order_by(_EXERCISES.c.id.desc()).limit(limit)
    return [Exercise(*row) for row in tx.connection.execute(asked)]
