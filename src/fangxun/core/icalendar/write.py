"""A calendar as text: instants in UTC, texts escaped, lines folded between characters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from fangxun.core.icalendar.data import Calendar, Event

MOST_OCTETS = 75
"""Of one line without its break (RFC 5545, 3.1)."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ESCAPED = {"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"}


def write(calendar: Calendar, *, zone: str = "UTC") -> str:
    """The calendar as RFC 5545 has it, ending in a line break.

    Instants are written in UTC, so that no program needs our rules for daylight saving; `zone` (an
    IANA name) says in which days an all-day event is written.
    """
    lines = [line for part in _lines(calendar, ZoneInfo(zone)) for line in fold(part)]
    return "".join(f"{line}\r\n" for line in lines)


def fold(line: str) -> Iterator[str]:
    """A line in pieces of at most 75 octets, each but the first behind a space. A character is
    never split: some programs unfold after they have decoded."""
    piece, used = "", 0
    for char in line:
        size = len(char.encode())
        if used + size > MOST_OCTETS:
            yield piece
            piece, used = " ", 1
        piece, used = piece + char, used + size
    yield piece


def _lines(calendar: Calendar, zone: ZoneInfo) -> Iterator[str]:
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Fangxun//Duty roster//EN")
    yield from ("CALSCALE:GREGORIAN", "METHOD:PUBLISH")
    for name in ("NAME", "X-WR-CALNAME"):  # RFC 7986, and what programs had before it
        yield f"{name}:{text(calendar.name)}"
    if calendar.description:
        yield f"DESCRIPTION:{text(calendar.description)}"
    if calendar.refresh is not None:
        every = _duration(calendar.refresh)
        yield from (f"REFRESH-INTERVAL;VALUE=DURATION:{every}", f"X-PUBLISHED-TTL:{every}")
    for event in calendar.events:
        yield from _event(event, zone)
    yield "END:VCALENDAR"


def _event(event: Event, zone: ZoneInfo) -> Iterator[str]:
    changed = _utc(event.changed or _EPOCH)
    yield from ("BEGIN:VEVENT", f"UID:{text(event.uid)}", f"DTSTAMP:{changed}")
    yield from (f"LAST-MODIFIED:{changed}", f"SEQUENCE:{event.sequence}")
    for name, instant in (("DTSTART", event.span.start), ("DTEND", event.span.end)):
        if event.all_day:
            yield f"{name};VALUE=DATE:{instant.astimezone(zone):%Y%m%d}"
        else:
            yield f"{name}:{_utc(instant)}"
    yield f"SUMMARY:{text(event.summary)}"
    yield from _texts((("DESCRIPTION", event.description), ("LOCATION", event.location)))
    if event.categories:
        yield f"CATEGORIES:{','.join(map(text, event.categories))}"
    yield f"STATUS:{'CANCELLED' if event.cancelled else 'CONFIRMED'}"
    yield from _texts(event.extra)
    yield "END:VEVENT"


def _texts(pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Those that say something."""
    return (f"{name}:{text(value)}" for name, value in pairs if value)


def text(value: str) -> str:
    """A text value: what has a meaning in the format is escaped, control characters are left out,
    so that no name can end its line and begin another."""
    plain = value.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        _ESCAPED.get(char, char)
        for char in plain
        if char in "\n\t" or (char >= " " and char != "\x7f")
    )


def _utc(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _duration(length: timedelta) -> str:
    """Whole seconds as RFC 5545 writes them: PT1H, PT90S."""
    seconds = int(length.total_seconds())
    for unit, size in (("H", 3600), ("M", 60)):
        if seconds % size == 0:
            return f"PT{seconds // size}{unit}"
    return f"PT{seconds}S"
