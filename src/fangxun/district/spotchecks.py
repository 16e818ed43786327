"""[spot_check] of plan.toml: how many unannounced checks a month, in which window, how long."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time, timedelta

from fangxun.core.errors import N_
from fangxun.core.plan import Ladder, SpotChecks
from fangxun.district import cells
from fangxun.district.ladders import ALARM
from fangxun.district.structure import Node

_A_MONTH = (1, 31)
_WITHIN_MINUTES = (2, 120)


def read_spot_checks(root: Node, ladders: Mapping[str, Ladder]) -> SpotChecks | None:
    """The rule; None where the plan has none. A window that ends before it begins ends next day."""
    node = root.node("spot_check", needed=False)
    if node is None:
        return None
    start = node.text("from", cells.clock_time, time(8))
    finish = node.text("to", cells.clock_time, time(20))
    rule = SpotChecks(
        a_month=node.whole("a_month", _A_MONTH),
        start=start,
        window=_window(start, finish),
        confirm_within=timedelta(
            minutes=node.number("confirm_within_minutes", _WITHIN_MINUTES, 10)
        ),
        ladder=_ladder(node, ladders),
    )
    node.close()
    return rule


def _window(start: time, finish: time) -> timedelta:
    """Its length on the wall clock."""
    begins, ends = (timedelta(hours=at.hour, minutes=at.minute) for at in (start, finish))
    length = ends - begins
    return length if length > timedelta(0) else length + timedelta(days=1)


def _ladder(node: Node, ladders: Mapping[str, Ladder]) -> Ladder:
    named = node.text("ladder", cells.text, "", needed=False)
    if named and (named == ALARM or named not in ladders):
        known = ", ".join(name for name in ladders if name != ALARM)
        message = N_("{name} “{value}” is no [ladder.…] for pages; there are: {known}")
        node.fault("ladder", message, value=cells.shown(named), known=known)
    return ladders.get(named, Ladder(()))
