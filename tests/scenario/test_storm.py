"""A level rises: everybody who must be is paged, once; what changes pages anew, nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from fangxun.core.journal import Event
from fangxun.core.level import Level
from fangxun.core.page import Page, PageState
from fangxun.core.warning import Bulletin
from fangxun.engine import acts, poll
from fangxun.engine.acts import Act
from fangxun.feeds.base import FeedSettings, Fresh, Memory
from fangxun.feeds.cap import index, xml
from fangxun.feeds.cap.document import Context, bulletin
from fangxun.store import incidents
from fangxun.store import pages as page_store
from tests.feeds.caps import AREA, alert, info
from tests.scenario.room import Room

FEED = FeedSettings(name="cma", kind="cap")
TOWN = AREA.replace("999901000000", "999901103000")
"""The code of 南涧镇."""
TONIGHT = {"expires": "2026-07-21T20:00:00+08:00"}


def read(body: bytes) -> Bulletin:
    """The one warning of a document."""
    return bulletin(index.read(xml.parse(body), "").alerts[0], Context("cma", "zh_CN"))


def told(room: Room, body: bytes) -> None:
    """The feed gives a warning; whoever it wakes is sent to."""
    poll.accept(room.parts, FEED, Fresh(Memory(), (read(body),)), now=room.now)
    room.settle()


def pages(room: Room) -> list[Page]:
    """The open pages of people."""
    with room.store.read() as tx:
        return [item for item in page_store.open_pages(tx) if item.person]


def all_confirm(room: Room) -> Counter[str]:
    """Everybody who was asked to confirm does; how many such texts each got."""
    got = Counter(who for who, text in room.left if "回复" in text)
    room.sms.taken.clear()
    for who in got:
        room.reply(who, "收到")
    return got


def test_a_rainstorm_warning_pages_everybody_once_and_a_repeat_of_it_nobody(room: Room) -> None:
    """Officials, town watch, duty room and leaders; each got one SMS."""
    told(room, alert(info(area=TOWN, **TONIGHT)))
    asked = {page.person for page in pages(room)}
    got = all_confirm(room)
    assert set(got) == asked
    assert "jian-changming" in asked
    assert set(got.values()) == {1}
    told(room, alert(info(area=TOWN, **TONIGHT)))
    room.forward(minutes=30)
    assert all(page.state is PageState.CONFIRMED for page in pages(room))


def test_a_heat_warning_of_the_same_colour_pages_nobody(room: Room) -> None:
    """It is shown, and that is all."""
    told(room, alert(info(event="高温", headline="高温红色预警", severity="Extreme", **TONIGHT)))
    room.forward(minutes=30)
    assert room.told(Event.WARNING_RECEIVED) == ["Alert"]


def test_the_real_heat_warning_of_cma_moved_to_our_district_pages_nobody(
    room: Room, shared: Callable[[str], Path]
) -> None:
    """Its own words and colours, at its own hour, over our own area code."""
    room.now = datetime(2026, 8, 1, 6, tzinfo=UTC)
    room.settle()
    room.sms.taken.clear()
    body = shared("samples/cap/cma_cap_multilang_penglai_20260801.xml").read_bytes()
    assert b"370614000000" in body
    told(room, body.replace(b"370614000000", b"999901000000"))
    with room.store.read() as tx:
        assert incidents.open_incidents(tx) == []
    assert pages(room) == []
    assert room.told(Event.WARNING_RECEIVED) == ["Update"]


def test_orange_yellow_orange_pages_at_both_raises_and_not_at_the_lowering(room: Room) -> None:
    """A re-raise is a raise of its own."""
    act = room.by("zhu-xiaoman")
    room.raised("nanjian", Level.ORANGE)
    first = all_confirm(room)
    assert "jian-changming" in first
    room.forward(minutes=10)
    acts.lower_by_hand(room.store, "nanjian", act=act)
    room.raised("nanjian", Level.YELLOW)
    room.forward(hours=2)
    room.sms.taken.clear()
    room.raised("nanjian", Level.ORANGE)
    second = all_confirm(room)
    assert second["jian-changming"] == 1
    room.forward(minutes=10)
    room.sms.taken.clear()


def test_a_person_who_answers_for_two_places_gets_one_sms_and_confirms_each(room: Room) -> None:
    """Raised in the same minute: bundled, and 收到 confirms both."""
    now = Act("zhu-xiaoman", "rain", room.now)
    for place in ("nanjian", "beijian"):
        acts.raise_by_hand(room.store, place, Level.ORANGE, act=now)
    room.settle()
    twice = [who for who, count in Counter(p.person for p in pages(room)).items() if count == 2]
    assert twice
    got = all_confirm(room)
    assert all(got[who or ""] == 1 for who in twice)
    room.forward(minutes=1)
    states = [p.state for p in pages(room) if p.person in twice]
    assert states == [] or set(states) == {PageState.CONFIRMED}
    room.forward(hours=1)
    room.sms.taken.clear()


def test_the_officer_asleep_does_not_end_an_alarm_that_nobody_answers(room: Room) -> None:
    """It climbs to the last resort, and goes on until a human confirms."""
    page = room.page("jian-changming")
    room.forward(minutes=30)
    assert room.stands(page).state is PageState.UNREACHED
    reached = {who for who, text in room.left if "无人应答" in text}
    assert len(reached) >= 3
    assert room.alarms() == ["unreached"]
    room.sms.taken.clear()
    room.reply(min(reached), "收到")
    assert room.alarms() == []
    room.now += timedelta(seconds=1)
    room.forward(hours=3)
