"""What many tests begin with, made once in each process and copied from then on: making it takes
a third of a second, which a thousand tests would pay."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path

from fangxun import district as districts
from fangxun.core.district import District
from fangxun.engine import acts
from fangxun.engine.acts import Act
from fangxun.store.base import migrate, open_store

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
