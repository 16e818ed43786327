"""Text of an SMS from checked fields and a template passed in; its segments; what is spoken.

Segments as the GSM rules have them: 160 characters of GSM-7 in one part and 153 in each of several,
70 and 67 UTF-16 units of UCS-2, filled greedily, a pair of units or of septets never split.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from fangxun.core.contacts import LINK

_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "ÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_EXTENDED = frozenset("^{}\\[~]|€\f")


class Encoding(StrEnum):
    """How a text travels."""

    GSM7 = "GSM-7"
    UCS2 = "UCS-2"


@dataclass(frozen=True, slots=True)
class Segments:
    """Encoding and number of segments of a text."""

    encoding: Encoding
    count: int


def segments(text: str) -> Segments:
    """How many messages a text is charged and sent as."""
    encoding, units = units_of(text)
    return Segments(encoding, max(1, len(units)))


def units_of(text: str) -> tuple[Encoding, tuple[int, ...]]:
    """Its encoding, and the units used of each segment: septets of 160 (153 where there are
    several), or UTF-16 units of 70 (67)."""
    if all(char in _GSM or char in _GSM_EXTENDED for char in text):
        sizes = [2 if char in _GSM_EXTENDED else 1 for char in text]
        return Encoding.GSM7, _parts(sizes, single=160, several=153)
    sizes = [2 if ord(char) > 0xFFFF else 1 for char in text]  # noqa: PLR2004  beyond the BMP
    return Encoding.UCS2, _parts(sizes, single=70, several=67)


def _parts(sizes: Sequence[int], *, single: int, several: int) -> tuple[int, ...]:
    whole = sum(sizes)
    if whole <= single:
        return (whole,)
    parts, used = [], 0
    for size in sizes:
        if used + size > several:
            parts.append(used)
            used = 0
        used += size
    return (*parts, used)


_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
_BRACKETS = str.maketrans("【】︻︼", "[][]")
"""Of a signature, upright and as in vertical writing."""


def is_safe(text: str) -> bool:
    """Whether a text is one line without control and format characters."""
    return text.isprintable() or all(map(_may_stand, text))


def _may_stand(char: str) -> bool:
    return unicodedata.category(char) not in _UNSAFE


def clean(text: object, *, most: int = 60) -> str:
    """A field from outside made safe for the frame of a text: no control or format characters, no
    line breaks, no signature brackets, at most `most` characters (then "…")."""
    said = str(text)
    if not said.isprintable():
        said = "".join(char if _may_stand(char) else " " for char in said)
    flat = " ".join(said.translate(_BRACKETS).split())
    return flat if len(flat) <= most else flat[: most - 1] + "…"


FIXED = frozenset({
    "code", "codes", "count", "link", "again", "times",
    "level", "amount", "limit", "hours", "response",
    "since", "start", "end", "at", "seconds", "free",
    "incident", "incidents", "unconfirmed", "unreached", "head", "phone",
})  # fmt: skip
"""Fields that nothing shortens: whoever reads half of one acts on what is not so. All others are
words, and shortened where it cannot be helped."""
SHORTEST = 6
"""A field is shortened to so many characters, but that a figure is left out whole."""
LONG_NAME = 24
"""A name (a field that is not marked as one to shorten) longer than this is shortened as soon as
something must be."""
LONGEST_FIELD = 400

_FIELD = re.compile(r"\{(~?)(\w+)\}")


@dataclass(frozen=True, slots=True)
class Filled:
    """A text as it leaves, the values as they stand in it, and which of them were shortened."""

    text: str
    values: Mapping[str, str]
    shortened: tuple[str, ...] = ()


def fill(
    template: str, fields: Mapping[str, object], *, most: int = 2, signature: str = ""
) -> Filled:
    """Fill a template behind its signature 【…】, which counts, so that it fits `most` segments.

    What takes more is shortened, the longest first, never the instruction or the reply code:

    1. fields in `{~name}` marks, and names of more than `LONG_NAME` characters;
    2. where that is not enough, every field of words, to `SHORTEST` characters;
    3. and to half of that, where they are of the kind that takes two units each.
    """
    parts = _parsed(template)
    values = {name: clean(value, most=LONGEST_FIELD) for name, value in fields.items()}
    head = f"【{clean(signature, most=20)}】" if signature else ""
    text = head + _joined(parts, values)
    if segments(text).count <= most:
        return Filled(text, values)
    whole = dict(values)
    for least in _bounds(parts):
        while name := _longest(values, least):
            values[name] = shorter(values[name], max(least[name], len(values[name]) - 2))
            text = head + _joined(parts, values)
            if segments(text).count <= most:
                return _told(text, values, whole)
    return _told(text, values, whole)


def render(
    template: str, fields: Mapping[str, object], *, most: int = 2, signature: str = ""
) -> str:
    """The text alone; see `fill`."""
    return fill(template, fields, most=most, signature=signature).text


def names_in(template: str) -> tuple[str, ...]:
    """The fields that a template names."""
    return tuple(dict.fromkeys(name for _text, name, _soft in _parsed(template) if name))


def unfilled(template: str) -> str:
    """A template's own words, without its fields."""
    return "".join(text for text, _name, _soft in _parsed(template))


