"""An alarm's rounds, and what holds for any ladder."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from fangxun.core.escalation import Skip, advance, steps_of
from fangxun.core.page import PageKind, PageState
from fangxun.core.plan import Channel, Contact, Ladder, Step
from tests.core.climbing import climb
from tests.core.storm import (
    ALARM_LADDER,
    MINUTE,
    NOW,
    PAGE_LADDER,
    PEOPLE,
    SECOND,
    SMS,
    alarm_page,
    contacts,
    minutes,
    page,
)


def test_an_alarm_climbs_to_the_last_resort_in_its_rounds_and_then_once_in_every_hour():
    item, sent, skipped = climb(alarm_page(), ALARM_LADDER, most=1000, until=minutes(168 + 12))
    one_round = ["officer", "officer", "deputy", "leader", "chief"]
    assert [contact for _, contact, _ in sent] == one_round * 5
    starts = [when for when, contact, number in sent if (contact, number) == ("officer", "")]
    assert starts == [0, 20.5, 41, 108, 168]
    assert (item.state, item.next_due, item.round) == (PageState.OPEN, minutes(228), 5)
    assert skipped == []


def test_what_was_not_confirmed_in_an_hour_is_due_together_at_the_next():
    once = replace(ALARM_LADDER, most=1)
    ends = {
        climb(alarm_page(next_due=minutes(start)), once)[0].next_due for start in (0, 3, 11, 30)
    }
    assert ends == {minutes(48)}


def test_a_contact_told_again_on_a_number_is_not_told_first():
    thrice = Ladder((Step(Contact.PERSON, SMS, 1, MINUTE),) * 3)
    item, found = page(), []
    for _ in range(3):
        fired = advance(replace(item, next_due=NOW), thrice, contacts(), now=NOW)
        item, found = fired.page, [*found, *(draft.first for draft in fired.drafts)]
    assert found == [True, False, False]
    again = advance(alarm_page(round=1), ALARM_LADDER, contacts(), now=NOW)
    assert [draft.first for draft in again.drafts] == [False]


def test_an_alarm_ladder_that_forgot_the_last_resort_has_it_all_the_same():
    forgetful = Ladder(ALARM_LADDER.steps[:2])
    assert steps_of(alarm_page(), forgetful)[-1].contact is Contact.LAST_RESORT
    assert steps_of(page(), PAGE_LADDER) == PAGE_LADDER.steps
    item, sent, _ = climb(alarm_page(), forgetful)
    assert sent[-1][1] == "chief"
    assert (item.state, item.next_due) == (PageState.OPEN, minutes(48))


def test_an_alarm_with_nobody_on_watch_goes_to_the_last_resort_at_once():
    _, sent, skipped = climb(
        alarm_page(), replace(ALARM_LADDER, repeat=None), contacts(standing=())
    )
    assert sent == [(0, "chief", "141")]
    assert {reason for _, reason in skipped} == {Skip.NOBODY}


def test_an_alarm_is_the_district_watchs_even_about_a_town():
    _, sent, _ = climb(alarm_page(place="gully"), replace(ALARM_LADDER, repeat=None))
    assert "town-leader" not in {contact for _, contact, _ in sent}


def test_a_draft_says_in_whose_stead_and_for_what_kind_of_page():
    fired = advance(page(step=1), PAGE_LADDER, contacts(), now=NOW)
    assert [(d.contact, d.stands_for, d.kind) for d in fired.drafts] == [
        ("b", Contact.DEPUTY, PageKind.PAGE)
    ]
    rung = advance(alarm_page(), ALARM_LADDER, contacts(), now=NOW)
    assert [draft.kind for draft in rung.drafts] == [PageKind.ALARM]


steps = st.builds(
    Step,
    st.sampled_from(list(Contact)),
    st.sampled_from(list(Channel)),
    st.integers(1, 3),
    st.integers(0, 600).map(lambda n: n * SECOND),
)


ladders = st.builds(
    Ladder,
    st.lists(steps, max_size=5).map(tuple),
    st.none() | st.just(10 * MINUTE),
    st.integers(1, 4),
)


@given(
    ladders,
    st.sets(st.sampled_from([someone.id for someone in PEOPLE])),
    st.sets(st.sampled_from(list(Channel))),
    st.sampled_from([page(), page(who="leader"), alarm_page()]),
)
def test_every_ladder_sends_a_bounded_number_of_messages(ladder, known, channels, item):
    who = contacts(
        people={someone.id: someone for someone in PEOPLE if someone.id in known},
        channels=frozenset(channels),
    )
    ended, sent, _ = climb(item, ladder, who, most=400, until=minutes(24 * 60))
    rounds = ladder.most + 24 if item.kind is PageKind.ALARM else 1
    assert ended.next_due is None or ended.next_due >= minutes(24 * 60)
    assert len(sent) <= (len(ladder.steps) + 1) * rounds
    assert ended.state is (PageState.OPEN if item.kind is PageKind.ALARM else PageState.UNREACHED)
    assert {contact for _, contact, _ in sent} <= known
