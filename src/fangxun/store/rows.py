"""Between rows and core values: a dataclass's fields by name, documents as JSON, writes in bulk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from functools import cache, lru_cache
from typing import Any, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import Column, Table, func, select
from sqlalchemy.dialects import postgresql, sqlite

from fangxun.store.base import Tx

T = TypeVar("T")
Row = dict[str, Any]

CHUNK = 5000
"""Values in one IN list: well below SQLite's 32,766 and PostgreSQL's 65,535 parameters."""


LONGEST_KEPT = 20_000
"""Characters of a document whose value is kept: what strangers' warnings may hold of our memory is
bounded by this and their number."""


@cache
def _names(kind: Any) -> tuple[str, ...]:  # noqa: ANN401  a class; mypy doubts that they hash
    return tuple(field.name for field in fields(kind))


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:  # noqa: ANN401  as above
    """Building one costs milliseconds, so each is kept."""
    return TypeAdapter(kind)


def field_names(kind: type) -> tuple[str, ...]:
    """The fields of a dataclass, in order."""
    return _names(kind)


def columns(table: Table, kind: type) -> list[Column[Any]]:
    """The columns that carry a dataclass's fields, in the order of its fields."""
    return [table.c[name] for name in field_names(kind)]


def values(item: object) -> Row:
    """A dataclass as a row."""
    kind: Any = type(item)
    return {name: getattr(item, name) for name in _names(kind)}


def document(item: object) -> str:
    """A core value as JSON."""
    kind: Any = type(item)
    return _adapter(kind).dump_json(item).decode()


def read(kind: type[T], text: str) -> T:
    """The core value back."""
    asked: Any = kind
    long = len(text) > LONGEST_KEPT
    found: T = _adapter(asked).validate_json(text) if long else _read(asked, text)
    return found


@lru_cache(maxsize=256)
def _read(kind: Any, text: str) -> Any:  # noqa: ANN401  as above
    """Kept by its text: a cycle reads the warnings and assessments that the one before has read,
    and nobody can change a core value."""
    return _adapter(kind).validate_json(text)


def chunks(items: Iterable[T]) -> Iterator[Sequence[T]]:
    """The distinct items, in lists that fit into one statement."""
    distinct = list(dict.fromkeys(items))
    for start in range(0, len(distinct), CHUNK):
        yield distinct[start : start + CHUNK]


def next_id(tx: Tx, column: Column[Any]) -> int:
    """The id after the highest; writers take turns, so nobody else takes it meanwhile."""
    return int(tx.connection.execute(_highest(column)).scalar_one()) + 1


@cache
def _highest(column: Any) -> Any:  # noqa: ANN401  a column; mypy doubts that they hash
    """Building a statement costs four times what running one does that is there already."""
    return select(func.coalesce(func.max(column), 0))


def insert(tx: Tx, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert many rows in one go."""
    if rows:
        tx.connection.execute(_insert(table), list(rows))


@cache
def _insert(table: Any) -> Any:  # noqa: ANN401  as above
    return table.insert().inline()  # our keys are ours: nothing is to be fetched back


def upsert(tx: Tx, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows, or replace the columns given of those whose primary key is there."""
    if not rows:
        return
    tx.connection.execute(_upsert(table, tx.dialect, tuple(rows[0])), list(rows))


@cache
def _upsert(table: Any, dialect: str, names: tuple[str, ...]) -> Any:  # noqa: ANN401  as above
    keys = [column.name for column in table.primary_key]
    others = [name for name in names if name not in keys]
    if dialect == "postgresql":
        ours = postgresql.insert(table)
        return ours.on_conflict_do_update(
            index_elements=keys, set_={name: ours.excluded[name] for name in others}
        )
    theirs = sqlite.insert(table)
    return theirs.on_conflict_do_update(
        index_elements=keys, set_={name: theirs.excluded[name] for name in others}
    )
