"""texts.toml -> the district's own words for the texts that it sends; the file may be missing."""

from __future__ import annotations

from fangxun.core.errors import N_
from fangxun.core.level import Hazard, Level
from fangxun.core.wording import Wording
from fangxun.district import cells
from fangxun.district.criteria import hazard
from fangxun.district.desk import Desk
from fangxun.district.faults import Amiss
from fangxun.district.people import language
from fangxun.district.posts import colour
from fangxun.district.structure import Node
from fangxun.text import wordings

FILE = "texts.toml"


def read_texts(desk: Desk, *, spoken: str, signature: str) -> tuple[Wording, ...]:
    """[[text]] tables, one for each kind, level, hazard and language. `spoken`: the district's
    language, that of a text which names none. `signature` counts towards the two segments."""
    root = desk.structure(FILE)
    if root is None or not spoken:  # a fault of district.toml, which is told
        return ()
    found: dict[tuple[object, ...], Wording] = {}
    for node in root.nodes("text", needed=False):
        wording = _wording(node, spoken)
        key = (wording.kind, wording.level, wording.hazard, wording.language)
        if node.ok and key in found:
            node.fault("kind", N_("{name} {value} stands twice for the same"), value=wording.kind)
        if node.ok and (wrong := wordings.amiss(wording, signature)):
            node.fault("text", wrong.template, **dict(wrong.fields))
        found[key] = wording
        node.close()
    root.close()
    return tuple(found.values())


def _wording(node: Node, spoken: str) -> Wording:
    kind = node.text("kind", _kind, "")
    level: Level | None = node.text("level", colour, None, needed=False)
    danger: Hazard | None = node.text("hazard", hazard, None, needed=False)
    said = node.text("language", language, spoken, needed=False)
    text = node.text("text", _text, "")
    for key in ("level", "hazard"):
        if node.ok and node.has(key) and not wordings.levelled(kind):
            message = N_("{name}: {kind} is told whatever the level and hazard; take it out")
            node.fault(key, message, kind=kind)
    return Wording(kind, text, said, level, danger)


def _kind(value: str) -> str:
    """A kind of text that a district may word."""
    if value not in wordings.KINDS:
        message = N_("{name} “{value}” is no kind of text; see docs/texts.md for those there are")
        raise Amiss(message, value=cells.shown(value))
    return value


def _text(value: str) -> str:
    """Words and fields; blanks at its ends may be meant."""
    if not value.strip():
        raise Amiss(N_("{name} is empty; expected words"))
    return value
