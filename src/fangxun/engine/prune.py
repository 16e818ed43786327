"""Once a day what has had its use is taken away, in small groups and never during an incident."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from fangxun.core.journal import Entry, Event
from fangxun.engine.parts import Parts
from fangxun.engine.view import View
from fangxun.store import incidents as incident_store
from fangxun.store import journal, meta, prune
from fangxun.store.base import Tx

EVERY = timedelta(hours=24)
GROUP = 2000
"""Rows of each kind in one transaction: a raise waits for none for long."""
READINGS = timedelta(days=400)
"""A season and the one before it, for criteria tried on our own gauges; and the longest window."""
WARNINGS = timedelta(days=365)
INBOX = timedelta(days=30)
"""No provider repeats a callback for so long."""
FAULTY = timedelta(days=400)
NOTICES = timedelta(days=730)
CODES = timedelta(days=30)
"""Nobody answers a text of last month, and there is one for each page and contact."""
PRUNED_AT, _COUNTS = "pruned_at", "pruning"


def tidy(parts: Parts, last: datetime | None, *, now: datetime) -> datetime | None:
    """Take one group away, a day after the `last` time; returns `now` while there is more, and
    journals the day's sums at the end."""
    if last is not None and now - last < EVERY:
        return None
    with parts.store.read() as tx:
        view = parts.lookout.look(tx, now=now)
        if view is None or incident_store.open_incidents(tx):
            return None
    with parts.store.write() as tx:
        gone = _group(tx, view, now=now)
        counts: dict[str, int] = json.loads(meta.get(tx, _COUNTS) or "{}")
        sums = {kind: counts.get(kind, 0) + number for kind, number in gone.items()}
        if any(gone.values()):
            meta.put(tx, _COUNTS, json.dumps(sums))
            return now
        meta.put(tx, _COUNTS, "{}")
        meta.put_instant(tx, PRUNED_AT, now)
        if any(sums.values()):
            entry = Entry(now, Event.PRUNED, "system", "journal", "daily", tuple(sums.items()))
            journal.append(tx, [entry])
    return None


def _group(tx: Tx, view: View, *, now: datetime) -> dict[str, int]:
    """How many rows of each kind went."""
    longest = max((one.window for one in view.district.criteria), default=timedelta())
    return {
        "readings": prune.readings(tx, before=now - READINGS - longest, most=GROUP),
        "warnings": prune.bulletins(tx, before=now - WARNINGS, most=GROUP),
        "inbox": prune.inbox(tx, before=now - INBOX, faulty_before=now - FAULTY, most=GROUP),
        "codes": prune.codes(tx, before=now - CODES, most=GROUP),
        "notices": prune.notices(tx, before=now - NOTICES, most=GROUP),
    }
