"""What one gateway certainly did not take goes over the next, at once and in its own words.

1. What a gateway refused and the number is not known to be why, and what it could not be given
   while it is set aside or after several tries.
2. The next in the order of preference that is not set aside and has not refused the same.
3. The text is made again: another gateway may bring replies back, or carry no links.
Where there is no other, the page moves on as after any failure. What is in doubt stays: it may have
arrived.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from fangxun.core.attempt import Attempt, AttemptState, Blame, withdrawn
from fangxun.core.escalation import Draft
from fangxun.core.journal import Entry, Event
from fangxun.core.page import Page, PageKind
from fangxun.core.plan import Contact
from fangxun.core.told import another_may
from fangxun.engine import links, texts, unsent
from fangxun.engine.codes import Codes
from fangxun.engine.parts import Parts, aside_name
from fangxun.engine.texts import Told
from fangxun.gateways.base import Gateway
from fangxun.store import assessments as assessment_store
from fangxun.store import codes as code_store
from fangxun.store import journal, meta, outbox
from fangxun.store import pages as page_store
from fangxun.store.base import Tx

TRIES = 5
"""So often one gateway is tried with a message that it certainly did not take (about 15 s)."""
GROUP = 300
"""Messages moved in one transaction."""


def reroute(parts: Parts, tx: Tx, settled: Sequence[Attempt], *, now: datetime) -> frozenset[str]:
    """Queue over another gateway what can be; the ids of the attempts that go on so."""
    stuck = [a for a in settled if another_may(a) or _waits(a)]
    if not stuck:
        return frozenset()
    aside = meta.set_aside(tx, now=now)
    gone_on: set[str] = set()
    for attempt in stuck:
        another = _another(parts, tx, attempt, aside, now=now)
        again = _again(parts, tx, attempt, another, now=now) if another is not None else None
        if again is None:
            continue
        gone_on.add(attempt.id)
        if attempt.state is AttemptState.QUEUED:
            outbox.save(tx, [(attempt, withdrawn(attempt, now=now))])
        links.keep(tx, [again])
        outbox.queue(tx, [again])
        journal.append(tx, [_entry(attempt, again, now=now)])
    return frozenset(gone_on)


def relieve(parts: Parts, tx: Tx, *, now: datetime) -> int:
    """Move what waits in the outbox for a gateway that is set aside to one that is not; how many of
    at most a group."""
    stuck = relievable(parts, meta.set_aside(tx, now=now))
    if not stuck:
        return 0
    return len(reroute(parts, tx, outbox.waiting_for(tx, stuck, limit=GROUP), now=now))


def relievable(parts: Parts, aside: frozenset[str]) -> list[str]:
    """Gateways that are set aside and have another that serves a channel of theirs."""
    good = [g for g in parts.gateways if g.name not in aside]
    return [
        gateway.name
        for gateway in parts.gateways
        if gateway.name in aside
        and any(gateway.abilities.channels & other.abilities.channels for other in good)
    ]


def _waits(attempt: Attempt) -> bool:
    """In the outbox: no request has been made, or it was certainly not taken."""
    return attempt.state is AttemptState.QUEUED


def _another(
    parts: Parts, tx: Tx, attempt: Attempt, aside: frozenset[str], *, now: datetime
) -> Gateway | None:
    """The next gateway; none for a notice whose gateway merely refuses this one, and none for what
    waits for a gateway that is neither set aside nor has been tried often."""
    out = _is_aside(attempt.gateway, attempt, aside)
    if not out and (not attempt.pages or (_waits(attempt) and attempt.tries < TRIES)):
        return None
    before = _before(tx, attempt)
    tried = {attempt.gateway} | {a.gateway for a in before if another_may(a) or not out}
    found = parts.able(
        attempt.channel,
        attempt.number,
        without=aside | tried,
        takes=lambda gateway: _takes(parts, tx, attempt, gateway, now=now),
    )
    if found is None or found.name in tried or _is_aside(found.name, attempt, aside):
        return None
    return found


def _takes(parts: Parts, tx: Tx, attempt: Attempt, gateway: Gateway, *, now: datetime) -> bool:
    """Whether it can carry what an attempt says; a notice goes on in its own words."""
    if gateway.abilities.free_text or not attempt.pages:
        return gateway.abilities.free_text
    view = parts.lookout.look(tx, now=now)
    paired = _paired(tx, attempt, page_store.get_many(tx, attempt.pages))
    return view is not None and texts.takes(parts, view, paired, gateway)


def _is_aside(gateway: str, attempt: Attempt, aside: frozenset[str]) -> bool:
    return bool(aside & {gateway, aside_name(gateway, attempt.channel)})


def _before(tx: Tx, attempt: Attempt) -> list[Attempt]:
    """The attempts that it goes instead of, back to the ladder's own."""
    found: list[Attempt] = []
    here = attempt
    while here.instead_of:
        here = outbox.get(tx, here.instead_of)
        found.append(here)
    return found


