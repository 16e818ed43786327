"""Take in what providers and people say: receipts and replies, from callbacks and by asking.

A callback only stores a row (`store_callback`); the cycle works the rows off, in order, each in the
transaction that also marks it done.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from functools import partial

from fangxun.core import alarm, message, page
from fangxun.core.errors import StoreFault
from fangxun.core.journal import Entry, Event
from fangxun.core.page import Attempt, AttemptState, Blame, How
from fangxun.core.responsibility import e164
from fangxun.engine import acknowledge, alarms, answers, key_press, opting, settle
from fangxun.engine.parts import Parts
from fangxun.engine.view import View
from fangxun.gateways.base import (
    CallbackRequest,
    Forged,
    Gateway,
    Inbound,
    Item,
    KeyPress,
    Order,
    Receipt,
    Taken,
    Unanswered,
)
from fangxun.store import inbox, journal, meta, outbox
from fangxun.store import pages as page_store
from fangxun.store.base import Tx
from fangxun.store.inbox import Row

log = logging.getLogger(__name__)

GROUP = 500
ASK_BACK = timedelta(hours=6)
LISTEN_BACK = timedelta(minutes=10)
DOUBT_ASKED_AFTER = timedelta(seconds=30)
FORGED_AGAIN = timedelta(minutes=1)
"""Forged callbacks to one gateway are journalled once in so long; each is in the log."""
MUTE_AFTER = timedelta(minutes=5)
"""A gateway that has answered no question for so long is an alarm: replies may wait there."""


def store_callback(
    parts: Parts, gateway_name: str, request: CallbackRequest, *, now: datetime
) -> Taken:
    """Check one callback and store its rows; a forged one is journalled and raised again. What it
    is to be answered is given back once they are kept: "confirmed" is never said too early."""
    gateway = parts.gateway(gateway_name)
    if gateway is None:
        raise Forged("No gateway is named {name}.", name=gateway_name)
    try:
        taken = gateway.callback(request)
    except Forged as error:
        _journal_forged(parts, gateway_name, error, now=now)
        raise
    store_items(parts, gateway_name, taken.items, now=now)
    return taken


def _journal_forged(parts: Parts, gateway: str, error: Forged, *, now: datetime) -> None:
    """The first of a minute and gateway: whoever sends thousands must not fill the disk."""
    key = f"forged/{gateway}"
    with parts.store.read() as tx:
        last = meta.get_instant(tx, key)
    if last is not None and now - last < FORGED_AGAIN:
        return
    entry = Entry(now, Event.CALLBACK_FORGED, "system", f"gateway/{gateway}", str(error))
    with parts.store.write() as tx:
        meta.put_instant(tx, key, now)
        journal.append(tx, [entry])


def store_items(parts: Parts, gateway: str, items: Sequence[Item], *, now: datetime) -> int:
    """Put receipts, replies and key presses into the inbox, each once, and wake the cycle."""
    if not items:
        return 0
    rows = [_row(item, now) for item in items]
    with parts.store.write() as tx:
        taken = inbox.put(tx, gateway, rows, now=now)
    if taken:
        parts.wake()
    return taken


def _row(item: Item, now: datetime) -> tuple[str, str, str]:
    """(kind, key, payload) of an item; the key makes a repeated callback one row."""
    if isinstance(item, Inbound):
        payload = {**asdict(item), "at": item.at.isoformat() if item.at else now.isoformat()}
        return "inbound", item.id, json.dumps(payload, ensure_ascii=False)
    if isinstance(item, KeyPress):
        return "key_press", f"{item.id}/key", json.dumps(asdict(item))
    key = f"{item.provider_id or item.attempt}/{item.state.value}"
    payload = {
        "attempt": item.attempt,
        "provider_id": item.provider_id,
        "state": item.state.value,
        "code": item.code,
        "blame": item.blame.value,
        "at": item.at.isoformat() if item.at else "",
    }
    return "receipt", key, json.dumps(payload)


def receive(parts: Parts, *, now: datetime) -> datetime | None:
    """Work off the inbox, then ask the gateways for what callbacks did not bring."""
    with parts.store.read() as tx:
        waiting = inbox.waiting(tx)
        asked = meta.get_many(tx, [_asked_key(gateway) for gateway in parts.gateways])
    while waiting > 0:
        waiting -= _take_group(parts, now=now)
    return _ask(parts, asked, now=now)


def _asked_key(gateway: Gateway) -> str:
    return f"asked/{gateway.name}"


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
        _receipts(parts, tx, [row for row in rows if row.kind == "receipt"], now=now)
        for row in rows:
            if row.kind == "inbound":
                _reply(parts, tx, row, now=now)
            elif row.kind == "key_press":
                key_press.take(tx, row, now=now)
        inbox.done(tx, [row.id for row in rows], now=now)


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


def _receipts(parts: Parts, tx: Tx, rows: Sequence[Row], *, now: datetime) -> None:
    if not rows:
        return
    items = [(row, json.loads(row.payload)) for row in rows]
    found = {a.id: a for a in outbox.get_many(tx, [i["attempt"] for _, i in items if i["attempt"]])}
    by_provider = _by_provider(tx, items)
    changed: dict[str, Attempt] = {}
    entries: list[Entry] = []
    for _row_, item in items:
        attempt = found.get(item["attempt"])
        attempt = attempt or by_provider.get((_row_.gateway, item["provider_id"]))
        if attempt is None:
            continue
        before = changed.get(attempt.id, attempt)
        if item["provider_id"] and not before.provider_id:
            before = replace(before, provider_id=item["provider_id"])
        after = settle.merge(
            before, AttemptState(item["state"]), item["code"], Blame(item["blame"]), now=now
        )
        entries += settle.entries(before, after, provider_at=item.get("at", ""), now=now)
        changed[after.id] = after
    outbox.save(tx, list(changed.values()))
    settle.consequences(parts, tx, list(changed.values()), now=now)
    journal.append(tx, entries)


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


def _reply(parts: Parts, tx: Tx, row: Row, *, now: datetime) -> None:
    """One text from a phone. An unknown number gets silence; a known one confirms what it says."""
    item = json.loads(row.payload)
    view = parts.lookout.look(tx, now=now)
    person = person_of(view, item["number"])
    if view is None or person is None:
        journal.append(
            tx, [Entry(now, Event.REPLY_UNKNOWN, "system", f"inbox/{row.id}", "unknown_number")]
        )
        return
    said = message.understand(item["text"])
    journal.append(
        tx,
        [
            Entry(
                now,
                Event.REPLY_RECEIVED,
                person,
                f"inbox/{row.id}",
                "reply",
                (("said", message.clean(item["text"], most=200)),),
            )
        ],
    )
    if opting.take(parts, tx, person, item["number"], said, now=now):
        return
    pages = page_store.told_to(tx, person)
    attempts = outbox.of_page(tx, [item.id for item in pages])
    verdict = page.answers(
        codes=said.codes,
        received=said.received,
        done=said.done,
        pages=pages,
        attempts=attempts,
        person=person,
        received_at=datetime.fromisoformat(item["at"]),
    )
    for confirmed in verdict.confirmed:
        acknowledge.confirm(tx, confirmed, by=person, how=How.REPLY, said=item["text"], now=now)
    for met in verdict.met:
        present = page_store.get(tx, met.id)
        acknowledge.meet(tx, present, by=person, how=How.REPLY, reason="reply", now=now)
    answers.answer(
        parts, tx, view, answers.Heard(person, e164(item["number"]), said, verdict), now=now
    )


def person_of(view: View | None, number: str) -> str | None:
    """Whose number it is, in E.164."""
    if view is None:
        return None
    plain = e164(number)
    return next(
        (p.id for p in view.district.people for phone in p.phones if phone.number == plain), None
    )


def _ask(parts: Parts, asked_at: Mapping[str, str], *, now: datetime) -> datetime | None:
    """Ask each gateway, when it is due, for sends in doubt, receipts not come, and replies; in the
    pool. Returns when the next one is due."""
    soonest: datetime | None = None
    for gateway in parts.gateways:
        if not gateway.abilities.receipts and not gateway.abilities.two_way:
            continue
        key = _asked_key(gateway)
        every = timedelta(seconds=gateway.abilities.ask_every_seconds)
        asked = datetime.fromisoformat(asked_at[key]) if key in asked_at else None
        if asked is None or now - asked >= every:
            _ask_now(parts, gateway, key, asked, now=now)
            asked = now
        soonest = min(asked + every, soonest or asked + every)
    return soonest


def _ask_now(
    parts: Parts, gateway: Gateway, key: str, asked: datetime | None, *, now: datetime
) -> None:
    """Hand one gateway's questions to the pool, unless it is being asked already."""
    if key in parts.polls_out:
        return
    with parts.store.write() as tx:
        meta.put_instant(tx, key, now)
        doubts = outbox.in_doubt(tx, gateway.name, before=now - DOUBT_ASKED_AFTER)
        mute_since = meta.get(tx, _mute_key(gateway.name))
        waiting = outbox.awaiting_receipt(tx, gateway.name, since=now - ASK_BACK)
    if not doubts and not waiting and not gateway.abilities.two_way:
        return
    heard = datetime.fromisoformat(mute_since) if mute_since else asked or now
    parts.polls_out.add(key)
    parts.polling.give(
        partial(_ask_gateway, gateway, doubts, waiting, heard - LISTEN_BACK),
        partial(_answered, parts, gateway, key),
    )


