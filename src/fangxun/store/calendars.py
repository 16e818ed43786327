"""Calendar feeds: of what they are, and the hash of the secret in each address."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from fangxun.core.errors import N_, NotFound
from fangxun.core.subscription import Subscription
from fangxun.store import rows
from fangxun.store.base import Tx
from fangxun.store.tables import CalendarFeedRow, DistrictVersionRow, LeaveRow, OverrideRow, table

_FEEDS = table(CalendarFeedRow)
_COLUMNS = rows.columns(_FEEDS, Subscription)
_VERSIONS = table(DistrictVersionRow)
_OVERRIDES = table(OverrideRow)
_LEAVE = table(LeaveRow)


def by_token(tx: Tx, token_hash: str) -> Subscription | None:
    """The feed of an address, revoked or not."""
    found = _find(tx, _FEEDS.c.token_hash == token_hash)
    return found[0] if found else None


def get(tx: Tx, number: int) -> Subscription:
    """One feed; NotFound where there is none."""
    found = _find(tx, _FEEDS.c.id == number)
    if not found:
        raise NotFound(
            N_("There is no calendar {number}. List them with: fangxun roster calendar list"),
            number=number,
        )
    return found[0]


def list_all(tx: Tx) -> list[Subscription]:
    """Every feed that there ever was, in the order in which they were added."""
    return _find(tx, _FEEDS.c.id > 0)


def next_id(tx: Tx) -> int:
    """The number of the next new feed."""
    return rows.next_id(tx, _FEEDS.c.id)


def save(tx: Tx, item: Subscription) -> None:
    """Keep a feed, new or changed."""
    rows.upsert(tx, _FEEDS, [rows.values(item)])


def roster_changed_at(tx: Tx) -> datetime | None:
    """When a district was last applied, or an override or leave last made or undone; None before
    the first."""
    times = [_VERSIONS.c.applied_at]
    times += [column for one in (_OVERRIDES, _LEAVE) for column in (one.c.at, one.c.undone_at)]
    found = [tx.connection.execute(select(func.max(at))).scalar() for at in times]
    return max((at for at in found if at is not None), default=None)


def _find(tx: Tx, condition: ColumnElement[bool]) -> list[Subscription]:
    asked = select(*_COLUMNS).where(condition).order_by(_FEEDS.c.id)
    return [Subscription(*row) for row in tx.connection.execute(asked)]
