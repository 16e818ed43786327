"""An office's file beside a district folder -> what importing it would write and change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from fangxun.core.district import District
from fangxun.core.errors import N_, Conflict, Fault, SheetFault
from fangxun.core.roster import Override
from fangxun.district.faults import Faults
from fangxun.district.folder import Folder
from fangxun.district.read import read_with_warnings
from fangxun.sheet import halfway, workbook
from fangxun.sheet.claims import Asked, Claims
from fangxun.sheet.compare import Compared, compare, crowds, wanted
from fangxun.sheet.events import read_calendar
from fangxun.sheet.rewrite import rewritten
from fangxun.sheet.tables import read_claims


@dataclass(frozen=True, slots=True)
class Import:
    """What a file comes to. `before` is the district as the folder has it, `after` with the new
    duty tables; `files`: their new text by path, `old`: what was there when they were read.
    `faults`: cells that must be mended before anything is written."""

    before: District
    after: District
    compared: Compared
    faults: tuple[Fault, ...]
    passed: tuple[tuple[str, str], ...]
    files: Mapping[str, str]
    old: Mapping[str, str]


def read_import(
    folder: Path, file: Path, asked: Asked, overrides: Sequence[Override], *, now: datetime
) -> Import:
    """Read a file against a folder; nothing is written.

    1. the folder as it is (DistrictFault where it has faults of its own);
    2. what the cells say, and which of them say nothing that we understand;
    3. which slots that changes;
    4. the duty tables with those cells, and the folder read again with them, so that nothing is
       ever written that could not be applied.
    """
    district = read_with_warnings(folder).district
    claims = _claims(file, district, asked)
    roster = replace(district.roster, overrides=tuple(overrides))
    compared = compare(claims.slots, roster, now=now)
    faults = (*claims.all_faults, *crowds(compared, roster.posts))
    old = duty_files(folder)
    files: Mapping[str, str] = {}
    after = district
    if not faults:
        files = rewritten(old, district, wanted(compared, district.roster))
        after = read_with_warnings(folder, instead=files).district
    return Import(district, after, compared, faults, tuple(claims.passed), files, old)


def _claims(file: Path, district: District, asked: Asked) -> Claims:
    if file.suffix.casefold() == ".ics":
        text = workbook.decoded(file.name, workbook.contents(file))
        return read_calendar(text, district, asked, file.name)
    return read_claims(workbook.read(file), district, asked, file.name)


def refuse_faults(found: Import) -> None:
    """SheetFault with every cell that is not understood; nothing where all are."""
    if found.faults:
        raise SheetFault(found.faults)


def duty_files(folder: Path) -> dict[str, str]:
    """The text of each duty table of a folder."""
    listed = Folder(folder, Faults())
    texts = {name: listed.text(name) for name in listed.within("duty")}
    return {name: text for name, text in texts.items() if text is not None}


def lay(folder: Path, found: Import) -> None:
    """Write the new duty tables beside those of the folder; Conflict where somebody has changed one
    since it was read."""
    if duty_files(folder) != found.old:
        raise Conflict(
            N_("Somebody changed a duty table in {folder} meanwhile; import again."), folder=folder
        )
    halfway.lay(folder, found.files)
