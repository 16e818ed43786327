"""When the next on watch are told of it, and when nobody is told anything, as the plan says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from fangxun.core.timeline import Span, local_instant

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Notices:
    """[notices] of the plan; local times. `quiet`: from when to when nobody is told anything that
    can wait, usually over midnight; its beginning is not in it."""

    day_before: time = time(18)
    before: timedelta = timedelta(hours=2)
    tell: timedelta = timedelta(minutes=45)
    """How long before the hand-off the officer in place and the leader know of who has not
    confirmed."""
    quiet: tuple[time, time] = (time(22), time(6))

    def times(self, start: datetime, zone: ZoneInfo) -> Times:
        """For a watch that begins at `start`: told the day before, again shortly before, and
        without a confirmation others told. What would be in the night is moved behind it, or
        before it where that would be too late."""
        return _times(self, start, zone)

    def awake(self, at: datetime, zone: ZoneInfo, *, by: datetime) -> datetime:
        """The instant itself by day; one in the night is moved to its end, or to its beginning
        where that is after `by`."""
        night = self.night(at, zone)
        if night is None:
            return at
        return night.end if night.end <= by else night.start

    def night(self, at: datetime, zone: ZoneInfo) -> Span | None:
        """The quiet hours in which an instant lies, None by day."""
        begin, end = self.quiet
        if begin == end:
            return None
        today = at.astimezone(zone).date()
        for day in (today - _DAY, today):
            last = day + _DAY if end < begin else day
            night = Span(local_instant(day, begin, zone), local_instant(last, end, zone))
            if night.start < at < night.end:
                return night
        return None


@dataclass(frozen=True, slots=True)
class Times:
    """When somebody is told of his watch, in turn; the deadline is for his confirmation."""

    first: datetime
    second: datetime
    deadline: datetime


@lru_cache(maxsize=4000)
def _times(rules: Notices, start: datetime, zone: ZoneInfo) -> Times:
    """The same watches are looked at in every cycle until they begin."""
    day = start.astimezone(zone).date() - _DAY
    deadline = start - rules.tell
    first = rules.awake(local_instant(day, rules.day_before, zone), zone, by=deadline)
    second = rules.awake(start - rules.before, zone, by=deadline)
    return Times(min(first, second), second, deadline)
