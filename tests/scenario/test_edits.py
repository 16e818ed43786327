"""The folder or the watch is edited in the storm, by mistake too: who must be called, is."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from fangxun.core.district import District
from fangxun.core.errors import Refused
from fangxun.core.incident import Incident
from fangxun.core.journal import Event
from fangxun.core.level import Level
from fangxun.core.page import Closing, PageState
from fangxun.core.roster import CoverRequest
from fangxun.core.timeline import Span
from fangxun.engine import acts, cycle, poll
from fangxun.engine.view import Lookout
from fangxun.feeds.base import Fresh, Memory
from fangxun.store import assessments, incidents
from fangxun.store.base import open_store
from tests import beginnings
from tests.feeds.caps import AREA, alert, info
from tests.scenario.room import Room
from tests.scenario.test_lowering import rain
from tests.scenario.test_storm import FEED, TONIGHT, all_confirm, pages, read, told

WHO = "jian-changming"
GULLY = "jiazi-gully"


@pytest.fixture
def district() -> District:
    """The example's."""
    return beginnings.example()


def applied(room: Room, district: District) -> acts.Applied:
    """The administrator applies a folder."""
    done = acts.apply_district(room.store, district, act=room.by("admin"))
    room.settle()
    return done


def without_gully(district: District) -> District:
    """Its line in sites.csv was deleted, with all that names it."""
    gauges = tuple(
        replace(g, places=tuple(p for p in g.places if p != GULLY)) for g in district.gauges
    )
    return replace(
        district,
        sites=tuple(site for site in district.sites if site.id != GULLY),
        officials=tuple(one for one in district.officials if one.place != GULLY),
        criteria=tuple(one for one in district.criteria if one.place != GULLY),
        gauges=tuple(gauge for gauge in gauges if gauge.places),
    )


def asked(room: Room) -> set[str]:
    """Who is asked to confirm since this was last asked."""
    found = {who for who, text in room.left if "回复" in text}
    room.sms.taken.clear()
    return found


def open_incidents(room: Room) -> list[Incident]:
    with room.store.read() as tx:
        return incidents.open_incidents(tx)


def test_an_official_deleted_by_mistake_and_put_back_is_called_again(
    room: Room, district: District
) -> None:
    """The same page, its ladder from the start; nobody else hears of it."""
    room.raised("nanjian", Level.RED)
    (his,) = [item.id for item in pages(room) if item.person == WHO]
    asked(room)
    fewer = tuple(one for one in district.officials if one.place != "nanjian")
    applied(room, replace(district, officials=fewer))
    assert room.stands(his).closing is Closing.NO_LONGER_NAMED
    room.sms.taken.clear()
    applied(room, district)
    back = room.stands(his)
    assert (back.state, back.step, back.closing) == (PageState.OPEN, 0, None)
    room.expect(WHO, f"回复{room.code(WHO, his)}确认")
    assert asked(room) == set()
    assert room.told(Event.PAGE_REOPENED) == ["officials"]
    room.forward(seconds=121)
    assert WHO in asked(room)


def test_a_site_deleted_by_mistake_and_put_back_is_a_new_raise(
    room: Room, district: District
) -> None:
    """It never was at its level while it was gone, so all are paged anew."""
    rain(room, "yx07", *[10.0] * 24, step=10)
    called = asked(room)
    assert called
    applied(room, without_gully(district))
    (here,) = [p for item in open_incidents(room) for p in item.places if p.place == GULLY]
    assert (here.level, here.raise_no) == (Level.NONE, 1)
    room.sms.taken.clear()
    applied(room, district)
    (here,) = [p for item in open_incidents(room) for p in item.places if p.place == GULLY]
    assert (here.level.rank > 0, here.raise_no) == (True, 2)
    assert asked(room) == called


