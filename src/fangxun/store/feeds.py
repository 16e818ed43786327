"""What we know of each source: its memory, its failures, and whether it is stale."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TypeVar

from sqlalchemy import Update, bindparam, delete, select, update

from fangxun.store.base import Tx
from fangxun.store.rows import chunks, document, read, upsert
from fangxun.store.tables import FeedRow, table

_FEEDS = table(FeedRow)
_ALL = select(_FEEDS).order_by(_FEEDS.c.name)

M = TypeVar("M")


@dataclass(frozen=True, slots=True)
class FeedState:
    """One source. `last_success`: when it last gave all that it should. `failures` in a row, the
    `reason` of the last one; `fault`: what was missing from its last answer. `stale_since` once it
    was told; `odd_since`: it gives something that cannot be read; `noted`: JSON, see `news`."""

    name: str
    memory: str = ""
    last_attempt: datetime | None = None
    last_success: datetime | None = None
    server_date: datetime | None = None
    failures: int = 0
    reason: str = ""
    stale_since: datetime | None = None
    fault: str = ""
    odd_since: datetime | None = None
    noted: str = ""

    @property
    def stale(self) -> bool:
        """Silent for longer than its bound: never clear."""
        return self.stale_since is not None

    @property
    def amiss(self) -> bool:
        """Whether something was wrong with it when it was last asked."""
        return bool(self.stale or self.failures or self.fault)


def feed_states(tx: Tx) -> Mapping[str, FeedState]:
    """Every source that was ever asked, by name."""
    return tx.held(_feed_states)


def _feed_states(tx: Tx) -> Mapping[str, FeedState]:
    found = tx.connection.execute(_ALL)
    return {row.name: FeedState(**row._mapping) for row in found}  # noqa: SLF001  SQLAlchemy's API


def state_of(tx: Tx, name: str) -> FeedState:
    """One source, also where it was never asked."""
    return feed_states(tx).get(name) or FeedState(name)


def memory_of(state: FeedState | None, kind: type[M]) -> M:
    """What a source remembers, as a `kind` (feeds.base.Memory; this room does not know feeds)."""
    return kind() if state is None or not state.memory else read(kind, state.memory)


def record_success(
    tx: Tx, name: str, memory: object, *, now: datetime, server_date: datetime | None = None
) -> None:
    """Fresh or unchanged: not stale, no failures, `memory` (a dataclass) kept for the next poll."""
    _keep(
        tx, name, memory=document(memory), last_attempt=now, last_success=now,
        server_date=server_date, failures=0, reason="", fault="", stale_since=None,
    )  # fmt: skip


def record_partly(tx: Tx, name: str, memory: object, fault: str, *, now: datetime) -> None:
    """It answered, but not with all that it should: it turns stale as if it were silent."""
    _keep(
        tx, name, memory=document(memory), last_attempt=now, failures=0, reason="", fault=fault,
        **_known_by(tx, name, now),
    )  # fmt: skip


def record_failure(tx: Tx, name: str, reason: str, *, now: datetime) -> None:
    """One more failure in a row; what the source said before stays as it is."""
    failures = state_of(tx, name).failures + 1
    _keep(tx, name, last_attempt=now, failures=failures, reason=reason, **_known_by(tx, name, now))


def _known_by(tx: Tx, name: str, now: datetime) -> dict[str, datetime]:
    """A success in the future is of a clock that was set back since: its silence begins now."""
    last = state_of(tx, name).last_success
    return {"last_success": now} if last is not None and last > now else {}


def as_old_as(tx: Tx, name: str, at: datetime) -> None:
    """What it gave is of an earlier instant: that is when it last said something."""
    _keep(tx, name, last_success=at)


def mark_odd(tx: Tx, name: str, since: datetime | None) -> None:
    """Since when it gives what cannot be read; None once all can."""
    _keep(tx, name, odd_since=since)


MOST_NOTED = 200


def news(tx: Tx, name: str, notes: Sequence[str]) -> list[str]:
    """The notes that it did not have before. They are forgotten when there are none any more."""
    written = state_of(tx, name).noted
    noted: list[str] = json.loads(written) if written else []
    fresh = [note for note in dict.fromkeys(notes) if note not in noted]
    kept = [*noted, *fresh][-MOST_NOTED:] if notes else []
    if kept != noted:
        _keep(tx, name, noted=json.dumps(kept, ensure_ascii=False) if kept else "")
    return fresh


def mark_stale(tx: Tx, name: str, *, now: datetime) -> None:
    """It has been silent for longer than its bound; until its next success it is stale."""
    if not state_of(tx, name).stale:
        _keep(tx, name, stale_since=now)


def forget(tx: Tx, names: Iterable[str]) -> None:
    """Sources that nobody asks any more."""
    for part in chunks(names):
        tx.connection.execute(delete(_FEEDS).where(_FEEDS.c.name.in_(part)))
    tx.changed(_feed_states)


def _keep(tx: Tx, name: str, **columns: object) -> None:
    if name in feed_states(tx):
        tx.connection.execute(_change(tuple(columns)), {"of": name, **columns})
    else:
        blank = {"memory": "", "reason": "", "failures": 0, "fault": "", "noted": ""}
        upsert(tx, _FEEDS, [{"name": name, **blank, **columns}])
    tx.changed(_feed_states)


@cache
def _change(names: tuple[str, ...]) -> Update:
    """Building a statement costs more than running it."""
    return (
        update(_FEEDS)
        .where(_FEEDS.c.name == bindparam("of"))
        .values({name: bindparam(name) for name in names})
    )
