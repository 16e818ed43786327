"""Calendars as other programs read and write them: iCalendar (RFC 5545, RFC 7986)."""

from fangxun.core.icalendar.data import Calendar, Event
from fangxun.core.icalendar.read import MOST_EVENTS, read
from fangxun.core.icalendar.write import fold, write

__all__ = ["MOST_EVENTS", "Calendar", "Event", "fold", "read", "write"]
