"""A small HTTP/1.1 server on loopback: keep-alive, answers after a delay, or none at all.

It runs on asyncio in a thread of its own; handlers are plain functions called in that thread, and
so need no locks. One core carries some thousands of requests a second, also with 100 connections
that each wait 150 ms for their answer.
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import threading
from collections.abc import Callable, Coroutine
from typing import Any, Self

from fangxun.core.errors import N_, Refused
from fangxun.standin.http1 import Connection, Handler, Reply, Request

log = logging.getLogger(__name__)

START_SECONDS = 10


class LoopbackServer:
    """Serves `handler` on loopback from `start` to `stop`; also a context manager."""

    def __init__(self, handler: Handler, *, host: str = "127.0.0.1", port: int = 0) -> None:
        """Port 0 takes a free one. Another address than loopback is refused."""
        if not ipaddress.ip_address(host).is_loopback:
            raise Refused(
                N_("A stand-in listens on loopback only, not on {host}; use 127.0.0.1."), host=host
            )
        self.host = host
        self.port = port
        self._handler = handler
        self.accepted = 0
        """How many connections were ever made to it."""
        self._connections: set[Connection] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._ready = threading.Event()
        self._failure: OSError | None = None
        self.closing: list[Callable[[], None]] = []
        """Called in the server's thread when it stops."""

    @property
    def url(self) -> str:
        """Where it listens, without a final slash."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The loop that everything runs in."""
        if self._loop is None:
            raise Refused(N_("The stand-in has not been started."))
        return self._loop

    def start(self) -> Self:
        """Listen; raises OSError where the port is taken."""
        self._ready.clear()
        self._failure = None
        self._thread = threading.Thread(target=self._run, name="standin", daemon=True)
        self._thread.start()
        self._ready.wait(START_SECONDS)
        self._raise_failure()
        return self

    def stop(self) -> None:
        """Close every connection and the port; the port is kept for another `start`."""
        thread, loop = self._thread, self._loop
        if thread is None or loop is None:
            return
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        self._thread = None

    def wait(self) -> None:
        """Until it is stopped from elsewhere."""
        while self._thread is not None and self._thread.is_alive():
            self._thread.join(1.0)

    def soon(self, work: Callable[[], None]) -> None:
        """Have `work` done in the server's thread; from any thread."""
        self.loop.call_soon_threadsafe(work)

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run a coroutine in the server's thread; call only from there."""
        task = self.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def handle(self, request: Request) -> Reply:
        """The handler's answer; its faults become a 500 and a line in the log."""
        try:
            return self._handler(request)
        except Exception:
            log.exception("stand-in failed", extra={"action": "standin_fault"})
            return Reply(500, b'{"message": "the stand-in itself failed"}')

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _accept(self) -> Connection:
        self.accepted += 1
        return Connection(self.handle, self._connections)

    def _raise_failure(self) -> None:
        if self._failure is not None:
            raise self._failure

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("stand-in task failed", exc_info=task.exception())

    def _run(self) -> None:
        loop = asyncio.new_event_loop()
        self._loop = loop
        try:
            server = loop.run_until_complete(
                loop.create_server(
                    self._accept,
                    self.host,
                    self.port,
                    backlog=512,
                )
            )
        except OSError as error:
            self._failure = error
            loop.close()
            self._ready.set()
            return
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        try:
            loop.run_forever()
        finally:
            loop.run_until_complete(self._close(server))
            loop.close()

    async def _close(self, server: asyncio.Server) -> None:
        # Nobody new is taken; those whom asyncio has taken and not yet handed to us come first: a
        # server that is closed would drop them, and leave their sockets open.
        for listening in server.sockets:
            self.loop.remove_reader(listening.fileno())
        for task in self._tasks:
            task.cancel()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        await asyncio.gather(*others, return_exceptions=True)
        server.close()
        for connection in list(self._connections):
            connection.abort()
        for close in self.closing:
            close()
        for _ in range(2):
            await asyncio.sleep(0)  # lets the transports run their closing callbacks
