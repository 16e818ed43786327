"""The after-action report: who was told what, when, and what came of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fangxun.core import page as pages
from fangxun.core.journal import Entry, Event
from fangxun.core.page import AttemptState, Blame, Closing, How, PageEvent, PageState
from fangxun.core.report import Because, Moment, Outcome, after_action, people_told, quantile
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
    assert (row.covered_by, row.how, row.said) == ("", How.REPLY, "1")
    assert (row.attempts, row.failures, row.possible_duplicates) == (4, 1, 1)
    assert row.outcome is Outcome.CONFIRMED


def exhausted(number, **fields):
    return pages.step(page(number, **fields), PageEvent.LADDER_EXHAUSTED, now=minutes(10))


def entry(event, subject, reason="", *, at=NOW, actor="system", **data):
    return Entry(at, event, actor, subject, reason, tuple(data.items()))


def test_every_outcome_is_told_apart_with_its_reason():
    late = pages.confirm(exhausted(2), by="a", how=How.RELAYED, said="woken", now=minutes(40))
    story = [
        confirmed(1, 1),
        late,
        confirmed(3, 4, by="b"),
        exhausted(4),
        pages.close(page(5), Closing.STOOD_DOWN, now=minutes(5)),
        page(6),
    ]
    sent = [
        attempt(3, pages=(3,), state=AttemptState.DELIVERED),
        attempt(4, pages=(4,), state=AttemptState.UNDELIVERED, blame=Blame.NUMBER),
    ]
    found = after_action(story, sent, BY_ID)
    assert [(row.outcome, row.why) for row in found.rows] == [
        (Outcome.CONFIRMED, None),
        (Outcome.CONFIRMED_LATE, Because.LADDER_EXHAUSTED),
        (Outcome.NOT_CONFIRMED, Because.COVERED),
        (Outcome.UNREACHABLE, Because.NUMBER_FAILED),
        (Outcome.ENDED, Closing.STOOD_DOWN),
        (Outcome.OPEN, None),
    ]
    assert found.by_outcome == tuple((outcome, 1) for outcome in Outcome)
    assert [row.took for row in found.rows] == [MINUTE, 40 * MINUTE, None, None, None, None]
    assert (found.rows[2].covered_by, found.rows[2].covered_at) == ("b", minutes(4))


def test_another_s_word_is_not_his_and_his_own_after_it_is_late():
    """Everybody confirms for himself."""
    covered = confirmed(1, 4, by="b")
    himself = pages.confirm(covered, by="a", how=How.REPLY, said="1", now=minutes(9))
    line = entry(Event.PAGE_COVERED, "page/1", "reply", at=minutes(4), actor="b")
    (row,) = after_action([himself], [], BY_ID, [line]).rows
    assert (row.outcome, row.why) == (Outcome.CONFIRMED_LATE, Because.COVERED)
    assert (row.covered_by, row.covered_at, row.took) == ("b", minutes(4), 9 * MINUTE)


@pytest.mark.parametrize("state", list(AttemptState))
def test_unreachable_is_only_whom_nothing_can_have_reached(state):
    """Sent without a receipt, or in doubt, may have arrived: then he did not confirm."""
    lost = state in {
        AttemptState.UNDELIVERED, AttemptState.FAILED, AttemptState.QUEUED, AttemptState.WITHDRAWN,
    }  # fmt: skip
    (row,) = after_action([exhausted(1)], [attempt(1, state=state)], BY_ID).rows
    assert row.outcome is (Outcome.UNREACHABLE if lost else Outcome.NOT_CONFIRMED)


@pytest.mark.parametrize(
    ("blame", "why"),
    [
        (Blame.NUMBER, Because.NUMBER_FAILED), (Blame.TEXT, Because.TEXT_REFUSED),
        (Blame.GATEWAY, Because.GATEWAY_FAILED), (Blame.BUDGET, Because.BUDGET),
        (Blame.NONE, Because.NOT_DELIVERED),
    ],
)  # fmt: skip
def test_why_somebody_was_unreachable_is_whose_fault_it_was(blame, why):
    sent = attempt(1, state=AttemptState.FAILED, blame=blame)
    assert after_action([exhausted(1)], [sent], BY_ID).rows[0].why is why


@pytest.mark.parametrize(
    ("reason", "why"),
    [
        ("no_number", Because.NO_NUMBER), ("no_channel", Because.NO_CHANNEL),
        ("exhausted", Because.BUDGET), ("identical", Because.BUDGET), (None, Because.NO_NUMBER),
    ],
)  # fmt: skip
def test_whom_no_step_could_be_sent_to_is_unreachable_by_what_the_steps_say(reason, why):
    lines = [entry(Event.STEP_SKIPPED, "page/1", reason, contact="person")] if reason else []
    lines.append(entry(Event.STEP_SKIPPED, "page/1", "nobody", contact="deputy"))
    other = attempt(1, who="b", state=AttemptState.DELIVERED)
    (row,) = after_action([exhausted(1)], [other], BY_ID, lines).rows
    assert (row.outcome, row.why) == (Outcome.UNREACHABLE, why)


def test_a_page_that_was_closed_after_its_ladder_was_through_is_no_ended_one():
    """A stand-down takes nobody's silence off the list."""
    closed = pages.close(exhausted(1), Closing.STOOD_DOWN, now=minutes(60))
    sent = attempt(1, state=AttemptState.DELIVERED)
    (row,) = after_action([closed], [sent], BY_ID).rows
    assert row.outcome is Outcome.NOT_CONFIRMED


