"""Dates as feeds write them. Nothing here raises: what cannot be read is None, with a flag."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

BAD = "bad-date"
NAIVE = "naive-date"
BUDDHIST = "buddhist-year"
LETTERS = "letter-zone"

_BUDDHIST_FROM, _BUDDHIST_AHEAD = 2400, 543
_LONGEST = 100
_YEARS = range(1970, 2200)
"""No message or reading is from another year; a clock that says so is wrong."""

_ISO = re.compile(
    r"""(?P<year>\d{4})\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*日?
        (?:[T\s,]*(?P<half>上午|下午|凌晨|早上|中午|晚上|[AP]M)?\s*
           (?P<hour>\d{1,2})\s*[:时時]?\s*(?P<minute>\d{2})?
           (?:\s*[:分]\s*(?P<second>\d{2})?(?:[.,]\d+)?\s*秒?)?
           \s*(?P<late>[AP]M)?)?
        \s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?""",
    re.VERBOSE | re.IGNORECASE,
)
_COMPACT = re.compile(
    r"(?P<year>(?:19|20|25)\d{2})(?P<month>\d{2})(?P<day>\d{2})T?"
    r"(?P<hour>\d{2})(?P<minute>\d{2})?(?P<second>\d{2})?(?P<zone>Z|[+-]\d{4})?"
)
_SPOKEN = re.compile(
    r"""(?:\S+,?\s+)?(?P<day>\d{1,2})\s+(?P<name>[^\W\d_]+|\d{1,2}月)\.?\s+(?P<year>\d{4})\s+
        (?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?
        \s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2})?""",
    re.VERBOSE | re.IGNORECASE,
)
_MONTHS = (
    "jan ene gen janv 一月 1月",
    "feb fev fév feb 二月 2月",
    "mar mär mars 三月 3月",
    "apr abr avr 四月 4月",
    "may mai mag maj mei 五月 5月",
    "jun juin giu 六月 6月",
    "jul juil lug 七月 7月",
    "aug ago aoû aou 八月 8月",
    "sep set 九月 9月",
    "oct okt ott out 十月 10月",
    "nov 十一月 11月",
    "dec dez dic déc 十二月 12月",
)
_LETTERED = re.compile(
    r"(?P<local>.*\d[\d:.]*)\s*\(?\s*(?!(?:Z|UTC|GMT|UT|AM|PM)\b)[A-Z]{1,5}\s*\)?", re.IGNORECASE
)
"""A time of the day and a zone in letters, which mean different zones in different countries."""
_EPOCH = re.compile(r"(?P<seconds>\d{10})(?:\d{3})?")


def parse(text: str | None, zone: ZoneInfo | None = None) -> tuple[datetime | None, str]:
    """An instant in UTC and a flag: "" for a good one, "naive-date" where `zone` had to be taken,
    "letter-zone" where it was taken in the place of one like CST (China's, Central America's or
    Cuba's), "buddhist-year", or "bad-date" with None. An absent or empty text is None without a
    flag."""
    text = (text or "").strip()
    if not text:
        return None, ""
    if len(text) > _LONGEST:
        return None, BAD
    try:
        return _parse(text, zone)
    except (ValueError, OverflowError, TypeError):
        return None, BAD


def _parse(text: str, zone: ZoneInfo | None) -> tuple[datetime | None, str]:
    if lettered := _LETTERED.fullmatch(text):
        instant, flag = _parse(lettered["local"], zone)
        return instant, LETTERS if flag == NAIVE else flag
    if found := _COMPACT.fullmatch(text) or _ISO.fullmatch(text):
        return _built(found, int(found["month"]), zone)
    if epoch := _EPOCH.fullmatch(text):
        return datetime.fromtimestamp(int(epoch["seconds"]), UTC), ""
    if (found := _SPOKEN.fullmatch(text)) and (month := _month(found["name"])):
        return _built(found, month, zone)
    instant = parsedate_to_datetime(text)
    if instant.tzinfo is None:  # the mail module's word for "-0000": UTC, place unknown
        if not text.endswith("-0000"):
            return _placed(instant, zone, "")
        instant = instant.replace(tzinfo=UTC)
    return instant.astimezone(UTC), ""


def _built(found: re.Match[str], month: int, zone: ZoneInfo | None) -> tuple[datetime | None, str]:
    parts = found.groupdict()
    if parts.get("hour") is None and zone is None:
        return None, BAD
    year, flag = int(parts["year"]), ""
    if year >= _BUDDHIST_FROM:
        year, flag = year - _BUDDHIST_AHEAD, BUDDHIST
    if year not in _YEARS:
        return None, BAD
    written = int(parts["hour"] or 0)
    minute, second = int(parts["minute"] or 0), int(parts["second"] or 0)
    # Networks write 24:00 for the end of a day, and some clocks write a leap second.
    whole = written == 24 and minute == 0 and second == 0  # noqa: PLR2004  the hour itself
    half = parts.get("half") or parts.get("late") or ""
    hour = written if whole else _hour(written, half.upper())
    day = int(parts["day"])
    local = datetime(year, month, day, hour % 24, minute, min(second, 59))  # noqa: DTZ001  placed below
    local += timedelta(days=hour // 24)
    offset = _offset(parts.get("zone") or "")
    if offset is None:
        return _placed(local, zone, flag)
    return local.replace(tzinfo=offset).astimezone(UTC), flag


def _placed(local: datetime, zone: ZoneInfo | None, flag: str) -> tuple[datetime | None, str]:
    """A local time without zone: in the feed's own zone where the mapping names it."""
    if zone is None:
        return None, BAD
    return local.replace(tzinfo=zone).astimezone(UTC), flag or NAIVE


def _hour(hour: int, half: str) -> int:
    """Of the day, from one of its halves: "晚上12:00" is the midnight that ends it, hour 24, and
    what comes after that midnight (晚上1:00) is past it."""
    noon, night = 12, "晚上"
    if not half or hour > noon:
        if hour > 23:  # noqa: PLR2004  there is no such hour
            raise ValueError(hour)
        return hour
    if half == night:
        return hour % noon + (noon if 5 <= hour < noon else 2 * noon)  # noqa: PLR2004  dusk
    if half in {"下午", "PM"} or (half == "中午" and hour < noon - 1):
        return hour % noon + noon
    return hour % noon if half in {"上午", "凌晨", "早上", "AM"} else hour


def _offset(text: str) -> timezone | None:
    """Of a zone as written; "-00:00" is CAP's own way of saying UTC."""
    if not text:
        return None
    if text.upper() in {"Z", "UTC", "GMT"}:
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    if int(digits[2:]) > 59:  # noqa: PLR2004  minutes
        raise ValueError(text)
    ahead = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-ahead if text[0] == "-" else ahead)


def _month(name: str) -> int | None:
    """The number of a month's name in the languages that localised servers speak."""
    name = name.lower()
    for number, names in enumerate(_MONTHS, start=1):
        for known in names.split():
            if name == known or (known.isalpha() and known.isascii() and name.startswith(known)):
                return number
            if not known.endswith("月") and name.startswith(known):
                return number
    return None
