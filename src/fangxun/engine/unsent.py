"""What has not left: texts that wait in the outbox, to be told together with what is new, and pages
of which nothing has reached their person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from fangxun.core.escalation import Draft
from fangxun.core.journal import Entry, Event
from fangxun.core.page import Attempt, Page
from fangxun.core.plan import Contact
from fangxun.core.told import may_have_told
from fangxun.store import outbox
from fangxun.store import pages as page_store
from fangxun.store.base import Tx

Key = tuple[str, str, bool]
"""Whose text it is: (contact, number, whether he is told of his own pages)."""


@dataclass(frozen=True, slots=True)
class Unsent:
    """A text that waits, with the pages of it that still want his word."""

    attempt: Attempt
    paired: tuple[tuple[Draft, Page], ...]


@dataclass(frozen=True, slots=True)
class Joined:
    """A new text that also tells what those would have told that are taken back for it; `over` are
    the pages of theirs that no step of its own is for."""

    attempt: Attempt
    before: tuple[Unsent, ...]
    over: tuple[int, ...]


def key_of(draft: Draft) -> Key:
    """What a draft can be told together with."""
    return draft.contact, draft.number, draft.stands_for is Contact.PERSON


def waiting(tx: Tx, numbers: Iterable[str]) -> dict[Key, list[Unsent]]:
    """The texts of pages that wait for these numbers, in the plan's order; what was written by hand
    is told alone, and a possible duplicate stays what it is."""
    attempts = outbox.waiting_to(tx, numbers)
    if not attempts:
        return {}
    ids = {page_id for attempt in attempts for page_id in attempt.pages}
    pages = {page.id: page for page in page_store.get_many(tx, ids) if page.state.wants_word}
    never = untold(tx, {page.id: page.person for page in pages.values()})
    found: dict[Key, list[Unsent]] = {}
    for attempt in attempts:
        theirs = [pages[page_id] for page_id in attempt.pages if page_id in pages]
        if not theirs or any(page.by_hand for page in theirs):
            continue
        paired = tuple((_draft(attempt, page, untold=page.id in never), page) for page in theirs)
        found.setdefault(key_of(paired[0][0]), []).append(Unsent(attempt, paired))
    return found


def _draft(attempt: Attempt, page: Page, *, untold: bool) -> Draft:
    himself = attempt.contact == page.person
    return Draft(
        page.id, attempt.contact, attempt.channel, attempt.number,
        Contact.PERSON if himself else Contact.DEPUTY, page.kind,
        untold=untold and not himself,
    )  # fmt: skip


def untold(tx: Tx, pages: Mapping[int, str | None]) -> frozenset[int]:
    """Those of these pages (each with its person) of which nothing can have reached him."""
    sent: dict[int, list[Attempt]] = {page: [] for page in pages}
    for attempt in outbox.of_page(tx, pages):
        for page in attempt.pages:
            sent.setdefault(page, []).append(attempt)
    return frozenset(
        page for page, person in pages.items() if not may_have_told(sent[page], person)
    )


def entry(joined: Joined, *, now: datetime) -> Entry:
    """The journal's line for texts that were taken back for one that tells of all of it."""
    told = (
        ("instead_of", [item.attempt.id for item in joined.before]),
        ("pages", list(joined.attempt.pages)),
        ("taken_over", list(joined.over)),
    )
    subject = f"attempt/{joined.attempt.id}"
    return Entry(now, Event.ATTEMPT_BUNDLED, "system", subject, "unsent", told)
