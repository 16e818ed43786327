"""Notices: one message each, no confirmation asked, never from the storm's share of a budget."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from fangxun.core import batching
from fangxun.core.journal import Entry, Event
from fangxun.core.page import Attempt, AttemptState
from fangxun.core.plan import Channel
from fangxun.engine import texts
from fangxun.engine.parts import Parts
from fangxun.engine.view import View
from fangxun.store import journal, meta, outbox
from fangxun.store.base import Tx

USEFUL_LIFE = timedelta(hours=4)


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
    """Queue one SMS to the first number that takes SMS of each of these people; returns those for
    whom one was queued."""
    known = {person.id: person for person in view.district.people}
    gateway = parts.able(Channel.SMS, without=meta.set_aside(tx, now=now))
    if gateway is None:
        return []
    attempts: list[Attempt] = []
    for person_id in dict.fromkeys(people):
        person = known.get(person_id)
        phone = (
            next((p for p in person.phones if p.sms and not p.invalid), None) if person else None
        )
        if person is None or phone is None:
            continue
        attempts.append(
            Attempt(
                id=parts.token(64),
                pages=(),
                contact=person_id,
                channel=Channel.SMS,
                number=phone.number,
                gateway=gateway.name,
                text=texts.notice(view, person, kind, fields),
                state=AttemptState.QUEUED,
                queued_at=now,
                expires_at=now + USEFUL_LIFE,
                priority=batching.NOTICE_PRIORITY,
                kind="notice" if kind != "all_clear" else "all_clear",
            )
        )
    sent = outbox.sent_24h(tx, sorted({a.number for a in attempts}), now=now)
    kept: list[Attempt] = []
    entries: list[Entry] = []
    for attempt in attempts:
        verdict = batching.within_budget(attempt, sent.get(attempt.number, ()), view.district.plan)
        if verdict is batching.Budgeted.OK:
            kept.append(attempt)
        entries.append(
            Entry(
                now,
                Event.NOTICE_QUEUED,
                "system",
                f"person/{attempt.contact}",
                verdict.value,
                (("kind", kind),),
            )
        )
    outbox.queue(tx, kept)
    journal.append(tx, entries)
    return [attempt.contact for attempt in kept]
