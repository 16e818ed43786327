"""What many tests begin with, made once in each process and copied from then on: making it takes
a third of a second, which a thousand tests would pay."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from itertools import count
from pathlib import Path

from fangxun import district as districts
from fangxun.core.district import District
from fangxun.engine import acts
from fangxun.engine.acts import Act
from fangxun.store.base import Store, migrate, open_store

DATABASE, KEY = "fangxun.db", "journal.key"


@cache
def example() -> District:
    """The example district as it is read from its folder: a value that nobody can change."""
    return districts.read(districts.example_path())


def database(path: Path) -> str:
    """A migrated, empty SQLite database at a path; returns its URL."""
    _write(path, _migrated())
    return f"sqlite:///{path}"


def in_force(folder: Path, *, since: datetime) -> str:
    """A database in which the example district was applied, and its journal's key, in a folder;
    returns the database's URL."""
    for name, content in _applied(since).items():
        _write(folder / name, content)
    return f"sqlite:///{folder / DATABASE}"


class Lent(Store):
    """A store of this process that one test after the other works on, each from the same beginning:
    SQL is put into words once for all of them, and nothing else stays."""

    folder: Path
    lent = False

    @classmethod
    def on(cls, folder: Path) -> Lent:
        """Over a database that is yet to be written there."""
        url = database(folder / DATABASE)
        # What waits for no disk survives a process all the same, and no story cuts the power.
        opened = open_store(url, key_path=folder / KEY, durable=False)
        store = cls(opened._writer, opened._reader, opened._key)  # noqa: SLF001  the same store
        store.folder = folder
        store.close()
        return store

    def begin(self, files: Mapping[str, bytes]) -> None:
        """Nobody else has it until it is closed."""
        for path in self.folder.iterdir():
            path.unlink()
        for name, content in files.items():
            _write(self.folder / name, content)
        self.lent = True

    def close(self) -> None:
        """Give it back."""
        super().close()
        self.lent = False


@cache
def _shelf(number: int) -> Lent:
    folder = tempfile.mkdtemp(prefix=f"fx-lent-{number}-")
    atexit.register(shutil.rmtree, folder)
    return Lent.on(Path(folder))


def lent(*, since: datetime) -> Lent:
    """A database as `in_force` makes it, opened; to be closed by the test that asks for it."""
    store = next(shelf for number in count() if not (shelf := _shelf(number)).lent)
    store.begin(_applied(since))
    return store


@cache
def _migrated() -> bytes:
    def make(folder: Path) -> None:
        migrate(f"sqlite:///{folder / DATABASE}")

    return _made(make)[DATABASE]


@cache
def _applied(since: datetime) -> dict[str, bytes]:
    def make(folder: Path) -> None:
        store = open_store(database(folder / DATABASE), key_path=folder / KEY, durable=False)
        acts.apply_district(store, example(), act=Act("admin", "test", since))
        store.close()

    return _made(make)


def _made(make: Callable[[Path], None]) -> dict[str, bytes]:
    """The files that something leaves in an empty folder."""
    folder = Path(tempfile.mkdtemp(prefix="fx-begin-"))
    try:
        make(folder)
        return {path.name: path.read_bytes() for path in folder.iterdir()}
    finally:
        shutil.rmtree(folder)


def _write(path: Path, content: bytes) -> None:
    path.touch(mode=0o600)
    path.write_bytes(content)
