"""A level is lowered after the whole hold, by complete windows of living gauges, and not else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from fangxun.core.assessment import (
    Why,
)
from fangxun.core.level import Level
from fangxun.core.observation import Quality, Reading
from fangxun.core.place import Measure
from tests.core.skies import (
    BLUE,
    HELD,
    HOUR,
    KNOWN,
    MINUTE,
    ORANGE,
    RED,
    SOON,
    START,
    carried,
    gauge,
    hours,
    judge,
    limit,
    rejected,
    stands,
    story,
    told,
)


def test_a_level_is_lowered_after_the_whole_hold_with_data():
    found = story({"g": [60.0, 0.0, 0.0]}, criteria=SOON, hold=HOUR)
    assert [told(a) for a in found] == [
        (RED, KNOWN, Why.REACHED),
        (RED, KNOWN, Why.WITHIN_HOLD),
        (Level.NONE, KNOWN, Why.LOWERED),
    ]
    assert found[1].below_since == START + 2 * HOUR + 4 * MINUTE
    assert found[1].since == found[0].since
    assert [e.level for e in found[1].evidence] == [RED, BLUE]
    assert found[2].evidence == ()


def test_without_a_hold_it_is_lowered_at_once():
    found = story({"g": [60.0, 0.0]}, criteria=SOON, hold=timedelta(0))
    assert found[1].level is Level.NONE


def test_rain_again_within_the_hold_begins_the_hold_anew():
    found = story({"g": [60.0, 0.0, 55.0, 0.0, 0.0]}, criteria=SOON, hold=HOUR)
    assert [a.level for a in found] == [RED, RED, RED, RED, Level.NONE]
    assert found[2].below_since is None


def test_a_sum_that_is_not_clear_any_more_within_the_hold_begins_it_anew():
    found = story({"g": [60.0, 0.0, 45.0, 0.0, 0.0]}, criteria=SOON, hold=HOUR)
    assert [a.level for a in found] == [RED, RED, RED, RED, Level.NONE]
    assert told(found[2]) == (RED, KNOWN, Why.NOT_YET_CLEAR)


def test_below_the_limit_and_not_below_what_clears_keeps_the_level():
    found = story({"g": [60.0, 45.0, 40.0, 39.9, 39.9]}, criteria=SOON, hold=HOUR)
    assert [a.why for a in found[1:4]] == [Why.NOT_YET_CLEAR, Why.NOT_YET_CLEAR, Why.WITHIN_HOLD]
    assert [a.level for a in found] == [RED, RED, RED, RED, BLUE]


def test_it_falls_no_lower_than_what_the_hold_has_seen():
    """Blue was reached during the hold of red: blue has a hold of its own."""
    found = story({"g": [60.0, 30.0, 0.0, 0.0]}, criteria=SOON, hold=HOUR)
    assert [a.level for a in found] == [RED, RED, BLUE, Level.NONE]


def test_it_falls_to_the_level_that_is_not_clear_yet():
    """From red past its own clear mark to just above blue's."""
    found = story({"g": [60.0, 18.0, 18.0, 18.0]}, criteria=SOON, hold=HOUR)
    assert [a.level for a in found] == [RED, RED, BLUE, BLUE]
    assert told(found[3]) == (BLUE, KNOWN, Why.NOT_YET_CLEAR)
    assert [e.level for e in found[3].evidence] == [BLUE]


def test_a_level_that_stood_before_the_gauge_fell_silent_is_held_until_it_speaks():
    red = stands(RED, carried(RED, criteria=SOON))
    held = judge((), red, START + 30 * HOUR, criteria=SOON)
    assert told(held) == (RED, HELD, Why.DATA_MISSING)
    back = judge(hours([0.0], until=31), held, START + 31 * HOUR, criteria=SOON)
    assert told(back) == (RED, KNOWN, Why.WITHIN_HOLD)
    low = judge(hours([0.0, 0.0], until=32), back, START + 32 * HOUR, criteria=SOON)
    assert told(low) == (Level.NONE, KNOWN, Why.LOWERED)


def test_a_silence_within_the_hold_stops_the_hold():
    found = story({"g": [60.0, 0.0, None, None, 0.0, 0.0]}, criteria=SOON, hold=2 * HOUR)
    assert [a.level for a in found] == [RED] * 6
    assert [a.certainty for a in found] == [KNOWN, KNOWN, KNOWN, HELD, KNOWN, KNOWN]
    assert found[4].below_since == START + 5 * HOUR + 4 * MINUTE


def test_the_gauge_that_carried_the_level_holds_it_though_another_is_dry():
    """The one that the flood washed away was the one that saw it."""
    gauges = (gauge("washed"), gauge("dry"))
    found = story({"washed": [60.0] + [None] * 29, "dry": [0.0] * 30}, gauges=gauges, criteria=SOON)
    assert {a.level for a in found} == {RED}
    assert told(found[-1]) == (RED, HELD, Why.DATA_MISSING)
    assert found[-1].missing == ("washed",)
    assert {e.source for e in found[-1].evidence} == {"washed"}


