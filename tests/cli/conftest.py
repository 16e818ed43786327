"""A demo district in force in a folder of its own, and the command line on it."""

from __future__ import annotations

import io
import json
import os
import pwd
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

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
from fangxun.standin.__main__ import FEED_PORT, PROVIDER_PORT
from fangxun.store import journal
from fangxun.store import pages as page_store
from fangxun.store.base import Store, open_store
from tests.scenario.room import Phones

FEEDS, PROVIDER = "http://127.0.0.1:1", "http://127.0.0.1:2"
"""Where the demo's stand-ins would be, and nobody is: what somebody tries out on this machine
meanwhile is none of a test's business."""


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

    def typed(self, answer: str | None, *words: str, code: int = 0) -> str:
        """The same where this is typed when it asks; None for an input that is closed."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "stdin", None if answer is None else io.StringIO(answer))
            return self.run(*words, code=code)

    def json(self, *words: str) -> list[dict[str, object]]:
        """What a command says with --json."""
        found: list[dict[str, object]] = json.loads(self.run(*words, "--json"))
        return found

    def said(self, *words: str) -> dict[str, Any]:
        """The same of a command that tells of one thing."""
        found: dict[str, Any] = json.loads(self.run(*words, "--json"))
        return found

    def edit(self, file: str, old: str, new: str) -> None:
        """Another word in a file of his; it stood there."""
        path = self.folder / file
        written = path.read_text(encoding="utf-8")
        assert old in written
        path.write_text(written.replace(old, new), encoding="utf-8")

    def knows_the_holidays(self) -> None:
        """Those of this year and the next are written down; what is missing is else a fault."""
        for year in (clock.now().year, clock.now().year + 1):
            path = self.folder / "district" / "holidays" / f"{year}.csv"
            if not path.exists():
                new = f"日期,类型,名称\n{year}-01-01,HOLIDAY,元旦\n"
                path.write_text(new, encoding="utf-8")
        self.run("roster", "apply", "district", "--yes", "--actor", "竹小满", "-r", "holidays")

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


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `init --demo` writes, once in each process: each desk begins with a copy."""
    folder = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patch:
        _nothing_set(patch)
        assert main.run(("init", "--demo", str(folder))) == 0
    config = folder / "fangxun.toml"
    text = config.read_text("utf-8")
    for port, nobody in ((FEED_PORT, FEEDS), (PROVIDER_PORT, PROVIDER)):
        text = text.replace(f"http://127.0.0.1:{port}", nobody)
    config.write_text(text, "utf-8")
    return folder


def _nothing_set(patch: pytest.MonkeyPatch) -> None:
    for name in ("FANGXUN_CONFIG", "SUDO_UID"):
        patch.delenv(name, raising=False)


@pytest.fixture
def desk(
    demo: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Desk]:
    """The example district, applied, with the daemon down."""
    shutil.copytree(demo, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    _nothing_set(monkeypatch)
    text.install("en")
    yield Desk(tmp_path, capsys)
    text.install("en")


@pytest.fixture
def one_way(desk: Desk) -> Desk:
    """Texts to these numbers hold neither code nor link, as to +86 over Twilio."""
    desk.edit("fangxun.toml", "no_reply_prefixes = []", 'no_reply_prefixes = ["+86"]')
    return desk
