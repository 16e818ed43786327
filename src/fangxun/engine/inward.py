"""Put what providers bring into the inbox, each item once; nothing is made of it here."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

from fangxun.engine.parts import Parts
from fangxun.gateways.base import Inbound, Item, KeyPress
from fangxun.store import inbox, meta
from fangxun.store.base import Tx

HEARD_EVERY = timedelta(minutes=1)
"""Where nothing came, it is written down no more often up to when a gateway has been heard: a
question goes back further than that, and an item that comes twice is kept once."""


def heard(tx: Tx, gateway: str) -> datetime | None:
    """Up to when (UTC) all is known that came in at a gateway; None before the first question."""
    return meta.get_instant(tx, _heard_key(gateway))


def _heard_key(gateway: str) -> str:
    return f"heard/{gateway}"


def store_items(
    parts: Parts,
    gateway: str,
    items: Sequence[Item],
    *,
    now: datetime,
    heard: datetime | None = None,
) -> int:
    """Put receipts, replies and key presses into the inbox, each once, and wake the cycle. `heard`:
    with these, all that came in until then is known; it is written with them or not at all."""
    if not items and not _news(parts, gateway, heard):
        return 0
    rows = [_row(item, now) for item in items]
    with parts.store.write() as tx:
        taken = inbox.put(tx, gateway, rows, now=now)
        if heard is not None:
            meta.put_instant(tx, _heard_key(gateway), heard)
    if taken:
        parts.wake()
    return taken


def _news(parts: Parts, gateway: str, until: datetime | None) -> bool:
    """Whether it is worth a transaction that nothing came until then. A time that lies ahead was
    written before the clock was set right."""
    if until is None:
        return False
    with parts.store.read() as tx:
        known = heard(tx, gateway)
    return known is None or not timedelta(0) <= until - known < HEARD_EVERY


def _row(item: Item, now: datetime) -> tuple[str, str, str]:
    """(kind, key, payload) of an item; the key makes a repeated callback one row."""
    if isinstance(item, Inbound):
        at = item.at or now
        payload = {"id": item.id, "number": item.number, "text": item.text, "at": at.isoformat()}
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
