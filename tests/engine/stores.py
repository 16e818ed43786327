"""Stores under faults that a test plants: the real one, and what befalls those who come to it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from fangxun.store import names
from fangxun.store.base import Store, Tx


class Gated(Store):
    """The real store, before which one thread can be held up, or refused as by a full disk."""

    holds = ""
    refuses = ""
    """Names of threads."""
    free: threading.Event
    waited_out = False
    """Whether whoever was held up has come through only because no test holds for ever."""

    @classmethod
    def over(cls, opened: Store) -> Gated:
        made = cls(opened._writer, opened._reader, opened._key, opened._file)  # noqa: SLF001  the same store, under faults
        made.free = threading.Event()
        return made

    def _gate(self) -> None:
        name = threading.current_thread().name
        if name == self.holds and not self.free.wait(60):
            self.waited_out = True
        if name == self.refuses:
            raise names.unusable("database or disk is full")

    @contextmanager
    def write(self) -> Iterator[Tx]:
        self._gate()
        with super().write() as tx:
            yield tx

    @contextmanager
    def read(self) -> Iterator[Tx]:
        self._gate()
        with super().read() as tx:
            yield tx


class Full(Store):
    """The real store on a disk that is full, and that has room again: it reads, and keeps
    nothing."""

    full = False
    refused = 0

    @classmethod
    def over(cls, opened: Store) -> Full:
        return cls(opened._writer, opened._reader, opened._key)  # noqa: SLF001  the same store, under faults

    @contextmanager
    def write(self) -> Iterator[Tx]:
        if self.full:
            self.refused += 1
            raise names.unusable("database or disk is full")
        with super().write() as tx:
            yield tx
