"""Take back the calls of pages that have ended: who has confirmed by SMS is rung no more.

1. What ends a page writes down its calls that are out (`stop`), in the same transaction.
2. The cycle marks those that are due as asked for, and hands them to the pool.
3. The provider's word comes in as a receipt. Until a call's end is known it is asked for again, a
   bounded number of times: by then it has rung its time.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from fangxun.core.journal import Entry, Event
from fangxun.core.page import Attempt
from fangxun.engine.inward import store_items
from fangxun.engine.parts import Parts
from fangxun.gateways.base import Gateway, Receipt, Unanswered
from fangxun.store import hang_ups, journal, outbox
from fangxun.store.base import Tx

log = logging.getLogger(__name__)

AGAIN = timedelta(seconds=10)
MOST_ASKED = 3
"""So often a provider is asked to take one call back."""
GROUP = 20
"""Calls that one job of the pool takes back, one after the other."""

Answered = list[tuple[Attempt, Receipt | None]]
"""Calls and what has become of them; None: too late to take it back."""


def stop(tx: Tx, page_ids: Sequence[int], *, now: datetime) -> None:
    """These pages have ended: what has not left stays, and calls that are out are taken back."""
    outbox.withdraw(tx, page_ids)
    hang_ups.put(tx, page_ids, now=now)


def hang_up(parts: Parts, *, now: datetime) -> datetime | None:
    """Ask gateways to take back what is due, in the pool. Returns when the next call is due."""
    with parts.store.read() as tx:
        if not hang_ups.waiting(tx):
            return None
    for gateway in parts.gateways:
        if gateway.abilities.can_cancel and _key(gateway) not in parts.polls_out:
            _ask(parts, gateway, now=now)
    _forget(parts)
    with parts.store.read() as tx:
        return hang_ups.next_due(tx)


def _key(gateway: Gateway) -> str:
    return f"hang-up/{gateway.name}"


def _ask(parts: Parts, gateway: Gateway, *, now: datetime) -> None:
    with parts.store.write() as tx:
        due = hang_ups.due(tx, gateway.name, now=now, limit=GROUP)
        calls = [attempt for attempt, asked in due if asked < MOST_ASKED]
        hang_ups.forget(tx, [attempt.id for attempt, asked in due if asked >= MOST_ASKED])
        hang_ups.asked(tx, [call.id for call in calls], again_at=now + AGAIN)
        journal.append(tx, [_entry(call, "page_ended", now) for call in calls])
    if calls:
        parts.polls_out.add(_key(gateway))
        parts.polling.give(
            partial(_taken_back, gateway, calls), partial(_answered, parts, gateway)
        )  # fmt: skip


def _entry(call: Attempt, reason: str, now: datetime) -> Entry:
    data = (("pages", list(call.pages)), ("person", call.contact), ("gateway", call.gateway))
    return Entry(now, Event.HANG_UP_ASKED, "system", f"attempt/{call.id}", reason, data)


def _taken_back(gateway: Gateway, calls: Sequence[Attempt]) -> Answered:
    """One without an answer ends those that follow, which would each wait as long."""
    found: Answered = []
    for call in calls:
        try:
            answer = gateway.cancel(call.provider_id)
        except Exception:  # an adapter's fault must not kill the pool; it is asked again
            log.exception("gateway %s failed", gateway.name, extra={"action": "gateway_fault"})
            break
        if isinstance(answer, Unanswered):
            break
        found.append((call, answer))
    return found


def _answered(parts: Parts, gateway: Gateway, found: Answered) -> None:
    now = parts.clock()
    try:
        store_items(parts, gateway.name, [told for _, told in found if told], now=now)
        late = [call for call, told in found if told is None]
        if late:
            with parts.store.write() as tx:
                hang_ups.forget(tx, [call.id for call in late])
                journal.append(tx, [_entry(call, "too_late", now) for call in late])
    finally:
        parts.polls_out.discard(_key(gateway))
        if len(found) == GROUP:
            parts.wake()


def _forget(parts: Parts) -> None:
    """What has come to its end is no matter of ours any more, nor what cannot be taken back."""
    able = {gateway.name for gateway in parts.gateways if gateway.abilities.can_cancel}
    with parts.store.read() as tx:
        needless = hang_ups.needless(tx, able)
    if needless:
        with parts.store.write() as tx:
            hang_ups.forget(tx, needless)
