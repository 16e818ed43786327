"""A spot check: its times, every state, what it yields to, and what it says of a person."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fangxun.core import escalation, spotcheck
from fangxun.core.attempt import AttemptState
from fangxun.core.batching import EXERCISE_PRIORITY, Share, priority, share_of
from fangxun.core.escalation import Draft, Skip
from fangxun.core.page import Closing, PageKind, PageState
from fangxun.core.plan import Channel, Contact, SpotChecks, Standing, Step
from fangxun.core.report.checks import month_of_checks
from fangxun.core.roster import Role
from fangxun.core.spotcheck import CheckOutcome, CheckState, Draw, DrawState, SpotCheck
from tests.core.storm import NOW, PAGE_LADDER, PLAN, attempt, contacts, minutes

RULE = SpotChecks(4, time(9), timedelta(hours=12), timedelta(minutes=10), PAGE_LADDER)
ZONE = "Asia/Shanghai"
PAGE = spotcheck.open_check(3, {"a": ["duty"]}, confirm_by=minutes(10), now=NOW)[0]
RUNNING = SpotCheck(3, CheckState.RUNNING, 7, 9, "officer", "July", NOW, minutes(10))
YEARS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@given(YEARS, st.integers(1, 31), st.integers(0, 23), st.integers(1, 24 * 60), st.text())
def test_times_lie_in_the_window_of_different_days_and_follow_from_the_token(
    month, a_month, hour, length, token
):
    rule = replace(RULE, a_month=a_month, start=time(hour), window=timedelta(minutes=length))
    long_ago = datetime(2019, 1, 1, tzinfo=UTC)
    found = spotcheck.draw(rule, month, ZONE, after=long_ago, token=token)
    days = monthrange(month.year, month.month)[1]
    assert len(found) == min(a_month, days)
    walls = [at.astimezone(ZoneInfo(ZONE)).replace(tzinfo=None) for at in found]
    since = [wall - timedelta(hours=hour) for wall in walls]
    assert len({wall.date() for wall in since}) == len(found)
    assert all((wall.year, wall.month) == (month.year, month.month) for wall in since)
    assert all(wall - datetime.combine(wall.date(), time()) < rule.window for wall in since)
    assert found == spotcheck.draw(rule, month, ZONE, after=long_ago, token=token)


@given(st.datetimes(datetime(2026, 7, 1), datetime(2026, 7, 31, 23)), st.text())  # noqa: DTZ001  made UTC
def test_of_a_month_that_has_begun_only_the_rest_and_its_share_are_drawn(now, token):
    after = now.replace(tzinfo=UTC)
    found = spotcheck.draw(RULE, date(2026, 7, 1), ZONE, after=after, token=token)
    assert all(at > after for at in found)
    assert len(found) <= RULE.a_month


def test_the_same_number_of_times_is_drawn_wherever_the_clock_changes():
    for month in (date(2026, 3, 1), date(2026, 10, 1)):
        rule = replace(RULE, start=time(2), window=timedelta(minutes=60))
        after, token = minutes(-(10**6)), f"{month}"
        found = spotcheck.draw(rule, month, "Europe/Berlin", after=after, token=token)
        assert len(found) == 4


@pytest.mark.parametrize("incident", [True, False])
@pytest.mark.parametrize("busy", [True, False])
@pytest.mark.parametrize("anybody", [True, False])
def test_a_time_that_has_come_begins_a_check_or_says_why_not(incident, busy, anybody):
    item = Draw(1, NOW)
    found = spotcheck.due(item, now=NOW, incident=incident, busy=busy, anybody=anybody)
    says = {
        incident: DrawState.INCIDENT,
        not incident and busy: DrawState.BUSY,
        not incident and not busy and not anybody: DrawState.NOBODY,
    }
    assert found is says.get(True, DrawState.BEGUN)


@pytest.mark.parametrize("state", list(DrawState))
def test_a_time_waits_until_it_has_come_and_what_has_become_of_it_stays(state):
    item = Draw(1, NOW, state)
    said = {"incident": False, "busy": False, "anybody": True}
    assert spotcheck.due(item, now=minutes(-1), **said) is state
    late = spotcheck.due(item, now=NOW + spotcheck.LATEST + timedelta(seconds=1), **said)
    assert late is (DrawState.LATE if state is DrawState.WAITING else state)


@pytest.mark.parametrize("state", list(PageState))
@pytest.mark.parametrize("real", [True, False])
@pytest.mark.parametrize("over", [True, False])
def test_it_runs_while_somebody_can_confirm_in_time_and_yields_to_what_is_real(state, real, over):
    now = minutes(10) if over else minutes(9)
    found = spotcheck.becomes(RUNNING, [replace(PAGE, state=state)], now=now, real=real)
    waits = not over and state.wants_word
    assert found is (
        CheckState.YIELDED if real else CheckState.RUNNING if waits else CheckState.DONE
    )


@pytest.mark.parametrize("state", [s for s in CheckState if s is not CheckState.RUNNING])
def test_one_that_has_ended_stays_as_it_ended(state):
    ended = spotcheck.end(RUNNING, state, by="system", now=minutes(2))
    assert (ended.state, ended.ended_by, ended.ended_at) == (state, "system", minutes(2))
    assert spotcheck.end(ended, CheckState.STOPPED, by="b", now=minutes(9)) is ended
    assert spotcheck.becomes(ended, [PAGE], now=minutes(9), real=True) is state


def test_its_ladder_is_the_steps_to_himself_and_waits_until_the_time_is_over():
    found = spotcheck.ladder(replace(PLAN, spot_checks=RULE))
    assert {rung.contact for rung in found.steps} == {Contact.PERSON}
    assert found.steps[-1].wait >= RULE.confirm_within
    bare = spotcheck.ladder(PLAN).steps
    assert [(rung.channel, rung.number) for rung in bare] == [(Channel.SMS, 1)]


def test_everybody_on_watch_is_asked_once_with_all_his_posts():
    standing = [
        Standing("u", Role.LEADER, "a", "lead"), Standing("u", Role.DUTY_OFFICER, "b", "duty"),
        Standing("u", Role.DEPUTY, "a", "second"),
    ]  # fmt: skip
    assert spotcheck.asked(standing, None) == {"a": ["lead", "second"], "b": ["duty"]}
    assert spotcheck.asked(standing, frozenset({"second"})) == {"a": ["second"]}


def test_its_page_reaches_nobody_in_his_stead_and_goes_behind_all_that_is_real():
    step = Step(Contact.LEADER, Channel.SMS, 1, timedelta(minutes=2))
    assert escalation.reach(PAGE, step, contacts()) is Skip.EXERCISE
    assert priority(PAGE, first=True) >= EXERCISE_PRIORITY
    draft = Draft(0, "a", Channel.SMS, "+8610000000001", Contact.PERSON, PageKind.SPOT_CHECK)
    assert share_of(draft, PAGE, known=False, rare=False) is Share.REPEAT


SENT = {state: [attempt(state=state)] for state in AttemptState}


@pytest.mark.parametrize(
    ("page", "sent", "outcome"),
    [
        (replace(PAGE, state=PageState.CONFIRMED, ended_at=minutes(2)), [], CheckOutcome.IN_TIME),
        (PAGE, [], CheckOutcome.WAITING),
        (replace(PAGE, state=PageState.UNREACHED), [], CheckOutcome.WAITING),
        (closed := replace(PAGE, state=PageState.CLOSED, closing=Closing.MISSED),
         SENT[AttemptState.DELIVERED], CheckOutcome.MISSED),
        (closed, SENT[AttemptState.IN_DOUBT], CheckOutcome.MISSED),
        (closed, SENT[AttemptState.FAILED], CheckOutcome.NOT_TOLD),
        (closed, [], CheckOutcome.NOT_TOLD),
        (replace(closed, closing=Closing.YIELDED), [], CheckOutcome.VOID),
        (replace(closed, closing=Closing.EXERCISE_OVER), [], CheckOutcome.VOID),
    ],
)  # fmt: skip
def test_what_it_says_of_a_person(page, sent, outcome):
    assert spotcheck.judge(page, sent) is outcome


def test_a_month_counts_what_was_missed_by_name_and_unit_and_nothing_that_never_arrived():
    confirmed = replace(PAGE, id=1, state=PageState.CONFIRMED, ended_at=minutes(3))
    missed = replace(closed, id=2, opened_at=minutes(60))
    silent = replace(closed, id=3, person="b", opened_at=minutes(60))
    told = replace(SENT[AttemptState.SENT][0], pages=(2,))
    found = month_of_checks([silent, missed, confirmed], [told], contacts().people)
    assert [one.outcome for one in found.asked] == [
        CheckOutcome.IN_TIME, CheckOutcome.MISSED, CheckOutcome.NOT_TOLD,
    ]  # fmt: skip
    first, second = found.people
    assert (first.person, first.in_time, first.missed, first.counted) == ("a", 1, 1, 2)
    assert first.median == timedelta(minutes=3)
    assert (second.person, second.counted, second.not_told) == ("b", 0, 1)
    assert sum(total.missed for total in found.units) == 1
