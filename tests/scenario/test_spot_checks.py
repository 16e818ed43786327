"""查岗: unannounced pages to those on watch, confirmed in time or missed; never beside a storm."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from fangxun.core.errors import Conflict, Refused
from fangxun.core.journal import Event
from fangxun.core.level import Level
from fangxun.core.page import Closing, Page, PageState
from fangxun.core.plan import Ladder, Plan, SpotChecks
from fangxun.core.spotcheck import CheckState, DrawState, SpotCheck
from fangxun.engine import acts
from fangxun.engine.view import Lookout
from fangxun.store import pages as page_store
from fangxun.store import spotchecks as check_store
from tests.scenario.room import NIGHT, Room

OFFICER, LEADER = "he-lixia", "jiang-yousheng"
TOWN = "nanjian-gov"
RULE = SpotChecks(4, time(9), timedelta(hours=12), timedelta(minutes=10), Ladder(()))


def check(room: Room, **chosen: tuple[str, ...]) -> dict[str, Page]:
    """Begin a check and send what is due; the pages by person."""
    by = room.by("zhu-xiaoman")
    _begun, pages = acts.start_spot_check(room.store, acts.Checked(**chosen), act=by)
    room.settle()
    return {page.person or "": page for page in pages}


def latest(room: Room) -> SpotCheck:
    with room.store.read() as tx:
        return check_store.latest(tx)[0]


def states(room: Room, pages: Mapping[str, Page]) -> dict[str, tuple[PageState, Closing | None]]:
    with room.store.read() as tx:
        found = {who: page_store.get(tx, page.id) for who, page in pages.items()}
    return {who: (page.state, page.closing) for who, page in found.items()}


def district_posts(room: Room) -> tuple[str, ...]:
    with room.store.read() as tx:
        view = Lookout().look(tx, now=room.now)
    assert view is not None
    return tuple(e.post for e in view.standing if e.person in {OFFICER, LEADER})


def test_who_confirms_in_time_is_kept_and_who_does_not_is_missed(room: Room) -> None:
    pages = check(room, posts=district_posts(room))
    order = room.expect(
        OFFICER, "查岗:荷立夏", "07-21 03:10前", f"回复{room.code(OFFICER, pages[OFFICER].id)}确认"
    )
    assert "演练" not in order.text
    room.expect(LEADER, "查岗")
    room.forward(minutes=2)
    room.reply(OFFICER, "收到")
    room.forward(minutes=8)
    assert states(room, pages) == {
        OFFICER: (PageState.CONFIRMED, None),
        LEADER: (PageState.CLOSED, Closing.MISSED),
    }
    assert latest(room).state is CheckState.DONE
    assert room.alarms() == []


def test_it_is_over_as_soon_as_all_have_confirmed(room: Room) -> None:
    pages = check(room, posts=district_posts(room))
    for person in (OFFICER, LEADER):
        room.expect(person, "查岗")
        room.reply(person, room.code(person, pages[person].id))
    room.forward(seconds=1)
    assert latest(room).state is CheckState.DONE
    assert latest(room).ended_at is not None


def test_everybody_on_watch_is_checked_once_where_no_post_is_named(room: Room) -> None:
    pages = check(room)
    assert len(pages) > 5
    for person in pages:
        room.expect(person, "查岗")


def test_a_unit_s_own_watch_alone_can_be_checked(room: Room) -> None:
    pages = check(room, units=(TOWN,))
    with room.store.read() as tx:
        view = Lookout().look(tx, now=room.now)
    assert view is not None
    assert set(pages) == {e.person for e in view.standing if e.unit == TOWN}
    for person in pages:
        room.expect(person, "查岗")


def test_a_raise_ends_it_at_once_and_nothing_of_it_counts(room: Room) -> None:
    pages = check(room, posts=district_posts(room))
    room.expect(OFFICER, "查岗")
    room.expect(LEADER, "查岗")
    room.raised("nanjian", Level.ORANGE)
    room.settle()
    assert latest(room).state is CheckState.YIELDED
    assert set(states(room, pages).values()) == {(PageState.CLOSED, Closing.YIELDED)}
    room.sms.taken.clear()


def test_it_is_refused_beside_an_incident_or_another(room: Room) -> None:
    pages = check(room, posts=district_posts(room))
    for person in pages:
        room.expect(person, "查岗")
    with pytest.raises(Conflict):
        check(room)
    acts.stop_spot_check(room.store, latest(room).id, act=room.by("zhu-xiaoman"))
    room.raised("nanjian", Level.ORANGE)
    with pytest.raises(Refused):
        check(room)
    room.settle()
    room.sms.taken.clear()


def scheduled(room: Room) -> list[DrawState]:
    """What became of the times of this month."""
    with room.store.read() as tx:
        times = check_store.draws_within(tx, NIGHT, NIGHT + timedelta(days=40))
    return [item.state for item in times]


def with_rule(plan: Plan) -> Plan:
    return replace(plan, spot_checks=RULE)


def times(room: Room) -> list[datetime]:
    """The times of this month, as they were drawn."""
    with room.store.read() as tx:
        return [item.at for item in check_store.draws_within(tx, NIGHT, NIGHT + timedelta(days=40))]


def jump(room: Room, at: datetime) -> None:
    """The daemon is started again at an instant, with nothing in memory."""
    room.now = at
    room.parts.lookout.forget()
    room.settle()


def test_the_times_of_a_month_are_drawn_once_and_each_begins_one_check(room: Room) -> None:
    """A third of the month is left, and so two of its four; a restart draws nothing anew."""
    room.plan(with_rule)
    drawn = times(room)
    assert scheduled(room) == [DrawState.WAITING] * 2
    for at in drawn:
        jump(room, at - timedelta(seconds=1))
        assert room.told(Event.SPOT_CHECK_STARTED).count("drawn") == drawn.index(at)
        jump(room, at)
        jump(room, at + timedelta(minutes=20))
    assert times(room) == drawn
    assert scheduled(room) == [DrawState.BEGUN] * 2
    assert room.told(Event.SPOT_CHECK_STARTED) == ["drawn"] * 2
    room.sms.taken.clear()


def test_the_next_month_has_times_of_its_own(room: Room) -> None:
    room.plan(with_rule)
    jump(room, datetime(2026, 7, 31, 16, 0, tzinfo=UTC))
    august = [at for at in times(room) if at > room.now]
    assert len(august) == 4
    assert len({at.date() for at in august}) == 4
    room.sms.taken.clear()


def test_a_rule_that_is_taken_out_of_the_plan_leaves_no_time_waiting(room: Room) -> None:
    room.plan(with_rule)
    room.plan(lambda plan: replace(plan, spot_checks=None))
    assert times(room) == []


def test_a_drawn_time_is_passed_over_while_an_incident_is_open(room: Room) -> None:
    room.plan(with_rule)
    room.raised("nanjian", Level.BLUE)
    jump(room, times(room)[0])
    assert room.told(Event.SPOT_CHECK_PASSED_OVER) == ["incident"]
    assert room.told(Event.SPOT_CHECK_STARTED) == []
    room.sms.taken.clear()


def test_a_time_at_which_the_daemon_was_away_is_not_made_up_for(room: Room) -> None:
    """A check at three in the morning for a window in the daytime would break its promise."""
    room.plan(with_rule)
    jump(room, times(room)[0] + timedelta(hours=2))
    assert room.told(Event.SPOT_CHECK_PASSED_OVER) == ["daemon_away"]
    room.sms.taken.clear()
