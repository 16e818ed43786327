"""A future watch is changed: whom it concerns is told, once, and not at night."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from fangxun.core.notices import Notices
from fangxun.core.roster import CoverRequest
from fangxun.core.timeline import Span
from fangxun.engine import acts
from tests.scenario.room import NIGHT, Room

HIS = "fxb-deputy"
DAY = timedelta(days=1)
START = NIGHT + timedelta(hours=77)
"""08:00 on the 24th."""


@pytest.fixture
def room() -> Iterator[Room]:
    """Nine in the morning, and a plan that tells people of changes."""
    built = Room()
    built.forward(hours=6)
    built.plan(lambda plan: replace(plan, notices=Notices()))
    yield built
    built.store.close()


def told(room: Room, who: str) -> list[str]:
    """What somebody was told of changes since this was last asked."""
    his = [o for o in room.sms.taken if o.number in room.phones[who] and "变动" in o.text]
    room.sms.taken = [o for o in room.sms.taken if o not in his]
    return [order.text for order in his]


def covered(room: Room, who: str, start: timedelta = timedelta(0)) -> str:
    """Somebody stands for the deputy of the 24th; returns for whom."""
    span = Span(START + start, START + DAY)
    request = CoverRequest(HIS, span, who, None, reason="ill", actor="zhu-xiaoman", force=True)
    acts.edit_roster(room.store, request, act=room.by("zhu-xiaoman"))
    with room.store.read() as tx:
        view = room.parts.lookout.look(tx, now=room.now)
    assert view is not None
    before = next(s for s in view.shifts if s.post == HIS and s.span.holds(START))
    return before.turn_of


def test_both_whom_a_cover_concerns_are_told_once(room: Room) -> None:
    gone = covered(room, "zhu-xiaoman")
    room.forward(minutes=3)
    (text,) = told(room, "zhu-xiaoman")
    assert "您的值班有变动:07-24 08:00至07-25 08:00值云溪区防汛抗旱指挥部办公室 副班" in text
    (text,) = told(room, gone)
    assert "07-24 08:00至07-25 08:00不再值" in text
    room.forward(minutes=30)
    room.restart()
    room.forward(minutes=30)
    assert (told(room, "zhu-xiaoman"), told(room, gone)) == ([], [])


def test_what_is_put_back_at_once_is_told_to_nobody(room: Room) -> None:
    gone = covered(room, "zhu-xiaoman")
    covered(room, gone)
    room.forward(minutes=30)
    assert [text for _, text in room.left if "变动" in text] == []


def test_a_change_in_the_night_is_told_in_the_morning(room: Room) -> None:
    room.forward(hours=15)
    covered(room, "zhu-xiaoman")
    room.forward(hours=5.9)
    assert told(room, "zhu-xiaoman") == []
    room.forward(hours=0.2)
    assert len(told(room, "zhu-xiaoman")) == 1


def test_without_notices_in_the_plan_nobody_is_told(room: Room) -> None:
    room.plan(lambda plan: replace(plan, notices=None))
    covered(room, "zhu-xiaoman")
    room.forward(minutes=30)
    assert [text for _, text in room.left if "变动" in text] == []


def test_a_district_that_is_applied_anew_without_other_watches_tells_nobody(room: Room) -> None:
    room.plan(lambda plan: replace(plan, budget_24h=29))
    room.forward(minutes=30)
    assert [text for _, text in room.left if "变动" in text] == []
