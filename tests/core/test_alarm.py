"""Alarms: one cause, one alarm; how bad it is, and which gateway it must not go over."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fangxun.core import alarm
from fangxun.core.alarm import AlarmKind, Cause
from fangxun.core.assessment import Evidence, EvidenceKind
from fangxun.core.findings import Hole
from fangxun.core.incident import PlaceInIncident
from fangxun.core.level import Certainty, Hazard, Level
from fangxun.core.page import PageKind, PageState
from fangxun.core.plan import Group, Owed
from fangxun.core.timeline import Span
from tests.core.storm import MINUTE, NOW, alarm_page, minutes, page
from tests.core.test_warning import message

PLACE = PlaceInIncident("gully", Level.RED, 2, NOW)
SUSPECT = Evidence(
    EvidenceKind.RAIN, Level.RED, Certainty.KNOWN, Hazard.RAIN, "g1", NOW, amount=201.9, limit=100
)
HOLE = Span(NOW, minutes(600))
CAUSES = {
    AlarmKind.UNREACHED: alarm.unreached(page(4)),
    AlarmKind.NOT_ARRIVED: alarm.not_met(page(4, owed=Owed.ARRIVED)),
    AlarmKind.NOT_MOVED_OUT: alarm.not_met(page(4, owed=Owed.MOVED_OUT)),
    AlarmKind.NOBODY_TO_PAGE: alarm.nobody_to_page(1, PLACE, Group.OFFICIALS),
    AlarmKind.FEED_STALE: alarm.feed_stale("cma", NOW),
    AlarmKind.FEED_UNREAD: alarm.feed_unread("cma", NOW),
    AlarmKind.GATEWAY_DEAD: alarm.gateway_dead("main", "20003", since=NOW),
    AlarmKind.GATEWAY_MUTE: alarm.gateway_mute("main", since=NOW),
    AlarmKind.NUMBER_INVALID: alarm.number_invalid("a", "21614", now=NOW),
    AlarmKind.ROSTER_HOLE: alarm.roster_hole(Hole("duty", HOLE.start, (HOLE,)), near=False),
    AlarmKind.NEXT_UNCONFIRMED: alarm.next_unconfirmed(
        page(4, details=(("post", "duty"), ("start", "2026-07-20T00:00+00:00"))), place=""
    ),
    AlarmKind.SUSPECT_UNVERIFIED: alarm.suspect_unverified("gully", SUSPECT),
    AlarmKind.WARNING_UNCONFIRMED: alarm.warning_unconfirmed(message("w1")),
    AlarmKind.CLOCK_STEP: alarm.clock_step(NOW, timedelta(seconds=-90)),
    AlarmKind.CYCLE_LATE: alarm.cycle_late(NOW, timedelta(minutes=20)),
    AlarmKind.DISK: alarm.disk(80, now=NOW),
    AlarmKind.BUDGET: alarm.budget("a", now=NOW),
    AlarmKind.CYCLE_FAILING: alarm.cycle_failing("assess", NOW),
    AlarmKind.NOT_ANCHORED: alarm.not_anchored(NOW),
    AlarmKind.SHEET_UNWRITTEN: alarm.sheet_unwritten(now=NOW),
    AlarmKind.HANDOVER_LATE: alarm.handover_late(3, NOW, ["a"], ["b"]),
}


def test_every_kind_has_a_cause_that_makes_it():
    assert set(CAUSES) == set(AlarmKind)


@pytest.mark.parametrize("kind", list(AlarmKind))
def test_an_alarm_is_a_page_without_a_person_that_knows_its_cause_and_is_due_at_once(kind):
    cause = CAUSES[kind]
    opened = alarm.open_alarm(cause, now=NOW)
    assert (opened.kind, opened.state, opened.person) == (PageKind.ALARM, PageState.OPEN, None)
    assert (opened.next_due, opened.step) == (NOW, -1)
    assert alarm.kind_of(opened.cause) is kind
    assert alarm.subject_of(opened.cause) == cause.subject
    assert opened.details == cause.fields
    assert opened.level.rank > 0


@pytest.mark.parametrize("kind", list(AlarmKind))
def test_no_cause_names_a_telephone_number(kind):
    assert "+86" not in repr(CAUSES[kind].fields) + CAUSES[kind].subject


def test_the_same_cause_has_the_same_key_and_another_has_another():
    assert alarm.alarm_key(alarm.unreached(page(4))) == alarm.alarm_key(CAUSES[AlarmKind.UNREACHED])
    assert len({alarm.alarm_key(cause) for cause in CAUSES.values()}) == len(CAUSES)
    assert alarm.alarm_key(alarm.unreached(page(5))) != alarm.alarm_key(alarm.unreached(page(4)))


def test_a_later_raise_with_nobody_to_page_is_another_cause():
    later = PlaceInIncident("gully", Level.RED, 3, NOW)
    one, two = (alarm.nobody_to_page(1, place, Group.OFFICIALS) for place in (PLACE, later))
    assert alarm.alarm_key(one) != alarm.alarm_key(two)


def test_a_feed_that_falls_silent_again_is_another_cause_of_the_same_prefix():
    one, two = alarm.feed_stale("cma", NOW), alarm.feed_stale("cma", minutes(300))
    assert alarm.alarm_key(one) != alarm.alarm_key(two)
    assert one.text.startswith(alarm.feed_stale_prefix("cma"))
    assert two.text.startswith(alarm.feed_stale_prefix("cma"))
    assert not one.text.startswith(alarm.feed_stale_prefix("cm"))


def test_a_hole_in_the_roster_is_one_cause_though_the_horizon_moves_and_another_when_it_is_near():
    spans = Span(NOW, minutes(660)), Span(minutes(60), minutes(660))
    whole, begun = (Hole("duty", NOW, (span,)) for span in spans)
    ahead, later = (alarm.roster_hole(hole, near=False) for hole in (whole, begun))
    assert alarm.alarm_key(ahead) == alarm.alarm_key(later)
    assert alarm.alarm_key(alarm.roster_hole(begun, near=True)) != alarm.alarm_key(ahead)
    assert ahead.text.startswith(alarm.ROSTER_HOLE_PREFIX)


def test_a_hole_that_begins_at_another_time_is_another_cause():
    tomorrow = NOW + timedelta(days=1)
    one, two = (Hole("duty", began, (HOLE,)) for began in (NOW, tomorrow))
    assert alarm.roster_hole(one, near=True).text != alarm.roster_hole(two, near=True).text


def test_an_alarm_about_a_gateway_names_the_one_that_it_must_not_go_over():
    cause = CAUSES[AlarmKind.GATEWAY_DEAD]
    assert alarm.failed_gateway(cause.text) == "main"
    assert cause.text.startswith(alarm.gateway_dead_prefix("main"))
    assert alarm.failed_gateway(CAUSES[AlarmKind.FEED_STALE].text) == ""


def test_an_alarm_about_a_mute_gateway_does_not_go_over_it_since_the_answer_would_wait_there():
    cause = CAUSES[AlarmKind.GATEWAY_MUTE]
    assert alarm.failed_gateway(cause.text) == "main"
    assert cause.text.startswith(alarm.gateway_mute_prefix("main"))


def test_an_unreached_page_is_told_with_its_place_and_level():
    cause = CAUSES[AlarmKind.UNREACHED]
    assert (cause.place, cause.level, cause.incident) == ("gully", Level.ORANGE, 1)
    assert dict(cause.fields)["person"] == "a"


def test_a_suspect_reading_of_two_places_is_one_cause_and_is_found_by_gauge_and_instant():
    one, two = (alarm.suspect_unverified(place, SUSPECT) for place in ("gully", "town"))
    assert alarm.alarm_key(one) == alarm.alarm_key(two)
    assert one.text == alarm.suspect_cause("g1", NOW)


def test_a_disk_that_stays_full_is_told_once_a_day():
    again = alarm.disk(70, now=NOW + 5 * MINUTE)
    assert alarm.alarm_key(again) == alarm.alarm_key(CAUSES[AlarmKind.DISK])
    assert alarm.alarm_key(alarm.disk(70, now=NOW + timedelta(days=1))) != alarm.alarm_key(again)


def test_a_cause_of_the_tests_own_page_reads_back():
    assert alarm.kind_of(alarm_page().cause) is AlarmKind.FEED_STALE
    assert Cause(AlarmKind.DISK, "x").text == "disk:x"
