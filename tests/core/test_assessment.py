"""The alert level of a place: raised at once, held without data, lowered after the hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fangxun.core.assessment import (
    TOO_OLD,
    Assessment,
    Evidence,
    EvidenceKind,
    Situation,
    Why,
    assess,
)
from fangxun.core.criterion import Criterion
from fangxun.core.level import COLOURS, Certainty, Hazard, Level
from fangxun.core.observation import Quality, Reading, check, settle
from fangxun.core.place import Datum, Gauge, Measure
from fangxun.core.warning import Bulletin, InForce, MessageType, Status, Touch

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
START = datetime(2026, 7, 20, tzinfo=UTC)
HELD, KNOWN, AT_LEAST = Certainty.HELD, Certainty.KNOWN, Certainty.AT_LEAST
BLUE, YELLOW, ORANGE, RED = COLOURS


def gauge(name="g", *places, measure=Measure.RAIN, interval=HOUR):
    return Gauge(
        name, name, measure, 29.0, 125.0, Datum.WGS84, interval, 20 * MINUTE, places or ("town",)
    )


def limit(level, hours, mm, clear=None, place="town", measure=Measure.RAIN):
    window = hours * HOUR if measure is Measure.RAIN else timedelta(0)
    clear_below = mm if clear is None else clear
    name = f"{place}-{level}"
    return Criterion(name, place, Hazard.RAIN, measure, window, level, mm, clear_below)


SIGNALS = (limit(BLUE, 12, 50.0), limit(YELLOW, 6, 50.0), limit(ORANGE, 3, 50.0),
           limit(RED, 3, 100.0))  # fmt: skip
"""CMA order 16."""
SOON = (limit(BLUE, 1, 20.0, 16.0), limit(RED, 1, 50.0, 40.0))
"""One hour is enough to know: short stories."""


def hours(mm, name="g", until=0):
    """Hourly readings; the last of `mm` ends at START + `until` hours, None never came."""
    first = START + (until - len(mm)) * HOUR
    return [
        Reading(name, Measure.RAIN, first + n * HOUR, first + (n + 1) * HOUR, value)
        for n, value in enumerate(mm)
        if value is not None
    ]


DRY = [0.0] * 12


def situation(readings=(), gauges=None, criteria=SIGNALS, **fields):
    by_gauge = {}
    for reading in readings:
        by_gauge.setdefault(reading.gauge, []).append(reading)
    fields.setdefault("hold", HOUR)
    return Situation(
        places=("town",),
        root="district",
        gauges=(gauge(),) if gauges is None else gauges,
        criteria=criteria,
        readings=by_gauge,
        **fields,
    )


def judge(readings=(), previous=None, now=START, **fields):
    before = {"town": previous} if previous is not None else {}
    return assess(situation(readings, **fields), before, now=now)["town"]


def stands(level, *evidence, certainty=KNOWN, **fields):
    """What stood before."""
    return Assessment("town", level, certainty, START - HOUR, Why.REACHED, evidence, **fields)


def carried(level, source="g", at=START - HOUR, criteria=SIGNALS):
    """The evidence of a gauge for a level."""
    name = next(c.id for c in criteria if c.level is level)
    return Evidence(
        EvidenceKind.RAIN, level, KNOWN, Hazard.RAIN, source, at, 60.0, 50.0, HOUR, HOUR, name
    )


def told(found):
    return found.level, found.certainty, found.why


def story(series, every=HOUR, **fields):
    """What is said at each hour while readings come in: by gauge a list of mm."""
    found, previous = [], fields.pop("previous", None)
    length = max(map(len, series.values()))
    lag = fields.pop("lag", 4 * MINUTE)
    for n in range(1, length + 1):
        come = [r for name, mm in series.items() for r in hours(mm[:n], name, until=n)]
        now = START + n * every + lag
        previous = judge(come, previous, now, **fields)
        found.append(previous)
    return found


def warning(level=ORANGE, touch=Touch.DIRECT, place="town", feed="cap", unconfirmed=False, n=1):
    return InForce(
        Bulletin(
            feed, "observatory", f"w{n}", START, Status.ACTUAL, MessageType.ALERT, Hazard.RAIN,
            "rain", level, "Rainstorm", touches=((place, touch),),
        ),
        unconfirmed=unconfirmed,
    )  # fmt: skip


# The first look


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


# Raising


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


def test_the_hour_of_zhengzhou_passes_and_a_spike_waits_five_minutes():
    for value, level in ((201.9, RED), (1000.0, Level.UNKNOWN)):
        reading = check(replace(hours([value])[0], received_at=START), ())
        found = judge([reading], now=START + MINUTE)
        assert found.level is level
    (evidence,) = found.unverified
    assert (evidence.level, evidence.amount, evidence.source) == (RED, 1000.0, "g")
    assert evidence.at == reading.end
    settled = settle(reading, now=START + 5 * MINUTE)
    raised = judge([settled], found, START + 5 * MINUTE)
    assert told(raised) == (RED, AT_LEAST, Why.REACHED)
    assert raised.unverified == ()


RIVER = {
    "gauges": (gauge(measure=Measure.STAGE),),
    "criteria": (limit(RED, 0, 152.0, 151.7, measure=Measure.STAGE),),
}
"""A river that stands at 101 m, and is red at 152."""


def stages(*metres):
    """Hourly stages up to START, each with our opinion of it."""
    found = []
    for n, value in enumerate(metres, start=1 - len(metres)):
        at = START + n * HOUR
        found.append(check(Reading("g", Measure.STAGE, at, at, value, received_at=at), found))
    return found


def test_a_stage_that_jumps_is_told_at_once_and_raises_after_five_minutes():
    """As rain that never fell: a dam may have burst."""
    river = stages(101.0, 101.1, 101.2, 152.5)
    found = judge(river, now=START + MINUTE, **RIVER)
    assert found.level is Level.NONE
    (evidence,) = found.unverified
    assert (evidence.level, evidence.amount, evidence.at) == (RED, 152.5, START)
    settled = [settle(reading, now=START + 5 * MINUTE) for reading in river]
    raised = judge(settled, found, START + 5 * MINUTE, **RIVER)
    assert told(raised) == (RED, AT_LEAST, Why.REACHED)
    assert raised.unverified == ()


def test_a_stage_that_jumps_down_clears_nothing_however_long_it_stands():
    red = judge(stages(152.1, 152.2, 152.3), **RIVER)
    fallen = [settle(r, now=START + 2 * HOUR) for r in stages(152.1, 152.2, 152.3, 101.0)]
    later = START + 20 * MINUTE
    assert judge(fallen, red, later, hold=timedelta(0), **RIVER).level is RED


def test_a_spike_in_a_river_that_the_next_reading_takes_back_raises_nothing_later():
    """It is told, and what came after it counts."""
    river = stages(101.0, 101.1, 152.5, 101.2)
    settled = [settle(reading, now=START + 5 * MINUTE) for reading in river]
    found = judge(settled, now=START + 5 * MINUTE, **RIVER)
    assert (found.level, found.unverified) == (Level.NONE, ())


def test_a_suspect_value_is_told_under_its_own_hour_though_others_follow():
    """The human rejects that reading, and its one alarm ends; no new one for each that follows."""
    spike = check(replace(hours([1000.0], until=-1)[0], received_at=START), ())
    found = judge([spike, *hours([0.0])])
    assert [e.at for e in found.unverified] == [START - HOUR]


def test_a_suspect_value_that_raises_nothing_new_is_not_told():
    spike = check(replace(hours([1000.0])[0], received_at=START), ())
    found = judge([spike], stands(RED, carried(RED)))
    assert found.level is RED
    assert found.unverified == ()
    earlier = replace(spike, start=START - 2 * HOUR, end=START - HOUR)
    falling = stands(RED, below_since=START - MINUTE)
    within = judge([earlier, *hours([0.0])], falling, criteria=(limit(RED, 3, 100.0),))
    assert within.level is RED
    assert within.unverified == ()


def test_a_negative_value_raises_nothing_clears_nothing_and_is_a_hole():
    odd = check(replace(hours([-5.0])[0], received_at=START), ())
    found = judge([*hours(DRY[:11], until=-1), odd], criteria=SOON, now=START + 30 * MINUTE)
    assert found.level is Level.UNKNOWN
    assert found.unverified == ()


def test_a_suspect_value_does_not_clear():
    """Its hour is a hole, and the newest good reading grows old."""
    rejected = [replace(r, quality=q) for r, q in zip(
        hours([0.0, 0.0]), (Quality.SUSPECT, Quality.REJECTED), strict=True)]  # fmt: skip
    red = stands(RED, carried(RED, criteria=SOON))
    found = judge([*hours([60.0], until=-2), *rejected], red, criteria=SOON)
    assert told(found) == (RED, HELD, Why.DATA_MISSING)


def test_a_value_that_only_time_has_verified_does_not_clear_either():
    """A gauge stuck at two millimetres in the flood."""
    stuck = replace(hours([2.0])[0], quality=Quality.VERIFIED)
    red = stands(RED, carried(RED, criteria=SOON), below_since=START - 9 * HOUR)
    found = judge([*hours([60.0], until=-1), stuck], red, criteria=SOON)
    assert told(found) == (RED, HELD, Why.DATA_MISSING)


def test_a_gauge_whose_clock_is_ahead_is_heard():
    ahead = hours([60.0])
    assert judge(ahead, now=START - 9 * MINUTE).level is ORANGE
    assert judge(ahead, now=START - 11 * MINUTE).level is Level.UNKNOWN


def test_a_late_batch_still_raises_and_yesterday_does_not():
    """What came late is held, as nobody knows how it is now; no old rain at a first start."""
    for age, level in ((4 * HOUR, ORANGE), (80 * MINUTE + TOO_OLD + MINUTE, Level.UNKNOWN)):
        found = judge(hours([60.0]), now=START + age)
        assert found.level is level
    assert told(judge(hours([60.0]), now=START + 4 * HOUR)) == (ORANGE, HELD, Why.DATA_MISSING)


# Lowering


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


def rejected(reading):
    return replace(reading, quality=Quality.REJECTED)


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


# Humans


def floor(level=ORANGE):
    return Evidence(EvidenceKind.BY_HAND, level, KNOWN, Hazard.RAIN, "officer", START)


def test_a_floor_set_by_hand_raises_at_once_and_is_no_ceiling():
    found = judge(hours(DRY), by_hand={"town": floor()})
    assert told(found) == (ORANGE, KNOWN, Why.BY_HAND)
    higher = judge(hours([60.0]), found, by_hand={"town": floor(BLUE)}, criteria=SOON)
    assert told(higher) == (RED, KNOWN, Why.REACHED)


def test_a_floor_taken_away_leaves_what_data_say_at_once():
    """Humans set it and humans take it away; it has no hold, and none is needed to end it."""
    orange = judge(hours(DRY), by_hand={"town": floor()})
    assert told(judge(hours(DRY), orange)) == (Level.NONE, KNOWN, Why.BELOW)
    unheard = judge(by_hand={"town": floor()})
    assert told(judge((), unheard)) == (Level.UNKNOWN, KNOWN, Why.DATA_MISSING)


@pytest.mark.parametrize("by_hand", [BLUE, RED])
def test_a_floor_taken_away_leaves_the_hold_of_the_gauge_and_its_silence_as_they_are(by_hand):
    """Neither the hour that has begun nor the word of a gauge that fell silent ends with it."""
    red = judge(hours([60.0]), criteria=SOON)
    later, now = hours([60.0, 0.0], until=1), START + HOUR
    within = judge(later, red, now, criteria=SOON, by_hand={"town": floor(by_hand)})
    ended = judge(later, within, now + MINUTE, criteria=SOON)
    assert (told(ended), ended.below_since) == ((RED, KNOWN, Why.WITHIN_HOLD), now)
    silent = judge(hours([60.0]), red, START + 3 * HOUR, criteria=SOON,
                   by_hand={"town": floor(by_hand)})  # fmt: skip
    assert told(judge(hours([60.0]), silent, START + 3 * HOUR, criteria=SOON)) == (
        RED, HELD, Why.DATA_MISSING,
    )  # fmt: skip


def test_a_floor_that_stands_is_the_same_in_each_cycle():
    first = judge(hours(DRY), by_hand={"town": floor()})
    again = judge(hours(DRY), first, START + MINUTE, by_hand={"town": floor()})
    assert again == first


def test_a_held_level_that_a_human_lets_go_stays_let_go_until_the_gauge_speaks():
    """The last reading is an hour and a half old and over the limit: it would raise again."""
    silent = hours([60.0])
    now = START + 90 * MINUTE
    held = judge(silent, None, now, criteria=SOON)
    assert told(held) == (RED, HELD, Why.DATA_MISSING)
    go = judge(silent, held, now, criteria=SOON, released=frozenset({"town"}))
    assert told(go) == (Level.UNKNOWN, KNOWN, Why.DATA_MISSING)
    after = judge(silent, go, now + MINUTE, criteria=SOON)
    assert after.level is Level.UNKNOWN
    assert after.let_go
    back = judge([*silent, *hours([70.0], until=2)], after, START + 2 * HOUR, criteria=SOON)
    assert told(back) == (RED, KNOWN, Why.REACHED)
    assert not back.let_go


def test_a_dead_gauge_let_go_leaves_the_word_to_the_living():
    gauges = (gauge("washed"), gauge("dry"))
    red = stands(RED, carried(RED, "washed", criteria=SOON), certainty=HELD)
    found = judge(
        hours([0.0], "dry"), red, gauges=gauges, criteria=SOON, released=frozenset({"town"})
    )
    assert told(found) == (Level.NONE, KNOWN, Why.LOWERED)
    later = judge(hours([0.0, 0.0], "dry", 1), found, START + HOUR, gauges=gauges, criteria=SOON)
    assert told(later) == (Level.NONE, KNOWN, Why.BELOW)


def test_what_living_gauges_say_is_not_let_go():
    red = judge(hours([60.0]), criteria=SOON)
    found = judge(hours([60.0]), red, criteria=SOON, released=frozenset({"town"}))
    assert told(found) == (RED, KNOWN, Why.REACHED)


# Warnings


def test_warnings_and_gauges_are_merged_and_the_highest_counts():
    found = judge(hours([30.0]), criteria=SOON, warnings=(warning(ORANGE),))
    assert told(found) == (ORANGE, KNOWN, Why.REACHED)
    assert [(e.kind, e.level) for e in found.evidence] == [
        (EvidenceKind.WARNING, ORANGE),
        (EvidenceKind.RAIN, BLUE),
    ]


def test_a_warning_that_ends_is_followed_by_the_hold():
    orange = judge(hours(DRY), warnings=(warning(),))
    within = judge(hours(DRY), orange)
    assert told(within) == (ORANGE, KNOWN, Why.WITHIN_HOLD)
    after = judge(hours(DRY, until=1), within, START + HOUR)
    assert told(after) == (Level.NONE, KNOWN, Why.LOWERED)


def test_a_warning_for_a_division_above_calls_the_duty_room_of_the_root_alone():
    above = warning(touch=Touch.ANCESTOR)
    assert judge(hours(DRY), warnings=(above,)).level is Level.NONE
    found = root(warnings=(warning(touch=Touch.ANCESTOR, place="district"),))
    assert (found.level, found.duty_only) == (ORANGE, True)
    direct = (warning(touch=Touch.ANCESTOR, place="district"), warning(place="district", n=2))
    assert not root(warnings=direct).duty_only


def root(readings=(), previous=None, now=START, **fields):
    """The whole district, with a gauge of its own."""
    whole = replace(situation(readings, gauges=(gauge("g", "district"),), **fields),
                    places=("district",))  # fmt: skip
    before = {"district": previous} if previous is not None else {}
    return assess(whole, before, now=now)["district"]


ABOVE = warning(RED, touch=Touch.ANCESTOR, place="district", feed="city")
OWN = warning(ORANGE, place="district", n=2)


def test_a_warning_from_above_asks_nothing_more_of_officials_and_takes_nothing_from_them():
    """Whichever comes first; the surplus alone is the duty room's."""
    own = root(warnings=(OWN,))
    assert (own.level, own.own_level, own.duty_only) == (ORANGE, ORANGE, False)
    both = root((), own, warnings=(OWN, ABOVE))
    assert (both.level, both.own_level, both.duty_only) == (RED, ORANGE, True)
    first = root(warnings=(ABOVE,))
    assert (first.level, first.own_level.rank) == (RED, 0)
    assert root((), first, warnings=(OWN, ABOVE)).own_level is ORANGE


