"""The typed events of the duty log; append-only, chained by a keyed hash."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum


class Event(StrEnum):
    """Kinds of entry; the sentence for each is in the catalogue (text room), by kind."""

    DISTRICT_APPLIED = "district_applied"
    OVERRIDE_ADDED = "override_added"
    FEED_POLLED = "feed_polled"
    FEED_FAILED = "feed_failed"
    FEED_STALE = "feed_stale"
    FEED_BACK = "feed_back"
    WARNING_RECEIVED = "warning_received"
    WARNING_ENDED = "warning_ended"
    READING_SUSPECT = "reading_suspect"
    READING_REVISED = "reading_revised"
    LEVEL_CHANGED = "level_changed"
    INCIDENT_OPENED = "incident_opened"
    RAISED = "raised"
    LOWERED = "lowered"
    INCIDENT_NOTED = "incident_noted"
    ALL_CLEAR_PROPOSED = "all_clear_proposed"
    ALL_CLEAR_WITHDRAWN = "all_clear_withdrawn"
    STOOD_DOWN = "stood_down"
    CORRECTED = "corrected"
    RESPONSE_PROPOSED = "response_proposed"
    RESPONSE_APPROVED = "response_approved"
    POST_ACTIVATED = "post_activated"
    POST_RELEASED = "post_released"
    PAGE_OPENED = "page_opened"
    STEP_FIRED = "step_fired"
    STEP_SKIPPED = "step_skipped"
    PAGE_CONFIRMED = "page_confirmed"
    PAGE_COVERED = "page_covered"
    PAGE_UNREACHED = "page_unreached"
    PAGE_CLOSED = "page_closed"
    ARRIVED = "arrived"
    MOVED_OUT = "moved_out"
    LADDER_EDITED = "ladder_edited"
    ALARM_OPENED = "alarm_opened"
    ALARM_CONFIRMED = "alarm_confirmed"
    ALARM_ENDED = "alarm_ended"
    ATTEMPT_SETTLED = "attempt_settled"
    ATTEMPT_IN_DOUBT = "attempt_in_doubt"
    ATTEMPT_COPIED = "attempt_copied"
    NUMBER_INVALID = "number_invalid"
    NUMBER_MENDED = "number_mended"
    REPLY_RECEIVED = "reply_received"
    REPLY_UNKNOWN = "reply_unknown"
    KEY_PRESSED = "key_pressed"
    ATTEMPT_REROUTED = "attempt_rerouted"
    CALLBACK_FORGED = "callback_forged"
    INBOX_FAULTY = "inbox_faulty"
    GATEWAY_MUTE = "gateway_mute"
    GATEWAY_BACK = "gateway_back"
    NOTICE_QUEUED = "notice_queued"
    HANDOVER = "handover"
    NOBODY_TO_PAGE = "nobody_to_page"
    EXERCISE_STARTED = "exercise_started"
    EXERCISE_ENDED = "exercise_ended"
    CLOCK_STEPPED = "clock_stepped"
    CYCLE_LATE = "cycle_late"
    STARTED = "started"
    STOPPED = "stopped"
    ANCHORED = "anchored"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line before it is chained. `actor` is a person's id or "system"; `subject` names what it
    is about ("page/17", "incident/3", "feed/cma"); `reason` is an enum's value or human words;
    `data` is JSON-able and names people by id, never by number."""

    at: datetime
    event: Event
    actor: str
    subject: str
    reason: str
    data: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A chained entry: `seq` from 1, `mac` hex of the keyed hash over the one before and this."""

    seq: int
    entry: Entry
    mac: str


_PLAIN = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def canonical(entry: Entry) -> bytes:
    """The bytes that are hashed: JSON with sorted keys and no spaces, UTF-8, instants in UTC."""
    plain = {
        "actor": entry.actor,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "data": dict(entry.data),
        "event": entry.event.value,
        "reason": entry.reason,
        "subject": entry.subject,
    }
    return _PLAIN.encode(plain).encode()


def chain(key: bytes, previous: str, seq: int, entry: Entry) -> str:
    """The keyed hash (HMAC-SHA-256, hex) of a line: over the hash before it, its number, itself."""
    head = f"{previous}\n{seq}\n".encode()
    return hmac.digest(key, head + canonical(entry), hashlib.sha256).hex()


class Tamper(StrEnum):
    """What is wrong with a chain."""

    ALTERED = "altered"
    """A line's hash does not fit its content or the line before."""
    MISSING = "missing"
    """A number in the sequence is not there: a line was removed."""
    REORDERED = "reordered"
    """A number comes after a higher one."""
    CUT_OFF = "cut_off"
    """The journal is shorter than an anchor that left the machine says."""
    ANCHOR_DIFFERS = "anchor_differs"
    """The line of the anchor's number has another hash: the tail was written anew."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A head that left the machine: so many lines, the last with this hash (or its beginning)."""

    count: int
    mac: str


@dataclass(frozen=True, slots=True)
class Break:
    """Where a chain breaks: the line's number and how."""

    seq: int
    tamper: Tamper


def verify(key: bytes, lines: Iterable[Line], anchor: Anchor | None = None) -> tuple[Break, ...]:
    """Walk the chain from its first line and list the breaks; empty when it is whole.

    After a break the walk goes on from the line as it stands, so that one alteration is one
    finding and not one for each line after it.
    """
    breaks: list[Break] = []
    previous, expected, anchored = "", 1, False
    for line in lines:
        if line.seq != expected:
            kind = Tamper.REORDERED if line.seq < expected else Tamper.MISSING
            breaks.append(Break(line.seq if kind is Tamper.REORDERED else expected, kind))
        elif not hmac.compare_digest(chain(key, previous, line.seq, line.entry), line.mac):
            breaks.append(Break(line.seq, Tamper.ALTERED))
        if anchor is not None and line.seq == anchor.count:
            anchored = True
            if not line.mac.startswith(anchor.mac):
                breaks.append(Break(line.seq, Tamper.ANCHOR_DIFFERS))
        previous, expected = line.mac, line.seq + 1
    if anchor is not None and anchor.count and not anchored:
        breaks.append(Break(expected, Tamper.CUT_OFF))
    return tuple(breaks)
