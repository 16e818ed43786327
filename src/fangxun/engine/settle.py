"""What follows when an attempt changes: journal, hastened pages, dead numbers, gateways set aside.

Shared by dispatch (the answer to our request) and receive (what the provider says later).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from fangxun.core import alarm, page
from fangxun.core.journal import Entry, Event
from fangxun.core.page import Attempt, AttemptState, Blame, Page
from fangxun.engine import alarms, failover
from fangxun.engine.parts import Parts
from fangxun.store import district as district_store
from fangxun.store import journal, meta, outbox
from fangxun.store import pages as page_store
from fangxun.store.base import Tx

SET_ASIDE = timedelta(minutes=5)
"""A gateway that refuses us is tried again after this long."""
FAULTS_BEFORE_ASIDE = 5
"""So many temporary faults in a row, without a success between, set a gateway aside too."""

FAILURES = frozenset({AttemptState.UNDELIVERED, AttemptState.FAILED})
_TOLD = frozenset({AttemptState.IN_DOUBT, *FAILURES})


def entries(before: Attempt, after: Attempt, *, now: datetime) -> list[Entry]:
    """The journal's lines for a change of state; who it was for stands by id, never by number."""
    if before.state is after.state:
        return []
    event = (
        Event.ATTEMPT_IN_DOUBT if after.state is AttemptState.IN_DOUBT else Event.ATTEMPT_SETTLED
    )
    return [
        Entry(
            now,
            event,
            "system",
            f"attempt/{after.id}",
            after.state.value,
            (
                ("pages", list(after.pages)),
                ("person", after.contact),
                ("gateway", after.gateway),
                ("channel", after.channel.value),
                ("code", after.error_code),
                ("blame", after.blame.value),
                ("copy_of", after.copy_of),
            ),
        )
    ]


def consequences(parts: Parts, tx: Tx, settled: Sequence[Attempt], *, now: datetime) -> None:
    """What one gateway did not take goes over another; other failures move their pages on at once;
    dead numbers and refusing gateways are marked."""
    _copies(parts, tx, settled, now=now)
    for name in sorted({attempt.gateway for attempt in settled}):
        _judge_gateway(parts, tx, [a for a in settled if a.gateway == name], now=now)
    gone_on = failover.reroute(parts, tx, settled, now=now)
    failed = [a for a in settled if a.state in FAILURES and a.id not in gone_on]
    if failed:
        page_store.save(tx, [page.hasten(item, now=now) for item in _current(tx, failed)])
        for attempt in failed:
            if attempt.blame is Blame.NUMBER:
                _mark_number(parts, tx, attempt, now=now)


def _current(tx: Tx, failed: Sequence[Attempt]) -> list[Page]:
    """Open pages of whose present step nothing is under way any more: an older step's late failure
    says nothing of it, nor does one of several that went out in parallel."""
    ids = sorted({page_id for attempt in failed for page_id in attempt.pages})
    sent: dict[int, list[Attempt]] = defaultdict(list)
    for attempt in outbox.of_page(tx, ids):
        for page_id in attempt.pages:
            sent[page_id].append(attempt)
    pages = page_store.get_many(tx, ids)
    return [item for item in pages if not item.state.ended and page.step_lost(sent[item.id])]


def _copies(parts: Parts, tx: Tx, settled: Sequence[Attempt], *, now: datetime) -> None:
    """One more copy, flagged, of what is in doubt and cannot be asked for."""
    copies = []
    for attempt in settled:
        gateway = parts.gateway(attempt.gateway)
        askable = gateway is not None and gateway.abilities.can_ask
        if attempt.state is AttemptState.IN_DOUBT and not askable:
            copies += make_copy(parts, tx, attempt, now=now)
    outbox.queue(tx, copies)


def make_copy(parts: Parts, tx: Tx, attempt: Attempt, *, now: datetime) -> list[Attempt]:
    """The one extra copy of an attempt in doubt, unless it has one, is one, or came too late."""
    made = page.copy_of(attempt, new_id=parts.token(64), now=now)
    if made is None or outbox.has_copy(tx, attempt.id):
        return []
    journal.append(
        tx,
        [
            Entry(
                now,
                Event.ATTEMPT_COPIED,
                "system",
                f"attempt/{made.id}",
                "in_doubt",
                (("copy_of", attempt.id), ("pages", list(made.pages))),
            )
        ],
    )
    return [made]


def _mark_number(parts: Parts, tx: Tx, attempt: Attempt, *, now: datetime) -> None:
    if not district_store.mark_number(tx, attempt.contact, attempt.number, invalid=True):
        return
    journal.append(
        tx,
        [
            Entry(
                now,
                Event.NUMBER_INVALID,
                "system",
                f"person/{attempt.contact}",
                attempt.error_code,
                (("gateway", attempt.gateway),),
            )
        ],
    )
    alarms.open_for(
        parts,
        tx,
        alarm.number_invalid(attempt.contact, attempt.error_code, now=now),
        now=now,
    )


def _judge_gateway(parts: Parts, tx: Tx, settled: Sequence[Attempt], *, now: datetime) -> None:
    """Count the faults in a row of one gateway; set it aside when it refuses us or keeps failing.
    One success in the group proves that it works."""
    gateway = settled[0].gateway
    if any(attempt.state in _WORKS for attempt in settled):
        if meta.gateway_faults(tx, gateway):
            meta.clear_gateway(tx, gateway)
            alarms.cause_gone(tx, alarm.gateway_dead_prefix(gateway), now=now)
        return
    faulty = [attempt for attempt in settled if _is_fault(attempt)]
    for _ in faulty:
        faults = meta.count_gateway_fault(tx, gateway)
    refused = any(a.state in FAILURES and a.blame is Blame.GATEWAY for a in settled)
    if faulty and (refused or faults >= FAULTS_BEFORE_ASIDE):
        meta.put_aside(tx, gateway, until=now + SET_ASIDE)
        since = meta.dead_since(tx, gateway, now=now)
        cause = alarm.gateway_dead(gateway, faulty[-1].error_code, since=since)
        alarms.open_for(parts, tx, cause, now=now)


_WORKS = frozenset({AttemptState.ACCEPTED, AttemptState.SENT, AttemptState.DELIVERED})


def _is_fault(attempt: Attempt) -> bool:
    """A fault of the gateway: it refuses us, was not to be reached, or left us in doubt; and a
    refusal that nobody can explain, which is one only where it is every message's."""
    if attempt.state in FAILURES:
        return attempt.blame is Blame.GATEWAY or page.refused_unexplained(attempt)
    retried = attempt.state is AttemptState.QUEUED and attempt.error_code != ""
    return retried or attempt.state is AttemptState.IN_DOUBT


def merge(
    attempt: Attempt, state: AttemptState, code: str, blame: Blame, *, now: datetime
) -> Attempt:
    """A receipt merged by rank: late, repeated and reordered ones change nothing that they should
    not."""
    merged = page.merge(attempt, state, now=now)
    if merged.state is attempt.state:
        return merged
    return replace(merged, error_code=code or merged.error_code, blame=blame or merged.blame)
