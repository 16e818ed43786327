"""A value that a storm may have brought, or a fault: the duty room hears of it before it raises."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from fangxun.core.criterion import Criterion
from fangxun.core.level import Hazard, Level
from fangxun.core.observation import Reading, check
from fangxun.core.place import Datum, Gauge, Measure
from fangxun.engine import acts
from fangxun.store import assessments, meta
from fangxun.store import readings as reading_store
from tests import beginnings
from tests.scenario.room import Room

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
RIVER = Gauge(
    "weir", "下云堰", Measure.STAGE, 29.0, 118.5, Datum.WGS84, HOUR, HOUR / 3, ("xiayun",)
)
FLOOD = Criterion(
    "weir-red", "xiayun", Hazard.FLOOD, Measure.STAGE, timedelta(0), Level.RED, 152.0, 151.7
)


@pytest.fixture
def jumped(room: Room) -> datetime:
    """A river stands at 101 m for six hours; then its gauge says 152.5. When that was."""
    example = beginnings.example()
    with_river = replace(
        example, gauges=(*example.gauges, RIVER), criteria=(*example.criteria, FLOOD)
    )
    acts.apply_district(room.store, with_river, act=room.by("admin"))
    series: list[Reading] = []
    for hours, metres in enumerate((101.0, 101.0, 101.1, 101.1, 101.2, 152.5), start=-5):
        at = room.now + hours * HOUR
        reading = Reading("weir", Measure.STAGE, at, at, metres, received_at=at)
        series.append(check(reading, series))
    with room.store.write() as tx:
        reading_store.accept(tx, series)
        meta.wake(tx)
    room.settle()
    return room.now


def level(room: Room) -> Level:
    with room.store.read() as tx:
        return assessments.load(tx)["xiayun"].level


def told(room: Room) -> None:
    """Half a minute later the officer has it on his phone, in metres."""
    assert room.alarms() == ["suspect_unverified"]
    room.forward(seconds=31)
    ((_officer, text),) = room.left
    assert "下云堰报152.5米(未核实)" in text
    room.sms.taken.clear()


def test_a_stage_that_jumps_is_told_and_raises_after_five_minutes(
    room: Room, jumped: datetime
) -> None:
    told(room)
    assert level(room) is not Level.RED
    assert room.now < jumped + 5 * MINUTE
    room.forward(minutes=5)
    assert level(room) is Level.RED
    assert any("红色" in text for _who, text in room.left)
    room.sms.taken.clear()


def test_a_stage_that_a_human_rejects_raises_nothing_and_its_alarm_ends(
    room: Room, jumped: datetime
) -> None:
    told(room)
    acts.judge_reading(room.store, "weir", jumped, accept=False, act=room.by("zhu-xiaoman"))
    room.settle()
    assert room.alarms() == []
    room.forward(minutes=10)
    assert level(room) is not Level.RED
