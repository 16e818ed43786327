"""The duty room's screen, fitted: the worst is always seen, and what is not is counted."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fangxun import text
from fangxun.cli import screen, watch
from fangxun.cli.screen import Scene, Section
from tests.cli.conftest import Desk

PLACES = ("上云镇", "甲子沟", "下云镇", "南涧镇", "映月镇")


def scene(desk: Desk) -> Scene:
    """What the terminal would show now."""
    opened = desk.store()
    try:
        return watch.look(opened, Path(desk.folder) / "state" / "heartbeat.json")
    finally:
        opened.close()


def shown(found: Scene, width: int, height: int, message: str = "") -> list[str]:
    """The rows as text."""
    rows = screen.rows(found, width=width, height=height, message=message)
    assert len(rows) <= height
    assert all(row.cell_len <= width for row in rows)
    return [row.plain for row in rows]


@pytest.mark.parametrize("size", [(80, 24), (80, 23), (60, 20), (132, 50), (40, 12), (20, 4)])
def test_whatever_its_size_a_screen_in_a_storm_shows_the_answer_and_an_alarm(
    desk: Desk, size: tuple[int, int]
) -> None:
    """Not even the smallest is only a list of calm places."""
    desk.storm(*PLACES)
    found = scene(desk)
    rows = shown(found, *size, message="Page 7: confirmed.")
    assert "Page 7" in rows[1]
    if size[1] > 4:
        assert any(str(found.alarms[0].id) in row and "ALARM" in row for row in rows)


def test_at_24_by_80_every_kind_is_there_with_how_many_more_there_are(desk: Desk) -> None:
    """Alarms, then pages, then levels with the unknown ones apart, then the room's own watch."""
    desk.lives()
    desk.storm(*PLACES)
    found = scene(desk)
    assert len(found.alarms) > 5
    assert len(found.pages) > 5
    rows = shown(found, 80, 23)
    heads = [i for i, row in enumerate(rows) if re.match("(Alarms|Pages|Levels|On watch) ", row)]
    assert re.search(r"red \d+  unknown \d+", rows[heads[2]])
    assert [rows[i].split()[0] for i in heads] == ["Alarms", "Pages", "Levels", "On"]
    assert f"Alarms {len(found.alarms)}" in rows[heads[0]]
    seen = sum(re.match(r" *\d+  ", row) is not None for row in rows[heads[0] : heads[1]])
    assert f"… {len(found.alarms) - seen} more" in rows[heads[1] - 1]
    assert "red" in rows[heads[2] + 1]
    assert "主班" in " ".join(rows[heads[3] :])


def test_levels_come_red_first_and_the_unknown_stand_apart_from_the_calm(desk: Desk) -> None:
    """Unknown is never among the places at none."""
    desk.lives()
    desk.storm("甲子沟")
    rows = shown(scene(desk), 120, 200)
    levels = rows[next(i for i, row in enumerate(rows) if row.startswith("Levels")) + 1 :]
    assert levels[0].startswith("甲子沟  red")
    assert levels[1].startswith("unknown ")
    assert "甲子沟" not in levels[1]


def test_a_text_that_is_wider_than_the_terminal_goes_on_in_the_next_row(desk: Desk) -> None:
    """In Chinese too, where no blank says where."""
    text.install("zh_CN")
    desk.lives()
    desk.storm("甲子沟")
    found = scene(desk)
    rows = shown(found, 50, 200)
    said = "".join(row.strip() for row in rows)
    assert "请派人上门。请在值班终端确认" in said


@pytest.mark.parametrize("room", range(12))
@pytest.mark.parametrize("count", [0, 1, 2, 5, 30])
def test_a_section_never_takes_more_rows_than_it_is_given_and_counts_the_rest(
    room: int, count: int
) -> None:
    """Whatever fits of it."""
    items = tuple(screen.Item(screen.Text(f"thing {n};")) for n in range(count))
    rows = [row.plain for row in Section("Things", items, 3).rows(room)]
    assert len(rows) <= room
    if not rows:
        return
    listed = sum("thing" in row for row in rows)
    hidden = re.findall(r"… (\d+) more", " ".join(rows))
    assert listed + sum(map(int, hidden)) == count
