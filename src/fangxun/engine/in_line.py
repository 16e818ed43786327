"""In what order pages are opened, and how many in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import chain

from fangxun.core import batching
from fangxun.engine.obligations import Wanted
from fangxun.engine.view import View
from fangxun.store import lately
from fangxun.store.base import Tx

FIRST, GROWTH, GROUP = 1, 4, 300
"""Pages opened in one transaction: few at first, so that the first SMS leaves at once, then more. A
raise of thousands neither blocks receipts nor is half lost: what is missing is worked out again."""


def in_line(tx: Tx, view: View, missing: Sequence[Wanted], *, now: datetime) -> Sequence[Wanted]:
    """Red before blue, then the plan's order of groups, then who was reached longest ago: as the
    outbox has them, so that the first groups that are opened are those that leave first."""
    if len({item.who.person for item in missing}) < 2:  # noqa: PLR2004  nobody to go before
        return missing
    reached = lately.last_reached(tx, {item.who.person for item in missing}, now=now)

    def line(item: Wanted) -> tuple[int, float]:
        order = view.district.plan.order(item.place.level, item.place.hazard)
        last = reached.get(item.who.person)
        place = batching.in_line(item.place.level, item.who.group, order)
        return place, last.timestamp() if last is not None else 0.0

    return sorted(missing, key=line)


def by_person(missing: Iterable[Wanted]) -> tuple[Wanted, ...]:
    """In the plan's order, each person's pages together at the place of the first: they are opened
    at once, so that one SMS tells of all of them."""
    theirs: dict[str, list[Wanted]] = {}
    for item in missing:
        theirs.setdefault(item.who.person, []).append(item)
    return tuple(chain.from_iterable(theirs.values()))


def cuts(people: Sequence[str]) -> list[int]:
    """Where the groups of pages of these people begin and end, nobody's torn apart; one group, of
    none, where there are none."""
    found, step = [0], FIRST
    while (end := found[-1] + step) < len(people):
        while end < len(people) and people[end] == people[end - 1]:
            end += 1
        found.append(end)
        step = min(step * GROWTH, GROUP)
    return [*found, len(people)] if found[-1] < len(people) or len(found) == 1 else found
