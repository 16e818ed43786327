"""The codes by which people are told of pages, each contact of a page by one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import bindparam, case, delete, func, or_, select

from fangxun.store import rows
from fangxun.store.base import Tx
from fangxun.store.pages import ANSWERABLE
from fangxun.store.tables import PageCodeRow, PageRow, table

_CODES = table(PageCodeRow)
_PAGES = table(PageRow)

# Asked for every group of texts and of replies, so built once.
_OWN = select(_CODES.c.page, _CODES.c.contact, _CODES.c.code).where(
    _CODES.c.page.in_(bindparam("pages", expanding=True)),
    _CODES.c.contact.in_(bindparam("people", expanding=True)),
)
_USES = (
    select(
        _CODES.c.contact,
        _CODES.c.code,
        func.max(_CODES.c.given),
        func.sum(case((ANSWERABLE, 1), else_=0)),
    )
    .join(_PAGES, _PAGES.c.id == _CODES.c.page)
    .where(_CODES.c.contact.in_(bindparam("people", expanding=True)))
    .group_by(_CODES.c.contact, _CODES.c.code)
)
_MEANT = (
    select(_CODES.c.contact, _CODES.c.page, _CODES.c.code)
    .join(_PAGES, _PAGES.c.id == _CODES.c.page)
    .where(
        _CODES.c.contact.in_(bindparam("people", expanding=True)),
        or_(ANSWERABLE, _PAGES.c.ended_at >= bindparam("since")),
    )
)
_FORGET = delete(_CODES).where(_CODES.c.page.in_(bindparam("pages", expanding=True)))

Told = tuple[int, str]
"""A page, and who is told of it."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """The codes of some people. `own`: who is told of a page by which; `answerable`: by person,
    how many pages each code names that he can still answer; `given`: by person, when each was
    given last, as a number that goes up."""

    own: dict[Told, int] = field(default_factory=dict)
    answerable: Mapping[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    given: Mapping[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))


def ledger(tx: Tx, told: Collection[Told], people: Iterable[str]) -> Ledger:
    """The codes of these people, and by which each of these is told."""
    found = Ledger()
    contacts = list({contact for _page, contact in told})
    for part in rows.chunks(page for page, _contact in told):
        asked = {"pages": list(part), "people": contacts}
        for page, contact, code in tx.connection.execute(_OWN, asked):
            found.own[page, contact] = code
    for these in rows.chunks(people):
        for contact, code, given, pages in tx.connection.execute(_USES, {"people": list(these)}):
            found.given[contact][code] = given
            found.answerable[contact][code] = pages
    return found


def give(tx: Tx, codes: Sequence[tuple[Told, int]]) -> None:
    """Keep codes in the order in which they were given; one given anew takes the place of the
    old."""
    if not codes:
        return
    first = rows.next_id(tx, _CODES.c.given)
    rows.upsert(
        tx,
        _CODES,
        [
            {"page": page, "contact": contact, "code": code, "given": first + offset}
            for offset, ((page, contact), code) in enumerate(codes)
        ],
    )


def forget(tx: Tx, pages: Iterable[int]) -> None:
    """Nobody is told of these pages by a code any more."""
    for part in rows.chunks(pages):
        tx.connection.execute(_FORGET, {"pages": list(part)})


def meant(tx: Tx, people: Iterable[str], *, since: datetime) -> dict[str, dict[int, str]]:
    """By person and page the code by which he was told of it: of pages that he can answer, and of
    those that have ended since."""
    found: dict[str, dict[int, str]] = defaultdict(dict)
    for part in rows.chunks(people):
        asked = {"people": list(part), "since": since}
        for contact, page, code in tx.connection.execute(_MEANT, asked):
            found[contact][page] = str(code)
    return dict(found)
