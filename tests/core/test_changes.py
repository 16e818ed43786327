"""What an edit changes for whom."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from fangxun.core.changes import Change, Stands, changes, net
from fangxun.core.roster import OverrideKind, shifts
from tests.core.rosters import between, override, roster, rotation, spans_near
from tests.core.rosters import rosters as any_roster

OF = roster(rotations=(rotation("ab"),))
JULY = between(1, 31)


def stands(of):
    return [Stands(s.person, s.post, s.span) for s in shifts(of, JULY)]


def test_a_cover_gives_one_what_it_takes_from_another():
    of = replace(OF, overrides=(override(1, OverrideKind.COVER, between(2, 3), "g", "b"),))
    told = changes(stands(OF), stands(of), JULY)
    assert sorted((one.person, one.gained, one.span) for one in told) == [
        ("b", False, between(2, 3)), ("g", True, between(2, 3)),
    ]  # fmt: skip


def test_how_a_watch_is_cut_is_no_change():
    """The same person covers himself."""
    of = replace(OF, overrides=(override(1, OverrideKind.COVER, between(2, 3, 12), "b", None),))
    told = changes(stands(OF), stands(of), between(2, 3))
    assert told == []


def test_what_lies_outside_the_span_is_not_told():
    of = replace(OF, overrides=(override(1, OverrideKind.COVER, between(2, 3), "g", "b"),))
    assert changes(stands(OF), stands(of), between(3, 9)) == []


def test_what_was_given_and_taken_again_is_nothing():
    there = Change(between(2, 3), "duty", "a", gained=True)
    assert net([there, replace(there, gained=False)]) == []


def test_a_part_that_was_taken_again_leaves_the_rest():
    there = Change(between(2, 4), "duty", "a", gained=True)
    back = Change(between(3, 4), "duty", "a", gained=False)
    assert net([there, back]) == [Change(between(2, 3), "duty", "a", gained=True)]


@settings(max_examples=40)
@given(any_roster(), st.data())
def test_several_edits_come_to_what_the_first_and_the_last_roster_differ_by(given_, data):
    of, base = given_
    span = data.draw(spans_near(base))
    steps = [replace(of, overrides=of.overrides[:n]) for n in range(len(of.overrides) + 1)]
    stood = [[Stands(s.person, s.post, s.span) for s in shifts(one, span)] for one in steps]
    each = [c for n in range(1, len(stood)) for c in changes(stood[n - 1], stood[n], span)]
    assert net(each) == changes(stood[0], stood[-1], span)
