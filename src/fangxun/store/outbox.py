"""Attempts: what is to be sent, what is being sent, and what became of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    String,
    bindparam,
    exists,
    func,
    or_,
    select,
    type_coerce,
    update,
)

from fangxun.core.errors import N_, NotFound
from fangxun.core.page import Attempt, AttemptState, PageKind, PageState
from fangxun.core.plan import Channel
from fangxun.core.timeline import Span
from fangxun.store import numbers, rows
from fangxun.store.base import Tx
from fangxun.store.dues import NEXT_MESSAGE, dues
from fangxun.store.tables import AttemptPageRow, AttemptRow, PageRow, PersonPhoneRow, table

_ATTEMPTS = table(AttemptRow)
_LINKS = table(AttemptPageRow)
_PAGES = table(PageRow)
_PHONES = table(PersonPhoneRow)

_ELSEWHERE = frozenset({"pages", "number"})
"""Fields that stand in other tables: the link table, and the one table of numbers."""
_NAMES = tuple(name for name in rows.field_names(Attempt) if name not in _ELSEWHERE)
_FIXED = {"contact", "channel", "gateway", "text", "template", "kind", "language"} | {
    "copy_of", "instead_of",
}  # fmt: skip
"""What an attempt is; it never changes once queued."""
_CHANGING = tuple(name for name in _NAMES if name not in _FIXED and name != "id")
_AFTER_PAGES = [name for name in rows.field_names(Attempt) if name not in {"id", "pages"}]
"""The fields behind `id` and `pages`, in their order: a row is read by position."""

_QUEUED = _ATTEMPTS.c.state == AttemptState.QUEUED

_CHANGE = update(_ATTEMPTS).where(_ATTEMPTS.c.id == bindparam("of"))
_ORDER = (_ATTEMPTS.c.priority, _ATTEMPTS.c.queued_at, _ATTEMPTS.c.id)

# Asked for every group that is sent, so built once.
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_NUMBERED = (
    select(
        _ATTEMPTS.c.id,
        *(
            func.coalesce(_PHONES.c.number, "") if name == "number" else _ATTEMPTS.c[name]
            for name in _AFTER_PAGES
        ),
    )
    .join(_PHONES, _PHONES.c.id == _ATTEMPTS.c.phone, isouter=True)
    .order_by(*_ORDER)
)
_CLAIMABLE = _NUMBERED.where(
    _QUEUED,
    or_(_ATTEMPTS.c.not_before.is_(None), _ATTEMPTS.c.not_before <= bindparam("now")),
    _ATTEMPTS.c.expires_at > bindparam("now"),
    _ATTEMPTS.c.gateway.not_in(bindparam("full", expanding=True)),
).limit(bindparam("most"))
_READY = {
    "sqlite": _CLAIMABLE,
    "postgresql": _CLAIMABLE.with_for_update(skip_locked=True, of=_ATTEMPTS),
}
_IN_LANE = {
    dialect: ready.where(
        _ATTEMPTS.c.gateway == bindparam("gateway"), _ATTEMPTS.c.channel == bindparam("channel")
    )
    for dialect, ready in _READY.items()
}
_TO_NUMBERS = _NUMBERED.where(
    _QUEUED,
    _ATTEMPTS.c.kind == PageKind.PAGE.value,
    _ATTEMPTS.c.channel == Channel.SMS,
    _ATTEMPTS.c.copy_of == "",
    _PHONES.c.number.in_(bindparam("numbers", expanding=True)),
)
_WAITING = {
    "sqlite": _TO_NUMBERS,
    "postgresql": _TO_NUMBERS.with_for_update(skip_locked=True, of=_ATTEMPTS),
}
_TAKE_BACK = (
    update(_ATTEMPTS)
    .where(_QUEUED, _ATTEMPTS.c.id.in_(_IDS))
    .values(state=AttemptState.WITHDRAWN, settled_at=bindparam("at"), not_before=None)
)
_TAKE = (
    update(_ATTEMPTS)
    .where(_ATTEMPTS.c.id.in_(_IDS))
    .values(state=AttemptState.SENDING, tries=_ATTEMPTS.c.tries + 1, sent_at=bindparam("at"))
)
_EXPIRED = _NUMBERED.where(_QUEUED, _ATTEMPTS.c.expires_at <= bindparam("now")).limit(
    bindparam("most")
)
_NEXT_ELSEWHERE = NEXT_MESSAGE.where(
    (_ATTEMPTS.c.gateway + ":" + type_coerce(_ATTEMPTS.c.channel, String)).not_in(
        bindparam("lanes", expanding=True)
    )
)
_OLDEST_SENDING = select(func.min(_ATTEMPTS.c.sent_at)).where(
    _ATTEMPTS.c.state == AttemptState.SENDING
)
_STILL_SENDING = select(_ATTEMPTS.c.id).where(
    _ATTEMPTS.c.id.in_(_IDS), _ATTEMPTS.c.state == AttemptState.SENDING
)
_MANY = _NUMBERED.where(_ATTEMPTS.c.id.in_(_IDS))
_BY_PROVIDER = _NUMBERED.where(_ATTEMPTS.c.provider_id.in_(_IDS))
_AWAITING = (
    select(_ATTEMPTS.c.provider_id)
    .where(
        _ATTEMPTS.c.state.in_([AttemptState.ACCEPTED, AttemptState.SENT]),
        _ATTEMPTS.c.gateway == bindparam("gateway"),
        _ATTEMPTS.c.provider_id != "",
        _ATTEMPTS.c.sent_at >= bindparam("since"),
    )
    .order_by(_ATTEMPTS.c.sent_at)
    .limit(bindparam("most"))
)
_OF_PAGES = select(_LINKS.c.attempt).where(_LINKS.c.page.in_(bindparam("pages", expanding=True)))
_PAGES_OF = (
    select(_LINKS.c.attempt, _LINKS.c.page)
    .where(_LINKS.c.attempt.in_(bindparam("attempts", expanding=True)))
    .order_by(_LINKS.c.position)
)
_THESE: BindParameter[Any] = bindparam("pages", expanding=True)
_WITHDRAW = (
    update(_ATTEMPTS)
    .where(
        _QUEUED,
        _ATTEMPTS.c.id.in_(select(_LINKS.c.attempt).where(_LINKS.c.page.in_(_THESE))),
        ~exists()
        .where(
            _LINKS.c.attempt == _ATTEMPTS.c.id,
            _PAGES.c.id == _LINKS.c.page,
            _PAGES.c.state == PageState.OPEN,
            _PAGES.c.id.not_in(_THESE),
        )
        .correlate(_ATTEMPTS),
    )
    .values(state=AttemptState.WITHDRAWN)
)


def queue(tx: Tx, attempts: Sequence[Attempt]) -> None:
    """Put attempts into the outbox, with the pages that they serve."""
    if not attempts:
        return
    phones = numbers.ids(tx, ((a.contact, a.number) for a in attempts if a.number))
    rows.insert(
        tx,
        _ATTEMPTS,
        [
            {"phone": phones.get((a.contact, a.number)), **{n: getattr(a, n) for n in _NAMES}}
            for a in attempts
        ],
    )
    rows.insert(
        tx,
        _LINKS,
        [
            {"attempt": attempt.id, "page": page, "position": position}
            for attempt in attempts
            for position, page in enumerate(attempt.pages)
        ],
    )


def claim(tx: Tx, *, now: datetime, limit: int, full: Iterable[str] = ()) -> list[Attempt]:
    """Mark the next attempts as sending and return them, in the plan's order. To be kept before
    the requests are made: what is left as sending after a crash is in doubt.

    Those whose useful life has ended are left for `expired`; `full` gateways take no more now.
    """
    found = tx.connection.execute(
        _READY[tx.dialect], {"now": now, "most": limit, "full": list(full)}
    ).all()
    return take(tx, _attempts(tx, found), now=now)


def ready(tx: Tx, lane: tuple[str, Channel], *, now: datetime, limit: int) -> list[Attempt]:
    """What could be claimed of one gateway and channel, in the plan's order, for `take`."""
    gateway, channel = lane
    asked = {"now": now, "most": limit, "full": [], "gateway": gateway, "channel": channel}
    return _attempts(tx, tx.connection.execute(_IN_LANE[tx.dialect], asked).all())


