"""What a workbook may be before anything reads it: its size unpacked, and nothing that acts."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, field
from xml.parsers import expat

from fangxun.core.errors import N_, FaultyInput, Refused

MOST_BYTES = 10_000_000
MOST_UNPACKED = 80_000_000
"""A year of a hundred units takes a tenth of it; 10^6 empty rows about half."""
MOST_BESIDE = 5_000_000
"""Of one part that is no sheet, such as its texts: they are read whole, and slowly."""
MOST_VALUES = 200_000
"""Of one sheet; a year of a hundred posts has a fifth of them."""
MOST_PARTS = 2_000
_OLD = b"\xd0\xcf\x11\xe0"
"""How .xls and workbooks behind a password begin."""
_ACTIVE = ("vbaproject", "xl/activex/", "xl/embeddings/", "xl/ctrlprops/", "macrosheets/")
_OUTSIDE = ("xl/externallinks/", "xl/connections", "xl/querytables/")
_CHUNK = 1 << 16
_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7}):\$?([A-Z]{1,3})\$?(\d{1,7})")
_MOST_RANGES = 5_000


def opened(data: bytes, name: str) -> zipfile.ZipFile:
    """The workbook as a zip that is safe to read.

    The sizes in its directory bind: zipfile reads no more of a part than they say.
    Refused for macros, embedded objects and links to elsewhere; FaultyInput for what is none or
    too large.
    """
    if len(data) > MOST_BYTES:
        raise FaultyInput(
            N_("{name} is larger than {most} bytes; nothing of it was read."),
            name=name, most=MOST_BYTES,
        )  # fmt: skip
    if data.startswith(_OLD):
        raise FaultyInput(
            N_("{name} is an old .xls or has a password; save it as .xlsx without one."), name=name
        )
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError):
        raise FaultyInput(
            N_("{name} is no workbook; expected .xlsx, .csv or .ics."), name=name
        ) from None
    parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MOST_UNPACKED or len(parts) > MOST_PARTS:
        raise Refused(
            N_("{name} would unpack to {size} bytes in {parts} parts; nothing of it was read."),
            name=name, size=unpacked, parts=len(parts),
        )  # fmt: skip
    for part in parts:
        _refuse_large(name, part)
    _refuse_actors(name, archive)
    return archive


def _refuse_large(name: str, part: zipfile.ZipInfo) -> None:
    """A part that would be read whole."""
    path = part.filename.casefold()
    beside = path.endswith((".xml", ".rels")) and not path.startswith("xl/worksheets/sheet")
    if beside and part.file_size > MOST_BESIDE:
        raise Refused(
            N_("{name} would unpack to {size} bytes in {parts} parts; nothing of it was read."),
            name=name,
            size=part.file_size,
            parts=1,
        )


def _refuse_actors(name: str, archive: zipfile.ZipFile) -> None:
    held = [part.filename.replace("\\", "/").casefold() for part in archive.infolist()]
    if any(mark in part for part in held for mark in _ACTIVE) or _macro_enabled(archive):
        raise Refused(
            N_("{name} holds macros or embedded objects; save it as a plain .xlsx."), name=name
        )
    if any(part.startswith(mark) for part in held for mark in _OUTSIDE):
        raise Refused(
            N_("{name} is linked to other files; break the links (Data, Edit Links) and save it."),
            name=name,
        )


def _macro_enabled(archive: zipfile.ZipFile) -> bool:
    try:
        return b"macroenabled" in archive.read("[Content_Types].xml").lower()
    except (KeyError, zipfile.BadZipFile, NotImplementedError, RuntimeError):
        return False  # no workbook at all: the reader says so


@dataclass(slots=True)
class Extent:
    """How far a sheet says anything and how often, its merged ranges as (top, left, bottom, right)
    from 0, and whether it holds formulas."""

    last_row: int = 0
    values: int = 0
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    formulas: bool = False
    _row: int = 0

    def begins(self, element: str, attributes: dict[str, str]) -> None:
        """One element of the sheet's part."""
        kind = element.rpartition(":")[2]
        if kind == "row":
            given = attributes.get("r", "")
            self._row = int(given) if given.isdecimal() else self._row + 1
        elif kind in {"v", "f", "is"}:
            self.last_row = max(self.last_row, self._row)
            self.values += 1
            self.formulas = self.formulas or kind == "f"
        elif kind == "mergeCell" and len(self.merged) < _MOST_RANGES:
            found = _RANGE.fullmatch(attributes.get("ref", ""))
            if found:
                left, right = (_column(found[part]) - 1 for part in (1, 3))
                self.merged.append((int(found[2]) - 1, left, int(found[4]) - 1, right))


def extent(archive: zipfile.ZipFile, part: str) -> Extent:
    """Look through a sheet once without keeping it. expat.ExpatError for what is no XML, and for a
    DTD."""
    found = Extent()
    parser = expat.ParserCreate()
    parser.StartElementHandler = found.begins
    parser.StartDoctypeDeclHandler = _no_dtd
    with archive.open(part) as file:
        while chunk := file.read(_CHUNK):
            parser.Parse(chunk, False)
    parser.Parse(b"", True)
    return found


def _no_dtd(*_declared: object) -> None:
    message = "a DTD"
    raise expat.ExpatError(message)


def _column(name: str) -> int:
    number = 0
    for char in name:
        number = number * 26 + ord(char) - ord("A") + 1
    return number
