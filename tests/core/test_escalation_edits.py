"""A ladder that is edited while a page climbs it."""

from __future__ import annotations

from dataclasses import replace

from fangxun.core.escalation import advance
from fangxun.core.plan import Contact, Ladder, Step
from tests.core.storm import (
    ALARM_LADDER,
    MINUTE,
    NOW,
    PAGE_LADDER,
    SMS,
    alarm_page,
    contacts,
    page,
)


def edited(ladder, *, fired=2, at=NOW):
    """A page that has fired so many steps of PAGE_LADDER, advanced on another ladder."""
    item = page()
    for _ in range(fired):
        item = replace(advance(item, PAGE_LADDER, contacts(), now=NOW).page, next_due=NOW)
    return advance(item, ladder, contacts(), now=at)


BY_HAND = Step(Contact.LAST_RESORT, SMS, 1, MINUTE)


def test_a_step_added_before_the_place_that_a_page_has_reached_is_not_made_up_for():
    after = edited(Ladder((BY_HAND, *PAGE_LADDER.steps)))
    assert [draft.contact for draft in after.drafts] == ["b"]
    assert after.edited


def test_a_step_added_behind_the_place_that_a_page_has_reached_counts():
    first, second, *rest = PAGE_LADDER.steps
    after = edited(Ladder((first, second, BY_HAND, *rest)))
    assert [draft.contact for draft in after.drafts] == ["chief"]
    assert after.edited


def test_where_the_step_reached_was_taken_out_its_number_counts():
    first, _second, *rest = PAGE_LADDER.steps
    assert [d.contact for d in edited(Ladder((first, *rest))).drafts] == ["town-leader"]


def test_a_page_whose_ladder_stays_does_not_say_that_it_was_edited():
    assert not edited(PAGE_LADDER).edited


def test_an_alarm_whose_ladder_is_edited_between_two_rounds_begins_the_round_at_its_first_step():
    resting = alarm_page(round=1, ladder="0badcafe", rung="last_resort/sms/1#1", next_due=NOW)
    assert [d.contact for d in advance(resting, ALARM_LADDER, contacts(), now=NOW).drafts] == [
        "officer"
    ]
