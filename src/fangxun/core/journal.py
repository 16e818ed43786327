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
    OVERRIDE_UNDONE = "override_undone"
    ROSTER_CORRECTED = "roster_corrected"
    LEAVE_ADDED = "leave_added"
    LEAVE_UNDONE = "leave_undone"
    FEED_POLLED = "feed_polled"
    FEED_FAILED = "feed_failed"
    FEED_STALE = "feed_stale"
    FEED_BACK = "feed_back"
    FEED_REMOVED = "feed_removed"
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
    PAGE_REOPENED = "page_reopened"
    ARRIVED = "arrived"
    MOVED_OUT = "moved_out"
    LADDER_EDITED = "ladder_edited"
    ALARM_OPENED = "alarm_opened"
    ALARM_CONFIRMED = "alarm_confirmed"
    ALARM_ENDED = "alarm_ended"
    ATTEMPT_SETTLED = "attempt_settled"
    ATTEMPT_IN_DOUBT = "attempt_in_doubt"
    ATTEMPT_COPIED = "attempt_copied"
    ATTEMPT_REROUTED = "attempt_rerouted"
    ATTEMPT_BUNDLED = "attempt_bundled"
    HANG_UP_ASKED = "hang_up_asked"
    NUMBER_INVALID = "number_invalid"
    NUMBER_MENDED = "number_mended"
    REPLY_RECEIVED = "reply_received"
    REPLY_UNKNOWN = "reply_unknown"
    KEY_PRESSED = "key_pressed"
    CALLBACK_FORGED = "callback_forged"
    INBOX_FAULTY = "inbox_faulty"
    GATEWAY_MUTE = "gateway_mute"
    GATEWAY_BACK = "gateway_back"
    NOTICE_QUEUED = "notice_queued"
    HANDOVER = "handover"
    HANDOVER_PASSED = "handover_passed"
    HANDOVER_CONFIRMED = "handover_confirmed"
    HANDOVER_COUNTERSIGNED = "handover_countersigned"
    HANDOVER_MISSED = "handover_missed"
    MATTER_OPENED = "matter_opened"
    MATTER_DONE = "matter_done"
    MATTER_REOPENED = "matter_reopened"
    CAME_IN = "came_in"
    NOBODY_TO_PAGE = "nobody_to_page"
    EXERCISE_STARTED = "exercise_started"
    EXERCISE_ENDED = "exercise_ended"
    CALENDAR_ADDED = "calendar_added"
    CALENDAR_REVOKED = "calendar_revoked"
    SPOT_CHECK_STARTED = "spot_check_started"
    SPOT_CHECK_ENDED = "spot_check_ended"
    SPOT_CHECK_PASSED_OVER = "spot_check_passed_over"
    CLOCK_STEPPED = "clock_stepped"
    CYCLE_LATE = "cycle_late"
    STARTED = "started"
    STOPPED = "stopped"
    ANCHORED = "anchored"
    PRUNED = "pruned"


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
    """The line does not fit its hash: it, or the order before it, was changed."""
    MISSING = "missing"
    """A number is not there: a line was removed."""
    REORDERED = "reordered"
    """A true line, at the number of another."""
    CUT_OFF = "cut_off"
    """The journal is shorter than a head says: its own, or one that left the machine."""
    BEYOND_HEAD = "beyond_head"
    """The journal is longer than its own head says: lines were added, or the head was set back."""
    ANCHOR_DIFFERS = "anchor_differs"
    """The line of a head's number has another hash: the tail was written anew."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A head: so many lines, the last with this hash (or its beginning)."""

    count: int
    mac: str


@dataclass(frozen=True, slots=True)
class Break:
    """Where a chain breaks: the line's number and how."""

    seq: int
    tamper: Tamper


@dataclass(frozen=True, slots=True)
class Walked:
    """How many lines were walked, the mac of the last, and where the chain breaks; in order."""

    count: int
    last: str
    breaks: tuple[Break, ...]


@dataclass(frozen=True, slots=True)
class _Misfit:
    """A line that does not fit its hash, and the mac before it."""

    line: Line
    before: str


MOST_MOVED = 100
"""Among more misfits than this nobody looks for lines that were moved: it is another key."""


def verify(key: bytes, lines: Iterable[Line], anchor: Anchor | None = None) -> tuple[Break, ...]:
    """Where the chain breaks, in order; empty when it is whole. See `walk`."""
    return walk(key, lines, anchor=anchor).breaks


def walk(
    key: bytes, lines: Iterable[Line], *, head: Anchor | None = None, anchor: Anchor | None = None
) -> Walked:
    """Walk the chain from its first line, with numbers rising, and list where it breaks.

    `head` is what the journal says of itself, and `anchor` a head that left the machine. After a
    break the walk goes on from the line as it stands, so that one alteration is one finding and not
    one for each line after it.
    """
    breaks: list[Break] = []
    misfits: list[_Misfit] = []
    count, previous, expected = 0, "", 1
    macs = {one.count: "" for one in (head, anchor) if one is not None}
    for line in lines:
        if line.seq != expected:
            breaks.append(Break(expected, Tamper.MISSING))
        elif not _fits(key, line, line.seq, previous):
            misfits.append(_Misfit(line, previous))
        if line.seq in macs:
            macs[line.seq] = line.mac
        count, previous, expected = count + 1, line.mac, line.seq + 1
    breaks += _judged(key, misfits)
    if head is not None and expected - 1 > head.count:
        breaks.append(Break(head.count + 1, Tamper.BEYOND_HEAD))
    for one in dict.fromkeys((head, anchor)):
        if one is not None and one.count:
            breaks += _against(one, macs[one.count], expected)
    found = sorted(dict.fromkeys(breaks), key=lambda item: item.seq)
    return Walked(count, previous, tuple(found))


def _against(head: Anchor, mac: str, expected: int) -> list[Break]:
    """`mac`: that of the line with the head's number, "" where there is none."""
    if not mac:
        return [Break(min(expected, head.count), Tamper.CUT_OFF)]
    return [] if mac.startswith(head.mac) else [Break(head.count, Tamper.ANCHOR_DIFFERS)]


def _fits(key: bytes, line: Line, seq: int, previous: str) -> bool:
    """Whether it is the true line of a number, behind the line with that mac."""
    return hmac.compare_digest(chain(key, previous, seq, line.entry), line.mac)


def _judged(key: bytes, misfits: list[_Misfit]) -> list[Break]:
    """Lines that were altered, and such as only stand in the place of another: then the true line
    of a number is found among the misfits, and what follows it fits behind it."""
    if len(misfits) > MOST_MOVED:
        return [Break(item.line.seq, Tamper.ALTERED) for item in misfits]
    true: dict[int, Line] = {}
    breaks = []
    for item in misfits:
        seq = item.line.seq
        before = true[seq - 1].mac if seq - 1 in true else item.before
        found = next((m.line for m in misfits if _fits(key, m.line, seq, before)), None)
        if found is None:
            breaks.append(Break(seq, Tamper.ALTERED))
            continue
        true[seq] = found
        if found.seq != seq:
            breaks.append(Break(seq, Tamper.REORDERED))
    return breaks