def test_a_floor_of_a_site_that_is_deleted_ends_with_it(room: Room, district: District) -> None:
    """Told and journalled; put back, the site begins with what its gauge says."""
    room.raised(GULLY, Level.RED)
    assert applied(room, without_gully(district)).ended == (GULLY,)
    with room.store.read() as tx:
        assert assessments.by_hand(tx) == {}
    room.sms.taken.clear()
    applied(room, district)
    assert asked(room) == set()


def test_a_watch_that_comes_back_is_asked_again_unless_it_has_confirmed(room: Room) -> None:
    """Covered for ten minutes in the middle of a raise."""
    with room.store.read() as tx:
        view = room.parts.lookout.look(tx, now=room.now)
    assert view is not None
    (officer,) = [s.person for s in view.standing if s.post == "nanjian-officer"]
    other = next(p for p in ("cao-seqing", "tai-henlv") if p != officer)
    for confirms in (False, True):
        room.raised("nanjian", Level.RED if confirms else Level.ORANGE)
        room.expect(officer)
        if confirms:
            room.reply(officer, "收到")
        room.sms.taken.clear()
        span = Span(room.now + timedelta(seconds=1), room.now + timedelta(minutes=10))
        request = CoverRequest(
            "nanjian-officer", span, other, officer, reason="x", actor="zhu-xiaoman"
        )
        acts.edit_roster(room.store, request, act=room.by("zhu-xiaoman"))
        room.forward(seconds=10)
        assert other in asked(room)
        room.forward(minutes=9, seconds=40)
        room.sms.taken.clear()
        room.forward(seconds=20)
        assert (officer in asked(room)) is not confirms


def test_a_site_moved_to_another_area_stands_in_one_incident_alone(
    room: Room, district: District
) -> None:
    """In the old one it is at none, and no more in the way of its all-clear."""
    rain(room, "yx07", *[10.0] * 24, step=10)
    rain(room, "yx02", *[0.0] * 24)
    all_confirm(room)
    moved = [replace(s, area="xiayun") if s.id == GULLY else s for s in district.sites]
    applied(room, replace(district, sites=tuple(moved)))
    old, new = open_incidents(room)
    assert (old.area, new.area) == ("shangyun", "xiayun")
    levels = {item.area: p.level for item in (old, new) for p in item.places if p.place == GULLY}
    assert levels["shangyun"] is Level.NONE
    assert levels["xiayun"].rank
    twice = Counter(who for who, text in room.left if "回复" in text)
    assert set(twice.values()) == {1}
    acts.stand_down(room.store, old.id, act=room.by("liu-wenqiao"))
    with pytest.raises(Refused):
        acts.stand_down(room.store, new.id, act=room.by("liu-wenqiao"))
    room.sms.taken.clear()


SHANGYUN = AREA.replace("999901000000", "999901101000")


def test_a_site_added_under_a_warning_in_force_is_raised(room: Room, district: District) -> None:
    """The feed says it once; the new gully lies in the town that it warns."""
    applied(room, without_gully(district))
    told(room, alert(info(area=SHANGYUN, **TONIGHT)))
    all_confirm(room)
    applied(room, district)
    got = asked(room)
    assert "gu-huiyin" in got
    (here,) = [p for item in open_incidents(room) for p in item.places if p.place == GULLY]
    assert here.level is Level.ORANGE


def test_a_warning_that_came_before_the_first_apply_is_not_lost(
    room: Room, district: District, tmp_path: Path
) -> None:
    """The daemon was started first; its feed answers 304 from then on."""
    url = beginnings.database(tmp_path / "bare.db")
    with closing(open_store(url, key_path=tmp_path / "bare.key")) as bare:
        parts = replace(room.parts, store=bare, lookout=Lookout())
        warning = read(alert(info(area=SHANGYUN, **TONIGHT)))
        poll.accept(parts, FEED, Fresh(Memory(), (warning,)), now=room.now)
        acts.apply_district(bare, district, act=room.by("admin"))
        assert cycle.cycle(parts, now=room.now).failed == ()
        with bare.read() as tx:
            assert assessments.load(tx)[GULLY].level is Level.ORANGE
