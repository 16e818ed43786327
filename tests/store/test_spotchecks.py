"""Spot checks and drawn times in the store."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from fangxun.core.spotcheck import CheckState, DrawState, SpotCheck
from fangxun.store import spotchecks
from fangxun.store.base import Store

NOW = datetime(2026, 7, 20, tzinfo=UTC)
HOUR = timedelta(hours=1)
CHECK = SpotCheck(1, CheckState.RUNNING, 7, 9, "system", "drawn", NOW, NOW + HOUR)


def test_the_one_that_runs_is_found_and_one_that_has_ended_stays_in_its_month(store: Store) -> None:
    ended = replace(CHECK, state=CheckState.DONE, ended_by="system", ended_at=NOW + HOUR)
    with store.write() as tx:
        spotchecks.save(tx, CHECK)
        assert spotchecks.running(tx) == CHECK
        spotchecks.save(tx, ended)
    with store.read() as tx:
        assert spotchecks.running(tx) is None
        assert spotchecks.latest(tx) == [ended]
        assert spotchecks.begun_within(tx, NOW, NOW + HOUR) == [ended]
        assert spotchecks.begun_within(tx, NOW + HOUR, NOW + 2 * HOUR) == []
        assert spotchecks.next_id(tx) == 2


def test_the_earliest_time_waits_first_and_what_came_of_one_outlives_the_rule(store: Store) -> None:
    with store.write() as tx:
        spotchecks.add_draws(tx, [NOW + 2 * HOUR, NOW + HOUR])
        first = spotchecks.next_draw(tx)
        assert first is not None
        assert first.at == NOW + HOUR
        spotchecks.settle(tx, first, DrawState.BEGUN, spot_check=1)
        spotchecks.forget_waiting(tx)
    with store.read() as tx:
        assert spotchecks.next_draw(tx) is None
        kept = replace(first, state=DrawState.BEGUN, spot_check=1)
        assert spotchecks.draws_within(tx, NOW, NOW + 3 * HOUR) == [kept]
