"""Send what is queued: claim in the plan's order, mark as sending, request, keep the outcome.

1. One transaction keeps the outcomes that have come in and marks the next rows as sending, so that
   receipts and claims share their commits (two commits a page would halve the rate).
2. Only then are the requests made, in the pool.
A row left as sending by a crash is in doubt: see `recover`.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from math import inf

from fangxun.core import page as pages
from fangxun.core.attempt import back_off
from fangxun.core.departure import Lane
from fangxun.core.errors import StoreFault
from fangxun.core.page import Attempt, AttemptState, Blame
from fangxun.engine import failover, links, settle
from fangxun.engine.parts import Claimed, Parts
from fangxun.engine.throttle import Throttle
from fangxun.gateways.base import Accepted, InDoubt, NotSent, Outcome, Refused, TooFast
from fangxun.store import journal, meta, outbox
from fangxun.store.base import Tx

log = logging.getLogger(__name__)

AHEAD = 100
"""Rows marked ahead of the requests in flight; what a crash leaves in doubt is bounded by both."""
BREATH = 0.0005
"""Seconds that the engine leaves the interpreter to the senders that it has just given something:
else their first requests wait until it has opened the next group."""

Kept = tuple[Attempt, Outcome | None]
"""A request and what became of it; None: it was not made."""


class Dispatcher:
    """The requests that are out, and the outcomes not stored yet. Both are also rows in the store
    (as sending), so that nothing is lost with this object. One thread takes the turns; any may
    claim."""

    def __init__(self, parts: Parts) -> None:
        """Nothing is out yet."""
        self.parts = parts
        self.arrived = threading.Event()
        """Set when an outcome waits to be stored, and when a cycle may have queued something."""
        self.throttle = Throttle(parts)
        self._senders: dict[str, str] = {}
        """By attempt, the number of ours that it comes from, while it is out."""
        self._outcomes: deque[Kept] = deque()
        self._out: Counter[str] = Counter()
        """Requests claimed and not yet kept, by gateway: one that hangs fills its own lane only."""
        self._stopping = False
        self._counting = threading.Lock()
        self._never = threading.Event()

    def turn(self, *, now: datetime) -> int:
        """One group: keep outcomes, claim, hand out. Returns how many rows were touched.

        Outcomes stay in memory until they are kept: a full disk or a busy database asks for them
        again.
        """
        self.arrived.clear()
        outcomes = [self._outcomes[index] for index in range(len(self._outcomes))]
        if not outcomes and not self._waiting(now):
            return 0
        self._heed(outcomes)
        try:
            with self.parts.store.write() as tx:
                keep(self.parts, tx, outcomes, now=now)
                give_up(self.parts, tx, now=now)
                moved = failover.relieve(self.parts, tx, now=now)
                kept = Counter(attempt.gateway for attempt, _ in outcomes)
                claimed, senders = self._claim(tx, kept, now)
        except StoreFault:
            raise
        except Exception:  # one outcome that cannot be kept must not hold up all the others
            log.exception("outcomes not kept", extra={"action": "outcomes_not_kept"})
            self._keep_singly(outcomes, now)
            return len(outcomes)
        for attempt, _ in outcomes:
            self._forget(attempt)
        self._hand_out(claimed, senders)
        return len(outcomes) + len(claimed) + moved

    def claim(self, attempts: Sequence[Attempt], now: datetime) -> Claimed:
        """Claim what is about to be queued, as far as there is room; see `Parts.claim`. What waits
        in the outbox already has had its turn, or has no room either."""
        room = 0 if self._stopping else self._room()
        shut = {*self._full(), *(gateway for gateway, _ in self.throttle.held)}
        ordered = sorted(attempts, key=lambda one: one.priority)
        senders = self.throttle.admit([a for a in ordered[:room] if a.gateway not in shut])
        kept = [
            replace(a, state=AttemptState.SENDING, tries=a.tries + 1, sent_at=now)
            if a.id in senders
            else a
            for a in ordered
        ]
        claimed = [a for a in kept if a.state is AttemptState.SENDING]
        return Claimed(kept, partial(self._send_now, claimed, senders))

    def _send_now(self, claimed: Sequence[Attempt], senders: Mapping[str, str]) -> None:
        self._hand_out(claimed, senders)
        if claimed:
            self._never.wait(BREATH)

    def _claim(
        self, tx: Tx, kept: Counter[str], now: datetime
    ) -> tuple[list[Attempt], dict[str, str]]:
        """What may leave now, each with its sender: where nothing has to wait all at once, in other
        lanes as many as there are tokens. What is kept in the same commit is out no more: a gateway
        that answers at once would else be given a group a second."""
        room = 0 if self._stopping else self._room(kept)
        if not room:
            return [], {}
        full, limited = self._full(kept), self.throttle.limited()
        shut = [*full, *(gateway for gateway, _ in limited)]
        claimed = outbox.claim(tx, now=now, limit=room, full=shut)
        if len(claimed) == room:
            self.arrived.set()
        senders = self.throttle.admit(claimed)
        for lane in limited:
            if lane[0] not in full:
                some = self._claim_lane(tx, lane, room, now)
                claimed += some[0]
                senders |= some[1]
        return claimed, senders

    def _claim_lane(
        self, tx: Tx, lane: Lane, room: int, now: datetime
    ) -> tuple[list[Attempt], dict[str, str]]:
        """One look more than there are tokens, so that it is known whether anything waits."""
        most = self.throttle.room(lane, most=room)
        waiting = outbox.ready(tx, lane, now=now, limit=most + 1)
        senders = self.throttle.admit(waiting[:most])
        leaving = [attempt for attempt in waiting if attempt.id in senders]
        left = [attempt for attempt in waiting if attempt.id not in senders]
        self.throttle.waits(lane, left[0] if left else None)
        return outbox.take(tx, leaving, now=now), senders

    def _heed(self, outcomes: Sequence[Kept]) -> None:
        """A provider that says that we are too fast slows all that goes that way, not one row."""
        for attempt, outcome in outcomes:
            if isinstance(outcome, NotSent) and outcome.too_fast is not None:
                whose = self._senders.get(attempt.id, "")
                sender = whose if outcome.too_fast is TooFast.SENDER else ""
                pause = back_off(attempt, outcome.retry_after_seconds)
                self.throttle.slow(attempt.gateway, sender, pause)

    def _hand_out(self, claimed: Sequence[Attempt], senders: Mapping[str, str]) -> None:
        self._senders.update(senders)
        with self._counting:
            self._out.update(attempt.gateway for attempt in claimed)
        for attempt in claimed:
            lane = self.parts.lane(attempt.gateway)
            try:
                lane.give(partial(self._send, attempt), partial(self._done, attempt))
            except RuntimeError:  # no thread, or we stop: the row goes back to the outbox
                if not self._stopping:
                    log.exception("no thread to send with", extra={"action": "no_thread"})
                self._done(attempt, None)

    def _keep_singly(self, outcomes: Sequence[Kept], now: datetime) -> None:
        """What still cannot be kept stays in the store as sending: in doubt at the next start."""
        for attempt, outcome in outcomes:
            try:
                with self.parts.store.write() as tx:
                    keep(self.parts, tx, [(attempt, outcome)], now=now)
            except StoreFault:
                raise
            except Exception:
                log.exception(
                    "outcome of attempt %s not kept: %r", attempt.id, outcome,
                    extra={"action": "outcome_not_kept"},
                )  # fmt: skip
            self._forget(attempt)

    def _forget(self, attempt: Attempt) -> None:
        self._outcomes.popleft()
        self._senders.pop(attempt.id, None)
        with self._counting:
            self._out[attempt.gateway] -= 1

    def _most(self) -> int:
        return self.parts.in_flight + AHEAD

    def _full(self, kept: Counter[str] | None = None) -> list[str]:
        return [name for name, out in self._busy(kept).items() if out >= self._most()]

    def _room(self, kept: Counter[str] | None = None) -> int:
        """How many rows may be claimed so that no gateway gets more than its lane holds."""
        free = [self._most() - out for out in self._busy(kept).values() if out < self._most()]
        return min(free, default=self._most())

    def _busy(self, kept: Counter[str] | None) -> Counter[str]:
        """Requests out, by gateway, but for those whose outcomes are about to be kept."""
        with self._counting:
            busy = self._out.copy()
        busy.subtract(kept or {})
        return busy

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
        return not self._outcomes and not any(self._out.values())

    def next_due(self, now: datetime) -> datetime | None:
        """When the next of what is queued may leave, by its own time and by the rates."""
        with self.parts.store.read() as tx:
            return self._due(tx, now)

    def _due(self, tx: Tx, now: datetime) -> datetime | None:
        wait = self.throttle.wait()
        times = [outbox.next_due(tx, without=self.throttle.held)]
        times += [now + wait] if wait is not None else []
        return min((at for at in times if at is not None), default=None)

    @property
    def rest(self) -> float:
        """Seconds until the next token is there that something waits for; without end where
        nothing does, or no gateway has room for it."""
        wait = self.throttle.wait(without=self._full())
        return wait.total_seconds() if wait is not None and self._room() else inf

    def _waiting(self, now: datetime) -> bool:
        with self.parts.store.read() as tx:
            due = self._due(tx, now)
            if due is None or due <= now:
                return due is not None
            stuck = failover.relievable(self.parts, meta.set_aside(tx, now=now))
            return bool(stuck and outbox.waiting_for(tx, stuck, limit=1))

    def _send(self, attempt: Attempt) -> Outcome | None:
        """One request, and None where it was not made because we are stopping."""
        if self._stopping:
            return None
        gateway = self.parts.gateway(attempt.gateway)
        if gateway is None:
            return Refused("no-gateway", attempt.gateway, Blame.GATEWAY)
        life = attempt.expires_at - self.parts.clock()
        useful = max(60, int(life.total_seconds()))
        try:
            blank = links.order(self.parts.store, attempt, valid_for_seconds=useful)
            order = replace(blank, sender=self._senders.get(attempt.id, ""))
        except StoreFault as error:  # the key file: no request is made
            log.exception("the link of %s", attempt.id, extra={"action": "link_fault"})
            return NotSent("no-journal-key", str(error))
        try:
            return gateway.send(order)
        except Exception as error:  # an adapter's fault must neither kill the pool nor lose the row
            log.exception("gateway %s failed", gateway.name, extra={"action": "gateway_fault"})
            return InDoubt(f"{type(error).__name__}: {error}")

    def _done(self, attempt: Attempt, outcome: Outcome | None) -> None:
        self._outcomes.append((attempt, outcome))
        self.arrived.set()


def keep(
    parts: Parts,
    tx: Tx,
    outcomes: Sequence[Kept],
    *,
    now: datetime,
) -> None:
    """Store what became of requests; what failed for good hastens its pages."""
    if not outcomes:
        return
    present = outbox.present(tx, [claimed for claimed, _ in outcomes])
    after = [
        after_outcome(attempt, outcome, now=now)
        for attempt, (_, outcome) in zip(present, outcomes, strict=True)
    ]
    settled = settle.still_wanted(tx, after, now=now)
    _keep(tx, present, settled, now=now)
    settle.consequences(parts, tx, settled, now=now)


def _keep(tx: Tx, before: Sequence[Attempt], after: Sequence[Attempt], *, now: datetime) -> None:
    """Store attempts as they stand, each change with its line in the journal."""
    changes = list(zip(before, after, strict=True))
    outbox.save(tx, changes)
    journal.append(tx, [entry for b, a in changes for entry in settle.entries(b, a, now=now)])


def give_up(parts: Parts, tx: Tx, *, now: datetime) -> None:
    """What is still queued when its useful life ends has failed, and its page moves on."""
    late = outbox.expired(tx, now=now)
    if not late:
        return
    failed = [pages.expired(attempt, now=now) for attempt in late]
    _keep(tx, late, failed, now=now)
    settle.consequences(parts, tx, failed, now=now)


def after_outcome(attempt: Attempt, outcome: Outcome | None, *, now: datetime) -> Attempt:
    """The attempt as it stands after its request. A callback may have come first: the merge is by
    rank, so a late "accepted" never takes back "delivered"."""
    match outcome:
        case None:
            return replace(attempt, state=AttemptState.QUEUED, tries=max(0, attempt.tries - 1))
        case Accepted(provider_id, state, at):
            return pages.accepted(attempt, provider_id, state, now=now, at=at)
        case Refused(code, _detail, blame):
            return pages.refused(attempt, code, blame, now=now)
        case NotSent(code, _detail, retry_after):
            return pages.not_sent(attempt, code, retry_after, now=now)
        case InDoubt(detail):
            return pages.doubted(attempt, detail, now=now)


def recover(parts: Parts, *, now: datetime) -> int:
    """At the start: rows left as sending by a crash are in doubt, and are asked for or copied. It
    is our own doubt: no gateway is judged by it."""
    with parts.store.write() as tx:
        left = outbox.left_sending(tx)
        doubted = [pages.doubted(a, "the daemon stopped while sending", now=now) for a in left]
        _keep(tx, left, doubted, now=now)
        settle.copies(parts, tx, doubted, now=now)
    return len(left)
