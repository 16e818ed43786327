"""A demo district in force in a folder of its own, and the command line on it."""

from __future__ import annotations

import json
import os
import pwd
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from fangxun import text
from fangxun.cli import main
from fangxun.core.journal import Line
from fangxun.store import journal
from fangxun.store.base import Store, open_store


@dataclass(slots=True)
class Desk:
    """One terminal in the duty room."""

    folder: Path
    capture: pytest.CaptureFixture[str]

    def run(self, *words: str, code: int = 0) -> str:
        """What a command prints, both streams; its exit code is checked."""
        self.capture.readouterr()
        found = main.run(words)
        said = self.capture.readouterr()
        assert found == code, said.out + said.err
        return said.out + said.err

    def json(self, *words: str) -> list[dict[str, object]]:
        """What a command says with --json."""
        found: list[dict[str, object]] = json.loads(self.run(*words, "--json"))
        return found

    def store(self) -> Store:
        """The database itself."""
        state = self.folder / "state"
        return open_store(f"sqlite:///{state / 'fangxun.db'}", key_path=state / "journal.key")

    def lines(self) -> list[Line]:
        """The journal."""
        opened = self.store()
        try:
            with opened.read() as tx:
                return journal.lines(tx)
        finally:
            opened.close()

    def map_account(self, person: str) -> None:
        """Make this process's account a person's own, as a clerk does it: in people.csv."""
        account = pwd.getpwuid(os.getuid()).pw_name
        path = self.folder / "district" / "people.csv"
        rows = path.read_text(encoding="utf-8").splitlines()
        path.write_text(
            "\n".join(
                ",".join([*row.split(",")[:5], account, *row.split(",")[6:]])
                if row.startswith(f"{person},")
                else row
                for row in rows
            )
            + "\n",
            encoding="utf-8",
        )
        self.run("roster", "apply", "district", "--yes", "--actor", person)


@pytest.fixture
def desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Desk]:
    """The example district, applied, with the daemon down."""
    monkeypatch.chdir(tmp_path)
    for name in ("FANGXUN_CONFIG", "SUDO_UID"):
        monkeypatch.delenv(name, raising=False)
    text.install("en")
    found = Desk(tmp_path, capsys)
    found.run("init", "--demo")
    yield found
    text.install("en")
