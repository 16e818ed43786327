"""An import that was cut off between database and folder: found again, and brought to its end.

The new tables are written beside the old ones (.2026-08.csv.part), applied in one transaction, and
then put in their places. So what lies beside either is in force already, and only its place is
missing; or it was never applied, and is nothing.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from fangxun.core.district import District
from fangxun.core.errors import N_, FangxunError
from fangxun.district import ChangeKind, compare
from fangxun.district.read import read_with_warnings

CUT_OFF = N_("An import was cut off; fangxun roster import or apply brings it to its end.")
_BOM = "\ufeff"


def _part(path: Path) -> Path:
    return path.with_name(f".{path.name}.part")


def lay(folder: Path, files: Mapping[str, str]) -> None:
    """Write new tables beside those that are there, with their mark of UTF-8 where they had one."""
    for name, text in files.items():
        path = folder / name
        marked = path.exists() and path.read_bytes().startswith(_BOM.encode())
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
        path.parent.mkdir(parents=True, exist_ok=True)
        with _part(path).open("wb") as file:
            file.write(((_BOM if marked else "") + text).encode())
            file.flush()
            os.fsync(file.fileno())
        _part(path).chmod(mode)


def put(folder: Path, files: Mapping[str, str]) -> None:
    """What lies beside takes its place, each table whole or not at all."""
    for name in files:
        os.replace(_part(folder / name), folder / name)  # noqa: PTH105  atomic on every platform


def take_away(folder: Path, files: Mapping[str, str]) -> None:
    """What lies beside goes: it could not be put in force."""
    for name in files:
        _part(folder / name).unlink(missing_ok=True)


def left(folder: Path) -> dict[str, str]:
    """The tables that lie beside, by the path that they are for."""
    return {
        f"duty/{path.name[1:].removesuffix('.part')}": path.read_text(encoding="utf-8-sig")
        for path in sorted((folder / "duty").glob(".*.csv.part"))
    }


def in_force(folder: Path, files: Mapping[str, str], applied: District) -> bool:
    """Whether the folder, with these tables in it, has the duty tables that are in force."""
    try:
        read = read_with_warnings(folder, instead=files).district
    except FangxunError:
        return False
    return all(change.kind is not ChangeKind.DUTY for change in compare(applied, read))


def end(folder: Path, applied: District | None) -> tuple[str, ...]:
    """Bring an import that was cut off to its end; returns the tables that took their places. What
    was never applied goes."""
    files = left(folder)
    if not files:
        return ()
    if applied is not None and in_force(folder, files, applied):
        put(folder, files)
        return tuple(files)
    take_away(folder, files)
    return ()
