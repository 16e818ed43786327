"""A store on each engine in turn."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fangxun.store import incidents
from fangxun.store.base import Store, open_store
from tests.store import samples


@pytest.fixture
def store(migrated_url: str, tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    opened = open_store(migrated_url, key_path=tmp_path / "journal.key")
    yield opened
    opened.close()


@pytest.fixture
def stormy(store: Store) -> Store:
    """A store with incident 1 open."""
    with store.write() as tx:
        incidents.save(tx, samples.incident())
    return store
