"""Each attempt to reach a person: one SMS or call, its receipts, doubt and the one extra copy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from fangxun.core.plan import Channel
from fangxun.core.wording import Registered


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
    """The carrier says that it arrived; of a call, that it was heard and confirmed by a key. Not
    yet that anybody has confirmed a page."""
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
    """"page", "alarm", "exercise", "reminder", "notice", "hint", "all_clear" or "correction";
    budgets and lanes go by it."""
    not_before: datetime | None = None
    sent_at: datetime | None = None
    """When it was marked as sending: a moment before the request."""
    settled_at: datetime | None = None
    provider_id: str = ""
    error_code: str = ""
    blame: Blame = Blame.NONE
    tries: int = 0
    copy_of: str = ""
    accepted_at: datetime | None = None
    """When the provider took it, by its own word where it gives one."""
    instead_of: str = ""
    """The attempt that went over another gateway before, and was certainly not taken there."""
    language: str = ""
    """Of the text ("zh_CN", "en"): what a call is spoken in."""
    template: Registered | None = None
    """The same for a gateway that takes registered templates; kept, so that a restart sends it."""


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


TAKEN = frozenset({AttemptState.ACCEPTED, AttemptState.SENT, AttemptState.DELIVERED})
"""The provider has it, and nobody says that it was lost."""
LOST = frozenset({AttemptState.UNDELIVERED, AttemptState.FAILED})
"""The ends that mean: not reached by this."""


def merge(attempt: Attempt, state: AttemptState, *, now: datetime) -> Attempt:
    """The attempt after a receipt that says `state`."""
    if not _moves(attempt, state):
        return attempt
    taken_at = attempt.accepted_at
    if state in TAKEN and taken_at is None:
        taken_at = _taken_at(attempt, now)
    return replace(attempt, state=state, settled_at=now, accepted_at=taken_at)


def _moves(attempt: Attempt, state: AttemptState) -> bool:
    return RANKS[state] > RANKS[attempt.state]


def _taken_at(attempt: Attempt, now: datetime) -> datetime:
    """When the provider took what it does not date: now that it says so; where its answer was lost,
    as early as it can have been, since whoever answered meanwhile had read it."""
    lost = attempt.state is AttemptState.IN_DOUBT and attempt.sent_at is not None
    return attempt.sent_at if lost and attempt.sent_at is not None else now


CLOCKS_APART = timedelta(minutes=5)
"""How far a provider's clock may be behind ours before we go by ours."""


def accepted(
    attempt: Attempt,
    provider_id: str,
    state: AttemptState,
    *,
    now: datetime,
    at: datetime | None = None,
) -> Attempt:
    """The provider answered that it took it, `at` by its own clock where that can be true; a
    callback may have said more before."""
    moves = _moves(attempt, state)
    possible = at is not None and (attempt.sent_at or now) - CLOCKS_APART <= at
    taken = min(at, now) if at is not None and possible else _taken_at(attempt, now)
    return replace(
        attempt,
        state=state if moves else attempt.state,
        settled_at=now if moves else attempt.settled_at,
        provider_id=attempt.provider_id or provider_id,
        sent_at=attempt.sent_at or now,
        accepted_at=min(taken, attempt.accepted_at or taken),
        not_before=None,
    )


def refused(attempt: Attempt, code: str, blame: Blame, *, now: datetime) -> Attempt:
    """Refused for good."""
    merged = merge(attempt, AttemptState.FAILED, now=now)
    return replace(merged, error_code=code, blame=blame) if merged is not attempt else attempt


LONGEST_BACK_OFF = timedelta(seconds=60)


def back_off(attempt: Attempt, retry_after: float | None) -> timedelta:
    """How long what was certainly not taken waits: longer with each try, or as it is asked to."""
    wait = min(timedelta(seconds=2 ** min(max(attempt.tries - 1, 0), 6)), LONGEST_BACK_OFF)
    if retry_after is None:
        return wait
    return min(max(wait, timedelta(seconds=retry_after)), timedelta(minutes=5))


def not_sent(attempt: Attempt, code: str, retry_after: float | None, *, now: datetime) -> Attempt:
    """Certainly not taken: back into the outbox with a growing wait (1, 2, 4 ... 60 s, or what the
    provider asks for), until its useful life ends."""
    if RANKS[attempt.state] > RANKS[AttemptState.SENDING]:
        return attempt
    wait = back_off(attempt, retry_after)
    if now + wait >= attempt.expires_at:
        return replace(
            attempt, state=AttemptState.FAILED, error_code=code, blame=Blame.GATEWAY, settled_at=now
        )
    return replace(attempt, state=AttemptState.QUEUED, error_code=code, not_before=now + wait)


DOUBT_WAIT = timedelta(seconds=30)
"""How long a provider is given before it is asked for a send in doubt: its own lists lag."""


def doubted(attempt: Attempt, detail: str, *, now: datetime) -> Attempt:
    """The request left and its answer is not known. Where a receipt came before, it was taken, some
    time after the request."""
    if attempt.state in TAKEN:
        return replace(attempt, accepted_at=attempt.sent_at or attempt.accepted_at)
    if RANKS[attempt.state] >= RANKS[AttemptState.IN_DOUBT]:
        return attempt
    return replace(
        attempt,
        state=AttemptState.IN_DOUBT,
        error_code=detail[:200],
        sent_at=attempt.sent_at or now,
        not_before=now + DOUBT_WAIT,
    )


MOST_COPY_TRIES = 3
"""So often the one copy is sent where the provider says each time that it has nothing of it."""


def never_arrived(attempt: Attempt, *, now: datetime) -> Attempt:
    """The provider, asked for a send in doubt, has nothing of it. Its copy has not left then
    either, and goes back into the outbox: it stays one."""
    if attempt.state is not AttemptState.IN_DOUBT:
        return attempt
    if attempt.copy_of and attempt.tries < MOST_COPY_TRIES and now < attempt.expires_at:
        return replace(
            attempt,
            state=AttemptState.QUEUED,
            error_code="not-found",
            sent_at=None,
            not_before=None,
        )
    return replace(attempt, state=AttemptState.FAILED, error_code="not-found", settled_at=now)


def withdrawn(attempt: Attempt, *, now: datetime) -> Attempt:
    """Taken back before it left (again): its pages have ended, or it goes over another gateway."""
    return replace(attempt, state=AttemptState.WITHDRAWN, settled_at=now, not_before=None)


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


def expired(attempt: Attempt, *, now: datetime) -> Attempt:
    """Never sent within its useful life: what it says is not true any more."""
    return replace(attempt, state=AttemptState.FAILED, error_code="expired", settled_at=now)