def take(tx: Tx, attempts: Sequence[Attempt], *, now: datetime) -> list[Attempt]:
    """Mark these as sending; see `claim`."""
    for part in rows.chunks(attempt.id for attempt in attempts):
        tx.connection.execute(_TAKE, {"ids": list(part), "at": now})
    return [
        replace(attempt, state=AttemptState.SENDING, tries=attempt.tries + 1, sent_at=now)
        for attempt in attempts
    ]


def save(tx: Tx, changes: Sequence[tuple[Attempt, Attempt]]) -> None:
    """Keep attempts, each as it stood and as it stands now: what has changed of any is written;
    what they are (to whom, by what, the text) stays."""
    names = [n for n in _CHANGING if any(getattr(b, n) != getattr(a, n) for b, a in changes)]
    if names:
        tx.connection.execute(
            _CHANGE,
            [{"of": a.id, **{name: getattr(a, name) for name in names}} for _, a in changes],
        )


def present(tx: Tx, claimed: Sequence[Attempt]) -> list[Attempt]:
    """Claimed attempts as they stand now, those that are gone as they were. What is still being
    sent is as it was claimed, and not read again: whatever changes it changes its state."""
    moved = {attempt.id for attempt in claimed}
    for part in rows.chunks(attempt.id for attempt in claimed):
        moved -= set(tx.connection.execute(_STILL_SENDING, {"ids": list(part)}).scalars())
    anew = {attempt.id: attempt for attempt in get_many(tx, moved)} if moved else {}
    return [anew.get(attempt.id, attempt) for attempt in claimed]


