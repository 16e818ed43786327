"""Incidents: one raise and not four, lowered and raised again, never cleared on silence."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fangxun.core.incident import (
    Change,
    Hindrance,
    Incident,
    IncidentState,
    PlaceInIncident,
    close,
    develop,
    hindrance,
    with_response,
)
from fangxun.core.level import Certainty, Level, ResponseLevel
from tests.core.storm import NOW, assessed, minutes

AREAS = {"town": "town", "gully": "town", "dam": "dam-town", "dam-town": "dam-town"}


class Storm:
    """Feeds assessments to the open incidents, as the engine does."""

    def __init__(self):
        self.incidents = []
        self.clock = 0

    def say(self, *found, stale=(), areas=AREAS):
        self.clock += 1
        developments = develop(
            self.incidents,
            {item.place: item for item in found},
            areas,
            stale=frozenset(stale),
            next_id=len(self.incidents) + 1,
            now=minutes(self.clock),
        )
        kept = {item.id: item for item in self.incidents}
        kept |= {item.incident.id: item.incident for item in developments}
        self.incidents = [item for item in kept.values() if item.state is not IncidentState.CLOSED]
        return [(item.change, item.place) for item in developments]

    def place(self, name):
        return next(p for item in self.incidents for p in item.places if p.place == name)


def test_a_jump_from_none_to_red_is_one_raise():
    storm = Storm()
    assert storm.say(assessed("gully", Level.RED)) == [
        (Change.OPENED, "gully"),
        (Change.RAISED, "gully"),
    ]
    assert storm.place("gully") == PlaceInIncident("gully", Level.RED, 1, minutes(1))
    assert storm.incidents[0].area == "town"


def test_an_area_and_its_site_share_one_incident_and_another_area_has_its_own():
    storm = Storm()
    storm.say(
        assessed("town", Level.BLUE), assessed("gully", Level.RED), assessed("dam", Level.BLUE)
    )
    assert [(item.id, item.area, len(item.places)) for item in storm.incidents] == [
        (1, "town", 2),
        (2, "dam-town", 1),
    ]


def test_the_same_level_again_is_no_development():
    storm = Storm()
    storm.say(assessed("gully", Level.RED))
    assert storm.say(assessed("gully", Level.RED)) == []
    assert storm.say(assessed("gully", Level.RED, Certainty.HELD)) == []


def test_reached_again_after_a_lowering_it_is_a_new_raise():
    storm = Storm()
    numbers = []
    for level in (Level.ORANGE, Level.RED, Level.YELLOW, Level.RED):
        storm.say(assessed("gully", level))
        numbers.append(storm.place("gully").raise_no)
    assert numbers == [1, 2, 2, 3]
    assert storm.place("gully").raised_at == minutes(4)


def test_unknown_opens_nothing():
    assert Storm().say(assessed("gully", Level.UNKNOWN)) == []


def test_let_go_to_unknown_a_place_is_lowered_and_the_same_level_again_is_a_new_raise():
    """Its gauge still silent, or none there: nothing is known, and nothing is held any more."""
    storm = Storm()
    storm.say(assessed("gully", Level.RED))
    assert storm.say(assessed("gully", Level.UNKNOWN)) == [(Change.LOWERED, "gully")]
    assert storm.place("gully").level is Level.NONE
    assert storm.incidents[0].state is IncidentState.OPEN
    assert storm.say(assessed("gully", Level.RED)) == [(Change.RAISED, "gully")]
    assert storm.place("gully").raise_no == 2


def test_no_level_anywhere_opens_nothing():
    assert Storm().say(assessed("gully", Level.NONE), assessed("town", Level.NONE)) == []


def test_the_all_clear_is_proposed_when_every_place_is_known_to_be_at_none_and_withdrawn_again():
    storm = Storm()
    storm.say(assessed("gully", Level.RED), assessed("town", Level.BLUE))
    assert storm.say(assessed("gully", Level.NONE), assessed("town", Level.BLUE)) == [
        (Change.LOWERED, "gully")
    ]
    assert storm.say(assessed("gully", Level.NONE), assessed("town", Level.NONE)) == [
        (Change.LOWERED, "town"),
        (Change.ALL_CLEAR_PROPOSED, "town"),
    ]
    assert storm.incidents[0].state is IncidentState.ALL_CLEAR_PROPOSED
    assert storm.say(assessed("gully", Level.RED), assessed("town", Level.NONE)) == [
        (Change.RAISED, "gully"),
        (Change.ALL_CLEAR_WITHDRAWN, "town"),
    ]
    assert storm.incidents[0].state is IncidentState.OPEN
    assert storm.place("gully").raise_no == 2


@pytest.mark.parametrize(
    ("gully", "stale", "reason"),
    [
        (assessed("gully", Level.BLUE), (), Hindrance.STILL_AT_LEVEL),
        (assessed("gully", Level.UNKNOWN), (), Hindrance.PLACE_UNKNOWN),
        (assessed("gully", Level.NONE, Certainty.HELD), (), Hindrance.LEVEL_HELD),
        (assessed("gully", Level.NONE), ("cma",), Hindrance.SOURCE_STALE),
        (None, (), Hindrance.PLACE_UNKNOWN),
        (assessed("gully", Level.NONE), (), None),
    ],
)
def test_missing_data_and_stale_sources_stand_against_the_all_clear(gully, stale, reason):
    item = Incident(
        1, "town", IncidentState.OPEN, NOW, (PlaceInIncident("gully", Level.RED, 1, NOW),)
    )
    found = {} if gully is None else {"gully": gully}
    assert hindrance(item, found, frozenset(stale)) is reason


def test_a_proposal_is_withdrawn_when_a_source_goes_stale():
    storm = Storm()
    storm.say(assessed("gully", Level.RED))
    storm.say(assessed("gully", Level.NONE))
    assert storm.say(assessed("gully", Level.NONE), stale=["cma"]) == [
        (Change.ALL_CLEAR_WITHDRAWN, "town")
    ]


def surplus(level, own):
    """A warning of a division above asks for `level`, the place itself for `own`."""
    return replace(assessed("town", level, duty_only=True), own=own)


def raises(storm, place="town"):
    """(level, number) of the whole, and of the place by itself."""
    found = storm.place(place)
    own = found.by_itself
    return (found.level, found.raise_no), (own.level, own.raise_no)


def test_from_the_duty_room_alone_to_everybody_is_told_and_no_new_raise_for_the_duty_room():
    storm = Storm()
    storm.say(assessed("town", Level.ORANGE, duty_only=True))
    assert raises(storm) == ((Level.ORANGE, 1), (Level.NONE, 0))
    assert storm.say(assessed("town", Level.ORANGE)) == [(Change.RAISED, "town")]
    assert raises(storm) == ((Level.ORANGE, 1), (Level.ORANGE, 1))
    assert storm.place("town").by_itself.raised_at == minutes(2)
    assert storm.say(assessed("town", Level.ORANGE)) == []
    assert storm.say(assessed("town", Level.ORANGE, duty_only=True)) == [(Change.LOWERED, "town")]
    assert raises(storm) == ((Level.ORANGE, 1), (Level.NONE, 1))


def test_a_higher_warning_from_above_is_a_raise_of_the_duty_room_s_and_leaves_the_others_theirs():
    storm = Storm()
    storm.say(assessed("town", Level.ORANGE))
    before = storm.place("town").by_itself
    assert storm.say(surplus(Level.RED, Level.ORANGE)) == [(Change.RAISED, "town")]
    assert raises(storm) == ((Level.RED, 2), (Level.ORANGE, 1))
    assert storm.place("town").by_itself == before
    assert storm.say(assessed("town", Level.ORANGE)) == [(Change.LOWERED, "town")]
    assert raises(storm) == ((Level.ORANGE, 2), (Level.ORANGE, 1))
    storm.say(assessed("town", Level.RED))
    assert raises(storm) == ((Level.RED, 3), (Level.RED, 3))


def test_what_rises_by_itself_under_a_warning_from_above_is_a_raise_each_time():
    storm = Storm()
    storm.say(surplus(Level.RED, Level.NONE))
    numbers = []
    for own in (Level.BLUE, Level.ORANGE, Level.BLUE, Level.ORANGE):
        assert len(storm.say(surplus(Level.RED, own))) == 1
        numbers.append(storm.place("town").by_itself.raise_no)
    assert numbers == [1, 2, 2, 3]


def test_at_no_level_it_does_not_matter_whose_it_was():
    storm = Storm()
    storm.say(assessed("town", Level.BLUE, duty_only=True), assessed("gully", Level.RED))
    storm.say(assessed("town", Level.NONE, duty_only=True), assessed("gully", Level.RED))
    assert storm.say(assessed("town", Level.NONE), assessed("gully", Level.RED)) == []


def test_a_place_that_an_edit_removed_no_longer_stands_against_the_all_clear():
    storm = Storm()
    storm.say(assessed("gully", Level.RED), assessed("town", Level.BLUE))
    fewer = {"town": "town"}
    assert storm.say(assessed("town", Level.NONE), areas=fewer) == [
        (Change.LOWERED, "gully"),
        (Change.LOWERED, "town"),
        (Change.ALL_CLEAR_PROPOSED, "town"),
    ]


def test_every_development_carries_the_incident_as_it_stands_after_all_of_them():
    developments = develop(
        [],
        {"town": assessed("town", Level.BLUE), "gully": assessed("gully", Level.RED)},
        AREAS,
        stale=frozenset(),
        next_id=7,
        now=NOW,
    )
    assert len(developments) == 3
    assert len({item.incident for item in developments}) == 1
    assert developments[-1].previous is Level.NONE


def test_a_closed_incident_keeps_its_places_and_a_new_storm_is_a_new_incident():
    item = Incident(3, "town", IncidentState.ALL_CLEAR_PROPOSED, NOW)
    closed = close(item, now=minutes(5))
    assert (closed.state, closed.closed_at) == (IncidentState.CLOSED, minutes(5))
    (opened, _) = develop(
        [], {"town": assessed("town", Level.BLUE)}, AREAS, stale=frozenset(), next_id=4, now=NOW
    )
    assert opened.incident.id == 4


def test_the_response_level_stands_beside_the_alert_level():
    item = Incident(1, "town", IncidentState.OPEN, NOW)
    assert with_response(item, ResponseLevel.II).response is ResponseLevel.II


levels = st.sampled_from(list(Level))


@given(st.lists(st.tuples(levels, levels, levels), max_size=12))
def test_raise_numbers_only_grow_and_a_state_that_changed_is_always_told(story):
    storm = Storm()
    last = 0, 0
    for gully, town, own in story:
        over = town.above(own)
        found = assessed("gully", gully), replace(assessed("town", town, duty_only=over), own=own)
        before = list(storm.incidents)
        told = storm.say(*found)
        if storm.incidents != before:
            assert told
        again = list(storm.incidents)
        assert storm.say(*found) == []
        assert storm.incidents == again
        held = [p for item in storm.incidents for p in item.places if p.place == "town"]
        for place in held:
            numbers = place.raise_no, place.by_itself.raise_no
            assert all(now >= was for now, was in zip(numbers, last, strict=True))
            assert place.by_itself.raise_no <= place.raise_no
            assert not place.by_itself.level.above(place.level)
            assert place.duty_only == place.level.above(place.by_itself.level)
            last = numbers


def test_a_place_that_was_gone_and_is_back_is_raised_anew_and_not_forgotten():
    storm = Storm()
    storm.say(assessed("gully", Level.RED), assessed("town", Level.BLUE))
    storm.say(assessed("town", Level.BLUE), areas={"town": "town"})
    assert (storm.place("gully").level, storm.place("gully").raise_no) == (Level.NONE, 1)
    storm.say(assessed("gully", Level.RED), assessed("town", Level.BLUE))
    assert (storm.place("gully").level, storm.place("gully").raise_no) == (Level.RED, 2)


def test_a_place_moved_to_another_area_leaves_its_incident_at_none():
    storm = Storm()
    storm.say(assessed("gully", Level.RED))
    moved = AREAS | {"gully": "dam-town"}
    assert storm.say(assessed("gully", Level.RED), areas=moved) == [
        (Change.LOWERED, "gully"),
        (Change.OPENED, "gully"),
        (Change.RAISED, "gully"),
        (Change.ALL_CLEAR_PROPOSED, "town"),
    ]
