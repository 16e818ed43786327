"""Storms, played through the production engine; a whole one takes seconds, and tests that only read
what it left share one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from fangxun.drill.run import Drill, Outcome
from fangxun.drill.storms import Storm
from fangxun.store.base import Tx, open_store
from tests import beginnings


@dataclass(frozen=True, slots=True)
class Played:
    """What a storm left. `key`: of its journal."""

    outcome: Outcome
    key: bytes
    now: datetime
    url: str

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """Its store at its end."""
        store = open_store(self.url, durable=False)
        try:
            with store.read() as tx:
                yield tx
        finally:
            store.close()


def play(chosen: Storm, folder: Path, *, seed: int = 1) -> Played:
    """Run a storm to its end on a store of its own."""
    url = beginnings.database(folder / f"{chosen.name}{seed}.db")
    store = open_store(url, durable=False)
    try:
        drill = Drill(chosen, store, beginnings.example(), seed)
        for _ in drill.run():
            pass
        with store.read() as tx:
            return Played(drill.outcome(), tx.key.read(lines=1), drill.now, url)
    finally:
        store.close()


def shared(name: str) -> object:
    """A parameter: the declared storm of this name, which the fixture `storms` plays once in a
    process. Its id keeps tests of one storm together (`Scheduling` in tests/conftest.py)."""
    return pytest.param(name, id=f"storm-{name}")
