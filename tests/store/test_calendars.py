"""Calendar feeds in the store, and when the roster behind them last changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from fangxun.core.errors import NotFound
from fangxun.core.subscription import Subscription, Whose
from fangxun.store import calendars
from fangxun.store.base import Store

NOW = datetime(2026, 7, 20, tzinfo=UTC)
FEED = Subscription(1, Whose.PERSON, "a", "0" * 64, "officer", "phone", NOW)


def test_a_feed_is_found_by_its_hash_and_number_and_kept_when_revoked(store: Store) -> None:
    gone = replace(FEED, revoked_by="officer", revoked_at=NOW + timedelta(hours=1))
    with store.write() as tx:
        calendars.save(tx, FEED)
        assert calendars.by_token(tx, FEED.token_hash) == FEED
        calendars.save(tx, gone)
    with store.read() as tx:
        assert calendars.get(tx, 1) == gone
        assert calendars.list_all(tx) == [gone]
        assert calendars.next_id(tx) == 2
        assert calendars.by_token(tx, "1" * 64) is None
        with pytest.raises(NotFound):
            calendars.get(tx, 2)


def test_before_a_district_is_applied_the_roster_has_not_changed(store: Store) -> None:
    with store.read() as tx:
        assert calendars.roster_changed_at(tx) is None
