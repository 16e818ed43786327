"""One-time links: each SMS has its own, and each of them confirms its page."""

from __future__ import annotations

import re

import pytest

from fangxun.core.errors import Refused
from fangxun.core.level import Level
from fangxun.core.page import How, PageState
from fangxun.engine import acts
from fangxun.gateways.base import Order
from fangxun.store import pages as page_store
from tests.scenario.room import Room

WHO = "jian-changming"


def link_in(order: Order) -> str:
    """The token of the link in a text."""
    found = re.search(r"/c/([0-9a-f]{32})", order.text)
    assert found, order.text
    return found.group(1)


def test_the_link_of_the_first_sms_still_confirms_after_the_second(room_with_link: Room) -> None:
    """He opens the older message; what he presses must count."""
    room = room_with_link
    room.raised("nanjian", Level.ORANGE)
    first = link_in(room.expect(WHO))
    with room.store.read() as tx:
        (page,) = [p for p in page_store.open_pages(tx) if p.person == WHO]
    room.forward(seconds=121)
    second = link_in(room.expect(WHO, number=2))
    assert first != second
    for token in (first, second):
        found = acts.page_by_link(room.store, token)
        assert found is not None
        assert found.page.id == page.id
    acts.acknowledge_by_link(room.store, first, now=room.now)
    stands = room.stands(page.id)
    assert (stands.state, stands.how) == (PageState.CONFIRMED, How.LINK)
    room.sms.taken.clear()


def test_a_link_dies_with_its_page(room_with_link: Room) -> None:
    """A press that comes after the page was closed is refused, and nobody is shown as confirmed."""
    room = room_with_link
    room.raised("nanjian", Level.ORANGE)
    token = link_in(room.expect(WHO))
    acts.raise_by_hand(room.store, "nanjian", Level.RED, act=room.by("zhu-xiaoman"))
    room.settle()
    with pytest.raises(Refused):
        acts.acknowledge_by_link(room.store, token, now=room.now)
    found = acts.page_by_link(room.store, token)
    assert found is not None
    assert found.page.state is PageState.CLOSED
    room.sms.taken.clear()
