"""Each storm comes to what it declares, and a drill touches nothing outside itself."""

from __future__ import annotations

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
from fangxun.drill import checks
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
