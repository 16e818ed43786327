"""A number that failed for good is used again once somebody has answered or been reached on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from fangxun.core import alarm
from fangxun.core.journal import Entry, Event
from fangxun.core.plan import Channel
from fangxun.engine import alarms
from fangxun.engine.view import View
from fangxun.store import district as district_store
from fangxun.store import journal
from fangxun.store.base import Tx


@dataclass(frozen=True, slots=True)
class Reached:
    """A number on which somebody was heard of, by what channel; `contact` is whose it is."""

    contact: str
    number: str
    channel: Channel


def alive(tx: Tx, view: View, reached: Reached, *, now: datetime) -> bool:
    """Take the mark off a number for the channel that has reached somebody; its alarm ends with the
    last number of its person that is marked for it. Tells whether there was a mark."""
    known = view.people.get(reached.contact)
    voice = reached.channel is Channel.VOICE
    marked = {
        phone.number
        for phone in (known.phones if known else ())
        if (phone.invalid_voice if voice else phone.invalid)
    }
    if reached.number not in marked:
        return False
    if not district_store.mark_number(
        tx, reached.contact, reached.number, invalid=False, voice=voice
    ):
        return False
    subject = f"person/{reached.contact}"
    journal.append(tx, [Entry(now, Event.NUMBER_MENDED, "system", subject, "heard_of")])
    if marked == {reached.number}:
        prefix = alarm.number_invalid_prefix(reached.contact, reached.channel)
        alarms.cause_gone(tx, prefix, now=now)
    return True
