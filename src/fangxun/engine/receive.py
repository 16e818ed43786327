"""Take in what providers and people say: receipts and replies, from callbacks and by asking.

A callback only stores a row (`store_callback`); the cycle works the rows off, in order, each in the
transaction that also marks it done.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from fangxun.core.errors import N_, StoreFault
from fangxun.core.journal import Entry, Event
from fangxun.core.page import Attempt, AttemptState, Blame
from fangxun.engine import asking, key_press, replies, settle
from fangxun.engine.inward import store_items
from fangxun.engine.parts import Parts
from fangxun.gateways.base import CallbackRequest, Forged, Taken
from fangxun.store import inbox, journal, meta, outbox
from fangxun.store.base import Tx
from fangxun.store.dues import dues
from fangxun.store.inbox import Row

log = logging.getLogger(__name__)

GROUP = 500
LONGEST_WAIT = timedelta(hours=1)
"""How long a row is kept that cannot be understood yet: a receipt whose attempt does not know its
provider's id, a 收到 that may mean a text in doubt."""
FORGED_AGAIN = timedelta(minutes=1)
"""Forged callbacks to one gateway are journalled once in so long; each is in the log."""


def store_callback(
    parts: Parts, gateway_name: str, request: CallbackRequest, *, now: datetime
) -> Taken:
    """Check one callback and store its rows; a forged one is journalled and raised again. What it
    is to be answered is given back once they are kept: "confirmed" is never said too early."""
    gateway = parts.gateway(gateway_name)
    if gateway is None:
        unknown = Forged(N_("No gateway is named {name}."), name=gateway_name[:40])
        _journal_forged(parts, "-", unknown, now=now)
        raise unknown
    try:
        taken = gateway.callback(request)
    except Forged as error:
        _journal_forged(parts, gateway_name, error, now=now)
        raise
    store_items(parts, gateway_name, taken.items, now=now)
    return taken


def _journal_forged(parts: Parts, gateway: str, error: Forged, *, now: datetime) -> None:
    """The first of a minute and gateway, "-" for all that we do not have: whoever sends thousands
    must not fill the disk."""
    key = f"forged/{gateway}"
    with parts.store.read() as tx:
        last = meta.get_instant(tx, key)
    if last is not None and timedelta(0) <= now - last < FORGED_AGAIN:
        return
    entry = Entry(now, Event.CALLBACK_FORGED, "system", f"gateway/{gateway}", str(error))
    with parts.store.write() as tx:
        meta.put_instant(tx, key, now)
        journal.append(tx, [entry])


def receive(parts: Parts, *, now: datetime) -> datetime | None:
    """Work off the inbox, then ask the gateways for what callbacks did not bring."""
    while _work_through(parts, now=now):
        pass
    with parts.store.read() as tx:
        unclear = dues(tx).unclear
        late = unclear is not None and unclear <= now - LONGEST_WAIT
        overdue = inbox.overdue(tx, now - LONGEST_WAIT) if late else []
    if overdue:
        with parts.store.write() as tx:
            inbox.done(tx, overdue, now=now)
    return asking.ask(parts, now=now)


def _work_through(parts: Parts, *, now: datetime) -> bool:
    """Work off what waits; whether that let something go on that could not be understood before."""
    with parts.store.read() as tx:
        waiting, waking = inbox.waiting(tx), meta.wake_count(tx)
    if not waiting:
        return False
    while waiting > 0:
        waiting -= _take_group(parts, now=now)
    with parts.store.read() as tx:
        return meta.wake_count(tx) != waking and inbox.waiting(tx) > 0


def _take_group(parts: Parts, *, now: datetime) -> int:
    """Work off one group; where a row of it cannot be, each of them alone."""
    with parts.store.read() as tx:
        rows = inbox.take(tx, GROUP)
    try:
        _work_off(parts, rows, now=now)
    except StoreFault:
        raise
    except Exception:  # one row that cannot be read must not hold up all that came after it
        log.exception("a group of the inbox failed", extra={"action": "inbox_group_failed"})
        for row in rows:
            _work_off_alone(parts, row, now=now)
    return max(1, len(rows))


