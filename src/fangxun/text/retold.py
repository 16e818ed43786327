"""A sentence that another process of ours said in its language, said again in this one's.

The daemon keeps why a feed failed in words. Whoever asks from a terminal of another language gets
them by the way back: which of our sentences is this, with which fields?
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from string import Formatter

from fangxun.text import DOMAIN, LANGUAGES, LOCALE, _, spoken

_CHINESE = re.compile("[\u4e00-\u9fff]")
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_JOINTS = ("; ", ": ")
"""What stands between the parts of what was put together from several sentences."""
_ONE = "(?:(?!" + "|".join(_JOINTS) + ").)*?"
"""A field that holds none of them."""


def retold(words: str) -> str:
    """The same in the language of the process; as it stands where it is none of our sentences."""
    in_chinese = _CHINESE.search(words) is not None
    if in_chinese == (spoken() == "zh_CN") or not _LETTERS.search(words):
        return words
    for pattern, template in _patterns(spoken()):
        if found := pattern.fullmatch(words):
            fields = {name: retold(value) for name, value in found.groupdict().items()}
            return _(template).format(**fields)
    for joint in _JOINTS:
        head, between, rest = words.partition(joint)
        if between:
            return f"{retold(head)}{joint}{retold(rest)}"
    return words


@cache
def _patterns(language: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Each sentence of the other languages, the wordiest first, and its template."""
    found = []
    for template, said in _sentences(language):
        literal = "".join(text for text, _name, _spec, _how in Formatter().parse(said))
        if _LETTERS.search(literal) and "{0}" not in said:
            found.append((len(literal), _pattern(said), template))
    found.sort(key=lambda item: -item[0])
    return tuple((pattern, template) for _length, pattern, template in found)


def _sentences(language: str) -> Iterator[tuple[str, str]]:
    """(template, as another language says it); English says the template itself."""
    from babel.messages.mofile import read_mo  # noqa: PLC0415  only where languages are mixed

    for other in LANGUAGES:
        path = LOCALE / other / "LC_MESSAGES" / f"{DOMAIN}.mo"
        if not path.exists() or (other == language and language == "en"):
            continue
        with path.open("rb") as file:
            for message in read_mo(file):
                if message.id and message.string:
                    template = str(message.id)
                    yield template, template if other == language else str(message.string)


def _pattern(said: str) -> re.Pattern[str]:
    """What fits a template whatever its fields are; only the last may hold several sentences."""
    parts: list[str] = []
    names = [name for _text, name, _spec, _how in Formatter().parse(said) if name is not None]
    known: set[str] = set()
    for text, name, _spec, _how in Formatter().parse(said):
        parts.append(re.escape(text))
        if name is None:
            continue
        inside = ".*?" if name == names[-1] else _ONE
        parts.append(f"(?P={name})" if name in known else f"(?P<{name}>{inside})")
        known.add(name)
    return re.compile("".join(parts), re.DOTALL)
