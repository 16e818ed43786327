"""The after-action report: who was told what, when, and what came of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fangxun.core import page as pages
from fangxun.core.page import AttemptState, Closing, How, PageEvent, PageState
from fangxun.core.report import Outcome, after_action, quantile
from tests.core.storm import MINUTE, NOW, PEOPLE, alarm_page, attempt, minutes, page

BY_ID = {someone.id: someone for someone in PEOPLE}


def confirmed(number, after, *, by="a", **fields):
    item = page(number, **fields)
    return pages.confirm(item, by=by, how=How.REPLY, said="1", now=minutes(after))


def test_a_row_tells_one_persons_page_from_told_to_confirmed():
    sent = [
        attempt(1, state=AttemptState.UNDELIVERED, sent_at=minutes(1)),
        attempt(2, state=AttemptState.DELIVERED, sent_at=minutes(2)),
        attempt(3, state=AttemptState.ACCEPTED, sent_at=minutes(3), copy_of="x"),
        attempt(4, state=AttemptState.QUEUED),
    ]
    (row,) = after_action([confirmed(1, 5)], sent, BY_ID).rows
    assert (row.person, row.name, row.unit, row.place) == ("a", "A", "town", "gully")
    assert (row.told_at, row.confirmed_at) == (minutes(2), minutes(5))
    assert (row.confirmed_by, row.how, row.said) == ("a", How.REPLY, "1")
    assert (row.attempts, row.failures, row.possible_duplicates) == (4, 1, 1)
    assert row.outcome is Outcome.CONFIRMED


def test_every_outcome_is_told_apart():
    late = pages.step(page(2), PageEvent.LADDER_EXHAUSTED, now=minutes(10))
    late = pages.confirm(late, by="a", how=How.RELAYED, said="woken", now=minutes(40))
    story = [
        confirmed(1, 1),
        late,
        confirmed(3, 4, by="b"),
        pages.step(page(4), PageEvent.LADDER_EXHAUSTED, now=minutes(10)),
        pages.close(page(5), Closing.STOOD_DOWN, now=minutes(5)),
        page(6),
    ]
    found = after_action(story, [], BY_ID)
    assert [row.outcome for row in found.rows] == list(Outcome)
    assert found.by_outcome == tuple((outcome, 1) for outcome in Outcome)
    assert [row.confirmed_at is None for row in found.rows] == [
        False,
        False,
        False,
        True,
        True,
        True,
    ]


def test_every_state_of_a_page_has_an_outcome():
    for state in PageState:
        assert after_action([page(state=state)], [], BY_ID).rows[0].outcome.value == state.value


def test_alarms_are_counted_and_are_no_rows():
    found = after_action([alarm_page(1), confirmed(2, 1), alarm_page(3)], [], BY_ID)
    assert (len(found.rows), found.alarms) == (1, 2)


def test_a_bundled_text_counts_for_each_of_its_pages_and_once_in_the_total():
    both = attempt(1, pages=(1, 2), state=AttemptState.SENT, sent_at=NOW, copy_of="x")
    found = after_action([page(1), page(2)], [both], BY_ID)
    assert [row.attempts for row in found.rows] == [1, 1]
    assert (found.attempts, found.possible_duplicates) == (1, 1)


def test_rows_come_in_the_order_in_which_people_were_paged():
    early, late = page(7), page(3, opened_at=minutes(5))
    assert [row.page for row in after_action([late, early], [], BY_ID).rows] == [7, 3]


def test_somebody_who_has_left_the_district_still_has_his_row():
    (row,) = after_action([page(who="gone")], [], BY_ID).rows
    assert (row.name, row.unit) == ("gone", "")


def test_half_and_nine_tenths_of_the_confirmations_came_within():
    found = after_action([confirmed(n, n) for n in range(1, 11)], [], BY_ID)
    assert (found.median, found.ninetieth) == (5 * MINUTE, 9 * MINUTE)
    nothing = after_action([], [], {})
    assert (nothing.rows, nothing.median, nothing.ninetieth) == ((), None, None)


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=60), st.sampled_from([0.5, 0.9, 1.0]))
def test_a_quantile_is_one_of_the_values_with_its_share_at_or_below(seconds, share):
    ordered = sorted(timedelta(seconds=n) for n in seconds)
    found = quantile(ordered, share)
    assert found in ordered
    assert sum(value <= found for value in ordered) >= share * len(ordered) - 1e-9
    assert sum(value < found for value in ordered) < share * len(ordered) + 1e-9


@pytest.mark.parametrize("count", [1, 2, 3, 10, 1000])
def test_rows_are_never_lost(count):
    assert len(after_action([page(n) for n in range(count)], [], BY_ID).rows) == count
