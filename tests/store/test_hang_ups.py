"""Calls that are to be taken back, on both databases."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fangxun.core.page import AttemptState, PageState
from fangxun.core.plan import Channel
from fangxun.store import hang_ups, outbox, pages
from fangxun.store.base import Store
from tests.store.samples import MINUTE, NOW, attempt, page

ABLE = {"console", "twilio"}


@pytest.fixture
def calls(stormy: Store) -> Store:
    """Pages 1 to 3 are open; call 1 is for page 1, call 2 for 1 and 2, call 3 for page 3 is still
    being placed, and 4 is a text."""
    out = {"channel": Channel.VOICE, "gateway": "twilio", "state": AttemptState.SENT}
    with stormy.write() as tx:
        pages.insert(tx, [page(n) for n in range(1, 4)])
        outbox.queue(
            tx,
            [
                attempt(1, 1, provider_id="CA1", sent_at=NOW, **out),
                attempt(2, 1, 2, provider_id="CA2", sent_at=NOW, **out),
                attempt(3, 3, sent_at=NOW, **{**out, "state": AttemptState.SENDING}),
                attempt(4, 1, gateway="twilio", state=AttemptState.SENT, provider_id="SM4"),
            ],
        )
    return stormy


def end(store: Store, *numbers: int) -> None:
    """These pages are confirmed."""
    with store.write() as tx:
        ended = [replace(p, state=PageState.CONFIRMED) for p in pages.get_many(tx, numbers)]
        pages.save(tx, ended)
        hang_ups.put(tx, numbers, now=NOW)


def due(store: Store, after: int = 0) -> list[tuple[str, int]]:
    """What is due so many minutes later, and how often it was asked for."""
    with store.read() as tx:
        found = hang_ups.due(tx, "twilio", now=NOW + after * MINUTE, limit=10)
    return [(call.provider_id, asked) for call, asked in found]


def test_calls_whose_pages_have_all_ended_are_due(calls: Store) -> None:
    end(calls, 1)
    assert due(calls) == [("CA1", 0)]
    end(calls, 1, 2)
    assert due(calls) == [("CA1", 0), ("CA2", 0)]


def test_a_call_without_its_provider_s_name_waits_for_it(calls: Store) -> None:
    end(calls, 3)
    with calls.write() as tx:
        assert (hang_ups.waiting(tx), hang_ups.next_due(tx)) == (True, None)
        out = outbox.get(tx, attempt(3).id)
        placed = replace(out, state=AttemptState.ACCEPTED, provider_id="CA3")
        outbox.save(tx, [(out, placed)])
        assert hang_ups.next_due(tx) == NOW
    assert due(calls) == [("CA3", 0)]


def test_what_was_asked_for_is_due_again_later(calls: Store) -> None:
    end(calls, 1)
    with calls.write() as tx:
        hang_ups.asked(tx, [attempt(1).id], again_at=NOW + MINUTE)
    assert due(calls) == []
    assert due(calls, after=1) == [("CA1", 1)]


def test_what_has_ended_and_what_cannot_be_taken_back_is_needless(calls: Store) -> None:
    end(calls, 1, 2)
    with calls.write() as tx:
        assert hang_ups.needless(tx, ABLE) == []
        assert sorted(hang_ups.needless(tx, ["console"])) == [attempt(1).id, attempt(2).id]
        out = outbox.get(tx, attempt(1).id)
        outbox.save(tx, [(out, replace(out, state=AttemptState.UNDELIVERED))])
        assert hang_ups.needless(tx, ABLE) == [attempt(1).id]
        hang_ups.forget(tx, [attempt(1).id, attempt(2).id])
        assert not hang_ups.waiting(tx)
