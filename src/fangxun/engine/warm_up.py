"""The first raise after a start shall cost no more than the second.

What a raise asks of the store is put into SQL when it is first asked, a template is read when it is
first filled in, the numbering plans of telephone numbers are read when the first number is looked
at: a millisecond here and five there, which nobody has while people wait to be woken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from fangxun.core.assessment import Assessment, Why
from fangxun.core.level import Certainty, Level
from fangxun.engine import respond
from fangxun.engine.parts import Parts
from fangxun.engine.view import Assessed, Lookout, View

SIZES = (1, 2)
"""People who are paged in one transaction: two rows are worded otherwise than one."""


def warm_up(parts: Parts, *, now: datetime) -> None:
    """Raise every place of the district and page the first few of those who answer for them, in
    transactions that are taken back: nothing of it is kept, journalled or sent."""
    with parts.store.read() as tx:
        view = parts.lookout.look(tx, now=now)
        if view is None:
            return
        answer = respond.would_ask_for(tx, view, _all_red(view), now=now)
    apart = tuple({item.who.person: item for item in answer.missing}.values())
    rehearsed = replace(parts, store=parts.store.rehearsal(), lookout=Lookout())
    for size in SIZES:
        some = replace(answer, missing=apart[:size])
        respond.give(rehearsed, some, now=now, cuts=_all_at_once)


def _all_at_once(people: Sequence[str]) -> list[int]:
    """One group: of a second nothing that was taken back with the first would be there."""
    return [0, len(people)]


def _all_red(view: View) -> Assessed:
    present = {
        place: Assessment(place, Level.RED, Certainty.KNOWN, view.at, Why.BY_HAND)
        for place in view.incident_areas
    }
    key = (view.version, view.wake_count)
    return Assessed(key, {}, present, (), frozenset(), view.at)
