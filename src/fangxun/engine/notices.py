"""Notices: one message each, no confirmation asked, never from the storm's share of a budget."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from fangxun.core import batching
from fangxun.core.batching import Budgeted
from fangxun.core.contacts import Contacts
from fangxun.core.escalation import Skip
from fangxun.core.journal import Entry, Event
from fangxun.core.page import Attempt, AttemptState
from fangxun.core.plan import Channel
from fangxun.core.responsibility import Person
from fangxun.engine import texts
from fangxun.engine.parts import Parts
from fangxun.engine.view import View
from fangxun.gateways.base import Gateway
from fangxun.store import journal, lately, meta, outbox
from fangxun.store.base import Tx

USEFUL_LIFE = timedelta(hours=4)


def _no_fields(_contacts: Contacts) -> Mapping[str, object]:
    return {}


def to_people(  # noqa: PLR0913  each is a value that the caller already holds
    parts: Parts,
    tx: Tx,
    view: View,
    people: Iterable[str],
    kind: str,
    fields: Mapping[str, object],
    *,
    now: datetime,
) -> list[str]:
    """Queue one SMS to the first number that takes SMS of each of these people; an e-mail where no
    SMS can go, or the number's budget is used up. Who cannot be told stands in the journal with the
    reason. Returns those for whom something was queued."""
    known = {person.id: person for person in view.district.people}
    asked = list(dict.fromkeys(people))
    told = [known[one] for one in asked if one in known]
    aside = meta.set_aside(tx, now=now)
    numbers = {phone.number for person in told for phone in person.phones}
    sent = lately.sent_24h(tx, sorted(numbers), now=now)
    kept: list[Attempt] = []
    about = {"kind": kind, **{name: fields[name] for name in ("incident",) if name in fields}}
    entries = [_entry(one, Skip.NOBODY, about, now=now) for one in asked if one not in known]
    for person in told:
        blank = _blank(parts, view, person, kind, now=now)
        verdicts: list[Budgeted | Skip] = [Skip.NO_NUMBER]
        for channel, number, gateway in _ways(parts, view, person, kind, aside):
            told_so = texts.notice(parts, view, person, (gateway, number), (kind, fields))
            attempt = replace(
                blank, channel=channel, number=number, gateway=gateway.name, text=told_so.text,
                template=told_so.template,
            )  # fmt: skip
            before = sent.get(number, ())
            verdicts.append(batching.within_budget(attempt, before, view.district.plan))
            if verdicts[-1] is Budgeted.OK:
                kept.append(attempt)
                break
        queued = {"attempt": blank.id} if verdicts[-1] is Budgeted.OK else {}
        entries.append(_entry(person.id, verdicts[-1], {**about, **queued}, now=now))
    outbox.queue(tx, kept)
    journal.append(tx, entries)
    return [attempt.contact for attempt in kept]


def to_number(  # noqa: PLR0913  each is a value that the caller already holds
    parts: Parts,
    tx: Tx,
    view: View,
    whose: tuple[str, str],
    kind: str,
    *,
    now: datetime,
    fields: Callable[[Contacts], Mapping[str, object]] = _no_fields,
) -> None:
    """Queue one SMS to a person's number, (person, number), that has just written to us. `fields`:
    those of its text, where a text may hold what is given."""
    person, number = view.people[whose[0]], whose[1]
    gateway = parts.able(
        Channel.SMS,
        number,
        without=meta.set_aside(tx, now=now),
        takes=lambda gateway: texts.takes_notice(parts, view, person.id, kind, gateway),
    )
    if gateway is None:
        return
    blank = _blank(parts, view, person, kind, now=now)
    told = kind, fields(gateway.abilities.contacts(number))
    said = texts.notice(parts, view, person, (gateway, number), told)
    attempt = replace(
        blank, number=number, gateway=gateway.name, kind=kind, text=said.text,
        template=said.template,
    )  # fmt: skip
    sent = lately.sent_24h(tx, [number], now=now).get(number, ())
    verdict = batching.within_budget(attempt, sent, view.district.plan)
    outbox.queue(tx, [attempt] if verdict is Budgeted.OK else [])
    journal.append(tx, [_entry(person.id, verdict, {"kind": kind}, now=now)])


def _ways(
    parts: Parts, view: View, person: Person, kind: str, aside: frozenset[str]
) -> Iterator[tuple[Channel, str, Gateway]]:
    """How a notice can reach somebody, in the order of preference."""
    usable = [phone.number for phone in person.phones if phone.sms and not phone.invalid]
    by_mail = [person.email] if person.email else []
    for channel, places in ((Channel.SMS, usable[:1]), (Channel.EMAIL, by_mail)):
        for place in places:
            gateway = parts.able(
                channel,
                place,
                without=aside,
                takes=lambda gateway: texts.takes_notice(parts, view, person.id, kind, gateway),
            )
            if gateway is not None:
                yield channel, place, gateway


def _blank(parts: Parts, view: View, person: Person, kind: str, *, now: datetime) -> Attempt:
    """The notice, before it is known how it goes and in what words."""
    return Attempt(
        id=parts.token(64),
        pages=(),
        contact=person.id,
        channel=Channel.SMS,
        number="",
        gateway="",
        text="",
        state=AttemptState.QUEUED,
        queued_at=now,
        expires_at=now + USEFUL_LIFE,
        priority=batching.NOTICE_PRIORITY,
        kind=kind if kind in batching.STORM else "notice",
        language=texts.language_of(view, person.id),
    )


def _entry(
    person: str, why: Budgeted | Skip, about: Mapping[str, object], *, now: datetime
) -> Entry:
    """`about`: what kind of notice, of which incident, and the attempt where one was queued."""
    subject = f"person/{person}"
    return Entry(now, Event.NOTICE_QUEUED, "system", subject, why.value, tuple(about.items()))
