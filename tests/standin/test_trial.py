"""`python -m fangxun.standin`: what README has a reader start beside the daemon."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib import resources

import httpx
import pytest

from fangxun.standin import __main__ as trial
from fangxun.standin.twilio_lives import ACCOUNT
from fangxun.standin.twilio_server import NUMBER

ITSELF = (sys.executable, "-m", "fangxun.standin")
DAEMON = "http://127.0.0.1:1"
"""Nobody listens there, and nothing of this test asks it to."""


@pytest.fixture
def started() -> Iterator[subprocess.Popen[str]]:
    ports = ("--feed-port", "0", "--provider-port", "0", "--daemon", DAEMON)
    # A shell that starts the suite in the background has SIGINT ignored, and a child inherits that.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        process = subprocess.Popen(
            [*ITSELF, *ports], stdout=subprocess.PIPE, text=True, encoding="utf-8",
            env={**os.environ, "PYTHONUTF8": "1"},
        )  # fmt: skip
    finally:
        signal.signal(signal.SIGINT, before)
    with process:
        yield process
        process.kill()


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def test_it_serves_a_storm_shows_what_is_texted_and_ends_when_interrupted(started):
    """Its first two lines name the addresses, and are there when it listens."""
    _, index, gauges = line(started).split()
    _, provider = line(started).split()
    with httpx.Client(trust_env=False) as web:
        assert "上云镇" in web.get(index).text
        assert "yx02" in web.get(gauges).text
    port = provider.rpartition(":")[2]
    words = ["--provider-port", port, "reply", "+8610000000143", "收到"]
    assert trial.main(words) == 0
    assert line(started) == "+8610000000143 >  收到\n"
    started.send_signal(signal.SIGINT)
    assert started.wait(timeout=20) == 0


def test_a_reply_with_nobody_there_says_what_to_start(capsys):
    assert trial.main(["--provider-port", "1", "reply", "+8610000000143", "收到"]) == 1
    assert "python -m fangxun.standin" in capsys.readouterr().err


def test_the_example_s_configuration_finds_it_without_options():
    """What `init --demo` writes and what is started by default belong together."""
    text = resources.files("fangxun.cli").joinpath("templates", "demo.toml").read_text("utf-8")
    written = tomllib.loads(text)
    feeds = f"http://127.0.0.1:{trial.FEED_PORT}/"
    assert {feed["url"].startswith(feeds) for feed in written["feed"]} == {True}
    settings = written["gateway"][0]["settings"]
    assert settings["api_base"] == f"http://127.0.0.1:{trial.PROVIDER_PORT}"
    assert (settings["account_sid"], settings["from_"]) == (ACCOUNT, NUMBER)
    assert written["public_base_url"] == trial.DAEMON
    assert written["gateway"][0]["name"] in trial.INBOUND
