"""Who is on watch at an instant, and what is wrong with a roster."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fangxun.core.findings import findings
from fangxun.core.roster import FindingKind, OverrideKind, Role, TableEntry, section_span, shifts
from fangxun.core.timeline import Span, local_days
from fangxun.core.watch import Gap, gaps, on_watch
from tests.core.rosters import (
    DAY,
    EXTRA,
    OFFICE,
    PEOPLE,
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

LEAD = post("lead", role=Role.LEADER)
OF = roster(
    LEAD, post(), EXTRA,
    rotations=(rotation("ab"), rotation("cd", "lead", turn_days=7), rotation("ef", "extra")),
)  # fmt: skip
NOBODY = frozenset()
TOO_MUCH = {FindingKind.MANY_IN_A_ROW}
"""What an officer who changes weekly comes to."""


def kinds(of, span):
    return [finding.kind for finding in findings(of, PEOPLE, span)]


def test_those_on_watch_come_in_the_order_of_the_posts_and_extra_posts_when_switched_on():
    found = shifts(OF, between(1, 3))
    for active, posts in ((NOBODY, ["lead", "duty"]), ({"extra"}, ["lead", "duty", "extra"])):
        there = on_watch(found, local(1, 12), posts=OF.posts, active=frozenset(active))
        assert [s.post for s in there] == posts


def test_at_the_hand_off_the_incoming_stands_and_the_outgoing_does_not():
    found = shifts(OF, between(1, 3))
    before, at = (
        on_watch(found, instant, posts=(post(),), active=NOBODY)
        for instant in (local(2) - timedelta(microseconds=1), local(2))
    )
    assert ([s.person for s in before], [s.person for s in at]) == (["a"], ["b"])


def test_a_full_roster_has_nothing_wrong():
    assert not gaps(OF, between(1, 31), active=frozenset({"extra"}))
    assert not findings(OF, PEOPLE, between(1, 31))


def test_a_gap_ends_where_the_span_does():
    """A removal from the 2nd to the 6th, looked at from within."""
    of = replace(OF, overrides=(override(1, OverrideKind.REMOVE, between(2, 6)),))
    for span, hole in (
        (between(1, 31), between(2, 6)),
        (between(3, 4, 13), between(3, 4, 13)),
        (Span(local(1, 9), local(2, 9)), Span(local(2), local(2, 9))),
        (Span(local(5, 9), local(9)), Span(local(5, 9), local(6))),
    ):
        assert gaps(of, span, active=NOBODY) == (Gap("duty", hole),)
    assert not gaps(of, between(6, 9), active=NOBODY)
    assert not gaps(of, between(1, 2), active=NOBODY)


def test_a_shift_that_began_before_the_span_fills_its_beginning():
    """Two in the morning belongs to the day before."""
    assert not gaps(OF, Span(local(2, 2), local(2, 3)), active=NOBODY)


def test_a_post_of_office_hours_has_no_gap_at_night():
    of = roster(post(sections=OFFICE))
    found = gaps(of, between(1, 3, 0), active=NOBODY)
    assert [gap.span for gap in found] == [
        Span(local(day, 8.5), local(day, 17.5)) for day in (1, 2)
    ]
    assert not gaps(of, Span(local(1, 17.5), local(2, 8.5)), active=NOBODY)


def test_a_post_that_a_level_switches_on_has_gaps_only_while_it_is_on():
    of = replace(OF, rotations=OF.rotations[:2])
    assert not gaps(of, between(1, 2), active=NOBODY)
    assert gaps(of, between(1, 2), active=frozenset({"extra"})) == (Gap("extra", between(1, 2)),)


@settings(max_examples=50)
@given(rosters(), st.data())
def test_a_gap_is_where_a_section_is_and_a_seat_is_empty(given_, data):
    """Minute by minute, over the changes of clocks, at any edge of the span."""
    of, base = given_
    span = data.draw(spans_near(base))
    zone = ZoneInfo(of.zone)
    there = shifts(of, span)
    found = gaps(of, span, active=NOBODY)
    wide = Span(span.start - 3 * DAY, span.end + 3 * DAY)
    for post_ in of.posts:
        needed = [section_span(s, day, zone) for day in local_days(wide, zone)
                  for s in post_.sections
                  if post_.season is None or post_.season.holds(day)]  # fmt: skip
        at = span.start
        while at < span.end:
            needs = any(s is not None and s.holds(at) for s in needed)
            standing = sum(s.post == post_.id and s.span.holds(at) for s in there)
            gap = any(g.post == post_.id and g.span.holds(at) for g in found)
            assert gap == (needs and standing < post_.seats)
            at += STEP * 3
    assert all(span.start <= g.span.start and g.span.end <= span.end for g in found)
    assert gaps(of, span, active=NOBODY, known=shifts(of, wide)) == found, "more may be known"


def test_one_person_on_two_posts_is_one_finding_however_often():
    of = roster(post(), post("deputy", role=Role.DEPUTY),
                rotations=(rotation("ab"), rotation("ab", "deputy")))  # fmt: skip
    found = findings(of, PEOPLE, between(1, 9))
    assert [(f.kind, f.people, dict(f.fields)["other"]) for f in found] == [
        (FindingKind.DOUBLE_BOOKING, ("a",), "duty"),
        (FindingKind.DOUBLE_BOOKING, ("b",), "duty"),
    ]


def test_leader_and_officer_in_one_is_named_as_such():
    of = roster(LEAD, post(), rotations=(rotation("ab"), rotation("ab", "lead")))
    (found,) = findings(of, PEOPLE, between(1, 2))
    assert found.kind is FindingKind.LEADER_IS_OFFICER
    assert found.span == between(1, 2)


def test_a_double_booking_of_which_nothing_lies_in_the_span_is_not_told():
    """The weeks of two posts meet on another day than the one that is asked for."""
    of = roster(
        LEAD, post(), table=(TableEntry("duty", date(2026, 7, 3), "c"),),
        rotations=(rotation("ab"), rotation("cd", "lead", turn_days=7)),
    )  # fmt: skip
    assert FindingKind.LEADER_IS_OFFICER in kinds(of, between(3, 4))
    assert FindingKind.LEADER_IS_OFFICER not in kinds(of, between(1, 3))


def test_the_same_person_twice_on_one_post_is_a_double_booking():
    of = roster(table=tuple(TableEntry("duty", date(2026, 7, 2), "a") for _ in range(2)))
    assert kinds(of, between(2, 3)) == [FindingKind.DOUBLE_BOOKING]


def test_a_post_that_only_a_level_switches_on_is_no_double_booking():
    of = replace(OF, rotations=(*OF.rotations[:2], rotation("ab", "extra")))
    assert kinds(of, between(1, 9)) == []


def test_a_person_whom_nobody_knows_is_one_finding():
    of = roster(rotations=(rotation("az"),))
    (found,) = findings(of, PEOPLE, between(1, 9))
    assert (found.kind, found.people) == (FindingKind.UNKNOWN_PERSON, ("z",))
    assert found.span == between(2, 3)


@pytest.mark.parametrize(("hours", "years"), [(24, []), (24.25, ["2028"])])
def test_a_year_without_a_notice_is_told_once_the_span_reaches_it(hours, years):
    span = Span(local(date(2027, 12, 31), 0), local(date(2027, 12, 31), hours))
    found = [f for f in findings(OF, PEOPLE, span) if f.kind is FindingKind.UNPUBLISHED_YEAR]
    assert [dict(f.fields)["year"] for f in found] == years


def test_an_override_that_fits_only_after_an_earlier_one_is_not_listed():
    """The earlier one lies outside the span that is looked at."""
    of = replace(
        OF,
        overrides=(
            override(1, OverrideKind.COVER, between(1, 2), "g", "a"),
            override(2, OverrideKind.COVER, between(1, 4), "f", "g"),
        ),
    )
    assert kinds(of, between(3, 9)) == []
    alone = replace(of, overrides=of.overrides[1:])
    assert kinds(alone, between(3, 9)) == [FindingKind.OVERRIDE_UNFIT]
    assert kinds(alone, between(4, 9)) == []


@settings(max_examples=50)
@given(rosters(), st.data())
def test_a_double_booking_is_told_at_its_first_instant_and_only_where_there_is_one(given_, data):
    """Each pair of shifts held against each other; a person and a pair of posts is one finding."""
    of, base = given_
    span = data.draw(spans_near(base))
    there = shifts(of, span)
    first = {}
    for n, one in enumerate(there):
        for two in there[n + 1 :]:
            shared = one.span.within(two.span) if one.person == two.person else None
            both = shared.within(span) if shared is not None else None
            if both is not None:
                pair = (one.person, *sorted((one.post, two.post)))
                first[pair] = min(both.start, first.get(pair, both.start))
    told = [
        ((*f.people, *sorted((f.post, dict(f.fields)["other"]))), f.span.start)
        for f in findings(of, PEOPLE, span)
        if f.kind is FindingKind.DOUBLE_BOOKING
    ]
    assert len(told) == len(dict(told))
    assert dict(told) == first


def test_four_hundred_days_of_two_hundred_posts_have_one_hole():
    """The size of a district with all its towns and villages; each post has its own three people,
    and on one of them nobody stands on one day."""
    posts = tuple(post(f"p{n}") for n in range(200))
    teams = {p.id: tuple(f"{p.id}-{n}" for n in range(3)) for p in posts}
    hole = between(20, 21)
    of = roster(
        *posts,
        rotations=tuple(
            replace(
                rotation("", p.id, date(2016, 1, 1), 7 if n % 3 else 1), id=p.id, people=teams[p.id]
            )
            for n, p in enumerate(posts)
        ),
        overrides=(override(1, OverrideKind.REMOVE, hole, on="p7"),),
    )
    known = frozenset(person for team in teams.values() for person in team)
    told = findings(of, known, Span(local(1), local(1) + 400 * DAY))
    (found,) = [finding for finding in told if finding.kind not in TOO_MUCH]
    assert (found.kind, found.post, found.span) == (FindingKind.GAP, "p7", hole)
