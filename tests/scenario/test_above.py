"""A warning of the city above: the duty room hears of it, and the officials lose nothing by it."""

from __future__ import annotations

from fangxun.core.level import Level
from fangxun.core.page import PageState
from fangxun.engine.respond import called_at
from fangxun.store import roster
from tests.feeds.caps import AREA, alert, info
from tests.scenario.room import Room
from tests.scenario.test_storm import TONIGHT, all_confirm, pages, told

CITY = AREA.replace("999901000000", "999900000000")
OURS = alert(info(area=AREA, severity="Severe", headline="云溪区暴雨橙色", **TONIGHT))
THEIRS = alert(
    info(area=CITY, severity="Extreme", headline="某市暴雨红色", **TONIGHT),
    identifier="city", sent="2026-07-21T03:00:00+08:00",
)  # fmt: skip
OFFICER = "he-lixia"


def active(room: Room) -> frozenset[str]:
    """The posts that levels have switched on."""
    with room.store.read() as tx:
        return roster.active_posts(tx)


def test_a_red_city_takes_no_page_from_those_who_have_not_confirmed_our_orange(room: Room) -> None:
    """The duty room gets one more; officials, leaders and extra posts stay called."""
    told(room, OURS)
    called, posts = {item.person: item.id for item in pages(room)}, active(room)
    assert len(called) > 3
    assert posts
    room.forward(seconds=30)
    room.sms.taken.clear()
    told(room, THEIRS)
    got = {who for who, text in room.left if "回复" in text}
    assert OFFICER in got
    assert active(room) == posts
    still = {item.person for item in pages(room) if item.level is Level.ORANGE}
    assert still == set(called) - got
    assert {item.person for item in pages(room) if item.level is Level.RED} == got
    assert all(room.stands(called[who]).state is PageState.OPEN for who in still)
    room.sms.taken.clear()


def test_our_orange_after_a_red_city_pages_all_but_the_duty_room_which_knows(room: Room) -> None:
    """With our own headline; what the city said is the duty room's."""
    with room.store.read() as tx:
        view = room.parts.lookout.look(tx, now=room.now)
    assert view is not None
    everybody = set(called_at(view, "yunxi", Level.ORANGE))
    told(room, THEIRS)
    duty = set(all_confirm(room))
    assert OFFICER in duty
    assert active(room) == frozenset()
    told(room, OURS)
    assert all("云溪区暴雨橙色" in text for _, text in room.left if "回复" in text)
    assert set(all_confirm(room)) == everybody - duty
    assert active(room)
