"""A level that has gone can come again, and then it wakes people again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fangxun.core.errors import Refused
from fangxun.core.level import Level
from fangxun.core.observation import Reading
from fangxun.core.page import Closing
from fangxun.core.place import Measure
from fangxun.engine import acts, poll
from fangxun.feeds.base import FeedSettings, Fresh, Memory
from fangxun.store import assessments, incidents
from fangxun.store import pages as page_store
from tests.feeds.caps import AREA, alert, info
from tests.scenario.room import Room
from tests.scenario.test_storm import TONIGHT, all_confirm, pages, told

WHO = "jian-changming"
GAUGES = FeedSettings(name="gauges", kind="readings")
ROOT = "yunxi"
"""The whole district: known by warnings alone, for it has no gauge."""


def rain(room: Room, gauge: str, *mm: float, step: int = 60) -> None:
    """A gauge brings its readings, the last of them ends now."""
    ends = [room.now - timedelta(minutes=step * n) for n in range(len(mm))][::-1]
    readings = tuple(
        Reading(gauge, Measure.RAIN, end - timedelta(minutes=step), end, value)
        for end, value in zip(ends, mm, strict=True)
    )
    poll.accept(room.parts, GAUGES, Fresh(Memory(), (), readings), now=room.now)
    room.settle()


def level(room: Room, place: str) -> Level:
    """What is assessed for a place now."""
    with room.store.read() as tx:
        return assessments.load(tx)[place].level


def test_a_place_known_by_warnings_alone_is_paged_again_by_the_next_warning(room: Room) -> None:
    """Red, taken back, and after the hold red again: everybody once more."""
    told(room, alert(info(area=AREA, severity="Extreme", **TONIGHT)))
    first = all_confirm(room)
    over = info(area=AREA, severity="Extreme", headline="解除", **TONIGHT)
    cited = "Yunxi_Observatory,99990141600000_20260720080000,2026-07-20T08:00:00+08:00"
    sent = "2026-07-21T03:30:00+08:00"
    told(room, alert(over, identifier="over", kind="Cancel", sent=sent, references=cited))
    room.forward(hours=2)
    assert level(room, ROOT) is Level.UNKNOWN
    with room.store.read() as tx:
        ((place,),) = [item.places for item in incidents.open_incidents(tx)]
    assert place.level.rank == 0
    room.sms.taken.clear()
    again = info(area=AREA, severity="Extreme", headline="再发", **TONIGHT)
    told(room, alert(again, identifier="again", sent="2026-07-21T05:00:00+08:00"))
    assert all_confirm(room) == first


def test_a_silent_gauge_let_go_and_back_at_red_pages_everybody_again(room: Room) -> None:
    """Held for want of data, let go by a human, and then the gauge speaks."""
    rain(room, "yx04", 40, 40, 40, 40)
    first = all_confirm(room)
    assert WHO in first
    room.forward(hours=4)
    room.sms.taken.clear()
    acts.lower_by_hand(room.store, "nanjian", act=room.by("zhu-xiaoman"))
    room.settle()
    assert level(room, "nanjian") is Level.UNKNOWN
    rain(room, "yx04", 40, 40, 40)
    assert all_confirm(room)[WHO] == first[WHO]


def test_raised_by_hand_lowered_and_raised_again_pages_again(room: Room) -> None:
    """And the pages of the lowered place climb no further."""
    room.raised("nanjian", Level.ORANGE)
    first = {item.person: item.id for item in pages(room)}
    room.sms.taken.clear()
    acts.lower_by_hand(room.store, "nanjian", act=room.by("zhu-xiaoman"))
    room.forward(minutes=20)
    assert {room.stands(page).closing for page in first.values()} == {Closing.LOWERED}
    assert [who for who, text in room.left if "回复" in text] == []
    room.forward(hours=2)
    room.sms.taken.clear()
    room.raised("nanjian", Level.ORANGE)
    with room.store.read() as tx:
        again = {item.person for item in page_store.open_pages(tx) if item.raise_no == 2}
    assert again == set(first)
    assert set(all_confirm(room)) == again


def lowered(room: Room, place: str) -> acts.Lowered:
    """The duty officer lowers a place."""
    found = acts.lower_by_hand(room.store, place, act=room.by("zhu-xiaoman"))
    room.settle()
    return found


def test_the_end_of_a_floor_ends_no_hold(room: Room) -> None:
    """Blue by hand below a gauge's red, taken away again: the red is the gauge's."""
    rain(room, "yx04", 40, 40, 40, 40)
    room.now += timedelta(hours=2)
    rain(room, "yx04", 0, 0)
    acts.raise_by_hand(room.store, "nanjian", Level.BLUE, act=room.by("zhu-xiaoman"))
    assert lowered(room, "nanjian") == acts.Lowered("nanjian", Level.BLUE, floor=True)
    assert level(room, "nanjian") is Level.RED
    room.sms.taken.clear()


def test_the_end_of_a_floor_lets_go_of_nothing_that_is_held(room: Room) -> None:
    """Only the next act does, and it says whose word it lets go."""
    rain(room, "yx04", 40, 40, 40, 40)
    room.forward(hours=3)
    acts.raise_by_hand(room.store, "nanjian", Level.BLUE, act=room.by("zhu-xiaoman"))
    assert lowered(room, "nanjian").floor
    assert level(room, "nanjian") is Level.RED
    gone = lowered(room, "nanjian")
    assert (gone.floor, {e.source for e in gone.let_go}) == (False, {"yx04"})
    assert level(room, "nanjian") is Level.UNKNOWN
    room.sms.taken.clear()


def test_what_living_gauges_say_is_not_lowered_by_hand(room: Room) -> None:
    """Within its hold neither."""
    rain(room, "yx04", 40, 40, 40, 40)
    room.now += timedelta(hours=2)
    rain(room, "yx04", 0, 0)
    with pytest.raises(Refused):
        lowered(room, "nanjian")
    room.sms.taken.clear()


def test_a_raise_by_hand_is_undone_before_anybody_was_woken(room: Room) -> None:
    """The wrong town: taken back in the same second, before the cycle."""
    acts.raise_by_hand(room.store, "nanjian", Level.RED, act=room.by("zhu-xiaoman"))
    assert lowered(room, "nanjian").floor
    assert pages(room) == []


def test_a_spike_rejected_after_its_grace_no_longer_carries_its_level(room: Room) -> None:
    """The officer finds the broken gauge at minute six, when everybody has been called."""
    rain(room, "yx02", *[0.0] * 24)
    rain(room, "yx07", *[0.0] * 150, step=10)
    room.now += timedelta(hours=1)
    rain(room, "yx02", 400.0)
    spike = room.now
    room.forward(minutes=6)
    assert level(room, "shangyun") is Level.RED
    room.sms.taken.clear()
    for accept in (False, True, False):
        act = room.by("he-lixia")
        acts.judge_reading(room.store, "yx02", spike, accept=accept, act=act)
        room.settle()
        assert (level(room, "shangyun") is Level.RED) is accept
    assert pages(room) == []
    room.sms.taken.clear()