def waiting_for(tx: Tx, gateways: Iterable[str], *, limit: int) -> list[Attempt]:
    """Queued attempts that are to go over one of these gateways, in the plan's order."""
    return _find(tx, _QUEUED, _ATTEMPTS.c.gateway.in_(list(gateways)), limit=limit)


def waiting_to(tx: Tx, numbers: Iterable[str]) -> list[Attempt]:
    """Queued texts of pages to these numbers, in the plan's order, locked until the transaction
    ends: nobody sends them meanwhile. A possible duplicate is not among them."""
    return [
        attempt
        for part in rows.chunks(numbers)
        for attempt in _attempts(
            tx, tx.connection.execute(_WAITING[tx.dialect], {"numbers": list(part)}).all()
        )
    ]


def take_back(tx: Tx, ids: Iterable[str], *, now: datetime) -> None:
    """What waits does not leave: another attempt tells of its pages."""
    for part in rows.chunks(ids):
        tx.connection.execute(_TAKE_BACK, {"ids": list(part), "at": now})


def expired(tx: Tx, *, now: datetime, limit: int = 500) -> list[Attempt]:
    """Queued attempts whose useful life ended before they left; for the engine to settle."""
    return _attempts(tx, tx.connection.execute(_EXPIRED, {"now": now, "most": limit}).all())


def next_due(tx: Tx, *, without: Sequence[tuple[str, Channel]] = ()) -> datetime | None:
    """When the next queued attempt may leave, but for those of these lanes."""
    if not without:
        return dues(tx).message
    lanes = [f"{gateway}:{channel.value}" for gateway, channel in without]
    found: datetime | None = tx.connection.execute(_NEXT_ELSEWHERE, {"lanes": lanes}).scalar_one()
    return found


def left_sending(tx: Tx) -> list[Attempt]:
    """At the start of a daemon: what another left in the middle of a request."""
    return _find(tx, _ATTEMPTS.c.state == AttemptState.SENDING)


def oldest_sending(tx: Tx) -> datetime | None:
    """When the oldest request that is out was made."""
    found: datetime | None = tx.connection.execute(_OLDEST_SENDING).scalar_one()
    return found


def get(tx: Tx, attempt_id: str) -> Attempt:
    """One attempt; NotFound where there is none."""
    found = get_many(tx, [attempt_id])
    if not found:
        raise NotFound(N_("There is no attempt {id}."), id=attempt_id)
    return found[0]


def get_many(tx: Tx, ids: Iterable[str]) -> list[Attempt]:
    """Those of these attempts that exist."""
    return [
        attempt
        for part in rows.chunks(ids)
        for attempt in _attempts(tx, tx.connection.execute(_MANY, {"ids": list(part)}).all())
    ]


def by_provider(
    tx: Tx, provider_ids: Iterable[str], *, gateway: str | None = None
) -> dict[str, Attempt]:
    """Attempts by the provider's own id, of one gateway where given (two may count alike)."""
    found: dict[str, Attempt] = {}
    for part in rows.chunks(provider_id for provider_id in provider_ids if provider_id):
        rows_of_it = tx.connection.execute(_BY_PROVIDER, {"ids": list(part)}).all()
        mine = [row for row in rows_of_it if gateway in {None, row.gateway}]
        found |= {attempt.provider_id: attempt for attempt in _attempts(tx, mine)}
    return found


