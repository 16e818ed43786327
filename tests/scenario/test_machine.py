"""The machine's own troubles are told to the watch, and one fault holds up nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from fangxun.core.journal import Event
from fangxun.core.page import AttemptState, PageState
from fangxun.core.roster import Role
from fangxun.engine import acts, housekeep
from fangxun.gateways.base import Accepted, InDoubt, Unanswered
from fangxun.store import inbox, journal, outbox
from tests import beginnings
from tests.scenario.room import Room

WHO = "jian-changming"


def officer_knows(room: Room, *words: str) -> None:
    """The terminal has rung for half a minute; the officer on watch gets one SMS and answers it."""
    room.forward(seconds=31)
    ((who, _text),) = room.left
    room.expect(who, *words)
    room.reply(who, "收到")
    room.forward(hours=2)
    assert room.alarms() == []


def test_a_disk_that_is_nearly_full_rings_once(room: Room) -> None:
    """While there is still room to write it down."""
    room.free = 80_000_000
    room.forward(seconds=1)
    assert room.alarms() == ["disk"]
    officer_knows(room, "80MB")


def test_an_alarm_over_a_gateway_that_brings_no_replies_asks_for_none(room: Room) -> None:
    """The officer confirms at the terminal instead of texting into nothing."""
    room.sms.abilities = replace(room.sms.abilities, two_way=False)
    room.free = 80_000_000
    room.forward(seconds=1)
    room.forward(seconds=31)
    ((who, text),) = room.left
    assert "回复" not in text
    room.expect(who, "请在值班终端确认")


def test_a_disk_with_room_again_ends_its_alarm(room: Room) -> None:
    """Nobody is sent for what has mended itself."""
    room.free = 80_000_000
    room.forward(seconds=1)
    room.free = 10**12
    room.forward(hours=1)
    assert room.alarms() == []


def test_a_machine_that_slept_tells_the_watch(room: Room) -> None:
    """Nothing was watched meanwhile."""
    housekeep.cycle_late(room.parts, now=room.now, last=room.now - timedelta(minutes=20))
    assert room.alarms() == ["cycle_late"]
    officer_knows(room, "停顿1200秒")


@pytest.mark.parametrize("mute", [OSError("no route"), Unanswered("503")])
def test_a_gateway_that_answers_no_question_is_asked_again_and_becomes_an_alarm(
    room: Room, mute: Exception | Unanswered
) -> None:
    """Its replies may wait there; it is told after five minutes and ends when it answers."""
    room.asked_each_minute()
    room.sms.mute = mute
    room.forward(minutes=4)
    assert room.alarms() == []
    room.forward(minutes=3)
    assert room.alarms() == ["gateway_mute"]
    assert room.told(Event.GATEWAY_MUTE) == ["asked"]
    room.sms.mute = None
    room.forward(minutes=2)
    assert room.alarms() == []
    assert room.told(Event.GATEWAY_BACK) == ["asked"]
    room.sms.taken = [order for order in room.sms.taken if "查询不通" not in order.text]


def test_after_an_outage_replies_are_asked_for_from_its_beginning(room: Room) -> None:
    """However long it was: what people answered meanwhile is on the platform."""
    room.asked_each_minute()
    room.forward(minutes=2)
    room.sms.mute = Unanswered("503")
    began = room.now
    room.forward(hours=1)
    room.sms.mute = None
    room.sms.asked_since.clear()
    room.forward(minutes=1)
    assert min(room.sms.asked_since) <= began
    room.sms.taken.clear()


def test_a_gateway_that_cannot_be_asked_is_not_asked_for_a_send_in_doubt(room: Room) -> None:
    """Its one copy has left at once; the doubt stays one, and the gateway is not taken for mute."""
    room.asked_each_minute()
    doubt = iter([InDoubt("no answer")])
    room.sms.answer = lambda order: next(doubt, Accepted(f"P-{order.attempt}"))
    page = room.page(WHO)
    room.expect(WHO)
    room.reply(WHO, "收到")
    room.forward(minutes=10)
    with room.store.read() as tx:
        states = [attempt.state for attempt in outbox.of_page(tx, [page])]
    assert AttemptState.IN_DOUBT in states
    assert room.told(Event.GATEWAY_MUTE) == []


def test_a_row_of_the_inbox_that_cannot_be_read_holds_up_nothing(room: Room) -> None:
    """The reply behind it confirms; the row is journalled and keeps its payload."""
    page = room.page(WHO)
    room.expect(WHO)
    with room.store.write() as tx:
        inbox.put(tx, "sms", [("inbound", "broken", "{")], now=room.now)
    room.reply(WHO, "收到")
    assert room.stands(page).state is PageState.CONFIRMED
    assert room.told(Event.INBOX_FAULTY) == ["unreadable"]


def test_a_hole_in_a_town_s_roster_names_the_town(room: Room) -> None:
    """Every town has an officer: the alarm says whose is missing, and ends once he is there."""
    district = beginnings.example()
    rotations = tuple(r for r in district.roster.rotations if r.post != "shangyun-officer")
    assert len(rotations) == len(district.roster.rotations) - 1
    holed = replace(district, roster=replace(district.roster, rotations=rotations))
    acts.apply_district(room.store, holed, act=room.by("admin"))
    room.forward(hours=1, seconds=31)
    room.expect("jiang-yousheng", "上云镇人民政府 主班", "缺岗")
    room.sms.taken.clear()
    acts.apply_district(room.store, district, act=room.by("admin"))
    room.forward(hours=2)
    assert room.alarms() == []


@pytest.fixture
def quiet(room: Room) -> Room:
    """Days pass: gateways are asked once an hour."""
    for gateway in (room.sms, room.console):
        gateway.abilities = replace(gateway.abilities, ask_every_seconds=3600)
    return room


def heads(room: Room) -> list[str]:
    """Who got a text with the journal's head since the last look."""
    found = [who for who, text in room.left if "摘要" in text and "未能" not in text]
    room.sms.taken.clear()
    return sorted(found)


