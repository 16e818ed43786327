"""uvicorn in a thread of its own; the main thread keeps the signals."""

from __future__ import annotations

import asyncio
import socket
import threading

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.h11_impl import H11Protocol

from fangxun.core.errors import N_, Refused

FAREWELL = 2
"""Seconds that a stop waits for requests that are in; a client that dawdles holds up no restart."""
PATIENCE = 10
"""Seconds that a connection may be without the whole head of a request. Five hundred that say
nothing would else keep every confirmation out, and cost nothing to hold."""
MOST_AT_ONCE = 500


class Impatient(H11Protocol):
    """HTTP/1.1 that ends a connection which asks nothing. uvicorn itself waits for ever for a first
    request, and for the rest of each that has begun."""

    _waits: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn does
        """From now on a request is waited for."""
        super().connection_made(transport)
        self._wait()

    def on_response_complete(self) -> None:
        """From now on the next request is waited for."""
        self._wait()
        super().on_response_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is waited for any more."""
        if self._waits is not None:
            self._waits.cancel()
        super().connection_lost(exc)

    def _wait(self) -> None:
        if self._waits is not None:
            self._waits.cancel()
        self._waits = self.loop.call_later(self.timeout_keep_alive, self._give_up)

    def _give_up(self) -> None:
        if self.cycle is None or self.cycle.response_complete:
            self.transport.abort()


class Server:
    """Serves an application on one address until stopped."""

    def __init__(self, app: FastAPI, *, host: str, port: int, patience: int = PATIENCE) -> None:
        """Takes the address at once, so that a daemon that could not be called back never starts;
        Refused where it cannot be had. Nothing is served before `start`. `patience` in seconds."""
        config = uvicorn.Config(
            app,
            http=Impatient,
            log_level="warning",
            access_log=False,
            lifespan="off",
            server_header=False,
            timeout_keep_alive=patience,
            timeout_graceful_shutdown=FAREWELL,
            limit_concurrency=MOST_AT_ONCE,
        )
        self._socket = _taken(host, port)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._serve, name="http", daemon=True)

    @property
    def port(self) -> int:
        """Where it listens; of use where port 0 asked for any free one."""
        return int(self._socket.getsockname()[1])

    def start(self) -> None:
        """Listen, in the thread."""
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether it still serves."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """Finish the requests that are in, then end; one that hangs is left."""
        self._server.should_exit = True
        self._thread.join(2 * FAREWELL)
        self._socket.close()

    def _serve(self) -> None:
        self._server.run(sockets=[self._socket])


def _taken(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    found = socket.socket(family, socket.SOCK_STREAM)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((host, port))
    except OSError as error:
        found.close()
        raise Refused(
            N_(
                "Nothing can listen on {host}, port {port}: {why}. Stop what listens there, or set "
                "another bind and port in fangxun.toml."
            ),
            host=host,
            port=port,
            why=error.strerror or error,
        ) from error
    return found
