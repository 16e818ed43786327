"""What a clock that was set back has left in the future, brought back by as much.

Else nothing of it would happen before the clock has caught up: no feed would be asked, no ladder
would climb, no text would leave.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Table, bindparam, or_, select, update

from fangxun.core.page import AttemptState, PageState
from fangxun.store import meta, names
from fangxun.store.base import Tx
from fangxun.store.tables import (
    AttemptRow,
    FeedRow,
    GatewayRow,
    MetaRow,
    PageRow,
    ReadingRow,
    table,
)

_PAGES, _ATTEMPTS, _META = table(PageRow), table(AttemptRow), table(MetaRow)
_WAITS = _ATTEMPTS.c.state == AttemptState.QUEUED

_FACTS = ("mute/%", "forged/%", names.STARTED_AT, "anchored_at", "watched_to",
          "anchor_tried_at", "pruned_at")  # fmt: skip
"""Facts of `meta` that say when something was, as LIKE has them."""


@dataclass(frozen=True, slots=True)
class _Column:
    """`ahead`: it says when something is to be, and not when something was."""

    of: Table
    name: str
    ahead: bool = False
    only: Sequence[ColumnElement[bool]] = ()


_COLUMNS = (
    _Column(_PAGES, "next_due", ahead=True, only=(_PAGES.c.state == PageState.OPEN,)),
    _Column(_PAGES, "owed_by", ahead=True, only=(_PAGES.c.met_at.is_(None),)),
    _Column(_ATTEMPTS, "not_before", ahead=True, only=(_WAITS,)),
    _Column(_ATTEMPTS, "expires_at", ahead=True, only=(_WAITS,)),
    _Column(_ATTEMPTS, "queued_at"),
    _Column(_ATTEMPTS, "sent_at"),
    _Column(_ATTEMPTS, "accepted_at"),
    _Column(table(FeedRow), "last_attempt"),
    _Column(table(FeedRow), "last_success"),
    _Column(table(FeedRow), "stale_since"),
    _Column(table(FeedRow), "odd_since"),
    _Column(table(GatewayRow), "dead_since"),
    _Column(table(GatewayRow), "aside_until", ahead=True),
    _Column(table(ReadingRow), "received_at"),
)


def bring_back(tx: Tx, step: timedelta, *, now: datetime) -> int:
    """After a step of the clock by `step` (negative): what lies after `now` is moved by it, so that
    nothing that was is after `now`, and nothing that is to be before. Returns how many moved."""
    moved = sum(_bring_back(tx, column, step, now) for column in _COLUMNS)
    tx.answers.clear()  # of many tables, past the functions that tell of a change
    return moved + _facts(tx, step, now)


def _bring_back(tx: Tx, column: _Column, step: timedelta, now: datetime) -> int:
    keys = list(column.of.primary_key)
    value = column.of.c[column.name]
    rows = tx.connection.execute(select(*keys, value).where(value > now, *column.only)).all()
    if rows:
        tx.connection.execute(
            update(column.of)
            .where(*(key == bindparam(f"of_{key.name}") for key in keys))
            .values({column.name: bindparam("to")}),
            [
                {f"of_{key.name}": row[n] for n, key in enumerate(keys)}
                | {"to": max(row[-1] + step, now) if column.ahead else min(row[-1] + step, now)}
                for row in rows
            ],
        )
    return len(rows)


def _facts(tx: Tx, step: timedelta, now: datetime) -> int:
    rows = tx.connection.execute(
        select(_META.c.key, _META.c.value).where(
            or_(*(_META.c.key.like(name) for name in _FACTS)), _META.c.value != ""
        )
    ).all()
    later = {key: datetime.fromisoformat(value) for key, value in rows}
    later = {key: at for key, at in later.items() if at > now}
    for key, at in later.items():
        meta.put_instant(tx, key, min(at + step, now))
    return len(later)
