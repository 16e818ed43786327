"""A number has so many texts a day: repeats end first, news still leaves, and nobody is silent."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from fangxun.core import alarm
from fangxun.core.level import Level
from fangxun.core.page import PageState
from fangxun.core.plan import Channel
from fangxun.engine import alarms
from fangxun.gateways.base import Order
from fangxun.store import lately, outbox
from fangxun.store import pages as page_store
from tests import beginnings
from tests.scenario.room import Room

WHO = "jian-changming"


@pytest.fixture
def storm(room: Room) -> Room:
    """Six towns red, and nobody has answered anything for an hour and a quarter."""
    district = beginnings.example()
    for town in [area.id for area in district.areas if area.parent][:6]:
        room.raised(town, Level.RED)
    room.forward(minutes=75)
    room.sms.taken.clear()
    return room


def ring(room: Room, feed: str) -> None:
    """An alarm about something else begins now."""
    with room.store.write() as tx:
        alarms.open_for(room.parts, tx, alarm.feed_stale(feed, room.now), now=room.now)
    room.settle()


def test_after_an_hour_of_an_unanswered_storm_a_new_alarm_leaves_the_machine(storm: Room) -> None:
    """The officer has had his repeats; news of another kind still reaches him within a minute."""
    ring(storm, "cma")
    storm.forward(seconds=31)
    officers = [who for who, text in storm.left if "数据源cma" in text]
    assert len(officers) == 1
    storm.sms.taken.clear()


def test_after_an_hour_of_an_unanswered_storm_a_new_red_page_reaches_everybody(storm: Room) -> None:
    """Leaders too, who have been told of everybody that does not answer."""
    site = beginnings.example().sites[0].id
    storm.raised(site, Level.RED)
    with storm.store.read() as tx:
        new = {p.person for p in page_store.latest(tx) if p.place == site and p.person}
    assert len(new) > 5
    assert {who for who, _text in storm.left} >= new
    storm.sms.taken.clear()


def test_alarms_that_nobody_confirms_go_on_once_an_hour_in_one_text(storm: Room) -> None:
    """All of them together, to each of the watch; and nobody gets more than his budget."""
    storm.forward(minutes=110)
    storm.sms.taken.clear()
    storm.forward(minutes=110)
    got = Counter(who for who, text in storm.left if "项告警" in text)
    assert len(got) >= 3
    assert max(got.values()) <= 2
    with storm.store.read() as tx:
        numbers = [number for theirs in storm.phones.values() for number in theirs]
        sent = lately.sent_24h(tx, numbers, now=storm.now)
    assert max(map(len, sent.values())) <= 30
    storm.sms.taken.clear()


def test_an_alarm_whose_rounds_are_over_is_still_told_the_next_day_until_it_is_confirmed(
    room: Room,
) -> None:
    """It is in the glossary: repeated at a bounded rate until a human has confirmed."""
    ring(room, "cma")
    room.forward(hours=12)
    per_hour = Counter(hour for hour, _order in by_hour(room))
    room.sms.taken.clear()
    assert max(per_hour.values()) <= 4 * 4
    room.forward(hours=2)
    assert len(room.left) >= 2
    (who, _text), *_rest = room.left
    room.sms.taken.clear()
    room.reply(who, "收到")
    room.forward(hours=5)
    assert room.alarms() == []


def by_hour(room: Room) -> list[tuple[datetime, Order]]:
    """Each text with the hour in which it was queued."""
    with room.store.read() as tx:
        queued = {
            a.id: a.queued_at for p in page_store.latest(tx) for a in outbox.of_page(tx, [p.id])
        }
    hours = {id_: at.replace(minute=0, second=0) for id_, at in queued.items()}
    return [(hours[order.attempt], order) for order in room.sms.taken]


def poor(room: Room, budget: int) -> None:
    """From now on a number has so few texts in a day."""
    room.plan(lambda plan: replace(plan, budget_24h=budget, reserve=0, notice_share=0))


def test_where_a_number_has_had_its_texts_the_next_number_of_its_person_is_tried_at_once(
    room: Room,
) -> None:
    """The step loses no time, and the watch is told that texts run out."""
    poor(room, 1)
    room.page(WHO, "第一件事")
    room.expect(WHO, "第一件事")
    room.reply(WHO, "收到")
    room.forward(seconds=1)
    page = room.page(WHO, "第二件事")
    room.expect(WHO, "第二件事", number=2)
    assert room.stands(page).step == 0
    assert "budget" in room.alarms()
    room.reply(WHO, "收到", number=2)
    assert room.stands(page).state is PageState.CONFIRMED
    room.forward(seconds=31)
    assert [text for _who, text in room.left if "短信已达限额" in text]
    room.sms.taken.clear()


def test_where_no_number_of_his_has_room_the_next_step_is_taken_at_once(room: Room) -> None:
    """Nobody waits two minutes for the answer to a text that was never sent."""
    poor(room, 1)
    for matter in ("第一件事", "第二件事"):
        room.page(WHO, matter)
        room.forward(seconds=1)
    room.sms.taken.clear()
    began = room.now
    page = room.page(WHO, "第三件事")
    room.forward(seconds=2)
    assert room.now - began <= timedelta(seconds=2)
    assert room.stands(page).step >= 2
    leaders = [who for who, text in room.left if WHO not in who]
    assert leaders
    room.sms.taken.clear()


def test_texts_that_run_out_are_one_alarm_on_the_terminal_too(room: Room) -> None:
    """However many people it befalls."""
    poor(room, 1)
    room.raised("nanjian", Level.RED)
    room.raised("beijian", Level.RED)
    room.forward(minutes=5)
    assert room.alarms().count("budget") == 1
    assert any("短信已达限额" in order.text for order in room.console.taken)
    assert all(order.channel is Channel.CONSOLE for order in room.console.taken)
    room.sms.taken.clear()