def test_a_hole_in_the_gauge_that_carried_the_level_is_not_filled_by_another():
    gauges = (gauge("g"), gauge("dry"))
    criteria = (limit(ORANGE, 3, 50.0),)
    found = story(
        {"g": [20.0, 20.0, 20.0, None, 0.0, 0.0, 0.0, 0.0, 0.0], "dry": [0.0] * 9},
        gauges=gauges, criteria=criteria,
    )  # fmt: skip
    assert [a.level for a in found[2:]] == [ORANGE] * 5 + [Level.NONE] * 2
    for holed in found[4:6]:
        assert told(holed) == (ORANGE, HELD, Why.DATA_MISSING)


def test_a_gauge_that_falls_silent_within_the_hold_has_not_taken_its_level_back():
    """One dry hour and then nothing, with a dry gauge beside it: the hold was never over."""
    gauges = (gauge("g"), gauge("dry"))
    found = story(
        {"g": [60.0, 0.0] + [None] * 10, "dry": [0.0] * 12},
        gauges=gauges, criteria=SOON, hold=3 * HOUR,
    )  # fmt: skip
    assert told(found[1]) == (RED, KNOWN, Why.WITHIN_HOLD)
    assert told(found[-1]) == (RED, HELD, Why.DATA_MISSING)
    assert found[-1].missing == ("g",)


def test_a_second_gauge_that_joins_in_does_not_make_the_first_forgotten():
    """Both were red; one fell silent, days later the other is dry: the first still holds it."""
    gauges = (gauge("g"), gauge("other"))
    found = story(
        {"g": [60.0] + [None] * 60, "other": [0.0] + [70.0] * 57 + [0.0] * 3},
        gauges=gauges, criteria=SOON,
    )  # fmt: skip
    assert found[50].certainty is KNOWN
    assert {"g", "other"} == {e.source for e in found[50].evidence}
    assert told(found[-1]) == (RED, HELD, Why.DATA_MISSING)


@pytest.mark.parametrize("quality", [Quality.MISSING, Quality.SUSPECT])
def test_a_level_whose_newest_reading_is_withdrawn_is_held_until_the_gauge_speaks_again(quality):
    """The dry hour before it says nothing of the hour that raised."""
    dry, wet = hours([0.0, 60.0])
    red = judge([dry, wet], criteria=SOON, hold=timedelta(0))
    withdrawn = [dry, replace(wet, quality=quality)]
    held = judge(withdrawn, red, START + MINUTE, criteria=SOON, hold=timedelta(0))
    assert told(held) == (RED, HELD, Why.DATA_MISSING)
    spoken = [*withdrawn, *hours([0.0], until=1)]
    low = judge(spoken, held, START + HOUR, criteria=SOON, hold=timedelta(0))
    assert told(low) == (Level.NONE, KNOWN, Why.LOWERED)


@pytest.mark.parametrize("dry", [0, 1])
def test_a_level_that_only_a_rejected_reading_carried_is_gone_at_once(dry):
    """Whether it is the newest one or others follow; what the hour before said stands again."""
    series = hours([*[0.0] * 12, 1000.0, *[0.0] * dry], until=dry)
    spike = replace(series[12], quality=Quality.VERIFIED)
    raised = judge([*series[:12], spike, *series[13:]], now=START + dry * HOUR)
    assert raised.level is RED
    said = [*series[:12], rejected(spike), *series[13:]]
    found = judge(said, raised, START + dry * HOUR + MINUTE)
    assert found.level is (Level.UNKNOWN if dry else Level.NONE)
    assert found.evidence == ()


def test_what_other_readings_carry_stays_when_one_is_rejected():
    """An orange of its own hours under the spike's red, and another gauge's word."""
    wet = [*hours([30.0, 30.0], until=-1), replace(hours([1000.0])[0], quality=Quality.VERIFIED)]
    red = judge(wet)
    assert told(judge([*wet[:2], rejected(wet[2])], red, START + MINUTE))[0] is ORANGE
    gauges = (gauge("g"), gauge("other"))
    both = judge([*wet, *hours([60.0], "other")], gauges=gauges)
    later = [*wet[:1], rejected(wet[2]), *hours([60.0], "other")]
    assert judge(later, both, START + 5 * HOUR, gauges=gauges).level is ORANGE


def test_a_rejected_stage_carries_nothing():
    criteria = (limit(RED, 0, 152.0, 151.7, measure=Measure.STAGE),)
    fields = {"gauges": (gauge(measure=Measure.STAGE),), "criteria": criteria}
    calm, high = (Reading("g", Measure.STAGE, at, at, metres) for at, metres in (
        (START - HOUR, 150.0), (START, 153.0)))  # fmt: skip
    red = judge([calm, high], **fields)
    assert red.level is RED
    assert judge([calm, rejected(high)], red, START + MINUTE, **fields).level is Level.NONE


def test_a_gauge_or_criterion_that_the_district_no_longer_has_holds_nothing():
    red = stands(RED, carried(RED, "gone", criteria=SOON), below_since=START - HOUR)
    found = judge(hours([0.0]), red, criteria=SOON)
    assert told(found) == (Level.NONE, KNOWN, Why.LOWERED)
    other = stands(RED, replace(carried(RED), criterion="gone"), below_since=START - HOUR)
    assert judge(hours([0.0]), other, criteria=SOON).level is Level.NONE
