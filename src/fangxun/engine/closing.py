"""Close pages without a confirmation, each with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from fangxun.core import page
from fangxun.core.journal import Entry, Event
from fangxun.core.page import Closing, Page, PageKind
from fangxun.engine import hang_up
from fangxun.store import journal
from fangxun.store import pages as page_store
from fangxun.store.base import Tx


def close_pages(tx: Tx, closed: Sequence[tuple[Page, Closing]], *, now: datetime) -> None:
    """Close pages with their reasons, withdraw what has not left for them, and take calls back."""
    if not closed:
        return
    page_store.save(tx, [page.close(item, reason, now=now) for item, reason in closed])
    hang_up.stop(tx, [item.id for item, _ in closed], now=now)
    journal.append(
        tx,
        [
            Entry(
                now,
                Event.ALARM_ENDED if item.kind is PageKind.ALARM else Event.PAGE_CLOSED,
                "system",
                f"page/{item.id}",
                reason.value,
            )
            for item, reason in closed
        ],
    )
