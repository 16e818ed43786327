"""The whole house as its users run it: commands, the daemon's process, stand-ins on loopback."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from fangxun import clock
from fangxun.standin.feed_documents import Warned
from fangxun.standin.feed_server import FeedServer
from fangxun.standin.twilio_lives import TOKEN
from fangxun.standin.twilio_server import TwilioStandin
from fangxun.store import pages as page_store
from fangxun.store.base import open_store
from tests import beginnings
from tests.engine.process import closed_port, until

COMMAND = Path(sys.executable).with_name("fangxun")


class House:
    """An installation in a folder of its own."""

    def __init__(self, folder: Path, feeds: str, provider: str) -> None:
        self.folder = folder
        self.port = closed_port()
        self.env = {
            **os.environ, "FANGXUN_LANG": "en", "FANGXUN_DEMO_TOKEN": TOKEN,
            "FANGXUN_CONFIG": str(folder / "fangxun.toml"),
        }  # fmt: skip
        self.run("init", "--demo", str(folder), cwd=folder.parent)
        path = folder / "fangxun.toml"
        text = path.read_text(encoding="utf-8")
        for old, new in (
            ("http://127.0.0.1:8901", feeds), ("http://127.0.0.1:8902", provider),
            ("8787", str(self.port)), ("interval = 10", "interval = 1"),
        ):  # fmt: skip
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")

    def run(self, *words: str, code: int = 0, cwd: Path | None = None) -> str:
        done = subprocess.run(
            [COMMAND, *words], cwd=cwd or self.folder, env=self.env, capture_output=True,
            text=True, timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode == code, f"{words}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout + done.stderr

    def json(self, *words: str) -> list[dict[str, object]]:
        found = json.loads(self.run(*words, "--json"))
        return found if isinstance(found, list) else [found]

    def open_pages(self) -> int:
        """As many as `page list` lists, asked without a process for each look."""
        url = f"sqlite:///{self.folder}/state/fangxun.db"
        with closing(open_store(url)) as store, store.read() as tx:
            return len(page_store.open_pages(tx))

    def daemon(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen([COMMAND, "run"], cwd=self.folder, env=self.env)


def listening(port: int) -> set[str]:
    """On which addresses of this machine, as the kernel writes them, a port is open."""
    tables = [Path("/proc/net/tcp"), Path("/proc/net/tcp6")]
    rows = [row.split() for table in tables for row in table.read_text("ascii").splitlines()[1:]]
    ends = [row[1].split(":") for row in rows if row[3] == "0A"]
    return {address for address, number in ends if int(number, 16) == port}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[tuple[House, TwilioStandin]]:
    now = clock.now()
    with FeedServer() as feeds, TwilioStandin() as provider:
        feeds.warn(Warned("standin_1", "999901101000", now, "上云镇", "Severe"))
        hour = now.replace(minute=0, second=0, microsecond=0)
        feeds.rain_until("yx02", hour, [0.0] * 9 + [3.0, 24.0, 83.0])
        yield House(tmp_path / "demo", feeds.url, provider.url), provider


def test_a_warning_and_a_gauge_page_through_the_provider_and_a_reply_confirms(
    house: tuple[House, TwilioStandin],
) -> None:
    """From the README: init --demo, run; a rainstorm warning in CMA's shape and a gauge's CSV page
    the officials; one replies; the journal tells the story and is whole; SIGTERM ends in order."""
    home, provider = house
    daemon = home.daemon()
    try:
        until(lambda: len(provider.messages) >= 9, "the officials were paged")
        pages = home.json("page", "list")
        official = next(p for p in pages if p["person"] == "yun-chuxiu")
        assert official["level"] == "red", "the gauge's 110 mm in 3 h outdo the orange warning"
        people = beginnings.example().people
        phone = next(p.phones[0].number for p in people if p.id == official["person"])
        assert phone in {message.to for message in provider.messages}
        provider.reply(phone, "收到")
        until(lambda: home.open_pages() < len(pages), "the reply was taken", 40)
        first = home.json("page", "list")[0]
        home.run(
            "page", "relay", str(first["id"]), "--by", str(first["person"]), "--how", "telephone",
            "--actor", "zhu-xiaoman", "-r", "he rang",
        )  # fmt: skip
        assert listening(home.port) == {"0100007F"}, "nobody else's machine can knock"
        second = home.run("run", code=6)
        assert "holds this database" in second
    finally:
        daemon.send_signal(signal.SIGTERM)
        daemon.wait(timeout=30)
    events = {line["entry"]["event"] for line in home.json("journal", "show", "-n", "10000")}  # type: ignore[index]  # JSON
    assert {"warning_received", "level_changed", "raised", "page_opened", "step_fired",
            "attempt_settled", "page_confirmed", "reply_received", "stopped"} <= events  # fmt: skip
    assert "whole" in home.run("journal", "verify")
