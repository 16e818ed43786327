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
    shifts,
)
from fangxun.core.timeline import Span
from tests.core.rosters import (
    DAY,
    NOW,
    STEP,
    local,
    overrides_near,
    roster,
    rosters,
    rotation,
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