def test_every_attempt_is_told_with_its_life_and_in_whose_stead_it_went():
    lines = [
        entry(Event.STEP_FIRED, "page/1", "person", person="a"),
        entry(Event.STEP_FIRED, "page/1", "deputy", person="b"),
        entry(Event.ATTEMPT_SETTLED, f"attempt/{1:016x}", "accepted", at=minutes(1)),
        entry(
            Event.ATTEMPT_SETTLED, f"attempt/{1:016x}", "undelivered", at=minutes(3),
            provider_at=minutes(2).isoformat(),
        ),
    ]  # fmt: skip
    sent = [
        attempt(1, state=AttemptState.UNDELIVERED, error_code="30005", blame=Blame.NUMBER),
        attempt(2, who="b", state=AttemptState.DELIVERED, queued_at=minutes(4)),
    ]
    (row,) = after_action([page(1)], sent, BY_ID, lines).rows
    first, second = row.tries
    assert (first.stands_for, second.stands_for) == ("person", "deputy")
    assert first.life == (
        Moment(AttemptState.ACCEPTED, minutes(1)),
        Moment(AttemptState.UNDELIVERED, minutes(3), minutes(2)),
    )
    assert (first.code, first.blame) == ("30005", Blame.NUMBER)
    assert first.number == "+86100****0101"


def test_who_went_to_the_door_is_the_human_who_confirmed_the_alarm_with_what_he_said():
    alarm = alarm_page(9, cause="unreached:1", incident=1)
    known = pages.confirm(alarm, by="officer", how=How.CLI, said="sent Wang", now=minutes(12))
    lines = [
        entry(Event.PAGE_UNREACHED, "page/1", at=minutes(10)),
        entry(Event.INCIDENT_NOTED, "page/1", said="awake now"),
    ]
    rung = attempt(5, pages=(9,), who="officer", kind="alarm", state=AttemptState.DELIVERED)
    (door,) = after_action([exhausted(1), known], [rung], BY_ID, lines).doors
    assert (door.person, door.since) == ("a", minutes(10))
    assert (door.known_by, door.known_at, door.how) == ("officer", minutes(12), How.CLI)
    assert (door.said, door.notes) == ("sent Wang", ("awake now",))
    assert [one.contact for one in door.rung] == ["officer"]


def test_while_nobody_has_confirmed_the_alarm_nobody_went_to_the_door():
    story = [exhausted(1), alarm_page(9, cause="unreached:1", incident=1)]
    (door,) = after_action(story, [], BY_ID).doors
    assert (door.known_by, door.known_at, door.later_at) == (None, None, None)


def test_units_are_named_with_those_who_failed_and_the_worst_comes_first():
    story = [
        confirmed(1, 2, who="officer", by="officer"),
        exhausted(2),
        confirmed(3, 4, who="b", by="b"),
    ]
    sent = [attempt(2, pages=(2,), state=AttemptState.DELIVERED)]
    town, root = after_action(story, sent, BY_ID).units
    assert (town.unit, town.people, town.pages, town.named) == ("town", 2, 2, ("a",))
    assert (town.of(Outcome.CONFIRMED), town.of(Outcome.NOT_CONFIRMED)) == (1, 1)
    assert (town.median, root.median) == (4 * MINUTE, 2 * MINUTE)
    assert root.named == ()


def test_a_possible_duplicate_is_counted_once_where_it_told_of_two_pages():
    sent = [
        attempt(1, pages=(1, 2), state=AttemptState.IN_DOUBT),
        attempt(2, pages=(1, 2), state=AttemptState.DELIVERED, copy_of=f"{1:016x}"),
    ]
    found = after_action([page(1), page(2)], sent, BY_ID)
    assert found.possible_duplicates == 1


def test_told_are_owners_and_stand_ins_and_not_who_only_heard_an_alarm():
    story = [page(1), page(2, who="b", place="town"), alarm_page(9, cause="unreached:1")]
    sent = [
        attempt(1, pages=(1,), who="leader", sent_at=NOW),
        attempt(2, pages=(9,), who="chief", kind="alarm", sent_at=NOW),
        attempt(3, pages=(1,), who="deputy", state=AttemptState.WITHDRAWN),
    ]
    assert people_told(story, sent) == ("a", "b", "leader")
    assert people_told(story, sent, place="town") == ("b",)


@pytest.mark.parametrize("state", list(PageState))
def test_every_state_of_a_page_has_an_outcome(state):
    assert len(after_action([page(state=state)], [], BY_ID).by_outcome) == 1


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
