"""A few HTTP clients, each used by one thread at a time.

One client shared by many threads looks simpler and is not safe: its pool asks of idle connections
whether the other side has closed them, and where another thread has just taken the connection and
its answer has come, it closes that connection ("bad file descriptor"). Such a send is in doubt for
nothing, and may be sent twice.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, Protocol, TypeVar


class Closable(Protocol):
    """What is pooled."""

    def close(self) -> None:
        """Close its connections."""
        ...


C = TypeVar("C", bound=Closable)


class Clients(Generic[C]):
    """At most `size` clients, made when first wanted; the one last used is used first."""

    def __init__(self, make: Callable[[], C], *, size: int, patience: float) -> None:
        """`patience`: seconds to wait for one to be free; then `TimeoutError`."""
        self._make = make
        self._patience = patience
        self._free: queue.LifoQueue[C | None] = queue.LifoQueue()
        self._all: list[C] = []
        self._lock = threading.Lock()
        for _ in range(size):
            self._free.put(None)

    @contextmanager
    def one(self) -> Iterator[C]:
        """A client for this thread alone."""
        try:
            client = self._free.get(timeout=self._patience)
        except queue.Empty as error:
            raise TimeoutError("every connection is busy") from error
        try:
            if client is None:
                client = self._make()
                with self._lock:
                    self._all.append(client)
            yield client
        finally:
            self._free.put(client)

    def close(self) -> None:
        """Close all; one that is in use ends its exchange with a fault."""
        with self._lock:
            for client in self._all:
                client.close()
