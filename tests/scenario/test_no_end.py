"""Warnings that nobody ends: they are held and told, and age alone clears none."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fangxun.core.errors import Refused
from fangxun.core.journal import Event
from fangxun.core.level import Certainty, Level
from fangxun.engine import acts, assess, poll
from fangxun.feeds.base import Memory
from fangxun.store import assessments, feeds
from fangxun.store import warnings as warning_store
from tests.feeds.caps import AREA, alert, info
from tests.scenario.room import Room
from tests.scenario.test_lowering import level, rain
from tests.scenario.test_storm import TONIGHT, TOWN, all_confirm, told

OURS = "Yunxi_Observatory,99990141600000_20260720080000,2026-07-20T08:00:00+08:00"
SENT = "2026-07-21T03:00:00+08:00"


def later(room: Room, **by: float) -> None:
    """So much later, the town's gauge alive and dry."""
    room.now += timedelta(**by)
    rain(room, "yx04", *[0.0] * 24)
    room.settle()


def certainty(room: Room) -> Certainty:
    with room.store.read() as tx:
        return assessments.load(tx)["nanjian"].certainty


def test_a_warning_without_an_end_is_told_after_a_day_and_held_for_as_long_as_it_takes(
    room: Room,
) -> None:
    """One alarm; ten days later the level stands, until its issuer says that it is over."""
    told(room, alert(info(area=TOWN, expires=""), sent=SENT))
    all_confirm(room)
    later(room, hours=23)
    assert "warning_unconfirmed" not in room.alarms()
    later(room, hours=2)
    assert "warning_unconfirmed" in room.alarms()
    assert (level(room, "nanjian"), certainty(room)) == (Level.ORANGE, Certainty.HELD)
    room.sms.taken.clear()
    room.forward(seconds=31)
    (text,) = {text for _, text in room.left if "未获解除" in text}
    assert "暴雨橙色" in text
    room.sms.taken.clear()
    for day in range(2, 11):
        later(room, days=1)
        assert (day, level(room, "nanjian")) == (day, Level.ORANGE)
    over = info(area=TOWN, headline="解除", expires="")
    sent = "2026-07-31T03:00:00+08:00"
    told(room, alert(over, identifier="over", kind="Cancel", sent=sent, references=OURS))
    assert "warning_unconfirmed" not in room.alarms()
    later(room, minutes=61)
    assert level(room, "nanjian") is Level.NONE
    room.sms.taken.clear()


def test_what_was_cancelled_does_not_come_back_when_its_cancel_is_old(room: Room) -> None:
    """The cancel has an end, what it cancelled has none."""
    told(room, alert(info(area=TOWN, expires=""), sent=SENT))
    all_confirm(room)
    over = info(area=TOWN, headline="解除", **TONIGHT)
    sent = "2026-07-21T04:00:00+08:00"
    told(room, alert(over, identifier="over", kind="Cancel", sent=sent, references=OURS))
    later(room, minutes=1)
    for days in (1, 6, 1, 1, 30):
        later(room, days=days)
        assert level(room, "nanjian") is Level.NONE
    with room.store.read() as tx:
        assert warning_store.standing(tx, room.now - warning_store.BACK) == []
    room.sms.taken.clear()


def test_a_warning_that_expires_while_its_feed_is_silent_is_told_until_the_feed_is_back(
    room: Room,
) -> None:
    """Expired, unconfirmed; with the feed back and nothing new it is over."""
    told(room, alert(info(area=TOWN, **TONIGHT), sent=SENT))
    all_confirm(room)
    with room.store.write() as tx:
        feeds.mark_stale(tx, "cma", now=room.now)
    later(room, days=2)
    assert "warning_unconfirmed" in room.alarms()
    assert certainty(room) is Certainty.HELD
    with room.store.write() as tx:
        feeds.record_success(tx, "cma", Memory(), now=room.now)
    later(room, minutes=1)
    assert "warning_unconfirmed" not in room.alarms()
    later(room, hours=2)
    assert level(room, "nanjian") is Level.NONE
    room.sms.taken.clear()


def test_a_human_ends_a_warning_that_is_older_than_a_week(room: Room) -> None:
    """The observatory says on the telephone that it is long over."""
    told(room, alert(info(area=AREA, expires=""), sent=SENT))
    all_confirm(room)
    later(room, days=9)
    assert level(room, "yunxi") is Level.ORANGE
    identifier = OURS.split(",")[1]
    acts.end_warning(room.store, identifier, act=room.by("he-lixia"))
    later(room, minutes=1)
    later(room, hours=2)
    assert level(room, "yunxi") is Level.UNKNOWN
    room.sms.taken.clear()


def test_a_feed_that_was_removed_while_it_was_silent_hinders_no_all_clear(room: Room) -> None:
    """The room's configuration has no such feed any more; the next start forgets it."""
    rain(room, "yx04", *[0.0] * 24)
    with room.store.write() as tx:
        feeds.record_success(tx, "old", Memory(), now=room.now)
        feeds.mark_stale(tx, "old", now=room.now)
    room.raised("nanjian", Level.BLUE)
    all_confirm(room)
    acts.lower_by_hand(room.store, "nanjian", act=room.by("zhu-xiaoman"))
    room.settle()
    with pytest.raises(Refused):
        acts.stand_down(room.store, 1, act=room.by("liu-wenqiao"))
    poll.forget_removed(room.parts, now=room.now)
    room.settle()
    assert room.told(Event.FEED_REMOVED)
    acts.stand_down(room.store, 1, act=room.by("liu-wenqiao"))
    room.settle()
    room.sms.taken.clear()


def test_every_place_is_assessed_again_soon_however_far_the_next_thing_is_that_is_due(
    room: Room,
) -> None:
    """Also with nothing but a warning that ends tomorrow."""
    told(room, alert(info(area=TOWN, **TONIGHT)))
    room.parts.lookout.assessed = None
    again = assess.assess(room.parts, now=room.now)
    assert again is not None
    assert again <= room.now + assess.LONGEST_REST
    room.sms.taken.clear()
