"""What a text from a phone says, read as people write it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from fangxun.core.plan import Owed


@dataclass(frozen=True, slots=True)
class Reply:
    """What a text from a phone says."""

    codes: tuple[str, ...] = ()
    received: bool = False
    """收到 and its like, without a code."""
    done: frozenset[Owed] = frozenset()
    """What he says that he has done: arrived (到岗), people moved out (转移完毕)."""
    stop: bool = False
    start: bool = False
    """Wants texts again, after a stop."""
    asks_watch: bool = False
    signs: str = ""
    """For which side of a handover it signs: "pass", "confirm", "countersign", "" for none. Only a
    text that says nothing else does."""

    @property
    def nonsense(self) -> bool:
        """Nothing that we understand."""
        plain = self.codes or self.received or self.done
        return not (plain or self.stop or self.start or self.asks_watch or self.signs)


_CHINESE = "收到 收悉 确认 已收到 已确认 知道了 知道 已知 明白 好 好的 行 是 已阅"
_ENGLISH = "ok okay yes y ack received confirm confirmed roger 👍"
_RECEIVED = frozenset([*_CHINESE.split(), *_ENGLISH.split()])
_ARRIVED = frozenset(
    ["到岗", "已到岗", "到位", "已到位", "已到", "到了", "已经到岗", "已经到位", "arrived", "here"]
)
_MOVED_OUT = frozenset(
    [
        "转移",
        "已转移",
        "转移完毕",
        "转移完成",
        "全部转移",
        "已全部转移",
        "转移到位",
        "moved",
        "evacuated",
    ]
)
_STOP = frozenset(
    ["stop", "退订", "td", "t", "unsubscribe", "stopall", "end", "quit", "cancel", "拒收"]
)
_START = frozenset(["start", "unstop", "恢复", "恢复接收", "订阅"])
_WATCH = frozenset(
    [
        "值班",
        "谁值班",
        "谁在值班",
        "今天谁值班",
        "现在谁值班",
        "值班表",
        "查值班",
        "谁在岗",
        "watch",
        "who",
        "onwatch",
    ]
)
_SIGNS = {
    "交班": "pass", "已交班": "pass", "handover": "pass",
    "接班": "confirm", "已接班": "confirm", "takeover": "confirm",
    "会签": "countersign", "countersign": "countersign",
}  # fmt: skip
"""What a text says that signs for a side of a handover."""
_PADDING = re.compile("请|放心|谢谢|辛苦了|领导|号|码|回复|回|的|了|啦|哈|呢|code|no")
"""What people write around a code or a word, and what says nothing by itself."""
_NO = frozenset(["not", "never", "cannot", "don", "dont", "不", "没", "没有", "未"])
"""A word that turns the whole reply into talk."""
_SAYS_NO = re.compile("[没未不别勿非]|not|don")
_SEPARATORS = re.compile(
    r"[\s,.;:!?'\"、。，；：！？“”‘’「」『』《》()（）\[\]【】<>~\-_/|+=*#&·…和及与]+"
)
_STUCK = re.compile(r"(?P<before>\D*)(?P<code>\d{1,6})(?P<after>\D*)")
MOST_CODES = 20


def understand(text: str) -> Reply:
    """Read a reply as people write it: full-width digits, quotes, full stops, several codes.

    A number counts as a code by itself or with a word that confirms; "2小时后到", "没收到1" and
    "not 1" are talk, and talk confirms nothing. As codes have
    few digits, a number behind talk ("come in 2 hours") is one only where the text also confirms.
    """
    flat = unicodedata.normalize("NFKC", text[:500]).lower()
    words = [word for word in _SEPARATORS.split(flat) if word]
    codes: list[str] = []
    after_talk: list[str] = []
    said: set[str] = set()
    for word in words:
        stuck = _STUCK.fullmatch(word)
        around = [stuck["before"], stuck["after"]] if stuck else [word]
        kinds = {_kind(part) for part in around if part}
        said |= kinds
        if stuck and kinds <= {"", "received", *_DONE}:
            found = after_talk if "talk" in said else codes
            found.append(stuck["code"].lstrip("0") or "0")
    if said.intersection({"received", *_DONE}):
        codes += after_talk
    if _NO.intersection(words):
        codes, said = [], set()
    return Reply(
        codes=tuple(dict.fromkeys(codes))[:MOST_CODES],
        received="received" in said,
        done=frozenset(_DONE[kind] for kind in said if kind in _DONE),
        stop=bool(words) and words[0] in _STOP,
        start=len(words) == 1 and words[0] in _START,
        signs=_SIGNS.get(words[0], "") if len(words) == 1 else "",
        asks_watch="watch" in said and "talk" not in said,
    )


_DONE = {owed.value: owed for owed in Owed}
_KINDS = (
    ("received", _RECEIVED),
    (Owed.ARRIVED.value, _ARRIVED),
    (Owed.MOVED_OUT.value, _MOVED_OUT),
    ("watch", _WATCH),
)


YES = "1"
"""What people text, and press, wherever they are asked to confirm."""


def bare_yes(said: Reply, known: AbstractSet[str]) -> Reply:
    """A 1 alone says the same as 收到, unless it is one of the codes that are `known`: of
    what can be answered from this phone, or could be lately."""
    if said.codes != (YES,) or YES in known:
        return said
    return replace(said, codes=(), received=True)


def next_code(taken: AbstractSet[int], given: Mapping[int, int]) -> int:
    """The code for one more page on a phone, none of those `taken` there by what it can still
    answer.

    One digit while a third of them stays free with it (so six at most, as many pages as one text
    tells of), else two, three ... They are counted on, and come back in the order in which they
    were last `given` (code -> a number that goes up): as late as possible, so that a late reply
    does not meet another page.
    """
    low = 1
    while 3 * (len(taken & set(range(low, 10 * low))) + 1) > 2 * 9 * low:
        low *= 10
    free = set(range(low, 10 * low)) - taken
    return min(free - given.keys(), default=0) or min(free, key=given.__getitem__)


def _kind(word: str) -> str:
    """What a piece of a reply says: received, arrived, moved_out, watch, "" for padding, else
    talk."""
    if _SAYS_NO.search(word):
        return "talk"
    for kind, words in _KINDS:
        if word in words or _PADDING.sub("", word) in words:
            return kind
    if "收到" in word or "收悉" in word:
        return "received"
    return "talk" if _PADDING.sub("", word) else ""
