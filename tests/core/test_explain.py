"""Why those stand who stand, rule by rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from fangxun.core.roster import (
    DayType,
    OverrideKind,
    Passed,
    Season,
    Source,
    TableEntry,
    explain,
    shifts,
)
from fangxun.core.timeline import Span
from tests.core.rosters import (
    DAY_AND_NIGHT,
    STEP,
    between,
    local,
    override,
    post,
    roster,
    rosters,
    rotation,
    spans_near,
)


def told(of, at=None):
    return [
        (g.detail, "".join(g.people), g.passed) for g in explain(of, "duty", at or local(2, 12))
    ]


def test_a_rotation_says_which_turn_it_is_and_the_older_one_that_it_took_over():
    old, new = rotation("ab"), rotation("cde", first=date(2026, 6, 30))
    of = roster(rotations=(old, new))
    assert told(of) == [("duty-cde", "e", None), ("duty-ab", "", Passed.SUCCEEDED)]
    assert explain(of, "duty", local(2, 12))[0].turn == 3


def test_each_rotation_that_does_not_count_says_why():
    """A Thursday, at noon: a workday, in the day's section, in July."""
    others = [
        (rotation("b", first=date(2026, 7, 3)), Passed.NOT_BEGUN),
        (rotation("c", part="night"), Passed.OTHER_SECTION),
        (rotation("d", types=(DayType.REST_DAY,)), Passed.OTHER_DAY_TYPE),
        (rotation("e", weekdays=(5,)), Passed.OTHER_WEEKDAY),
        (rotation("f", season=Season((8, 1), (9, 1))), Passed.OUT_OF_SEASON),
    ]
    of = roster(post(sections=DAY_AND_NIGHT), rotations=[rotation("a"), *(r for r, _why in others)])
    found = {detail: why for detail, _people, why in told(of)}
    assert found == {"duty-a": None, **{r.id: why for r, why in others}}


def test_an_override_comes_before_the_table_and_the_table_before_the_rotation():
    table = (TableEntry("duty", date(2026, 7, 2), "b", "", "duty/2026-07.csv:4"),)
    covers = (
        override(1, OverrideKind.COVER, between(2, 3), "c", "b"),
        override(2, OverrideKind.COVER, between(2, 3), "d", "a"),
        override(3, OverrideKind.ADD, between(2, 3), "e"),
    )
    of = roster(rotations=(rotation("a"),), table=table, overrides=covers)
    assert told(of) == [
        ("3", "e", None),
        ("2", "da", Passed.REPLACES_NOBODY),
        ("1", "cb", None),
        ("duty/2026-07.csv:4", "b", None),
        ("duty-a", "", Passed.TABLE_FIRST),
    ]


def test_a_post_out_of_its_season_says_so_of_every_rule():
    of = roster(post(season=Season((8, 1), (9, 1))), rotations=(rotation("a"),))
    assert told(of) == [("duty-a", "", Passed.OUT_OF_SEASON)]
    assert explain(of, "nowhere", local(2)) == ()


@given(rosters(), st.data())
def test_what_counts_is_what_stands(given_, data):
    """Whoever has the turn is named by a table or rotation that counts; what put somebody there is
    a ground that counts."""
    of, base = given_
    at = data.draw(spans_near(base)).start
    for one in of.posts:
        grounds = [g for g in explain(of, one.id, at) if g.passed is None]
        plain = replace(of, overrides=())
        here = frozenset({one.id})
        turns = [s for s in shifts(plain, Span(at, at + STEP), posts=here) if s.span.holds(at)]
        rules = [g for g in grounds if g.source is not Source.OVERRIDE]
        assert sorted(p for g in rules for p in g.people) == sorted(s.person for s in turns)
        standing = [s for s in shifts(of, Span(at, at + STEP), posts=here) if s.span.holds(at)]
        assert {(s.source, s.detail) for s in standing} <= {(g.source, g.detail) for g in grounds}
