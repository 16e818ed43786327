"""A spoilt folder either reads or is refused with faults: never another exception."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fangxun import district
from fangxun.core.errors import DistrictFault, Fault

NOTHING_SAID = Fault("", "")
EXAMPLE = district.example_path()
FILES = sorted(str(path.relative_to(EXAMPLE)) for path in EXAMPLE.rglob("*.*") if path.is_file())
WORDS = (
    "", "*", "/", ",", '"', "'''", "[[", "]", "{", "=", "#", "\x00", "\ud7ff", "½", "９", "-1",
    "1e9", "nan", "inf", "0x10", "1979-05-27T07:32:00Z", "[]", "true", '""', "\n", "\r",
    "\u2028", "null", "99999999999999999999", "[ladder.alarm]", "yunxi", "主班", "zhu-xiaoman",
)  # fmt: skip


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One copy for all examples; each restores the file that it spoilt."""
    copy = tmp_path_factory.mktemp("fuzz") / "yunxi"
    shutil.copytree(EXAMPLE, copy)
    return copy


def attempt(folder: Path, file: str, data: bytes) -> None:
    """Read the folder with one file spoilt; every fault and warning can be said."""
    original = (EXAMPLE / file).read_bytes()
    (folder / file).write_bytes(data)
    try:
        found = district.read_with_warnings(folder)
        said = found.warnings
        district.compare(None, found.district)
    except DistrictFault as refused:
        said = refused.faults or (NOTHING_SAID,)
    finally:
        (folder / file).write_bytes(original)
    assert NOTHING_SAID not in said
    assert all(str(one) for one in said)


FEW = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])


@FEW
@given(data=st.data())
def test_any_byte_spoilt(spoilt: Path, data: st.DataObject) -> None:
    """One to five bytes of a file become other bytes, or are cut off."""
    file = data.draw(st.sampled_from(FILES))
    spoil = bytearray((EXAMPLE / file).read_bytes())
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(spoil) - 1))
        spoil[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
        spoil = spoil or bytearray(b"\n")
    attempt(spoilt, file, bytes(spoil))


@FEW
@given(data=st.data())
def test_any_line_spoilt(spoilt: Path, data: st.DataObject) -> None:
    """A line is lost, doubled, moved, or one of its cells or values becomes something else."""
    file = data.draw(st.sampled_from(FILES))
    lines = (EXAMPLE / file).read_text(encoding="utf-8").split("\n")
    at = data.draw(st.integers(0, len(lines) - 1))
    kind = data.draw(st.sampled_from(("lose", "double", "move", "cell", "value")))
    line = lines.pop(at)
    if kind == "double":
        lines[at:at] = [line, line]
    elif kind == "move":
        lines.insert(data.draw(st.integers(0, len(lines))), line)
    elif kind in {"cell", "value"}:
        separator = "," if kind == "cell" else " = "
        parts = line.split(separator)
        parts[data.draw(st.integers(0, len(parts) - 1))] = data.draw(
            st.sampled_from(WORDS) | st.text(max_size=10)
        )
        lines.insert(at, separator.join(parts))
    attempt(spoilt, file, "\n".join(lines).encode("utf-8", "surrogatepass"))
