"""One-time links: each SMS has its own, and each of them confirms its page."""

from __future__ import annotations

import re

import pytest

from fangxun.core.errors import Refused
from fangxun.core.level import Level
from fangxun.core.page import How, PageState
from fangxun.engine import acts
from fangxun.gateways.base import Accepted, InDoubt, NotSent, Order, Outcome
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


def test_who_reads_the_database_finds_no_link_that_confirms(
    room_with_link: Room,
) -> None:
    """The bytes of its files hold no token that was sent; the key lies in a file apart."""
    room = room_with_link
    room.raised("nanjian", Level.ORANGE)
    tokens = [link_in(order) for order in room.sms.taken if "/c/" in order.text]
    assert len(tokens) > 1
    assert len(set(tokens)) == len(tokens)
    bytes_of = b"".join(path.read_bytes() for path in room.store.folder.glob("fangxun.db*"))
    assert b"/c/" in bytes_of
    assert [token for token in tokens if token.encode() in bytes_of] == []
    room.sms.taken.clear()


def test_a_link_that_waited_while_the_daemon_was_killed_is_the_one_that_confirms(
    room_with_link: Room,
) -> None:
    """The token is in no memory: the next daemon works out the same."""
    room = room_with_link
    room.sms.answer = lambda _order: NotSent("unreached", "refused")
    room.raised("nanjian", Level.ORANGE)
    room.restart()
    room.sms.answer = lambda order: Accepted(f"P-{order.attempt}")
    room.forward(minutes=1, seconds=30)
    token = link_in(room.expect(WHO))
    found = acts.acknowledge_by_link(room.store, token, now=room.now)
    assert (found.person, found.state) == (WHO, PageState.CONFIRMED)
    room.sms.taken.clear()


def test_a_copy_has_the_link_of_what_it_is_a_copy_of(room_with_link: Room) -> None:
    """The two texts are the same, as a possible duplicate must be."""
    room = room_with_link
    sent: list[Order] = []

    def answer(order: Order) -> Outcome:
        sent.append(order)
        return InDoubt("time-out")

    room.sms.answer = answer
    room.raised("nanjian", Level.ORANGE)
    texts = [order.text for order in sent if order.number == room.phones[WHO][0]]
    assert len(texts) == 2
    assert texts[0] == texts[1]
    assert acts.page_by_link(room.store, link_in(sent[0])) is not None


def test_a_send_in_doubt_is_looked_for_by_the_text_that_was_sent(room_with_link: Room) -> None:
    """Link and all: the provider knows no other."""
    room = room_with_link
    room.askable()
    asked: list[Order] = []
    room.sms.known = lambda order: asked.append(order) or Accepted(f"P-{order.attempt}")
    sent: list[Order] = []

    def answer(order: Order) -> Outcome:
        sent.append(order)
        return InDoubt("time-out")

    room.sms.answer = answer
    room.raised("nanjian", Level.ORANGE)
    room.forward(seconds=45)
    texts = {order.attempt: order.text for order in sent}
    assert asked
    assert all(order.text == texts[order.attempt] for order in asked)


def test_the_page_behind_a_link_shows_the_text_without_it(room_with_link: Room) -> None:
    """The latest text may be another's; its link is not for whoever opened this one."""
    room = room_with_link
    room.raised("nanjian", Level.ORANGE)
    found = acts.page_by_link(room.store, link_in(room.expect(WHO)))
    assert found is not None
    assert "/c/…" in found.text
    room.sms.taken.clear()
