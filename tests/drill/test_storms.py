"""Each storm comes to what it declares, and a drill touches nothing outside itself."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from fangxun import district as districts
from fangxun.cli.main import run
from fangxun.core.journal import Entry
from fangxun.core.observation import Reading
from fangxun.drill import checks, pace
from fangxun.drill.storms import STORMS, local, storm
from tests.storms import Played, play, shared


@pytest.mark.parametrize("name", [shared(name) for name in STORMS])
def test_a_storm_comes_to_what_it_declares(name: str, storms: Callable[[str], Played]) -> None:
    """Raises, pages and unreached as declared; everybody reached or an alarm confirmed by a human;
    no key paged twice; nothing lost; the journal whole."""
    found = storms(name)
    expected = storm(name).expected
    assert [str(v) for v in checks.check(found.outcome, expected, found.key)] == []


def test_the_reconstruction_of_zhengzhou_fits_the_published_sums() -> None:
    """201.9 mm 16-17 h; 333 in three hours; 552.5 in 24 h and 617.1 in 72 h to 20 h on the 20th."""
    rain = {
        item.end: item.value or 0.0
        for _at, item in storm("zhengzhou").items["gauges"]
        if isinstance(item, Reading) and item.gauge == "yx01"
    }

    def total(hours: int, end_hour: int) -> float:
        end = local("2026-07-20", end_hour)
        return round(sum(rain[end - timedelta(hours=back)] for back in range(hours)), 1)

    assert total(1, 17) == 201.9
    assert total(3, 18) == 333.0
    assert total(24, 20) == 552.5
    assert total(72, 20) == 617.1


def told(entry: Entry) -> tuple[object, ...]:
    """An entry without the head of the chain, which hangs on each run's own random key."""
    data = tuple(item for item in entry.data if item[0] != "head")
    return entry.at, entry.event, entry.actor, entry.subject, entry.reason, str(data)


def test_the_same_seed_tells_the_same_story(tmp_path: Path) -> None:
    """Line for line: a failure can be run again."""
    short = replace(storm("omoto"), end=local("2026-08-13", 21))
    stories = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        stories.append([told(line.entry) for line in play(short, folder).outcome.lines])
    assert stories[0] == stories[1]


def test_a_drill_that_does_not_come_to_what_it_declares_ends_with_1_and_says_what(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody raised the limits of the district: the storm goes by, and nobody is paged."""
    brief = replace(storm("omoto"), end=local("2026-08-13", 21))
    monkeypatch.setitem(STORMS, "omoto", lambda: brief)
    folder = tmp_path / "district"
    shutil.copytree(districts.example_path(), folder)
    path = folder / "criteria.csv"
    rows = path.read_text(encoding="utf-8").splitlines()
    limit = next(row for row in rows if row.startswith("地点,")).split(",").index("达到")
    for number, row in enumerate(rows):
        cells = row.split(",")
        if not row.startswith("#") and cells[limit].replace(".", "").isdecimal():
            cells[limit] = str(float(cells[limit]) + 1000)
            rows[number] = ",".join(cells)
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    assert run(["drill", "omoto", "--district", str(folder)]) == 1
    said = capsys.readouterr().out
    assert "× raises: expected" in said
    assert "every check of this drill holds" not in said


@pytest.mark.parametrize(
    ("speed", "live", "rest"),
    [
        (None, False, 0.0),
        (0.0, True, 0.0),
        (120.0, False, 0.5),
        (120.0, True, 0.5),
        (None, True, 1),
    ],
)
def test_a_drill_rests_where_somebody_looks_on_or_asks_for_a_speed(
    speed: float | None, live: bool, rest: float
) -> None:
    """Into a pipe it goes at once, and so does --speed 0."""
    rests = pace.rests(speed, live=live, monotonic=lambda: 7.0)
    assert rests(timedelta(seconds=60)) == rest


@pytest.mark.parametrize("gap", [1, 60, 3600, 86400])
@pytest.mark.parametrize("instants", [10, 28, 107, 1000])
def test_a_storm_on_a_terminal_takes_a_minute_at_most(gap: float, instants: int) -> None:
    """However much there is to tell, and however long nothing is."""
    left = pace.WHOLE
    for _ in range(instants):
        rest = pace.rest(timedelta(seconds=gap), left)
        assert 0 < rest <= pace.LONGEST
        left -= rest
    assert left > 0
    assert pace.rest(timedelta(hours=1), -3.0) == 0
