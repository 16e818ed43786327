"""`fangxun drill` as it is typed: what it says and writes, and what it touches."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass

import pytest

from fangxun.cli.main import run


@contextmanager
def watched() -> Iterator[list[str]]:
    """Every socket that is connected or bound meanwhile."""
    seen: list[str] = []
    armed = [True]

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if armed[0] and event in {"socket.connect", "socket.bind", "socket.sendto"}:
            seen.append(f"{event} {arguments[1:]}")

    sys.addaudithook(hook)  # a hook cannot be removed; it is disarmed instead
    yield seen
    armed[0] = False


@dataclass(frozen=True)
class Typed:
    """What it said, the report that it wrote, the sockets that it opened."""

    said: str
    report: str
    sockets: list[str]


@pytest.fixture(scope="module")
def typed(tmp_path_factory: pytest.TempPathFactory) -> Typed:
    """Under a configuration whose gateway's secret is missing."""
    folder = tmp_path_factory.mktemp("typed")
    config, report = folder / "fangxun.toml", folder / "report.html"
    config.write_text(
        'language = "en"\n[[gateway]]\nname = "t"\nkind = "twilio"\n'
        '[gateway.settings]\naccount_sid = "AC1"\nauth_token = "file:missing"\n'
        'from = "+15005550006"\n'
    )
    said = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(said), watched() as sockets:
        patch.setenv("FANGXUN_CONFIG", str(config))
        assert run(["drill", "omoto", "--report", str(report)]) == 0, said.getvalue()
    return Typed(said.getvalue(), report.read_text("utf-8"), sockets)


def test_a_drill_opens_no_socket_and_reads_no_secret(typed: Typed) -> None:
    """It runs all the same, and the interpreter reports no connection of any kind."""
    assert typed.sockets == []
    assert "123.5 mm" in typed.said


def test_a_drill_writes_the_same_report_as_a_real_storm(typed: Typed) -> None:
    """With the place, and the name of whoever did not confirm."""
    assert "上云镇" in typed.report
    assert "谷回音" in typed.report


def test_the_timeline_names_who_is_on_watch_when_the_first_raise_comes(typed: Typed) -> None:
    """Posts and names of the town and of the duty room, before anybody is paged, and once."""
    said = typed.said
    watch = [line for line in said.splitlines() if "on watch:" in line]
    assert len(watch) == 2
    assert "云溪区防汛抗旱指挥部办公室" in watch[0]
    assert "主班 麦谷雨" in watch[0]
    assert "上云镇人民政府  主班 松间月  带班领导 云出岫" in watch[1]
    assert said.index("on watch:") < said.index("raised") < said.index("pages (sms)")
