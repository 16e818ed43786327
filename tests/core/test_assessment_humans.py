"""Floors set by hand, and what a human lets go."""

from __future__ import annotations

import pytest

from fangxun.core.assessment import (
    Why,
)
from fangxun.core.level import Level
from tests.core.skies import (
    BLUE,
    DRY,
    HELD,
    HOUR,
    KNOWN,
    MINUTE,
    ORANGE,
    RED,
    SOON,
    START,
    carried,
    floor,
    gauge,
    hours,
    judge,
    stands,
    told,
)


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