def _again(
    parts: Parts, tx: Tx, attempt: Attempt, gateway: Gateway, *, now: datetime
) -> Attempt | None:
    """The same message to the same number over another gateway; None once its pages have ended, or
    what it says is not worth telling any more."""
    pages = page_store.get_many(tx, attempt.pages)
    pages = [page for page in pages if page.state.wants_word]
    if (attempt.pages and not pages) or now >= attempt.expires_at:
        return None
    id_ = parts.token(64)
    told = _told(parts, tx, attempt, pages, gateway, now=now)
    return replace(
        attempt,
        id=id_,
        pages=tuple(page.id for page in pages),
        gateway=gateway.name,
        text=links.marked(told.text, id_),
        template=links.marked_in(told.template, id_),
        state=AttemptState.QUEUED,
        queued_at=now,
        not_before=None,
        sent_at=None,
        accepted_at=None,
        settled_at=None,
        provider_id="",
        error_code="",
        blame=Blame.NONE,
        tries=0,
        instead_of=attempt.id,
    )


def _told(  # noqa: PLR0913  each is a value that the caller already holds
    parts: Parts,
    tx: Tx,
    attempt: Attempt,
    pages: Sequence[Page],
    gateway: Gateway,
    *,
    now: datetime,
) -> Told:
    view = parts.lookout.look(tx, now=now)
    if view is None or not pages or attempt.contact not in view.people:
        return Told(gateway.abilities.contacts(attempt.number).without(attempt.text))
    levels = assessment_store.of(tx, {page.place for page in pages if page.place})
    told = ((page.id, attempt.contact) for page in pages)
    codes = Codes(view, told, partial(code_store.ledger, tx))
    known = texts.Known(levels, codes.of)
    again = texts.for_bundle(parts, view, _paired(tx, attempt, pages), gateway, known)
    code_store.give(tx, codes.fresh)
    return again


def _paired(tx: Tx, attempt: Attempt, pages: Sequence[Page]) -> Sequence[tuple[Draft, Page]]:
    others = {page.id: page.person for page in pages if not _own(attempt, page)}
    untold = unsent.untold(tx, others) if others else frozenset()
    return [(_draft(attempt, page, untold=page.id in untold), page) for page in pages]


def _own(attempt: Attempt, page: Page) -> bool:
    return page.kind is PageKind.ALARM or attempt.contact == page.person


def _draft(attempt: Attempt, page: Page, *, untold: bool) -> Draft:
    stands_for = Contact.PERSON if _own(attempt, page) else Contact.DEPUTY
    return Draft(
        page.id, attempt.contact, attempt.channel, attempt.number, stands_for, page.kind,
        untold=untold,
    )  # fmt: skip


def _entry(attempt: Attempt, again: Attempt, *, now: datetime) -> Entry:
    return Entry(
        now,
        Event.ATTEMPT_REROUTED,
        "system",
        f"attempt/{again.id}",
        attempt.error_code or "set_aside",
        (("instead_of", attempt.id), ("gateway", again.gateway), ("pages", list(again.pages))),
    )
