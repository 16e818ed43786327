"""What holds for any readings: missing data never lower, more rain never lowers, in any order."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fangxun.core.assessment import (
    TOO_OLD,
)
from fangxun.core.level import Certainty, Level
from fangxun.core.warning import Touch
from tests.core.skies import (
    AT_LEAST,
    DRY,
    HELD,
    HOUR,
    KNOWN,
    MINUTE,
    ORANGE,
    SIGNALS,
    SOON,
    START,
    carried,
    floor,
    gauge,
    hours,
    judge,
    levels,
    rains,
    root,
    stands,
    told,
    warning,
)


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
