"""Bundles, budgets and the order in which messages leave."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fangxun.core.batching import (
    MOST_IN_ONE,
    NOTICE_PRIORITY,
    Budgeted,
    Share,
    bundle,
    highest,
    priority,
    share_of,
    within_budget,
)
from fangxun.core.escalation import Draft
from fangxun.core.level import Level
from fangxun.core.page import PageKind
from fangxun.core.plan import Channel, Contact, Group
from tests.core.storm import NOW, PLAN, SMS, alarm_page, attempt, page


def draft(number, who="a", stands_for=Contact.PERSON, kind=PageKind.PAGE, channel=SMS):
    return Draft(number, who, channel, f"+8610000000{len(who):03d}", stands_for, kind)


def ids(bundles):
    return [[item.page for item in one] for one in bundles]


def test_several_pages_to_one_number_in_one_cycle_are_one_message():
    assert ids(bundle([draft(1), draft(2, "bb"), draft(3)])) == [[1, 3], [2]]


@pytest.mark.parametrize(
    "other",
    [
        draft(2, "bb"),
        draft(2, stands_for=Contact.LEADER),
        draft(2, kind=PageKind.ALARM),
        draft(2, channel=Channel.VOICE),
    ],
)
def test_another_person_role_kind_or_channel_is_another_message(other):
    assert ids(bundle([draft(1), other])) == [[1], [2]]


def test_the_same_page_twice_is_once():
    assert ids(bundle([draft(1), draft(1)])) == [[1]]


def test_more_pages_than_a_text_holds_are_several_messages():
    found = bundle([draft(n) for n in range(MOST_IN_ONE * 2 + 1)])
    assert [len(one) for one in found] == [MOST_IN_ONE, MOST_IN_ONE, 1]


def test_alarms_however_many_are_one_message():
    found = bundle([draft(n, kind=PageKind.ALARM) for n in range(MOST_IN_ONE * 20)])
    assert [len(one) for one in found] == [MOST_IN_ONE * 20]


drafts = st.builds(
    draft,
    st.integers(1, 20),
    st.sampled_from(["a", "bb", "ccc"]),
    st.sampled_from([Contact.PERSON, Contact.LEADER]),
    st.sampled_from(list(PageKind)),
)


@given(st.lists(drafts, max_size=40))
def test_bundling_loses_no_draft_doubles_none_and_mixes_no_numbers(wanted):
    bundles = bundle(wanted)
    flat = [item for one in bundles for item in one]
    assert sorted(set(map(repr, wanted))) == sorted(map(repr, flat))
    for one in bundles:
        assert 1 <= len(one) <= (MOST_IN_ONE if one[0].kind is PageKind.PAGE else 20)
        assert len({(d.contact, d.number, d.channel, d.stands_for, d.kind) for d in one}) == 1


def test_red_goes_before_orange_a_first_message_before_a_repeat_and_groups_in_the_plans_order():
    in_order = [
        priority(alarm_page(), first=True),
        priority(page(level=Level.RED, group=Group.LEADERS), first=True),
        priority(page(level=Level.RED, group=Group.OFFICIALS), first=False),
        priority(page(group=Group.OFFICIALS), first=True),
        priority(page(group=Group.UNIT_WATCH), first=True),
        priority(page(group=Group.LEADERS), first=True),
        priority(page(level=Level.BLUE), first=False),
        NOTICE_PRIORITY,
    ]
    assert in_order == sorted(in_order)
    assert len(set(in_order)) == len(in_order)


def test_the_plan_may_put_leaders_first():
    order = (Group.LEADERS, Group.OFFICIALS)
    leader = priority(page(group=Group.LEADERS), first=True, order=order)
    official = priority(page(group=Group.OFFICIALS), first=True, order=order)
    stranger = priority(page(group=Group.EXTRA_POSTS), first=True, order=order)
    assert leader < official < stranger


def sent(*counts):
    return [(kind, f"{kind} {n}") for kind, count in counts for n in range(count)]


@pytest.mark.parametrize(
    ("kind", "before", "verdict"),
    [
        ("page", sent(), Budgeted.OK),
        ("page", sent(("page", 29)), Budgeted.OK),
        ("page", sent(("page", 30)), Budgeted.EXHAUSTED),
        ("alarm", sent(("page", 24), ("notice", 6)), Budgeted.EXHAUSTED),
        ("all_clear", sent(("page", 29)), Budgeted.OK),
        ("notice", sent(("notice", 5)), Budgeted.OK),
        ("notice", sent(("notice", 6)), Budgeted.EXHAUSTED),
        ("notice", sent(("page", 25), ("notice", 2)), Budgeted.OK),
        ("notice", sent(("page", 30)), Budgeted.EXHAUSTED),
    ],
)
def test_pages_may_use_the_whole_budget_and_notices_only_their_share(kind, before, verdict):
    assert within_budget(attempt(kind=kind), before, PLAN) is verdict


def test_a_third_identical_text_in_a_day_would_be_rejected_by_the_provider():
    item = attempt(text="same")
    assert within_budget(item, [("page", "same")], PLAN) is Budgeted.OK
    assert within_budget(item, [("page", "same"), ("notice", "same")], PLAN) is Budgeted.IDENTICAL


@given(st.lists(st.sampled_from(["page", "alarm", "notice", "all_clear"]), max_size=80))
def test_notices_leave_the_storm_its_share_whatever_was_sent(kinds):
    log = []
    for number, kind in enumerate(kinds):
        item = attempt(kind=kind, text=str(number))
        if within_budget(item, log, PLAN) is Budgeted.OK:
            log.append((kind, item.text))
    assert len(log) <= PLAN.budget_24h
    assert sum(kind == "notice" for kind, _ in log) <= PLAN.notice_share


def test_news_of_an_alarm_is_not_hidden_among_repeats():
    new, old = draft(2, kind=PageKind.ALARM), replace(draft(1, kind=PageKind.ALARM), first=False)
    assert ids(bundle([old, new])) == [[1], [2]]
    assert ids(bundle([draft(1), replace(draft(2), first=False)])) == [[1, 2]]


@pytest.mark.parametrize(
    ("before", "allowed"),
    [
        (14, {Share.FIRST, Share.RARE, Share.REPEAT}),
        (15, {Share.FIRST, Share.RARE}),
        (22, {Share.FIRST, Share.RARE}),
        (23, {Share.FIRST}),
        (29, {Share.FIRST}),
        (30, set()),
    ],
)
def test_repeats_leave_a_reserve_to_first_messages_and_rare_rounds_half_of_it(before, allowed):
    log = sent(("page", before))
    fitting = {
        share for share in Share if within_budget(attempt(), log, PLAN, share=share) is Budgeted.OK
    }
    assert fitting == allowed


@given(st.lists(st.sampled_from(list(Share)), max_size=80), st.integers(1, 60))
def test_whatever_was_sent_repeats_never_take_the_last_message_of_a_budget(shares, budget):
    plan = replace(PLAN, budget_24h=budget)
    log = []
    for number, share in enumerate(shares):
        item = attempt(text=str(number))
        if within_budget(item, log, plan, share=share) is Budgeted.OK:
            log.append((share, item.text))
    firsts = sum(share is Share.FIRST for share, _ in log)
    assert len(log) - firsts <= budget - budget // 4
    if budget > 3 and not firsts:
        assert within_budget(attempt(text="new"), log, plan) is Budgeted.OK


RED = page(level=Level.RED)


@pytest.mark.parametrize(
    ("item", "said", "known", "rare", "share"),
    [
        (RED, draft(1), False, False, Share.FIRST),
        (RED, replace(draft(1), first=False), False, False, Share.REPEAT),
        (RED, draft(1, stands_for=Contact.LEADER), False, False, Share.REPEAT),
        (page(level=Level.ORANGE), draft(1), False, False, Share.REPEAT),
        (alarm_page(), draft(1, stands_for=Contact.LEADER), False, False, Share.FIRST),
        (alarm_page(), draft(1), True, False, Share.REPEAT),
        (alarm_page(), replace(draft(1), first=False), False, False, Share.REPEAT),
        (alarm_page(), replace(draft(1), first=False), True, True, Share.RARE),
    ],
)
def test_the_reserve_is_for_a_red_page_to_its_person_and_for_news_of_an_alarm(
    item, said, known, rare, share
):
    assert share_of(said, item, known=known, rare=rare) is share


def test_a_message_of_several_may_use_what_the_best_of_them_may():
    assert highest([Share.REPEAT, Share.FIRST, Share.RARE]) is Share.FIRST
    assert highest([Share.REPEAT, Share.RARE]) is Share.RARE


def test_a_district_with_a_small_budget_is_honoured():
    small = replace(PLAN, budget_24h=1, notice_share=0)
    assert within_budget(attempt(kind="notice"), [], small) is Budgeted.EXHAUSTED
    assert within_budget(attempt(), [], small) is Budgeted.OK
    assert within_budget(attempt(), sent(("page", 1)), small) is Budgeted.EXHAUSTED


def test_of_the_same_group_goes_first_who_was_reached_longest_ago_and_before_them_who_was_not():
    red = page(level=Level.RED, group=Group.OFFICIALS)
    later = priority(page(level=Level.RED, group=Group.UNIT_WATCH), first=True)
    waited = [
        priority(red, first=True),
        priority(red, first=True, reached=NOW - timedelta(hours=1)),
        priority(red, first=True, reached=NOW),
    ]
    assert [*waited, later] == sorted([*waited, later])
    assert len(set(waited)) == 3
