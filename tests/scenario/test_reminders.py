"""The next on watch: told the evening before and in the morning, and others told in time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from fangxun.core.notices import Notices
from fangxun.core.page import PageKind
from fangxun.core.roster import Override, OverrideKind
from fangxun.core.timeline import Span
from fangxun.store import pages as page_store
from fangxun.store import roster as roster_store
from tests.scenario.room import NIGHT, Room

NEXT, OFFICER, LEADER = "sang-qingming", "zhu-xiaoman", "jiang-yousheng"
"""Officer from 08:00 on the 22nd; officer and leader before him."""
HOUR = timedelta(hours=1)
EVENING = 15 * HOUR
"""From three in the morning of the 21st to 18:00."""


@pytest.fixture
def room() -> Iterator[Room]:
    """A plan that reminds; what others are told of their own watches is no part of a story."""
    built = Room()
    built.plan(lambda plan: replace(plan, notices=Notices()))
    yield built
    built.store.close()


def told(room: Room, who: str, word: str = "值班提醒") -> list[str]:
    """What somebody was told with this word since this was last asked."""
    his = [o for o in room.sms.taken if o.number in room.phones[who] and word in o.text]
    room.sms.taken = [o for o in room.sms.taken if o not in his]
    return [order.text for order in his]


def forward(room: Room, time: timedelta) -> None:
    room.forward(seconds=time.total_seconds())


def confirm(room: Room, who: str, text: str) -> None:
    room.reply(who, re.findall(r"回复(\d+)", text)[0])


def reminders(room: Room, who: str) -> list[str]:
    """How his reminders stand."""
    with room.store.read() as tx:
        pages = page_store.get_many(tx, range(1, 200))
    return [p.state.value for p in pages if p.kind is PageKind.REMINDER and p.person == who]


def test_the_next_on_watch_is_told_the_evening_before_and_in_the_morning(room: Room) -> None:
    forward(room, EVENING)
    (text,) = told(room, NEXT)
    assert "您自07-22 08:00起值云溪区防汛抗旱指挥部办公室 主班" in text
    forward(room, 11 * HOUR)
    assert told(room, NEXT) == []
    forward(room, HOUR)
    assert len(told(room, NEXT)) == 1


def test_nobody_is_told_at_three_in_the_morning(room: Room) -> None:
    """The watch of eight o'clock is due to be told of since the evening."""
    forward(room, 2.9 * HOUR)
    assert room.left == []
    forward(room, 0.2 * HOUR)
    assert len(told(room, OFFICER)) == 1


def test_whoever_confirms_is_asked_no_more_and_nobody_else_is_told(room: Room) -> None:
    forward(room, EVENING)
    confirm(room, NEXT, told(room, NEXT)[0])
    forward(room, 14 * HOUR)
    assert reminders(room, NEXT) == ["confirmed"]
    assert [text for _, text in room.left if "桑清明" in text] == []


def test_before_the_hand_off_officer_and_leader_know_who_has_not_confirmed(room: Room) -> None:
    forward(room, EVENING + 13.2 * HOUR)
    assert told(room, OFFICER, "告警") == []
    forward(room, 0.1 * HOUR)
    assert [len(told(room, who, "桑清明")) for who in (OFFICER, LEADER)] == [1, 1]


def test_a_late_confirmation_ends_the_alarm(room: Room) -> None:
    forward(room, EVENING + 13.4 * HOUR)
    (last,) = told(room, NEXT)[-1:]
    before = room.alarms().count("next_unconfirmed")
    confirm(room, NEXT, last)
    assert room.alarms().count("next_unconfirmed") == before - 1


def test_a_watch_that_somebody_else_takes_asks_him_instead(room: Room) -> None:
    forward(room, EVENING + HOUR)
    start = NIGHT + 29 * HOUR
    span = Span(start, start + 24 * HOUR)
    cover = Override(
        0, OverrideKind.COVER, "fxb-officer", span, "mei-daxue", NEXT, "ill", NEXT, room.now
    )
    with room.store.write() as tx:
        roster_store.add_overrides(tx, [cover])
    forward(room, HOUR)
    assert reminders(room, NEXT) == ["closed"]
    assert len(told(room, "mei-daxue")) == 1


def test_a_restart_tells_nobody_twice(room: Room) -> None:
    forward(room, EVENING)
    room.restart()
    forward(room, HOUR)
    assert len(told(room, NEXT)) == 1


def test_a_town_s_own_officer_and_leader_are_told_of_their_next(room: Room) -> None:
    """Shi stands until Song comes."""
    forward(room, EVENING + 13.4 * HOUR)
    texts = [text for _, text in room.left if "应自07-22 08:00起值上云镇人民政府 主班" in text]
    who = {who for who, text in room.left if text in texts}
    assert len(who & {"shi-jingxie", "song-jianyue"}) == 1
    assert who & {"yun-chuxiu", "ling-shangqing"}


def test_without_notices_in_the_plan_nobody_is_reminded(room: Room) -> None:
    room.plan(lambda plan: replace(plan, notices=None))
    forward(room, 30 * HOUR)
    assert [text for _, text in room.left if "值班提醒" in text] == []


def test_a_reminder_never_uses_the_storm_s_share_of_a_number(room: Room) -> None:
    """Nothing is left for notices: others know at once that he cannot be told."""
    room.plan(lambda plan: replace(plan, notice_share=0))
    forward(room, EVENING + HOUR)
    assert told(room, NEXT) == []
    assert len(told(room, LEADER, "桑清明")) == 1
