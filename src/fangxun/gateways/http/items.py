"""What a platform tells, read by its template: receipts and replies."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from fangxun.core.page import AttemptState, Blame
from fangxun.gateways.base import Inbound, Receipt
from fangxun.gateways.http.settings import HttpSettings, Items
from fangxun.gateways.http.template import e164, items_in, read_time, words


def receipts(
    settings: HttpSettings, value: object, items: Items, *, attempt: str = ""
) -> tuple[Receipt, ...]:
    """Those whose state is known to the template. `attempt` where the item does not name it."""
    found: list[Receipt] = []
    for item in items_in(value, items.items):
        state = settings.states.get(words(item, items.state))
        ours = words(item, items.attempt) or attempt
        theirs = words(item, items.id) or ours
        if state is not None and theirs:
            found.append(_receipt(settings, item, items, Receipt(ours, theirs, state)))
    return tuple(found)


def _receipt(
    settings: HttpSettings, item: Mapping[str, Any], items: Items, found: Receipt
) -> Receipt:
    code = words(item, items.code)
    known = settings.codes.get(code)
    failed = found.state in {AttemptState.UNDELIVERED, AttemptState.FAILED}
    return Receipt(
        found.attempt,
        found.provider_id,
        found.state,
        code if failed else "",
        known.blame if known and failed else Blame.NONE,
        read_time(words(item, items.time), ZoneInfo(settings.zone)),
    )


def replies(
    settings: HttpSettings, value: object, items: Items, *, receipts: Items | None = None
) -> tuple[Inbound, ...]:
    """Those that have number and text, and no state by which they are receipts.

    One without an id gets it from what it says and when, so that it is taken once.
    """
    found: list[Inbound] = []
    for item in items_in(value, items.items):
        number, text = words(item, items.number), words(item, items.text)
        time = words(item, items.time)
        is_receipt = receipts is not None and words(item, receipts.state) in settings.states
        if not number or not text or is_receipt:
            continue
        digest = hashlib.sha256(f"{number}\n{text}\n{time}".encode()).hexdigest()[:32]
        at = read_time(time, ZoneInfo(settings.zone))
        number = e164(number, settings.country)
        found.append(Inbound(words(item, items.id) or digest, number, text, at))
    return tuple(found)
