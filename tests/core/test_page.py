"""Pages and attempts: every state under every event, receipts in any order, doubt and its copy."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fangxun.core import page as pages
from fangxun.core.incident import PlaceInIncident
from fangxun.core.level import Level
from fangxun.core.page import (
    RANKS,
    TRANSITIONS,
    AttemptState,
    Blame,
    Closing,
    How,
    PageEvent,
    PageState,
)
from fangxun.core.plan import Duty, Group, Owed, Required
from tests.core.storm import MINUTE, NOW, SECOND, alarm_page, attempt, minutes, page

S, E = PageState, PageEvent
LATER = minutes(5)

TABLE = {
    S.OPEN: (S.CONFIRMED, S.COVERED, S.UNREACHED, S.CLOSED),
    S.CONFIRMED: (S.CONFIRMED, S.CONFIRMED, S.CONFIRMED, S.CONFIRMED),
    S.COVERED: (S.CONFIRMED, S.COVERED, S.COVERED, S.COVERED),
    S.UNREACHED: (S.CONFIRMED, S.COVERED, S.UNREACHED, S.CLOSED),
    S.CLOSED: (S.CLOSED, S.CLOSED, S.CLOSED, S.CLOSED),
}
"""By state: after the person's word, another's word, the end of the ladder, a close."""


@pytest.mark.parametrize(("state", "event"), list(itertools.product(S, E)))
def test_every_state_under_every_event(state, event):
    before = page(state=state)
    after = pages.step(before, event, now=LATER)
    assert after.state is TABLE[state][list(E).index(event)]
    if after.state is state:
        assert after is before
    else:
        assert (after.ended_at, after.next_due) == (LATER, None)


def test_the_table_of_transitions_holds_no_change_to_the_same_state():
    assert all(state is not after for (state, _), after in TRANSITIONS.items())


@pytest.mark.parametrize(("first", "second"), list(itertools.product(E, E)))
def test_an_event_repeated_changes_nothing_more(first, second):
    once = pages.step(pages.step(page(), first, now=NOW), second, now=NOW)
    assert pages.step(once, second, now=LATER) is once


def test_the_person_confirms_and_another_who_was_told_covers():
    own = pages.confirm(page(), by="a", how=How.REPLY, said="1", now=LATER)
    assert (own.state, own.confirmed_by, own.how, own.said) == (S.CONFIRMED, "a", How.REPLY, "1")
    other = pages.confirm(page(), by="b", how=How.LINK, said="", now=LATER)
    assert (other.state, other.confirmed_by) == (S.COVERED, "b")


def test_a_late_word_of_the_person_counts_after_unreached_and_after_cover():
    unreached = pages.step(page(), E.LADDER_EXHAUSTED, now=NOW)
    late = pages.confirm(unreached, by="a", how=How.RELAYED, said="phoned", now=LATER)
    assert (late.state, late.was_unreached) == (S.CONFIRMED, True)
    covered = pages.confirm(page(), by="b", how=How.REPLY, said="", now=NOW)
    assert pages.confirm(covered, by="a", how=How.REPLY, said="", now=LATER).confirmed_by == "a"


def test_a_confirmation_is_not_taken_back_by_a_close_or_by_somebody_else():
    confirmed = pages.confirm(page(), by="a", how=How.REPLY, said="", now=NOW)
    assert pages.close(confirmed, Closing.STOOD_DOWN, now=LATER) is confirmed
    assert pages.confirm(confirmed, by="b", how=How.CLI, said="", now=LATER) is confirmed


def test_an_alarm_is_confirmed_by_whoever_confirms_it():
    after = pages.confirm(alarm_page(), by="leader", how=How.TERMINAL, said="", now=LATER)
    assert (after.state, after.confirmed_by) == (S.CONFIRMED, "leader")


def test_a_page_closes_with_its_reason():
    after = pages.close(page(), Closing.RELIEVED, now=LATER)
    assert (after.state, after.closing) == (S.CLOSED, Closing.RELIEVED)


def test_who_is_seen_to_arrive_has_confirmed_too_even_after_a_deputy_covered_him():
    covered = pages.confirm(page(), by="b", how=How.REPLY, said="", now=NOW)
    after = pages.meet(covered, now=LATER)
    assert (after.state, after.confirmed_by, after.met_at) == (S.CONFIRMED, "a", LATER)
    assert pages.meet(after, now=minutes(9)).met_at == LATER


def test_a_new_page_has_the_key_of_the_glossary_and_is_due_at_once():
    raised = PlaceInIncident("gully", Level.RED, 2, NOW)
    called = Required("a", Group.EXTRA_POSTS, Duty(Owed.ARRIVED, (Group.EXTRA_POSTS,), HOUR))
    opened = pages.open_page(3, raised, called, now=NOW)
    assert (opened.key, opened.next_due, opened.step) == ("p/3/gully/2/a", NOW, -1)
    assert (opened.owed, opened.owed_seconds, opened.owed_by) == (Owed.ARRIVED, 3600, None)
    told = Required("a", Group.OFFICIALS)
    assert pages.open_page(3, raised, told, now=NOW).owed is None


def test_what_is_owed_has_a_clock_that_runs_from_the_persons_own_confirmation():
    covered = pages.confirm(page(**COME), by="b", how=How.REPLY, said="", now=NOW)
    assert covered.owed_by is None
    own = pages.confirm(covered, by="a", how=How.REPLY, said="", now=LATER)
    assert own.owed_by == LATER + HOUR
    there = pages.meet(page(**COME), now=LATER)
    assert (there.owed_by, there.met_at) == (None, LATER)


def test_a_page_that_owes_nothing_has_no_second_clock():
    assert pages.confirm(page(), by="a", how=How.REPLY, said="", now=LATER).owed_by is None


def test_a_page_by_hand_keeps_its_words():
    opened = pages.open_by_hand("a", "bring the boat", now=NOW)
    assert (opened.person, opened.cause, opened.place) == ("a", "bring the boat", None)


def test_a_failed_attempt_hastens_an_open_page_that_has_begun_and_no_other():
    climbing = page(step=0, next_due=LATER)
    assert pages.hasten(climbing, now=NOW).next_due == NOW
    assert pages.hasten(page(step=-1, next_due=LATER), now=NOW).next_due == LATER
    confirmed = page(state=S.CONFIRMED, step=0)
    assert pages.hasten(confirmed, now=NOW) is confirmed


@pytest.mark.parametrize(
    ("place", "group", "reason"),
    [
        (None, Group.OFFICIALS, Closing.LOWERED),
        (PlaceInIncident("gully", Level.NONE, 1, NOW), Group.OFFICIALS, Closing.LOWERED),
        (PlaceInIncident("gully", Level.BLUE, 1, NOW), Group.OFFICIALS, Closing.LOWERED),
        (PlaceInIncident("gully", Level.RED, 2, NOW), Group.OFFICIALS, Closing.SUPERSEDED),
        (PlaceInIncident("gully", Level.ORANGE, 1, NOW), Group.OFFICIALS, Closing.NO_LONGER_NAMED),
        (PlaceInIncident("gully", Level.ORANGE, 1, NOW), Group.DUTY_ROOM, Closing.RELIEVED),
    ],
)
def test_why_nobody_requires_a_page_any_more(place, group, reason):
    assert pages.why_needless(page(group=group), place) is reason


states = st.sampled_from(list(AttemptState))


@given(st.lists(states, max_size=8), st.randoms())
def test_receipts_in_any_order_and_however_often_end_in_the_same_state(said, dice):
    def after(order):
        item = attempt(state=AttemptState.SENDING)
        for state in order:
            item = pages.merge(item, state, now=NOW)
        return item.state

    shuffled = [*said, *said]
    dice.shuffle(shuffled)
    assert after(said) == after(shuffled)
    assert RANKS[after(said)] == max(RANKS[s] for s in [*said, AttemptState.SENDING])


def test_a_late_accepted_takes_nothing_back_and_still_brings_the_providers_id():
    delivered = pages.merge(attempt(state=AttemptState.SENDING), AttemptState.DELIVERED, now=NOW)
    after = pages.accepted(delivered, "SM1", AttemptState.ACCEPTED, now=LATER)
    assert (after.state, after.provider_id) == (AttemptState.DELIVERED, "SM1")


def test_undelivered_is_a_failure_and_a_phone_that_rang_has_rung():
    sent = attempt(state=AttemptState.SENT)
    undelivered = pages.merge(sent, AttemptState.UNDELIVERED, now=NOW)
    assert undelivered.state is AttemptState.UNDELIVERED
    assert pages.merge(undelivered, AttemptState.DELIVERED, now=NOW).state is AttemptState.DELIVERED


def test_a_refusal_is_final_with_its_code_and_blame_unless_it_was_delivered_already():
    after = pages.refused(attempt(state=AttemptState.SENDING), "21614", Blame.NUMBER, now=NOW)
    assert (after.state, after.error_code, after.blame) == (
        AttemptState.FAILED,
        "21614",
        Blame.NUMBER,
    )
    delivered = attempt(state=AttemptState.DELIVERED)
    assert pages.refused(delivered, "x", Blame.TEXT, now=NOW) is delivered


def test_not_sent_goes_back_into_the_outbox_with_a_growing_bounded_wait():
    waits = []
    for tries in range(1, 12):
        item = attempt(state=AttemptState.SENDING, tries=tries)
        after = pages.not_sent(item, "429", None, now=NOW)
        assert after.state is AttemptState.QUEUED
        waits.append((after.not_before - NOW).total_seconds())
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60]


def test_the_provider_may_ask_for_a_longer_wait_but_not_for_ever():
    item = attempt(state=AttemptState.SENDING, tries=1)
    assert pages.not_sent(item, "429", 17, now=NOW).not_before == NOW + 17 * SECOND
    assert pages.not_sent(item, "429", 1e6, now=NOW).not_before == NOW + 5 * MINUTE
    assert pages.not_sent(item, "429", 0.0, now=NOW).not_before == NOW + SECOND


def test_not_sent_until_its_useful_life_ends_is_a_failure_of_the_gateway():
    item = attempt(state=AttemptState.SENDING, tries=9, expires_at=NOW + 30 * SECOND)
    after = pages.not_sent(item, "refused", None, now=NOW)
    assert (after.state, after.blame) == (AttemptState.FAILED, Blame.GATEWAY)


@pytest.mark.parametrize(
    "state", [s for s in AttemptState if RANKS[s] > RANKS[AttemptState.SENDING]]
)
def test_not_sent_after_a_callback_has_said_more_changes_nothing(state):
    item = attempt(state=state)
    assert pages.not_sent(item, "429", None, now=NOW) is item


def test_a_lost_answer_is_in_doubt_and_not_asked_for_before_half_a_minute():
    after = pages.doubted(attempt(state=AttemptState.SENDING), "timeout", now=NOW)
    assert after.state is AttemptState.IN_DOUBT
    assert after.not_before == NOW + timedelta(seconds=30)
    assert after.sent_at == NOW


@pytest.mark.parametrize(
    "state", [s for s in AttemptState if RANKS[s] >= RANKS[AttemptState.IN_DOUBT]]
)
def test_doubt_never_takes_back_what_a_callback_has_said(state):
    item = attempt(state=state)
    assert pages.doubted(item, "timeout", now=NOW).state is state


def test_a_provider_that_has_nothing_of_it_fails_a_send_in_doubt_and_no_other():
    doubt = pages.doubted(attempt(state=AttemptState.SENDING), "timeout", now=NOW)
    assert pages.never_arrived(doubt, now=LATER).state is AttemptState.FAILED
    delivered = attempt(state=AttemptState.DELIVERED)
    assert pages.never_arrived(delivered, now=LATER) is delivered


def test_a_doubt_gets_one_flagged_copy_and_the_copy_none():
    doubt = pages.doubted(attempt(state=AttemptState.SENDING, tries=3), "timeout", now=NOW)
    copy = pages.copy_of(doubt, new_id="f" * 16, now=LATER)
    assert copy is not None
    assert (copy.copy_of, copy.state, copy.tries) == (doubt.id, AttemptState.QUEUED, 0)
    assert (copy.sent_at, copy.provider_id, copy.error_code) == (None, "", "")
    assert (copy.text, copy.number, copy.pages) == (doubt.text, doubt.number, doubt.pages)
    assert pages.copy_of(copy, new_id="e" * 16, now=LATER) is None
    assert pages.copy_of(doubt, new_id="e" * 16, now=doubt.expires_at) is None


def answers(item_pages, attempts, *, codes=(), received=False, done=(), person="a", at=LATER):
    """He was told of each page by its number."""
    return pages.answers(
        codes=codes,
        received=received,
        done=frozenset(done),
        pages=item_pages,
        told={item.id: str(item.id) for item in item_pages},
        attempts=attempts,
        person=person,
        received_at=at,
    )


HOUR = timedelta(hours=1)
COME = {"owed": Owed.ARRIVED, "owed_seconds": 3600}
TOLD = attempt(1, state=AttemptState.SENT, sent_at=minutes(1))


def test_a_code_confirms_its_page_and_an_unknown_code_is_said_to_be_unknown():
    found = answers([page(1), page(2)], [], codes=("2", "77"))
    assert [item.id for item in found.confirmed] == [2]
    assert found.unknown == ("77",)


def test_received_without_a_code_confirms_only_what_had_left_before_the_reply():
    queued = attempt(2, pages=(2,))
    late = attempt(3, pages=(3,), state=AttemptState.ACCEPTED, sent_at=minutes(6))
    failed = attempt(4, pages=(4,), state=AttemptState.UNDELIVERED, sent_at=minutes(1))
    other = attempt(5, pages=(5,), who="b", state=AttemptState.SENT, sent_at=minutes(1))
    told = [page(n) for n in range(1, 6)]
    found = answers(told, [TOLD, queued, late, failed, other], received=True)
    assert [item.id for item in found.confirmed] == [1]


def test_received_with_a_code_confirms_that_code_alone():
    both = attempt(1, pages=(1, 2), state=AttemptState.DELIVERED, sent_at=NOW)
    found = answers([page(1), page(2)], [both], codes=("2",), received=True)
    assert [item.id for item in found.confirmed] == [2]


def test_a_reply_stamped_in_whole_seconds_is_not_before_a_text_of_the_same_second():
    sent = replace(TOLD, sent_at=LATER + timedelta(milliseconds=400))
    assert answers([page(1)], [sent], received=True).confirmed
    assert not answers([page(1)], [sent], received=True, at=LATER - SECOND).confirmed


def test_a_second_confirmation_is_already_known_and_a_late_one_of_the_person_counts():
    confirmed, covered = page(1, state=S.CONFIRMED), page(2, state=S.COVERED)
    found = answers([confirmed, covered, page(3, state=S.CLOSED)], [], codes=("1", "2", "3"))
    assert [item.id for item in found.already] == [1, 3]
    assert [item.id for item in found.confirmed] == [2]
    assert answers([covered], [], codes=("2",), person="b").already == (covered,)


def test_a_code_by_which_he_was_told_of_nothing_that_he_can_answer_confirms_nothing():
    found = pages.answers(
        codes=("1", "4"), received=False, done=frozenset(), pages=[page(1)], told={1: "3", 2: "4"},
        attempts=[TOLD], person="a", received_at=LATER,
    )  # fmt: skip
    assert found == pages.Answered(unknown=("1", "4"))


def test_arrived_is_noted_for_pages_that_ask_to_arrive():
    called, told = page(1, **COME), page(2)
    both = attempt(1, pages=(1, 2), state=AttemptState.SENT, sent_at=NOW)
    found = answers([called, told], [both], done=[Owed.ARRIVED])
    assert [item.id for item in found.met] == [1]
    assert [item.id for item in found.confirmed] == [1, 2]
    seen = replace(called, met_at=NOW)
    assert answers([seen], [both], done=[Owed.ARRIVED]).met == ()


def test_arrived_does_not_say_that_people_are_moved_out():
    owing = page(1, owed=Owed.MOVED_OUT, owed_seconds=3600)
    found = answers([owing], [TOLD], codes=("1",), done=[Owed.ARRIVED])
    assert (found.confirmed, found.met) == ((owing,), ())
    assert answers([owing], [TOLD], codes=("1",), done=[Owed.MOVED_OUT]).met == (owing,)


def test_nobody_arrives_in_another_s_stead():
    called = page(1, **COME)
    told = attempt(1, who="b", state=AttemptState.SENT, sent_at=NOW)
    found = answers([called], [told], done=[Owed.ARRIVED], person="b")
    assert (found.confirmed, found.met) == ((called,), ())


def test_an_arrival_by_reply_is_written_down_as_one():
    assert pages.meet(page(), now=LATER, how=How.REPLY).how is How.REPLY
    assert pages.meet(page(), now=LATER).how is How.RELAYED


def test_a_text_that_says_nothing_confirms_nothing():
    assert answers([page(1)], [TOLD]) == pages.Answered()


@given(
    st.lists(st.sampled_from("12345"), max_size=5), st.booleans(), st.sets(st.sampled_from(Owed))
)
def test_every_code_is_answered_once_and_nothing_is_confirmed_and_known_already(
    codes, received, done
):
    told = [page(n, state=state) for n, state in enumerate(S, start=1)][:4]
    unique = tuple(dict.fromkeys(codes))
    found = answers(told, [TOLD], codes=unique, received=received, done=done)
    assert not set(found.confirmed) & set(found.already)
    if unique:
        assert len(found.confirmed) + len(found.already) + len(found.unknown) == len(unique)
