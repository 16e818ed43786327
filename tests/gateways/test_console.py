"""The duty room's own terminal as a gateway."""

from __future__ import annotations

import io
import json
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fangxun.core.errors import ConfigFault
from fangxun.core.page import AttemptState
from fangxun.core.plan import Channel
from fangxun.gateways import console
from fangxun.gateways.base import Accepted, NotSent, Refused
from fangxun.gateways.console import ConsoleGateway, ConsoleSettings
from tests.gateways.harness import order, secret

AT = datetime(2026, 7, 20, 2, 3, 4, tzinfo=UTC)


def written(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def ring(**more: object) -> ConsoleGateway:
    return ConsoleGateway(ConsoleSettings("console", **more), now=lambda: AT)  # type: ignore[arg-type]  # replace() of any field


def test_each_message_is_a_line_that_only_the_owner_may_read(tmp_path: Path) -> None:
    path = tmp_path / "console.jsonl"
    gateway = ring(path=str(path))
    outcome = gateway.send(replace(order(1), channel=Channel.CONSOLE))
    assert outcome == Accepted(f"{1:016x}", AttemptState.SENT), "written is not delivered"
    (line,) = written(path)
    assert line == {
        "at": "2026-07-20T02:03:04.000+00:00",
        "attempt": f"{1:016x}",
        "channel": "console",
        "number": "+…001",
        "text": order().text,
    }
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_file_that_was_moved_away_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "console.jsonl"
    gateway = ring(path=str(path))
    gateway.send(replace(order(1), channel=Channel.CONSOLE))
    path.rename(tmp_path / "old")
    gateway.send(replace(order(2), channel=Channel.CONSOLE))
    assert [line["attempt"] for line in written(path)] == [f"{2:016x}"]


def test_what_would_steer_a_terminal_is_shown_and_not_obeyed() -> None:
    terminal = io.StringIO()
    gateway = ConsoleGateway(ConsoleSettings("console", ring=True), terminal=terminal)
    text = "\x1b[2Jgone\x9b2Jgone\x07\r\n\u202e两行"
    gateway.send(replace(order(text=text), channel=Channel.CONSOLE))
    shown = terminal.getvalue()
    assert not set(shown.rstrip("\n\a")) & set("\x1b\x9b\x07\r\n")
    assert shown.endswith("\n\a"), "the bell is ours"
    assert json.loads(shown.rstrip("\a"))["text"] == text


def test_many_threads_write_whole_lines(tmp_path: Path) -> None:
    path = tmp_path / "console.jsonl"
    gateway = ring(path=str(path))
    with ThreadPoolExecutor(8) as pool:
        list(
            pool.map(lambda n: gateway.send(replace(order(n), channel=Channel.CONSOLE)), range(80))
        )
    assert {line["attempt"] for line in written(path)} == {f"{n:016x}" for n in range(80)}


def test_what_cannot_be_written_was_not_sent(tmp_path: Path) -> None:
    gateway = ring(path=str(tmp_path / "none" / "console.jsonl"))
    assert isinstance(gateway.send(replace(order(), channel=Channel.CONSOLE)), NotSent)
    assert "console.jsonl" in gateway.check()
    full = ring(path=os.devnull.replace("null", "full"))
    assert isinstance(full.send(replace(order(), channel=Channel.CONSOLE)), NotSent)


def test_it_reaches_nobody_s_phone_and_says_so() -> None:
    gateway = ring()
    assert not gateway.abilities.real
    assert not gateway.abilities.two_way
    assert gateway.abilities.channels == {Channel.CONSOLE}
    assert isinstance(gateway.send(order()), Refused)
    assert gateway.ask(order(), since=AT) is None
    assert gateway.fetch(["x"]) == ()
    assert gateway.inbound(since=AT) == ()


def test_a_wrong_setting_is_named() -> None:
    with pytest.raises(ConfigFault, match=r"gateway console: channels\.0"):
        console.build("console", {"channels": ["smoke"]}, secret=secret)