def test_what_a_division_above_raised_is_never_held_over_officials():
    """It ends, its hold runs for the duty room alone, and the place's own level stays its own."""
    both = root(warnings=(OWN, ABOVE))
    ended = root((), both, warnings=(OWN,))
    assert (ended.level, ended.own_level, ended.why) == (RED, ORANGE, Why.WITHIN_HOLD)
    after = root((), ended, START + HOUR, warnings=(OWN,))
    assert (after.level, after.duty_only, after.above) == (ORANGE, False, None)


def test_the_place_s_own_level_has_its_own_hold_under_a_warning_from_above():
    both = root(warnings=(OWN, ABOVE))
    within = root((), both, START + MINUTE, warnings=(ABOVE,))
    assert (within.level, within.own_level) == (RED, ORANGE)
    after = root((), within, START + MINUTE + HOUR, warnings=(ABOVE,))
    assert (after.level, after.own_level.rank) == (RED, 0)


def test_a_warning_from_above_that_a_human_let_go_stays_let_go():
    stale = {"warnings": (ABOVE,), "stale": frozenset({"city"})}
    held = root(**stale)
    assert told(held) == (RED, HELD, Why.SOURCE_STALE)
    go = root((), held, released=frozenset({"district"}), **stale)
    assert not go.level.rank
    assert not root((), go, START + MINUTE, **stale).level.rank