Answer = tuple[list[tuple[Attempt, str | None]], list[Receipt | Inbound], bool]
"""Sends in doubt that are clear now, what came in, and whether we know all that came in."""


def _ask_gateway(
    gateway: Gateway, doubts: Sequence[Attempt], waiting: Sequence[str], since: datetime
) -> Answer:
    """What a gateway knows; nothing where it cannot be asked just now."""
    try:
        return _asked(gateway, doubts, waiting, since)
    except Exception:  # whatever it is: the gateway is asked again, and silence becomes an alarm
        log.exception("gateway %s answers nothing", gateway.name, extra={"action": "not_asked"})
        return [], [], False


def _asked(
    gateway: Gateway, doubts: Sequence[Attempt], waiting: Sequence[str], since: datetime
) -> Answer:
    found: list[tuple[Attempt, str | None]] = []
    for attempt in doubts:
        order = Order(
            attempt.id, attempt.number, attempt.text, attempt.channel, 60, attempt.language
        )
        known = gateway.ask(order, since=attempt.sent_at or attempt.queued_at)
        if not isinstance(known, Unanswered):
            found.append((attempt, known.provider_id if known else None))
    items: list[Receipt | Inbound] = []
    whole = True
    receipts = gateway.fetch(waiting) if waiting else ()
    replies = gateway.inbound(since=since) if gateway.abilities.two_way else ()
    for came in (receipts, replies):
        if isinstance(came, Unanswered):
            whole = False
        else:
            items += came
    return found, items, whole


