"""What a poll gave, compared with our places and with what the gauges said before.

Done before anything is written: the shapes and tables of strangers may take their time, and while
one writes, nobody else can.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from fangxun import geo
from fangxun.core import observation
from fangxun.core.district import District
from fangxun.core.observation import Reading
from fangxun.core.warning import Bulletin
from fangxun.feeds.base import Fresh
from fangxun.store import readings as reading_store
from fangxun.store.base import Tx
from fangxun.text import _

LOOK_BACK = timedelta(hours=6)
"""How far before the first new reading the series of its gauge is read."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """`district`: the one that it was compared with. `fault`: as of feeds.base.Fresh, with what
    only who knows our gauges can tell."""

    district: District
    bulletins: Sequence[Bulletin]
    readings: Sequence[Reading]
    fault: str
    notes: Sequence[str]


def weigh(tx: Tx, district: District, fresh: Fresh, *, now: datetime) -> Weighed:
    """Find the places of the warnings, leave out gauges that are not ours, and check the rest."""
    known = {gauge.id for gauge in district.gauges}
    ours = [reading for reading in fresh.readings if reading.gauge in known]
    strangers = sorted({reading.gauge for reading in fresh.readings} - known)
    notes, fault = list(fresh.notes), fresh.fault
    if strangers and not ours:
        fault = fault or _("none of its gauges is ours; it has {names}").format(
            names=", ".join(strangers)[:200]
        )
    return Weighed(
        district,
        [geo.touch(replace(bulletin, received_at=now), district) for bulletin in fresh.bulletins],
        _checked(tx, ours, now=now),
        fault,
        notes,
    )


def _checked(tx: Tx, ours: Sequence[Reading], *, now: datetime) -> list[Reading]:
    """Each with our opinion of it, in the order of ends."""
    if not ours:
        return []
    series = reading_store.recent(tx, min(r.start for r in ours) - LOOK_BACK)
    checked: list[Reading] = []
    for reading in sorted(ours, key=observation.by_end):
        before = series.setdefault(reading.gauge, [])
        checked.append(observation.check(replace(reading, received_at=now), before))
        insort(before, checked[-1], key=observation.by_end)
    return checked
