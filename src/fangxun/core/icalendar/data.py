"""What a calendar is: events with stable names, and how often it is worth asking for again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from fangxun.core.timeline import Span


@dataclass(frozen=True, slots=True)
class Event:
    """One event. `uid` is the same for ever; `sequence` never falls, and rises when the event
    changes (RFC 5545, 3.8.7.4).

    `all_day`: it was written with dates alone; its span is then from local midnight to local
    midnight. `extra`: properties of one's own, (X-NAME, text), written as texts.
    """

    uid: str
    span: Span
    summary: str
    sequence: int = 0
    changed: datetime | None = None
    """When it last changed (UTC), written as DTSTAMP and LAST-MODIFIED; the epoch for None."""
    description: str = ""
    location: str = ""
    categories: tuple[str, ...] = ()
    all_day: bool = False
    cancelled: bool = False
    extra: tuple[tuple[str, str], ...] = ()
    line: int = 0
    """Of its BEGIN:VEVENT in what was read, for whoever must mend it; 0 for one of our own."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """`name` is what programs show; `refresh` how often they should ask again."""

    name: str
    events: tuple[Event, ...]
    refresh: timedelta | None = None
    description: str = ""
