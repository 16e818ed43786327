"""Confirm, relay, see what is owed done, page one person by hand; the one-time link."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from fangxun.core import page as pages
from fangxun.core.errors import N_, NotFound, Refused
from fangxun.core.journal import Event
from fangxun.core.page import How, Page, PageKind, PageState
from fangxun.core.plan import Owed
from fangxun.engine import acknowledge as acknowledging
from fangxun.engine.acts.base import Act, district_in_force, names, person, written
from fangxun.engine.links import link_digest
from fangxun.store import meta, outbox
from fangxun.store import pages as page_store
from fangxun.store.base import Store, Tx

_NOT_OWED = {
    Owed.ARRIVED: N_("The person of page {page} was not called to come; nothing was written."),
    Owed.MOVED_OUT: N_("The person of page {page} has nobody to move out; nothing was written."),
}


def _page(tx: Tx, page_id: int) -> Page:
    return page_store.get(tx, page_id)


def acknowledge(store: Store, page_id: int, *, how: How, act: Act) -> Page:
    """Confirm a page as oneself: one's own, one that one was told of, or an alarm."""
    with store.write() as tx:
        found = _page(tx, page_id)
        told = act.actor in {attempt.contact for attempt in outbox.of_page(tx, [page_id])}
        if found.kind is not PageKind.ALARM and act.actor != found.person and not told:
            raise Refused(
                N_(
                    "Page {page} is {person}'s; only he confirms it. If he told you, use: "
                    "fangxun page relay {page}"
                ),
                page=page_id,
                person=names(district_in_force(tx), [found.person or ""]),
            )
        after = acknowledging.confirm(
            tx, found, by=act.actor, how=how, said=act.reason, now=act.now
        )
        meta.wake(tx)
    return after


def relay(store: Store, page_id: int, *, by: str, told: str, said: str, act: Act) -> Page:  # noqa: PLR0913  each is a value that the caller already holds
    """The duty officer writes down that `by` has confirmed, how he said it and in what words."""
    with store.write() as tx:
        found = _page(tx, page_id)
        someone = person(district_in_force(tx), by)
        words = f"{told}: {said}" if said else told
        after = acknowledging.confirm(
            tx, found, by=someone.id, how=How.RELAYED, said=words, now=act.now
        )
        written(
            tx,
            act,
            Event.INCIDENT_NOTED,
            f"page/{page_id}",
            relayed_for=someone.id,
            how=told,
            said=said[:200],
        )
    return after


def meet(store: Store, page_id: int, owed: Owed, *, act: Act) -> Page:
    """What a page's person owes was seen to be done: he has arrived, they are moved out."""
    with store.write() as tx:
        found = _page(tx, page_id)
        if found.owed is not owed:
            raise Refused(_NOT_OWED[owed], page=page_id)
        after = acknowledging.meet(
            tx,
            found,
            by=act.actor,
            how=How.RELAYED,
            reason=act.reason,
            now=act.now,
        )
        meta.wake(tx)
    return after


def send_page(store: Store, person_id: str, text: str, *, act: Act) -> Page:
    """Page one person by hand, in one's own words, with the plan's ladder until he confirms."""
    with store.write() as tx:
        district = district_in_force(tx)
        someone = person(district, person_id)
        (code,) = page_store.free_codes(tx, 1)
        opened = pages.open_by_hand(someone.id, text, code=code, now=act.now)
        (kept,) = page_store.insert(tx, [opened])
        written(tx, act, Event.PAGE_OPENED, f"page/{kept.id}", person=someone.id, text=text[:300])
    return kept


@dataclass(frozen=True, slots=True)
class LinkView:
    """What the confirmation page shows: the page, and the text as it was sent."""

    page: Page
    text: str


def page_by_link(store: Store, token: str) -> LinkView | None:
    """The page that a one-time link stands for; None for an unknown or dead link."""
    with store.read() as tx:
        found = page_store.by_link(tx, link_digest(token))
        if found is None:
            return None
        attempts = outbox.of_page(tx, [found.id])
    return LinkView(found, attempts[-1].text if attempts else "")


def acknowledge_by_link(store: Store, token: str, *, now: datetime) -> Page:
    """Confirm by the one-time link (a POST; looking at it confirms nothing)."""
    with store.write() as tx:
        found = page_store.by_link(tx, link_digest(token))
        if found is None:
            raise NotFound(N_("This link is not valid any more; reply to the message instead."))
        if found.state is PageState.CLOSED:
            raise Refused(N_("This link is not valid any more; reply to the message instead."))
        after = acknowledging.confirm(
            tx, found, by=found.person or "link", how=How.LINK, said="", now=now
        )
        meta.wake(tx)
    return after
