"""One text from a phone: whose it is, what it says, and what it confirms."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from fangxun.core import message, page, reply, told
from fangxun.core.journal import Entry, Event
from fangxun.core.page import Answered, Attempt, How, Page
from fangxun.core.plan import Channel
from fangxun.core.reply import Reply
from fangxun.core.responsibility import e164
from fangxun.engine import acknowledge, answers, mending, opting
from fangxun.engine.answerable import Answerable
from fangxun.engine.parts import Parts
from fangxun.engine.view import View
from fangxun.store import journal
from fangxun.store import pages as page_store
from fangxun.store.base import Tx
from fangxun.store.inbox import Row


@dataclass(frozen=True, slots=True)
class Owner:
    """A person whose phone it may have been, the pages that he can answer, by page the code by
    which he was told of it (also of what has ended lately), and, for a text without a code, what
    was sent for them."""

    person: str
    pages: Sequence[Page]
    told: Mapping[int, str]
    attempts: Sequence[Attempt] = ()

    def knows(self, code: str) -> bool:
        """Whether it names a page that he can answer."""
        return any(self.told.get(item.id) == code for item in self.pages)


def answerable(parts: Parts, tx: Tx, rows: Sequence[Row], *, now: datetime) -> Answerable:
    """What the senders of these texts can answer."""
    view = parts.lookout.look(tx, now=now)
    numbers = [json.loads(row.payload)["number"] for row in rows]
    return Answerable(tx, [who for one in numbers for who in owners_of(view, one)], now=now)


def take(parts: Parts, desk: Answerable, row: Row, *, now: datetime) -> str:
    """Confirm what one text says; an unknown number gets silence. Returns what the row waits for,
    "" where it is done: a 收到 may mean a text of which it is not known yet that it left."""
    tx = desk.tx
    item = json.loads(row.payload)
    view = parts.lookout.look(tx, now=now)
    people = owners_of(view, item["number"])
    if view is None or not people:
        unknown = Entry(now, Event.REPLY_UNKNOWN, "system", f"inbox/{row.id}", "unknown_number")
        journal.append(tx, [unknown])
        return ""
    said = reply.understand(item["text"])
    if row.waits_for is None:
        journal.append(tx, [_heard(people, item["text"], row, now)])
        if not said.stop:
            for person in people:
                who = mending.Reached(person, e164(item["number"]), Channel.SMS)
                if mending.alive(tx, view, who, now=now):
                    desk.settle()  # its alarm, which he might confirm by the same word, is over
    if said.stop:
        opting.stop(parts, tx, people, e164(item["number"]), now=now)
        return ""
    owners = [Owner(person, desk.pages(person), desk.codes(person)) for person in people]
    said = reply.bare_yes(said, {code for owner in owners for code in owner.told.values()})
    if not said.codes:
        owners = [_told(desk, owner, item["number"], alone=len(people) == 1) for owner in owners]
    at = datetime.fromisoformat(item["at"])
    found = _verdicts(owners, said, at)
    speaking = _speaking(found, said)
    for owner, verdict in speaking:
        _confirm(desk, owner.person, verdict, item["text"], now=now)
    waits = "" if said.codes else _waits_for(owners, said, at)
    if not speaking and not waits:
        heard = answers.Heard(
            people=tuple(people),
            number=e164(item["number"]),
            said=said,
            already=tuple(page for _, verdict in found for page in verdict.already),
            astray=any(not _named(owners, code) for code in said.codes),
        )
        desk.settle()
        answers.answer(parts, tx, view, heard, now=now)
    return waits


def owners_of(view: View | None, number: str) -> list[str]:
    """Whose number it is: a shared phone has several owners."""
    if view is None:
        return []
    return list(view.maps.owners.get(e164(number), ()))


def waits_for(person: str) -> str:
    """What a reply waits for that may mean a text to a person whose fate is not known."""
    return f"person/{person}"


def _heard(people: Sequence[str], text: str, row: Row, now: datetime) -> Entry:
    said: tuple[tuple[str, object], ...] = (("said", message.clean(text, most=200)),)
    actor, *others = people
    if others:
        actor, said = "system", (*said, ("owners", list(people)))
    return Entry(now, Event.REPLY_RECEIVED, actor, f"inbox/{row.id}", "reply", said)


def _told(desk: Answerable, owner: Owner, number: str, *, alone: bool) -> Owner:
    """With what was sent: 收到 means a text. On a shared phone only those count that went to it."""
    here = e164(number)
    sent = [a for a in desk.sent(owner.pages) if alone or a.number == here]
    return replace(owner, attempts=sent)


def _verdicts(owners: Sequence[Owner], said: Reply, at: datetime) -> list[tuple[Owner, Answered]]:
    """What the text would do for each owner. A code confirms whoever's page it is."""
    codes = _shared_out(owners, said.codes)
    return [
        (
            owner,
            page.answers(
                codes=codes[owner.person],
                received=said.received and not said.codes,
                done=said.done if codes[owner.person] or not said.codes else frozenset(),
                pages=owner.pages,
                told=owner.told,
                attempts=owner.attempts,
                person=owner.person,
                received_at=at,
            ),
        )
        for owner in owners
        if codes[owner.person] or not said.codes
    ]


def _speaking(found: Sequence[tuple[Owner, Answered]], said: Reply) -> list[tuple[Owner, Answered]]:
    """Those whose word it is and changes something; 收到 from a shared phone says nothing where it
    could be the word of several."""
    speaking = [(owner, verdict) for owner, verdict in found if verdict.confirmed or verdict.met]
    return speaking if said.codes or len(speaking) == 1 else []


def _shared_out(owners: Sequence[Owner], codes: Sequence[str]) -> Mapping[str, list[str]]:
    """Which codes are whose."""
    found: dict[str, list[str]] = {owner.person: [] for owner in owners}
    for code in codes:
        for owner in _named(owners, code):
            found[owner.person].append(code)
    return found


def _named(owners: Sequence[Owner], code: str) -> Sequence[Owner]:
    """The one who was told by this code. Where an edit of numbers has made it two on one phone it
    names nobody: a page too many must not count as confirmed."""
    able = [owner for owner in owners if owner.knows(code)]
    return able if len(able) == 1 else ()


def _confirm(desk: Answerable, person: str, verdict: Answered, text: str, *, now: datetime) -> None:
    for confirmed in verdict.confirmed:
        desk.confirm(confirmed, by=person, said=text)
    if verdict.met:
        desk.settle()
    for met in verdict.met:
        present = page_store.get(desk.tx, met.id)
        acknowledge.meet(desk.tx, present, by=person, how=How.REPLY, reason="reply", now=now)


def _waits_for(owners: Sequence[Owner], said: Reply, at: datetime) -> str:
    if not (said.received or said.done):
        return ""
    for owner in owners:
        open_still = {item.id for item in owner.pages if item.state.wants_word}
        if told.undecided(owner.attempts, open_still, owner.person, at):
            return waits_for(owner.person)
    return ""
