"""值班, texted from a known number, is answered with who is on watch; anybody else gets silence."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from fangxun.core.journal import Event
from fangxun.core.message import segments
from fangxun.engine.receive import store_items
from fangxun.gateways.base import Inbound
from tests.scenario.room import Room

WHO, OFFICER = "jian-changming", "zhu-xiaoman"


@pytest.mark.parametrize("asked", ["值班", "值班？", "ＷＡＴＣＨ", "谁值班", "who"])
def test_he_is_told_who_stands_with_their_phone_and_until_when(room: Room, asked: str) -> None:
    room.reply(WHO, asked)
    told = room.expect(WHO, "07-21 03:00在岗:", "荷立夏", room.phones["he-lixia"][0])
    assert "至07-21 08:00" in told.text
    assert segments(told.text).count <= 2


def test_a_gateway_that_may_carry_no_numbers_tells_the_names_alone(room: Room) -> None:
    room.sms.abilities = replace(room.sms.abilities, phone_numbers=False)
    room.reply(WHO, "值班")
    told = room.expect(WHO, "主班荷立夏至07-21 08:00")
    assert "+86" not in told.text


def test_an_unknown_number_gets_silence_which_the_journal_holds(room: Room) -> None:
    item = Inbound("I-x", "+8610000000999", "值班", room.now)
    store_items(room.parts, "sms", [item], now=room.now)
    room.settle()
    assert room.left == []
    assert room.told(Event.REPLY_UNKNOWN) == ["unknown_number"]


def test_a_phone_that_asks_and_asks_has_two_answers_an_hour(room: Room) -> None:
    """An automatic answerer must not go on for ever."""
    for _time in range(4):
        room.reply(WHO, "值班")
        room.forward(minutes=5)
    room.expect(WHO, "03:00在岗")
    room.expect(WHO, "03:05在岗")
    assert room.told(Event.NOTICE_QUEUED)[-2:] == ["asked_often", "asked_often"]
    room.forward(minutes=50)
    room.reply(WHO, "值班")
    room.expect(WHO, "04:10在岗")


def test_the_storm_s_share_of_his_budget_is_never_eaten_by_answers(room: Room) -> None:
    """Six notices a day, however often he asks; a page reaches him all the same."""
    for _hour in range(8):
        room.reply(WHO, "值班")
        room.forward(hours=1)
    for _answer in range(6):
        room.expect(WHO, "在岗")
    assert room.told(Event.NOTICE_QUEUED).count("exhausted") == 2
    room.page(WHO)
    room.expect(WHO, "江边塌方")


def test_the_words_confirm_nothing(room: Room) -> None:
    page = room.page(WHO)
    room.expect(WHO, "江边塌方")
    room.reply(WHO, "值班")
    room.expect(WHO, "在岗")
    assert room.stands(page).state.wants_word


def test_who_stands_next_is_told_after_the_hand_off(room: Room) -> None:
    before = room.now
    room.reply(WHO, "值班")
    room.expect(WHO, "至07-21 08:00")
    room.forward(hours=5, minutes=1)
    for person in list(room.phones):
        room.sms.taken[:] = [o for o in room.sms.taken if o.number not in room.phones[person][:1]]
    room.reply(WHO, "值班")
    room.expect(WHO, "07-21 08:01在岗", "至07-22 08:00")
    assert room.now - before >= timedelta(hours=5)