def test_a_plan_may_let_a_warning_from_above_cascade():
    found = judge(hours(DRY), warnings=(warning(touch=Touch.ANCESTOR),), cascade=True)
    assert (found.level, found.duty_only) == (ORANGE, False)
    assert found.evidence[0].kind is EvidenceKind.WARNING


def test_a_stale_feed_holds_what_its_warning_supported():
    stale = frozenset({"cap"})
    orange = judge(hours(DRY), warnings=(warning(),))
    standing = judge(hours(DRY), orange, warnings=(warning(),), stale=stale)
    assert told(standing) == (ORANGE, HELD, Why.SOURCE_STALE)
    gone = judge(hours(DRY), orange, stale=stale)
    assert told(gone) == (ORANGE, HELD, Why.SOURCE_STALE)
    assert gone.missing == ("cap",)
    days = judge(hours(DRY, until=99), gone, START + 99 * HOUR, stale=stale)
    assert told(days) == (ORANGE, HELD, Why.SOURCE_STALE)
    fresh = judge(hours(DRY, until=99), days, START + 99 * HOUR)
    assert told(fresh) == (ORANGE, KNOWN, Why.WITHIN_HOLD)


def test_another_feed_that_is_stale_holds_nothing():
    orange = stands(ORANGE, below_since=START - HOUR)
    assert judge(hours(DRY), orange, stale=frozenset({"other"})).level is Level.NONE


