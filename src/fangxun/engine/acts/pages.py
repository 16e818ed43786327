"""Confirm, relay, see what is owed done, page one person by hand; the one-time link."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from fangxun.core import message
from fangxun.core import page as pages
from fangxun.core.district import District
from fangxun.core.errors import N_, Conflict, FaultyInput, NotFound, Refused
from fangxun.core.journal import Event
from fangxun.core.page import How, Page, PageKind, PageState
from fangxun.core.plan import Owed
from fangxun.core.responsibility import Person
from fangxun.core.wording import Occasion
from fangxun.engine import acknowledge as acknowledging
from fangxun.engine.acts.base import Act, district_in_force, names, person, written
from fangxun.engine.links import link_digest, shown
from fangxun.store import meta, outbox
from fangxun.store import pages as page_store
from fangxun.store.base import Store, Tx
from fangxun.text import wordings

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
        if not _may_confirm(tx, found, act.actor):
            raise Refused(
                N_(
                    "Page {page} is {person}'s; only he confirms it. If he told you, use: "
                    "fangxun page relay {page}"
                ),
                page=page_id,
                person=names(district_in_force(tx), [found.person or ""]),
            )
        after = _confirmed(tx, found, by=act.actor, how=how, said=act.reason, act=act)
        meta.wake(tx)
    return after


def relay(store: Store, page_id: int, *, by: str, told: str, said: str, act: Act) -> Page:  # noqa: PLR0913  each is a value that the caller already holds
    """The duty officer writes down that `by` has confirmed, how he said it and in what words: his
    own page, or one that he was told of."""
    if not told.strip():
        raise FaultyInput(N_("How did he say it: by telephone, in person ...?"))
    with store.write() as tx:
        found = _page(tx, page_id)
        district = district_in_force(tx)
        someone = person(district, by)
        if not _may_confirm(tx, found, someone.id):
            raise Refused(
                N_(
                    "Page {page} is {person}'s, and {by} was not told of it; nothing was written "
                    "down. Whose page is which: fangxun page list"
                ),
                page=page_id,
                person=names(district, [found.person or ""]),
                by=someone.name,
            )
        words = f"{told}: {said}" if said else told
        after = _confirmed(tx, found, by=someone.id, how=How.RELAYED, said=words, act=act)
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


def _may_confirm(tx: Tx, found: Page, person_id: str) -> bool:
    """Its own person, whoever was told of it in his stead, and for an alarm everybody."""
    if found.kind is PageKind.ALARM or person_id == found.person:
        return True
    return person_id in {attempt.contact for attempt in outbox.of_page(tx, [found.id])}


def _confirmed(tx: Tx, found: Page, *, by: str, how: How, said: str, act: Act) -> Page:  # noqa: PLR0913  each is a value that the caller already holds
    """The page as confirmed; Conflict where that says nothing new."""
    after = acknowledging.confirm(tx, found, by=by, how=how, said=said, now=act.now)
    if after != found:
        return after
    if found.state is PageState.CLOSED:
        raise Conflict(
            N_("Page {page} was closed on {at} ({why}); there is nothing left to confirm."),
            page=found.id,
            at=found.ended_at,
            why=found.closing,
        )
    raise Conflict(
        N_("Page {page} was confirmed already, on {at} by {person} ({how})."),
        page=found.id,
        at=found.ended_at,
        person=found.confirmed_by,
        how=found.how,
    )


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
    """Page one person by hand, in one's own words, with the plan's ladder until he confirms.
    FaultyInput for no words, or more than one SMS can carry: he would get them cut."""
    with store.write() as tx:
        district = district_in_force(tx)
        someone = person(district, person_id)
        words = _carried(text, district, someone)
        opened = pages.open_by_hand(someone.id, words, now=act.now)
        (kept,) = page_store.insert(tx, [opened])
        written(tx, act, Event.PAGE_OPENED, f"page/{kept.id}", person=someone.id, text=words)
    return kept


LONGEST_CODE = "99999"


def _carried(text: str, district: District, someone: Person) -> str:
    """The words as they will stand in his SMS."""
    words = message.clean(text, most=len(text) + 1)
    if not words:
        raise FaultyInput(
            N_("The page has no text: say what {person} is to do."), person=someone.name
        )
    occasion = Occasion(someone.language or district.language)
    frame = wordings.words(district.texts, occasion)["page_by_hand"]
    fields = {"text": words, "code": LONGEST_CODE}
    full = message.render(frame, fields, signature=district.signature)
    if words not in full:
        raise FaultyInput(
            N_("The text of {count} characters does not fit into two SMS; he would get it cut."),
            count=len(words),
        )
    return words


@dataclass(frozen=True, slots=True)
class LinkView:
    """What the confirmation page shows: the page, and the text as it was sent, without its link."""

    page: Page
    text: str


def page_by_link(store: Store, token: str) -> LinkView | None:
    """The page that a one-time link stands for; None for an unknown or dead link."""
    with store.read() as tx:
        found = page_store.by_link(tx, link_digest(token))
        if found is None:
            return None
        attempts = outbox.of_page(tx, [found.id])
    return LinkView(found, shown(attempts[-1].text) if attempts else "")


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
