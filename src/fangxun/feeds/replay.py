"""A feed for drills: what was prepared comes out when its time has come, with planned outages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fangxun.core.observation import Reading
from fangxun.core.timeline import Span
from fangxun.core.warning import Bulletin
from fangxun.feeds.base import Failed, FeedSettings, Fresh, Memory, Polled, Unchanged
from fangxun.text import _

Item = tuple[datetime, Reading | Bulletin]
_UP_TO = "up-to"


@dataclass(frozen=True, slots=True)
class Replay:
    """`items` are (when the source publishes it, what); during `outages` nothing answers."""

    settings: FeedSettings
    items: Sequence[Item]
    outages: Sequence[Span] = ()

    def poll(self, memory: Memory, *, now: datetime) -> Polled:
        """Everything published since the last poll."""
        if any(outage.holds(now) for outage in self.outages):
            return Failed(_("the source does not answer"), memory)
        seen = dict(memory.seen).get(_UP_TO)
        since = datetime.fromisoformat(seen) if seen else None
        due = [item for at, item in self.items if at <= now and (since is None or at > since)]
        after = Memory(seen=((_UP_TO, now.isoformat()),))
        if not due:
            return Unchanged(after)
        return Fresh(
            after,
            bulletins=tuple(item for item in due if isinstance(item, Bulletin)),
            readings=tuple(item for item in due if isinstance(item, Reading)),
        )
