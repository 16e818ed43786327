"""Warnings as received, each message once; what is still in the feed, and what a human ended."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, or_, select, update

from fangxun.core.errors import N_, NotFound
from fangxun.core.warning import Bulletin
from fangxun.store.base import Tx
from fangxun.store.rows import chunks, document, insert, next_id, read
from fangxun.store.tables import BulletinRow, table

_BULLETINS = table(BulletinRow)

Key = tuple[str, str, str]

BACK = timedelta(days=7)
"""A warning that has an end, or has left its feed, is not looked for any more so long after."""

_OPEN_ENDED = (
    _BULLETINS.c.expires.is_(None),
    _BULLETINS.c.ended_at.is_(None),
    _BULLETINS.c.absent_since.is_(None),
)
_OLDEST_OPEN_ENDED = select(func.min(_BULLETINS.c.received_at)).where(*_OPEN_ENDED)

_STANDING = (
    select(_BULLETINS.c.id, _BULLETINS.c.document, _BULLETINS.c.absent_since)
    .where(
        _BULLETINS.c.ended_at.is_(None),
        or_(
            _BULLETINS.c.received_at >= bindparam("since"),
            _BULLETINS.c.expires >= bindparam("since"),
        ),
    )
    .order_by(_BULLETINS.c.id)
)


def accept(tx: Tx, bulletins: Iterable[Bulletin]) -> list[Bulletin]:
    """Keep messages that are new, or changed under the same identifier, and return them. Each must
    carry `received_at`."""
    given = {(b.feed, b.sender, b.identifier): b for b in bulletins}
    known = {key: row for key, row in _by_identifier(tx, given) if key in given}
    first = next_id(tx, _BULLETINS.c.id)
    added: list[Bulletin] = []
    changed: list[dict[str, Any]] = []
    for key, bulletin in given.items():
        row = known.get(key)
        if row is None:
            added.append(bulletin)
        elif _content(read(Bulletin, row.document)) != _content(bulletin):
            changed.append({"of": row.id, **_row(bulletin)})
    insert(
        tx,
        _BULLETINS,
        [{"id": first + i, "missed": 0, **_row(b)} for i, b in enumerate(added)],
    )
    if changed:
        tx.connection.execute(update(_BULLETINS).where(_BULLETINS.c.id == bindparam("of")), changed)
    news = {row["of"] for row in changed}
    again = [given[key] for key, row in known.items() if row.id in news]
    return [*added, *again]


def standing(tx: Tx, since: datetime) -> list[Bulletin]:
    """Messages that may bear on what is in force: received or expiring at `since` or later, and not
    ended by a human; all of them since a day before the oldest that has no end, for age alone ends
    none, and what ended it came about then. `absent_since` tells when one left its feed."""
    found = tx.connection.execute(_STANDING, {"since": _reach(tx, since)})
    return [replace(read(Bulletin, row.document), absent_since=row.absent_since) for row in found]


def _reach(tx: Tx, since: datetime) -> datetime:
    oldest: datetime | None = tx.connection.execute(_OLDEST_OPEN_ENDED).scalar_one()
    return since if oldest is None else min(since, oldest - timedelta(days=1))


def retire(tx: Tx, before: datetime, *, but: AbstractSet[Key]) -> int:
    """Look no more for messages without an end that were received `before`, except for those that
    are in force by their keys (feed, sender, identifier); how many they were."""
    old = tx.connection.execute(
        select(
            _BULLETINS.c.id, _BULLETINS.c.feed, _BULLETINS.c.sender, _BULLETINS.c.identifier
        ).where(*_OPEN_ENDED, _BULLETINS.c.received_at < before)
    ).all()
    over = [row.id for row in old if (row.feed, row.sender, row.identifier) not in but]
    for part in chunks(over):
        tx.connection.execute(
            update(_BULLETINS)
            .where(_BULLETINS.c.id.in_(part))
            .values(expires=_BULLETINS.c.received_at)
        )
    return len(over)


def touch_anew(tx: Tx, since: datetime, touch: Callable[[Bulletin], Bulletin]) -> list[Bulletin]:
    """Let `touch` say which places the messages of `standing` concern; those that it changes."""
    changed: list[dict[str, Any]] = []
    found: list[Bulletin] = []
    for row in tx.connection.execute(_STANDING, {"since": _reach(tx, since)}).all():
        before = read(Bulletin, row.document)
        after = touch(before)
        if after != before:
            found.append(after)
            changed.append({"of": row.id, "document": document(after)})
    if changed:
        tx.connection.execute(update(_BULLETINS).where(_BULLETINS.c.id == bindparam("of")), changed)
    return found


def mark_absent(
    tx: Tx, feed: str, present: Iterable[tuple[str, str]], *, polls: int, now: datetime
) -> list[str]:
    """After a complete poll of a snapshot feed that shows `present` (sender, identifier): those not
    seen for `polls` polls in a row have left it; returns the identifiers that left just now. One
    that shows up again is back."""
    seen = set(present)
    gone: list[str] = []
    rows: list[dict[str, Any]] = []
    for row in tx.connection.execute(
        select(
            _BULLETINS.c.id, _BULLETINS.c.sender, _BULLETINS.c.identifier, _BULLETINS.c.missed,
            _BULLETINS.c.absent_since,
        ).where(
            _BULLETINS.c.feed == feed,
            or_(_BULLETINS.c.absent_since.is_(None), _BULLETINS.c.absent_since >= now - BACK),
        )
    ):  # fmt: skip
        missed = 0 if (row.sender, row.identifier) in seen else row.missed + 1
        absent = (row.absent_since or now) if missed >= polls else None
        if absent is not None and row.absent_since is None:
            gone.append(row.identifier)
        if (missed, absent) != (row.missed, row.absent_since) and not (missed and row.absent_since):
            rows.append({"of": row.id, "missed": missed, "absent_since": absent})
    if rows:
        tx.connection.execute(update(_BULLETINS).where(_BULLETINS.c.id == bindparam("of")), rows)
    return gone


def end_by_hand(tx: Tx, identifier: str, *, now: datetime) -> list[Bulletin]:
    """A human ends a warning, with every message that it updates or that updates it: else an
    earlier one of its chain would be in force again. Returns them; NotFound where there is none."""
    rows = tx.connection.execute(_STANDING, {"since": _reach(tx, now - BACK)}).all()
    open_ = {row.id: read(Bulletin, row.document) for row in rows}
    chain = {key for key, item in open_.items() if item.identifier == identifier}
    if not chain:
        raise NotFound(
            N_("No warning {identifier} stands. List them with: fangxun warning list"),
            identifier=identifier,
        )
    while more := {
        key
        for key, item in open_.items()
        if key not in chain and any(_linked(item, open_[other]) for other in chain)
    }:
        chain |= more
    for part in chunks(chain):
        tx.connection.execute(
            update(_BULLETINS).where(_BULLETINS.c.id.in_(part)).values(ended_at=now)
        )
    return [open_[key] for key in sorted(chain)]


def _linked(one: Bulletin, other: Bulletin) -> bool:
    return _refers(one, other) or _refers(other, one)


def _refers(one: Bulletin, other: Bulletin) -> bool:
    return any(
        (ref.sender, ref.identifier) == (other.sender, other.identifier) for ref in one.references
    )


def _content(bulletin: Bulletin) -> Bulletin:
    """Without what only our receiving it adds."""
    return replace(bulletin, received_at=None, absent_since=None)


def _by_identifier(tx: Tx, given: dict[Key, Bulletin]) -> list[tuple[Key, Any]]:
    found: list[tuple[Key, Any]] = []
    for part in chunks(identifier for _feed, _sender, identifier in given):
        found += [
            ((row.feed, row.sender, row.identifier), row)
            for row in tx.connection.execute(
                select(_BULLETINS).where(_BULLETINS.c.identifier.in_(part))
            )
        ]
    return found


def _row(bulletin: Bulletin) -> dict[str, Any]:
    return {
        "feed": bulletin.feed,
        "sender": bulletin.sender,
        "identifier": bulletin.identifier,
        "received_at": bulletin.received_at,
        "expires": bulletin.expires,
        "document": document(bulletin),
    }