def _work_off(parts: Parts, rows: Sequence[Row], *, now: datetime) -> None:
    with parts.store.write() as tx:
        waits = _receipts(parts, tx, [row for row in rows if row.kind == "receipt"], now=now)
        waits |= _answers(parts, tx, [row for row in rows if row.kind != "receipt"], now=now)
        inbox.done(tx, [row.id for row in rows if not waits.get(row.id)], now=now)
        for row_id, what in waits.items():
            if what:
                inbox.wait(tx, row_id, what)


def _answers(parts: Parts, tx: Tx, rows: Sequence[Row], *, now: datetime) -> dict[int, str]:
    """Take replies and key presses in their order. Returns what each row waits for."""
    texts = [row for row in rows if row.kind == "inbound"]
    desk = replies.answerable(parts, tx, texts, now=now)
    waits: dict[int, str] = {}
    for row in rows:
        if row.kind == "inbound":
            waits[row.id] = replies.take(parts, desk, row, now=now)
        elif row.kind == "key_press":
            desk.settle()
            key_press.take(tx, row, now=now)
    desk.keep()
    return waits


def _work_off_alone(parts: Parts, row: Row, *, now: datetime) -> None:
    """A row that still fails is journalled and stays out of the way, its payload kept."""
    try:
        _work_off(parts, [row], now=now)
    except StoreFault:
        raise
    except Exception as error:
        log.exception("inbox row %s failed", row.id, extra={"action": "inbox_row_failed"})
        why = (("gateway", row.gateway), ("kind", row.kind), ("reason", type(error).__name__))
        entry = Entry(now, Event.INBOX_FAULTY, "system", f"inbox/{row.id}", "unreadable", why)
        with parts.store.write() as tx:
            inbox.put_by(tx, row.id, now=now)
            journal.append(tx, [entry])


def _receipts(parts: Parts, tx: Tx, rows: Sequence[Row], *, now: datetime) -> dict[int, str]:
    """Merge receipts into their attempts. Returns what each row waits for that came too early: one
    that names the provider's id alone may precede the answer that brings us that id."""
    if not rows:
        return {}
    items = [(row, json.loads(row.payload)) for row in rows]
    found = {a.id: a for a in outbox.get_many(tx, [i["attempt"] for _, i in items if i["attempt"]])}
    by_provider = _by_provider(tx, [one for one in items if one[1]["attempt"] not in found])
    stood: dict[str, Attempt] = {}
    changed: dict[str, Attempt] = {}
    waits: dict[int, str] = {}
    entries: list[Entry] = []
    for row, item in items:
        attempt = found.get(item["attempt"])
        attempt = attempt or by_provider.get((row.gateway, item["provider_id"]))
        if attempt is None:
            if item["provider_id"]:
                waits[row.id] = settle.waits_for(row.gateway, item["provider_id"])
            continue
        before = changed.get(attempt.id, attempt)
        if item["provider_id"] and not before.provider_id:
            before = replace(before, provider_id=item["provider_id"])
        after = settle.merge(
            before, AttemptState(item["state"]), item["code"], Blame(item["blame"]), now=now
        )
        entries += settle.entries(before, after, provider_at=item.get("at", ""), now=now)
        stood[attempt.id] = attempt
        changed[after.id] = after
    outbox.save(tx, [(stood[id_], after) for id_, after in changed.items()])
    settle.consequences(parts, tx, list(changed.values()), now=now)
    journal.append(tx, entries)
    return waits


def _by_provider(
    tx: Tx, items: Sequence[tuple[Row, dict[str, str]]]
) -> dict[tuple[str, str], Attempt]:
    """Attempts by gateway and the provider's own id; two providers may count alike."""
    found: dict[tuple[str, str], Attempt] = {}
    for gateway in sorted({row.gateway for row, _item in items}):
        ids = [item["provider_id"] for row, item in items if row.gateway == gateway]
        known = outbox.by_provider(tx, ids, gateway=gateway)
        found |= {(gateway, provider_id): attempt for provider_id, attempt in known.items()}
    return found
