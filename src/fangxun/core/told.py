"""What attempts tell: what may have been read, what is lost, what another gateway may bring."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime

from fangxun.core.attempt import LOST, TAKEN, Attempt, AttemptState, Blame
from fangxun.core.plan import Channel


def had_left(attempt: Attempt, at: datetime) -> bool:
    """Whether the provider had accepted a text before an instant, in whole seconds as providers
    tell them."""
    taken = attempt.accepted_at or attempt.sent_at
    if attempt.state not in TAKEN or taken is None:
        return False
    return taken.replace(microsecond=0) <= at


def may_have_left(attempt: Attempt, at: datetime) -> bool:
    """Whether a text was requested before an instant, and what became of it is not known yet."""
    if attempt.state not in {AttemptState.SENDING, AttemptState.IN_DOUBT}:
        return False
    return attempt.sent_at is not None and attempt.sent_at.replace(microsecond=0) <= at


def step_lost(sent: Sequence[Attempt]) -> bool:
    """Whether all that a page's present step sent has failed for good. A step's attempts are queued
    at one instant; one in doubt is lost when its copy is, and one that another gateway took over
    when that is."""
    originals = [attempt for attempt in sent if not (attempt.copy_of or attempt.instead_of)]
    fired = max((attempt.queued_at for attempt in originals), default=None)
    followed = {attempt.instead_of or attempt.copy_of: attempt for attempt in sent}
    last = [_followed(a, followed) for a in originals if a.queued_at == fired]
    return bool(last) and all(attempt.state in LOST for attempt in last)


def _followed(attempt: Attempt, followed: Mapping[str, Attempt]) -> Attempt:
    """What has become of it: its copy, or what went over another gateway instead."""
    while attempt.id in followed:
        attempt = followed[attempt.id]
    return attempt


_OURS = frozenset({"not-found", "expired"})
"""Codes of ends that no provider has spoken: it has nothing of it, or its useful life is over."""


def refused_unexplained(attempt: Attempt) -> bool:
    """Whether a provider did not take it and its reason is not in our table: one is nothing, in
    every one's case it is the gateway."""
    refused = attempt.state is AttemptState.FAILED and not attempt.provider_id
    return refused and attempt.blame is Blame.NONE and attempt.error_code not in _OURS


def another_may(attempt: Attempt) -> bool:
    """Whether this gateway certainly did not bring it, and the number is not known to be why: over
    another gateway it may arrive."""
    if refused_unexplained(attempt):
        return True
    return attempt.state in LOST and attempt.blame in {Blame.GATEWAY, Blame.TEXT}


_MAY_HAVE = frozenset({AttemptState.SENDING, AttemptState.IN_DOUBT, *TAKEN})


def may_have_told(sent: Sequence[Attempt], person: str | None) -> bool:
    """Whether anything that was sent may have reached a person: what waits, was refused or lost has
    not. A call that nobody took has rung at his bedside: it is he who does not answer."""
    return any(
        attempt.contact == person and (attempt.state in _MAY_HAVE or _rang(attempt))
        for attempt in sent
    )


def _rang(attempt: Attempt) -> bool:
    return attempt.channel is Channel.VOICE and attempt.state is AttemptState.UNDELIVERED


def undecided(sent: Sequence[Attempt], pages: AbstractSet[int], person: str, at: datetime) -> bool:
    """Whether a person who said 收到 at an instant may have meant a text for one of these pages of
    which it is not known yet that it left: then his word counts once that is known."""
    return any(
        attempt.contact == person and may_have_left(attempt, at) and pages & set(attempt.pages)
        for attempt in sent
    )
