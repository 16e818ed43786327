"""After a step of the clock back, what was lies not after now, and what is to be comes as soon."""

from __future__ import annotations

from datetime import timedelta

from fangxun.core.page import AttemptState, PageState
from fangxun.store import feeds, instants, meta, outbox, pages
from fangxun.store.base import Store
from tests.store import samples
from tests.store.samples import MINUTE, NOW

STEP = timedelta(hours=-1)
BACK = NOW + STEP
"""What the clock shows after it."""


def test_what_is_to_be_comes_as_soon_as_it_would_have(stormy: Store) -> None:
    """A step in two minutes is due in two minutes; one that is overdue is due now."""
    with stormy.write() as tx:
        pages.insert(
            tx,
            [
                samples.page(1, next_due=NOW + 2 * MINUTE),
                samples.page(2, next_due=NOW - 5 * MINUTE),
                samples.page(3, next_due=BACK - MINUTE),
            ],
        )
        outbox.queue(tx, [samples.attempt(1, 1, not_before=NOW + MINUTE)])
        meta.put_aside(tx, "twilio", until=NOW + 3 * MINUTE)
        assert instants.bring_back(tx, STEP, now=BACK) > 0
    with stormy.read() as tx:
        assert [p.next_due for p in pages.open_pages(tx)] == [
            BACK + 2 * MINUTE, BACK, BACK - MINUTE,
        ]  # fmt: skip
        (attempt,) = outbox.of_page(tx, [1])
        assert attempt.not_before == BACK + MINUTE
        assert attempt.queued_at == BACK
        assert attempt.expires_at - attempt.queued_at == samples.attempt(1).expires_at - NOW
        assert meta.set_aside(tx, now=BACK + 2 * MINUTE) == {"twilio"}
        assert meta.set_aside(tx, now=BACK + 4 * MINUTE) == frozenset()


def test_what_was_is_as_long_ago_as_before(stormy: Store) -> None:
    """Feeds, forged callbacks, requests whose answer was lost."""
    with stormy.write() as tx:
        feeds.record_success(tx, "cma", {}, now=NOW - MINUTE)
        feeds.record_failure(tx, "cma", "no route", now=NOW)
        for key in ("forged/twilio", "watched_to", "anchored_at"):
            meta.put_instant(tx, key, NOW - 2 * MINUTE)
        meta.put_instant(tx, "shifts_to", NOW + timedelta(days=100))
        meta.put(tx, "mute/twilio", "")
        pages.insert(tx, [samples.page(1)])
        doubt = samples.attempt(1, 1, state=AttemptState.IN_DOUBT, sent_at=NOW - MINUTE)
        outbox.queue(tx, [doubt])
        instants.bring_back(tx, STEP, now=BACK)
    with stormy.read() as tx:
        state = feeds.feed_states(tx)["cma"]
        assert (state.last_attempt, state.last_success) == (BACK, BACK - MINUTE)
        asked = meta.get_many(tx, ["forged/twilio", "watched_to", "anchored_at"])
        assert set(asked.values()) == {(BACK - 2 * MINUTE).isoformat()}
        assert meta.get_instant(tx, "shifts_to") == NOW + timedelta(days=100)
        assert outbox.oldest_doubt(tx, doubt.gateway) == BACK - MINUTE


def test_what_has_ended_is_left_as_it_was(stormy: Store) -> None:
    """It stands in reports."""
    done = samples.page(1, state=PageState.CONFIRMED, next_due=None, ended_at=NOW)
    with stormy.write() as tx:
        pages.insert(tx, [done])
        assert instants.bring_back(tx, STEP, now=BACK) == 0
    with stormy.read() as tx:
        assert pages.get(tx, 1).ended_at == NOW
