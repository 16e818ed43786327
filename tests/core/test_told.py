"""What attempts tell: what may have been read, what is lost, what another gateway may bring."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fangxun.core.attempt import (
    MOST_COPY_TRIES,
    AttemptState,
    Blame,
    accepted,
    doubted,
    merge,
    never_arrived,
)
from fangxun.core.told import (
    another_may,
    had_left,
    may_have_left,
    may_have_told,
    refused_unexplained,
    step_lost,
    undecided,
)
from tests.core.storm import NOW, SECOND, attempt, minutes

FAILED, LOST = AttemptState.FAILED, AttemptState.UNDELIVERED


@pytest.mark.parametrize(
    ("item", "another"),
    [
        (attempt(state=FAILED, blame=Blame.GATEWAY, error_code="20003"), True),
        (attempt(state=FAILED, blame=Blame.TEXT, error_code="30007"), True),
        (attempt(state=LOST, blame=Blame.TEXT, error_code="30007", provider_id="SM1"), True),
        (attempt(state=FAILED, error_code="999"), True),
        (attempt(state=FAILED, blame=Blame.NUMBER, error_code="21211"), False),
        (attempt(state=LOST, blame=Blame.NUMBER, error_code="30005"), False),
        (attempt(state=LOST, error_code="30008", provider_id="SM1"), False),
        (attempt(state=FAILED, error_code="not-found"), False),
        (attempt(state=FAILED, error_code="expired"), False),
        (attempt(state=AttemptState.IN_DOUBT), False),
        (attempt(state=AttemptState.DELIVERED), False),
    ],
)
def test_another_gateway_may_bring_what_one_did_not_take_by_no_fault_of_the_number(item, another):
    assert another_may(item) is another


def test_a_refusal_is_unexplained_only_where_a_provider_spoke_it():
    assert refused_unexplained(attempt(state=FAILED, error_code="999"))
    assert not refused_unexplained(attempt(state=FAILED, error_code="999", blame=Blame.TEXT))
    assert not refused_unexplained(attempt(state=FAILED, error_code="not-found"))
    assert not refused_unexplained(attempt(state=FAILED, error_code="1", provider_id="SM1"))


def test_a_step_that_another_gateway_took_over_is_lost_when_that_is():
    first = attempt(1, state=FAILED)
    second = attempt(2, state=AttemptState.QUEUED, instead_of=first.id, queued_at=minutes(1))
    assert not step_lost([first, second])
    third = attempt(3, state=FAILED, instead_of=second.id, queued_at=minutes(2))
    assert step_lost([first, second, third])


def test_one_of_two_parallel_messages_that_went_over_another_gateway_does_not_end_the_step():
    beside = attempt(4, state=AttemptState.ACCEPTED)
    first = attempt(1, state=FAILED)
    second = attempt(2, state=FAILED, instead_of=first.id, queued_at=minutes(1))
    assert not step_lost([beside, first, second])


def test_a_copy_that_went_over_another_gateway_is_what_counts():
    doubted = attempt(1, state=AttemptState.IN_DOUBT)
    copy = attempt(2, state=FAILED, copy_of=doubted.id, queued_at=minutes(1))
    moved = attempt(
        3, state=AttemptState.ACCEPTED, copy_of=doubted.id, instead_of=copy.id, queued_at=minutes(2)
    )
    assert not step_lost([doubted, copy, moved])


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (AttemptState.QUEUED, False),
        (AttemptState.SENDING, True),
        (AttemptState.IN_DOUBT, True),
        (AttemptState.ACCEPTED, True),
        (AttemptState.SENT, True),
        (AttemptState.DELIVERED, True),
        (AttemptState.UNDELIVERED, False),
        (AttemptState.FAILED, False),
        (AttemptState.WITHDRAWN, False),
    ],
)
def test_only_what_left_and_was_not_lost_may_have_told_somebody(state, told):
    assert may_have_told([attempt(state=state)], "a") is told
    assert not may_have_told([attempt(state=state)], "b")


SENDING = attempt(state=AttemptState.SENDING, sent_at=NOW)
LATER = minutes(1)


@pytest.mark.parametrize(
    ("at", "since"),
    [
        (None, LATER),
        (minutes(0.5), minutes(0.5)),
        (minutes(30), LATER),
        (minutes(-60), LATER),
    ],
    ids=["no time of its own", "its own time", "a clock ahead", "a clock an hour behind"],
)
def test_a_text_was_accepted_when_the_provider_says_or_else_when_it_answered(at, since):
    taken = accepted(SENDING, "SM1", AttemptState.ACCEPTED, now=LATER, at=at)
    assert taken.accepted_at == since
    assert had_left(taken, since)
    assert not had_left(taken, since - SECOND)


def test_a_lost_answer_counts_from_the_request_once_the_doubt_is_clear():
    doubt = doubted(SENDING, "time-out", now=LATER)
    assert not had_left(doubt, LATER)
    assert may_have_left(doubt, NOW)
    assert not may_have_left(doubt, NOW - SECOND)
    for clear in (
        accepted(doubt, "SM1", AttemptState.ACCEPTED, now=minutes(2)),
        merge(doubt, AttemptState.DELIVERED, now=minutes(2)),
    ):
        assert had_left(clear, NOW)
        assert not had_left(clear, NOW - SECOND)


def test_an_answer_that_is_lost_after_the_receipt_came_counts_from_the_request():
    rang = merge(SENDING, AttemptState.DELIVERED, now=LATER)
    assert not had_left(rang, minutes(0.5))
    assert had_left(doubted(rang, "time-out", now=minutes(2)), minutes(0.5))


def test_a_receipt_before_the_answer_does_not_make_it_accepted_later():
    rang = merge(SENDING, AttemptState.DELIVERED, now=LATER)
    answered = accepted(rang, "SM1", AttemptState.ACCEPTED, now=minutes(2))
    assert answered.accepted_at == LATER
    dated = accepted(rang, "SM1", AttemptState.ACCEPTED, now=minutes(2), at=minutes(0.5))
    assert dated.accepted_at == minutes(0.5)


def test_a_copy_that_never_left_goes_once_more_and_not_for_ever():
    copy = attempt(state=AttemptState.IN_DOUBT, copy_of="f" * 16, tries=1, sent_at=NOW)
    again = never_arrived(copy, now=LATER)
    assert (again.state, again.sent_at) == (AttemptState.QUEUED, None)
    last = never_arrived(replace(copy, tries=MOST_COPY_TRIES), now=LATER)
    assert last.state is AttemptState.FAILED
    late = never_arrived(copy, now=copy.expires_at)
    assert late.state is AttemptState.FAILED
    assert never_arrived(replace(copy, copy_of=""), now=LATER).state is AttemptState.FAILED


def test_received_may_mean_a_text_whose_fate_is_not_known_and_whose_page_still_waits():
    doubt = doubted(SENDING, "time-out", now=LATER)
    assert undecided([doubt], {1}, "a", NOW)
    assert not undecided([doubt], {2}, "a", NOW)
    assert not undecided([doubt], {1}, "b", NOW)
    assert not undecided([attempt(state=AttemptState.ACCEPTED, sent_at=NOW)], {1}, "a", NOW)
