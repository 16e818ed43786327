"""A process that kills itself at an instrumented point, as the environment says; only for tests.

`DIE_AT` is "engine-before-commit 4", "dispatch-after-commit 2", "request 150", "answer 150": the
n-th time that this thread or this request comes there, the process gets its SIGKILL.
"""

from __future__ import annotations

import os
import signal
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from fangxun.store.base import Store, Tx


class Point:
    """Counts how often each point was passed, and dies at the one that was asked for."""

    def __init__(self, asked: str) -> None:
        """`asked` as `DIE_AT` has it; "" for a process that lives."""
        self._name, _, number = asked.partition(" ")
        self._number = int(number or 0)
        self._passed: Counter[str] = Counter()
        self._counting = threading.Lock()

    def passed(self, name: str) -> None:
        """The process is at this point."""
        with self._counting:
            self._passed[name] += 1
            if name == self._name and self._passed[name] == self._number:
                os.kill(os.getpid(), signal.SIGKILL)


class DyingStore(Store):
    """The store, instrumented at each commit by the name of the thread that makes it."""

    point: Point

    @classmethod
    def over(cls, opened: Store, point: Point) -> DyingStore:
        """Take over what was opened."""
        store = cls(opened._writer, opened._reader, opened._key)  # noqa: SLF001  the same store, instrumented
        store.point = point
        return store

    @contextmanager
    def write(self) -> Iterator[Tx]:
        thread = threading.current_thread().name
        with super().write() as tx:
            yield tx
            self.point.passed(f"{thread}-before-commit")
        self.point.passed(f"{thread}-after-commit")


class DyingSession:
    """The session of a gateway, instrumented before each request to send and after its answer."""

    def __init__(self, session: Any, point: Point) -> None:
        self._session, self._point = session, point

    def request(self, method: str, url: str, **given: Any) -> Any:
        """One exchange."""
        if method.upper() != "POST":
            return self._session.request(method, url, **given)
        self._point.passed("request")
        answer = self._session.request(method, url, **given)
        self._point.passed("answer")
        return answer


def asked(environ: Mapping[str, str]) -> Point:
    """The point that the environment names."""
    return Point(environ.get("DIE_AT", ""))
