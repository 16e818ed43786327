"""One cell or value -> one checked value; each raises Amiss saying what was expected."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, time, timedelta
from enum import StrEnum
from typing import TypeVar

from fangxun.core.errors import N_
from fangxun.district.faults import Amiss

E = TypeVar("E", bound=StrEnum)

MOST_TEXT = 200
_SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_MARK = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_NUMBER = re.compile(r"[+-]?\d{1,6}(\.\d{1,12})?")
_DAY = re.compile(r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|年(\d{1,2})月(\d{1,2})日)")
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::00)?")
_WINDOW = re.compile(r"(\d{1,4}) ?(h|min|小时|分钟)")
_SHORTEST, _LONGEST = timedelta(minutes=5), timedelta(days=7)


def plain(value: str) -> str:
    """Without the blanks, full-width forms and invisible marks that office programs leave."""
    return unicodedata.normalize("NFKC", value).replace("\u200b", "").replace("\ufeff", "").strip()


def text(value: str) -> str:
    """Words for people: not empty, of bounded length, in one line."""
    value = value.replace("\u200b", "").replace("\ufeff", "").strip()
    if not value:
        raise Amiss(N_("{name} is empty; expected words"))
    if len(value) > MOST_TEXT:
        raise Amiss(N_("{name} is longer than {most} characters"), most=MOST_TEXT)
    if any(unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for char in value):
        raise Amiss(N_("{name} holds a line break or a control character; remove it"))
    return value


def slug(value: str) -> str:
    """An id of ours: small letters, digits, "-" and "_"."""
    value = plain(value)
    if not _SLUG.fullmatch(value):
        message = N_("{name} “{value}” is no id; expected a-z, 0-9, - and _, at most 64 characters")
        raise Amiss(message, value=shown(value))
    return value


def mark(value: str) -> str:
    """An id of somebody else, as a gauge's: capitals and dots too."""
    value = plain(value)
    if not _MARK.fullmatch(value):
        message = N_("{name} “{value}” is no id; expected letters, digits, . - and _, at most 64")
        raise Amiss(message, value=shown(value))
    return value


def number(value: str, low: float, high: float) -> float:
    """A finite decimal number between two bounds, both included."""
    value = plain(value)
    if not _NUMBER.fullmatch(value):
        raise Amiss(N_("{name} “{value}” is no number; expected one as 12.5"), value=shown(value))
    if not low <= float(value) <= high:
        message = N_("{name} is {value}; expected {low:g} to {high:g}")
        raise Amiss(message, value=value, low=low, high=high)
    return float(value)


def minutes(value: str) -> timedelta:
    """Whole minutes, 1 to 1440."""
    found = number(value, 1, 1440)
    if found != int(found):
        raise Amiss(N_("{name} is {value}; expected whole minutes"), value=shown(value))
    return timedelta(minutes=found)


def day(value: str) -> date:
    """A date alone: 2026-07-01, or as office programs rewrite it, 2026/7/1 or 2026年7月1日."""
    found = _DAY.fullmatch(plain(value))
    try:
        if found:
            year, month, day_ = (int(part) for part in found.groups() if part)
            return date(year, month, day_)
    except ValueError:
        pass
    message = N_("{name} “{value}” is no date; expected one as 2026-07-01, without a time")
    raise Amiss(message, value=shown(value))


def clock_time(value: str) -> time:
    """A local time of day: 08:00."""
    found = _TIME.fullmatch(plain(value))
    try:
        if found:
            return time(int(found[1]), int(found[2]))
    except ValueError:
        pass
    raise Amiss(N_("{name} “{value}” is no time; expected one as 08:00"), value=shown(value))


def window(value: str) -> timedelta:
    """A window of time: 12h, 90min, 3小时, 10分钟."""
    found = _WINDOW.fullmatch(plain(value))
    if found:
        unit = timedelta(hours=1) if found[2] in {"h", "小时"} else timedelta(minutes=1)
        length = int(found[1]) * unit
        if _SHORTEST <= length <= _LONGEST:
            return length
    message = N_("{name} “{value}” is no window; expected one as 12h or 90min, 5 minutes to 7 days")
    raise Amiss(message, value=shown(value))


def choice(value: str, kind: type[E], words: Mapping[str, E]) -> E:
    """A member of the enum, by its value (any case) or by one of our words for it."""
    value = plain(value)
    for member in kind:
        if member.value.casefold() == value.casefold():
            return member
    if value in words:
        return words[value]
    known = ", ".join([*(member.value for member in kind if member.value), *words])
    message = N_("{name} “{value}” is not known; expected one of: {known}")
    raise Amiss(message, value=shown(value), known=known)


def several(value: str) -> tuple[str, ...]:
    """The parts of a list in one cell, separated by / 、 ; , or blanks."""
    return tuple(part for part in re.split(r"[/、;,\s]+", plain(value)) if part)


def shown(value: object) -> str:
    """A value short enough to be quoted in a message."""
    most = 40
    if isinstance(value, int) and value.bit_length() > most:
        return N_("a huge number")
    words = "".join(char if char.isprintable() else "?" for char in str(value)[: most + 1])
    return words if len(words) <= most else words[:most] + "…"
