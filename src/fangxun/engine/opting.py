"""STOP and START from a phone: whether texts may still go to its number."""

from __future__ import annotations

from datetime import datetime

from fangxun.core import alarm
from fangxun.core.journal import Entry, Event
from fangxun.core.message import Reply
from fangxun.core.plan import Channel
from fangxun.core.responsibility import e164
from fangxun.engine import alarms
from fangxun.engine.parts import Parts
from fangxun.store import district as district_store
from fangxun.store import journal
from fangxun.store.base import Tx


def take(  # noqa: PLR0913  each is a value that the caller already holds
    parts: Parts, tx: Tx, person: str, number: str, said: Reply, *, now: datetime
) -> bool:
    """Mark the number that said STOP, with an alarm, or take the mark off one that says START;
    False where it said neither. Providers stop by themselves and ask nobody (Twilio: 21610)."""
    if not (said.stop or said.start):
        return False
    news = district_store.mark_number(tx, person, e164(number), invalid=said.stop)
    if said.stop:
        alarms.open_for(parts, tx, alarm.number_invalid(person, "STOP", now=now), now=now)
    elif news and not _others_marked(tx, person):
        alarms.cause_gone(tx, alarm.number_invalid_prefix(person, Channel.SMS), now=now)
    if news:
        event = Event.NUMBER_INVALID if said.stop else Event.NUMBER_MENDED
        word = "STOP" if said.stop else "START"
        data = (("channel", Channel.SMS.value),)
        journal.append(tx, [Entry(now, event, person, f"person/{person}", word, data)])
    return True


def _others_marked(tx: Tx, person: str) -> bool:
    district = district_store.applied(tx)
    people = district.people if district is not None else ()
    return any(phone.invalid for known in people if known.id == person for phone in known.phones)
