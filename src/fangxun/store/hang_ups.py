"""Calls that may still ring although nobody has to be woken by them any more.

What is to be taken back is written down in the transaction that ends the page, as what is to be
sent is in the outbox: a crash forgets no call.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, exists, func, insert, literal, or_, select, update

from fangxun.core.page import Attempt, AttemptState, PageState
from fangxun.core.plan import Channel
from fangxun.store import outbox, rows
from fangxun.store.base import Tx
from fangxun.store.dues import dues
from fangxun.store.tables import AttemptPageRow, AttemptRow, HangUpRow, PageRow, table

_HANG_UPS = table(HangUpRow)
_ATTEMPTS, _LINKS, _PAGES = table(AttemptRow), table(AttemptPageRow), table(PageRow)

_WANTING = tuple(state for state in PageState if state.wants_word)
_PLACED = (AttemptState.ACCEPTED, AttemptState.SENT)
_OUT = (AttemptState.SENDING, AttemptState.IN_DOUBT, *_PLACED)
_OF_ATTEMPT = _ATTEMPTS.c.id == _HANG_UPS.c.attempt

# Asked at every page's end, and in every cycle, so built once.
_PUT = insert(_HANG_UPS).from_select(
    ["attempt", "due_at", "asked"],
    select(
        _ATTEMPTS.c.id, bindparam("now", type_=_HANG_UPS.c.due_at.type), literal(0)
    ).where(
        _ATTEMPTS.c.id.in_(
            select(_LINKS.c.attempt).where(_LINKS.c.page.in_(bindparam("pages", expanding=True)))
        ),
        _ATTEMPTS.c.channel == Channel.VOICE,
        _ATTEMPTS.c.state.in_(_OUT),
        ~exists()
        .where(
            _LINKS.c.attempt == _ATTEMPTS.c.id,
            _PAGES.c.id == _LINKS.c.page,
            _PAGES.c.state.in_(_WANTING),
        )
        .correlate(_ATTEMPTS),
        ~exists().where(_HANG_UPS.c.attempt == _ATTEMPTS.c.id).correlate(_ATTEMPTS),
    ),
)  # fmt: skip
_DUE: Any = (
    select(_HANG_UPS.c.attempt, _HANG_UPS.c.asked)
    .join(_ATTEMPTS, _OF_ATTEMPT)
    .where(_ATTEMPTS.c.state.in_(_PLACED), _ATTEMPTS.c.provider_id != "")
)
_NEXT_DUE = (
    select(func.min(_HANG_UPS.c.due_at, type_=_HANG_UPS.c.due_at.type))
    .join(_ATTEMPTS, _OF_ATTEMPT)
    .where(_ATTEMPTS.c.state.in_(_PLACED))
)
_NEEDLESS = (
    select(_HANG_UPS.c.attempt)
    .join(_ATTEMPTS, _OF_ATTEMPT)
    .where(
        or_(
            _ATTEMPTS.c.state.not_in(_OUT),
            _ATTEMPTS.c.gateway.not_in(bindparam("able", expanding=True)),
        )
    )
)


def put(tx: Tx, page_ids: Iterable[int], *, now: datetime) -> None:
    """The calls for these pages, as they have just been kept, are to be taken back; but not one
    that another page still wants."""
    for part in rows.chunks(page_ids):
        tx.connection.execute(_PUT, {"pages": list(part), "now": now})


def due(tx: Tx, gateway: str, *, now: datetime, limit: int) -> list[tuple[Attempt, int]]:
    """Calls that a gateway has placed and is to take back now, the oldest first, and how often it
    was asked before."""
    asked = _DUE.where(_ATTEMPTS.c.gateway == gateway, _HANG_UPS.c.due_at <= now)
    found = tx.connection.execute(asked.order_by(_ATTEMPTS.c.sent_at).limit(limit)).all()
    times = {row.attempt: row.asked for row in found}
    return [(attempt, times[attempt.id]) for attempt in outbox.get_many(tx, times)]


def next_due(tx: Tx) -> datetime | None:
    """When the next call is to be taken back; None where none that was placed waits for it."""
    found: datetime | None = tx.connection.execute(_NEXT_DUE).scalar_one()
    return found


def waiting(tx: Tx) -> bool:
    """Whether there is any, placed or not."""
    return dues(tx).call


def asked(tx: Tx, attempts: Iterable[str], *, again_at: datetime) -> None:
    """The provider is asked now; until its word has come it is asked again then."""
    tx.connection.execute(
        update(_HANG_UPS)
        .where(_HANG_UPS.c.attempt.in_(list(attempts)))
        .values(due_at=again_at, asked=_HANG_UPS.c.asked + 1)
    )


def forget(tx: Tx, attempts: Iterable[str]) -> None:
    """These need not be taken back any more."""
    tx.connection.execute(delete(_HANG_UPS).where(_HANG_UPS.c.attempt.in_(list(attempts))))


def needless(tx: Tx, able: Iterable[str]) -> list[str]:
    """Those that have come to their end, and those of gateways that take no call back."""
    return list(tx.connection.execute(_NEEDLESS, {"able": list(able)}).scalars())
