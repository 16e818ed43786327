"""A server that sends a byte now and then holds nobody for ever: neither a send nor a question."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from fangxun import clock
from fangxun.clock import now
from fangxun.gateways import http, twilio
from fangxun.gateways.base import Gateway, InDoubt, Unanswered
from fangxun.standin.sms_template import gateway_settings
from tests.gateways.harness import order, secret, twilio_settings

STATUS = b"HTTP/1.1 201 Created\r\n"
BEGINNINGS = {
    "status": b"",
    "headers": STATUS + b"X-Slow: ",
    "body": STATUS + b"Content-Length: 999999\r\n\r\n",
}
LONG = 30.0
"""Seconds after which a test gives up; an exchange may take a fraction of one."""


@contextmanager
def dripping(beginning: bytes) -> Iterator[str]:
    """The address of a server that answers with this at once, and then with a byte at a time."""
    over = threading.Event()
    threads: list[threading.Thread] = []

    def drip(taken: socket.socket) -> None:
        with taken:
            try:
                taken.recv(65536)
                taken.sendall(beginning)
                while not over.wait(0.02):
                    taken.sendall(b"H")
            except OSError:
                return

    def serve(listener: socket.socket) -> None:
        while True:
            try:
                taken, _ = listener.accept()
            except OSError:
                return
            threads.append(threading.Thread(target=drip, args=(taken,)))
            threads[-1].start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threads.append(threading.Thread(target=serve, args=(listener,)))
        threads[0].start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            over.set()
            listener.shutdown(socket.SHUT_RDWR)
    for thread in threads:
        thread.join(LONG)


def built(kind: str, url: str) -> Gateway:
    """A gateway that waits a tenth of a second for each byte."""
    if kind == "twilio":
        return twilio.build("tw", twilio_settings(url, read_seconds=0.1), secret=secret)
    settings = {**gateway_settings(url), "read_seconds": 0.1, "connect_seconds": 0.1}
    return http.build("province", settings, secret=secret)


@pytest.mark.parametrize("phase", list(BEGINNINGS))
@pytest.mark.parametrize("kind", ["twilio", "http"])
def test_an_answer_that_drips_ends_in_doubt_and_a_question_unanswered(
    kind: str, phase: str
) -> None:
    """In its first line, in its headers, and in its body."""
    with dripping(BEGINNINGS[phase]) as url:
        gateway = built(kind, url)
        began = clock.monotonic()
        assert isinstance(gateway.send(order()), InDoubt)
        assert isinstance(gateway.inbound(since=now()), Unanswered)
        assert isinstance(gateway.ask(order(), since=now()), Unanswered)
        assert clock.monotonic() - began < LONG
        gateway.close()


def test_a_gateway_goes_on_after_an_exchange_that_was_cut_off() -> None:
    """The next one is bounded as well, and not cut off by the one before."""
    with dripping(BEGINNINGS["headers"]) as url:
        gateway = built("http", url)
        outcomes = [gateway.send(order(number)) for number in range(3)]
        assert all(isinstance(outcome, InDoubt) for outcome in outcomes)
        gateway.close()
