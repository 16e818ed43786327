"""Open and end the system's alarms: one a cause, kept as pages of their own kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from fangxun.core import alarm
from fangxun.core.alarm import Cause
from fangxun.core.journal import Entry, Event
from fangxun.core.page import Closing, PageKind
from fangxun.engine import closing
from fangxun.engine.parts import Parts
from fangxun.store import journal
from fangxun.store import pages as page_store
from fangxun.store.base import Tx

MOST_RETURNS = 20
"""A cause that comes and goes rings so often at most; then it stays on the terminal's list."""


def open_for(parts: Parts, tx: Tx, cause: Cause, *, now: datetime) -> bool:
    """Open the alarm of a cause unless it has one; tells whether it did. A cause that had gone and
    is back rings again."""
    view = parts.lookout.look(tx, now=now)
    key = _free_key(tx, alarm.alarm_key(cause))
    if view is None or key is None:
        return False
    fresh = replace(alarm.open_alarm(cause, now=now), key=key)
    (opened,) = page_store.insert(tx, [fresh])
    journal.append(
        tx,
        [
            Entry(
                now,
                Event.ALARM_OPENED,
                "system",
                f"page/{opened.id}",
                cause.kind.value,
                (("cause", opened.cause), *cause.fields),
            )
        ],
    )
    return True


def _free_key(tx: Tx, key: str) -> str | None:
    """The key for a new alarm of a cause, None where its last one still counts."""
    keys = _keys(key)
    taken = page_store.by_key(tx, keys)
    if not taken:
        return key
    last = max((keys.index(one) for one in taken), default=0)
    found = page_store.with_key(tx, keys[last])
    gone = found is not None and found.closing is Closing.CAUSE_GONE
    return keys[last + 1] if gone and last + 1 < len(keys) else None


def _keys(key: str) -> list[str]:
    """The key of a cause, and those of its returns."""
    return [key, *(f"{key}/{number}" for number in range(2, MOST_RETURNS + 1))]


def cause_gone(tx: Tx, prefix: str, *, now: datetime) -> None:
    """End the open alarms whose cause (by its prefix) has ended."""
    gone = [
        item
        for item in page_store.open_pages(tx)
        if item.kind is PageKind.ALARM and item.cause.startswith(prefix)
    ]
    closing.close_pages(tx, [(item, Closing.CAUSE_GONE) for item in gone], now=now)


def end(tx: Tx, causes: Sequence[str], *, now: datetime) -> None:
    """End the open alarms of exactly these causes."""
    keys = [key for cause in causes for key in _keys(f"a/{cause}")]
    found = [page_store.with_key(tx, key) for key in sorted(page_store.by_key(tx, keys))]
    gone = [item for item in found if item is not None and not item.state.ended]
    closing.close_pages(tx, [(item, Closing.CAUSE_GONE) for item in gone], now=now)


def keep_only(tx: Tx, prefix: str, causes: Sequence[Cause], *, now: datetime) -> None:
    """End the open alarms of a kind whose cause is not among those that still stand."""
    standing = {cause.text for cause in causes}
    gone = [
        item
        for item in page_store.open_pages(tx)
        if item.kind is PageKind.ALARM
        and item.cause.startswith(prefix)
        and item.cause not in standing
    ]
    closing.close_pages(tx, [(item, Closing.CAUSE_GONE) for item in gone], now=now)