def _answered(parts: Parts, gateway: Gateway, key: str, answer: Answer) -> None:
    found, items, whole = answer
    now = parts.clock()
    try:
        _mute(parts, gateway.name, mute=not whole, now=now)
        if found:
            with parts.store.write() as tx:
                _doubts_answered(parts, tx, found, now=now)
            parts.wake()
        store_items(parts, gateway.name, items, now=now)
    finally:
        parts.polls_out.discard(key)


def _mute_key(gateway: str) -> str:
    return f"mute/{gateway}"


def _mute(parts: Parts, gateway: str, *, mute: bool, now: datetime) -> None:
    """Remember since when a gateway answers no question; journal it once, and alarm the watch."""
    key = _mute_key(gateway)
    with parts.store.read() as tx:
        noted = meta.get(tx, key) or ""
    if not mute and not noted:
        return
    since = datetime.fromisoformat(noted) if noted else now
    event = Event.GATEWAY_MUTE if mute else Event.GATEWAY_BACK
    with parts.store.write() as tx:
        if mute != bool(noted):
            journal.append(tx, [Entry(now, event, "system", f"gateway/{gateway}", "asked")])
            meta.put(tx, key, now.isoformat() if mute else "")
        if not mute:
            alarms.cause_gone(tx, alarm.gateway_mute_prefix(gateway), now=now)
        elif now - since >= MUTE_AFTER:
            alarms.open_for(parts, tx, alarm.gateway_mute(gateway, since=since), now=now)
            meta.wake(tx)


def _doubts_answered(
    parts: Parts, tx: Tx, found: Sequence[tuple[Attempt, str | None]], *, now: datetime
) -> None:
    """The provider has it: accepted. It has nothing of it: one more copy, flagged."""
    present = outbox.get_many(tx, [attempt.id for attempt, _ in found])
    known = {attempt.id: provider_id for attempt, provider_id in found}
    for attempt in present:
        provider_id = known[attempt.id]
        if attempt.state is not AttemptState.IN_DOUBT:
            continue
        if provider_id:
            after = page.accepted(attempt, provider_id, AttemptState.ACCEPTED, now=now)
            outbox.save(tx, [after])
            journal.append(tx, settle.entries(attempt, after, now=now))
        else:
            after = page.never_arrived(attempt, now=now)
            outbox.save(tx, [after])
            journal.append(tx, settle.entries(attempt, after, now=now))
            outbox.queue(tx, settle.make_copy(parts, tx, attempt, now=now))
