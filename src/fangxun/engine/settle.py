"""What follows when an attempt changes: journal, hastened pages, dead numbers, gateways set aside.

Shared by dispatch (the answer to our request) and receive (what the provider says later).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from fangxun.core import alarm, page, told
from fangxun.core.attempt import withdrawn
from fangxun.core.journal import Entry, Event
from fangxun.core.page import Attempt, AttemptState, Blame, Page
from fangxun.core.plan import Channel
from fangxun.engine import alarms, failover, mending, replies
from fangxun.engine.parts import Parts, aside_name
from fangxun.store import district as district_store
from fangxun.store import inbox, journal, meta, outbox
from fangxun.store import pages as page_store
from fangxun.store.base import Tx

SET_ASIDE = timedelta(minutes=5)
"""A gateway that refuses us is tried again after this long."""
FAULTS_BEFORE_ASIDE = 5
"""So many temporary faults in a row, without a success between, set a gateway aside too."""

FAILURES = frozenset({AttemptState.UNDELIVERED, AttemptState.FAILED})
_TOLD = frozenset({AttemptState.IN_DOUBT, *FAILURES})


def entries(
    before: Attempt, after: Attempt, *, provider_at: str = "", now: datetime
) -> list[Entry]:
    """The journal's lines for a change of state; who it was for stands by id, never by number.
    `provider_at`: since when it is so by the provider's own word (ISO 8601), "" where it is silent.
    """
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
                *((("provider_at", provider_at),) if provider_at else ()),
            ),
        )
    ]


def consequences(parts: Parts, tx: Tx, settled: Sequence[Attempt], *, now: datetime) -> None:
    """What one gateway did not take goes over another; other failures move their pages on at once;
    dead numbers and refusing gateways are marked."""
    copies(parts, tx, settled, now=now)
    _release(tx, settled)
    for name in sorted({aside_name(a.gateway, a.channel) for a in settled}):
        of_it = [a for a in settled if aside_name(a.gateway, a.channel) == name]
        _judge_gateway(parts, tx, name, of_it, now=now)
    gone_on = failover.reroute(parts, tx, settled, now=now)
    failed = [a for a in settled if a.state in FAILURES and a.id not in gone_on]
    if failed:
        page_store.save(tx, [page.hasten(item, now=now) for item in _current(tx, failed)])
        for attempt in failed:
            if attempt.blame is Blame.NUMBER:
                _mark_number(parts, tx, attempt, now=now)
    _mend_numbers(parts, tx, settled, now=now)


def waits_for(gateway: str, provider_id: str) -> str:
    """What a receipt waits for that names an id which no attempt has yet."""
    return f"provider/{gateway}/{provider_id}"


_OPEN = frozenset({AttemptState.QUEUED, AttemptState.SENDING, AttemptState.IN_DOUBT})


def _release(tx: Tx, settled: Sequence[Attempt]) -> None:
    """What is known of these now may be what receipts and replies in the inbox wait for."""
    known = [attempt for attempt in settled if attempt.state not in _OPEN]
    these = [waits_for(a.gateway, a.provider_id) for a in known if a.provider_id]
    these += [replies.waits_for(attempt.contact) for attempt in known]
    if these and inbox.release(tx, these):
        meta.wake(tx)


def still_wanted(tx: Tx, attempts: Sequence[Attempt], *, now: datetime) -> list[Attempt]:
    """These attempts, those taken back that are about to wait in the outbox for pages of which none
    wants them any more."""
    waiting = [a for a in attempts if a.state is AttemptState.QUEUED and a.pages]
    if not waiting:
        return list(attempts)
    pages = page_store.get_many(tx, {page_id for a in waiting for page_id in a.pages})
    wanting = {item.id for item in pages if item.state.wants_word}
    needless = {attempt.id for attempt in waiting if not wanting.intersection(attempt.pages)}
    return [withdrawn(a, now=now) if a.id in needless else a for a in attempts]


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


def copies(parts: Parts, tx: Tx, settled: Sequence[Attempt], *, now: datetime) -> None:
    """One more copy, flagged, of what is in doubt and cannot be asked for."""
    made: list[Attempt] = []
    for attempt in settled:
        gateway = parts.gateway(attempt.gateway)
        askable = gateway is not None and gateway.abilities.can_ask
        if attempt.state is AttemptState.IN_DOUBT and not askable:
            made += make_copy(parts, tx, attempt, now=now)
    outbox.queue(tx, made)


def make_copy(parts: Parts, tx: Tx, attempt: Attempt, *, now: datetime) -> list[Attempt]:
    """The one extra copy of an attempt in doubt, unless it has one, is one, came too late, or its
    pages have ended."""
    made = page.copy_of(attempt, new_id=parts.token(64), now=now)
    if made is None or outbox.has_copy(tx, attempt.id):
        return []
    if still_wanted(tx, [made], now=now) != [made]:
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
    voice = attempt.channel is Channel.VOICE
    if not district_store.mark_number(
        tx, attempt.contact, attempt.number, invalid=True, voice=voice
    ):
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
                (("gateway", attempt.gateway), ("channel", attempt.channel.value)),
            )
        ],
    )
    alarms.open_for(
        parts,
        tx,
        alarm.number_invalid(attempt.contact, attempt.error_code, now=now, channel=attempt.channel),
        now=now,
    )


def _mend_numbers(parts: Parts, tx: Tx, settled: Sequence[Attempt], *, now: datetime) -> None:
    """A phone that rang has rung, whatever was said of its number before."""
    reached = [attempt for attempt in settled if attempt.state is AttemptState.DELIVERED]
    view = parts.lookout.look(tx, now=now) if reached else None
    if view is None:
        return
    for attempt in reached:
        who = mending.Reached(attempt.contact, attempt.number, attempt.channel)
        mending.alive(tx, view, who, now=now)


def _judge_gateway(
    parts: Parts, tx: Tx, gateway: str, settled: Sequence[Attempt], *, now: datetime
) -> None:
    """Count the faults in a row of one gateway, or of its calls; set it aside when it refuses us or
    keeps failing. One success in the group proves that it works."""
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
        return attempt.blame is Blame.GATEWAY or told.refused_unexplained(attempt)
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
