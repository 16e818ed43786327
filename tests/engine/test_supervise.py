"""Others are told that the daemon lives: systemd by its socket, a remote watcher by a URL."""

from __future__ import annotations

import logging
import signal
import socket
from pathlib import Path

import pytest

from fangxun.engine import housekeep, supervise
from fangxun.standin.http1 import Reply, Request
from fangxun.standin.server import LoopbackServer
from tests.engine.process import closed_port, start, until


def test_systemd_hears_ready_the_watchdog_of_each_cycle_and_the_stop(
    migrated_url: str, tmp_path: Path
) -> None:
    """From a real process; a heartbeat file beside it holds that cycle."""
    address = tmp_path / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(address))
        systemd.settimeout(30)
        daemon = start(migrated_url, closed_port(), tmp_path, NOTIFY_SOCKET=str(address))
        try:
            assert systemd.recv(100) == b"READY=1"
            assert systemd.recv(100) == b"WATCHDOG=1"
        finally:
            daemon.send_signal(signal.SIGTERM)
        said = b""
        while said != b"STOPPING=1":
            said = systemd.recv(100)
            assert said in {b"WATCHDOG=1", b"STOPPING=1"}
        assert daemon.wait(timeout=40) == 0
    beat = housekeep.read_heartbeat(tmp_path / "heartbeat.json")
    assert beat is not None
    assert beat.pid == daemon.pid
    assert beat.failed == ()


def test_a_remote_watcher_hears_of_full_cycles(migrated_url: str, tmp_path: Path) -> None:
    """A GET to the heartbeat URL, again and again."""
    came: list[Request] = []

    def watcher(request: Request) -> Reply:
        came.append(request)
        return Reply(200, b"")

    with LoopbackServer(watcher) as server:
        beat_url = f"{server.url}/beat/1"
        daemon = start(migrated_url, closed_port(), tmp_path, HEARTBEAT_URL=beat_url)
        try:
            until(lambda: len(came) >= 2, "two heartbeats")
        finally:
            daemon.send_signal(signal.SIGTERM)
            daemon.wait(timeout=40)
    assert {(request.method, request.path) for request in came} == {("GET", "/beat/1")}


def test_without_systemd_nothing_is_said() -> None:
    """No socket is named."""
    assert not supervise.notify("READY=1", {})


def test_a_socket_that_is_gone_stops_nothing(tmp_path: Path) -> None:
    """It is logged, and the daemon goes on."""
    assert not supervise.notify("READY=1", {"NOTIFY_SOCKET": str(tmp_path / "none")})


@pytest.mark.parametrize("status", [404, 500, None])
def test_a_watcher_that_refuses_is_logged_and_stops_nothing(
    status: int | None, caplog: pytest.LogCaptureFixture
) -> None:
    """A status that is an error; nobody who listens."""
    with LoopbackServer(lambda _: Reply(status or 200, b"")) as server:
        beat = supervise.heartbeat_beater(server.url)
        if status is None:
            server.stop()
        with caplog.at_level(logging.WARNING):
            beat()
    assert [record.levelname for record in caplog.records] == ["WARNING"]
