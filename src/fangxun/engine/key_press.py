"""A key pressed on a call, after the whole message was heard: the person called has confirmed."""

from __future__ import annotations

import json
from datetime import datetime

from fangxun.core.journal import Entry, Event
from fangxun.core.page import How
from fangxun.engine import acknowledge
from fangxun.store import journal, outbox
from fangxun.store import pages as page_store
from fangxun.store.base import Tx
from fangxun.store.inbox import Row


def take(tx: Tx, row: Row, *, now: datetime) -> None:
    """Confirm every page that the call was about, by the person who was called."""
    item = json.loads(row.payload)
    called = outbox.get_many(tx, [item["attempt"]])
    if not called:
        journal.append(
            tx, [Entry(now, Event.KEY_PRESSED, "system", f"inbox/{row.id}", "unknown_number")]
        )
        return
    (attempt,) = called
    data = (("pages", list(attempt.pages)), ("gateway", attempt.gateway), ("said", item["key"]))
    journal.append(
        tx,
        [
            Entry(
                now,
                Event.KEY_PRESSED,
                attempt.contact,
                f"attempt/{attempt.id}",
                How.KEY_PRESS.value,
                data,
            )
        ],
    )
    for page in page_store.get_many(tx, attempt.pages):
        acknowledge.confirm(
            tx, page, by=attempt.contact, how=How.KEY_PRESS, said=item["key"], now=now
        )
