"""Tell people that their watches were changed: one text for all that was done together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from fangxun.core import changes, message
from fangxun.core.changes import Change, Stands
from fangxun.core.notices import Notices
from fangxun.core.roster import Shift
from fangxun.core.timeline import Span
from fangxun.core.wording import Occasion
from fangxun.engine import notices, texts
from fangxun.engine.fields import local
from fangxun.engine.parts import Parts
from fangxun.engine.view import View
from fangxun.store import changes as change_store
from fangxun.store import meta, names
from fangxun.store.base import Tx
from fangxun.store.changes import Untold
from fangxun.text import wordings

AHEAD = timedelta(days=40)
"""How far ahead a changed watch is told of: this month's table and the next."""
SETTLED = timedelta(minutes=2)
"""So long after the last edit it is told: what is undone at once is no news to anybody."""
SOON = timedelta(hours=1)
"""A watch that begins so soon is told of also in the quiet hours."""
MOST = 3
"""Watches in one text; how many more there are is said."""


def record(tx: Tx, view: View, after: Sequence[Shift], *, now: datetime) -> None:
    """Before the table of shifts is written anew: what that changes for whom. Only what the table
    said before can be changed, and without [notices] nobody is told of it."""
    known = meta.get_instant(tx, names.SHIFTS_TO)
    end = min(now + AHEAD, known) if known is not None else now
    if view.district.plan.notices is None or end <= now:
        return
    span = Span(now, end)
    extra = {p.id for p in view.roster.posts if p.stands_from is not None}
    before = [one for one in change_store.standing(tx, span) if one.post not in extra]
    new = [Stands(s.person, s.post, s.span) for s in after if s.post not in extra]
    change_store.add(tx, changes.changes(before, new, span), now=now)


def tell(parts: Parts, view: View, *, now: datetime) -> datetime | None:
    """Send what is due, each change once, and return when more will be: the edits have settled, and
    it is not in the quiet hours unless the watch begins soon."""
    rules = view.district.plan.notices
    if rules is None:
        return None
    with parts.store.read() as tx:
        waiting = change_store.untold(tx)
    if not waiting:
        return None
    due = _due(waiting, rules, ZoneInfo(view.roster.zone), now)
    if due > now:
        return due
    with parts.store.write() as tx:
        waiting = change_store.untold(tx)
        coming = [one for one in changes.net([w.change for w in waiting]) if one.span.end > now]
        for person in dict.fromkeys(one.person for one in coming):
            fields = {"list": _list(view, person, [o for o in coming if o.person == person])}
            notices.to_people(parts, tx, view, [person], "notice_changed", fields, now=now)
        change_store.told(tx, [w.id for w in waiting], now=now)
    return None


def _due(waiting: Sequence[Untold], rules: Notices, zone: ZoneInfo, now: datetime) -> datetime:
    """When what waits is told: all of it together."""
    at = max(now, max(one.at for one in waiting) + SETTLED)
    soonest = min(one.change.span.start for one in waiting)
    return max(at, rules.awake(at, zone, by=soonest - SOON))


def _list(view: View, person: str, own: Sequence[Change]) -> str:
    """His changes, the first in full."""
    words = wordings.words(view.district.texts, Occasion(texts.language_of(view, person)))
    said = [
        message.render(
            words["short_watch_gained" if one.gained else "short_watch_lost"],
            {
                "post": view.post_name(one.post),
                "start": local(view, one.span.start),
                "end": local(view, one.span.end),
            },
        )
        for one in own[:MOST]
    ]
    if len(own) > MOST:
        said.append(message.render(words["short_watch_more"], {"count": len(own) - MOST}))
    return " ".join(said)
