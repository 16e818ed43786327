"""TOML structure: nodes whose keys are read one by one, each fault with its line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from typing import TypeVar

from fangxun.core.errors import N_
from fangxun.district import cells
from fangxun.district.faults import Amiss, Faults, Where
from fangxun.district.toml_lines import Path, line_index

T = TypeVar("T")

_AT_LINE = re.compile(r" \(at line (\d+), column \d+\)$")
_TWICE = N_("this name or heading stands in the file a second time")
_NO_TOML = N_(
    "is no valid TOML; a line is name = value, texts stand in quotation marks, and what is opened "
    "is closed"
)
"""Instead of the parser's words, which are English and name no remedy."""


def read_structure(file: str, text: str, faults: Faults) -> Node | None:
    """Read a TOML document; None, with the fault, where it is none."""
    try:
        data = tomllib.loads(text)
        lines = line_index(text)
    except ValueError as error:
        found = _AT_LINE.search(str(error))
        where = Where(file, int(found[1]) if found else len(text.splitlines()))
        twice = "overwrite" in str(error) or "twice" in str(error)
        faults.add(where, _TWICE if twice else _NO_TOML)
        return None
    except RecursionError:
        faults.add(Where(file), N_("is nested too deeply"))
        return None
    return Node(data, (), lines, _Origin(file, faults))


class _Origin:
    """What all nodes of a document share."""

    def __init__(self, file: str, faults: Faults) -> None:
        self.file = file
        self.faults = faults


