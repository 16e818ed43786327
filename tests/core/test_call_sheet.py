"""The call sheet: who stands in the days ahead and who answers for a place, with every number."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from fangxun.core.call_sheet import AHEAD, call_sheet
from fangxun.core.responsibility import Official, Phone
from fangxun.core.roster import Shift, Source
from fangxun.core.timeline import Span
from tests import beginnings
from tests.core.rosters import HOUR, NOW

DISTRICT = beginnings.example()
OFFICER = "zhu-xiaoman"


def stands(post, start, end, person=OFFICER, turn_of=""):
    span = Span(NOW + start * HOUR, NOW + end * HOUR)
    return Shift(post, span, person, turn_of or person, Source.ROTATION)


def sheet(*shifts, active=frozenset(), district=DISTRICT):
    return call_sheet(district, shifts, active=active, now=NOW)


def turns(found):
    return [turn for unit in found.units for turn in unit.turns]


def test_it_tells_who_stands_until_three_days_ahead_and_nothing_before_or_after():
    beyond = AHEAD / timedelta(hours=1)
    found = sheet(
        stands("fxb-officer", -24, 0), stands("fxb-officer", -1, 23),
        stands("fxb-officer", beyond, beyond + 24),
    )  # fmt: skip
    (only,) = turns(found)
    assert only.span.start == NOW - HOUR


def test_each_name_has_all_numbers_but_those_that_are_dead_for_texts_and_calls():
    phones = (
        Phone("+8610000000101"), Phone("+8610000000102", invalid=True),
        Phone("+8610000000103", invalid=True, invalid_voice=True),
    )  # fmt: skip
    people = tuple(
        replace(one, phones=phones) if one.id == OFFICER else one for one in DISTRICT.people
    )
    district = replace(DISTRICT, people=people)
    (only,) = turns(sheet(stands("fxb-officer", 0, 24), district=district))
    assert only.who.numbers == ("+8610000000101", "+8610000000102")


def test_a_cover_names_whose_turn_it_is_and_somebody_unknown_stands_by_his_id():
    found = turns(sheet(stands("fxb-officer", 0, 24, "nobody", OFFICER)))
    assert [(one.who.name, one.instead_of) for one in found] == [("nobody", "竹小满")]


def test_a_post_that_waits_for_a_level_stands_on_it_only_while_that_is_on():
    extra = next(post for post in DISTRICT.roster.posts if post.stands_from is not None)
    shift = stands(extra.id, 0, 24)
    assert turns(sheet(shift)) == []
    assert len(turns(sheet(shift, active=frozenset({extra.id})))) == 1


def test_units_with_a_duty_phone_and_every_place_with_an_official_are_on_it():
    found = sheet()
    assert {unit.duty_phone for unit in found.units} == {
        unit.duty_phone for unit in DISTRICT.units if unit.duty_phone
    }
    assert {place.place for place in found.places} == {
        place.name
        for place in (*DISTRICT.areas, *DISTRICT.sites)
        if place.id in {official.place for official in DISTRICT.officials}
    }


def test_a_place_with_several_officials_names_each_with_his_deputy():
    officials = (Official("yunxi", OFFICER, "yun-chuxiu"), Official("yunxi", "yun-chuxiu"))
    (place,) = sheet(district=replace(DISTRICT, officials=officials)).places
    assert [(a.name, b.name if b else None) for a, b in place.officials] == [
        ("竹小满", "云出岫"),
        ("云出岫", None),
    ]
