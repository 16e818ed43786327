"""The guard that keeps every test on this machine."""

from __future__ import annotations

import socket

import pytest

ELSEWHERE = ("192.0.2.1", 9)
"""An address that is reserved for documents."""


@pytest.mark.parametrize("how", ["connect", "connect_ex"])
@pytest.mark.parametrize("address", [ELSEWHERE, ("sms.example.invalid", 443)])
def test_a_connection_elsewhere_fails(how, address):
    with socket.socket() as out, pytest.raises(pytest.fail.Exception, match=address[0]):
        getattr(out, how)(address)


def test_a_datagram_elsewhere_fails():
    with (
        socket.socket(type=socket.SOCK_DGRAM) as out,
        pytest.raises(pytest.fail.Exception, match="left this machine"),
    ):
        out.sendto(b"", ELSEWHERE)


def test_loopback_is_free():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()
