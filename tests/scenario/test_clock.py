"""Somebody sets the machine's clock in the middle of a night, or the machine is suspended."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from fangxun.core.journal import Event
from fangxun.core.page import AttemptState, PageState
from fangxun.core.timeline import Span
from fangxun.feeds.base import FeedSettings
from fangxun.feeds.replay import Replay
from fangxun.gateways.base import Inbound, NotSent
from fangxun.store import feeds as feed_store
from fangxun.store import journal, outbox
from tests.scenario.machine import Machine, with_feeds
from tests.scenario.room import Room

OFFICIAL = "gu-huiyin"
BACK = [{"minutes": -1}, {"hours": -1}, {"days": -3}]


def no_step_is_told(room: Room) -> None:
    """The alarm about the clock itself is not what these stories are about."""
    room.sms.taken = [order for order in room.sms.taken if "时钟跳变" not in order.text]


def paged_before_a_step(room: Room, machine: Machine, by: dict[str, float]) -> int:
    """The official's page: a minute after his text the clock was set, half a minute ago."""
    page = room.page(OFFICIAL)
    room.expect(OFFICIAL)
    machine.run(minutes=1)
    machine.set_clock(**by)
    machine.run(seconds=30)
    return page


@pytest.mark.parametrize("by", BACK)
def test_a_ladder_climbs_on_after_a_step_back(
    room: Room, machine: Machine, by: dict[str, float]
) -> None:
    """Its second number is due two minutes after the first, and not an hour later."""
    page = paged_before_a_step(room, machine, by)
    assert room.told(Event.CLOCK_STEPPED) == ["stepped"]
    no_step_is_told(room)
    assert room.left == []
    machine.run(seconds=35)
    room.expect(OFFICIAL, number=2)
    room.reply(OFFICIAL, "收到")
    assert room.stands(page).state.ended
    machine.run(minutes=10)
    no_step_is_told(room)


@pytest.mark.parametrize("by", BACK)
def test_feeds_are_asked_on_after_a_step_back(
    room: Room, machine: Machine, by: dict[str, float]
) -> None:
    """Every minute as before; and one that then falls silent is told after its bound."""
    gauges = Replay(FeedSettings("gauges", "replay", silent_after=timedelta(minutes=5)), ())
    with_feeds(room, gauges=gauges)
    machine.boot()
    machine.run(minutes=2)
    machine.set_clock(**by)
    machine.run(minutes=1, seconds=5)
    with room.store.read() as tx:
        state = feed_store.feed_states(tx)["gauges"]
    assert state.last_success is not None
    assert timedelta(0) <= room.now - state.last_success <= timedelta(seconds=65)
    silent = replace(gauges, outages=[Span(room.now, room.now + timedelta(days=1))])
    with_feeds(room, gauges=silent)
    machine.boot()
    machine.run(minutes=7)
    assert "feed_stale" in room.alarms()
    room.sms.taken.clear()


def test_a_text_that_waits_for_its_gateway_leaves_after_a_step_back(
    room: Room, machine: Machine
) -> None:
    """It was to be tried again in a moment, and is."""
    taken = room.sms.answer
    room.sms.answer = lambda _order: NotSent("busy", "", 20)
    page = room.page(OFFICIAL)
    room.sms.answer = taken
    machine.set_clock(hours=-3)
    machine.run(seconds=30)
    room.expect(OFFICIAL)
    no_step_is_told(room)
    with room.store.read() as tx:
        (attempt,) = outbox.of_page(tx, [page])
    assert attempt.state is AttemptState.ACCEPTED
    assert attempt.queued_at <= room.now


def test_a_step_forward_fires_what_is_due_and_is_told(room: Room, machine: Machine) -> None:
    """Overdue steps of a page are one step."""
    room.page(OFFICIAL)
    room.expect(OFFICIAL)
    machine.set_clock(hours=1)
    machine.run(seconds=5)
    room.expect(OFFICIAL, number=2)
    assert room.told(Event.CLOCK_STEPPED) == ["stepped"]
    assert "clock_step" in room.alarms()
    no_step_is_told(room)


def test_a_suspended_machine_comes_late_and_has_no_stepped_clock(
    room: Room, machine: Machine
) -> None:
    """The clock that stands still in suspend does not pass for time that has not gone by."""
    machine.run(seconds=5)
    machine.pass_by(1200, suspended=True)
    machine.round()
    assert room.told(Event.CYCLE_LATE) == ["suspended"]
    assert room.told(Event.CLOCK_STEPPED) == []
    assert room.alarms() == ["cycle_late"]


def test_an_engine_that_stood_still_comes_late_and_was_not_suspended(
    room: Room, machine: Machine
) -> None:
    """The same silence, another reason to look for."""
    machine.run(seconds=5)
    machine.pass_by(1200)
    machine.round()
    assert room.told(Event.CYCLE_LATE) == ["late"]


def test_a_clock_set_back_while_the_daemon_was_down_is_found_at_the_start(
    room: Room, machine: Machine
) -> None:
    """By the journal's last line, or the heartbeat: a battery that is empty sets clocks back."""
    page = room.page(OFFICIAL)
    room.expect(OFFICIAL)
    machine.run(minutes=1)
    machine.set_clock(days=-9)
    machine.boot()
    assert room.told(Event.CLOCK_STEPPED) == ["stepped"]
    machine.run(minutes=2)
    room.expect(OFFICIAL, number=2)
    assert not room.stands(page).state.ended
    no_step_is_told(room)
    with room.store.read() as tx:
        (line,) = [one for one in journal.lines(tx) if one.entry.event is Event.CLOCK_STEPPED]
    assert dict(line.entry.data)["seconds"] == -9 * 86400
    assert dict(line.entry.data)["moved"] > 0


def test_a_restart_with_a_good_clock_tells_of_no_step(room: Room, machine: Machine) -> None:
    """However long it was down."""
    machine.run(minutes=1)
    machine.pass_by(86400)
    machine.boot()
    assert room.told(Event.CLOCK_STEPPED) == []


def test_a_reply_that_only_a_question_brings_counts_though_our_clock_is_ahead(
    room: Room, machine: Machine
) -> None:
    """It bears the provider's time, forty minutes before what ours shows: a question that began
    where our clock says we have heard everything would never see it."""
    machine.set_clock(minutes=40)
    room.asked_each_minute()
    machine.run(minutes=12)
    page = room.page(OFFICIAL)
    order = room.expect(OFFICIAL)
    came = Inbound(
        "I-late", order.number, re.findall(r"回复(\d+)", order.text)[0],
        room.now - timedelta(minutes=40) + timedelta(seconds=30),
    )  # fmt: skip

    def inbound(*, since: datetime) -> tuple[Inbound, ...]:
        return (came,) if came.at is not None and came.at >= since else ()

    room.sms.inbound = inbound  # type: ignore[method-assign]  # a provider that filters by time
    machine.run(minutes=2)
    assert room.stands(page).state is PageState.CONFIRMED
    room.sms.taken.clear()


@pytest.mark.parametrize("by", BACK)
def test_a_word_after_a_step_back_confirms_the_text_that_left_before_it(
    room: Room, machine: Machine, by: dict[str, float]
) -> None:
    """It left before he wrote, whatever the clocks have shown meanwhile."""
    page = paged_before_a_step(room, machine, by)
    room.reply(OFFICIAL, "收到")
    assert room.stands(page).state is PageState.CONFIRMED
    no_step_is_told(room)
