"""A number that failed for good is used again when there is reason to."""

from __future__ import annotations

from dataclasses import replace

from fangxun.core.journal import Event
from fangxun.core.page import AttemptState
from fangxun.engine import acts
from fangxun.gateways.base import Inbound
from tests import beginnings
from tests.scenario.room import Room

WHO, OFFICER = "jian-changming", "he-lixia"


def failed(room: Room) -> None:
    """His first number is said to be dead; he answered on his second."""
    room.page(WHO, "第一件事")
    room.receipt(room.expect(WHO), AttemptState.UNDELIVERED, "30006")
    room.reply(WHO, "收到", number=2)
    room.sms.taken.clear()
    assert "number_invalid" in room.alarms()
    room.forward(seconds=1)
    room.page(WHO, "第二件事")
    room.expect(WHO, "第二件事", number=2)
    room.reply(WHO, "收到", number=2)
    room.sms.taken.clear()


def is_used(room: Room) -> None:
    """The next page goes to his first number, and nobody is told any more that it is dead."""
    assert "number_invalid" not in room.alarms()
    room.forward(seconds=1)
    room.page(WHO, "第三件事")
    room.expect(WHO, "第三件事")
    room.reply(WHO, "收到")
    room.sms.taken.clear()


def test_a_number_from_which_its_person_writes_is_alive(room: Room) -> None:
    """Whatever the carrier said of it."""
    failed(room)
    room.reply(WHO, "好了")
    assert room.told(Event.NUMBER_MENDED) == ["heard_of"]
    is_used(room)


def test_the_word_that_mends_his_number_does_not_confirm_the_alarm_that_ends_with_it(
    room: Room,
) -> None:
    """The officer who is told that his own number is dead writes from it, and somebody else in the
    same moment."""
    room.page(WHO, "第一件事")
    room.page(OFFICER, "第一件事")
    room.receipt(room.expect(OFFICER), AttemptState.UNDELIVERED, "30006")
    assert "number_invalid" in room.alarms()
    phones = room.phones[WHO][0], room.phones[OFFICER][0]
    room.came("sms", *[Inbound(f"I{n}", phone, "收到", room.now) for n, phone in enumerate(phones)])
    assert room.told(Event.NUMBER_MENDED) == ["heard_of"]
    assert (room.told(Event.ALARM_ENDED), room.told(Event.ALARM_CONFIRMED)) == (["cause_gone"], [])
    room.sms.taken.clear()


def test_who_writes_stop_from_a_dead_number_does_not_mend_it(room: Room) -> None:
    """He wants to be texted there least of all."""
    failed(room)
    room.reply(WHO, "STOP")
    assert room.told(Event.NUMBER_MENDED) == []
    room.sms.taken.clear()


def test_a_number_on_which_something_was_delivered_after_all_is_alive(room: Room) -> None:
    """Its receipt comes late: a phone that rang has rung."""
    page = room.page(WHO, "第一件事")
    order = room.expect(WHO)
    room.receipt(order, AttemptState.UNDELIVERED, "30006")
    assert "number_invalid" in room.alarms()
    room.receipt(order, AttemptState.DELIVERED)
    assert room.told(Event.NUMBER_MENDED) == ["heard_of"]
    room.reply(WHO, room.code(WHO, page))
    room.sms.taken.clear()
    is_used(room)


def test_a_number_that_was_taken_off_the_list_and_put_back_is_tried_again(room: Room) -> None:
    """The clerk has it from its owner: it is another matter than an apply that left it in."""
    failed(room)
    district = beginnings.example()
    acts.apply_district(room.store, replace(district, name="云溪"), act=room.by("admin"))
    room.forward(seconds=1)
    room.page(WHO, "还没有")
    room.expect(WHO, "还没有", number=2)
    room.reply(WHO, "收到", number=2)
    without = tuple(replace(p, phones=p.phones[1:]) if p.id == WHO else p for p in district.people)
    acts.apply_district(room.store, replace(district, people=without), act=room.by("admin"))
    room.forward(seconds=1)
    acts.apply_district(room.store, district, act=room.by("admin"))
    room.forward(seconds=1)
    room.page(WHO, "第三件事")
    room.expect(WHO, "第三件事")
    room.reply(WHO, "收到")
    room.sms.taken.clear()
