"""Each storm comes to what it declares, and a drill touches nothing outside itself."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from fangxun import district as districts
from fangxun.cli.main import run
from fangxun.core.journal import Entry
from fangxun.core.observation import Reading
from fangxun.drill import checks, pace
from fangxun.drill.run import Drill, Outcome
from fangxun.drill.storms import STORMS, Storm, local, storm
from fangxun.store.base import migrate, open_store


def played(chosen: Storm, folder: Path, *, seed: int = 1) -> tuple[Outcome, bytes]:
    """Run a storm to its end on a store of its own; its outcome and the journal's key."""
    url = f"sqlite:///{folder / f'{chosen.name}{seed}.db'}"
    migrate(url)
    store = open_store(url, durable=False)
    try:
        drill = Drill(chosen, store, districts.read(districts.example_path()), seed)
        for _ in drill.run():
            pass
        with store.read() as tx:
            return drill.outcome(), tx.key.read(lines=1)
    finally:
        store.close()


@pytest.mark.parametrize("name", list(STORMS))
def test_a_storm_comes_to_what_it_declares(name: str, tmp_path: Path) -> None:
    """Raises, pages and unreached as declared; everybody reached or an alarm confirmed by a human;
    no key paged twice; nothing lost; the journal whole."""
    chosen = storm(name)
    outcome, key = played(chosen, tmp_path)
    assert [str(v) for v in checks.check(outcome, chosen.expected, key)] == []


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
        outcome, _key = played(short, folder)
        stories.append([told(line.entry) for line in outcome.lines])
    assert stories[0] == stories[1]


@pytest.fixture
def sockets() -> Iterator[list[str]]:
    """Every socket that is connected or bound while the test runs."""
    seen: list[str] = []
    armed = [True]

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if armed[0] and event in {"socket.connect", "socket.bind", "socket.sendto"}:
            seen.append(f"{event} {arguments[1:]}")

    sys.addaudithook(hook)  # a hook cannot be removed; it is disarmed instead
    yield seen
    armed[0] = False


def test_a_drill_opens_no_socket_and_reads_no_secret(
    sockets: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """With a configuration whose gateway's secret is missing, the drill runs all the same, and the
    interpreter reports no connection of any kind."""
    config = tmp_path / "fangxun.toml"
    config.write_text(
        'language = "en"\n[[gateway]]\nname = "t"\nkind = "twilio"\n'
        '[gateway.settings]\naccount_sid = "AC1"\nauth_token = "file:missing"\n'
        'from = "+15005550006"\n'
    )
    monkeypatch.setenv("FANGXUN_CONFIG", str(config))
    assert run(["drill", "omoto", "--report", str(tmp_path / "report.json")]) == 0
    assert sockets == []
    assert "shangyun" in (tmp_path / "report.json").read_text()
    assert "123.5 mm" in capsys.readouterr().out


def test_a_drill_that_does_not_come_to_what_it_declares_ends_with_1_and_says_what(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Somebody raised the limits of the district: the storm goes by, and nobody is paged."""
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


def test_the_timeline_names_who_is_on_watch_when_the_first_raise_comes(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Posts and names of the town and of the duty room, before anybody is paged, and once."""
    assert run(["drill", "omoto"]) == 0
    said = capsys.readouterr().out
    watch = [line for line in said.splitlines() if "on watch:" in line]
    assert len(watch) == 2
    assert "云溪区防汛抗旱指挥部办公室" in watch[0]
    assert "主班 麦谷雨" in watch[0]
    assert "上云镇人民政府  主班 松间月  带班领导 云出岫" in watch[1]
    assert said.index("on watch:") < said.index("raised") < said.index("pages (sms)")


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
