"""A number that failed for good is used again once somebody has answered or been reached on it."""

from __future__ import annotations

from datetime import datetime

from fangxun.core import alarm
from fangxun.core.journal import Entry, Event
from fangxun.engine import alarms
from fangxun.engine.view import View
from fangxun.store import district as district_store
from fangxun.store import journal
from fangxun.store.base import Tx


def alive(tx: Tx, view: View, person: str, number: str, *, now: datetime) -> None:
    """Take the mark off a number; its alarm ends with the last marked number of its person."""
    known = view.people.get(person)
    marked = {phone.number for phone in known.phones if phone.invalid} if known else set()
    if number not in marked:
        return
    if not district_store.mark_number(tx, person, number, invalid=False):
        return
    journal.append(tx, [Entry(now, Event.NUMBER_MENDED, "system", f"person/{person}", "heard_of")])
    if marked == {number}:
        alarms.cause_gone(tx, alarm.number_invalid_prefix(person), now=now)