def test_an_expiry_that_nobody_confirmed_holds_the_level():
    found = judge(hours(DRY), warnings=(warning(unconfirmed=True),))
    assert told(found) == (ORANGE, HELD, Why.DATA_MISSING)
    go = judge(hours(DRY), found, warnings=(warning(unconfirmed=True),),
               released=frozenset({"town"}))  # fmt: skip
    assert told(go) == (Level.NONE, KNOWN, Why.LOWERED)
    again = judge(hours(DRY), go, warnings=(warning(unconfirmed=True),))
    assert again.level is Level.NONE
    anew = judge(hours(DRY), again, warnings=(warning(),))
    assert told(anew) == (ORANGE, KNOWN, Why.REACHED)


def test_a_warning_without_any_date_counts():
    undated = warning()
    undated = replace(undated, bulletin=replace(undated.bulletin, sent=None))
    assert judge(hours(DRY), warnings=(undated,)).level is ORANGE


def test_a_place_known_by_warnings_alone_falls_to_unknown_after_the_hold():
    """A town with criteria and no gauge must not stand for ever."""
    orange = judge(gauges=(), warnings=(warning(),))
    within = judge((), orange, gauges=())
    after = judge((), within, START + HOUR, gauges=())
    assert (within.why, told(after)) == (Why.WITHIN_HOLD, (Level.UNKNOWN, KNOWN, Why.NO_GAUGE))


