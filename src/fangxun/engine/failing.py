"""Somebody on watch is told when a part of the daemon keeps failing, once, until it works again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from fangxun.core import alarm
from fangxun.engine import alarms
from fangxun.engine.parts import Parts
from fangxun.store import meta

TELL_AFTER = timedelta(minutes=2)
"""A fault that is over by then was a moment's, and the log has it."""
_KEY = "failing"


@dataclass(slots=True)
class Failing:
    """Which parts fail, and since when. What was told stands in the store as well: a restart
    neither ends an alarm whose cause stands, nor opens a second one for it."""

    _since: dict[str, datetime] = field(default_factory=dict)
    _told: Mapping[str, datetime] | None = None

    def look(self, parts: Parts, failed: Iterable[str], *, now: datetime) -> None:
        """After each cycle, with the parts that failed in it."""
        self._since = {part: min(self._since.get(part, now), now) for part in failed}
        if self._told is None:
            self._told = _load(parts)
        told = self._told
        due = {
            part: told.get(part, since)
            for part, since in self._since.items()
            if part in told or now - since >= TELL_AFTER
        }
        if due == told:
            return
        causes = [alarm.cycle_failing(part, since) for part, since in due.items()]
        with parts.store.write() as tx:
            for cause in causes:
                alarms.open_for(parts, tx, cause, now=now)
            alarms.keep_only(tx, alarm.CYCLE_FAILING_PREFIX, causes, now=now)
            meta.put(tx, _KEY, json.dumps({part: at.isoformat() for part, at in due.items()}))
        self._told = due


def _load(parts: Parts) -> Mapping[str, datetime]:
    with parts.store.read() as tx:
        found = json.loads(meta.get(tx, _KEY) or "{}")
    return {part: datetime.fromisoformat(at) for part, at in found.items()}
