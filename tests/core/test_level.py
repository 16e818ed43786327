"""Alert and response levels, in their order."""

from __future__ import annotations

from itertools import pairwise

from fangxun.core.level import COLOURS, Level, ResponseLevel


def test_colours_rise_from_blue_to_red():
    assert [level.value for level in COLOURS] == ["blue", "yellow", "orange", "red"]
    assert all(two.above(one) and not one.above(two) for one, two in pairwise(COLOURS))


def test_unknown_and_none_page_for_nothing_and_are_not_the_same():
    assert Level.UNKNOWN.rank == Level.NONE.rank == 0
    assert Level.UNKNOWN != Level.NONE
    assert not Level.UNKNOWN.above(Level.NONE)
    assert not Level.NONE.above(Level.UNKNOWN)
    assert all(level.above(Level.UNKNOWN) for level in COLOURS)


def test_ranks_of_colours_differ_so_that_one_rank_is_one_colour():
    assert len({level.rank for level in COLOURS}) == len(COLOURS)
    assert not any(level.above(level) for level in Level)


def test_response_one_is_the_highest():
    assert [level.rank for level in ResponseLevel] == [1, 2, 3, 4]
    assert max(ResponseLevel, key=lambda level: level.rank) is ResponseLevel.I
