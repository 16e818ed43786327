"""A number that has had its texts of the day is not passed over: he is called instead."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from fangxun.core.journal import Event
from fangxun.core.level import Level
from fangxun.core.page import PageState
from fangxun.gateways.base import KeyPress
from tests.scenario.test_calls import CALL, SMS, WHO, Lines

MATTERS = ("第一件事", "第二件事", "第三件事")


def three(lines: Lines) -> list[int]:
    """Three pages, a second apart."""
    pages = []
    for matter in MATTERS:
        lines.room.forward(seconds=1)
        pages.append(lines.room.page(WHO, matter))
    return pages


@pytest.fixture
def lines() -> Iterator[Lines]:
    """A number has one text a day; the ladder writes, and calls a minute later."""
    built = Lines()
    built.room.ladder(SMS, CALL)
    built.room.plan(lambda plan: replace(plan, budget_24h=1, reserve=0, notice_share=0))
    yield built
    built.room.store.close()


def test_when_both_his_numbers_have_had_their_texts_he_is_called_at_once(lines: Lines) -> None:
    """In the same step, and the key that he presses confirms it."""
    pages = three(lines)
    assert [order.number for order in lines.room.sms.taken if "件事" in order.text] == (
        lines.room.phones[WHO][:2]
    )
    order = lines.rings(WHO, "第三件事")
    assert lines.room.stands(pages[2]).step == 0
    assert "exhausted" in lines.room.told(Event.STEP_SKIPPED)
    lines.room.came("exchange", KeyPress("K1", order.attempt, "1"))
    assert lines.room.stands(pages[2]).state is PageState.CONFIRMED


def test_a_ladder_without_calls_calls_nobody(lines: Lines) -> None:
    """The next step is taken at once, as before."""
    lines.room.ladder(SMS)
    three(lines)
    assert lines.exchange.taken == []


def test_who_is_called_at_the_same_step_anyhow_is_called_once(lines: Lines) -> None:
    """The text that has no room is left out beside the call."""
    lines.room.ladder(replace(SMS, wait=SMS.wait * 0), CALL)
    three(lines)
    said = [order.text for order in lines.exchange.taken]
    assert [sum(matter in text for text in said) for matter in MATTERS] == [1, 1, 1]


def test_what_is_kept_for_red_is_there_when_blue_has_had_all_it_may(lines: Lines) -> None:
    """Blue is told by telephone before it takes the last text, which is red's."""
    room = lines.room
    room.plan(lambda plan: replace(plan, budget_24h=2, reserve=1))
    room.raised("nanjian", Level.BLUE)
    room.raised("beijian", Level.BLUE)
    leader = room.phones["jiang-yousheng"]
    room.raised("shangyun", Level.BLUE)
    called = [order for order in lines.exchange.taken if order.number in leader]
    assert called
    room.sms.taken.clear()
    room.raised("xiayun", Level.RED)
    assert [order for order in room.sms.taken if order.number in leader and "红" in order.text]
