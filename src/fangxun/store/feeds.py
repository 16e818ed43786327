"""What we know of each source: its memory, its failures, and whether it is stale."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import delete, select, update

from fangxun.store.base import Tx
from fangxun.store.rows import chunks, document, read, upsert
from fangxun.store.tables import FeedRow, table

_FEEDS = table(FeedRow)
_ALL = select(_FEEDS).order_by(_FEEDS.c.name)

M = TypeVar("M")


@dataclass(frozen=True, slots=True)
class FeedState:
    """One source. `failures` in a row; `reason` of the last one; `stale_since` once it was told."""

    name: str
    memory: str
    last_attempt: datetime | None
    last_success: datetime | None
    server_date: datetime | None
    failures: int
    reason: str
    stale_since: datetime | None

    @property
    def stale(self) -> bool:
        """Silent for longer than its bound: never clear."""
        return self.stale_since is not None


def feed_states(tx: Tx) -> dict[str, FeedState]:
    """Every source that was ever asked, by name."""
    found = tx.connection.execute(_ALL)
    return {row.name: FeedState(**row._mapping) for row in found}  # noqa: SLF001  SQLAlchemy's API


def memory_of(state: FeedState | None, kind: type[M]) -> M:
    """What a source remembers, as a `kind` (feeds.base.Memory; this room does not know feeds)."""
    return kind() if state is None or not state.memory else read(kind, state.memory)


def record_success(
    tx: Tx, name: str, memory: object, *, now: datetime, server_date: datetime | None = None
) -> None:
    """Fresh or unchanged: not stale, no failures, `memory` (a dataclass) kept for the next poll."""
    _keep(
        tx, name, memory=document(memory), last_attempt=now, last_success=now,
        server_date=server_date, failures=0, reason="", stale_since=None,
    )  # fmt: skip


def record_failure(tx: Tx, name: str, reason: str, *, now: datetime) -> None:
    """One more failure in a row; what the source said before stays as it is."""
    state = feed_states(tx).get(name)
    failures = (state.failures if state else 0) + 1
    _keep(tx, name, last_attempt=now, failures=failures, reason=reason)


def mark_stale(tx: Tx, name: str, *, now: datetime) -> None:
    """It has been silent for longer than its bound; until its next success it is stale."""
    state = feed_states(tx).get(name)
    if state is None or not state.stale:
        _keep(tx, name, stale_since=now)


def forget(tx: Tx, names: Iterable[str]) -> None:
    """Sources that nobody asks any more."""
    for part in chunks(names):
        tx.connection.execute(delete(_FEEDS).where(_FEEDS.c.name.in_(part)))


def _keep(tx: Tx, name: str, **columns: object) -> None:
    changed = tx.connection.execute(
        update(_FEEDS).where(_FEEDS.c.name == name).values(**columns)
    ).rowcount
    if not changed:
        upsert(tx, _FEEDS, [{"name": name, "memory": "", "reason": "", "failures": 0, **columns}])
