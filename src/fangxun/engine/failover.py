"""What one gateway certainly did not take goes over the next, at once and in its own words.

1. What a gateway refused because of us, and what it could not be given while it is set aside.
2. The next in the order of preference that is not set aside and has not refused the same.
3. The text is made again: another gateway may bring replies back, or carry no links.
Where there is no other, the page moves on as after any failure. What is in doubt stays: it may have
arrived.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from fangxun.core.escalation import Draft
from fangxun.core.journal import Entry, Event
from fangxun.core.page import Attempt, AttemptState, Blame, Page
from fangxun.core.plan import Contact
from fangxun.engine import texts
from fangxun.engine.parts import Parts, aside_name
from fangxun.gateways.base import Gateway
from fangxun.store import assessments as assessment_store
from fangxun.store import journal, meta, outbox
from fangxun.store import pages as page_store
from fangxun.store.base import Tx


def reroute(parts: Parts, tx: Tx, settled: Sequence[Attempt], *, now: datetime) -> frozenset[str]:
    """Queue over another gateway what can be; the ids of the attempts that go on so."""
    refused = [a for a in settled if _refused(a) or _waits(a)]
    if not refused:
        return frozenset()
    aside = meta.set_aside(tx, now=now)
    gone_on: set[str] = set()
    for attempt in refused:
        out = _is_aside(attempt.gateway, attempt, aside)
        another = _another(parts, tx, attempt, aside) if out or _refused(attempt) else None
        again = _again(parts, tx, attempt, another, now=now) if another is not None else None
        if again is None:
            continue
        gone_on.add(attempt.id)
        if _waits(attempt):
            outbox.save(tx, [_given_up(attempt, now=now)])
        outbox.queue(tx, [again])
        journal.append(tx, [_entry(attempt, again, now=now)])
    return frozenset(gone_on)


def _refused(attempt: Attempt) -> bool:
    return attempt.state is AttemptState.FAILED and attempt.blame is Blame.GATEWAY


def _waits(attempt: Attempt) -> bool:
    """Certainly not taken, and back in the outbox."""
    return attempt.state is AttemptState.QUEUED and attempt.error_code != ""


def _given_up(attempt: Attempt, *, now: datetime) -> Attempt:
    return replace(
        attempt, state=AttemptState.FAILED, blame=Blame.GATEWAY, settled_at=now, not_before=None
    )


def _is_aside(gateway: str, attempt: Attempt, aside: frozenset[str]) -> bool:
    return bool(aside & {gateway, aside_name(gateway, attempt.channel)})


def _another(parts: Parts, tx: Tx, attempt: Attempt, aside: frozenset[str]) -> Gateway | None:
    """The next gateway; none for a notice whose gateway merely refuses this one."""
    if not attempt.pages and not _is_aside(attempt.gateway, attempt, aside):
        return None
    tried = {attempt.gateway} | {
        other.gateway
        for other in outbox.of_page(tx, attempt.pages)
        if (other.number, other.channel) == (attempt.number, attempt.channel) and _refused(other)
    }
    found = parts.able(attempt.channel, attempt.number, without=aside | tried)
    if found is None or found.name in tried or _is_aside(found.name, attempt, aside):
        return None
    return found


def _again(
    parts: Parts, tx: Tx, attempt: Attempt, gateway: Gateway, *, now: datetime
) -> Attempt | None:
    """The same message to the same number over another gateway; None once its pages have ended."""
    pages = [page for page in page_store.get_many(tx, attempt.pages) if not page.state.ended]
    if attempt.pages and not pages:
        return None
    return replace(
        attempt,
        id=parts.token(64),
        pages=tuple(page.id for page in pages),
        gateway=gateway.name,
        text=_text(parts, tx, attempt, pages, gateway, now=now),
        state=AttemptState.QUEUED,
        queued_at=now,
        not_before=None,
        sent_at=None,
        settled_at=None,
        error_code="",
        blame=Blame.NONE,
        tries=0,
    )


def _text(  # noqa: PLR0913  each is a value that the caller already holds
    parts: Parts,
    tx: Tx,
    attempt: Attempt,
    pages: Sequence[Page],
    gateway: Gateway,
    *,
    now: datetime,
) -> str:
    view = parts.lookout.look(tx, now=now)
    if view is None or not pages or attempt.contact not in view.people:
        return attempt.text
    levels = assessment_store.of(tx, {page.place for page in pages if page.place})
    paired = [(_draft(attempt, page), page) for page in pages]
    return texts.for_bundle(parts, tx, view, paired, gateway, levels)


def _draft(attempt: Attempt, page: Page) -> Draft:
    own = attempt.contact == page.person
    stands_for = Contact.PERSON if own else Contact.DEPUTY
    return Draft(page.id, attempt.contact, attempt.channel, attempt.number, stands_for, page.kind)


def _entry(attempt: Attempt, again: Attempt, *, now: datetime) -> Entry:
    return Entry(
        now,
        Event.ATTEMPT_REROUTED,
        "system",
        f"attempt/{again.id}",
        attempt.error_code,
        (("instead_of", attempt.id), ("gateway", again.gateway), ("pages", list(again.pages))),
    )
