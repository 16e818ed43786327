"""plan.toml's [watch] and [notices]: what the roster may ask, and when people are told of it."""

from __future__ import annotations

from datetime import time, timedelta

from fangxun.core.errors import N_
from fangxun.core.findings import USUAL, Bounds
from fangxun.core.notices import Notices
from fangxun.district import cells
from fangxun.district.structure import Node

_MOST_HOURS = 24 * 31


def read_bounds(root: Node) -> Bounds:
    """[watch]; the defaults of `Bounds` for what is not written."""
    node = root.node("watch", needed=False)
    if node is None:
        return USUAL
    bounds = Bounds(
        rest=_hours(node, "rest_hours", USUAL.rest),
        in_a_row=_hours(node, "hours_in_a_row", USUAL.in_a_row),
        leader_in_a_row=_hours(node, "leader_hours_in_a_row", USUAL.leader_in_a_row),
        spread=node.whole("share_spread", (0, 366), USUAL.spread),
    )
    node.close()
    return bounds


def _hours(node: Node, key: str, usual: timedelta) -> timedelta:
    return timedelta(hours=node.number(key, (0, _MOST_HOURS), usual / timedelta(hours=1)))


def read_notices(root: Node) -> Notices | None:
    """[notices]; None where the plan has none, and nobody is told then."""
    node = root.node("notices", needed=False)
    if node is None:
        return None
    usual = Notices()
    before = node.number("hours_before", (1, 12), usual.before / timedelta(hours=1))
    tell = node.number("tell_minutes_before", (10, 12 * 60), usual.tell / timedelta(minutes=1))
    notices = Notices(
        day_before=node.text("day_before", cells.clock_time, usual.day_before, needed=False),
        before=timedelta(hours=before),
        tell=timedelta(minutes=tell),
        quiet=_quiet(node, usual.quiet),
    )
    if node.ok and notices.tell >= notices.before:
        message = N_("{name} is not after hours_before; who is told last must have time to answer")
        node.fault("tell_minutes_before", message)
    node.close()
    return notices


def _quiet(node: Node, usual: tuple[time, time]) -> tuple[time, time]:
    """From when to when; the same time twice is never."""
    found = node.texts("quiet", cells.clock_time, needed=False)
    if node.ok and node.has("quiet") and len(found) != len(usual):
        node.fault("quiet", N_('{name} is two times, as ["22:00", "06:00"]'))
    return (found[0], found[1]) if len(found) == len(usual) else usual
