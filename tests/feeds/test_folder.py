"""Readings from a watched folder that another program fills."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fangxun.core.errors import ConfigFault
from fangxun.feeds import folder
from fangxun.feeds.base import Failed, Feed, FeedSettings, Fresh, Memory, Unchanged

NOW = datetime(2026, 7, 20, 3, 5, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def feed(path: Path | str, **mapping: str) -> Feed:
    columns = {"interval_minutes": "60", "zone": "Asia/Shanghai", **mapping}
    return folder.build(
        FeedSettings(
            "gauges",
            "folder",
            path=str(path),
            silent_after=90 * MINUTE,
            max_bytes=10_000,
            mapping=tuple(columns.items()),
        )
    )


def put(path: Path, text: str, *, at: datetime = NOW - MINUTE) -> None:
    path.write_text(text, encoding="utf-8")
    os.utime(path, (at.timestamp(), at.timestamp()))


def rows(*values: str, gauge: str = "yx01") -> str:
    lines = [f"{gauge},2026-07-20 {8 + n:02}:00,{value}" for n, value in enumerate(values)]
    return "\n".join(["gauge,time,value", *lines, ""])


def test_new_files_are_read_once_and_again_when_written_again(tmp_path: Path) -> None:
    put(tmp_path / "a.csv", rows("1"), at=NOW - 3 * MINUTE)
    put(tmp_path / "b.csv", rows("2"), at=NOW - 2 * MINUTE)
    source = feed(tmp_path)
    first = source.poll(Memory(), now=NOW)
    assert isinstance(first, Fresh)
    assert [r.value for r in first.readings] == [1.0, 2.0]
    assert isinstance(source.poll(first.memory, now=NOW), Unchanged)
    put(tmp_path / "a.csv", rows("1", "5"))
    again = source.poll(first.memory, now=NOW)
    assert isinstance(again, Fresh)
    assert [r.value for r in again.readings] == [1.0, 5.0]


def test_a_file_still_being_written_is_left_for_later(tmp_path: Path) -> None:
    put(tmp_path / "a.csv", rows("1"), at=NOW - timedelta(seconds=0.5))
    source = feed(tmp_path)
    assert isinstance(source.poll(Memory(), now=NOW), Failed)
    assert isinstance(source.poll(Memory(), now=NOW + MINUTE), Fresh)


def test_a_file_that_is_always_being_written_is_no_news(tmp_path: Path) -> None:
    put(tmp_path / "a.csv", rows("1"))
    source = feed(tmp_path)
    memory = source.poll(Memory(), now=NOW).memory
    for minutes, kind in ((30, Unchanged), (80, Unchanged), (100, Failed), (2000, Failed)):
        now = NOW + minutes * MINUTE
        put(tmp_path / "a.csv", rows("1", str(minutes)), at=now - timedelta(seconds=1))
        polled = source.poll(memory, now=now)
        assert isinstance(polled, kind)
        memory = polled.memory


def test_a_file_of_next_year_is_as_old_as_when_it_was_read(tmp_path: Path) -> None:
    put(tmp_path / "a.csv", rows("1"), at=NOW + timedelta(days=365))
    source = feed(tmp_path)
    first = source.poll(Memory(), now=NOW)
    assert isinstance(first, Fresh)
    assert first.as_of == NOW
    later = source.poll(first.memory, now=NOW + 80 * MINUTE)
    assert isinstance(later, Unchanged)
    assert later.as_of == NOW
    assert isinstance(source.poll(later.memory, now=NOW + 100 * MINUTE), Failed)


def test_a_folder_is_as_fresh_as_its_newest_file(tmp_path: Path) -> None:
    """An hour without a file must not count as an hour of good answers."""
    put(tmp_path / "a.csv", rows("1"), at=NOW - 30 * MINUTE)
    source = feed(tmp_path)
    first = source.poll(Memory(), now=NOW)
    assert isinstance(first, Fresh)
    later = source.poll(first.memory, now=NOW + 50 * MINUTE)
    assert isinstance(later, Unchanged)
    assert first.as_of == later.as_of == NOW - 30 * MINUTE


def test_a_clock_set_back_leaves_no_folder_fresh_for_ever(tmp_path: Path) -> None:
    put(tmp_path / "a.csv", rows("1"))
    source = feed(tmp_path)
    memory = source.poll(Memory(), now=NOW).memory
    back = NOW - timedelta(hours=8)
    memory = source.poll(memory, now=back).memory
    assert isinstance(source.poll(memory, now=back + 100 * MINUTE), Failed)


def test_a_faulty_file_is_noted_by_name_and_loses_no_other(tmp_path: Path) -> None:
    put(tmp_path / "bad.csv", "something else\n1\n")
    put(tmp_path / "row.csv", rows("1", "wet"))
    put(tmp_path / "big.csv", "x" * 10_001)
    polled = feed(tmp_path).poll(Memory(), now=NOW)
    assert isinstance(polled, Fresh)
    assert [r.value for r in polled.readings] == [1.0]
    notes = "\n".join(polled.notes)
    assert "bad.csv: There is no column gauge" in notes
    assert "row.csv: line 3: wet is no number" in notes
    assert "big.csv: it has more than 10000 bytes" in notes
    assert isinstance(feed(tmp_path).poll(polled.memory, now=NOW), Unchanged)


def test_only_faulty_files_are_a_failure(tmp_path: Path) -> None:
    put(tmp_path / "bad.csv", "something else\n1\n")
    assert isinstance(feed(tmp_path).poll(Memory(), now=NOW), Failed)


def test_a_folder_that_nobody_fills_any_more_is_silent(tmp_path: Path) -> None:
    put(tmp_path / "a.csv", rows("1"))
    source = feed(tmp_path)
    first = source.poll(Memory(), now=NOW)
    assert isinstance(source.poll(first.memory, now=NOW + 80 * MINUTE), Unchanged)
    late = source.poll(first.memory, now=NOW + 100 * MINUTE)
    assert isinstance(late, Failed)
    assert "2026-07-20 03:04 UTC" in late.reason


@pytest.mark.parametrize("missing", [True, False])
def test_a_missing_or_empty_folder_is_a_failure(tmp_path: Path, *, missing: bool) -> None:
    polled = feed(tmp_path / "gone" if missing else tmp_path).poll(Memory(), now=NOW)
    assert isinstance(polled, Failed)
    assert str(tmp_path) in polled.reason


def test_links_and_folders_are_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    put(secret, rows("1"))
    watched = tmp_path / "watched"
    watched.mkdir()
    (watched / "link.csv").symlink_to(secret)
    (watched / "folder.csv").mkdir()
    assert isinstance(feed(watched).poll(Memory(), now=NOW), Failed)


def test_only_files_of_the_pattern_and_only_the_newest_are_read(tmp_path: Path) -> None:
    for n in range(folder.MOST_FILES + 3):
        put(tmp_path / f"yx{n:02}.dat", rows(str(n)), at=NOW - timedelta(minutes=60 - n))
    put(tmp_path / "notes.txt", "hello")
    polled = feed(tmp_path, pattern="yx*.dat").poll(Memory(), now=NOW)
    assert isinstance(polled, Fresh)
    assert [r.value for r in polled.readings] == [float(n) for n in range(3, 23)]


def test_settings_without_a_path_are_a_fault() -> None:
    with pytest.raises(ConfigFault, match="path is empty"):
        feed("")
