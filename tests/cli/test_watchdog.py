"""The watchdog: a process apart rings when the daemon's last full cycle is too old."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from fangxun import clock
from fangxun.engine import housekeep
from fangxun.engine.housekeep import Heartbeat
from tests.cli.conftest import Desk


def beat(desk: Desk, ago: timedelta) -> None:
    """The daemon's last full cycle was so long ago; its file is all that the watchdog reads."""
    state = desk.folder / "state"
    for file in state.glob("fangxun.db*"):
        file.unlink()
    path = state / "heartbeat.json"
    housekeep.write_heartbeat(path, Heartbeat(clock.now() - ago, 4711))


def bell(folder: Path, body: str) -> str:
    """The operator's own program."""
    path = folder / "bell"
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(0o700)
    return str(path)


def test_a_daemon_that_lives_is_silence(desk: Desk) -> None:
    """It needs no database: there is none."""
    beat(desk, timedelta(seconds=5))
    assert desk.run("watchdog", "--once") == ""


def test_a_database_that_is_ruined_is_none_of_its_business(desk: Desk) -> None:
    """It rings for a dead daemon all the same, and only for that."""
    for ago, code in ((5, 0), (90, 1)):
        beat(desk, timedelta(seconds=ago))
        (desk.folder / "state" / "fangxun.db").write_bytes(b"ruined" * 1000)
        said = desk.run("watchdog", "--once", code=code)
        assert said.startswith("\a") == bool(code)


def test_a_dead_daemon_rings_and_runs_the_bell_with_the_sentence(desk: Desk) -> None:
    """BEL on the terminal; a siren's program is told why."""
    beat(desk, timedelta(seconds=90))
    command = bell(desk.folder, f'printf %s "$1" > {desk.folder}/rung')
    said = desk.run("watchdog", "--once", "--command", command, code=1)
    assert said.startswith("\a")
    rung = (desk.folder / "rung").read_text(encoding="utf-8")
    assert "4711" in rung
    assert rung in said


def test_a_daemon_that_never_ran_rings(desk: Desk) -> None:
    """After an installation that nobody started."""
    assert "heartbeat.json" in desk.run("watchdog", "--once", code=1)


def test_a_heartbeat_from_the_future_is_no_proof_of_life(desk: Desk) -> None:
    """A clock set back would else keep a dead daemon quiet for as long."""
    beat(desk, timedelta(days=-1))
    assert desk.run("watchdog", "--once", code=1).startswith("\a")


def test_a_heartbeat_that_cannot_be_read_rings(desk: Desk) -> None:
    """Half a file, or another program's."""
    (desk.folder / "state" / "heartbeat.json").write_text("{", encoding="utf-8")
    assert "heartbeat.json" in desk.run("watchdog", "--once", code=1)


@pytest.mark.parametrize("body", [None, "exit 3"])
def test_a_bell_that_fails_does_not_end_the_watchdog(desk: Desk, body: str | None) -> None:
    """Missing, or with an error: the terminal still rang, and says what failed."""
    beat(desk, timedelta(seconds=90))
    command = bell(desk.folder, body) if body else str(desk.folder / "none")
    said = desk.run("watchdog", "--once", "--command", command, code=1)
    assert said.startswith("\a")
    assert command in said


def test_what_has_failed_since_is_said(desk: Desk) -> None:
    """The heartbeat stays behind, and holds what fails: whoever is woken need not look it up."""
    path = desk.folder / "state" / "heartbeat.json"
    late = clock.now() - timedelta(seconds=90)
    housekeep.write_heartbeat(path, Heartbeat(late, 4711, ("dispatch", "assess")))
    assert "What fails: dispatch, assess." in desk.run("watchdog", "--once", code=1)
