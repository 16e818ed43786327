"""What has not left is told together with what is new: one SMS for three places, not three."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fangxun.core.journal import Event
from fangxun.core.level import Level
from fangxun.core.page import AttemptState, PageState
from fangxun.gateways.base import NotSent, Order
from fangxun.store import outbox
from fangxun.store import pages as page_store
from tests.scenario.room import Room

LEADER = "jiang-yousheng"
"""Leader on watch of the district: called for every place."""
DOWN = NotSent("unreached", "refused")


@pytest.fixture
def storm(room: Room) -> Room:
    """The gateway is down while three places reach red in three cycles."""
    good, room.sms.answer = room.sms.answer, lambda _order: DOWN
    for place in ("nanjian", "beijian", "shangyun"):
        room.raised(place, Level.RED)
        room.forward(seconds=3)
    room.sms.answer = good
    return room


def of(room: Room, person: str) -> list[Order]:
    """What a person got."""
    return [order for order in room.sms.taken if order.number in room.phones[person]]


def codes(room: Room, person: str) -> list[str]:
    """The codes of his open pages."""
    with room.store.read() as tx:
        pages = page_store.open_pages(tx, person=person)
    return [room.code(person, page.id) for page in pages]


def test_three_places_in_three_cycles_are_one_sms_and_one_reply_confirms_all(storm: Room) -> None:
    """He gets one text, with three codes, once the gateway is back."""
    theirs = codes(storm, LEADER)
    storm.forward(seconds=60)
    (order,) = of(storm, LEADER)
    assert len(theirs) == 3
    assert all(code in order.text for code in theirs)
    storm.reply(LEADER, "收到")
    with storm.store.read() as tx:
        mine = [p for p in page_store.latest(tx) if p.person == LEADER]
    assert [page.state for page in mine] == [PageState.CONFIRMED] * 3
    storm.sms.taken.clear()


def test_each_page_of_it_can_be_confirmed_by_its_own_code(storm: Room) -> None:
    """Two are, and the third goes on being open."""
    storm.forward(seconds=60)
    first, second, third = codes(storm, LEADER)
    storm.reply(LEADER, f"{first} {second}")
    assert codes(storm, LEADER) == [third]
    storm.sms.taken.clear()


def test_what_was_taken_back_stands_in_the_journal_with_what_tells_of_it(storm: Room) -> None:
    """Every page has one text that may leave, and only one."""
    assert set(storm.told(Event.ATTEMPT_BUNDLED)) == {"unsent"}
    with storm.store.read() as tx:
        pages = page_store.open_pages(tx, person=LEADER)
        waits = outbox.of_page(tx, [page.id for page in pages])
    alive = [a for a in waits if a.state is AttemptState.QUEUED]
    assert [set(a.pages) for a in alive] == [{page.id for page in pages}]
    taken_back = [a for a in waits if a.state is AttemptState.WITHDRAWN]
    assert len(taken_back) == 2
    assert all(a.settled_at is not None for a in taken_back), "for the report"
    storm.forward(seconds=60)
    storm.sms.taken.clear()


def test_a_crash_between_leaves_no_page_without_its_text(storm: Room) -> None:
    """The text that was taken back and the one that stands for it are one transaction."""
    storm.restart()
    storm.forward(seconds=60)
    assert len(of(storm, LEADER)) == 1
    storm.sms.taken.clear()


def test_what_has_left_is_not_told_again(room: Room) -> None:
    """A third place while the first two are out: a text of its own."""
    for place in ("nanjian", "beijian", "shangyun"):
        room.raised(place, Level.RED)
        room.forward(seconds=3)
    assert len(of(room, LEADER)) == 3
    assert room.told(Event.ATTEMPT_BUNDLED) == []
    room.sms.taken.clear()


def test_where_codes_cannot_be_answered_each_place_keeps_its_own_text(room: Room) -> None:
    """A bundle would bring him no way to confirm."""
    room.sms.abilities = replace(room.sms.abilities, two_way=False)
    good, room.sms.answer = room.sms.answer, lambda _order: DOWN
    for place in ("nanjian", "beijian"):
        room.raised(place, Level.RED)
    room.sms.answer = good
    room.forward(seconds=60)
    assert len(of(room, LEADER)) == 2
    room.sms.taken.clear()
