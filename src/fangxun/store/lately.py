"""What people have had lately: the texts of each number, its alarms, and who was reached when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, select, union_all

from fangxun.core.attempt import TAKEN, AttemptState
from fangxun.core.page import PageKind, PageState
from fangxun.core.plan import Channel
from fangxun.store import rows
from fangxun.store.base import Tx
from fangxun.store.tables import AttemptPageRow, AttemptRow, PageRow, PersonPhoneRow, table

_ATTEMPTS = table(AttemptRow)
_LINKS = table(AttemptPageRow)
_PAGES = table(PageRow)
_PHONES = table(PersonPhoneRow)

_DAY = timedelta(hours=24)
_NEVER_LEFT = (AttemptState.FAILED, AttemptState.WITHDRAWN)

# Asked for every group of pages, so built once.
_SENT = (
    select(_PHONES.c.number, _ATTEMPTS.c.kind, _ATTEMPTS.c.text)
    .join(_ATTEMPTS, _ATTEMPTS.c.phone == _PHONES.c.id)
    .where(
        _PHONES.c.number.in_(bindparam("numbers", expanding=True)),
        _ATTEMPTS.c.channel == Channel.SMS,
        _ATTEMPTS.c.queued_at > bindparam("since"),
        _ATTEMPTS.c.state.not_in(_NEVER_LEFT),
    )
    .order_by(_ATTEMPTS.c.queued_at, _ATTEMPTS.c.id)
)
_TOLD = (
    select(func.count())
    .select_from(_ATTEMPTS)
    .join(_PHONES, _ATTEMPTS.c.phone == _PHONES.c.id)
    .where(
        _PHONES.c.number == bindparam("number"),
        _ATTEMPTS.c.kind == bindparam("kind"),
        _ATTEMPTS.c.queued_at > bindparam("since"),
        _ATTEMPTS.c.state.not_in(_NEVER_LEFT),
    )
)
_REACHED = union_all(
    select(_ATTEMPTS.c.contact.label("who"), func.max(_ATTEMPTS.c.accepted_at).label("at"))
    .where(
        _ATTEMPTS.c.contact.in_(bindparam("people", expanding=True)),
        _ATTEMPTS.c.accepted_at > bindparam("since"),
        _ATTEMPTS.c.state.in_(TAKEN),
        _ATTEMPTS.c.channel != Channel.CONSOLE,
    )
    .group_by(_ATTEMPTS.c.contact),
    select(_PAGES.c.person, func.max(_PAGES.c.ended_at))
    .where(
        _PAGES.c.state == PageState.CONFIRMED,
        _PAGES.c.person.in_(bindparam("people", expanding=True)),
        _PAGES.c.ended_at > bindparam("since"),
    )
    .group_by(_PAGES.c.person),
)
_ALARMS_TOLD = (
    select(_PHONES.c.number, _PAGES.c.cause)
    .join(_ATTEMPTS, _ATTEMPTS.c.phone == _PHONES.c.id)
    .join(_LINKS, _LINKS.c.attempt == _ATTEMPTS.c.id)
    .join(_PAGES, _PAGES.c.id == _LINKS.c.page)
    .where(
        _PHONES.c.number.in_(bindparam("numbers", expanding=True)),
        _ATTEMPTS.c.queued_at > bindparam("since"),
        _ATTEMPTS.c.state.not_in(_NEVER_LEFT),
        _PAGES.c.kind == PageKind.ALARM,
    )
    .distinct()
)


def sent_24h(tx: Tx, numbers: Iterable[str], *, now: datetime) -> dict[str, list[tuple[str, str]]]:
    """(kind, text) of the SMS queued for each number in 24 hours that have left or may yet."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for part in rows.chunks(numbers):
        for number, kind, text in tx.connection.execute(
            _SENT, {"numbers": list(part), "since": now - _DAY}
        ):
            found[number].append((kind, text))
    return dict(found)


def told_since(tx: Tx, number: str, kind: str, *, since: datetime) -> int:
    """How many messages of a kind were queued for a number since, and have left or may yet."""
    asked = {"number": number, "kind": kind, "since": since}
    return int(tx.connection.execute(_TOLD, asked).scalar_one())


def last_reached(tx: Tx, people: Iterable[str], *, now: datetime) -> dict[str, datetime]:
    """When those of these people who were reached within 24 hours were so last: a provider took
    a message to them, or they confirmed."""
    found: dict[str, datetime] = {}
    for part in rows.chunks(people):
        asked = {"people": list(part), "since": now - _DAY}
        for who, at in tx.connection.execute(_REACHED, asked):
            found[who] = max(at, found.get(who, at))
    return found


def alarms_told(tx: Tx, numbers: Iterable[str], *, since: datetime) -> dict[str, set[str]]:
    """The causes of the alarms that went to each number since, or may yet."""
    found: dict[str, set[str]] = defaultdict(set)
    for part in rows.chunks(numbers):
        for number, cause in tx.connection.execute(
            _ALARMS_TOLD, {"numbers": list(part), "since": since}
        ):
            found[number].add(cause)
    return dict(found)
