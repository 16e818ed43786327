"""Warnings beside gauges, of the place's own division and of one above."""

from __future__ import annotations

from dataclasses import replace

from fangxun.core.assessment import (
    EvidenceKind,
    Why,
)
from fangxun.core.level import Level
from fangxun.core.warning import Touch
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
    hours,
    judge,
    root,
    stands,
    told,
    warning,
)


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
