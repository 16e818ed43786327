"""Rotations, tables and overrides by example: who stands, and where a turn goes on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from fangxun.core.roster import (
    DayType,
    Holiday,
    OverrideKind,
    Season,
    Source,
    TableEntry,
    shifts,
)
from fangxun.core.timeline import Span
from tests.core.rosters import (
    DAY_AND_NIGHT,
    HOUR,
    THREE,
    between,
    local,
    override,
    people,
    post,
    roster,
    rotation,
    section,
)


def test_a_removal_leaves_a_hole_and_an_addition_a_second_person():
    of = roster(rotations=(rotation("ab"),))
    span = Span(local(2, 10), local(2, 12))
    less = replace(of, overrides=(override(1, OverrideKind.REMOVE, span, None, None),))
    assert not shifts(less, span)
    assert len(shifts(less, between(2, 3))) == 2
    more = replace(of, overrides=(override(1, OverrideKind.ADD, span, "g"),))
    assert people(shifts(more, span)) == "bg"
    assert shifts(more, span)[1].source is Source.OVERRIDE


def test_an_override_wins_over_the_table_and_the_table_over_the_rotation():
    table = (TableEntry("duty", date(2026, 7, 2), "d", "", "duty/2026-07.csv:3"),)
    of = roster(rotations=(rotation("abc"),), table=table)
    assert people(shifts(of, between(1, 4))) == "cdb"
    (named,) = shifts(of, between(2, 3))
    assert (named.source, named.detail) == (Source.TABLE, "duty/2026-07.csv:3")
    covered = replace(of, overrides=(override(1, OverrideKind.COVER, between(2, 3), "e", "d"),))
    (cover,) = shifts(covered, between(2, 3))
    assert (cover.person, cover.turn_of, cover.source) == ("e", "d", Source.OVERRIDE)


def test_a_table_entry_uses_no_turn_up():
    """The rotation goes on by the days: the table stands in its place, not before it."""
    table = (TableEntry("duty", date(2026, 7, 2), "d"),)
    of = roster(rotations=(rotation("abc"),), table=table)
    plain = roster(rotations=(rotation("abc"),))
    assert people(shifts(of, between(3, 9))) == people(shifts(plain, between(3, 9)))


def test_a_week_of_the_leader_is_one_shift_beside_daily_officers():
    of = roster(
        post(), post("lead"), rotations=(rotation("ab"), rotation("cd", "lead", turn_days=7))
    )
    found = shifts(of, between(1, 8), posts=frozenset({"lead"}))
    assert [s.span for s in found] == [
        Span(local(date(2026, 6, 29)), local(6)),
        between(6, 13),
    ]


def test_a_table_in_the_middle_of_a_turn_cuts_it_in_two():
    of = roster(
        rotations=(rotation("ab", turn_days=7),), table=(TableEntry("duty", date(2026, 7, 1), "d"),)
    )
    found = shifts(of, Span(local(date(2026, 6, 29)), local(6)))
    assert people(found) == "ada"
    assert found[2].span == between(2, 6)


def test_each_day_type_keeps_its_own_cursor_over_holidays_and_make_up_days():
    """A made-up week: Wednesday to Friday off, Saturday made up. Four workdays, one rest day and
    three holidays; nobody's turn on one kind of day moves with another."""
    of = roster(
        rotations=(
            rotation("abc", types=(DayType.WORKDAY,)),
            rotation("de", types=(DayType.REST_DAY,)),
            rotation("fg", types=(DayType.HOLIDAY,)),
        ),
        holidays=(
            *(Holiday(date(2026, 7, day), "holiday", make_up=False) for day in (1, 2, 3)),
            Holiday(date(2026, 7, 4), "make-up", make_up=True),
        ),
    )
    found = shifts(of, Span(local(date(2026, 6, 29)), local(8)))
    assert people(found) == "ab" + "fgf" + "c" + "d" + "ab"
    assert people(shifts(of, between(11, 13))) == "ed"


def test_a_new_rotation_takes_over_on_its_first_day():
    """Whichever stands first in the file."""
    old, new = rotation("ab"), rotation("cd", first=date(2026, 7, 3))
    for order in ((old, new), (new, old)):
        assert people(shifts(roster(rotations=order), between(1, 6))) == "abcdc"


def test_sections_have_their_own_people_and_a_rotation_of_all_stands_in_each():
    split = roster(
        post(sections=DAY_AND_NIGHT),
        rotations=(rotation("ab", part="day"), rotation("cd", part="night")),
    )
    assert people(shifts(split, between(1, 3, 8.5))) == "acbd"
    three = roster(post(sections=THREE), rotations=(rotation("abc"),))
    found = shifts(three, between(1, 2, 0))
    assert people(found) == "ccc"
    assert [s.span.end - s.span.start for s in found] == [8 * HOUR] * 3


