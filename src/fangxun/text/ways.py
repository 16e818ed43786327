"""The ways to answer a text: it ends in how to reply, and for each other way in something else."""

from __future__ import annotations

import re
from collections.abc import Mapping

_ASKS = {
    "zh_CN": re.compile(r"回复(?:收到|\{code).*$"),
    "en": re.compile(r"Reply (?:OK|\{code).*$"),
}
"""Where a text begins to say how to reply: the last thing that it says."""
_ENDS = {
    "zh_CN": {
        "_oneway": "请向值班室确认",
        "_link": "回复{code}或点{link}确认",
        "_link_only": "点{link}确认",
        "_voice": "",
    },
    "en": {
        "_oneway": "Confirm to the duty room",
        "_link": "Reply {code} or open {link}",
        "_link_only": "Confirm: {link}",
        "_voice": "",
    },
}
"""What a text ends with instead, by what stands behind the name of its kind: over a gateway that
brings no replies back, with a link, with a link alone, on a call."""
_AT_DESK = {"zh_CN": "请在值班终端确认", "en": "Confirm at desk"}
"""The same of an alarm over a gateway that brings no replies back."""
WAYS = tuple(_ENDS["en"])


def asking(text: str, language: str) -> tuple[str, str]:
    """A text in two: what it tells, and how to reply to it ("" where it does not say)."""
    found = _ASKS[language].search(text)
    return (text[: found.start()], found[0]) if found else (text, "")


def siblings(kind: str, text: str, language: str) -> Mapping[str, str]:
    """The same text for the other ways to answer, by the names of their kinds; none of what is one
    of these itself, or does not say how to reply."""
    told, asks = asking(text, language)
    if not asks or kind.endswith(WAYS):
        return {}
    ends = {**_ENDS[language]}
    if kind.startswith("alarm_"):
        ends["_oneway"] = _AT_DESK[language]
    return {
        f"{kind}{way}": f"{told}{end}" if end else told.rstrip(" ,，、;；")
        for way, end in ends.items()
    }
