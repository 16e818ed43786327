"""Text of an SMS from checked fields and a catalogue passed in; segments; what a reply says.

Segments as the GSM rules have them: 160 characters of GSM-7 in one part and 153 in each of several,
70 and 67 UTF-16 units of UCS-2, filled greedily, a pair of units or of septets never split.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from enum import StrEnum

from fangxun.core.plan import Owed

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
    gsm = all(char in _GSM or char in _GSM_EXTENDED for char in text)
    if gsm:
        sizes = [2 if char in _GSM_EXTENDED else 1 for char in text]
        return Segments(Encoding.GSM7, _parts(sizes, single=160, several=153))
    sizes = [2 if ord(char) > 0xFFFF else 1 for char in text]  # noqa: PLR2004  beyond the BMP
    return Segments(Encoding.UCS2, _parts(sizes, single=70, several=67))


def _parts(sizes: Sequence[int], *, single: int, several: int) -> int:
    if sum(sizes) <= single:
        return 1
    parts, room = 1, several
    for size in sizes:
        if size > room:
            parts, room = parts + 1, several
        room -= size
    return parts


def clean(text: object, *, most: int = 60) -> str:
    """A field from outside made safe for the frame of a text: no control or format characters, no
    line breaks, no signature brackets, at most `most` characters (then "…")."""
    chars = []
    for char in str(text):
        if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}:
            chars.append(" ")
        else:
            chars.append({"【": "[", "】": "]"}.get(char, char))
    flat = " ".join("".join(chars).split())
    return flat if len(flat) <= most else flat[: most - 1] + "…"


def render(
    template: str, fields: Mapping[str, object], *, most: int = 2, signature: str = ""
) -> str:
    """Fill a template behind its signature 【…】, which counts; if both take more than `most`
    segments, shorten the fields named in `{~name}` marks, longest first, never the instruction or
    the reply code."""
    soft = re.findall(r"\{~(\w+)\}", template)
    plain = template.replace("{~", "{")
    values = {name: clean(value, most=400) for name, value in fields.items()}
    head = f"【{clean(signature, most=20)}】" if signature else ""
    text = head + plain.format_map(_Blank(values))
    while segments(text).count > most:
        longest = max(soft, key=lambda name: len(values.get(name, "")), default=None)
        if longest is None or len(values.get(longest, "")) <= SHORTEST:
            return text
        values[longest] = values[longest][:-2].rstrip("…") + "…"
        text = head + plain.format_map(_Blank(values))
    return text


_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_UNSPEAKABLE = str.maketrans({
    **dict.fromkeys('【】[]{}<>《》「」"“”|/\\*#_~^=', " "), "≥": " ", "≤": " ", "&": " ",
})  # fmt: skip


def speakable(text: str) -> str:
    """A text as it can be read out by a machine: no links, no brackets, no signs that are names
    of themselves ("asterisk"); sentences stay sentences."""
    flat = " ".join(_LINK.sub(" ", text).replace(">=", " ").translate(_UNSPEAKABLE).split())
    return re.sub(r"\s+([,.;:!?，。；：！？])", r"\1", flat)


SHORTEST = 6
"""A field is never shortened below so many characters."""


class _Blank(dict[str, str]):
    """A field that nobody gave is empty rather than a failure at three in the morning."""

    def __missing__(self, key: str) -> str:
        return ""


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

    @property
    def nonsense(self) -> bool:
        """Nothing that we understand."""
        plain = self.codes or self.received or self.done
        return not (plain or self.stop or self.start or self.asks_watch)


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
_WATCH = frozenset(["值班", "谁值班", "watch", "who"])
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
    "not 1" are talk, and talk confirms nothing.
    """
    flat = unicodedata.normalize("NFKC", text[:500]).lower()
    words = [word for word in _SEPARATORS.split(flat) if word]
    codes: list[str] = []
    said: set[str] = set()
    for word in words:
        stuck = _STUCK.fullmatch(word)
        around = [stuck["before"], stuck["after"]] if stuck else [word]
        kinds = {_kind(part) for part in around if part}
        said |= kinds
        if stuck and kinds <= {"", "received", *_DONE}:
            codes.append(stuck["code"].lstrip("0") or "0")
    if _NO.intersection(words):
        codes, said = [], set()
    return Reply(
        codes=tuple(dict.fromkeys(codes))[:MOST_CODES],
        received="received" in said,
        done=frozenset(_DONE[kind] for kind in said if kind in _DONE),
        stop=bool(words) and words[0] in _STOP,
        start=len(words) == 1 and words[0] in _START,
        asks_watch="watch" in said,
    )


_DONE = {owed.value: owed for owed in Owed}
_KINDS = (
    ("received", _RECEIVED),
    (Owed.ARRIVED.value, _ARRIVED),
    (Owed.MOVED_OUT.value, _MOVED_OUT),
    ("watch", _WATCH),
)


YES = "1"
"""What people text, and press, wherever they are asked to confirm; the store's codes are longer."""


def bare_yes(said: Reply, known: AbstractSet[str]) -> Reply:
    """A 1 alone says the same as 收到, unless it is one of the codes that are `known`."""
    if said.codes != (YES,) or YES in known:
        return said
    return replace(said, codes=(), received=True)


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
