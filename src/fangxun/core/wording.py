"""A district's own words for a text, and the templates that a provider has registered of it.

Both are for one kind of text, and may be for one level, hazard or language only; of several that
fit the closest is taken.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from fangxun.core.level import Hazard, Level


@dataclass(frozen=True, slots=True)
class Wording:
    """What a district says instead of the default text; `language` "zh_CN" or "en". `level` and
    `hazard`: None for all."""

    kind: str
    text: str
    language: str
    level: Level | None = None
    hazard: Hazard | None = None


@dataclass(frozen=True, slots=True)
class Registration:
    """A template that a provider has registered: its `id` there, and the fields that it takes, in
    its order. `language` "" is for all."""

    kind: str
    id: str
    params: tuple[str, ...]
    language: str = ""
    level: Level | None = None
    hazard: Hazard | None = None


@dataclass(frozen=True, slots=True)
class Registered:
    """A message as a provider takes it that sends registered templates only: the template's id,
    and (field, value) in the template's order."""

    id: str
    params: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a text is about. None where it is about no level or hazard, or about several."""

    language: str
    level: Level | None = None
    hazard: Hazard | None = None


class _Meant(Protocol):
    """What is said of when an entry is meant."""

    @property
    def language(self) -> str: ...

    @property
    def level(self) -> Level | None: ...

    @property
    def hazard(self) -> Hazard | None: ...


E = TypeVar("E", bound=_Meant)


def fitting(entries: Iterable[E], occasion: Occasion) -> list[E]:
    """Those that are meant for an occasion, the closest last: level and hazard, level, hazard,
    neither; then by language."""
    found = [
        entry
        for entry in entries
        if entry.language in {"", occasion.language}
        and entry.level in {None, occasion.level}
        and entry.hazard in {None, occasion.hazard}
    ]
    return sorted(found, key=_closeness)


def _closeness(entry: _Meant) -> tuple[bool, bool, bool]:
    return entry.level is not None, entry.hazard is not None, entry.language != ""


def registered(
    entries: Iterable[Registration], kind: str, occasion: Occasion
) -> Registration | None:
    """The template that a provider has for a kind of text on an occasion."""
    found = fitting((entry for entry in entries if entry.kind == kind), occasion)
    return found[-1] if found else None
