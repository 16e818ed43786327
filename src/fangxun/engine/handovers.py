"""The handovers of the duty room: which one is in question, and the record that is passed."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from fangxun.core import handover
from fangxun.core.handover import HandOff, Handover, HandoverEvent, HandoverState
from fangxun.core.report.shift import Kept, ShiftRecord, shift_record
from fangxun.core.timeline import Span
from fangxun.engine.view import View
from fangxun.store import handovers as handover_store
from fangxun.store import incidents as incident_store
from fangxun.store import journal, readings, rows
from fangxun.store import pages as page_store
from fangxun.store.base import Tx

AHEAD = timedelta(hours=4)
"""How long before a hand-off its watch can be passed."""
LONGEST = timedelta(days=7)
"""A record goes back no further: what is older stands in the journal."""
UNPASSED = timedelta(hours=24)
"""How far the first record goes back, before anybody has passed one."""


def hand_offs(view: View) -> tuple[HandOff, ...]:
    """The hand-offs of the duty room's own watch around now, in order."""
    seats = handover.seats_of(view.district.roster.posts, view.root_unit)
    return handover.hand_offs(view.shifts, seats)


def around(tx: Tx, view: View, *, now: datetime) -> list[Handover]:
    """The handover of the last hand-off, and that of the next one where it is near; as kept, or
    new (number 0) where nothing is kept of it."""
    found = hand_offs(view)
    last = [one for one in found if one.at <= now][-1:]
    near = [one for one in found if now < one.at <= now + AHEAD][:1]
    return [kept(tx, view, one, now=now) for one in (*last, *near)]


def kept(tx: Tx, view: View, hand_off: HandOff, *, now: datetime) -> Handover:
    """The handover of a hand-off. Whoever stands by the roster of today may sign beside those who
    stood when it was first written down: there may have been a cover since."""
    fresh = handover.of_hand_off(view.root_unit, hand_off, since=since(tx, view.root_unit, now=now))
    found = handover_store.of_hand_off(tx, view.root_unit, hand_off.at)
    return handover.joined(found, fresh) if found is not None else fresh


def since(tx: Tx, unit: str, *, now: datetime) -> datetime:
    """From when the next record tells: from the last one that was passed."""
    last = handover_store.last_passed(tx, unit)
    return max(last, now - LONGEST) if last is not None else now - UNPASSED


def in_question(tx: Tx, view: View, event: HandoverEvent, *, now: datetime) -> list[Handover]:
    """Those that a signature may mean, the likeliest first: a leader may countersign what was
    confirmed some watches ago."""
    if event is not HandoverEvent.COUNTERSIGN:
        return around(tx, view, now=now)
    confirmed = handover_store.in_state(tx, [HandoverState.CONFIRMED])
    fresh = [one for one in confirmed if one.due_at > now - LONGEST]
    return fresh or around(tx, view, now=now)


def record(tx: Tx, view: View, start: datetime, *, now: datetime) -> ShiftRecord:
    """The record of the time from an instant until now."""
    span = Span(min(start, now - timedelta(microseconds=1)), now)
    gauges = [gauge.id for gauge in view.district.gauges]
    closed = incident_store.closed_since(tx, span.start)
    kept = Kept(
        entries=[line.entry for line in journal.lines(tx, since=span.start)],
        readings=readings.between(tx, gauges, span),
        incidents=[*closed, *incident_store.open_incidents(tx)],
        pages=page_store.unended(tx),
        matters=handover_store.matters(tx, done_since=span.start),
        head=journal.head(tx),
    )
    return shift_record(span, kept)


def document(item: ShiftRecord) -> tuple[str, str]:
    """A record as it is kept, and the hash by which the journal knows it."""
    text = rows.document(item)
    return text, hashlib.sha256(text.encode()).hexdigest()
