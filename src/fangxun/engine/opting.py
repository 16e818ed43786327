"""STOP from a phone: no more texts go to its number, until somebody writes from it again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from fangxun.core import alarm
from fangxun.core.journal import Entry, Event
from fangxun.core.plan import Channel
from fangxun.engine import alarms
from fangxun.engine.parts import Parts
from fangxun.store import district as district_store
from fangxun.store import journal
from fangxun.store.base import Tx


def stop(parts: Parts, tx: Tx, people: Iterable[str], number: str, *, now: datetime) -> None:
    """Mark the number for each of its owners, with an alarm. Providers stop by themselves and ask
    nobody (Twilio: 21610); what mends the number is START, or any word from it (`mending`)."""
    for person in people:
        news = district_store.mark_number(tx, person, number, invalid=True)
        alarms.open_for(parts, tx, alarm.number_invalid(person, "STOP", now=now), now=now)
        if news:
            data = (("channel", Channel.SMS.value),)
            subject = f"person/{person}"
            journal.append(tx, [Entry(now, Event.NUMBER_INVALID, person, subject, "STOP", data)])
