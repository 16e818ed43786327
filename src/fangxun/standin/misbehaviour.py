"""What a stand-in does with a message, from well-behaved to everything that vendors do."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Answer(StrEnum):
    """How the create request is answered."""

    CREATED = "created"
    THROTTLED = "throttled"
    """429, not accepted; Retry-After is sent."""
    BROKEN = "broken"
    """500, and nothing was accepted."""
    BROKEN_AFTER = "broken_after"
    """500, although the message was accepted and goes out."""
    LOST = "lost"
    """Accepted; the connection is closed instead of an answer."""
    DROPPED = "dropped"
    """The connection is closed and nothing was accepted."""
    REFUSED = "refused"
    """4xx with `error`; final."""


class Callbacks(StrEnum):
    """How status callbacks are made."""

    SIGNED = "signed"
    FORGED = "forged"
    """Signed with another token."""
    DOUBLED = "doubled"
    """Each comes twice."""
    REVERSED = "reversed"
    """The last state first."""
    EARLY = "early"
    """All come before the create request is answered."""
    NONE = "none"


class Pick(StrEnum):
    """What the person does who is called."""

    PRESSES = "presses"
    """Hears it whole, and presses `key` when asked."""
    EARLY = "early"
    """Presses `key` in the first sentence and hangs up on nothing: no further key."""
    SILENT = "silent"
    """Answers, and presses nothing."""
    VOICEMAIL = "voicemail"
    """A machine answers; nobody hears it."""
    BY_HAND = "by_hand"
    """Whoever tries the stand-in presses: see /standin/press."""
    BUSY = "busy"
    NO_ANSWER = "no-answer"
    FAILED = "failed"
    CANCELED = "canceled"


NOT_ANSWERED = frozenset({Pick.BUSY, Pick.NO_ANSWER, Pick.FAILED, Pick.CANCELED})


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What happens to one message or call.

    `latency` and `step` (between states) are seconds; `final` is the last state it reaches, with
    `error` as the code (also of a refusal, with `status`). Of a call, `pick` and `key` say what the
    person called does, `sip` what the network says of a failure, `speech` how many seconds each
    character takes that is said.
    """

    answer: Answer = Answer.CREATED
    latency: float = 0.0
    step: float = 0.0
    final: str = "delivered"
    error: int | None = None
    status: int = 400
    retry_after: str = "2"
    callbacks: Callbacks = Callbacks.SIGNED
    pick: Pick = Pick.PRESSES
    key: str = "1"
    sip: int | None = None
    speech: float = 0.0


WELL_BEHAVED = Behaviour()

Rule = Callable[[int, str], Behaviour]
"""(number of the request from 1, the receiver's number) -> what happens to it."""


class Plan:
    """Who misbehaves when: single ones first, in turn, then the rule."""

    def __init__(self, rule: Rule | Behaviour = WELL_BEHAVED) -> None:
        """`rule` holds where no single behaviour is planned."""
        self._next: deque[Behaviour] = deque()
        self._rule = rule
        self._count = 0

    def once(self, *behaviours: Behaviour) -> None:
        """The next requests behave so, in turn."""
        self._next.extend(behaviours)

    def always(self, rule: Rule | Behaviour) -> None:
        """From now on, where no single behaviour is planned."""
        self._rule = rule

    def take(self, number: str) -> Behaviour:
        """What happens to the request that has just come."""
        self._count += 1
        if self._next:
            return self._next.popleft()
        if isinstance(self._rule, Behaviour):
            return self._rule
        return self._rule(self._count, number)
