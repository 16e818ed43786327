"""A copy of the example district that a test may spoil."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from fangxun import district
from fangxun.core.errors import DistrictFault

Spoil = Callable[[str, str, str], None]
Told = Callable[[], list[str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The example district, copied."""
    copy = tmp_path / "yunxi"
    shutil.copytree(district.example_path(), copy)
    return copy


@pytest.fixture
def spoil(folder: Path) -> Spoil:
    """Replace words of one file, which must be there, once."""

    def replace(file: str, old: str, new: str) -> None:
        path = folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return replace


@pytest.fixture
def told(folder: Path) -> Callable[[], list[str]]:
    """Read the folder and give its faults as lines of text; [] where it has none."""

    def read() -> list[str]:
        try:
            district.read(folder)
        except DistrictFault as fault:
            return [str(one) for one in fault.faults]
        return []

    return read


@pytest.fixture
def warned(folder: Path) -> Callable[[], list[str]]:
    """Read the folder, which is good, and give its warnings but the one of fictional numbers."""

    def read() -> list[str]:
        found = district.read_with_warnings(folder).warnings
        return [str(one) for one in found if "ring nobody" not in one.template]

    return read
