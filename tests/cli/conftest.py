"""A demo district in force in a folder of its own, and the command line on it."""

from __future__ import annotations

import json
import os
import pwd
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from fangxun import clock, text
from fangxun.cli import main
from fangxun.core.journal import Line
from fangxun.core.level import Level
from fangxun.core.page import How
from fangxun.core.plan import Channel
from fangxun.engine import acknowledge, acts, cycle, dispatch, housekeep
from fangxun.engine.acts import Act
from fangxun.engine.housekeep import Heartbeat
from fangxun.engine.parts import Parts
from fangxun.store import journal
from fangxun.store import pages as page_store
from fangxun.store.base import Store, open_store
from tests.scenario.room import Phones


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
        self.run("roster", "apply", "district", "--yes", "--actor", person, "-r", "new account")

    def lives(self) -> None:
        """The daemon has just finished a cycle, and will have for a while."""
        beat = Heartbeat(clock.now() + timedelta(seconds=50), 4711)
        housekeep.write_heartbeat(self.folder / "state" / "heartbeat.json", beat)

    def storm(self, *places: str) -> None:
        """Each place went red a quarter of an hour ago, half of those who were paged have answered,
        and the ladders of the others are exhausted: pages, alarms and levels stand open."""
        opened = self.store()
        begun = clock.now() - timedelta(minutes=16)
        phones = (Phones("sms", [Channel.SMS]), Phones("console", [Channel.CONSOLE], two_way=False))
        parts = Parts(
            store=opened, feeds={}, gateways=phones, token=clock.token, clock=clock.now,
            link_base="",
        )  # fmt: skip
        sends = dispatch.Dispatcher(parts)
        for place in places:
            act = Act("zhu-xiaoman", "the dam keeper phoned", begun)
            acts.raise_by_hand(opened, place, Level.RED, act=act)
        for minutes in range(0, 16, 2):
            at = begun + timedelta(minutes=minutes)
            cycle.cycle(parts, now=at)
            sends.turn(now=at)
            sends.drain(now=at)
            if minutes == 0:
                with opened.write() as tx:
                    for page in page_store.open_pages(tx)[::2]:
                        who = page.person or ""
                        acknowledge.confirm(tx, page, by=who, how=How.REPLY, said="收到", now=at)
        opened.close()


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
