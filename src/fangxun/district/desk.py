"""What all readers of a folder share: its files, the faults found, and the ids known so far."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fangxun.district.book import Book, Kind
from fangxun.district.faults import Faults
from fangxun.district.folder import Folder
from fangxun.district.structure import Node, read_structure
from fangxun.district.tables import Column, Row, Table, read_table


@dataclass(frozen=True, slots=True)
class Desk:
    """One reading of one folder."""

    folder: Folder
    faults: Faults
    book: Book

    def table(
        self, file: str, columns: Sequence[Column], *kinds: Kind, free: bool = False
    ) -> Table | None:
        """A table of the folder; where it cannot be read, the ids of `kinds` are not known."""
        if file not in self.folder.files:
            return None
        text = self.folder.text(file)
        table = None if text is None else read_table(file, text, columns, self.faults, free=free)
        if table is None:
            self.lost(*kinds)
        return table

    def structure(self, file: str, *kinds: Kind) -> Node | None:
        """A structure file of the folder, likewise."""
        if file not in self.folder.files:
            return None
        text = self.folder.text(file)
        node = None if text is None else read_structure(file, text, self.faults)
        if node is None:
            self.lost(*kinds)
        return node

    def lost(self, *kinds: Kind) -> None:
        """The ids of these kinds are not known: references to them are not checked."""
        for kind in kinds:
            self.book.unread(kind)

    def defined(self, kind: Kind, row: Row, read: Callable[[str], str]) -> str:
        """The id of a row, noted in the book; the row is not ok where it is faulty or taken."""
        id_ = row.get(self.faults, "id", read, "")
        if not self.book.define(kind, id_, row.where):
            row.ok = False
        return id_
