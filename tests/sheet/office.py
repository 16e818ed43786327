"""Workbooks as offices make them, drawn cell by cell, and a district folder beside them."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from fangxun import district as districts
from fangxun.core.errors import Fault
from fangxun.core.roster import Override
from fangxun.sheet import halfway, importing
from fangxun.sheet.claims import Asked
from fangxun.sheet.days import Month
from fangxun.sheet.importing import Import
from fangxun.sheet.month import days_of, standing

LONG_AGO = datetime(2026, 6, 1, tzinfo=UTC)
FXB = "云溪区防汛抗旱指挥部办公室"
OFFICERS = ("荷立夏", "竹小满", "桑清明", "麦谷雨")
DEPUTIES = ("兰小寒", "菊白露", "枫霜降", "梅大雪")
LEADERS = ("石见川", "林听雨", "田望溪", "江有声")
IDS = {
    "荷立夏": "he-lixia", "竹小满": "zhu-xiaoman", "桑清明": "sang-qingming", "麦谷雨": "mai-guyu",
    "兰小寒": "lan-xiaohan", "菊白露": "ju-bailu", "枫霜降": "feng-shuangjiang",
    "梅大雪": "mei-daxue", "石见川": "shi-jianchuan", "林听雨": "lin-tingyu",
    "田望溪": "tian-wangxi", "江有声": "jiang-yousheng",
}  # fmt: skip


def officer(day: date) -> str:
    """Who stands by the office's new table: nobody whom the folder's own names that day."""
    return OFFICERS[day.day % 4]


def deputy(day: date) -> str:
    return DEPUTIES[day.day % 4]


def leader(day: date) -> str:
    return LEADERS[(day.day - 1) // 7 % 4]


def august(length: int = 31) -> list[date]:
    """A month for which the folder has no table: everything in it is by rotation."""
    return [date(2026, 8, 1) + timedelta(days=number) for number in range(length)]


@dataclass
class Office:
    """A district folder, and a place for the office's files."""

    folder: Path
    place: Path

    def book(self, *sheets: tuple[str, Sequence[Sequence[object]]], merged: str = "") -> Path:
        """A workbook of these sheets; `merged` ranges of the first."""
        book = Workbook()
        book.remove(book.active)
        for title, rows in sheets:
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append(list(row))
        for ranged in merged.split():
            book.worksheets[0].merge_cells(ranged)
        path = self.place / "table.xlsx"
        book.save(path)
        return path

    def text(self, name: str, content: str | bytes) -> Path:
        path = self.place / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def read(
        self,
        file: Path,
        *,
        month: str = "",
        unit: str = "fxb",
        overrides: Sequence[Override] = (),
        now: datetime = LONG_AGO,
        **meant: str,
    ) -> Import:
        """What importing it would do."""
        year, _, number = month.partition("-")
        asked = Asked(Month(int(year or 0), int(number or 0)), unit, "", meant)
        return importing.read_import(self.folder, file, asked, overrides, now=now)

    def taken(self, file: Path, **asked: Any) -> Import:
        """It is imported into the folder."""
        found = self.read(file, **asked)
        assert not found.faults, [str(fault) for fault in found.faults]
        importing.lay(self.folder, found)
        halfway.put(self.folder, found.files)
        return found

    def table(self, post: str = "fxb-officer", month: str = "2026-08") -> dict[str, str]:
        """Day -> who the folder's own duty tables name, as it is read from the disk."""
        entries = districts.read(self.folder).roster.table
        found: dict[str, list[str]] = {}
        for entry in entries:
            if entry.post == post and f"{entry.day:%Y-%m}" == month:
                found.setdefault(entry.day.isoformat(), []).append(entry.person)
        return {day: " ".join(people) for day, people in found.items()}

    def stands(self, post: str, month: tuple[int, int] = (2026, 8)) -> dict[str, str]:
        """Day -> who stands on a post by the folder, duty table and rotations."""
        roster = districts.read(self.folder).roster
        found = standing(roster, {post}, days_of(*month))
        return {slot.day.isoformat(): " ".join(one.people) for slot, one in found.items()}


def office(tmp_path: Path) -> Office:
    """The example district, and an empty desk beside it."""
    folder, place = tmp_path / "district", tmp_path / "office"
    shutil.copytree(districts.example_path(), folder)
    place.mkdir()
    return Office(folder, place)


def said(faults: Sequence[Fault]) -> list[str]:
    return [str(fault) for fault in faults]


def packed(path: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """A workbook with other parts than openpyxl writes."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    path.write_bytes(out.getvalue())
    return path


STRINGS = "xl/sharedStrings.xml"


def shared(parts: dict[str, bytes]) -> None:
    """Texts in a part of their own, as every office program but openpyxl keeps them."""
    name = "xl/worksheets/sheet1.xml"
    texts: list[str] = []

    def moved(found: re.Match[str]) -> str:
        texts.append(found[2])
        return f'{found[1]} t="s"><v>{len(texts) - 1}</v></c>'

    pattern = r'(<c r="\w+"[^>]*?) t="inlineStr"><is>(<t[^>]*>[^<]*</t>)</is></c>'
    parts[name] = re.sub(pattern, moved, parts[name].decode()).encode()
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    items = "".join(f"<si>{text}</si>" for text in texts)
    parts[STRINGS] = f'<sst xmlns="{space}">{items}</sst>'.encode()
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    entry = f'<Override PartName="/{STRINGS}" ContentType="{kind}"/></Types>'
    types = "[Content_Types].xml"
    parts[types] = parts[types].decode().replace("</Types>", entry).encode()


def kept_values(path: Path, values: dict[str, str]) -> Path:
    """Formulas with the values that an office program keeps beside them."""

    def change(parts: dict[str, bytes]) -> None:
        name = "xl/worksheets/sheet1.xml"
        text = parts[name].decode()
        for cell, value in values.items():
            text, count = re.subn(
                rf'(<c r="{cell}"[^>]*?)( t="\w+")?>(<f>[^<]*</f>)<v\s*/?>(</v>)?',
                rf'\1 t="str">\3<v>{value}</v>', text,
            )  # fmt: skip
            assert count == 1, cell
        parts[name] = text.encode()

    return packed(path, change)
