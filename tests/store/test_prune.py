"""What has had its use goes, in groups; the record stays."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from fangxun.core.page import AttemptState, PageState
from fangxun.store import codes, inbox, outbox, pages, prune, readings, warnings
from fangxun.store.base import Store, Tx
from tests.store import samples
from tests.store.samples import MINUTE, NOW
from tests.store.test_readings import reading
from tests.store.test_warnings import bulletin

DAY = timedelta(days=1)


def rows(tx: Tx, table: str) -> int:
    return int(tx.connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())  # noqa: S608  of constants


def test_readings_go_by_the_end_of_their_interval_in_groups(store: Store) -> None:
    """The bound itself stays."""
    with store.write() as tx:
        readings.accept(tx, [reading(-24 * n) for n in range(10)])
        assert prune.readings(tx, before=NOW - 4 * DAY, most=3) == 3
        assert prune.readings(tx, before=NOW - 4 * DAY, most=3) == 2
        assert prune.readings(tx, before=NOW - 4 * DAY, most=3) == 0
        left = readings.recent(tx, NOW - 100 * DAY)["g1"]
    assert [one.end for one in left] == [NOW - n * DAY for n in range(4, -1, -1)]


@pytest.mark.parametrize(
    ("changes", "goes"),
    [
        ({"expires": NOW - 2 * DAY}, True),
        ({"expires": NOW}, False),
        ({"expires": None}, False),
        ({"expires": NOW - 2 * DAY, "received_at": NOW}, False),
    ],
)
def test_warnings_go_once_they_are_over(
    store: Store, changes: dict[str, datetime | None], goes: bool
) -> None:
    """One that says no end would be news again if its feed still showed it."""
    old = {"received_at": NOW - 3 * DAY, **changes}
    with store.write() as tx:
        warnings.accept(tx, [bulletin("w1", **old)])
        assert prune.bulletins(tx, before=NOW - DAY, most=9) == int(goes)


def test_a_warning_without_an_end_goes_once_it_has_left_its_feed(store: Store) -> None:
    """Long enough ago."""
    came = bulletin("w1", received_at=NOW - 5 * DAY, expires=None)
    with store.write() as tx:
        warnings.accept(tx, [came])
        warnings.mark_absent(tx, came.feed, [], polls=1, now=NOW - 3 * DAY)
        assert prune.bulletins(tx, before=NOW - 4 * DAY, most=9) == 0
        assert prune.bulletins(tx, before=NOW - 2 * DAY, most=9) == 1


def test_the_inbox_keeps_what_waits_what_nobody_could_read_and_its_last_number(
    store: Store,
) -> None:
    """A number given twice would make two replies look like one in the journal."""
    with store.write() as tx:
        items = [("inbound", f"k{n}", "{}") for n in range(5)]
        inbox.put(tx, "twilio", items, now=NOW - 9 * DAY)
        first, second, third, _fourth, last = inbox.take(tx, 5)
        inbox.done(tx, [first.id, second.id, last.id], now=NOW - 9 * DAY)
        inbox.put_by(tx, third.id, now=NOW - 9 * DAY)
        bounds = {"before": NOW - DAY, "faulty_before": NOW - 20 * DAY}
        assert prune.inbox(tx, **bounds, most=9) == 2
        assert inbox.waiting(tx) == 1
        assert rows(tx, "inbox") == 3
        assert prune.inbox(tx, before=NOW, faulty_before=NOW, most=9) == 1


def test_attempts_of_pages_stay_for_ever_and_notices_go(stormy: Store) -> None:
    """One that has not left stays as well, however old."""
    old = {"queued_at": NOW - 9 * DAY, "state": AttemptState.DELIVERED}
    with stormy.write() as tx:
        pages.insert(tx, [samples.page(1)])
        outbox.queue(
            tx,
            [
                samples.attempt(1, 1, **old),
                samples.attempt(2, **old),
                samples.attempt(3, **{**old, "state": AttemptState.QUEUED}),
                samples.attempt(4, **{**old, "queued_at": NOW - MINUTE}),
            ],
        )
        assert prune.notices(tx, before=NOW - DAY, most=9) == 1
        assert rows(tx, "attempt") == 3
        assert len(outbox.of_page(tx, [1])) == 1


def test_codes_go_once_nobody_can_answer_by_them_and_the_last_one_stays(stormy: Store) -> None:
    """Of a page that is open, of an open incident, or ended lately they stay."""
    old, late = {"ended_at": NOW - 9 * DAY}, {"ended_at": NOW}
    with stormy.write() as tx:
        kept = pages.insert(
            tx,
            [
                samples.page(1, state=PageState.CLOSED, **old),
                samples.page(2, state=PageState.CONFIRMED, **old),
                samples.page(3, state=PageState.CLOSED, **late),
                samples.page(4),
                samples.page(5, state=PageState.CONFIRMED, incident=None, **old),
                samples.page(6, state=PageState.CLOSED, **old),
            ],
        )
        codes.give(tx, [((item.id, "li"), n) for n, item in enumerate(kept, start=1)])
        assert prune.codes(tx, before=NOW - DAY, most=9) == 2
        assert set(codes.ledger(tx, [], ["li"]).given["li"]) == {2, 3, 4, 6}
