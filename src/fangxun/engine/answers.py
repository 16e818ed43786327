"""What a reply is answered: almost always nothing, for every text costs and is a text to read.

1. What confirms something is answered by the ladder's silence.
2. Who repeats a confirmation is told once a page that it is kept.
3. Who asks who is on watch is told, twice an hour (`enquiries`).
4. What confirms nothing and is not understood gets one hint in 24 hours, while somebody of this
   phone may have been asked for something.
5. What signs for a handover (交班, 接班, 会签) is answered with whether it counts (`signing`).
All are notices: they come out of the notices' share of the number's budget.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from fangxun.core.handover import HandoverEvent
from fangxun.core.journal import Entry, Event
from fangxun.core.page import Page
from fangxun.core.reply import Reply
from fangxun.engine import enquiries, notices, signing
from fangxun.engine.parts import Parts
from fangxun.engine.view import View
from fangxun.store import journal, lately
from fangxun.store import pages as page_store
from fangxun.store.base import Tx


@dataclass(frozen=True, slots=True)
class Heard:
    """A text from a known phone that has changed nothing. `people`: whose phone it is; `already`:
    pages that were confirmed before; `astray`: it names a code that is nobody's."""

    people: tuple[str, ...]
    number: str
    said: Reply
    already: tuple[Page, ...]
    astray: bool


def answer(parts: Parts, tx: Tx, view: View, heard: Heard, *, now: datetime) -> None:
    """Answer a reply that has changed nothing, where that helps."""
    if heard.already:
        _already(parts, tx, view, heard, now=now)
    elif heard.said.asks_watch:
        enquiries.answer(parts, tx, view, (heard.people[0], heard.number), now=now)
    elif heard.said.signs:
        signing.sign(parts, tx, view, heard.people, HandoverEvent(heard.said.signs), now=now)
    elif _puzzles(tx, heard, now=now):
        notices.to_number(parts, tx, view, (heard.people[0], heard.number), "hint", now=now)


def _already(parts: Parts, tx: Tx, view: View, heard: Heard, *, now: datetime) -> None:
    """Once for each page: the journal remembers."""
    subjects = [f"page/{page.id}" for page in heard.already]
    told = {entry.subject for entry in journal.entries_about(tx, subjects) if _tells(entry)}
    fresh = [subject for subject in subjects if subject not in told]
    if not fresh:
        return
    notices.to_number(parts, tx, view, (heard.people[0], heard.number), "already", now=now)
    journal.append(
        tx,
        [
            Entry(now, Event.NOTICE_QUEUED, "system", subject, "already", (("kind", "already"),))
            for subject in fresh
        ],
    )


def _tells(entry: Entry) -> bool:
    return entry.event is Event.NOTICE_QUEUED and entry.reason == "already"


def _puzzles(tx: Tx, heard: Heard, *, now: datetime) -> bool:
    """Whether a hint helps: nonsense or a code that is nobody's, of somebody who was asked, and no
    hint to this number in 24 hours. An automatic answerer gets one, too, and no second."""
    sent = lately.sent_24h(tx, [heard.number], now=now).get(heard.number, [])
    if any(kind == "hint" for kind, _text in sent):
        return False
    told = page_store.told_to(tx, heard.people)
    asked = any(not page.state.ended for pages in told.values() for page in pages)
    if heard.astray:
        return asked
    return heard.said.nonsense and (asked or bool(sent))
