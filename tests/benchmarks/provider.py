"""The stand-in provider in a process of its own, so that it does not share our interpreter."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from fangxun import clock


@contextmanager
def provider(*, latency_ms: int = 0, callbacks: str = "") -> Iterator[str]:
    """Start it, wait until it answers, give its URL."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = [
        "-m",
        "fangxun.standin.twilio_server",
        "--port",
        str(port),
        "--latency-ms",
        str(latency_ms),
    ]
    if callbacks:
        words += ["--deliver-to", callbacks]
    server = subprocess.Popen([sys.executable, *words], stdout=subprocess.DEVNULL)
    try:
        deadline = clock.monotonic() + 10
        while clock.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                continue
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=10)


def sent(url: str) -> list[dict[str, str]]:
    """What the stand-in took."""
    with urllib.request.urlopen(f"{url}/standin/messages") as answer:  # noqa: S310  loopback
        found: list[dict[str, str]] = json.load(answer)
    return found
