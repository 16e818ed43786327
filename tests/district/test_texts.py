"""texts.toml: read with its lines, faults told, in force only once applied."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from fangxun import district
from fangxun.core.level import Hazard, Level
from fangxun.core.wording import Wording
from fangxun.district import ChangeKind, What

Told = Callable[[], list[str]]
TYPHOON = ("page", Level.RED, Hazard.TYPHOON, "zh_CN")


def written(folder: Path, *lines: str) -> None:
    (folder / "texts.toml").write_text("\n".join(["[[text]]", *lines]), encoding="utf-8")


def test_the_examples_own_words_are_read(folder: Path) -> None:
    (own,) = district.read(folder).texts
    assert (own.kind, own.level, own.hazard, own.language) == TYPHOON


def test_a_district_without_own_words_has_none(folder: Path) -> None:
    (folder / "texts.toml").unlink()
    assert district.read(folder).texts == ()


def test_a_text_in_another_language_names_it(folder: Path) -> None:
    text = "{place} {level}: {~evidence}. Go up the dyke. Reply {code} now"
    written(folder, 'kind = "page"', 'language = "en"', f'text = "{text}"')
    assert district.read(folder).texts == (Wording("page", text, "en"),)


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        (['kind = "pages"', 'text = "x"'], "texts.toml:2: kind “pages” is no kind of text"),
        (['kind = "page"'], "texts.toml:1: text is missing here"),
        (['kind = "page"', 'level = "purple"', 'text = "x"'], "texts.toml:3: level “purple”"),
        (['kind = "page"', 'hazard = "fire"', 'text = "x"'], "texts.toml:3: hazard “fire”"),
        (['kind = "page"', 'language = "fr"', 'text = "x"'], "texts.toml:3: language “fr”"),
        (['kind = "hint"', 'level = "red"', 'text = "x"'], "texts.toml:3: level: hint is told"),
        (['kind = "page"', 'txt = "x"', 'text = ""'], "texts.toml:4: text is empty"),
        (['kind = "page"', 'text = "{place}速到"'], "texts.toml:3: text does not name {code}"),
        (['kind = "hint"', r'text = "两行\n字"'], "texts.toml:3: text holds a line break"),
        (['kind = "hint"', r'text = "反\u202e向"'], "texts.toml:3: text holds a line break"),
        (['kind = "hint"', 'text = "看{link}"'], "texts.toml:3: text names the field {link}"),
        (
            ['kind = "hint"', 'text = "一"', "[[text]]", 'kind = "hint"', 'text = "二"'],
            "texts.toml:5: kind hint stands twice",
        ),
    ],
)
def test_a_fault_is_told_with_its_line(
    folder: Path, told: Told, lines: list[str], fault: str
) -> None:
    written(folder, *lines)
    assert any(line.startswith(fault) for line in told()), told()


def test_own_words_are_added_changed_and_removed_like_all_else(folder: Path) -> None:
    before = district.read(folder)
    written(folder, 'kind = "hint"', 'text = "请只回复编号"')
    after = district.read(folder)
    added, removed = district.compare(before, after)
    assert (added.kind, added.id, added.what) == (ChangeKind.TEXT, "hint/zh_CN", What.ADDED)
    assert (removed.id, removed.what) == ("page/red/typhoon/zh_CN", What.REMOVED)
    written(folder, 'kind = "hint"', 'text = "请只回编号"')
    (changed,) = district.compare(after, district.read(folder))
    assert changed.details == (("text", "请只回复编号", "请只回编号"),)
