"""Each attempt to reach a person: one SMS or call, its receipts, doubt and the one extra copy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from fangxun.core.plan import Channel


class AttemptState(StrEnum):
    """The life of one SMS or call through one gateway; the merge of receipts goes by rank."""

    QUEUED = "queued"
    """In the outbox; no request has been made."""
    SENDING = "sending"
    """Committed before the request: after a crash it is in doubt."""
    IN_DOUBT = "in_doubt"
    """The request was made and its answer is not known."""
    ACCEPTED = "accepted"
    """The provider has taken it and gave it an id."""
    SENT = "sent"
    """Handed to the carrier; may be the last word: unproven, not delivered."""
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    """The carrier says that it did not arrive: a failure."""
    FAILED = "failed"
    """Refused for good by the provider, or never sent until its useful life ended."""
    WITHDRAWN = "withdrawn"
    """The page ended before it left."""


class Blame(StrEnum):
    """What a failure says: which of the three is unusable."""

    NONE = ""
    NUMBER = "number"
    TEXT = "text"
    GATEWAY = "gateway"
    BUDGET = "budget"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One message to one phone of one contact, for one or more pages (bundled).

    `id` is random text of 16 hex digits, in the callback URL; `copy_of` marks the one extra copy
    after doubt (a possible duplicate). `provider_id` comes with acceptance.
    """

    id: str
    pages: tuple[int, ...]
    contact: str
    channel: Channel
    number: str
    gateway: str
    text: str
    state: AttemptState
    queued_at: datetime
    expires_at: datetime
    priority: int
    kind: str = "page"
    """"page", "alarm", "exercise", "notice", "hint", "all_clear" or "correction"; budgets and lanes
    go by it."""
    not_before: datetime | None = None
    sent_at: datetime | None = None
    settled_at: datetime | None = None
    provider_id: str = ""
    error_code: str = ""
    blame: Blame = Blame.NONE
    tries: int = 0
    copy_of: str = ""
    language: str = ""
    """Of the text ("zh_CN", "en"): what a call is spoken in."""


RANKS: Mapping[AttemptState, int] = {
    AttemptState.QUEUED: 0,
    AttemptState.SENDING: 1,
    AttemptState.IN_DOUBT: 2,
    AttemptState.ACCEPTED: 3,
    AttemptState.SENT: 4,
    AttemptState.WITHDRAWN: 5,
    AttemptState.FAILED: 6,
    AttemptState.UNDELIVERED: 7,
    AttemptState.DELIVERED: 8,
}
"""Receipts repeat, overtake each other and precede the answer to our request: the higher rank wins,
so that every order ends in the same state. Delivered is the highest: a phone that rang has rung."""


def merge(attempt: Attempt, state: AttemptState, *, now: datetime) -> Attempt:
    """The attempt after a receipt that says `state`."""
    if RANKS[state] <= RANKS[attempt.state]:
        return attempt
    return replace(attempt, state=state, settled_at=now)


def accepted(attempt: Attempt, provider_id: str, state: AttemptState, *, now: datetime) -> Attempt:
    """The provider answered that it took it; a callback may have said more before."""
    merged = merge(attempt, state, now=now)
    return replace(
        merged,
        provider_id=merged.provider_id or provider_id,
        sent_at=merged.sent_at or now,
        not_before=None,
    )


def refused(attempt: Attempt, code: str, blame: Blame, *, now: datetime) -> Attempt:
    """Refused for good."""
    merged = merge(attempt, AttemptState.FAILED, now=now)
    return replace(merged, error_code=code, blame=blame) if merged is not attempt else attempt


LONGEST_BACK_OFF = timedelta(seconds=60)


def not_sent(attempt: Attempt, code: str, retry_after: float | None, *, now: datetime) -> Attempt:
    """Certainly not taken: back into the outbox with a growing wait (1, 2, 4 ... 60 s, or what the
    provider asks for), until its useful life ends."""
    if RANKS[attempt.state] > RANKS[AttemptState.SENDING]:
        return attempt
    wait = min(timedelta(seconds=2 ** min(max(attempt.tries - 1, 0), 6)), LONGEST_BACK_OFF)
    if retry_after is not None:
        wait = min(max(wait, timedelta(seconds=retry_after)), timedelta(minutes=5))
    if now + wait >= attempt.expires_at:
        return replace(
            attempt, state=AttemptState.FAILED, error_code=code, blame=Blame.GATEWAY, settled_at=now
        )
    return replace(attempt, state=AttemptState.QUEUED, error_code=code, not_before=now + wait)


DOUBT_WAIT = timedelta(seconds=30)
"""How long a provider is given before it is asked for a send in doubt: its own lists lag."""


def doubted(attempt: Attempt, detail: str, *, now: datetime) -> Attempt:
    """The request left and its answer is not known."""
    if RANKS[attempt.state] >= RANKS[AttemptState.IN_DOUBT]:
        return attempt
    return replace(
        attempt,
        state=AttemptState.IN_DOUBT,
        error_code=detail[:200],
        sent_at=attempt.sent_at or now,
        not_before=now + DOUBT_WAIT,
    )


def never_arrived(attempt: Attempt, *, now: datetime) -> Attempt:
    """The provider, asked for a send in doubt, has nothing of it."""
    if attempt.state is not AttemptState.IN_DOUBT:
        return attempt
    return replace(attempt, state=AttemptState.FAILED, error_code="not-found", settled_at=now)


def copy_of(attempt: Attempt, *, new_id: str, now: datetime) -> Attempt | None:
    """The one extra copy of a send in doubt, flagged; None for what is a copy itself or too old."""
    if attempt.copy_of or now >= attempt.expires_at:
        return None
    return replace(
        attempt,
        id=new_id,
        state=AttemptState.QUEUED,
        queued_at=now,
        sent_at=None,
        settled_at=None,
        provider_id="",
        error_code="",
        blame=Blame.NONE,
        not_before=None,
        tries=0,
        copy_of=attempt.id,
    )


_TAKEN = frozenset({AttemptState.ACCEPTED, AttemptState.SENT, AttemptState.DELIVERED})


def had_left(attempt: Attempt, at: datetime) -> bool:
    """Whether the provider had accepted a text before an instant, in whole seconds as providers
    tell them."""
    if attempt.state not in _TAKEN or attempt.sent_at is None:
        return False
    return attempt.sent_at.replace(microsecond=0) <= at


LOST = frozenset({AttemptState.UNDELIVERED, AttemptState.FAILED})
"""The ends that mean: not reached by this."""


def step_lost(sent: Sequence[Attempt]) -> bool:
    """Whether all that a page's present step sent has failed for good. A step's attempts are queued
    at one instant; one in doubt is lost when its copy is."""
    originals = [attempt for attempt in sent if not attempt.copy_of]
    fired = max((attempt.queued_at for attempt in originals), default=None)
    copies = {attempt.copy_of: attempt for attempt in sent if attempt.copy_of}
    last = [copies.get(a.id, a) for a in originals if a.queued_at == fired]
    return bool(last) and all(attempt.state in LOST for attempt in last)


def expired(attempt: Attempt, *, now: datetime) -> Attempt:
    """Never sent within its useful life: what it says is not true any more."""
    return replace(attempt, state=AttemptState.FAILED, error_code="expired", settled_at=now)
