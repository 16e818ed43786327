"""A watch that is not handed over in time rings, where the plan asks for handovers."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from fangxun.core.handover import HandoverEvent, HandoverState
from fangxun.core.journal import Event
from fangxun.engine import acts, handovers
from fangxun.store import handovers as handover_store
from tests.scenario.room import NIGHT, Room

WITHIN = timedelta(minutes=30)
EIGHT = NIGHT + timedelta(hours=5)
"""The morning after, when the watch changes."""
LATE = "handover_late"


@pytest.fixture
def keeping(room: Room) -> Room:
    """A room whose plan asks for handovers; whatever it is texted besides is no part of this."""
    room.plan(lambda plan: replace(plan, handover_within=WITHIN))
    return room


def sign(room: Room, event: HandoverEvent) -> None:
    """The first who may sign for that side and has signed nothing yet."""
    with room.store.read() as tx:
        view = room.parts.lookout.look(tx, now=room.now)
        assert view is not None
        item = handovers.in_question(tx, view, event, now=room.now)[-1]
    by = {
        HandoverEvent.PASS: item.outgoing[0],
        HandoverEvent.CONFIRM: item.incoming[0],
        HandoverEvent.COUNTERSIGN: item.leaders[0],
    }[event]
    acts.sign_handover(room.store, event, act=room.by(by))
    room.settle()


def by_text(room: Room, event: HandoverEvent, text: str) -> str:
    """Whoever may sign texts it; his id."""
    with room.store.read() as tx:
        view = room.parts.lookout.look(tx, now=room.now)
        assert view is not None
        item = handovers.in_question(tx, view, event, now=room.now)[-1]
    who = {HandoverEvent.PASS: item.outgoing, HandoverEvent.CONFIRM: item.incoming}[event][0]
    room.reply(who, text)
    return who


def states(room: Room) -> list[HandoverState]:
    with room.store.read() as tx:
        return [item.state for item in handover_store.latest(tx, "fxb")]


def until(room: Room, at: timedelta) -> None:
    """To so long after eight in the morning."""
    room.forward(seconds=(EIGHT + at - room.now).total_seconds())
    room.sms.taken.clear()


def test_a_watch_that_nobody_hands_over_rings_after_the_bound_and_not_before(keeping: Room) -> None:
    until(keeping, WITHIN - timedelta(minutes=1))
    assert (states(keeping), keeping.alarms()) == ([HandoverState.AWAITED], [])
    until(keeping, WITHIN)
    assert keeping.alarms() == [LATE]


def test_passed_is_not_taken_and_the_confirmation_ends_the_alarm(keeping: Room) -> None:
    until(keeping, timedelta(minutes=-10))
    sign(keeping, HandoverEvent.PASS)
    until(keeping, WITHIN)
    assert keeping.alarms() == [LATE]
    sign(keeping, HandoverEvent.CONFIRM)
    assert (states(keeping), keeping.alarms()) == ([HandoverState.CONFIRMED], [])


def test_a_watch_handed_over_in_time_rings_nobody_and_the_leader_may_sign_a_day_later(
    keeping: Room,
) -> None:
    until(keeping, timedelta(minutes=-10))
    sign(keeping, HandoverEvent.PASS)
    sign(keeping, HandoverEvent.CONFIRM)
    until(keeping, timedelta(hours=20))
    assert keeping.alarms() == []
    sign(keeping, HandoverEvent.COUNTERSIGN)
    assert states(keeping) == [HandoverState.COUNTERSIGNED]


def test_a_watch_that_has_changed_once_more_is_missed_and_the_next_record_covers_it(
    keeping: Room,
) -> None:
    until(keeping, timedelta(days=1, minutes=5))
    assert states(keeping) == [HandoverState.AWAITED, HandoverState.MISSED]
    assert keeping.told(Event.HANDOVER_MISSED) == ["awaited"]
    assert LATE not in keeping.alarms()
    sign(keeping, HandoverEvent.PASS)
    with keeping.store.read() as tx:
        record = handover_store.record(tx, 2)
    assert record is not None
    assert record.span.end - record.span.start >= timedelta(hours=24)
    keeping.sms.taken.clear()


def test_where_the_plan_does_not_ask_nothing_rings(room: Room) -> None:
    until(room, timedelta(days=2))
    assert (states(room), room.alarms()) == ([], [])


def test_hand_offs_while_it_was_switched_off_are_none_when_it_is_switched_on_again(
    keeping: Room,
) -> None:
    """Nobody is rung for a watch that nobody was asked to hand over."""
    keeping.plan(lambda plan: replace(plan, handover_within=None))
    until(keeping, WITHIN * 2)
    keeping.plan(lambda plan: replace(plan, handover_within=WITHIN))
    keeping.forward(minutes=5)
    assert (states(keeping), keeping.alarms()) == ([], [])
    keeping.sms.taken.clear()


def test_a_restart_neither_repeats_nor_forgets_a_handover(keeping: Room) -> None:
    until(keeping, WITHIN)
    keeping.restart()
    keeping.settle()
    assert states(keeping) == [HandoverState.AWAITED]
    assert len(keeping.told(Event.ALARM_OPENED)) == 1
    keeping.sms.taken.clear()


def test_the_incoming_watch_is_told_once_and_both_sides_can_sign_by_text(keeping: Room) -> None:
    until(keeping, timedelta(minutes=-10))
    out = by_text(keeping, HandoverEvent.PASS, "交班。")
    keeping.expect(out, "已为您签上")
    with keeping.store.read() as tx:
        (item,) = handover_store.latest(tx, "fxb")
    for who in item.incoming:
        if who != out:
            keeping.expect(who, "已交班", "回复“接班”")
    keeping.restart()
    keeping.settle()
    into = by_text(keeping, HandoverEvent.CONFIRM, "接班")
    keeping.expect(into, "已为您签上")
    assert states(keeping) == [HandoverState.CONFIRMED]


def test_a_text_out_of_turn_says_that_it_signs_nothing_and_talk_is_no_signature(
    keeping: Room,
) -> None:
    until(keeping, timedelta(minutes=-10))
    who = by_text(keeping, HandoverEvent.CONFIRM, "接班")
    keeping.expect(who, "没有签上")
    by_text(keeping, HandoverEvent.PASS, "我晚点交班")
    assert states(keeping) == []
