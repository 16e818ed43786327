"""Pages: obligations to confirm, and the system's own alarms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
    union,
    update,
)

from fangxun.core.errors import N_, NotFound
from fangxun.core.exercise import TO_HIMSELF
from fangxun.core.incident import Incident, IncidentState
from fangxun.core.level import COLOURS
from fangxun.core.page import CLOSED_FOR_GOOD, Page, PageKind, PageState
from fangxun.store import rows
from fangxun.store.base import Tx
from fangxun.store.dues import dues
from fangxun.store.tables import (
    AttemptPageRow,
    AttemptRow,
    IncidentRow,
    PageLinkRow,
    PageRow,
    table,
)

_PAGES = table(PageRow)
_INCIDENTS = table(IncidentRow)
_ATTEMPTS = table(AttemptRow)
_TOLD = table(AttemptPageRow)
_LINKS = table(PageLinkRow)
_COLUMNS = rows.columns(_PAGES, Page)

EVERY = 1_000_000
"""More pages than a district has."""

_RANK = case({level.value: level.rank for level in COLOURS}, value=_PAGES.c.level, else_=0)
_PRACTICE = case((_PAGES.c.kind.in_(TO_HIMSELF), 1), else_=0)
_OPEN_INCIDENTS = select(_INCIDENTS.c.id).where(_INCIDENTS.c.state != IncidentState.CLOSED)
_OPEN = _PAGES.c.state == PageState.OPEN
_UNREACHED = _PAGES.c.state == PageState.UNREACHED
_STILL_MATTERS = or_(_PAGES.c.incident.is_(None), _PAGES.c.incident.in_(_OPEN_INCIDENTS))

# Asked in every cycle or for every group of pages, so built once.
_DUE = (
    select(*_COLUMNS)
    .where(_OPEN, _PAGES.c.next_due <= bindparam("now"))
    .order_by(_PRACTICE, _RANK.desc(), _PAGES.c.step, _PAGES.c.id)
    .limit(bindparam("most"))
)
_OVERDUE = select(*_COLUMNS).where(
    _PAGES.c.owed_by <= bindparam("now"),
    _PAGES.c.met_at.is_(None),
    _PAGES.c.state != PageState.CLOSED,
    # Row by row and in no order: else SQLite walks all pages instead of the few that owe anything.
    exists().where(
        _INCIDENTS.c.id == _PAGES.c.incident, _INCIDENTS.c.state != IncidentState.CLOSED
    ),
)
_OPEN_KEYS = select(_PAGES.c.id, _PAGES.c.key).where(
    _OPEN, _PAGES.c.incident.in_(bindparam("incidents", expanding=True))
)
_REOPENABLE = select(_PAGES.c.key, _PAGES.c.id).where(
    _PAGES.c.state == PageState.CLOSED,
    _PAGES.c.closing.not_in(sorted(CLOSED_FOR_GOOD)),
    _PAGES.c.incident.in_(bindparam("incidents", expanding=True)),
)
_CONFIRMED = select(_PAGES.c.incident, _PAGES.c.place, _PAGES.c.raise_no, _PAGES.c.person).where(
    _PAGES.c.kind == PageKind.PAGE,
    _PAGES.c.state.in_([PageState.CONFIRMED, PageState.COVERED]),
    _PAGES.c.incident.in_(bindparam("incidents", expanding=True)),
)
_MANY = (
    select(*_COLUMNS).where(_PAGES.c.id.in_(bindparam("ids", expanding=True))).order_by(_PAGES.c.id)
)
_KEYS = select(_PAGES.c.key).where(_PAGES.c.key.in_(bindparam("keys", expanding=True)))
ANSWERABLE = or_(
    _OPEN,
    and_(_UNREACHED, _STILL_MATTERS),
    and_(
        _PAGES.c.state.in_([PageState.CONFIRMED, PageState.COVERED]),
        _PAGES.c.incident.in_(_OPEN_INCIDENTS),
    ),
)
"""Pages that somebody who was told of them can answer: open, unreached, or of an open incident and
confirmed (he may still arrive, or deserve to hear that it is done)."""
_PEOPLE: BindParameter[Any] = bindparam("people", expanding=True)
_TOLD_TO = union(
    select(_PAGES.c.person, _PAGES.c.id).where(_PAGES.c.person.in_(_PEOPLE), ANSWERABLE),
    select(_ATTEMPTS.c.contact, _PAGES.c.id)
    .select_from(_ATTEMPTS)
    .join(_TOLD, _TOLD.c.attempt == _ATTEMPTS.c.id)
    .join(_PAGES, _PAGES.c.id == _TOLD.c.page)
    .where(_ATTEMPTS.c.contact.in_(_PEOPLE), ANSWERABLE),
)
_WITH_KEY = select(*_COLUMNS).where(_PAGES.c.key == bindparam("key"))
_BY_LINK = select(*_COLUMNS).where(
    _PAGES.c.id == select(_LINKS.c.page).where(_LINKS.c.hash == bindparam("hash")).scalar_subquery()
)
_OPEN_PAGES = select(*_COLUMNS).where(_OPEN).order_by(_PAGES.c.id)
_UNENDED = (
    select(*_COLUMNS).where(or_(_OPEN, and_(_UNREACHED, _STILL_MATTERS))).order_by(_PAGES.c.id)
)
_CHANGE = update(_PAGES).where(_PAGES.c.id == bindparam("of"))


def due(tx: Tx, now: datetime, *, limit: int = EVERY) -> list[Page]:
    """Open pages whose next step is due, the most urgent first: what is real before exercises, red
    before blue, first steps before repeats, then the plan's order."""
    found = tx.connection.execute(_DUE, {"now": now, "most": limit})
    return [Page(*row) for row in found]


