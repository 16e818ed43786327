"""A cell that should be a date -> the days that it means."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from fangxun.core.errors import N_
from fangxun.district import cells
from fangxun.district.faults import Amiss
from fangxun.sheet.grid import EMPTY_DAY, Cell

_FIRST_SERIAL, _LAST_SERIAL = 30_000, 80_000
"""1982 to 2119."""
_LONGEST = 62
_FIRST_YEAR, _LAST_YEAR = 2000, 2100
_WEEKDAY = re.compile(r"\(?(?:星期|周|礼拜)[一二三四五六日天]\)?|\([一二三四五六日天]\)")
_FULL = re.compile(r"(\d{4})[年./-](\d{1,2})[月./-](\d{1,2})[日号]?")
_MONTH_DAY = re.compile(r"(\d{1,2})(?:月|[./-])(\d{1,2})[日号]?")
_DAY = re.compile(r"(\d{1,2})[日号]?")
_BETWEEN = re.compile(r"\s*(?:--|[-—–~至到])\s*")
_CLOCK = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?")
_NUMERALS = str.maketrans("〇零一二三四五六七八九", "00123456789")
_TENS = re.compile(r"(?<![〇零一二三四五六七八九])(十[一二]?)月")
_YEAR_MONTH = re.compile(r"(20\d{2})\s*(?:年|[-./])\s*(\d{1,2})(?:\s*月|(?!\d))")
_MONTH = re.compile(r"(?<!\d)(\d{1,2})\s*月(?:份)?(?!\s*\d)")
_YEAR = re.compile(r"(?<!\d)(20\d{2})(?!\d)")


@dataclass(frozen=True, slots=True)
class Month:
    """What is known of the time that a table is about; 0 for what is not."""

    year: int = 0
    month: int = 0

    def or_else(self, other: Month) -> Month:
        """What this one does not know, from another."""
        return Month(self.year or other.year, self.month or other.month)


def month_in(words: str) -> Month:
    """The month that a title or name speaks of: 2026年7月, 二〇二六年七月, 7月份, 2026-07."""
    plain = _arabic(cells.plain(words))
    both = _YEAR_MONTH.search(plain)
    if both and 1 <= int(both[2]) <= 12:  # noqa: PLR2004  months
        return Month(int(both[1]), int(both[2]))
    month, year = _MONTH.search(plain), _YEAR.search(plain)
    number = int(month[1]) if month else 0
    return Month(int(year[1]) if year else 0, number if 1 <= number <= 12 else 0)  # noqa: PLR2004  months


def _arabic(words: str) -> str:
    words = _TENS.sub(lambda found: f"{10 + '十一二'.index(found[1][-1])}月", words)
    return words.translate(_NUMERALS)


def read_days(cell: Cell, about: Month) -> tuple[date, ...]:
    """The days of a cell, () where it is empty: a date, a serial number, words in any of the
    office's forms, a day's number, or a range of them. Amiss where they are none, not only one
    thing, or of another century."""
    days = _days(cell, about)
    if not all(_FIRST_YEAR <= day.year < _LAST_YEAR for day in days):
        raise _no_date(cell.text)
    return days


def _days(cell: Cell, about: Month) -> tuple[date, ...]:
    value = cell.value
    if isinstance(value, datetime):
        return (value.date(),)
    if isinstance(value, date):
        return (value,)
    if isinstance(value, float) and not value.is_integer():
        raise Amiss(
            N_("{value} is a number that may be two dates; write it as 2026-07-10, as text"),
            value=value,
        )
    if isinstance(value, (int, float)) and _FIRST_SERIAL <= value < _LAST_SERIAL:
        return (EMPTY_DAY + timedelta(days=int(value)),)
    said = _arabic(_CLOCK.sub("", _WEEKDAY.sub("", cell.tight)))
    return _of_words(said, about) if said else ()


def _of_words(said: str, about: Month) -> tuple[date, ...]:
    one = _one(said, about)
    if one is not None:
        return (one,)
    ends = _BETWEEN.split(said)
    if len(ends) == 2:  # noqa: PLR2004  from and to
        first = _one(ends[0], about)
        if first is None:
            raise _no_date(said)
        last = _one(ends[1], Month(first.year, first.month))
        length = (last - first).days if last is not None else -1
        if 0 <= length < _LONGEST:
            return tuple(first + timedelta(days=number) for number in range(length + 1))
    raise _no_date(said)


def _one(said: str, about: Month) -> date | None:
    """One date; None where the words are none. Amiss where year or month are nowhere said."""
    full, short, day = (form.fullmatch(said) for form in (_FULL, _MONTH_DAY, _DAY))
    if full:
        parts = tuple(int(part) for part in full.groups())
    elif short and not _is_range(said, int(short[1]), about):
        parts = (about.year, int(short[1]), int(short[2]))
    elif day:
        parts = (about.year, about.month, int(day[1]))
    else:
        return None
    if not parts[0] or not parts[1]:
        raise Amiss(
            N_("“{value}” has no year or no month, nor has the title; say it with --month 2026-07"),
            value=cells.shown(said),
        )
    try:
        return date(*parts)
    except ValueError:
        raise _no_date(said) from None


def _is_range(said: str, first: int, about: Month) -> bool:
    """Whether 1-3 means the first to the third, not the third of January."""
    return "-" in said and bool(about.month) and first != about.month


def _no_date(said: str) -> Amiss:
    return Amiss(
        N_("“{value}” is no date; expected one as 2026-07-01, 7月1日, or the day's number"),
        value=cells.shown(said),
    )
