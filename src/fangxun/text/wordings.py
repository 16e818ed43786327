"""A district's own words in the place of the default texts, and what may not be said in them.

Own words for a kind hold for its other ways to answer too (one-way, with a link, on a call), with
the end that each of them has, unless the district words them itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from fangxun.core import message
from fangxun.core.contacts import Contacts
from fangxun.core.errors import N_, Said
from fangxun.core.message import Encoding
from fangxun.core.wording import Occasion, Wording, fitting
from fangxun.text.templates import TEMPLATES, templates
from fangxun.text.ways import WAYS, asking, siblings

ALL = Contacts()


def words(
    own: Sequence[Wording], occasion: Occasion, contacts: Contacts = ALL
) -> Mapping[str, str]:
    """The texts by kind, as a district has them on an occasion: its closest own words, else the
    default. What holds a link or number that may not stand in the text is passed over."""
    if not own:
        return templates(occasion.language)
    return _words(tuple(own), occasion, contacts)


@lru_cache(maxsize=256)
def _words(own: tuple[Wording, ...], occasion: Occasion, contacts: Contacts) -> Mapping[str, str]:
    found = dict(templates(occasion.language))
    for one in fitting(sorted(own, key=lambda one: len(one.kind)), occasion):
        if contacts.allow(one.text):
            found |= {kind: said for kind, said in _others(one).items() if kind in found}
            found[one.kind] = one.text
    return found


NOT_WORDED = ("voice_",)
"""What a call says around its message is the gateway's own."""
KINDS = tuple(kind for kind in TEMPLATES["en"] if not kind.startswith(NOT_WORDED))
"""The kinds of text that a district may word."""
_PARTS = (
    "level_", "evidence_", "spoken_", "group_", "short_", "part_", "by_", "code_", "measure_",
    "again",
)  # fmt: skip
"""Kinds that are no text by themselves: they stand in one."""
_PAGE = frozenset({"place", "level", "evidence", "person", "unit"})
_EVIDENCE = frozenset({"source", "hours", "amount", "limit", "headline"})
_NEEDED = frozenset({
    "code", "codes", "link", "again", "person", "place", "incident", "response", "text", "list",
    "head",
})  # fmt: skip
"""Fields that a text keeps where the default has them: how to answer, about whom and what."""
_SAID = {"zh_CN": ("收到", "到岗", "转移完毕"), "en": ("OK", "arrived", "moved")}
"""What people are told to reply beside a code, and only that is understood."""


def is_part(kind: str) -> bool:
    """Whether a kind is no text by itself, but stands in others."""
    return kind.startswith(_PARTS) or kind in {"exercise_mark", "exercise_text"}


BASES = tuple(kind for kind in KINDS if not is_part(kind) and not kind.endswith(WAYS))
"""The kinds that are a message by themselves, whichever way they are answered."""


def levelled(kind: str) -> bool:
    """Whether a kind is told at a level and of a hazard, and so may have words for each."""
    return kind.startswith(("page", "exercise")) and "by_hand" not in kind


def fields_of(kind: str) -> frozenset[str]:
    """The fields that a text of a kind may name."""
    named = {name for texts in TEMPLATES.values() for name in message.names_in(texts[kind])}
    if "by_hand" in kind and kind.startswith("page"):
        named |= {"person", "unit"}
    elif kind.startswith("page") and "bundle" not in kind:
        named |= _PAGE
    elif kind.startswith(("evidence_", "spoken_")):
        named |= _EVIDENCE
    elif kind.startswith("exercise_text"):
        named |= {"place", "level", "unit", "person"}
    return frozenset(named)


def needed(kind: str, language: str) -> frozenset[str]:
    """The fields that a text of a kind must name."""
    return frozenset(message.names_in(templates(language)[kind])) & _NEEDED


LONGEST: Mapping[str, str] = {
    "code": "99999", "codes": " ".join(["99999"] * 6), "count": "999", "again": "(第999次)",
    "times": "999", "link": "https://fangxun.example.cn/c/" + "0" * 32, "level": "级" * 7,
    "amount": "9999.9", "limit": "9999.9", "hours": "168", "response": "III",
    "since": "12-31 23:59", "start": "12-31 23:59", "end": "12-31 23:59", "at": "12-31 23:59",
    "seconds": "9999999", "free": "9999", "incident": "99999", "incidents": "999",
    "unconfirmed": "9999", "unreached": "9999", "head": "0123456789ab",
    "phone": "+8610000000001",
}  # fmt: skip
"""Fields that nothing shortens, as long as they get."""
_MOST_OF_PART = {"level_": 7, "again": 8, "evidence_": 60, "spoken_": 60, "exercise_text": 80}
_MOST_OF_WORD = 30
_LEAST_OF_OWN = 4
MOST = 300
"""Characters of a text with its fields in braces."""
MOST_SEGMENTS = 2
"""What is read is no longer."""
_SHORTEST, _LONGEST_SIGNATURE = "雨" * message.SHORTEST, "防" * 12