# For any readings


mm = st.one_of(st.none(), st.just(0.0), st.integers(0, 1200).map(lambda n: n / 10))
rains = st.lists(mm, min_size=1, max_size=16)
levels = st.sampled_from(Level)


@st.composite
def standings(draw):
    """What may have stood before, with evidence of the gauge or without."""
    level = draw(levels)
    if not level.rank:
        return draw(st.none() | st.just(stands(level)))
    evidence = draw(st.sampled_from([(), (carried(level),)]))
    below = draw(st.none() | st.just(START - 2 * HOUR))
    return stands(level, *evidence, below_since=below)


def by_addition(criterion, readings):
    """Amount and completeness of the window that ends at the newest reading."""
    end = max(r.end for r in readings)
    inside = [r for r in readings if r.end > end - criterion.window]
    tenths = sum(round(r.value * 10) for r in inside)
    return tenths, len(inside) * HOUR == criterion.window


@settings(max_examples=300)
@given(rains, standings(), st.integers(0, 180))
def test_a_level_is_never_lowered_but_by_complete_windows_of_a_living_gauge(rain, before, minutes):
    """Nor is anything below what the sums say, whatever stood before."""
    readings = hours(rain)
    now = START + minutes * MINUTE
    found = judge(readings, before, now)
    sums = {c: by_addition(c, readings) for c in SIGNALS} if readings else {}
    newest = max((r.end for r in readings), default=START - 99 * HOUR)
    age = now - newest
    if age <= 80 * MINUTE + TOO_OLD:
        over = [c.level.rank for c, (tenths, _) in sums.items() if tenths >= c.limit * 10]
        assert found.level.rank >= max(over, default=0)
    lowered = before is not None and before.level.above(found.level)
    if lowered or found.level is Level.NONE:
        assert age <= 80 * MINUTE
        for criterion in SIGNALS:
            if criterion.level.above(found.level):
                tenths, complete = sums[criterion]
                assert complete
                assert tenths < criterion.limit * 10