def of_page(tx: Tx, page_ids: Iterable[int]) -> list[Attempt]:
    """Every attempt that served one of these pages, in the order in which they were queued."""
    ids: list[str] = []
    for part in rows.chunks(page_ids):
        ids += tx.connection.execute(_OF_PAGES, {"pages": list(part)}).scalars()
    return sorted(get_many(tx, ids), key=lambda attempt: (attempt.queued_at, attempt.id))


def for_no_page_of(tx: Tx, page_ids: Iterable[int], span: Span) -> list[Attempt]:
    """What was queued within a span and serves none of these pages, in that order; the messages of
    other pages of officials, of exercises, spot checks and reminders left out."""
    within = (_ATTEMPTS.c.queued_at >= span.start, _ATTEMPTS.c.queued_at < span.end)
    apart = ("page", "exercise", "spot_check", "reminder")
    found = _find(tx, *within, _ATTEMPTS.c.kind.not_in(apart))
    ours = set(page_ids)
    others = [attempt for attempt in found if not ours.intersection(attempt.pages)]
    return sorted(others, key=lambda attempt: (attempt.queued_at, attempt.id))


def withdraw(tx: Tx, page_ids: Iterable[int]) -> int:
    """Take back what has not left for these pages and serves no other open page; how many."""
    return sum(
        tx.connection.execute(_WITHDRAW, {"pages": list(part)}).rowcount
        for part in rows.chunks(page_ids)
    )


def withdraw_texts(tx: Tx, kind: str, texts: Iterable[str]) -> int:
    """Take back what has not left of a kind and has one of these texts; how many."""
    taken_back = update(_ATTEMPTS).where(
        _QUEUED, _ATTEMPTS.c.kind == kind, _ATTEMPTS.c.text.in_(list(texts))
    )
    return tx.connection.execute(taken_back.values(state=AttemptState.WITHDRAWN)).rowcount


def has_copy(tx: Tx, attempt_id: str) -> bool:
    """Whether its one extra copy has been made."""
    found = select(_ATTEMPTS.c.id).where(_ATTEMPTS.c.copy_of == attempt_id).limit(1)
    return tx.connection.execute(found).first() is not None


def in_doubt(tx: Tx, gateway: str, *, before: datetime) -> list[Attempt]:
    """Sends in doubt whose request was made at `before` or earlier."""
    return _find(tx, *_doubted(gateway), _ATTEMPTS.c.sent_at <= before)


def oldest_doubt(tx: Tx, gateway: str) -> datetime | None:
    """When the oldest request that is in doubt was made."""
    found: datetime | None = tx.connection.execute(
        select(func.min(_ATTEMPTS.c.sent_at)).where(*_doubted(gateway))
    ).scalar_one()
    return found


def awaiting_receipt(tx: Tx, gateway: str, *, since: datetime, limit: int = 1000) -> list[str]:
    """The provider's ids of what it took since, and of which the end is not known; oldest first."""
    asked = {"gateway": gateway, "since": since, "most": limit}
    return list(tx.connection.execute(_AWAITING, asked).scalars())


def _doubted(gateway: str) -> tuple[ColumnElement[bool], ...]:
    return _ATTEMPTS.c.state == AttemptState.IN_DOUBT, _ATTEMPTS.c.gateway == gateway


def _find(tx: Tx, *conditions: ColumnElement[bool], limit: int | None = None) -> list[Attempt]:
    found = tx.connection.execute(_NUMBERED.where(*conditions).limit(limit))
    return _attempts(tx, found.all())


def _attempts(tx: Tx, found: Sequence[Any]) -> list[Attempt]:
    """Attempts with their numbers and pages, in the order given."""
    pages = _pages_of(tx, [row.id for row in found])
    return [Attempt(row[0], tuple(pages[row[0]]), *row[1:]) for row in found]


def _pages_of(tx: Tx, ids: Sequence[str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for part in rows.chunks(ids):
        for attempt, page in tx.connection.execute(_PAGES_OF, {"attempts": list(part)}):
            found[attempt].append(page)
    return found
