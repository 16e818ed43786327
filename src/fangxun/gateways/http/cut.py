"""End an exchange that drips: no phase of it outlasts one deadline.

The client's own time-outs are for each operation, so that a server that sends a byte now and then
holds an exchange for ever. A timer shuts the socket; whoever reads from it then meets its end.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any


class Cutter:
    """Watches the exchanges of one client, which is used by one thread at a time."""

    def __init__(self) -> None:
        """No connection is known yet."""
        self._socket: socket.socket | None = None
        self._over = False
        self._lock = threading.Lock()

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """An exchange that is cut off after so long; RuntimeError where no thread is to be had."""
        self._over = False
        timer = threading.Timer(seconds, self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """What the client tells of its connections: a new one, or one that is now encrypted."""
        if event.endswith((".connect_tcp.complete", ".start_tls.complete")):
            with self._lock:
                self._socket = info["return_value"].get_extra_info("socket")
            if self._over:
                self._cut()

    def _cut(self) -> None:
        self._over = True
        with self._lock:
            taken = self._socket
        try:
            if taken is not None:
                taken.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # it has ended by itself
