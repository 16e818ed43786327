"""The room of a story, and the rule that nothing else was sent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.scenario.lines import Lines
from tests.scenario.machine import Machine
from tests.scenario.room import Room


@pytest.fixture
def room() -> Iterator[Room]:
    """A quiet night in the example district; at the end every SMS has been asked for."""
    built = Room()
    yield built
    left = built.left
    built.store.close()
    assert left == []
    assert built.sms.wrongly_asked == []


@pytest.fixture
def room_with_link() -> Iterator[Room]:
    """The same, where texts hold a one-time link."""
    built = Room(with_link=True)
    yield built
    left = built.left
    built.store.close()
    assert left == []
    assert built.sms.wrongly_asked == []


@pytest.fixture
def machine(room: Room, tmp_path: Path) -> Machine:
    """The daemon's rounds in that room."""
    return Machine(room, tmp_path)


@pytest.fixture
def lines() -> Iterator[Lines]:
    """Every call and every SMS has been asked for at the end."""
    built = Lines()
    yield built
    left = [*built.room.left, *(order.text for order in built.exchange.taken)]
    built.room.store.close()
    assert left == []
