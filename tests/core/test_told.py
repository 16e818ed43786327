"""One message through one gateway: what may have arrived, and what another gateway may bring."""

from __future__ import annotations

import pytest

from fangxun.core.attempt import AttemptState, Blame
from fangxun.core.told import another_may, may_have_told, refused_unexplained, step_lost
from tests.core.storm import attempt, minutes

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
