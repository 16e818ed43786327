"""A page that climbs, for tests of ladders."""

from __future__ import annotations

from fangxun.core.escalation import advance
from tests.core.storm import (
    MINUTE,
    NOW,
    PAGE_LADDER,
    contacts,
    minutes,
)

HOUR_ENDS = minutes(48)
"""When alarms begin their rare rounds."""


def climb(item, ladder=PAGE_LADDER, who=None, *, most=60, until=HOUR_ENDS):
    """Every message until then: (minutes since NOW, contact, number's end)."""
    who = who or contacts()
    sent, skipped = [], []
    for _ in range(most):
        if item.next_due is None or item.next_due >= until:
            return item, sent, skipped
        now = item.next_due
        result = advance(item, ladder, who, now=now)
        item = result.page
        skipped += [(found.contact, found.reason) for found in result.skipped]
        sent += [
            ((now - NOW) / MINUTE, draft.contact, draft.number[-3:]) for draft in result.drafts
        ]
    return item, sent, skipped