def test_a_shift_over_the_change_of_clocks_is_an_hour_shorter_or_longer_with_no_hole():
    of = roster(rotations=(rotation("ab", first=date(2026, 1, 1)),), zone="Europe/Berlin")
    for day, hours in ((date(2026, 3, 28), 23), (date(2026, 10, 24), 25)):
        start = local(day, 8, "Europe/Berlin")
        one, two = shifts(of, Span(start, start + 30 * HOUR))
        assert one.span == Span(start, start + hours * HOUR)
        assert two.span.start == one.span.end


def test_a_section_that_the_clock_jumps_over_does_not_stand_that_night():
    of = roster(
        post(sections=(section("gone", 2, 1), section("rest", 3, 23))),
        rotations=(rotation("ab", first=date(2026, 1, 1)),),
        zone="Europe/Berlin",
    )
    span = Span(local(date(2026, 3, 29), 0, "Europe/Berlin"), local(date(2026, 3, 30), 0))
    found = shifts(of, span)
    assert [s.span.end - s.span.start for s in found] == [23 * HOUR] * 2


def test_nobody_stands_before_a_rotation_begins_or_without_people():
    of = roster(
        rotations=(rotation("ab", first=date(2026, 7, 10)), rotation("", first=date(2026, 7, 12)))
    )
    assert people(shifts(of, between(1, 31))) == "ab"


def test_several_seats_take_as_many_people_from_the_queue_at_once():
    of = roster(post(seats=2), rotations=(rotation("abc"),))
    found = shifts(of, Span(local(date(2026, 6, 29)), local(3)))
    assert people(found) == "ab" + "ac" + "bc" + "ab"


def test_a_group_stands_together_for_its_week():
    of = roster(post(seats=2), rotations=(rotation("ab cd", turn_days=7),))
    found = shifts(of, between(1, 8))
    assert people(found) == "abcd"
    assert found[2].span == between(6, 13)


def test_a_week_written_day_by_day_is_a_rotation_of_seven_from_a_monday():
    of = roster(rotations=(rotation("aabbccd"),))
    assert people(shifts(of, between(6, 13))) == "aabbccd"
    assert people(shifts(of, between(13, 20))) == "aabbccd"


def test_a_rotation_of_some_weekdays_leaves_the_others_to_an_older_one():
    """Whoever stands on Fridays, in turn; the rest of the week goes on as before."""
    fridays = rotation("de", first=date(2026, 6, 30), weekdays=(5,))
    of = roster(rotations=(rotation("abc"), fridays))
    assert people(shifts(of, between(1, 12))) == "cadcabcabea"


def test_a_season_has_people_of_its_own_whose_turns_go_on_where_they_stopped():
    """184 days a season: the last of 2026 is the second person's, the first of 2027 the first's."""
    flood = rotation("de", first=date(2025, 4, 15), season=Season((4, 15), (10, 15)))
    of = roster(rotations=(rotation("abc"), flood))
    last = shifts(of, Span(local(date(2026, 10, 14)), local(date(2026, 10, 17))))
    (again,) = shifts(of, Span(local(date(2027, 4, 15)), local(date(2027, 4, 16))))
    assert people(last)[:2] == "de"
    assert people(last)[2] in "abc"
    assert again.person == "d"


def test_a_post_of_the_season_stands_in_no_other_part_of_the_year():
    """Into its last day's whole watch, and over the new year."""
    of = roster(post(season=Season((12, 1), (2, 29))), rotations=(rotation("a"),))
    found = shifts(of, Span(local(date(2026, 11, 20)), local(date(2027, 3, 20))))
    assert found[0].span.start == local(date(2026, 12, 1))
    assert found[-1].span.end == local(date(2027, 3, 1))


def test_four_hours_each_go_round_the_clock_in_turn():
    parts = tuple(section(f"h{hour}", (8 + hour) % 24, 4) for hour in range(0, 24, 4))
    of = roster(post(sections=parts), rotations=(rotation("abcde", turn_sections=1),))
    found = shifts(of, Span(local(date(2026, 6, 29), 0), local(date(2026, 6, 30), 12)))
    assert people(found) == "abcdeabcd"


def test_a_month_from_its_last_day_is_handed_off_on_each_last_day():
    """A 31st is the 30th of a shorter month."""
    of = roster(rotations=(rotation("abc", first=date(2026, 5, 31), turn_months=1),))
    (found,) = shifts(of, between(1, 31))
    assert found.person == "b"
    assert found.span == Span(local(date(2026, 6, 30)), local(date(2026, 7, 31)))
