"""The small server under the stand-ins."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator

import httpx
import pytest

from fangxun.core.errors import Refused
from fangxun.standin.caller import is_loopback
from fangxun.standin.http1 import Reply, Request
from fangxun.standin.server import LoopbackServer


def echo(request: Request) -> Reply:
    if request.path == "/fault":
        raise ValueError("odd")
    if request.path == "/drop":
        return Reply(drop=True)
    return Reply(200, request.body + request.target.encode(), "text/plain")


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    with LoopbackServer(echo) as running:
        yield running


def raw(server: LoopbackServer, *parts: bytes) -> bytes:
    """What comes back for bytes sent one by one, until the other side closes."""
    with socket.create_connection((server.host, server.port), timeout=5) as connection:
        for part in parts:
            connection.sendall(part)
        received = b""
        while more := connection.recv(65536):
            received += more
        return received


def test_it_listens_on_loopback_only() -> None:
    for host in ("0.0.0.0", "192.0.2.1"):  # noqa: S104  that is the point
        with pytest.raises(Refused, match="loopback only"):
            LoopbackServer(echo, host=host)


def test_a_port_that_is_taken_is_said_at_once(server: LoopbackServer) -> None:
    with pytest.raises(OSError, match="in use"):
        LoopbackServer(echo, port=server.port).start()


def test_connections_are_kept_and_used_again(server: LoopbackServer) -> None:
    with httpx.Client(trust_env=False) as client:
        answers = [client.post(f"{server.url}/{n}", content=b"x" * n).text for n in range(20)]
    assert answers == ["x" * n + f"/{n}" for n in range(20)]
    assert server.accepted == 1


def test_requests_in_one_packet_and_a_request_in_many_are_the_same(
    server: LoopbackServer,
) -> None:
    one = b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n"
    last = b"POST /b HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc"
    together = raw(server, one + last)
    assert together.endswith(b"abc/b")
    assert together.count(b"HTTP/1.1 200 OK") == 2
    assert raw(server, *(bytes([byte]) for byte in one + last)) == together


def test_what_is_no_request_is_not_answered(server: LoopbackServer) -> None:
    for odd in (
        b"hello\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 20_000,
    ):
        with contextlib.suppress(ConnectionError):  # closed while we were still sending
            assert raw(server, odd) == b""
    with httpx.Client(trust_env=False) as client:
        assert client.get(server.url).status_code == 200


def test_a_fault_of_the_handler_is_a_500_and_the_server_lives(server: LoopbackServer) -> None:
    with httpx.Client(trust_env=False) as client:
        assert client.get(f"{server.url}/fault").status_code == 500
        with pytest.raises(httpx.RemoteProtocolError):
            client.get(f"{server.url}/drop")
        assert client.get(server.url).status_code == 200


def test_it_starts_again_on_the_same_port() -> None:
    server = LoopbackServer(echo)
    server.start()
    url = server.url
    server.stop()
    with httpx.Client(trust_env=False) as client:
        with pytest.raises(httpx.ConnectError):
            client.get(url)
        with server:
            assert client.get(url).status_code == 200
            assert server.url == url


@pytest.mark.parametrize(
    ("url", "own"),
    [
        ("http://127.0.0.1:8787/x", True),
        ("http://[::1]:8787", True),
        ("http://localhost/x", True),
        ("http://127.0.0.1.example/x", False),
        ("http://fangxun.example", False),
        ("http://192.0.2.1", False),
        ("file:///etc/passwd", False),
        ("http://[::1", False),
        ("", False),
    ],
)
def test_what_is_on_this_machine(url: str, own: bool) -> None:
    assert is_loopback(url) is own


def test_a_stop_closes_those_who_have_only_just_connected() -> None:
    """The server's thread learns of a connection in the very moment in which it stops."""
    server = LoopbackServer(echo)
    clients: list[socket.socket] = []

    def connect_and_stop() -> None:
        clients.append(socket.create_connection((server.host, server.port), timeout=5))
        server.loop.call_soon(server.loop.stop)

    server.start()
    server.soon(connect_and_stop)
    server.wait()
    with clients[0] as client, contextlib.suppress(ConnectionResetError):
        assert client.recv(1) == b""