def next_due(tx: Tx) -> datetime | None:
    """When the next step of any open page is due."""
    return dues(tx).step


def open_pages(tx: Tx, *, incident: int | None = None, person: str | None = None) -> list[Page]:
    """Pages whose ladder is climbing, of one incident or person where given."""
    if incident is None and person is None:
        return [Page(*row) for row in tx.connection.execute(_OPEN_PAGES)]
    conditions = [_OPEN]
    if incident is not None:
        conditions.append(_PAGES.c.incident == incident)
    if person is not None:
        conditions.append(_PAGES.c.person == person)
    return _find(tx, and_(*conditions))


def open_but(tx: Tx, incidents: Iterable[int], keys: AbstractSet[str]) -> list[Page]:
    """Open pages of these incidents whose key is not among `keys`."""
    found = tx.connection.execute(_OPEN_KEYS, {"incidents": list(incidents)})
    return get_many(tx, [page_id for page_id, key in found if key not in keys])


def unended(tx: Tx) -> list[Page]:
    """What still asks for somebody: open pages, and unreached ones of what is not over."""
    return [Page(*row) for row in tx.connection.execute(_UNENDED)]


def told_to(tx: Tx, people: Iterable[str]) -> dict[str, list[Page]]:
    """By person, the pages that he can answer, as his own or as told to him: see `ANSWERABLE`."""
    told: dict[int, list[str]] = defaultdict(list)
    for part in rows.chunks(people):
        for person, page_id in tx.connection.execute(_TOLD_TO, {"people": list(part)}):
            told[page_id].append(person)
    found: dict[str, list[Page]] = defaultdict(list)
    for page in get_many(tx, told):
        for person in told[page.id]:
            found[person].append(page)
    return dict(found)


def overdue(tx: Tx, now: datetime) -> list[Page]:
    """Pages of open incidents whose person has confirmed, and what he owes by now is not done."""
    late = [Page(*row) for row in tx.connection.execute(_OVERDUE, {"now": now})]
    return sorted(late, key=lambda item: item.id)


def confirmed_by_raise(
    tx: Tx, incidents: Iterable[Incident]
) -> dict[tuple[int, str, int], frozenset[str]]:
    """(incident, place, raise number) -> whose pages for it are confirmed, or covered."""
    found: dict[tuple[int, str, int], set[str]] = defaultdict(set)
    asked = {"incidents": [item.id for item in incidents]}
    for incident, place, raise_no, person in tx.connection.execute(_CONFIRMED, asked):
        found[incident, place, raise_no].add(person)
    return {raised: frozenset(people) for raised, people in found.items()}


