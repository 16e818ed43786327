"""Whom a ladder reaches next, on which number, and what is passed over."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from fangxun.core.escalation import Skip, advance
from fangxun.core.page import PageState, hasten
from fangxun.core.plan import Channel, Contact, Ladder, Standing, Step
from fangxun.core.responsibility import Official, Phone
from fangxun.core.roster import Role
from tests.core.climbing import climb
from tests.core.storm import (
    MINUTE,
    NOW,
    PAGE_LADDER,
    PEOPLE,
    SMS,
    STANDING,
    contacts,
    minutes,
    page,
    person,
)


def test_a_page_climbs_from_the_person_over_second_number_and_deputy_to_the_leader():
    item, sent, skipped = climb(page())
    assert sent == [(0, "a", "101"), (2, "a", "102"), (4, "b", "103"), (7, "town-leader", "112")]
    assert (item.state, item.ended_at) == (PageState.UNREACHED, minutes(10))
    assert skipped == []


def test_what_reaches_nobody_is_passed_over_at_once_with_its_reason():
    who = contacts(people={"a": person("a", 101)}, officials=(), standing=())
    item, sent, skipped = climb(page(), who=who)
    assert sent == [(0, "a", "101")]
    assert skipped == [
        (Contact.PERSON, Skip.NO_NUMBER),
        (Contact.DEPUTY, Skip.NOBODY),
        (Contact.LEADER, Skip.NOBODY),
    ]
    assert item.ended_at == minutes(2)


def test_who_can_be_reached_by_nothing_is_unreached_at_once():
    item, sent, skipped = climb(page(), who=contacts(channels=frozenset()))
    assert (item.state, item.ended_at, sent) == (PageState.UNREACHED, NOW, [])
    assert {reason for _, reason in skipped} == {Skip.NO_CHANNEL}


def test_an_unknown_person_is_unreached_only_after_those_in_his_stead():
    _, sent, skipped = climb(page(who="nobody-knows"))
    assert skipped[:2] == [(Contact.PERSON, Skip.NOBODY), (Contact.PERSON, Skip.NOBODY)]
    assert sent == [(0, "town-leader", "112")]


def test_a_leader_is_not_his_own_superior_and_the_districts_leader_stands_in():
    _, sent, _ = climb(page(who="town-leader"))
    assert [contact for _, contact, _ in sent] == ["town-leader", "leader"]


def test_a_leader_without_anybody_above_him_is_passed_over_as_himself():
    only = tuple(entry for entry in STANDING if entry.person == "leader")
    _, sent, skipped = climb(page(who="leader"), who=contacts(standing=only))
    assert (Contact.LEADER, Skip.HIMSELF) in skipped
    assert [contact for _, contact, _ in sent] == ["leader", "leader"]


def test_a_town_without_a_leader_of_its_own_turns_to_the_districts():
    standing = tuple(entry for entry in STANDING if entry.person != "town-leader")
    _, sent, _ = climb(page(), who=contacts(standing=standing))
    assert sent[-1][1] == "leader"


def test_the_deputy_is_that_of_the_place():
    officials = (Official("dam", "a", "officer"), Official("gully", "a", "b"))
    _, sent, _ = climb(page(), who=contacts(officials=officials))
    assert [contact for _, contact, _ in sent] == ["a", "a", "b", "town-leader"]


def test_somebody_told_as_deputy_is_not_told_again_as_leader():
    standing = (Standing("town", Role.LEADER, "b", "town-lead"),)
    item, sent, skipped = climb(page(), who=contacts(standing=standing))
    assert [contact for _, contact, _ in sent] == ["a", "a", "b"]
    assert skipped == [(Contact.LEADER, Skip.TOLD_ALREADY)]
    assert item.ended_at == minutes(7)


def test_the_same_number_written_twice_is_tried_once():
    people = {"a": person("a", 101, 101)}
    who = contacts(people=people, officials=(), standing=())
    _, sent, skipped = climb(page(), who=who)
    assert sent == [(0, "a", "101")]
    assert (Contact.PERSON, Skip.TOLD_ALREADY) in skipped


def test_a_step_that_repeats_another_word_for_word_is_meant_to():
    thrice = Ladder((Step(Contact.PERSON, SMS, 1, MINUTE),) * 3)
    assert climb(page(), thrice)[1] == [(0, "a", "101"), (1, "a", "101"), (2, "a", "101")]


def test_a_dead_number_is_passed_over_and_the_second_takes_its_place_in_time():
    dead = Phone("+8610000000101", invalid=True)
    who = contacts(people={"a": person("a", dead, 102)}, officials=(), standing=())
    _, sent, skipped = climb(page(), who=who)
    assert sent == [(0, "a", "102")]
    assert skipped[0] == (Contact.PERSON, Skip.NO_NUMBER)


def test_a_number_that_dies_on_the_first_step_leaves_the_second_number_to_the_second_step():
    first = advance(page(), PAGE_LADDER, contacts(), now=NOW).page
    dead = Phone("+8610000000101", invalid=True)
    who = contacts(people={"a": person("a", dead, 102)})
    second = advance(hasten(first, now=minutes(1)), PAGE_LADDER, who, now=minutes(1))
    assert [draft.number[-3:] for draft in second.drafts] == ["102"]


def test_a_stand_in_whose_first_number_is_dead_is_reached_on_his_next():
    dead = Phone("+8610000000103", invalid=True)
    people = {"a": person("a", 101), "b": person("b", dead, 104)}
    _, sent, _ = climb(page(), who=contacts(people=people, standing=()))
    assert sent[-1][1:] == ("b", "104")


def test_a_landline_takes_no_sms_and_the_mobile_behind_it_is_his_first():
    landline = Phone("+8610000000105", sms=False)
    who = contacts(people={"a": person("a", landline, 102)}, officials=(), standing=())
    assert climb(page(), who=who)[1] == [(0, "a", "102")]
    voice = Ladder((Step(Contact.PERSON, Channel.VOICE, 1, MINUTE),))
    calls = replace(who, channels=frozenset({Channel.VOICE}))
    assert climb(page(), voice, calls)[1] == [(0, "a", "105")]


TOGETHER = Ladder(
    (
        Step(Contact.PERSON, SMS, 1, timedelta()),
        Step(Contact.PERSON, Channel.VOICE, 1, 2 * MINUTE),
        Step(Contact.DEPUTY, SMS, 1, timedelta()),
        Step(Contact.LEADER, SMS, 1, MINUTE),
    )
)


CALLS = frozenset({SMS, Channel.VOICE})


def test_rungs_without_a_wait_go_out_together_and_share_the_wait_of_the_last():
    first = advance(page(), TOGETHER, contacts(channels=CALLS), now=NOW)
    assert [draft.channel for draft in first.drafts] == [SMS, Channel.VOICE]
    assert (first.page.step, first.page.next_due) == (1, minutes(2))
    second = advance(first.page, TOGETHER, contacts(channels=CALLS), now=minutes(2))
    assert [draft.contact for draft in second.drafts] == ["b", "town-leader"]
    assert second.page.next_due == minutes(3)


def test_a_rung_of_a_parallel_step_that_reaches_nobody_is_passed_over_and_the_others_go_out():
    first = advance(page(), TOGETHER, contacts(), now=NOW)
    assert [draft.channel for draft in first.drafts] == [SMS]
    assert [(s.step, s.reason) for s in first.skipped] == [(1, Skip.NO_CHANNEL)]
    assert first.page.next_due == minutes(2)


def test_the_superior_is_the_leader_of_the_unit_above_and_never_his_own():
    superior = Ladder((Step(Contact.SUPERIOR, SMS, 1, MINUTE),))
    assert [d.contact for d in advance(page(), superior, contacts(), now=NOW).drafts] == ["leader"]
    only = tuple(entry for entry in STANDING if entry.person != "leader")
    after = advance(page(), superior, contacts(standing=only), now=NOW)
    assert [found.reason for found in after.skipped] == [Skip.NOBODY]


def test_overdue_steps_after_a_late_cycle_are_one_step_and_its_wait_begins_then():
    first = advance(page(), PAGE_LADDER, contacts(), now=NOW).page
    late = advance(first, PAGE_LADDER, contacts(), now=minutes(300))
    assert (late.page.step, len(late.drafts)) == (1, 1)
    assert late.page.next_due == minutes(302)


@pytest.mark.parametrize("state", [s for s in PageState if s is not PageState.OPEN])
def test_a_page_that_has_ended_stays_as_it_is(state):
    item = page(state=state, next_due=NOW)
    result = advance(item, PAGE_LADDER, contacts(), now=NOW)
    assert (result.page, result.drafts, result.skipped) == (item, (), ())


def test_a_page_that_is_not_due_stays_as_it_is():
    item = page(next_due=minutes(1))
    assert advance(item, PAGE_LADDER, contacts(), now=NOW).page is item


def test_a_ladder_made_shorter_while_a_page_climbs_ends_it_without_a_crash():
    item = page(step=3, next_due=NOW)
    assert advance(item, Ladder(PAGE_LADDER.steps[:1]), contacts(), now=NOW).page.state is (
        PageState.UNREACHED
    )


BUREAU = (
    person("engineer", 151, unit="station"),
    person("bureau-leader", 152, unit="bureau"),
    person("station-leader", 153, unit="station"),
)


BUREAU_LEADER = Standing("bureau", Role.LEADER, "bureau-leader", "bureau-lead")


STATION_LEADER = Standing("station", Role.LEADER, "station-leader", "station-lead")


LEADER_STEP = Ladder((Step(Contact.LEADER, SMS, 1, MINUTE),))


@pytest.mark.parametrize(
    ("who", "standing", "told"),
    [
        ("engineer", (BUREAU_LEADER, STATION_LEADER), "station-leader"),
        ("engineer", (BUREAU_LEADER,), "bureau-leader"),
        ("station-leader", (BUREAU_LEADER, STATION_LEADER), "bureau-leader"),
        ("engineer", (), "town-leader"),
        ("town-leader", (), "leader"),
        ("officer", (), "leader"),
    ],
    ids=[
        "his own unit's", "the unit's above, where none stands in his own",
        "the next one up for the leader himself", "the place's, where none stands above him",
        "the district's for the town's own leader", "the district's for the district's own people",
    ],
)  # fmt: skip
def test_the_leader_on_watch_is_the_one_nearest_to_the_person(who, standing, told):
    """A bureau's engineer who answers for a gully of a town is ordered out by his own leader."""
    everybody = {someone.id: someone for someone in (*PEOPLE, *BUREAU)}
    reached = contacts(people=everybody, standing=(*standing, *STANDING))
    result = advance(page(who=who), LEADER_STEP, reached, now=NOW)
    assert [draft.contact for draft in result.drafts] == [told]