@lru_cache(maxsize=1024)
def _parsed(template: str) -> tuple[tuple[str, str, bool], ...]:
    """(own words, the field behind them, whether it is marked as one to shorten)."""
    found, at = [], 0
    for field in _FIELD.finditer(template):
        found.append((template[at : field.start()], field[2], bool(field[1])))
        at = field.end()
    return (*found, (template[at:], "", False))


def _joined(parts: Sequence[tuple[str, str, bool]], values: Mapping[str, str]) -> str:
    """A field that nobody gave is empty rather than a failure at three in the morning."""
    return "".join(text + values.get(name, "") for text, name, _soft in parts)


def _bounds(parts: Sequence[tuple[str, str, bool]]) -> Iterator[Mapping[str, int]]:
    """For each round, how short each field may become."""
    soft = {name for _text, name, marked in parts if marked}
    words = [name for _text, name, _soft in parts if name and name not in FIXED]
    yield {name: SHORTEST if name in soft else LONG_NAME for name in words}
    yield dict.fromkeys(words, SHORTEST)
    yield dict.fromkeys(words, SHORTEST // 2)


def _longest(values: Mapping[str, str], least: Mapping[str, int]) -> str:
    """The longest field that may still become shorter; "" where there is none."""
    open_ = [name for name, most in least.items() if len(values.get(name, "")) > most]
    return max(open_, key=lambda name: len(values[name]), default="")


def _told(text: str, values: Mapping[str, str], whole: Mapping[str, str]) -> Filled:
    return Filled(text, values, tuple(name for name in values if values[name] != whole[name]))


_CUT_FIGURE = re.compile(r"[+-]?[0-9][0-9.,:]*$")


def shorter(value: str, most: int) -> str:
    """A value cut to `most` characters, the last of them "…". A figure is left out whole rather
    than cut into another, and no accent or sign that belongs to a character is parted from it."""
    if len(value) <= most:
        return value
    kept, rest = value[: most - 1], value[most - 1 :].lstrip("…")
    if rest[:1].isdigit() or rest[:1] in {".", ",", ":"}:
        kept = _CUT_FIGURE.sub("", kept)
    while kept and rest and unicodedata.combining(rest[0]):
        kept, rest = kept[:-1], kept[-1] + rest
    return kept.rstrip("… ,、:(") + "…"


_UNSPEAKABLE = str.maketrans({
    **dict.fromkeys('【】[]{}<>《》「」"“”|/\\*#_~^=', " "), "≥": " ", "≤": " ", "&": " ",
})  # fmt: skip


def speakable(text: str) -> str:
    """A text as it can be read out by a machine: no links, no brackets, no signs that are names
    of themselves ("asterisk"); sentences stay sentences."""
    flat = " ".join(LINK.sub(" ", text).replace(">=", " ").translate(_UNSPEAKABLE).split())
    return re.sub(r"\s+([,.;:!?，。；：！？])", r"\1", flat)
