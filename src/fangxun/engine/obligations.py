"""The pages that must exist, and what becomes of those that must no longer."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

from fangxun.core import page
from fangxun.core.incident import Incident, PlaceInIncident
from fangxun.core.page import Page, PageKind
from fangxun.core.plan import Group, Required
from fangxun.engine import closing
from fangxun.store import pages as page_store
from fangxun.store.base import Tx


@dataclass(frozen=True, slots=True)
class Wanted:
    """A page that must exist, and the raise that it is for."""

    incident: Incident
    place: PlaceInIncident
    who: Required

    @property
    def key(self) -> str:
        """The page's key of the glossary: (incident, raise, place, person)."""
        return page.page_key(
            self.incident.id, self.place.place, self.place.raise_no, self.who.person
        )


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