def told_heads(room: Room) -> list[str]:
    """To whom the journal says that it went, every time."""
    with room.store.read() as tx:
        lines = [line.entry for line in journal.lines(tx) if line.entry.event is Event.ANCHORED]
    return sorted(who for entry in lines for who in dict(entry.data)["told"])


def test_the_head_leaves_to_the_leaders_within_a_day_and_not_twice(quiet: Room) -> None:
    """At hand-over, or daily where nobody is handed the watch."""
    quiet.forward(hours=24, minutes=1)
    first = heads(quiet)
    assert first
    assert first == told_heads(quiet)
    assert len(set(first)) == len(first)


def without_leaders(room: Room) -> None:
    """Nobody leads for a while."""
    district = beginnings.example()
    leaders = {post.id for post in district.roster.posts if post.role is Role.LEADER}
    rotations = tuple(r for r in district.roster.rotations if r.post not in leaders)
    duty = tuple(entry for entry in district.roster.table if entry.post not in leaders)
    roster = replace(district.roster, rotations=rotations, table=duty)
    acts.apply_district(room.store, replace(district, roster=roster), act=room.by("admin"))


def test_a_head_that_nobody_was_told_has_not_left(quiet: Room) -> None:
    """No leader stands: it is tried again each hour, and after two days somebody is alarmed; once
    a leader stands, it leaves and the alarm ends."""
    without_leaders(quiet)
    quiet.forward(hours=47)
    assert heads(quiet) == told_heads(quiet) == []
    assert "not_anchored" not in quiet.alarms()
    quiet.forward(hours=2)
    assert "not_anchored" in quiet.alarms()
    district = beginnings.example()
    acts.apply_district(quiet.store, district, act=quiet.by("admin"))
    quiet.sms.taken.clear()
    quiet.forward(hours=1, minutes=1)
    assert heads(quiet) == told_heads(quiet) != []
    assert "not_anchored" not in quiet.alarms()


def without_sms(room: Room) -> None:
    """No gateway takes texts."""
    room.parts = replace(room.parts, gateways=(room.console,))


def without_budget(room: Room) -> None:
    """The plan leaves notices no share of a number's budget."""
    district = beginnings.example()
    plan = replace(district.plan, notice_share=0)
    acts.apply_district(room.store, replace(district, plan=plan), act=room.by("admin"))


@pytest.mark.parametrize("hinder", [without_sms, without_budget])
def test_a_head_that_could_not_be_queued_is_tried_again_within_the_hour(
    quiet: Room, hinder: Callable[[Room], None]
) -> None:
    """What nobody was sent does not count as having left."""
    parts, district = quiet.parts, beginnings.example()
    hinder(quiet)
    quiet.forward(hours=25)
    assert heads(quiet) == told_heads(quiet) == []
    quiet.parts = parts
    acts.apply_district(quiet.store, district, act=quiet.by("admin"))
    quiet.forward(hours=1, minutes=1)
    assert heads(quiet) == told_heads(quiet) != []


class Never:
    """Hands that take a question, whose server drips for ever."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def give(self, job: partial[object], _done: object) -> None:
        self.asked.append(job.args[1].gateway.name)


def test_a_question_that_never_ends_is_an_alarm(room: Room) -> None:
    """Replies may wait there; it is not asked a second time meanwhile."""
    room.asked_each_minute()
    never = Never()
    room.parts = replace(room.parts, polling=never)
    room.forward(minutes=4)
    assert room.alarms() == []
    room.forward(minutes=3)
    assert room.alarms() == ["gateway_mute"]
    room.forward(hours=1)
    assert never.asked.count("sms") == 1
    assert room.told(Event.GATEWAY_MUTE) == ["asked"]
    room.sms.taken.clear()
