"""The files of a district folder: which there are, and their text, bounded."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from fangxun.core.errors import N_
from fangxun.district.faults import Amiss, Faults, Where

MOST_BYTES = 2_000_000
"""Of one file; a duty table of a year has 40 kB, people.csv of a whole county 100 kB."""
MOST_FILES = 500

TABLES = ("units", "areas", "sites", "gauges", "people", "officials", "criteria")
STRUCTURE = ("district", "posts", "rotations", "plan", "texts")
REQUIRED = ("district.toml", "areas.csv", "units.csv", "people.csv", "posts.toml", "plan.toml")
KNOWN = tuple(f"{name}.toml" for name in STRUCTURE) + tuple(f"{name}.csv" for name in TABLES)
FOLDERS = {"boundaries": ".geojson", "holidays": ".csv", "duty": ".csv"}
_NOT_READ = (
    N_("is not read; save the table as CSV UTF-8, as {folder}/{example}"),
    N_(
        "is not read; take it over with `fangxun roster import`, or save it as CSV UTF-8, as "
        "{folder}/{example}"
    ),
)
_ONLY_TABLES = {"holidays": "2026.csv", "duty": "2026-08.csv"}
"""Whatever lies there was meant to be read: a workbook that is passed over is a month unwatched."""


class Folder:
    """A district folder. Paths given and returned are relative to it, with "/"."""

    def __init__(
        self, root: Path, faults: Faults, instead: Mapping[str, str] | None = None
    ) -> None:
        """List the folder; missing, unknown and foreign files become faults. `instead`: files as
        they would be, read in the place of those that are there."""
        self._root = root
        self._faults = faults
        self._instead = instead or {}
        self.files = tuple(sorted({*self._list(), *self._instead}))
        for name in REQUIRED:
            if name not in self.files:
                faults.add(
                    Where(name), N_("this file is missing; `fangxun init` writes a template")
                )

    def text(self, name: str) -> str | None:
        """The file's text: UTF-8 (with or without BOM), for tables else GB18030; None if faulty."""
        try:
            if name in self._instead:
                return self._instead[name]
            return self._decode(name, self._read(name))
        except Amiss as amiss:
            self._faults.add(Where(name), amiss.template, **amiss.fields)
            return None

    def within(self, folder: str) -> tuple[str, ...]:
        """The files of one sub-folder, sorted."""
        return tuple(name for name in self.files if name.startswith(folder + "/"))

    def _list(self) -> tuple[str, ...]:
        """Names of all files that we read, sorted; what else looks like ours is a fault."""
        if not self._root.is_dir():
            self._faults.add(Where("."), N_("“{folder}” is no folder"), folder=self._root)
            return ()
        names: list[str] = []
        try:
            for folder, ending in (("", ""), *sorted(FOLDERS.items())):
                names += self._list_one(folder, ending)
        except OSError as error:
            self._faults.add(Where("."), N_("cannot be listed: {error}"), error=error.strerror)
        if len(names) > MOST_FILES:
            message = N_("{count} files are too many; at most {most} are read")
            self._faults.add(Where("."), message, count=len(names), most=MOST_FILES)
        return tuple(sorted(names)[:MOST_FILES])

    def _list_one(self, folder: str, ending: str) -> list[str]:
        """One level: the root (folder "") or one of the sub-folders."""
        path = self._root / folder
        if not path.is_dir():
            return []
        if not _inside(path, self._root):
            self._faults.add(Where(folder), N_("points outside the district folder"))
            return []
        names = []
        for entry in sorted(found.name for found in path.iterdir()):
            name = f"{folder}/{entry}" if folder else entry
            if entry.startswith((".", "~$")):
                continue
            is_folder = (self._root / name).is_dir()
            if not is_folder and (name in KNOWN or (folder and _ends(entry, ending))):
                names.append(name)
            elif not is_folder and _ends(entry, ".csv", ".toml"):
                self._unknown(name)
            elif folder in _ONLY_TABLES:
                message = _NOT_READ[folder == "duty"]
                fields = {"folder": folder, "example": _ONLY_TABLES[folder]}
                self._faults.warn(Where(name), message, **fields)
        return names

    def _unknown(self, name: str) -> None:
        """A table or structure file that nothing reads: most likely a misspelt name or a copy."""
        known = ", ".join((*KNOWN, "holidays/*.csv", "duty/*.csv"))
        message = N_("no such file is read; rename or remove it. Known files: {known}")
        self._faults.add(Where(name), message, known=known)

    def _read(self, name: str) -> bytes:
        """The bytes of a regular file inside the folder, at most MOST_BYTES."""
        path = self._root / name
        if not _inside(path, self._root):
            raise Amiss(N_("points outside the district folder"))
        try:
            # O_NONBLOCK: a named pipe must not hold us until somebody writes to it.
            handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
            with os.fdopen(handle, "rb") as file:
                if not stat.S_ISREG(os.fstat(handle).st_mode):
                    raise Amiss(N_("is not a regular file"))
                data = file.read(MOST_BYTES + 1)
        except OSError as error:
            raise Amiss(N_("cannot be read: {error}"), error=error.strerror) from error
        if len(data) > MOST_BYTES:
            raise Amiss(N_("is larger than {most} bytes; nothing of it was read"), most=MOST_BYTES)
        return data

    def _decode(self, name: str, data: bytes) -> str:
        """Text without BOM and without control characters."""
        text = self._decode_bytes(name, data)
        for number, line in enumerate(text.split("\n"), start=1):
            if any(char < " " and char not in "\t\r" for char in line):
                # Told here with its line; the file is then not read any further.
                self._faults.add(Where(name, number), N_("holds a control character; remove it"))
                raise Amiss(N_("was not read: it is no clean text"))
        return text

    def _decode_bytes(self, name: str, data: bytes) -> str:
        """UTF-8; a table that is not, was saved by an office program as GB18030."""
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            if not _ends(name, ".csv"):
                raise Amiss(N_("line {line} is not UTF-8; save it as UTF-8"), line=line) from None
            if _mostly_utf8(data):
                message = N_("line {line} is damaged: it is not UTF-8 as the rest; mend it")
                raise Amiss(message, line=line) from None
        try:
            text = data.decode("gb18030")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            message = N_("line {line} is neither UTF-8 nor GB18030; save it as CSV UTF-8")
            raise Amiss(message, line=line) from None
        self._faults.warn(Where(name), N_("is not UTF-8; read as GB18030. Save it as CSV UTF-8"))
        return text


def _ends(name: str, *endings: str) -> bool:
    """Whether a name has one of these endings; an office's machine may write .CSV."""
    return name.casefold().endswith(endings)


def _mostly_utf8(data: bytes) -> bool:
    """Whether a file that is not UTF-8 was meant to be: GB18030 text makes next to none by chance.

    Reading a damaged file as GB18030 would give other names without a word.
    """
    text = data.decode("utf-8", "replace")
    damaged = text.count("\ufffd")
    whole = sum(char > "\x7f" for char in text) - damaged
    return whole > damaged


def _inside(path: Path, root: Path) -> bool:
    """Whether the file itself, links followed, lies in the folder."""
    try:
        return path.resolve(strict=True).is_relative_to(root.resolve(strict=True))
    except (OSError, RuntimeError):
        return False
