"""Send what is queued: claim in the plan's order, mark as sending, request, keep the outcome.

1. One transaction keeps the outcomes that have come in and marks the next rows as sending, so that
   receipts and claims share their commits (two commits a page would halve the rate).
2. Only then are the requests made, in the pool.
A row left as sending by a crash is in doubt: see `recover`.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from fangxun.core import page as pages
from fangxun.core.journal import Entry
from fangxun.core.page import Attempt, AttemptState, Blame
from fangxun.engine import settle
from fangxun.engine.parts import Parts
from fangxun.gateways.base import Accepted, InDoubt, NotSent, Order, Outcome, Refused
from fangxun.store import journal, outbox
from fangxun.store.base import Tx

log = logging.getLogger(__name__)

AHEAD = 100
"""Rows marked ahead of the requests in flight; what a crash leaves in doubt is bounded by both."""


class Dispatcher:
    """The requests that are out, and the outcomes not stored yet. Both are also rows in the store
    (as sending), so that nothing is lost with this object."""

    def __init__(self, parts: Parts) -> None:
        """Nothing is out yet."""
        self.parts = parts
        self.arrived = threading.Event()
        """Set when an outcome waits to be stored, and when a cycle may have queued something."""
        self._outcomes: deque[tuple[Attempt, Outcome | None]] = deque()
        self._out = 0
        self._stopping = False

    def turn(self, *, now: datetime) -> int:
        """One group: keep outcomes, claim, hand out. Returns how many rows were touched."""
        self.arrived.clear()
        outcomes = [self._outcomes.popleft() for _ in range(len(self._outcomes))]
        room = 0 if self._stopping else max(0, self.parts.in_flight + AHEAD - self._out)
        if not outcomes and not (room and self._waiting(now)):
            return 0
        with self.parts.store.write() as tx:
            keep(self.parts, tx, outcomes, now=now)
            give_up(self.parts, tx, now=now)
            claimed = outbox.claim(tx, now=now, limit=room) if room else []
        self._out += len(claimed) - len(outcomes)
        for attempt in claimed:
            self.parts.sending.give(partial(self._send, attempt), partial(self._done, attempt))
        return len(outcomes) + len(claimed)

    def drain(self, *, now: datetime) -> None:
        """Turn until nothing is left to do now; for hands that work at once."""
        while self.turn(now=now):
            pass

    def stop(self) -> None:
        """Claim nothing more; rows claimed and not yet requested go back to the outbox."""
        self._stopping = True

    @property
    def stopping(self) -> bool:
        """Whether `stop` was called."""
        return self._stopping

    @property
    def idle(self) -> bool:
        """Nothing is out and nothing waits to be stored."""
        return self._out == 0 and not self._outcomes

    def _waiting(self, now: datetime) -> bool:
        with self.parts.store.read() as tx:
            due = outbox.next_due(tx)
        return due is not None and due <= now

    def _send(self, attempt: Attempt) -> Outcome | None:
        """One request, and None where it was not made because we are stopping."""
        if self._stopping:
            return None
        gateway = self.parts.gateway(attempt.gateway)
        if gateway is None:
            return Refused("no-gateway", attempt.gateway, Blame.GATEWAY)
        life = attempt.expires_at - self.parts.clock()
        try:
            return gateway.send(
                Order(
                    attempt=attempt.id,
                    number=attempt.number,
                    text=attempt.text,
                    channel=attempt.channel,
                    valid_for_seconds=max(60, int(life.total_seconds())),
                )
            )
        except Exception as error:  # an adapter's fault must neither kill the pool nor lose the row
            log.exception("gateway %s failed", gateway.name, extra={"action": "gateway_fault"})
            return InDoubt(f"{type(error).__name__}: {error}")

    def _done(self, attempt: Attempt, outcome: Outcome | None) -> None:
        self._outcomes.append((attempt, outcome))
        self.arrived.set()


def keep(
    parts: Parts,
    tx: Tx,
    outcomes: Sequence[tuple[Attempt, Outcome | None]],
    *,
    now: datetime,
) -> None:
    """Store what became of requests; what failed for good hastens its pages."""
    if not outcomes:
        return
    settled: list[Attempt] = []
    entries: list[Entry] = []
    present = {a.id: a for a in outbox.get_many(tx, [attempt.id for attempt, _ in outcomes])}
    for claimed, outcome in outcomes:
        attempt = present.get(claimed.id, claimed)
        after = after_outcome(attempt, outcome, now=now)
        settled.append(after)
        entries += settle.entries(attempt, after, now=now)
    outbox.save(tx, settled)
    settle.consequences(parts, tx, settled, now=now)
    journal.append(tx, entries)


def give_up(parts: Parts, tx: Tx, *, now: datetime) -> None:
    """What is still queued when its useful life ends has failed, and its page moves on."""
    late = outbox.expired(tx, now=now)
    if not late:
        return
    failed = [pages.expired(attempt, now=now) for attempt in late]
    outbox.save(tx, failed)
    journal.append(
        tx,
        [
            entry
            for before, after in zip(late, failed, strict=True)
            for entry in settle.entries(before, after, now=now)
        ],
    )
    settle.consequences(parts, tx, failed, now=now)


def after_outcome(attempt: Attempt, outcome: Outcome | None, *, now: datetime) -> Attempt:
    """The attempt as it stands after its request. A callback may have come first: the merge is by
    rank, so a late "accepted" never takes back "delivered"."""
    match outcome:
        case None:
            return replace(attempt, state=AttemptState.QUEUED, tries=max(0, attempt.tries - 1))
        case Accepted(provider_id, state):
            return pages.accepted(attempt, provider_id, state, now=now)
        case Refused(code, _detail, blame):
            return pages.refused(attempt, code, blame, now=now)
        case NotSent(code, _detail, retry_after):
            return pages.not_sent(attempt, code, retry_after, now=now)
        case InDoubt(detail):
            return pages.doubted(attempt, detail, now=now)


def recover(parts: Parts, *, now: datetime) -> int:
    """At the start: rows left as sending by a crash are in doubt, and are asked for or copied."""
    with parts.store.write() as tx:
        left = outbox.left_sending(tx)
        keep(parts, tx, [(a, InDoubt("the daemon stopped while sending")) for a in left], now=now)
    return len(left)
