"""Attempts in the outbox and after it."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta

import pytest

from fangxun.core.errors import NotFound
from fangxun.core.page import Attempt, AttemptState, Blame, PageState
from fangxun.core.plan import Channel
from fangxun.core.wording import Registered
from fangxun.store import lately, outbox, pages
from fangxun.store.base import Store
from tests.store.samples import MINUTE, NOW, attempt, number, page


@pytest.fixture
def paged(stormy: Store) -> Store:
    """Pages 1 to 6 are open."""
    with stormy.write() as tx:
        pages.insert(tx, [page(n) for n in range(1, 7)])
    return stormy


def ids(attempts: list[Attempt]) -> list[int]:
    """Their numbers."""
    return [int(item.id, 16) for item in attempts]


def test_every_field_of_an_attempt_comes_back(paged: Store) -> None:
    """Each with a value that is not its default; the pages in their order."""
    full = Attempt(
        "00ff", (3, 1, 2), "person1", Channel.VOICE, number(1), "twilio", "雨大，请收到后回复",
        AttemptState.IN_DOUBT, NOW, NOW + 30 * MINUTE, 17, "alarm", NOW + MINUTE, NOW + 2 * MINUTE,
        NOW + 3 * MINUTE, "SM123", "30008", Blame.TEXT, 4, "00fe",
        NOW + 4 * MINUTE, "00fd", "en", Registered("SMS_1", (("place", "甲子沟"), ("code", "7"))),
    )  # fmt: skip
    assert all(getattr(full, f.name) != f.default for f in fields(Attempt))
    with paged.write() as tx:
        outbox.queue(tx, [full])
    with paged.read() as tx:
        assert outbox.get(tx, "00ff") == full


def test_an_attempt_without_a_number_is_kept(paged: Store) -> None:
    """The terminal in the duty room has none."""
    console = attempt(1, 1, channel=Channel.CONSOLE, number="")
    with paged.write() as tx:
        outbox.queue(tx, [console, attempt(2)])
    with paged.read() as tx:
        assert outbox.get_many(tx, [console.id, "none"]) == [console]
        assert outbox.get(tx, attempt(2).id).pages == ()


def test_an_unknown_attempt_is_a_sentence(store: Store) -> None:
    """Not an empty result that somebody forgets to look at."""
    with pytest.raises(NotFound, match="no attempt beef"), store.read() as tx:
        outbox.get(tx, "beef")


def test_attempts_are_claimed_in_the_order_of_the_plan(paged: Store) -> None:
    """By priority, then by when they were queued; marked as sending, with one try more."""
    with paged.write() as tx:
        outbox.queue(
            tx,
            [
                attempt(1, 1, priority=200),
                attempt(2, 2, queued_at=NOW + MINUTE),
                attempt(3, 3),
                attempt(4, 4, not_before=NOW + 5 * MINUTE),
                attempt(5, 5, expires_at=NOW + MINUTE),
                attempt(6, 6, priority=1, gateway="twilio"),
            ],
        )
    now = NOW + 2 * MINUTE
    with paged.write() as tx:
        claimed = outbox.claim(tx, now=now, limit=3)
        assert ids(claimed) == [6, 3, 2]
        assert {(a.state, a.tries, a.sent_at) for a in claimed} == {(AttemptState.SENDING, 1, now)}
        assert ids(outbox.claim(tx, now=now, limit=9)) == [1]
        assert outbox.claim(tx, now=now, limit=9) == []
        assert ids(outbox.expired(tx, now=now)) == [5]
        assert ids(outbox.claim(tx, now=now + 3 * MINUTE, limit=9)) == [4]
    with paged.read() as tx:
        assert sorted(ids(outbox.left_sending(tx))) == [1, 2, 3, 4, 6]


def test_a_full_gateway_leaves_the_others_their_turn(paged: Store) -> None:
    """What waits for a gateway that hangs does not stand in the way of another."""
    with paged.write() as tx:
        outbox.queue(tx, [attempt(1, 1), attempt(2, 2, gateway="twilio")])
        assert ids(outbox.claim(tx, now=NOW, limit=9, full=["console"])) == [2]


def test_saved_attempts_stand_as_they_were_saved(paged: Store) -> None:
    """What changes is kept; what an attempt is stays what it was."""
    with paged.write() as tx:
        outbox.queue(tx, [attempt(1, 1), attempt(2, 2)])
        sent = replace(
            attempt(1, 1), state=AttemptState.DELIVERED, provider_id="SM1", settled_at=NOW, tries=1
        )
        rewritten = replace(attempt(2, 2), text="rewritten", tries=1)
        outbox.save(tx, [(attempt(1, 1), sent), (attempt(2, 2), rewritten)])
        outbox.save(tx, [])
    with paged.read() as tx:
        assert outbox.get(tx, sent.id) == sent
        assert outbox.get(tx, attempt(2).id) == replace(attempt(2, 2), tries=1)


def test_what_was_claimed_is_read_again_only_where_something_came_between(paged: Store) -> None:
    """A receipt that was quicker than the answer stands; what is gone is as it was claimed."""
    with paged.write() as tx:
        outbox.queue(tx, [attempt(1, 1), attempt(2, 2)])
        claimed = outbox.claim(tx, now=NOW, limit=9)
        told = replace(claimed[1], state=AttemptState.DELIVERED, settled_at=NOW)
        outbox.save(tx, [(claimed[1], told)])
        assert outbox.present(tx, [*claimed, attempt(3, 3)]) == [claimed[0], told, attempt(3, 3)]


def test_next_due_is_when_the_first_queued_may_leave(paged: Store) -> None:
    """A retry waits for its own time."""
    with paged.write() as tx:
        outbox.queue(tx, [attempt(1, 1, not_before=NOW + 5 * MINUTE)])
        assert outbox.next_due(tx) == NOW + 5 * MINUTE
        outbox.queue(tx, [attempt(2, 2, queued_at=NOW + MINUTE)])
        assert outbox.next_due(tx) == NOW + MINUTE
        outbox.claim(tx, now=NOW + 5 * MINUTE, limit=9)
        assert outbox.next_due(tx) is None


def test_what_has_not_left_is_withdrawn_unless_it_serves_another_page(paged: Store) -> None:
    """Page 1 has ended: its own text stays back, the one bundled with page 2 still goes."""
    with paged.write() as tx:
        outbox.queue(
            tx,
            [
                attempt(1, 1),
                attempt(2, 1, 2),
                attempt(3, 1, state=AttemptState.SENDING),
                attempt(4, 3),
                attempt(5, 1, 4),
            ],
        )
        ended = [replace(page(n), id=n, state=PageState.CONFIRMED) for n in (1, 4)]
        pages.save(tx, ended)
        assert outbox.withdraw(tx, [1]) == 2
        withdrawn = outbox.get_many(tx, [attempt(n).id for n in range(1, 6)])
        states = {int(a.id, 16): a.state for a in withdrawn}
        assert states == {
            1: AttemptState.WITHDRAWN, 2: AttemptState.QUEUED, 3: AttemptState.SENDING,
            4: AttemptState.QUEUED, 5: AttemptState.WITHDRAWN,
        }  # fmt: skip
        assert outbox.withdraw(tx, []) == 0
        assert outbox.withdraw(tx, [2]) == 1


def test_attempts_are_found_by_the_providers_own_id(paged: Store) -> None:
    """Of one gateway where given: two providers may count alike."""
    with paged.write() as tx:
        outbox.queue(
            tx,
            [
                attempt(1, 1, provider_id="17", gateway="province"),
                attempt(2, 2, provider_id="17", gateway="modem"),
                attempt(3, 3),
            ],
        )
    with paged.read() as tx:
        assert ids(list(outbox.by_provider(tx, ["17"], gateway="modem").values())) == [2]
        assert set(outbox.by_provider(tx, ["17", "", "18"])) == {"17"}


def test_the_attempts_of_pages_come_each_once(paged: Store) -> None:
    """In the order in which they were queued, a bundled one once."""
    with paged.write() as tx:
        outbox.queue(tx, [attempt(1, 1, 2, queued_at=NOW + MINUTE), attempt(2, 2), attempt(3, 3)])
    with paged.read() as tx:
        assert ids(outbox.of_page(tx, [1, 2])) == [2, 1]


def test_a_number_is_counted_for_a_day_whoever_it_belongs_to(paged: Store) -> None:
    """What was refused or withdrawn never reached the provider and does not count."""
    shared = number(77)
    with paged.write() as tx:
        outbox.queue(
            tx,
            [
                attempt(1, 1, number=shared, text="a"),
                attempt(2, 2, number=shared, text="b", kind="notice", state=AttemptState.SENT),
                attempt(3, 3, number=shared, state=AttemptState.FAILED),
                attempt(4, 4, number=shared, state=AttemptState.WITHDRAWN),
                attempt(5, 5, number=shared, queued_at=NOW - timedelta(hours=25)),
            ],
        )
    with paged.read() as tx:
        assert lately.sent_24h(tx, [shared, number(5)], now=NOW) == {
            shared: [("page", "a"), ("notice", "b")]
        }


def test_a_copy_is_known_by_what_it_copies(paged: Store) -> None:
    """At most one extra copy of each attempt."""
    with paged.write() as tx:
        outbox.queue(tx, [attempt(1, 1)])
        assert not outbox.has_copy(tx, attempt(1).id)
        outbox.queue(tx, [attempt(2, 1, copy_of=attempt(1).id)])
        assert outbox.has_copy(tx, attempt(1).id)


def test_doubts_are_asked_for_when_they_are_old_enough(paged: Store) -> None:
    """A provider's own lists lag; each gateway is asked for its own."""
    doubt = {"state": AttemptState.IN_DOUBT}
    with paged.write() as tx:
        outbox.queue(
            tx,
            [
                attempt(1, 1, sent_at=NOW, **doubt),
                attempt(2, 2, sent_at=NOW + MINUTE, **doubt),
                attempt(3, 3, sent_at=NOW, gateway="twilio", **doubt),
            ],
        )
    with paged.read() as tx:
        assert ids(outbox.in_doubt(tx, "console", before=NOW + MINUTE / 2)) == [1]
        assert outbox.oldest_doubt(tx, "console") == NOW
        assert outbox.oldest_doubt(tx, "province") is None


def test_receipts_are_awaited_for_what_the_provider_took(paged: Store) -> None:
    """Sent may be the last word or not; delivered is; the oldest is asked for first."""
    taken = {"state": AttemptState.ACCEPTED}
    with paged.write() as tx:
        outbox.queue(
            tx,
            [
                attempt(1, 1, provider_id="a", sent_at=NOW + MINUTE, **taken),
                attempt(2, 2, provider_id="b", sent_at=NOW, state=AttemptState.SENT),
                attempt(3, 3, provider_id="c", sent_at=NOW, state=AttemptState.DELIVERED),
                attempt(4, 4, provider_id="d", sent_at=NOW - timedelta(hours=9), **taken),
                attempt(5, 5, provider_id="e", sent_at=NOW, gateway="twilio", **taken),
            ],
        )
    with paged.read() as tx:
        since = NOW - timedelta(hours=6)
        assert outbox.awaiting_receipt(tx, "console", since=since) == ["b", "a"]
        assert outbox.awaiting_receipt(tx, "console", since=since, limit=1) == ["b"]
