"""The call sheet as a file: complete, private, and never half of it."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from fangxun.board.paper import call_sheet
from fangxun.core import call_sheet as core
from fangxun.core.errors import FaultyInput
from fangxun.core.timeline import Span
from tests.core.rosters import HOUR, NOW

SPAN = Span(NOW, NOW + 24 * HOUR)
EVIL = core.Callee("<b>竹小满</b>", "", ("+8610000000101", "+8610000000102"))
SHEET = core.CallSheet(
    "云溪区", "Asia/Shanghai", NOW, SPAN,
    (core.UnitSheet("防汛办", "+8610000000001", (core.Turn("主班", SPAN, EVIL, "云出岫"),)),),
    (core.PlaceSheet("石桥沟", "上云镇", ((EVIL, None), (EVIL, EVIL))),),
)  # fmt: skip


def test_both_files_name_everybody_with_both_numbers_and_local_times(tmp_path: Path) -> None:
    for path in call_sheet.write(tmp_path, SHEET):
        said = path.read_text("utf-8")
        for word in (
            "防汛办",
            "+8610000000001",
            "主班",
            "+8610000000101 / +8610000000102",
            "石桥沟",
        ):
            assert word in said, (path.name, word)
        assert "07-01 08:00" in said


def test_they_are_their_owner_s_alone_and_so_is_their_folder(tmp_path: Path) -> None:
    paths = call_sheet.write(tmp_path / "a" / "b", SHEET)
    assert {stat.S_IMODE(path.stat().st_mode) for path in paths} == {0o600}
    assert stat.S_IMODE((tmp_path / "a" / "b").stat().st_mode) == 0o700


def test_a_reader_of_the_old_sheet_keeps_it_whole_and_nothing_else_is_left(tmp_path: Path) -> None:
    (first, _text) = call_sheet.write(tmp_path, SHEET)
    with first.open(encoding="utf-8") as held:
        call_sheet.write(tmp_path, SHEET)
        assert held.read().endswith("</html>")
    assert sorted(path.name for path in tmp_path.iterdir()) == [call_sheet.HTML, call_sheet.TEXT]


def test_the_page_escapes_what_it_holds_and_fetches_nothing(tmp_path: Path) -> None:
    (page, _text) = call_sheet.write(tmp_path, SHEET)
    said = page.read_text("utf-8")
    assert "<b>" not in said
    assert "&lt;b&gt;" in said
    assert "default-src 'none'" in said
    assert "A4" in said


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(FaultyInput, match="file"):
        call_sheet.write(tmp_path / "file", SHEET)
