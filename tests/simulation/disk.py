"""The database of a simulated machine: a real file on a disk of memory, as new for each storm."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from fangxun.core.district import District
from fangxun.engine import acts
from fangxun.engine.acts import Act
from fangxun.store.base import Store, Tx, migrate, open_store
from tests.simulation.agenda import Killed
from tests.simulation.storm import START
from tests.simulation.story import Kind

WITNESS = """
CREATE TABLE witness (what TEXT, id TEXT, before TEXT, after TEXT);
CREATE TRIGGER witness_attempt AFTER UPDATE OF state ON attempt WHEN old.state <> new.state
BEGIN INSERT INTO witness VALUES ('attempt', new.id, old.state, new.state); END;
CREATE TRIGGER witness_page AFTER UPDATE OF state ON page WHEN old.state <> new.state
BEGIN INSERT INTO witness VALUES ('page', new.id, old.state, new.state); END;
"""
"""Writes down every change of a state, whatever the journal says of it."""


class FaultyStore(Store):
    """The daemon's store: the real one, whose transactions meet what the story has for them."""

    befalls: Callable[[], Kind | None]
    """Asked before each transaction; does by itself what others do at that moment."""
    commits: Callable[[str], None]
    """Told before each commit what kind it is of."""

    @classmethod
    def over(cls, opened: Store, path: Path) -> FaultyStore:
        """Take over what was opened; it waits for no lock, since no time passes here."""
        store = cls(opened._writer, opened._reader, opened._key)  # noqa: SLF001  the same store, under faults
        store.path = path
        store.befalls = lambda: None
        store.commits = lambda _what: None

        @event.listens_for(store._writer, "connect")
        def _no_waiting(connection: Any, _record: object) -> None:
            connection.execute("PRAGMA busy_timeout=0")

        return store

    path: Path

    @contextmanager
    def write(self) -> Iterator[Tx]:
        kind = self.befalls()
        if kind is Kind.BUSY:
            with self._locked_by_another(), super().write() as tx:
                yield tx
            return
        with super().write() as tx:
            yield tx
            self.commits(_what(tx))
            if kind is Kind.KILL_BEFORE_COMMIT:
                raise Killed(kind)
            if kind is Kind.DISK_FULL:
                full = sqlite3.OperationalError("database or disk is full")
                raise OperationalError("COMMIT", {}, full)
        if kind is Kind.KILL_AFTER_COMMIT:
            raise Killed(kind)

    @contextmanager
    def _locked_by_another(self) -> Iterator[None]:
        other = sqlite3.connect(self.path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            other.rollback()
            other.close()


def _what(tx: Tx) -> str:
    """By whose hand it is made (`write` is entered and left by contextlib), and the journal's
    words: of the same are commits of one kind."""
    frame = sys._getframe(3)  # noqa: SLF001  the interpreter's own way to ask
    told = sorted({line.event.value for line in tx.lines})
    return f"{frame.f_code.co_qualname} {' '.join(told)}"


class Disk:
    """One database for all storms of this process; statements stay compiled, nothing else stays."""

    def __init__(self, folder: Path, district: District) -> None:
        """The district is in force, and nothing has happened yet."""
        self.path = folder / "fangxun.db"
        url = f"sqlite:///{self.path}"
        migrate(url)
        self.others = open_store(url, durable=False)
        """As any other program opens it: commands of people."""
        acts.apply_district(self.others, district, act=Act("admin", "simulation", START))
        self.store = FaultyStore.over(open_store(url, durable=False), self.path)
        self.close()
        with sqlite3.connect(self.path) as connection:
            connection.executescript(WITNESS)
        connection.close()
        self._template = self.path.read_bytes()

    def close(self) -> None:
        """Let go of every connection, as a process that dies does."""
        self.store.close()
        self.others.close()

    def renew(self, content: bytes | None = None) -> None:
        """As it was before the first storm, or at the moment of that content."""
        self.close()
        for suffix in ("-wal", "-shm"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
        self.path.write_bytes(content or self._template)

    def content(self) -> bytes:
        """All that stands on it; nobody holds a connection afterwards."""
        self.close()
        return self.path.read_bytes()

    def asked(self, question: str, *values: str) -> list[tuple[Any, ...]]:
        """Past the store, by a connection of our own."""
        connection = sqlite3.connect(self.path)
        try:
            return connection.execute(question, values).fetchall()
        finally:
            connection.close()
