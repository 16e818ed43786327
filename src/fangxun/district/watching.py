"""plan.toml's [watch]: what the roster may ask of a person."""

from __future__ import annotations

from datetime import timedelta

from fangxun.core.findings import USUAL, Bounds
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
