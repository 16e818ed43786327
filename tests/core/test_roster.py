"""Who stands when, against a walk through the days; rotations, tables and overrides."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from fangxun.core.roster import (
    Calendar,
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
    DAY,
    DAY_AND_NIGHT,
    HOUR,
    NOW,
    STEP,
    THREE,
    between,
    local,
    override,
    overrides_near,
    people,
    post,
    roster,
    rosters,
    rotation,
    section,
    spans_near,
    whole,
)


def day_type(of, day):
    for holiday in of.holidays:
        if holiday.day == day:
            return DayType.WORKDAY if holiday.make_up else DayType.HOLIDAY
    return DayType.WORKDAY if day.isoweekday() <= 5 else DayType.REST_DAY


def in_season(season, day):
    """Count the days of the year off, over the new year where need be."""
    here, first, last = (day.month, day.day), season.first, season.last
    return first <= here <= last if first <= last else here >= first or here <= last


def covers(of, rotation_, day):
    return (
        rotation_.first_day <= day
        and (not rotation_.day_types or day_type(of, day) in rotation_.day_types)
        and (not rotation_.weekdays or day.isoweekday() in rotation_.weekdays)
        and (rotation_.season is None or in_season(rotation_.season, day))
    )


def months_between(first, day):
    """Months dealt out one by one: each begins on the day of the first, or on a month's last."""
    number, year, month = 0, first.year, first.month
    while True:
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        last = (date(year + month // 12, month % 12 + 1, 1) - DAY).day
        if date(year, month, min(first.day, last)) > day:
            return number
        number += 1


def whose_turn(of, post_, rotation_, wanted, part):
    """Deal the days out one by one, as a clerk would."""
    day, dealt = rotation_.first_day, 0
    while day < wanted:
        dealt += covers(of, rotation_, day)
        day += DAY
    turn = dealt // rotation_.turn_days
    if rotation_.turn_months:
        turn = months_between(rotation_.first_day, wanted) // rotation_.turn_months
    if rotation_.turn_sections:
        parts = sorted(p.start for p in post_.sections)
        turn = (dealt * len(parts) + parts.index(part.start)) // rotation_.turn_sections
    if rotation_.groups:
        return list(rotation_.groups[turn % len(rotation_.groups)])
    seats = [turn * post_.seats + seat for seat in range(post_.seats)][: len(rotation_.people)]
    return [rotation_.people[seat % len(rotation_.people)] for seat in seats]


def planned(of, post_, day, part):
    """The duty table, else the rotation that began last, of those that cover the day; a season's
    own before the others."""
    if post_.season is not None and not in_season(post_.season, day):
        return []
    named = [
        entry.person
        for entry in of.table
        if (entry.post, entry.day) == (post_.id, day) and entry.section in {"", part.name}
    ]
    if named:
        return named
    covering = [
        r
        for r in of.rotations
        if r.post == post_.id and r.section in {"", part.name} and covers(of, r, day)
    ]
    covering = [r for r in covering if r.season] or covering
    newest = max((r.first_day for r in covering), default=None)
    last = [r for r in covering if r.first_day == newest][:1]
    return [person for r in last for person in whose_turn(of, post_, r, day, part)]


def stand(of, instant, latest, known):
    """(post, person, whose turn) at an instant; `latest` is the latest that the wall clock has
    ever shown: in the hour that comes twice it stands still."""
    found = []
    for post_ in of.posts:
        here = []
        for back in range(-1, 3):
            day = latest.date() - back * DAY
            for part in post_.sections:
                start = datetime.combine(day, part.start)
                if start <= latest < start + part.length:
                    key = (post_.id, day, part.name)
                    if key not in known:
                        known[key] = planned(of, post_, day, part)
                    here += [(person, person) for person in known[key]]
        for change in of.overrides:
            if change.post != post_.id or not change.span.holds(instant):
                continue
            if change.kind is OverrideKind.ADD:
                here.append((change.person, change.person))
                continue
            hit = [one for one in here if change.instead_of in {None, one[0]}]
            here = [one for one in here if one not in hit]
            if change.kind is OverrideKind.COVER:
                here += [(change.person, turn) for _person, turn in hit]
        found += [(post_.id, person, turn) for person, turn in here]
    return sorted(found)


@settings(max_examples=60)
@given(rosters())
def test_at_every_instant_those_stand_whom_a_walk_through_the_days_finds(given_):
    """Over gaps, folds, leap days, holidays, tables, rotations and overrides of every kind."""
    of, base = given_
    zone = ZoneInfo(of.zone)
    begin = datetime.combine(base, time(), tzinfo=zone).astimezone(NOW.tzinfo) - DAY
    computed = shifts(of, Span(begin, begin + 5 * DAY))
    latest, known = datetime.min, {}  # noqa: DTZ901  a wall clock has no zone
    for step in range(5 * 288):
        instant = begin + step * STEP
        latest = max(latest, instant.astimezone(zone).replace(tzinfo=None))
        there = sorted((s.post, s.person, s.turn_of) for s in computed if s.span.holds(instant))
        assert there == stand(of, instant, latest, known)


@given(rosters(), st.data())
def test_a_shift_is_the_same_whatever_span_it_is_asked_for(given_, data):
    of, base = given_
    one, two = data.draw(spans_near(base)), data.draw(spans_near(base))
    around = Span(min(one.start, two.start), max(one.end, two.end))
    wide = shifts(of, around)
    for span in (one, two):
        assert shifts(of, span) == tuple(s for s in wide if s.span.meets(span))


def test_a_turn_of_a_year_is_one_shift_in_whatever_week_one_asks():
    of = roster(rotations=(rotation("ab", turn_days=366),))
    found = {shifts(of, Span(at, at + DAY)) for at in (local(20), local(date(2027, 5, 1)))}
    ((shift,),) = found
    assert shift.span == Span(local(date(2026, 6, 29)), local(date(2027, 6, 30)))


@given(rosters(), st.data())
def test_one_person_a_seat_and_one_for_each_addition(given_, data):
    of, base = given_
    span = data.draw(spans_near(base))
    found = shifts(of, span)
    adds = [o for o in of.overrides if o.kind is OverrideKind.ADD]
    for post_ in of.posts:
        rows = [e for e in of.table if e.post == post_.id]
        groups = [len(g) for r in of.rotations if r.post == post_.id for g in r.groups]
        seats = max(post_.seats, len(rows), *groups) + sum(o.post == post_.id for o in adds)
        starts = [s.span.start for s in found if s.post == post_.id]
        for at in starts:
            assert sum(s.post == post_.id and s.span.holds(at) for s in found) <= seats


@given(rosters(), st.data())
def test_an_override_changes_nothing_outside_its_span_and_taken_away_nothing_at_all(given_, data):
    of, base = given_
    span = data.draw(spans_near(base, 8))
    without = replace(of, overrides=of.overrides[:-1])
    if of.overrides:
        last = of.overrides[-1]
        for at in (span.start, span.end, last.span.start - STEP, last.span.end):
            here = Span(at, at + STEP)
            if not here.meets(last.span):
                one, two = (
                    sorted((s.post, s.person, s.turn_of) for s in shifts(some, here))
                    for some in (of, without)
                )
                assert one == two
    again = replace(replace(of, overrides=()), overrides=without.overrides)
    assert shifts(again, span) == shifts(without, span)


@given(rosters(), st.data())
def test_overrides_of_spans_apart_commute(given_, data):
    of, base = given_
    drawn = data.draw(overrides_near(base, of.posts))
    apart = []
    for change in drawn:
        if not any(change.span.meets(other.span) for other in apart):
            apart.append(change)
    order = data.draw(st.permutations(range(1, len(apart) + 1)))
    shuffled = tuple(replace(c, id=n) for c, n in zip(apart, order, strict=True))
    span = Span(local(base, 0) - 3 * DAY, local(base, 0) + 12 * DAY)
    one = shifts(replace(of, overrides=tuple(apart)), span)
    assert whole(one) == whole(shifts(replace(of, overrides=shuffled), span))


@given(rosters(), st.data())
def test_a_cover_never_disturbs_whose_turn_is_next(given_, data):
    """The turns used, instant by instant, are those of the roster without it."""
    of, base = given_
    of = replace(of, overrides=tuple(o for o in of.overrides if o.kind is OverrideKind.COVER))
    span = data.draw(spans_near(base))
    plain = shifts(replace(of, overrides=()), span)
    covered = shifts(of, span)
    for at in {max(s.span.start, span.start) for s in (*covered, *plain)}:
        turns = [sorted((s.post, s.turn_of) for s in found if s.span.holds(at))
                 for found in (plain, covered)]  # fmt: skip
        assert turns[0] == turns[1]


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


@given(
    st.dates(date(1999, 1, 1), date(2030, 1, 1)),
    st.integers(0, 900),
    st.sets(st.sampled_from(DayType)),
    st.dictionaries(st.integers(-40, 940), st.booleans(), max_size=40),
)
def test_a_cursor_is_worked_out_as_if_every_day_had_been_dealt(first, ahead, types, special):
    """Years back, with holidays and make-up days before, on and after its first day."""
    holidays = tuple(Holiday(first + n * DAY, "", make_up) for n, make_up in special.items())
    of = roster(holidays=holidays)
    wanted = tuple(sorted(types))
    calendar, days = Calendar(of), [first + n * DAY for n in range(ahead)]
    assert all(calendar.type_of(day) is day_type(of, day) for day in days)
    dealt = sum(not wanted or calendar.type_of(day) in wanted for day in days)
    assert calendar.counted(first + ahead * DAY, rotation(first=first, types=wanted)) == dealt


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