def test_a_number_that_cannot_be_called_may_still_be_texted_and_the_other_way_round():
    mute = Phone("+8610000000101", invalid=True)
    deaf = Phone("+8610000000101", invalid_voice=True)
    once = {channel: Ladder((Step(Contact.PERSON, channel, 1, MINUTE),)) for channel in Channel}
    both = frozenset({SMS, Channel.VOICE})
    for phone, channel, sent in (
        (mute, Channel.VOICE, 1),
        (mute, SMS, 0),
        (deaf, SMS, 1),
        (deaf, Channel.VOICE, 0),
    ):
        who = contacts(people={"a": person("a", phone)}, officials=(), standing=())
        who = replace(who, channels=both)
        assert len(climb(page(), once[channel], who)[1]) == sent


def test_a_country_that_no_gateway_carries_the_channel_to_is_passed_over_with_its_reason():
    who = contacts(people={"a": person("a", 101)}, officials=(), standing=())
    closed = replace(who, open_to=lambda channel, number: (channel, number[:3]) != (SMS, "+86"))
    _, sent, skipped = climb(page(), Ladder((Step(Contact.PERSON, SMS, 1, MINUTE),)), closed)
    assert sent == []
    assert skipped[0] == (Contact.PERSON, Skip.COUNTRY_CLOSED)