def count_unreached(tx: Tx) -> int:
    """Pages of open incidents whose ladder is exhausted and that nobody has confirmed."""
    return int(
        tx.connection.execute(
            select(func.count())
            .select_from(_PAGES)
            .where(_UNREACHED, _PAGES.c.kind == PageKind.PAGE, _STILL_MATTERS)
        ).scalar_one()
    )


def get(tx: Tx, page_id: int) -> Page:
    """One page; NotFound where there is none."""
    found = get_many(tx, [page_id])
    if not found:
        raise NotFound(N_("There is no page {id}. List them with: fangxun page list"), id=page_id)
    return found[0]


def get_many(tx: Tx, ids: Iterable[int]) -> list[Page]:
    """Those of these pages that exist, in the order of their numbers."""
    return [
        Page(*row)
        for part in rows.chunks(ids)
        for row in tx.connection.execute(_MANY, {"ids": list(part)})
    ]


def latest(tx: Tx, *, limit: int = 100, incident: int | None = None) -> list[Page]:
    """The latest pages, newest first; of one incident where given."""
    condition = _PAGES.c.id > 0 if incident is None else _PAGES.c.incident == incident
    return _find(tx, condition, order=(_PAGES.c.id.desc(),), limit=limit)


def by_key(tx: Tx, keys: Iterable[str]) -> set[str]:
    """Which of these keys have a page already, ended or not."""
    found: set[str] = set()
    for part in rows.chunks(keys):
        found |= set(tx.connection.execute(_KEYS, {"keys": list(part)}).scalars())
    return found


def reopenable(tx: Tx, incidents: Iterable[int]) -> dict[str, int]:
    """By key the numbers of pages of these incidents that were closed and could be required
    again."""
    found = tx.connection.execute(_REOPENABLE, {"incidents": list(incidents)})
    return {row.key: row.id for row in found}


def with_key(tx: Tx, key: str) -> Page | None:
    """The page of a key, None where there is none."""
    return _one(tx, _WITH_KEY, {"key": key})


def numbered(tx: Tx, pages: Sequence[Page]) -> list[Page]:
    """New pages with the numbers that they will have, for `add` in the same transaction."""
    first = rows.next_id(tx, _PAGES.c.id)
    return [replace(page, id=first + offset) for offset, page in enumerate(pages)]


def add(tx: Tx, pages: Sequence[Page]) -> None:
    """Keep new pages that have their numbers. A key that has a page fails the whole transaction:
    nobody is paged twice for one raise."""
    rows.insert(tx, _PAGES, [rows.values(page) for page in pages])


def insert(tx: Tx, pages: Sequence[Page]) -> list[Page]:
    """Number new pages, keep them as `add` does, and return them."""
    fresh = numbered(tx, pages)
    add(tx, fresh)
    return fresh


def save(tx: Tx, pages: Sequence[Page]) -> None:
    """Keep pages as they stand now."""
    if not pages:
        return
    changed = []
    for page in pages:
        row = rows.values(page)
        row["of"] = row.pop("id")
        changed.append(row)
    tx.connection.execute(_CHANGE, changed)


def add_link(tx: Tx, page_id: int, link_hash: str) -> None:
    """Keep the hash of one more link of a page; the link itself is only in the text that left."""
    rows.insert(tx, _LINKS, [{"hash": link_hash, "page": page_id}])


def by_link(tx: Tx, link_hash: str) -> Page | None:
    """The page of a link, ended or not."""
    return _one(tx, _BY_LINK, {"hash": link_hash})


def _one(tx: Tx, question: Select[Any], asked: Mapping[str, object]) -> Page | None:
    row = tx.connection.execute(question, asked).first()
    return Page(*row) if row is not None else None


def _find(
    tx: Tx,
    condition: ColumnElement[bool],
    *,
    order: Sequence[Any] = (_PAGES.c.id,),
    limit: int | None = None,
) -> list[Page]:
    found = tx.connection.execute(select(*_COLUMNS).where(condition).order_by(*order).limit(limit))
    return [Page(*row) for row in found]
