"""On which line each key of a TOML document stands (tomllib does not say).

Only for documents that tomllib has accepted: this walks over them without checking anything.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right

Path = tuple[str | int, ...]

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^,\]}\n#]*")
_STRINGS = (
    re.compile(r'"""(?:[^"\\]|\\.|"(?!""))*"{3,5}', re.DOTALL),
    re.compile(r"'''(?:[^']|'(?!''))*'{3,5}", re.DOTALL),
    re.compile(r'"(?:[^"\\\n]|\\.)*"'),
    re.compile(r"'[^'\n]*'"),
)


def line_index(source: str) -> dict[Path, int]:
    """Line (from 1) of each key, table header and list element, by path.

    `[[post]]` twice gives ("post",), ("post", 0), ("post", 1); `a.b = [1]` gives ("a",),
    ("a", "b"), ("a", "b", 0). A key's line is where it first stands.
    """
    return _Walk(source.replace("\r\n", "\n")).run()


class _Walk:
    """One pass over the text; `_at` is how far it has come."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._breaks = [at for at, char in enumerate(source) if char == "\n"]
        self._lines: dict[Path, int] = {}
        self._counts: dict[Path, int] = {}

    def run(self) -> dict[Path, int]:
        """Headers and `key = value` lines until the end."""
        table: Path = ()
        self._blank()
        while self._at < len(self._source):
            if self._source[self._at] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._blank()
        return self._lines

    def _header(self) -> Path:
        """`[a.b]` or `[[a.b]]`; an array of tables counts up."""
        line = self._line()
        many = self._source.startswith("[[", self._at)
        self._at += 2 if many else 1
        parts = self._key()
        self._at = self._source.index("]", self._at) + (2 if many else 1)
        path: Path = ()
        for last, part in [*((False, part) for part in parts[:-1]), (True, parts[-1])]:
            path = (*path, part)
            self._note(path, line)
            if last and many:
                self._counts[path] = self._counts.get(path, 0) + 1
            if path in self._counts:
                path = (*path, self._counts[path] - 1)
                self._note(path, line)
        return path

    def _pair(self, table: Path) -> None:
        """`key = value`, the key possibly dotted."""
        line = self._line()
        path = table
        for part in self._key():
            path = (*path, part)
            self._note(path, line)
        self._at = self._source.index("=", self._at) + 1
        self._value(path)

    def _key(self) -> list[str]:
        """The parts of a dotted key."""
        parts = []
        while True:
            self._blank()
            found = _BARE.match(self._source, self._at)
            if found:
                parts.append(found[0])
                self._at = found.end()
            else:
                start = self._at
                self._string()
                parts.append(tomllib.loads("key = " + self._source[start : self._at])["key"])
            self._blank()
            if self._source[self._at] != ".":
                return parts
            self._at += 1

    def _value(self, path: Path) -> None:
        """A string, list, inline table, or anything else."""
        self._blank()
        opening = self._source[self._at]
        if opening in "\"'":
            self._string()
        elif opening == "[":
            self._list(path)
        elif opening == "{":
            self._inline(path)
        else:
            found = _SCALAR.match(self._source, self._at)
            self._at = found.end() if found else self._at + 1

    def _list(self, path: Path) -> None:
        """`[ value, value ]`, over as many lines as it likes."""
        self._at += 1
        count = 0
        self._blank()
        while self._source[self._at] != "]":
            self._note((*path, count), self._line())
            self._value((*path, count))
            count += 1
            self._comma()
        self._at += 1

    def _inline(self, path: Path) -> None:
        """`{ key = value, key = value }`."""
        self._at += 1
        self._blank()
        while self._source[self._at] != "}":
            self._pair(path)
            self._comma()
        self._at += 1

    def _comma(self) -> None:
        """Blanks, a comma if there is one, blanks."""
        self._blank()
        if self._source[self._at] == ",":
            self._at += 1
            self._blank()

    def _string(self) -> None:
        """Step over a string of any of the four kinds."""
        for kind in _STRINGS:
            found = kind.match(self._source, self._at)
            if found:
                self._at = found.end()
                return
        self._at += 1

    def _blank(self) -> None:
        """Step over blanks, line breaks and comments."""
        found = _BLANK.match(self._source, self._at)
        self._at = found.end() if found else self._at

    def _note(self, path: Path, line: int) -> None:
        """Remember the first line of a path."""
        self._lines.setdefault(path, line)

    def _line(self) -> int:
        """The line at which the walk is."""
        return bisect_right(self._breaks, self._at - 1) + 1
