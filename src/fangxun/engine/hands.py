"""The daemon's hands: a few threads that do what they are given, and never hold up its end."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from fangxun import clock

log = logging.getLogger(__name__)
T = TypeVar("T")


class Threads:
    """Hands that work in a pool of threads; a job that raises is logged, never lost silently.

    Unlike the standard library's, the threads end with the process: one that waits for a server
    for ever must not keep a stop waiting.
    """

    def __init__(self, most: int, name: str) -> None:
        """At most `most` jobs at a time; threads are made when they are first wanted."""
        self._most = most
        self._name = name
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._idle = threading.Semaphore(0)
        self._threads: list[threading.Thread] = []
        self._closed = False
        self._lock = threading.Lock()

    def give(self, job: Callable[[], T], done: Callable[[T], None]) -> None:
        """Do it in the pool; RuntimeError after its end, or where no thread is to be had."""
        with self._lock:
            if self._closed:
                raise RuntimeError("nothing new is taken any more")
            if not self._idle.acquire(blocking=False) and len(self._threads) < self._most:
                self._begin()
            self._jobs.put(partial(_run, job, done))

    def close(self, patience: float) -> bool:
        """Take nothing new, and wait so many seconds for what runs; whether all of it has ended."""
        with self._lock:
            self._closed = True
        deadline = clock.monotonic() + patience
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join(max(0.0, deadline - clock.monotonic()))
        left = sum(thread.is_alive() for thread in self._threads)
        if left:
            log.error("%s: %s jobs did not end", self._name, left, extra={"action": "jobs_left"})
        return not left

    def _begin(self) -> None:
        thread = threading.Thread(
            target=self._work, name=f"{self._name}-{len(self._threads)}", daemon=True
        )
        try:
            thread.start()
        except RuntimeError:
            if not self._threads:
                raise
            return  # those that there are do it
        self._threads.append(thread)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()
            self._idle.release()


def _run(job: Callable[[], T], done: Callable[[T], None]) -> None:
    try:
        done(job())
    except Exception:
        log.exception("a job in the pool failed", extra={"action": "job_failed"})
