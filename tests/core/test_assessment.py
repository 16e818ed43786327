"""The alert level of a place: the first look, and what raises it."""

from __future__ import annotations

from fangxun.core.assessment import (
    Why,
)
from fangxun.core.level import Level
from fangxun.core.observation import Reading
from fangxun.core.place import Measure
from tests.core.skies import (
    AT_LEAST,
    BLUE,
    DRY,
    HELD,
    HOUR,
    KNOWN,
    MINUTE,
    ORANGE,
    RED,
    START,
    gauge,
    hours,
    judge,
    limit,
    story,
    told,
)


def test_a_place_without_gauges_is_unknown_and_never_none():
    found = judge(gauges=())
    assert told(found) == (Level.UNKNOWN, KNOWN, Why.NO_GAUGE)
    stages_only = judge(gauges=(gauge(measure=Measure.STAGE),))
    assert stages_only.why is Why.NO_GAUGE


def test_an_empty_store_and_a_gauge_that_never_spoke_are_unknown():
    found = judge()
    assert told(found) == (Level.UNKNOWN, KNOWN, Why.DATA_MISSING)
    assert found.missing == ("g",)


def test_none_needs_complete_windows_of_a_gauge_that_is_alive():
    assert told(judge(hours(DRY))) == (Level.NONE, KNOWN, Why.BELOW)
    assert judge(hours(DRY[:11])).level is Level.UNKNOWN
    assert judge(hours(DRY), now=START + 80 * MINUTE).level is Level.NONE
    assert judge(hours(DRY), now=START + 81 * MINUTE).level is Level.UNKNOWN


def test_one_of_two_gauges_is_enough_for_none_and_the_silent_one_is_named():
    found = judge(hours(DRY, "g"), gauges=(gauge("g"), gauge("dead")))
    assert told(found) == (Level.NONE, KNOWN, Why.BELOW)
    assert found.missing == ("dead",)


def test_none_becomes_unknown_when_its_gauge_falls_silent():
    """None is never held: it would be read as safe."""
    none = judge(hours(DRY))
    found = judge(hours(DRY), none, START + 2 * HOUR)
    assert told(found) == (Level.UNKNOWN, KNOWN, Why.DATA_MISSING)


def test_a_stage_is_judged_at_its_newest_reading():
    criteria = (limit(BLUE, 0, 152.0, 151.7, measure=Measure.STAGE),)
    gauges = (gauge(measure=Measure.STAGE),)
    for metres, level in ((151.99, Level.NONE), (151.995, BLUE)):
        reading = Reading("g", Measure.STAGE, START, START, metres)
        assert judge([reading], gauges=gauges, criteria=criteria).level is level


def test_omoto_goes_from_none_to_red_within_an_hour_at_the_third_reading():
    """A real storm, hours ending 17:00 to 02:00; one raise, not four."""
    rain = [3.0, 24.0, 83.0, 123.5, 92.5, 58.0, 33.0, 66.0, 36.0, 16.5]
    found = story({"g": rain}, previous=judge(hours(DRY)))
    levels = [a.level for a in found]
    assert levels[:3] == [Level.UNKNOWN, Level.UNKNOWN, RED]
    before = story({"g": DRY + rain})
    assert [a.level for a in before[12:15]] == [Level.NONE, Level.NONE, RED]
    assert all(a.level is RED and a.certainty is KNOWN for a in before[14:])
    (top,) = [e for e in before[14].evidence if e.level is RED]
    assert (top.amount, top.limit, top.window, top.source) == (110.0, 100.0, 3 * HOUR, "g")
    assert before[14].since == before[-1].since


def test_miyake_is_red_and_stays_red_in_its_hole():
    """13.5 7.0 8.5 114.5 14.0, then nothing: it is held and told, for as long as it takes."""
    rain = [13.5, 7.0, 8.5, 114.5, 14.0]
    found = story({"g": DRY + rain + [None] * 48})
    assert [a.level for a in found[15:]] == [RED] * 50
    assert told(found[16]) == (RED, KNOWN, Why.REACHED)
    for item in found[18:]:
        assert told(item) == (RED, HELD, Why.DATA_MISSING)
        assert item.missing == ("g",)
        assert {e.source for e in item.evidence} == {"g"}


def test_a_partial_window_over_the_limit_fires_as_at_least():
    found = judge(hours([60.0]))
    assert told(found) == (ORANGE, AT_LEAST, Why.REACHED)
    assert found.evidence[0].covered == HOUR
