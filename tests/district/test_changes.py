"""What applying a folder would change."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from fangxun import district
from fangxun.district import ChangeKind, What

Spoil = Callable[[str, str, str], None]


def test_nothing_changes_where_nothing_changed(folder: Path) -> None:
    """The same folder twice, and one with lines inserted above: no change."""
    before = district.read(folder)
    assert district.compare(before, district.read(folder)) == ()
    path = folder / "duty/2026-07.csv"
    path.write_text("# one line more\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert district.compare(before, district.read(folder)) == ()


def test_the_first_application_adds_everything(folder: Path) -> None:
    """Without an old district, every thing is added, each once."""
    found = district.compare(None, district.read(folder))
    assert {change.what for change in found} == {What.ADDED}
    assert {change.kind for change in found} == set(ChangeKind)
    assert len({(change.kind, change.id) for change in found}) == len(found)


def test_each_kind_of_change_is_told_in_the_users_words(folder: Path, spoil: Spoil) -> None:
    """Changed fields with before and after; numbers masked; added and removed by name."""
    before = district.read(folder)
    spoil("people.csv", "+86 100 0000 0101", "+86 100 0000 0999")
    spoil("officials.csv", "beijian,jian-beifeng,xue-manshan\n", "")
    spoil("plan.toml", "hold_minutes = 60", "hold_minutes = 90")
    spoil("plan.toml", "wait_seconds = 120", "wait_seconds = 60")
    spoil("gauges.csv", "北涧站", "北涧新站")
    spoil("duty/2026-07.csv", "竹小满", "桑清明")
    spoil("district.toml", '"04-15"', '"05-01"')
    with (folder / "people.csv").open("a", encoding="utf-8") as file:
        file.write("xin-ren,新人,fxb,值班员,+86 100 0000 0998,,\n")
    found = district.compare(before, district.read(folder))
    told = {(change.kind, change.id): change for change in found}
    assert told[ChangeKind.PERSON, "yun-zhishan"].details == (
        ("phones", "+86100****0101, +86100****0102", "+86100****0999, +86100****0102"),
    )
    assert told[ChangeKind.PERSON, "xin-ren"].what is What.ADDED
    assert told[ChangeKind.OFFICIAL, "beijian/jian-beifeng"].what is What.REMOVED
    assert told[ChangeKind.OFFICIAL, "beijian/jian-beifeng"].name == "北涧乡 涧北风"
    assert told[ChangeKind.PLAN, "plan"].details == (("hold", "60 min", "90 min"),)
    assert told[ChangeKind.PLAN, "level/red"].details[0][0] == "ladder"
    assert told[ChangeKind.GAUGE, "yx06"].details == (("name", "北涧站", "北涧新站"),)
    assert told[ChangeKind.DUTY, "fxb-officer/2026-07-01/"].details == (
        ("person", "zhu-xiaoman", "sang-qingming"),
    )
    assert told[ChangeKind.DISTRICT, "district"].details == (
        ("season", "04-15, 10-15", "05-01, 10-15"),
    )
    assert len(found) == 11


def test_changes_forth_and_back_are_each_others_mirror(folder: Path, spoil: Spoil) -> None:
    """What one direction adds, the other removes."""
    before = district.read(folder)
    spoil("officials.csv", "yunxi,shi-jianchuan,liu-wenqiao\n", "")
    after = district.read(folder)
    forth, back = district.compare(before, after), district.compare(after, before)
    assert [(one.id, one.what) for one in forth] == [("yunxi/shi-jianchuan", What.REMOVED)]
    assert [(one.id, one.what) for one in back] == [("yunxi/shi-jianchuan", What.ADDED)]
