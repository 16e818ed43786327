"""The pages that must exist, and what becomes of those that must no longer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime

from fangxun.core import page
from fangxun.core.incident import Incident, PlaceInIncident
from fangxun.core.journal import Entry, Event
from fangxun.core.page import Page, PageKind
from fangxun.core.plan import Group, Required
from fangxun.engine import closing
from fangxun.store import codes as code_store
from fangxun.store import journal
from fangxun.store import pages as page_store
from fangxun.store.base import Tx


@dataclass(frozen=True, slots=True)
class Wanted:
    """A page that must exist, and the raise that it is for."""

    incident: Incident
    place: PlaceInIncident
    who: Required
    closed: int | None = None
    """The number of its page, where it has one that was closed and has to be opened again."""

    @property
    def key(self) -> str:
        """The page's key of the glossary: (incident, raise, place, person)."""
        return page.page_key(
            self.incident.id, self.place.place, self.place.raise_no, self.who.person
        )


def missing(tx: Tx, wanted: Sequence[Wanted], before: Sequence[Incident]) -> Iterable[Wanted]:
    """Those without a page, or whose page was closed while nobody required it. Only incidents that
    were there `before` can have any."""
    ids = [item.id for item in before]
    existing = page_store.by_key(tx, [w.key for w in wanted if w.incident.id in ids])
    closed = page_store.reopenable(tx, ids) if existing else {}
    for item in wanted:
        if item.key in closed:
            yield replace(item, closed=closed[item.key])
        elif item.key not in existing:
            yield item


def open_pages(tx: Tx, wanted: Sequence[Wanted], *, now: datetime) -> list[Page]:
    """The pages as they are opened, or opened again, and journalled; `keep` keeps them."""
    fresh = [page.open_page(w.incident.id, w.place, w.who, now=now) for w in wanted]
    closed = {p.id: p for p in page_store.get_many(tx, filter(None, (w.closed for w in wanted)))}
    numbered = iter(
        page_store.numbered(
            tx, [new for new, item in zip(fresh, wanted, strict=True) if not item.closed]
        )
    )
    opened = [
        page.reopen(closed[item.closed], new) if item.closed else next(numbered)
        for new, item in zip(fresh, wanted, strict=True)
    ]
    journal.append(tx, [_entry(new, item, now) for new, item in zip(opened, wanted, strict=True)])
    return opened


def _entry(opened: Page, item: Wanted, now: datetime) -> Entry:
    return Entry(
        now,
        Event.PAGE_REOPENED if item.closed else Event.PAGE_OPENED,
        "system",
        f"page/{opened.id}",
        item.who.group.value,
        (
            ("key", opened.key),
            ("person", opened.person),
            ("place", opened.place),
            ("level", opened.level.value),
            ("incident", item.incident.id),
        ),
    )


def keep(tx: Tx, opened: Sequence[Page], wanted: Sequence[Wanted]) -> None:
    """Keep pages of these after their first step. Who was told of one that is opened again is told
    anew, by another code: his may name another page by now."""
    again = {item.closed for item in wanted if item.closed}
    code_store.forget(tx, again)
    page_store.add(tx, [item for item in opened if item.id not in again])
    page_store.save(tx, [item for item in opened if item.id in again])


def close_needless(
    tx: Tx,
    incidents: Sequence[Incident],
    wanted: Sequence[Wanted],
    *,
    spared: AbstractSet[tuple[int, str]],
    now: datetime,
) -> None:
    """Close open pages that a higher raise, a hand-off or an edit has made needless. `spared` are
    the raises, by incident and place, of which a wave has confirmations enough."""
    keys = {item.key for item in wanted}
    places = {(item.id, place.place): place for item in incidents for place in item.places}
    called = {(w.incident.id, w.place.place, w.who.person): w.place for w in wanted}
    closed = []
    for item in page_store.open_but(tx, [item.id for item in incidents], keys):
        if item.kind is not PageKind.PAGE:
            continue
        raised = (item.incident or 0, item.place or "")
        theirs = called.get((*raised, item.person or "")) or _raise_of(item, places.get(raised))
        closed.append((item, page.why_needless(item, theirs, enough=raised in spared)))
    closing.close_pages(tx, closed, now=now)


def _raise_of(item: Page, place: PlaceInIncident | None) -> PlaceInIncident | None:
    """What a page that nobody requires any more was for, as it stands now."""
    if place is None or item.group is Group.DUTY_ROOM:
        return place
    return place if item.raise_no > place.by_itself.raise_no else place.by_itself
