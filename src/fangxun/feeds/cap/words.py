"""What the words of an event or headline mean: the hazard, the colour, an end."""

from __future__ import annotations

import re
from collections.abc import Iterable

from fangxun.core.level import Hazard, Level

_LANDSLIDES = (
    r"地质|地質|地灾|滑坡|泥石流|山体崩塌"
    r"|land ?slide|mud ?(slide|flow)|debris flow|geolog|geo-?hazard"
)
_TYPHOONS = (
    r"台风|颱風|热带气旋|熱帶氣旋|热带风暴"
    r"|typhoon|hurricane|tropical (storm|cyclone|depression)|\bcyclone"
)
_FLOODS = r"洪水|洪涝|洪峰|内涝|渍涝|水浸|flood|inundation|water-?logging"
_RAINS = (
    r"暴雨|豪雨|大雨|强降[雨水]|強降雨"
    r"|\brain(s|storms?|falls?|y)?\b|downpour|heavy precipitation"
)
_HAZARDS = (
    (Hazard.FLASH_FLOOD, r"山洪|flash[ -]?flood|mountain (flood|torrent)|torrential flood"),
    (Hazard.GEOLOGICAL, _LANDSLIDES),
    (Hazard.TYPHOON, _TYPHOONS),
    (Hazard.FLOOD, _FLOODS),
    (Hazard.RAIN, _RAINS),
)
"""In this order: a flash flood is no plain flood, a typhoon brings rain that it also names."""
_NOT_RAIN = re.compile(r"freezing rain|ice rain|冻雨|雨雪冰冻", re.IGNORECASE)


def hazard(texts: Iterable[str]) -> Hazard:
    """The hazard of the first text that names one; texts are the event first, then headlines."""
    for text in texts:
        plain = _NOT_RAIN.sub(" ", text)
        for kind, pattern in _HAZARDS:
            if re.search(pattern, plain, re.IGNORECASE):
                return kind
    return Hazard.OTHER


_CHARACTERS = {
    "蓝": Level.BLUE, "藍": Level.BLUE, "黄": Level.YELLOW, "黃": Level.YELLOW,
    "橙": Level.ORANGE, "红": Level.RED, "紅": Level.RED, "黑": Level.RED,
}  # fmt: skip
_NAMES = {
    "blue": Level.BLUE, "yellow": Level.YELLOW, "amber": Level.ORANGE, "orange": Level.ORANGE,
    "red": Level.RED, "black": Level.RED,
}  # fmt: skip
_NAME = "|".join(_NAMES)
_OBJECT = (
    r"(?:warning|signal|alert|level|code|category|rain|rainstorm|flood|flash|typhoon|storm|"
    r"weather|geological|landslide)"
)
_COLOUR = re.compile(
    rf"([{''.join(_CHARACTERS)}])色"
    rf"|\b({_NAME})\b(?=[\s-]+{_OBJECT})(?!\s+flag)"
    rf"|(?<=warning[ :-])\s*\b({_NAME})\b(?!\s+[a-z])"
    rf"|\bto\s+(?:an?\s+)?({_NAME})\b",
    re.IGNORECASE,
)
"""An English colour counts beside a word of warnings only: Red River is a place."""
_BECOMES = re.compile(
    rf"(?:升级|降级|变更|调整|更改|更新|提升|改发)(?:为|成|至)[^，。；]{{0,12}}?([{''.join(_CHARACTERS)}])色"
)


def colour(headline: str) -> Level | None:
    """The level whose colour a headline names; what it *becomes* before what it was, and the
    highest where that cannot be told."""
    if becomes := _BECOMES.findall(headline):
        return _CHARACTERS[becomes[-1]]
    found = [
        _CHARACTERS.get(text) or _NAMES[text.lower()]
        for groups in _COLOUR.findall(headline)
        for text in groups
        if text
    ]
    return max(found, key=lambda level: level.rank, default=None)


SEVERITIES = {
    "minor": Level.BLUE, "moderate": Level.YELLOW, "severe": Level.ORANGE, "extreme": Level.RED,
}  # fmt: skip

_LIFTED = re.compile(r"(?<![未不])(?<!没有)(?<!沒有)解除|(?<![未不])取消")
_ISSUED = re.compile(
    r"(?:发布|發布|更新|升级|降级|变更|改发|继续)[^解取，。；]{0,24}[蓝藍黄黃橙红紅黑]色"
    r"(?!(?:预警|預警)(?:信号|信號)?(?:已|的)?(?:解除|取消))"
)
_NOUN = r"(?:warning|watch|advisory|alert|signal|statement)s?"
_GONE = r"(?:cancel\w*|ended|lifted|expired|removed|withdrawn)"
_ENDED = re.compile(
    rf"\b{_NOUN}(?:\s+(?:has|have|is|was|were|are|been|now))*\s+{_GONE}\b"
    rf"|\b(?:cancel\w*|lift(?:s|ed|ing)?|end(?:s|ed|ing)|remov(?:es?|ed|ing)|withdraw\w*)\b[^.;:,]{{0,90}}\b{_NOUN}\b"
    rf"|^\W*(?:{_GONE}|all[ -]clear)\b\s*[:–-]"
    rf"|[:–(\[-]\s*{_GONE}\W*$"
    rf"|\bno longer in (?:effect|force)\b",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"\b(replac\w*|upgrad\w*|downgrad\w*|remains?|continu\w*|extend\w*"
    r"|not (?:been )?(?:cancel|lift)\w*|issues? [^.;]{0,60}(blue|yellow|amber|orange|red)\b)",
    re.IGNORECASE,
)


def says_ended(headline: str) -> bool:
    """Whether a headline says that its warning is over, and issues none in the same breath."""
    if _LIFTED.search(headline):
        return not _ISSUED.search(headline)
    return bool(_ENDED.search(headline)) and not _GOES_ON.search(headline)
