"""Rows that have had their use, taken away in groups so small that nobody waits for them.

Never the journal, never pages, never an attempt that served one: they are the record.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Table, and_, case, delete, exists, func, or_, select, tuple_

from fangxun.core.page import AttemptState
from fangxun.store.base import Tx
from fangxun.store.pages import ANSWERABLE
from fangxun.store.tables import (
    AttemptPageRow,
    AttemptRow,
    BulletinRow,
    InboxRow,
    PageCodeRow,
    PageRow,
    ReadingRow,
    table,
)

_READINGS, _BULLETINS, _INBOX = table(ReadingRow), table(BulletinRow), table(InboxRow)
_ATTEMPTS, _SERVES = table(AttemptRow), table(AttemptPageRow)
_PAGES, _CODES = table(PageRow), table(PageCodeRow)
_UNFINISHED = (AttemptState.QUEUED, AttemptState.SENDING, AttemptState.IN_DOUBT)


def readings(tx: Tx, *, before: datetime, most: int) -> int:
    """Readings whose interval ended earlier."""
    return _prune(tx, _READINGS, _READINGS.c.ends_at < before, most)


def bulletins(tx: Tx, *, before: datetime, most: int) -> int:
    """Warnings that came, and were over, earlier: expired, gone from their feed, or ended by a
    human. What says no end and still stands in its feed stays: taken away, it would be news."""
    over = [_BULLETINS.c[name] < before for name in ("expires", "absent_since", "ended_at")]
    return _prune(tx, _BULLETINS, and_(_BULLETINS.c.received_at < before, or_(*over)), most)


def inbox(tx: Tx, *, before: datetime, faulty_before: datetime, most: int) -> int:
    """What was worked off earlier; rows that nobody could read keep their payload, and stay longer.
    The last row stays, so that numbers are not given twice."""
    worked_off = and_(_INBOX.c.done_at < before, _INBOX.c.payload == "")
    given_up = and_(_INBOX.c.done_at < faulty_before, _INBOX.c.payload != "")
    last = select(func.max(_INBOX.c.id)).scalar_subquery()
    return _prune(tx, _INBOX, and_(or_(worked_off, given_up), _INBOX.c.id < last), most)


def notices(tx: Tx, *, before: datetime, most: int) -> int:
    """Texts that were queued earlier and served no page."""
    served = exists().where(_SERVES.c.attempt == _ATTEMPTS.c.id)
    old = and_(_ATTEMPTS.c.queued_at < before, _ATTEMPTS.c.state.not_in(_UNFINISHED), ~served)
    return _prune(tx, _ATTEMPTS, old, most)


def codes(tx: Tx, *, before: datetime, most: int) -> int:
    """By which people were told of pages that ended earlier and that nobody can answer any more.
    The last that was given stays, so that it is known which was."""
    of_old = exists().where(
        _PAGES.c.id == _CODES.c.page,
        _PAGES.c.ended_at < before,
        case((ANSWERABLE, 1), else_=0) == 0,
    )
    last = select(func.max(_CODES.c.given)).scalar_subquery()
    return _prune(tx, _CODES, and_(of_old, _CODES.c.given < last), most)


def _prune(tx: Tx, of: Table, condition: ColumnElement[bool], most: int) -> int:
    keys = list(of.primary_key)
    chosen = select(*keys).where(condition).limit(most)
    return tx.connection.execute(delete(of).where(tuple_(*keys).in_(chosen))).rowcount
