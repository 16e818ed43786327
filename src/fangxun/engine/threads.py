"""Hands that work in a pool of threads which no stop has to wait for."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from queue import Empty, SimpleQueue
from typing import TypeVar

log = logging.getLogger(__name__)
T = TypeVar("T")


class Threads:
    """At most so many jobs at a time; a job that raises is logged, never lost silently.

    The interpreter waits at its end for every thread of its own executors. A feed that hangs would
    then hold up a stop for as long as it likes, so these threads are the kind that it leaves.
    """

    def __init__(self, most: int, name: str) -> None:
        """Threads are begun when they are needed."""
        self._most = most
        self._name = name
        self._jobs: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._idle = threading.Semaphore(0)
        self._threads: list[threading.Thread] = []
        self._turn = threading.Lock()
        self._quiet = threading.Condition(self._turn)
        self._closed = False
        self._left = False
        self._keeping = 0

    def give(self, job: Callable[[], T], done: Callable[[T], None]) -> None:
        """Do it in the pool. RuntimeError where it is closed, or no thread is to be had."""
        with self._turn:
            if self._closed:
                raise RuntimeError(f"the pool {self._name} is closed")
            if not self._idle.acquire(blocking=False):
                self._one_more()
            self._jobs.put(partial(self._do, job, done))

    def close(self) -> list[Callable[[], None]]:
        """Take nothing new, and return what was not begun; nobody waits for what runs."""
        waiting: list[Callable[[], None]] = []
        with self._turn:
            self._closed = True
            with suppress(Empty):
                while job := self._jobs.get_nowait():
                    waiting.append(job)
            for _ in self._threads:
                self._jobs.put(None)
        return waiting

    def leave(self, seconds: float) -> None:
        """Close it, and hand on no result from now on: what is asked can be asked again. What is
        being handed on at this moment has so many seconds to end."""
        self.close()
        with self._quiet:
            self._left = True
            self._quiet.wait_for(lambda: self._keeping == 0, seconds)

    def _one_more(self) -> None:
        """Another thread, unless there are as many as there may be; those that there are do where
        no more can be had."""
        if len(self._threads) >= self._most:
            return
        thread = threading.Thread(
            target=self._work, name=f"{self._name}-{len(self._threads)}", daemon=True
        )
        try:
            thread.start()
        except RuntimeError:
            if not self._threads:
                raise
            log.exception("no thread is to be had", extra={"action": "no_thread"})
            return
        self._threads.append(thread)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()
            self._idle.release()

    def _do(self, job: Callable[[], T], done: Callable[[T], None]) -> None:
        try:
            result = job()
            with self._turn:
                if self._left:
                    return
                self._keeping += 1
            try:
                done(result)
            finally:
                with self._quiet:
                    self._keeping -= 1
                    self._quiet.notify_all()
        except Exception:
            log.exception("a job in the pool failed", extra={"action": "job_failed"})
