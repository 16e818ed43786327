"""What is handed to whoever runs it: the units as systemd reads them, the container's file."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from fangxun.cli.main import COMMANDS
from tests.house.sources import ROOT

DEPLOY = ROOT / "deploy"
UNITS = sorted(path.name for path in DEPLOY.iterdir() if path.suffix in {".service", ".timer"})
INSTALLED = "/opt/fangxun/bin/fangxun"
ANALYZE = shutil.which("systemd-analyze")
needs_systemd = pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not installed")


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """The units, with a command that is there on this machine."""
    for name in UNITS:
        text = (DEPLOY / name).read_text("utf-8")
        (tmp_path / name).write_text(text.replace(INSTALLED, sys.executable), "utf-8")
    return tmp_path


@needs_systemd
def test_systemd_finds_nothing_wrong_with_the_units(units: Path) -> None:
    """A misspelt directive is only a warning in a log that nobody reads."""
    words = [str(ANALYZE), "verify", "--man=no", *(str(units / name) for name in UNITS)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@needs_systemd
@pytest.mark.parametrize("name", [name for name in UNITS if name.endswith(".service")])
def test_a_unit_is_hardened(units: Path, name: str) -> None:
    """systemd's own measure of what a broken service could do, of 10 (100 in its words) at most 4:
    "OK"; its worst are 9.6."""
    words = [str(ANALYZE), "security", "--offline=true", "--threshold=40", str(units / name)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout[-300:] + done.stderr


def test_every_unit_and_the_container_run_commands_that_there_are() -> None:
    """A command that was renamed would fail at the first boot after an upgrade."""
    files = {name: (DEPLOY / name).read_text("utf-8") for name in (*UNITS, "Containerfile")}
    called = {
        (name, word)
        for name, text in files.items()
        for word in re.findall(rf'{INSTALLED}(?:", "| )([a-z]+)', text)
    }
    assert {name for name, _word in called} == {n for n in UNITS if "service" in n} | {
        "Containerfile"
    }
    assert {word for _name, word in called} <= set(COMMANDS)


def test_the_container_copies_what_there_is_and_runs_as_nobody_in_particular() -> None:
    """And waits for whole cycles, not for an open port; the wheel's own test builds from just these
    paths."""
    text = (DEPLOY / "Containerfile").read_text("utf-8")
    assert [path for path in copied() if not (ROOT / path).exists()] == []
    last = text.rpartition("FROM ")[2]
    assert re.search(r"^USER (?!root)\w+$", last, re.MULTILINE)
    assert "HEALTHCHECK" in last
    assert '"watchdog", "--once"' in last


def copied() -> list[str]:
    """The paths of the project that the container's file copies."""
    text = (DEPLOY / "Containerfile").read_text("utf-8")
    lines = re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.MULTILINE)
    return [path for line in lines for path in line.split()]