@settings(max_examples=200)
@given(rains, standings(), st.sets(st.integers(0, 15)))
def test_readings_that_are_missing_lower_nothing(rain, before, lost):
    """Holes before the newest reading: what stood is not lowered where it was not with them all."""
    rain = [*rain, 0.0]
    holed = [None if n in lost and n < len(rain) - 1 else mm_ for n, mm_ in enumerate(rain)]
    full, less = judge(hours(rain), before), judge(hours(holed), before)
    stood = before.level.rank if before is not None else 0
    assert less.level.rank >= min(stood, full.level.rank)
    if less.level is Level.NONE:
        assert full.level is Level.NONE or stood == 0


@settings(max_examples=300)
@given(
    rains, rains, st.sets(st.integers(0, 31)), st.integers(0, 600), st.sampled_from([SOON, SIGNALS])
)
def test_readings_that_vanish_after_they_raised_lower_nothing(one, two, lost, minutes, criteria):
    """Any of them, the newest too, of one gauge or two, without a hold, however late it is."""
    fields = {"gauges": (gauge("g"), gauge("h")), "criteria": criteria, "hold": timedelta(0)}
    readings = [*hours(one), *hours(two, "h")]
    first = judge(readings, **fields)
    left = [reading for n, reading in enumerate(readings) if n not in lost]
    later = judge(left, first, START + minutes * MINUTE, **fields)
    assert later.level.rank >= first.level.rank