class Node:
    """One table of a document. Keys that nobody asked for are told by `close`."""

    def __init__(
        self, data: Mapping[str, object], path: Path, lines: Mapping[Path, int], origin: _Origin
    ) -> None:
        """A table at its path in the document."""
        self.ok = True
        self._data = data
        self._path = path
        self._lines = lines
        self._origin = origin
        self._asked: list[str] = []

    def where(self, *below: str | int) -> Where:
        """The line of this table, or of a key or element below it (or of the nearest above)."""
        path = (*self._path, *below)
        while path and path not in self._lines:
            path = path[:-1]
        return Where(self._origin.file, self._lines.get(path, 1))

    def has(self, key: str) -> bool:
        """Whether the key stands there."""
        return key in self._data

    def fault(self, key: str, template: str, **fields: object) -> None:
        """Something wrong with a key's value."""
        self.ok = False
        self._origin.faults.add(self.where(key), template, **{"name": key, **fields})

    def text(self, key: str, read: Callable[[str], T], default: T, *, needed: bool = True) -> T:
        """A string, read by `read`; a date or time written bare is taken as its own text."""
        value = self._ask(key, needed=needed)
        if value is None:
            return default
        if isinstance(value, date | time) and not isinstance(value, datetime):
            value = str(value)
        if not isinstance(value, str):
            self._expected(key, N_("{name} is {value}; expected words in quotation marks"), value)
            return default
        return self._read(key, value, read, default)

    def day(self, key: str) -> date:
        """A local date, without time and zone."""
        value = self._ask(key, needed=True)
        message = N_("{name} is {value}; expected a date without a time, as 2026-01-01")
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        if isinstance(value, str):
            return self._read(key, value, cells.day, date.min)
        if value is not None:
            self._expected(key, message, value)
        return date.min

    def number(self, key: str, bounds: tuple[float, float], default: float | None = None) -> float:
        """A number between two bounds; needed where there is no default."""
        low, high = bounds
        value = self._ask(key, needed=default is None)
        if value is None:
            return low if default is None else default
        if isinstance(value, bool) or not isinstance(value, int | float):
            self._expected(key, N_("{name} is {value}; expected a number"), value)
        elif not low <= value <= high:
            message = N_("{name} is {value}; expected {low:g} to {high:g}")
            self.fault(key, message, value=cells.shown(value), low=low, high=high)
        else:
            return value
        return low

    def whole(self, key: str, bounds: tuple[int, int], default: int | None = None) -> int:
        """A whole number between two bounds."""
        found = self.number(key, bounds, default)
        if found != int(found):
            self._expected(key, N_("{name} is {value}; expected a whole number"), found)
        return int(found)

    def flag(self, key: str, *, default: bool) -> bool:
        """True or false."""
        value = self._ask(key, needed=False)
        if value is None:
            return default
        if not isinstance(value, bool):
            self._expected(key, N_("{name} is {value}; expected true or false"), value)
            return default
        return value

    def texts(self, key: str, read: Callable[[str], T], *, needed: bool = True) -> tuple[T, ...]:
        """A list of strings, each read by `read`; not empty and no repeats where needed."""
        return self._texts(key, self._list(key, needed=needed), read)

    def lists(self, key: str, read: Callable[[str], T]) -> tuple[tuple[T, ...], ...]:
        """A list of lists of strings, none of them empty; empty where the key is not there."""
        found: list[tuple[T, ...]] = []
        for index, value in enumerate(self._list(key, needed=self.has(key))):
            if isinstance(value, list) and value:
                found.append(self._texts(key, value, read, index))
            else:
                message = N_("{name} holds {value}; expected lists of words: [[..], [..]]")
                self._expected(key, message, value, index)
        return tuple(found)

    def _texts(
        self, key: str, values: Sequence[object], read: Callable[[str], T], *below: int
    ) -> tuple[T, ...]:
        found: list[T] = []
        for index, value in enumerate(values):
            if not isinstance(value, str):
                message = N_("{name} holds {value}; expected words in quotation marks")
                self._expected(key, message, value, *below, index)
                continue
            try:
                found.append(read(value))
            except Amiss as amiss:
                self._amiss(key, amiss, *below, index)
        return tuple(found)

    def nodes(self, key: str, *, needed: bool = True) -> tuple[Node, ...]:
        """A list of tables, as [[key]] or inline."""
        found: list[Node] = []
        for index, value in enumerate(self._list(key, needed=needed)):
            if isinstance(value, dict):
                path = (*self._path, key, index)
                found.append(Node(value, path, self._lines, self._origin))
            else:
                message = N_("{name} holds {value}; expected a table in braces")
                self._expected(key, message, value, index)
        return tuple(found)

    def node(self, key: str, *, needed: bool = True) -> Node | None:
        """One table, as [key] or inline; None, with the fault where it is needed, where it is
        missing."""
        value = self._ask(key, needed=needed)
        if isinstance(value, dict):
            return Node(value, (*self._path, key), self._lines, self._origin)
        if value is not None:
            self._expected(key, N_("{name} is {value}; expected a table [{name}]"), value)
        return None

    @property
    def names(self) -> tuple[str, ...]:
        """All keys, in the order of the document."""
        return tuple(self._data)

    def close(self, *, later: Sequence[str] = ()) -> None:
        """Every key that nobody asked for is a fault; `later` are keys of versions to come."""
        known = ", ".join(self._asked)
        for key in self._data:
            if key in later:
                message = N_("{name} comes in a later version; take it out, nothing would do it")
                self.fault(key, message)
            elif key not in self._asked:
                message = N_("unknown key “{value}”; known keys here: {known}")
                self.fault(key, message, value=cells.shown(key), known=known)

    def _ask(self, key: str, *, needed: bool) -> object:
        """The bare value or None; notes that the key is known."""
        if key not in self._asked:
            self._asked.append(key)
        if needed and key not in self._data:
            self.fault(key, N_("{name} is missing here"))
        return self._data.get(key)

    def _list(self, key: str, *, needed: bool) -> list[object]:
        """The bare list; a fault where it is none, or empty though needed."""
        value = self._ask(key, needed=needed)
        if value is None:
            return []
        if not isinstance(value, list):
            self._expected(key, N_("{name} is {value}; expected a list in [ ]"), value)
            return []
        if needed and not value:
            self.fault(key, N_("{name} is an empty list; expected at least one"))
        return value

    def _read(self, key: str, value: str, read: Callable[[str], T], default: T) -> T:
        """Apply a converter; a fault, and the default, where it is not satisfied."""
        try:
            return read(value)
        except Amiss as amiss:
            self._amiss(key, amiss)
            return default

    def _amiss(self, key: str, amiss: Amiss, *below: int) -> None:
        """A converter's complaint becomes a fault at the key's line."""
        self.ok = False
        fields = {"name": key, **amiss.fields}
        self._origin.faults.add(self.where(key, *below), amiss.template, **fields)

    def _expected(self, key: str, template: str, value: object, *below: int) -> None:
        """A value of the wrong type."""
        self.ok = False
        fields: dict[str, object] = {"name": key, "value": cells.shown(value)}
        self._origin.faults.add(self.where(key, *below), template, **fields)
