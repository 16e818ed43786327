"""Whatever part of the daemon keeps failing, the duty room's terminal rings and names it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fangxun.cli import told
from fangxun.cli.screen import Scene, waiting
from fangxun.core.page import PageKind
from fangxun.engine.cycle import STEPS
from fangxun.engine.vitals import Trouble
from fangxun.store import pages as page_store
from fangxun.text import spoken
from fangxun.text.templates import templates
from tests.engine.stores import Full
from tests.scenario.machine import Machine
from tests.scenario.room import Room

BESIDE = ("dispatch", "outbox", "http", "lock")
"""What can fail beside the steps of a cycle."""


def scene(room: Room) -> Scene:
    """What `fangxun watch` shows of the store, while the heartbeat is still young."""
    with room.store.read() as tx:
        seen = room.parts.lookout.look(tx, now=room.now)
        alarms = waiting(page_store.unended(tx))[PageKind.ALARM]
    return Scene(room.now, seen=seen, alarms=alarms)


def fails(machine: Machine, part: str) -> None:
    """That part, from now on, and the dispatcher sends nothing where it is the one."""
    if part in BESIDE:
        machine.troubles = [Trouble(part)]
    else:
        machine.poisoned = {part}


@pytest.mark.parametrize("part", [*(name for name, _step in STEPS), *BESIDE])
def test_the_terminal_rings_for_whatever_part_keeps_failing(
    room: Room, machine: Machine, part: str
) -> None:
    """The alarm stands in the store at once: neither escalation nor sending has to work for it."""
    machine.run(seconds=5)
    assert not scene(room).rings
    fails(machine, part)
    machine.run(minutes=2, seconds=5)
    shown = scene(room)
    assert shown.rings
    (alarm,) = shown.alarms
    assert shown.seen is not None
    assert templates(spoken())[f"part_{part}"] in told.alarm_text(shown.seen, alarm)
    room.sms.taken.clear()


def test_what_cannot_be_written_down_stops_the_heartbeat_for_which_the_terminal_rings(
    room: Room, machine: Machine
) -> None:
    """A full disk takes neither the clock's step nor the alarm about what fails."""
    machine.run(seconds=5)
    whole = machine.beat()
    store = Full.over(room.store)
    room.parts = replace(room.parts, store=store)
    machine.boot()
    machine.run(seconds=5)
    store.full = True
    machine.set_clock(minutes=5)
    machine.poisoned = {"assess"}
    machine.run(minutes=3)
    beat = machine.beat()
    assert beat is not None
    assert whole is not None
    assert {"clock", "assess", "alarms"} <= set(beat.failed)
    store.full = False
    machine.poisoned = set()
    machine.run(seconds=5)
    again = machine.beat()
    assert again is not None
    assert again.failed == ()
    room.sms.taken.clear()