@settings(max_examples=200)
@given(rains, standings(), st.integers(0, 15), st.integers(1, 900))
def test_more_rain_never_lowers(rain, before, index, more):
    known = [value if value is not None else 0.0 for value in rain]
    index %= len(known)
    wetter = [*known]
    wetter[index] += more / 10
    one, two = judge(hours(known), before), judge(hours(wetter), before)
    assert two.level.rank >= one.level.rank


@given(rains, standings(), st.data())
def test_the_order_of_readings_is_irrelevant(rain, before, data):
    readings = hours(rain)
    shuffled = data.draw(st.permutations(readings))
    assert judge(readings, before) == judge(shuffled, before)


@settings(max_examples=100)
@given(rains, rains)
def test_the_same_instant_assessed_again_says_the_same(one, two):
    """A cycle without news changes nothing, so that nothing is written or journalled."""
    gauges = (gauge("g"), gauge("h"))
    readings = [*hours(one), *hours(two, "h")]
    first = judge(readings, gauges=gauges)
    again = judge(readings, first, gauges=gauges)
    assert told(again)[:2] == told(first)[:2]
    assert judge(readings, again, gauges=gauges) == again


speakers = st.fixed_dictionaries(
    {"own": levels, "over": levels, "floor": levels, "stale": st.booleans(),
     "released": st.booleans(), "hours": st.integers(0, 3)}
)  # fmt: skip


@given(st.lists(speakers, min_size=1, max_size=8))
def test_what_the_place_stands_at_by_itself_is_as_if_no_division_above_had_spoken(story):
    both = alone = None
    now = START
    for said in story:
        now += said["hours"] * HOUR
        fields = {
            "by_hand": {"district": floor(said["floor"])} if said["floor"].rank else {},
            "released": frozenset({"district"}) if said["released"] else frozenset(),
            "stale": frozenset({"cap", "city"}) if said["stale"] else frozenset(),
        }
        own = (warning(said["own"], place="district"),) if said["own"].rank else ()
        over = (warning(said["over"], Touch.ANCESTOR, "district", "city"),)
        over = over if said["over"].rank else ()
        alone = root((), alone, now, warnings=own, **fields)
        both = root((), both, now, warnings=(*own, *over), **fields)
        assert both.own_level.rank == alone.level.rank
        assert not alone.level.above(both.level)
        fields["released"] = frozenset()
        again = root((), both, now, warnings=(*own, *over), **fields)
        assert (again.level, again.own_level) == (both.level, both.own_level)


@pytest.mark.parametrize("certainty", Certainty)
def test_the_surest_of_several_reasons_says_how_sure_it_is(certainty):
    rain = {KNOWN: hours(DRY), AT_LEAST: hours([60.0]), HELD: ()}[certainty]
    known = () if certainty is not KNOWN else (warning(ORANGE),)
    held = (warning(ORANGE, unconfirmed=True, n=2),)
    assert judge(rain, warnings=(*known, *held)).certainty is certainty
