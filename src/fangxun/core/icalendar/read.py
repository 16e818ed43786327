"""The events of a calendar that another program wrote, or what of it is not understood, by line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from fangxun.core.errors import N_, Fault
from fangxun.core.icalendar.data import Calendar, Event
from fangxun.core.timeline import Span, local_instant

MOST_EVENTS = 20_000
"""Five years of ten posts; a calendar with more is refused before it is taken apart further."""
MOST_LINES = 500_000
"""That many events, with all that programs write into one."""
_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})(Z?))?", re.ASCII)
_DURATION = re.compile(
    r"\+?P(?:(\d{1,4})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,7})S)?)?",
    re.ASCII,
)
_PARAMETER = re.compile(r';([^=;:",]+)=("[^"]*"|[^";:]*)')
_UNESCAPED = re.compile(r"\\(.)", re.DOTALL)
_ONE_OF_LIST = re.compile(r"(?:\\.|[^,\\])+", re.DOTALL)
_REPEATING = frozenset({"RRULE", "RDATE", "EXDATE"})


@dataclass(frozen=True, slots=True)
class _Property:
    line: int
    value: str
    parameters: dict[str, str]


@dataclass(slots=True)
class _Draft:
    """An event of which the lines are still coming."""

    line: int
    properties: dict[str, _Property] = field(default_factory=dict)
    extra: list[tuple[str, str]] = field(default_factory=list)
    inside: int = 0
    """How many components (alarms) are open within it; what they say is theirs."""


class _AmissError(Exception):
    """What is wrong at a line."""

    def __init__(self, line: int, template: str, **fields: object) -> None:
        super().__init__(template)
        self.fault = Fault(f"line {line}", template, tuple(fields.items()))


def read(content: str, *, zone: str) -> tuple[Calendar, tuple[Fault, ...]]:
    """The calendar of a text and its faults, each with its line; an event with one is left out.

    `zone` (IANA) is where times without one of their own are meant. Every event stands for itself:
    one that repeats is a fault, since its exceptions would have to be guessed.
    """
    events: list[Event] = []
    faults: list[Fault] = []
    name, draft, ended = "", None, False
    if max(content.count("\n"), content.count("\r")) > MOST_LINES:
        return Calendar("", ()), (_fault(1, N_("more than {most} lines"), most=MOST_LINES),)
    lines = _unfolded(content)
    if not lines or lines[0][1].strip().upper() != "BEGIN:VCALENDAR":
        return Calendar("", ()), (_fault(1, N_("this is no calendar; expected BEGIN:VCALENDAR")),)
    for number, line in lines:
        key, found = _property(number, line)
        if draft is None:
            ended = ended or (key, found.value.upper()) == ("END", "VCALENDAR")
            name = name or (_plain(found.value) if key in {"NAME", "X-WR-CALNAME"} else "")
            if (key, found.value.upper()) == ("BEGIN", "VEVENT"):
                draft = _Draft(number)
        elif _take(draft, key, found):
            try:
                events.append(_event(draft, ZoneInfo(zone)))
            except _AmissError as error:
                faults.append(error.fault)
            draft = None
        if len(events) + len(faults) > MOST_EVENTS:
            faults.append(_fault(number, N_("more than {most} events"), most=MOST_EVENTS))
            return Calendar(name, ()), tuple(faults)
    if draft is not None or not ended:
        faults.append(_fault(lines[-1][0], N_("the calendar ends here, within; it was cut off")))
    return Calendar(name, tuple(events)), tuple(faults)


def _fault(line: int, template: str, **fields: object) -> Fault:
    return Fault(f"line {line}", template, tuple(fields.items()))


def _unfolded(content: str) -> list[tuple[int, str]]:
    """Whole lines, each with the number of its first piece; empty ones say nothing."""
    whole: list[tuple[int, list[str]]] = []
    pieces = content.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for number, piece in enumerate(pieces, start=1):
        if piece[:1] in {" ", "\t"} and whole:
            whole[-1][1].append(piece[1:])
        elif piece.strip():
            whole.append((number, [piece]))
    return [(number, "".join(parts)) for number, parts in whole]


def _property(number: int, line: str) -> tuple[str, _Property]:
    """Its name in capitals, its parameters without quotes, and its value as it is written."""
    key = re.match(r"[^;:]*", line)
    at = key.end() if key is not None else 0
    parameters = {}
    while match := _PARAMETER.match(line, at):
        parameters[match[1].upper()] = match[2].strip('"')
        at = match.end()
    return line[: key.end() if key else 0].strip().upper(), _Property(
        number, line[at + 1 :], parameters
    )


def _take(draft: _Draft, key: str, found: _Property) -> bool:
    """Whether the event ends with this line."""
    if key == "BEGIN":
        draft.inside += 1
    elif key == "END":
        draft.inside -= 1
        return draft.inside < 0
    elif draft.inside:
        return False
    elif key.startswith("X-"):
        draft.extra.append((key, _plain(found.value)))
    elif key not in draft.properties:
        draft.properties[key] = found
    return False


def _event(draft: _Draft, zone: ZoneInfo) -> Event:
    said = draft.properties
    for key in sorted(_REPEATING & said.keys()):
        raise _AmissError(
            said[key].line, N_("{name}: an event that repeats; expected one event for each"),
            name=key,
        )  # fmt: skip
    if "DTSTART" not in said:
        raise _AmissError(draft.line, N_("an event without DTSTART; expected when it begins"))
    start, all_day = _instant("DTSTART", said["DTSTART"], zone)
    end = _end(draft, start, zone, all_day=all_day)
    if end <= start:
        raise _AmissError(draft.line, N_("an event that ends before it begins; mend its DTEND"))
    sequence = _text(said, "SEQUENCE")
    return Event(
        uid=_text(said, "UID"),
        span=Span(start, end),
        summary=_text(said, "SUMMARY"),
        sequence=int(sequence) if sequence.isdecimal() and len(sequence) < 10 else 0,  # noqa: PLR2004  32 bits
        description=_text(said, "DESCRIPTION"),
        location=_text(said, "LOCATION"),
        categories=tuple(_listed(said["CATEGORIES"].value)) if "CATEGORIES" in said else (),
        all_day=all_day,
        cancelled=_text(said, "STATUS").upper() == "CANCELLED",
        extra=tuple(draft.extra),
        line=draft.line,
    )


def _text(said: dict[str, _Property], key: str) -> str:
    return _plain(said[key].value).strip() if key in said else ""


def _plain(value: str) -> str:
    """A text value without its escapes."""
    return _UNESCAPED.sub(lambda match: "\n" if match[1] in "nN" else match[1], value)


def _listed(value: str) -> Iterator[str]:
    """The texts of a list; an escaped comma separates nothing."""
    return (_plain(part) for part in _ONE_OF_LIST.findall(value))


def _end(draft: _Draft, start: datetime, zone: ZoneInfo, *, all_day: bool) -> datetime:
    """By DTEND, else by DURATION, else the day itself for an event of dates."""
    said = draft.properties
    if "DTEND" in said:
        return _instant("DTEND", said["DTEND"], zone)[0]
    length = timedelta(days=1) if all_day else None
    if "DURATION" in said:
        length = _length(said["DURATION"])
    if length is None:
        raise _AmissError(draft.line, N_("an event without DTEND; expected when it ends"))
    if not all_day:
        return start + length
    wall = start.astimezone(zone).replace(tzinfo=None) + length
    return local_instant(wall.date(), wall.time(), zone)


def _length(found: _Property) -> timedelta:
    match = _DURATION.fullmatch(found.value.strip())
    if match is None or not any(match.groups()):
        raise _AmissError(
            found.line, N_("DURATION “{value}” is none; expected one as PT24H"),
            value=found.value[:40],
        )  # fmt: skip
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)


def _instant(key: str, found: _Property, zone: ZoneInfo) -> tuple[datetime, bool]:
    """An instant in UTC, and whether it was a date alone."""
    match = _DATE.fullmatch(found.value.strip())
    try:
        if match is not None:
            day = date(*(int(part) for part in match.groups()[:3]))
            if match[4] is None:
                return local_instant(day, time(), zone), True
            at = time(int(match[4]), int(match[5]), min(int(match[6]), 59))
            if match[7]:
                return datetime.combine(day, at, UTC), False
            return local_instant(day, at, _zone(found, zone)), False
    except (ValueError, OverflowError):
        pass
    raise _AmissError(
        found.line, N_("{name} “{value}” is no time; expected one as 20260701T080000"),
        name=key, value=found.value[:40],
    )  # fmt: skip


def _zone(found: _Property, zone: ZoneInfo) -> ZoneInfo:
    """The zone that a time names; one that this machine does not know is no guess of ours."""
    named = found.parameters.get("TZID", "").lstrip("/")
    try:
        return ZoneInfo(named) if named else zone
    except (KeyError, ValueError, OSError):
        raise _AmissError(
            found.line, N_("time zone “{zone}” is unknown; expected one as Asia/Shanghai"),
            zone=named[:40],
        ) from None  # fmt: skip
