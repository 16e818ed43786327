"""Once a day what has had its use is taken away, and the journal says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from fangxun.core.journal import Event
from fangxun.core.level import Level
from fangxun.core.observation import Reading
from fangxun.core.place import Measure
from fangxun.engine import prune
from fangxun.store import journal
from fangxun.store import readings as reading_store
from tests.scenario.room import Room

HOUR = timedelta(hours=1)


def with_readings(room: Room, count: int, *, ago: timedelta) -> None:
    """So many hours of rain on one gauge, up to so long ago."""
    last = room.now - ago
    ends = [last - n * HOUR for n in range(count)]
    with room.store.write() as tx:
        reading_store.accept(
            tx, [Reading("yx01", Measure.RAIN, end - HOUR, end, 0.0) for end in ends]
        )


def pruned(room: Room) -> list[dict[str, object]]:
    """The sums that the journal says."""
    with room.store.read() as tx:
        return [dict(one.entry.data) for one in journal.lines(tx)
                if one.entry.event is Event.PRUNED]  # fmt: skip


@pytest.fixture
def quiet(room: Room) -> Room:
    """Days pass: gateways are asked once an hour."""
    for gateway in (room.sms, room.console):
        gateway.abilities = replace(gateway.abilities, ask_every_seconds=3600)
    return room


def test_old_readings_go_in_groups_within_a_day_and_new_ones_stay(quiet: Room) -> None:
    """More than one group; the sums are one line of the journal."""
    old, new = prune.GROUP + 7, 20
    quiet.forward(seconds=1)
    with_readings(quiet, old, ago=prune.READINGS + timedelta(days=30))
    with_readings(quiet, new, ago=timedelta(days=300))
    quiet.forward(hours=23)
    assert pruned(quiet) == []
    quiet.forward(hours=2)
    assert pruned(quiet) == [{"readings": old, "warnings": 0, "inbox": 0, "codes": 0, "notices": 0}]
    with quiet.store.read() as tx:
        left = reading_store.recent(tx, quiet.now - timedelta(days=9999))
    assert len(left["yx01"]) == new
    quiet.forward(hours=25)
    assert len(pruned(quiet)) == 1
    quiet.sms.taken.clear()


def test_during_an_incident_nothing_is_tidied(room: Room) -> None:
    """The storm has the database to itself."""
    with_readings(room, 5, ago=prune.READINGS + timedelta(days=30))
    room.raised("shangyun", Level.ORANGE)
    room.now += timedelta(hours=25)
    room.settle()
    assert pruned(room) == []
    room.sms.taken.clear()
