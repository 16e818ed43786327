"""The outbox where not everything may leave at once: lanes, what waits, and who was reached."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from fangxun.core.page import AttemptState, PageState
from fangxun.core.plan import Channel
from fangxun.store import lately, outbox, pages
from fangxun.store.base import Store
from tests.store.samples import MINUTE, NOW, attempt, number, page

SMS, CALLS = ("console", Channel.SMS), ("console", Channel.VOICE)


@pytest.fixture
def paged(stormy: Store) -> Store:
    """Pages 1 to 6 are open."""
    with stormy.write() as tx:
        pages.insert(tx, [page(n) for n in range(1, 7)])
    return stormy


def test_a_lane_is_one_gateways_texts_or_calls_in_the_order_of_the_plan(paged: Store) -> None:
    """And what is taken of it is taken for good."""
    with paged.write() as tx:
        outbox.queue(
            tx,
            [
                attempt(1, 1), attempt(2, 2, priority=1),
                attempt(3, 3, channel=Channel.VOICE), attempt(4, 4, gateway="twilio"),
            ],
        )  # fmt: skip
        first, second = outbox.ready(tx, SMS, now=NOW, limit=9)
        assert [first.id, second.id] == [attempt(2).id, attempt(1).id]
        assert [a.state for a in outbox.take(tx, [first], now=NOW)] == [AttemptState.SENDING]
        assert [a.id for a in outbox.ready(tx, SMS, now=NOW, limit=9)] == [second.id]
        assert [a.id for a in outbox.ready(tx, CALLS, now=NOW, limit=9)] == [attempt(3).id]


def test_what_waits_for_its_turn_in_a_lane_does_not_make_the_others_due(paged: Store) -> None:
    """The lane's own time is the throttle's matter."""
    with paged.write() as tx:
        later = NOW + 5 * MINUTE
        outbox.queue(tx, [attempt(1, 1), attempt(2, 2, channel=Channel.VOICE, not_before=later)])
        assert outbox.next_due(tx) == NOW
        assert outbox.next_due(tx, without=[SMS]) == later
        assert outbox.next_due(tx, without=[SMS, CALLS]) is None


def test_an_order_that_ends_in_a_second_is_kept_whole(paged: Store) -> None:
    """Longer than an integer of 32 bits."""
    with paged.write() as tx:
        outbox.queue(tx, [attempt(1, 1, priority=9_500_000_000_000_000)])
        assert outbox.get(tx, attempt(1).id).priority == 9_500_000_000_000_000


def test_what_waits_for_a_number_is_found_and_taken_back(paged: Store) -> None:
    """Texts of pages that have not left, and no possible duplicate."""
    mine = {"contact": "person1", "number": number(1)}
    with paged.write() as tx:
        outbox.queue(
            tx,
            [
                attempt(1, 1, **mine), attempt(2, 2, **mine, copy_of=attempt(9).id),
                attempt(3, 3, **mine, kind="alarm"), attempt(4, 4, **mine, channel=Channel.VOICE),
                attempt(5, 5), attempt(6, 6, **mine, state=AttemptState.SENDING),
            ],
        )  # fmt: skip
        assert [a.id for a in outbox.waiting_to(tx, [number(1)])] == [attempt(1).id]
        outbox.take_back(tx, [attempt(1).id, attempt(6).id], now=NOW)
        assert outbox.get(tx, attempt(1).id).state is AttemptState.WITHDRAWN
        assert outbox.get(tx, attempt(6).id).state is AttemptState.SENDING


def test_who_was_reached_within_a_day_is_known_with_when(paged: Store) -> None:
    """By a text that a provider took and nobody lost, or by his own confirmation, the later one."""
    hour = timedelta(hours=1)
    taken = {"state": AttemptState.DELIVERED}
    with paged.write() as tx:
        outbox.queue(
            tx,
            [
                attempt(1, 1, accepted_at=NOW - hour, **taken),
                attempt(2, 2, accepted_at=NOW - 25 * hour, **taken),
                attempt(3, 3, accepted_at=NOW - hour, state=AttemptState.UNDELIVERED),
                attempt(4, 4),
                attempt(5, 5, accepted_at=NOW - 2 * hour, **taken),
            ],
        )
        found = pages.get(tx, 5)
        done = replace(
            found, person="person5", state=PageState.CONFIRMED, ended_at=NOW - MINUTE,
            next_due=None,
        )  # fmt: skip
        pages.save(tx, [done])
        people = [f"person{n}" for n in range(1, 6)]
        assert lately.last_reached(tx, people, now=NOW) == {
            "person1": NOW - hour,
            "person5": NOW - MINUTE,
        }
