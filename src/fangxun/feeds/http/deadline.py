"""Connections of which no operation outlasts one deadline, however the server drips."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager

import httpcore

from fangxun import clock

Address = tuple[str, int]


class Deadline:
    """An instant of clock.monotonic by which all of a poll is over; a part of it may have less."""

    def __init__(self, seconds: float) -> None:
        """So many seconds from now."""
        self._end = clock.monotonic() + seconds
        self.seconds = seconds
        """What was given to what runs now."""

    @property
    def passed(self) -> bool:
        """Whether it is over."""
        return not self.room(0)

    def room(self, seconds: float) -> bool:
        """Whether so many seconds are left."""
        return self._end - clock.monotonic() >= seconds

    def left(self) -> float:
        """Seconds; httpcore.ReadTimeout where there are none."""
        left = self._end - clock.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout
        return left

    @contextmanager
    def share(self, seconds: float) -> Iterator[None]:
        """For one part no more than so many seconds of what is left."""
        whole, given = self._end, self.seconds
        self._end = min(whole, clock.monotonic() + seconds)
        self.seconds = min(given, seconds)
        try:
            yield
        finally:
            self._end, self.seconds = whole, given


class DeadlineStream(httpcore.NetworkStream):
    """A connection of which no operation outlasts the deadline of the whole poll."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Receive; `timeout` gives way to what is left of the whole poll, here and below."""
        del timeout
        return self._inner.read(max_bytes, self._deadline.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send."""
        del timeout
        self._inner.write(buffer, self._deadline.left())

    def close(self) -> None:
        """Close the connection."""
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        """Go on encrypted, within the same deadline."""
        del timeout
        inner = self._inner.start_tls(ssl_context, server_hostname, self._deadline.left())
        return DeadlineStream(inner, self._deadline)

    def get_extra_info(self, info: str) -> object:
        """What the connection underneath says."""
        return self._inner.get_extra_info(info)


class DeadlineBackend(httpcore.NetworkBackend):
    """Opens such connections: looking the name up, and all its addresses, share the deadline."""

    def __init__(self, deadline: Deadline) -> None:
        self._inner = httpcore.SyncBackend()
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address that answers; each has its part of what is left."""
        del timeout
        addresses = _resolved(host, port, self._deadline.left())
        for number, (address, at) in enumerate(addresses):
            last = number == len(addresses) - 1
            left = self._deadline.left()
            try:
                stream = self._inner.connect_tcp(
                    address,
                    at,
                    left if last else left / (len(addresses) - number),
                    local_address,
                    socket_options,
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if last:
                    raise
            else:
                return DeadlineStream(stream, self._deadline)
        raise httpcore.ConnectError(f"{host} has no address")


_asked: dict[Address, Future[list[Address]]] = {}
"""Names that are being looked up: the system's own resolver knows no time-out, so that it is left
behind in a thread of its own, one for each name however often it is asked meanwhile."""
_asking = threading.Lock()


def _resolved(host: str, port: int, seconds: float) -> list[Address]:
    """The addresses of a name, each once; httpcore.ConnectTimeout where none came in time."""
    with _asking:
        found = _asked.get((host, port))
        if found is None:
            found = _asked[host, port] = Future()
            threading.Thread(
                target=_resolve, args=(host, port, found), name="resolve", daemon=True
            ).start()
    try:
        return found.result(seconds)
    except TimeoutError as error:
        raise httpcore.ConnectTimeout from error
    except (OSError, ValueError) as error:
        raise httpcore.ConnectError(str(error)) from error


def _resolve(host: str, port: int, found: Future[list[Address]]) -> None:
    try:
        infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = [(str(info[4][0]), int(info[4][1])) for info in infos]
        found.set_result(list(dict.fromkeys(addresses)))
    except Exception as error:  # noqa: BLE001  whoever waits for it is told
        found.set_exception(error)
    finally:
        with _asking:
            del _asked[host, port]
