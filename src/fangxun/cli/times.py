"""How instants are read from a command line and shown: the duty room's wall clock, always."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from fangxun import clock
from fangxun.core.errors import N_, FaultyInput
from fangxun.core.timeline import Span

FIRST_YEAR, LAST_YEAR = 2000, 2200
"""No roster or reading lies outside; beyond 1 and 9999 there is no arithmetic of dates at all."""
_HOUR = len("00:00")


def instant(text: str, zone_name: str) -> datetime:
    """Read "2026-07-20T08:00", "2026-07-20 08:00" or "08:00" (today); local without offset."""
    return _read(text, clock.now().astimezone(ZoneInfo(zone_name)))


def span(start: str, end: str, zone_name: str) -> Span:
    """From one time to another; an hour alone is of the day on which the span begins, or of the
    next morning: 22:00 to 06:00 is a night shift."""
    begins = instant(start, zone_name)
    ends = _read(end, begins.astimezone(ZoneInfo(zone_name)))
    if len(end) <= _HOUR and ends <= begins:
        ends += timedelta(days=1)
    if ends <= begins:
        raise FaultyInput(
            N_("{end} is not after {start}; write both with their day: 2026-07-20T22:00."),
            start=start,
            end=end,
        )
    return Span(begins, ends)


def _read(text: str, local: datetime) -> datetime:
    """An hour alone is of the day of `local`."""
    try:
        if len(text) <= _HOUR:
            hour, minute = (int(part) for part in text.split(":"))
            return local.replace(hour=hour, minute=minute, second=0, microsecond=0)
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise FaultyInput(
            N_("{text} is no time; write 2026-07-20T08:00, or 08:00 for today."), text=text
        ) from error
    if not FIRST_YEAR <= found.year < LAST_YEAR:
        raise FaultyInput(
            N_("{text} is too long ago or too far ahead; write a year from {first} to {last}."),
            text=text,
            first=FIRST_YEAR,
            last=LAST_YEAR - 1,
        )
    return found if found.tzinfo else found.replace(tzinfo=local.tzinfo)


def shown(at: datetime | None, zone_name: str) -> str:
    """An instant on the duty room's wall clock, without the year."""
    return f"{at.astimezone(ZoneInfo(zone_name)):%m-%d %H:%M:%S}" if at is not None else "-"


def minute(at: datetime | None, zone_name: str) -> str:
    """The same to the minute."""
    return shown(at, zone_name)[:11]


def day(at: datetime, zone_name: str) -> str:
    """The same with its year."""
    return f"{at.astimezone(ZoneInfo(zone_name)):%Y-%m-%d %H:%M}"
