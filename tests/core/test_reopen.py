"""A page that was closed unconfirmed and is required again is the same page, from its start."""

from __future__ import annotations

from dataclasses import replace

from fangxun.core import page as pages
from fangxun.core.incident import PlaceInIncident
from fangxun.core.level import Level
from fangxun.core.page import Closing, PageState
from fangxun.core.plan import Group, Required
from tests.core.storm import NOW, minutes, page

RAISED = PlaceInIncident("gully", Level.ORANGE, 1, NOW)


def test_it_keeps_its_number_and_key_and_climbs_from_its_first_step():
    closed = pages.close(
        replace(page(7, who="a", step=2, round=0, ladder="x", rung="y"), key="p/1/gully/1/a"),
        Closing.RELIEVED,
        now=minutes(5),
    )
    who = Required("a", Group.UNIT_WATCH)
    fresh = pages.open_page(1, RAISED, who, now=minutes(9))
    again = pages.reopen(closed, fresh)
    assert (again.id, again.key, again.opened_at) == (7, closed.key, NOW)
    assert (again.state, again.step, again.next_due) == (PageState.OPEN, -1, minutes(9))
    assert (again.group, again.closing) == (Group.UNIT_WATCH, None)
    assert (again.ended_at, again.ladder, again.rung) == (None, "", "")
