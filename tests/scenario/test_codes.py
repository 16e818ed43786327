"""The codes that people read: small, each phone's own, and never two pages' at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from fangxun.core.page import How, PageState
from fangxun.core.plan import Channel, Contact, Step
from fangxun.engine import acts
from tests.scenario.room import Room
from tests.scenario.test_replies import OTHER, WHO, share_a_phone

OWN = Step(Contact.PERSON, Channel.SMS, 1, timedelta(minutes=2))
LEADER = replace(OWN, contact=Contact.LEADER)
"""On watch, for whoever does not answer."""


def test_each_phone_counts_its_own_pages_from_1(room: Room) -> None:
    """However many other people are paged."""
    pages = {who: room.page(who) for who in (WHO, OTHER)}
    for who, page in pages.items():
        room.expect(who, "回复1确认")
        room.reply(who, "1")
        assert room.stands(page).confirmed_by == who
    room.forward(seconds=1)
    again = room.page(OTHER, "第二件事")
    room.expect(OTHER, "回复2确认")
    room.reply(OTHER, "2")
    assert room.stands(again).state is PageState.CONFIRMED


def test_who_is_told_of_another_s_page_has_a_code_of_his_own_for_it_and_keeps_it(
    room: Room,
) -> None:
    """The leader on watch, whose phone has a page of his own: the first code there names that."""
    leader = OTHER
    room.ladder(OWN, LEADER, LEADER)
    page, own = room.page(WHO), room.page(leader, "自己的事")
    room.expect(WHO, "回复1确认")
    room.expect(leader, "自己的事", "回复1确认")
    room.forward(seconds=241)
    texts = [text for who, text in room.left if who == leader]
    assert len(texts) == 2
    assert all("回复2确认" in text for text in texts)
    room.reply(leader, "2")
    after = room.stands(page)
    assert (after.state, after.confirmed_by, after.how) == (PageState.COVERED, leader, How.REPLY)
    room.reply(leader, "1")
    assert room.stands(own).confirmed_by == leader
    room.sms.taken.clear()


def test_two_who_share_a_phone_share_the_sequence(room: Room) -> None:
    """A reply comes from a number; each code confirms for the one who was told by it."""
    share_a_phone(room)
    pages = [room.page(who, f"{who}的事") for who in (WHO, OTHER)]
    room.expect(WHO, "回复1确认")
    room.expect(OTHER, "回复2确认")
    room.reply(WHO, "2")
    assert [room.stands(page).confirmed_by for page in pages] == [None, OTHER]
    room.reply(OTHER, "1")
    assert room.stands(pages[0]).confirmed_by == WHO
    room.sms.taken.clear()


def test_phones_that_become_one_have_no_code_that_could_be_either_s(room: Room) -> None:
    """Until one of the two is told again it confirms nothing, and he is told how to confirm."""
    pages = [room.page(who) for who in (WHO, OTHER)]
    room.sms.taken.clear()
    share_a_phone(room)
    room.ladder(OWN, OWN)
    room.reply(WHO, "1")
    room.expect(WHO, "没有看懂")
    assert {room.stands(page).state for page in pages} == {PageState.OPEN}
    room.forward(seconds=121)
    codes = [room.code(who, page) for who, page in zip((WHO, OTHER), pages, strict=True)]
    assert len(set(codes)) == 2
    room.reply(WHO, " ".join(codes))
    assert {room.stands(page).confirmed_by for page in pages} == {WHO, OTHER}
    room.sms.taken.clear()


def test_a_second_reply_to_what_is_over_confirms_no_other_page(room: Room) -> None:
    """A phone that sends its 1 twice, or late: for a day it means the page that it named."""
    first = room.page(WHO, "第一件事")
    room.expect(WHO, "回复1确认")
    room.reply(WHO, "1")
    assert room.stands(first).state is PageState.CONFIRMED
    room.forward(seconds=1)
    second = room.page(WHO, "第二件事")
    room.expect(WHO, "回复2确认")
    room.forward(seconds=20)
    room.reply(WHO, "1")
    assert room.stands(second).state is PageState.OPEN
    room.expect(WHO, "没有看懂")
    room.reply(WHO, "2")
    assert room.stands(second).state is PageState.CONFIRMED


def test_a_1_that_has_named_nothing_for_a_day_says_yes_to_what_he_was_told(room: Room) -> None:
    room.page(WHO, "第一件事")
    room.reply(WHO, "1")
    room.now += timedelta(days=1, seconds=1)
    room.settle()
    room.sms.taken.clear()
    second = room.page(WHO, "第二件事")
    room.expect(WHO, "回复2确认")
    room.reply(WHO, "1")
    assert room.stands(second).state is PageState.CONFIRMED
    room.sms.taken.clear()


def test_a_code_comes_back_after_all_others_of_one_digit(room: Room) -> None:
    """Nine pages, each confirmed before the next: the tenth is 1 again."""
    read = []
    for number in range(10):
        acts.send_page(room.store, WHO, f"第{number}件事", act=room.by("zhu-xiaoman"))
        room.forward(seconds=1)
        text = room.sms.taken[0].text if room.sms.taken else ""
        if "回复" not in text:
            break
        read.append(text.partition("回复")[2].partition("确认")[0])
        room.sms.taken.clear()
        room.reply(WHO, read[-1])
    assert read == [*"1234567891"][: len(read)]
    assert len(read) == 10
