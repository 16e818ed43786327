"""A hole in the roster: the leader is told three days ahead, and once more when it is near."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest

from fangxun.core.plan import Channel, Contact, Step
from fangxun.core.roster import Override, OverrideKind
from fangxun.core.timeline import Span
from fangxun.store import roster as roster_store
from tests.scenario.room import NIGHT, Room

LEADER = "jiang-yousheng"
"""Leader on watch from the 20th on; the 23rd has no deputy."""
BEGINS = NIGHT + timedelta(hours=77)
HOUR = timedelta(hours=1)


def removed(room: Room, start: datetime = BEGINS, post: str = "fxb-deputy") -> None:
    """Nobody stands on a post for a day."""
    span = Span(start, start + timedelta(days=1))
    gone = Override(0, OverrideKind.REMOVE, post, span, None, None, "ill", "zhu-xiaoman", room.now)
    with room.store.write() as tx:
        roster_store.add_overrides(tx, [gone])


def told(room: Room, who: str = LEADER) -> list[str]:
    """What somebody has been told of holes since this was last asked; the heads of the journal that
    leaders get each day are no part of it."""
    his = [o for o in room.sms.taken if o.number in room.phones[who] and "缺岗" in o.text]
    room.sms.taken = [o for o in room.sms.taken if o not in his and "日志" not in o.text]
    return [order.text for order in his]


def confirm(room: Room) -> None:
    """The leader says that he knows."""
    (text,) = told(room)
    assert "副班自07-24 08:00" in text
    room.reply(LEADER, re.findall(r"回复(\d+)", text)[0])


def test_the_leader_alone_is_told_three_days_ahead_and_once_more_when_it_is_near(
    room: Room,
) -> None:
    removed(room)
    room.forward(hours=6, minutes=2)
    confirm(room)
    room.forward(hours=58)
    assert (room.alarms(), told(room)) == ([], [])
    room.forward(hours=1)
    confirm(room)
    room.forward(hours=36)
    assert (room.alarms(), told(room)) == ([], [])


def test_a_leader_who_does_not_answer_is_told_twice_in_all_and_the_last_resort_with_him(
    room: Room,
) -> None:
    """It stays on the terminal."""
    removed(room, NIGHT + 29 * HOUR)
    room.forward(hours=16)
    assert [len(told(room, who)) for who in (LEADER, "liu-wenqiao")] == [1, 1]
    room.forward(hours=4)
    assert [len(told(room, who)) for who in (LEADER, "liu-wenqiao")] == [1, 1]
    room.forward(hours=20)
    assert (told(room), room.alarms()) == ([], ["roster_hole"])


def test_a_hole_that_is_near_when_it_is_made_is_told_once(room: Room) -> None:
    removed(room, NIGHT + 5 * HOUR)
    room.forward(hours=28)
    assert len(told(room)) == 1
    room.expect("liu-wenqiao", "缺岗")


def test_a_filled_hole_ends_its_alarm(room: Room) -> None:
    removed(room, NIGHT + 29 * HOUR)
    room.forward(minutes=2)
    assert len(told(room)) == 1
    with room.store.write() as tx:
        span = Span(NIGHT + 29 * HOUR, NIGHT + 53 * HOUR)
        fills = Override(
            0, OverrideKind.ADD, "fxb-deputy", span, "ju-bailu", None, "x", "zhu-xiaoman", room.now
        )
        roster_store.add_overrides(tx, [fills])
    room.forward(minutes=2)
    assert room.alarms() == []


@pytest.mark.parametrize("voice", [False, True])
def test_a_plan_whose_alarms_never_reach_the_leader_tells_him_of_holes_all_the_same(
    room: Room, *, voice: bool
) -> None:
    wait = timedelta(minutes=2)
    last = Step(Contact.LAST_RESORT, Channel.SMS, 1, wait)
    officer = Step(Contact.DUTY_OFFICER, Channel.VOICE if voice else Channel.SMS, 1, wait)
    room.ladder(officer, last, alarm=True)
    removed(room, NIGHT + 29 * HOUR)
    room.forward(minutes=1)
    room.expect(LEADER, "缺岗")
