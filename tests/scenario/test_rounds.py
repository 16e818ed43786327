"""What keeps failing is told to somebody on watch, and a new process is started only where that
helps."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from fangxun.engine.housekeep import Heartbeat
from fangxun.engine.vitals import Trouble
from fangxun.feeds.base import FeedSettings, Memory, Polled, Unchanged
from tests.engine.stores import Full
from tests.scenario.machine import TICK, Machine, with_feeds
from tests.scenario.room import Room

OFFICER = "he-lixia"


def test_a_step_that_fails_for_minutes_is_one_alarm_until_it_works_again(
    room: Room, machine: Machine
) -> None:
    """Two minutes are a moment; then the terminal rings, and half a minute later a phone. A restart
    in between neither ends it nor rings again."""
    machine.poisoned = {"assess"}
    machine.run(minutes=2)
    assert room.alarms() == []
    machine.run(seconds=5)
    assert room.alarms() == ["cycle_failing"]
    machine.run(seconds=35)
    room.expect(OFFICER, "等级研判", "持续出错")
    room.reply(OFFICER, "收到")
    machine.boot()
    machine.run(minutes=10)
    assert room.alarms() == []
    machine.poisoned = set()
    machine.run(minutes=1)
    machine.poisoned = {"assess"}
    machine.run(minutes=3)
    room.expect(OFFICER, "等级研判")
    machine.poisoned = set()
    machine.run(seconds=5)
    assert room.alarms() == []


def test_poison_in_a_step_is_no_reason_to_start_the_daemon_again_and_again(
    machine: Machine,
) -> None:
    """A new process would meet the same row: systemd is fed with every cycle, people hear by the
    heartbeat, which stays behind and says what fails."""
    machine.run(minutes=1)
    whole = machine.beat()
    assert whole is not None
    machine.told.clear()
    beats = machine.beats
    machine.poisoned = {"respond"}
    machine.run(minutes=1)
    assert machine.told == ["WATCHDOG=1"] * round(60 / TICK)
    assert machine.beats == beats
    assert machine.beat() == Heartbeat(whole.at, whole.pid, ("respond",))
    machine.poisoned = set()
    machine.run(seconds=5)
    assert machine.beat() == Heartbeat(whole.at + timedelta(seconds=65), whole.pid)


@pytest.mark.parametrize("part", ["dispatch", "http"])
def test_a_thread_that_hangs_withholds_both_the_heartbeat_and_systemd_s_watchdog(
    machine: Machine, part: str
) -> None:
    """A new process has new threads."""
    machine.run(seconds=5)
    machine.told.clear()
    machine.troubles = [Trouble(part, restart=True)]
    machine.run(minutes=1)
    assert machine.told == []
    beat = machine.beat()
    assert beat is not None
    assert beat.failed == (part,)


def test_texts_that_do_not_leave_are_an_alarm_on_the_terminal(room: Room, machine: Machine) -> None:
    """It waits for no dispatcher: the page stands, and the terminal rings for it."""
    machine.troubles = [Trouble("outbox")]
    machine.run(minutes=2, seconds=5)
    assert room.alarms() == ["cycle_failing"]
    assert machine.told[-1] == "WATCHDOG=1"
    machine.troubles = []
    machine.run(seconds=5)
    assert room.alarms() == []


def test_a_fault_that_comes_and_goes_within_two_minutes_is_the_log_s_matter(
    room: Room, machine: Machine
) -> None:
    """Nobody is woken for a moment."""
    for _ in range(5):
        machine.poisoned = {"receive"}
        machine.run(minutes=1, seconds=50)
        machine.poisoned = set()
        machine.run(seconds=5)
    assert room.alarms() == []


class Counting:
    """A feed that counts how often it is asked."""

    settings = FeedSettings("gauges", "replay", interval=timedelta(seconds=10))

    def __init__(self) -> None:
        self.asked = 0

    def poll(self, memory: Memory, *, now: datetime) -> Polled:  # noqa: ARG002  protocol
        self.asked += 1
        return Unchanged(memory)


def test_a_full_disk_makes_no_hot_loop_against_feeds_and_fills_no_log(
    room: Room, machine: Machine, caplog: pytest.LogCaptureFixture
) -> None:
    """What a feed gave cannot be kept, not even that it was asked: it rests half a minute. The same
    fault is traced once in ten minutes. Room again, and it goes on by itself."""
    store, feed, woken = Full.over(room.store), Counting(), []
    room.parts = replace(room.parts, store=store, wake=lambda: woken.append(1))
    with_feeds(room, gauges=feed)
    machine.boot()
    machine.run(minutes=1)
    feed.asked, store.full = 0, True
    woken.clear()
    caplog.clear()
    machine.run(minutes=9)
    assert feed.asked <= 9 * 2 + 1
    assert woken == []
    assert store.refused > 0
    assert len(caplog.records) < 10
    store.full = False
    feed.asked = 0
    machine.run(minutes=2)
    assert feed.asked >= 9