def amiss(wording: Wording, signature: str) -> Said | None:
    """What is wrong with a district's own words, None where they can be sent."""
    for check in (_clean, _fields, _answer):
        if wrong := check(wording):
            return wrong
    return _short(wording) if is_part(wording.kind) else _fits(wording, signature)


def _clean(wording: Wording) -> Said | None:
    text = wording.text
    if len(text) > MOST:
        return _said(N_("{name} is longer than {most} characters"), most=MOST)
    if not message.is_safe(text):
        return _said(N_("{name} holds a line break or a control character; remove it"))
    if re.search("[【】︻︼]", text) and wording.kind != "exercise_mark":
        return _said(N_("{name} holds 【】, which is how a signature looks; take it out"))
    if re.search("[{}]", message.unfilled(text)):
        return _said(
            N_("{name} holds a brace that is no field; a field is {field}"), field="{place}"
        )
    return None


def _fields(wording: Wording) -> Said | None:
    named = frozenset(message.names_in(wording.text))
    known = fields_of(wording.kind)
    if odd := sorted(named - known):
        return _said(
            N_("{name} names the field {field}, which {kind} does not have; it has: {known}"),
            field=f"{{{odd[0]}}}", kind=wording.kind, known=_braced(known),
        )  # fmt: skip
    if missing := sorted(needed(wording.kind, wording.language) - named):
        return _said(
            N_("{name} does not name {field}, without which {kind} cannot be acted on"),
            field=_braced(missing), kind=wording.kind,
        )  # fmt: skip
    return None


def _answer(wording: Wording) -> Said | None:
    """How to reply is the last thing that a text says, as in the default; before it stands what is
    to be done."""
    language = wording.language
    default, ours = asking(templates(language)[wording.kind], language)
    told, asks = asking(wording.text, language)
    if ours and not asks and not wording.kind.endswith(WAYS):
        return _said(
            N_("{name} does not end in how to reply; as the default does: {ours}"), ours=ours
        )
    if lost := [word for word in _SAID[language] if word in ours and word not in asks]:
        return _said(
            N_("{name} does not say to reply “{word}”, which alone is understood; as the default "
               "does: {ours}"), word=lost[0], ours=ours,
        )  # fmt: skip
    if _letters(told) < min(_LEAST_OF_OWN, _letters(default)):
        return _said(N_("{name} says nothing of what is to be done"))
    return None


def _letters(text: str) -> int:
    """Of a text's own words."""
    return sum(char.isalpha() for char in message.unfilled(text))


def _short(wording: Wording) -> Said | None:
    most = next(
        (n for start, n in _MOST_OF_PART.items() if wording.kind.startswith(start)), _MOST_OF_WORD
    )
    if len(message.unfilled(wording.text)) > most:
        return _said(
            N_("{name} stands within other texts; expected at most {most} characters beside its "
               "fields"), most=most,
        )  # fmt: skip
    return None


def _others(wording: Wording) -> Mapping[str, str]:
    """The same words for the other ways to answer. Where there is no room for a link, they say how
    to answer without one."""
    kind = wording.kind
    others = dict(siblings(kind, wording.text, wording.language))
    for way, without in (("_link", wording.text), ("_link_only", others.get(f"{kind}_oneway"))):
        linked = others.get(f"{kind}{way}", "")
        if without and len(_least(linked, _LONGEST_SIGNATURE)[1]) > MOST_SEGMENTS:
            others[f"{kind}{way}"] = without
    return others


def _fits(wording: Wording, signature: str) -> Said | None:
    """Within two segments, with its fields as short as they get, and so over a gateway that brings
    no reply back."""
    others = siblings(wording.kind, wording.text, wording.language)
    oneway = others.get(f"{wording.kind}_oneway", wording.text)
    for text in (wording.text, oneway):
        marked = wording.kind.startswith("exercise")
        mark = templates(wording.language)["exercise_mark"] if marked else ""
        encoding, units = _least(f"{mark}{text}", signature)
        if len(units) > MOST_SEGMENTS:
            return _said(
                N_("{name} cannot fit two segments: {count} units of {encoding} where {most} fit, "
                   "with its fields shortened as far as they may be"),
                count=sum(units), encoding=encoding.value,
                most=134 if encoding is Encoding.UCS2 else 306,
            )  # fmt: skip
    return None


def _least(text: str, signature: str) -> tuple[Encoding, tuple[int, ...]]:
    """What a text takes with its fields as short as they get."""
    fields = {name: LONGEST.get(name, _SHORTEST) for name in message.names_in(text)}
    return message.units_of(message.render(text, fields, signature=signature))


def _braced(names: Iterable[str]) -> str:
    return " ".join(f"{{{name}}}" for name in sorted(names)) or "-"


def _said(template: str, **fields: object) -> Said:
    return Said(template, tuple(fields.items()))
