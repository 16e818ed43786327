"""An exercise: every state, what it yields to, and that its pages are nobody else's."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fangxun.core import escalation, exercise
from fangxun.core import page as pages
from fangxun.core.batching import (
    EXERCISE_PRIORITY,
    NOTICE_PRIORITY,
    STORM,
    Share,
    priority,
    share_of,
)
from fangxun.core.escalation import Draft, Skip
from fangxun.core.exercise import ExerciseState
from fangxun.core.incident import Incident, IncidentState, PlaceInIncident
from fangxun.core.level import Level
from fangxun.core.page import Closing, PageKind, PageState
from fangxun.core.plan import Channel, Contact
from fangxun.core.report import after_action, people_told
from tests.core.storm import NOW, PAGE_LADDER, contacts, minutes, page

PRACTICE = exercise.open_practice(3, "a", Level.RED, "", now=NOW)
RUNNING = exercise.start(3, Level.RED, "", pages=[7, 8, 9], by="officer", reason="May", now=NOW)


def incident(*levels):
    places = tuple(PlaceInIncident(f"p{n}", level, 1, NOW) for n, level in enumerate(levels))
    return Incident(1, "town", IncidentState.OPEN, NOW, places)


def test_its_page_has_the_key_of_exercise_and_person_and_its_pages_numbers_in_a_row():
    assert (PRACTICE.key, PRACTICE.kind, PRACTICE.incident) == ("x/3/a", PageKind.EXERCISE, None)
    assert exercise.exercise_of(PRACTICE) == 3
    assert list(RUNNING.pages) == [7, 8, 9]


@pytest.mark.parametrize("state", list(PageState))
@pytest.mark.parametrize("real", [True, False])
def test_it_runs_while_a_ladder_climbs_and_yields_to_what_is_real(state, real):
    found = exercise.becomes(RUNNING, [replace(PRACTICE, state=state)], real=real)
    climbing = ExerciseState.RUNNING if state is PageState.OPEN else ExerciseState.DONE
    assert found is (ExerciseState.YIELDED if real else climbing)


@pytest.mark.parametrize("state", [s for s in ExerciseState if s is not ExerciseState.RUNNING])
def test_one_that_has_ended_stays_as_it_ended(state):
    ended = exercise.end(RUNNING, state, by="system", now=minutes(2))
    assert (ended.state, ended.ended_by, ended.ended_at) == (state, "system", minutes(2))
    assert exercise.end(ended, ExerciseState.STOPPED, by="b", now=minutes(9)) is ended
    assert exercise.becomes(ended, [PRACTICE], real=True) is state


def test_its_pages_are_closed_with_the_reason_of_its_end():
    found = {state: exercise.closing_of(state) for state in ExerciseState}
    assert found.pop(ExerciseState.YIELDED) is Closing.YIELDED
    assert set(found.values()) == {Closing.EXERCISE_OVER}


@pytest.mark.parametrize("level", list(Level))
def test_an_incident_stands_in_its_way_while_any_place_of_it_is_at_a_level(level):
    beside = incident(Level.NONE, level)
    assert (exercise.at_level([incident(Level.NONE), beside]) is beside) == bool(level.rank)


def test_steps_to_others_are_passed_over_and_then_it_is_through_without_anybody_else():
    climbing = replace(PRACTICE, id=7, place="gully", step=1, ladder=PAGE_LADDER.digest)
    found = escalation.advance(climbing, PAGE_LADDER, contacts(), now=NOW)
    assert [skipped.reason for skipped in found.skipped] == [Skip.EXERCISE] * 2
    assert (found.drafts, found.page.state) == ((), PageState.UNREACHED)
    real = escalation.advance(page(step=1), PAGE_LADDER, contacts(), now=NOW)
    assert [draft.contact for draft in real.drafts] == ["b"]


def test_everything_real_leaves_before_it_and_the_storms_share_is_not_its():
    slowest = max(priority(page(level=level), first=False) for level in Level)
    assert slowest < NOTICE_PRIORITY < EXERCISE_PRIORITY
    assert priority(PRACTICE, first=True) < priority(PRACTICE, first=False)
    assert priority(PRACTICE, first=True) == EXERCISE_PRIORITY
    assert PageKind.EXERCISE.value not in STORM
    draft = Draft(7, "a", Channel.SMS, "1", Contact.PERSON, PageKind.EXERCISE, first=True)
    assert share_of(draft, PRACTICE, known=False, rare=False) is Share.REPEAT


def test_no_report_of_what_is_real_counts_it_and_nobody_of_it_hears_an_all_clear():
    silent = replace(PRACTICE, id=7, state=PageState.UNREACHED, was_unreached=True)
    found = after_action([silent], [], {})
    assert (found.rows, found.doors, found.alarms) == ((), (), 0)
    assert people_told([silent], []) == ()
    (row,) = after_action([silent], [], {}, kind=PageKind.EXERCISE).rows
    assert row.person == "a"


def test_it_is_confirmed_by_its_person():
    after = pages.confirm(PRACTICE, by="a", how=pages.How.REPLY, said="12", now=minutes(1))
    assert after.state is PageState.CONFIRMED
    other = pages.confirm(PRACTICE, by="b", how=pages.How.REPLY, said="12", now=minutes(1))
    assert other.state is PageState.COVERED
