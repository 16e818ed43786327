"""When a source is asked again, and when it counts as silent."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fangxun.core.warning import Target, Touch
from fangxun.engine import acts, poll
from fangxun.engine.acts import Act
from fangxun.engine.parts import Parts
from fangxun.feeds.base import FeedSettings, Fresh, Memory, Unchanged
from fangxun.store import engines, meta
from fangxun.store import feeds as feed_store
from fangxun.store import names as store_names
from fangxun.store import warnings as warning_store
from fangxun.store.base import Store, open_store
from fangxun.store.feeds import FeedState
from tests import beginnings
from tests.feeds.caps import alert, info
from tests.scenario.test_storm import TOWN, read

NOW = datetime(2026, 7, 20, 3, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LONGEST = timedelta(minutes=10)

intervals = st.timedeltas(min_value=timedelta(seconds=1), max_value=timedelta(hours=2))
names = st.text("abcdefghij-_0123456789", min_size=1, max_size=20)


def asked(at: datetime | None = NOW, failures: int = 0, fresh: datetime | None = NOW) -> FeedState:
    return FeedState("cma", last_attempt=at, last_success=fresh, failures=failures)


def wait(settings: FeedSettings, failures: int, *, now: datetime = NOW) -> timedelta:
    due = poll.next_poll(settings, asked(failures=failures), now=now)
    assert due is not None
    return due - NOW


@given(names, intervals)
def test_without_failures_a_source_is_asked_at_its_interval(name: str, interval: timedelta) -> None:
    assert wait(FeedSettings(name, "cap", interval=interval), 0) == interval


@given(names, intervals, intervals, st.integers(1, 10_000))
def test_failures_wait_longer_and_never_beyond_a_bound(
    name: str, interval: timedelta, silent: timedelta, failures: int
) -> None:
    """Doubled with each, up to ten minutes or a quarter of the time after which it counts as
    silent, or the interval itself, and a fifth more at most."""
    settings = FeedSettings(name, "cap", interval=interval, silent_after=silent)
    waits = wait(settings, failures)
    bound = max(min(LONGEST, silent / 4), interval)
    least = min(interval * 2 ** min(failures, 10), bound)
    assert least <= waits < least * 1.2


def test_a_gauge_asked_every_ten_seconds_is_heard_soon_after_an_hour_without_its_server() -> None:
    settings = FeedSettings("gauges", "readings", interval=timedelta(seconds=10))
    assert wait(settings, 300) < settings.silent_after / 3


@given(names, st.integers(1, 100))
def test_the_spread_is_the_same_each_time_it_is_asked_for(name: str, failures: int) -> None:
    settings = FeedSettings(name, "cap")
    assert wait(settings, failures) == wait(settings, failures)


def test_many_sources_that_fail_together_are_not_asked_together() -> None:
    """A hundred on one host: after three failures they come back at different times."""
    waits = {wait(FeedSettings(f"feed{n}", "cap"), 3) for n in range(100)}
    assert len(waits) > 50
    assert max(waits) - min(waits) > MINUTE / 2


@given(st.timedeltas(min_value=timedelta(microseconds=1), max_value=timedelta(days=400)))
def test_after_a_clock_was_set_back_a_source_is_due_at_once_and_not_silent(by: timedelta) -> None:
    settings = FeedSettings("cma", "cap")
    assert poll.next_poll(settings, asked(), now=NOW - by) is None
    assert not poll.is_stale(settings, asked(), started=NOW - by, now=NOW - by)


def test_a_source_is_silent_after_its_bound_and_not_at_it() -> None:
    settings = FeedSettings("cma", "cap", silent_after=15 * MINUTE)
    later = NOW + 15 * MINUTE
    assert not poll.is_stale(settings, asked(), started=NOW, now=later)
    assert poll.is_stale(settings, asked(), started=NOW, now=later + timedelta(microseconds=1))
    assert poll.is_stale(settings, None, started=NOW, now=later + MINUTE)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    url = beginnings.database(tmp_path / "f.db")
    opened = open_store(url, key_path=tmp_path / "k")
    yield opened
    opened.close()


def parts_of(store: Store) -> Parts:
    return Parts(store=store, feeds={}, gateways=(), token=lambda _b: "0" * 32, clock=lambda: NOW)


SETTINGS = FeedSettings("cma", "cap")
WARNED = Fresh(Memory(etag='"1"'), (read(alert(info(area=TOWN))),))


def test_what_comes_before_any_district_is_applied_is_kept_and_read_again(store: Store) -> None:
    """Else the warning of the first evening would never be heard of."""
    poll.accept(parts_of(store), SETTINGS, WARNED, now=NOW)
    with store.read() as tx:
        state = feed_store.feed_states(tx)["cma"]
        assert feed_store.memory_of(state, Memory) == Memory()
        (kept,) = warning_store.standing(tx, NOW - timedelta(days=1))
    assert kept.touches == ()


def test_an_answer_of_an_earlier_instant_counts_from_then(store: Store) -> None:
    acts.apply_district(store, beginnings.example(), act=Act("admin", "test", NOW))
    old = NOW - 10 * MINUTE
    poll.accept(parts_of(store), SETTINGS, Unchanged(Memory(), as_of=old), now=NOW)
    with store.read() as tx:
        state = feed_store.feed_states(tx)["cma"]
    assert (state.last_attempt, state.last_success) == (NOW, old)


def test_a_district_applied_while_a_warning_is_compared_is_the_one_that_counts(
    store: Store,
) -> None:
    """The town is not there when the comparison begins, and is when it is kept."""
    district = beginnings.example()
    town = next(area for area in district.areas if area.code == "999901103000")
    without = replace(
        district, areas=tuple(replace(a, code="") if a == town else a for a in district.areas)
    )
    acts.apply_district(store, without, act=Act("admin", "test", NOW))
    parts = parts_of(store)

    class Meanwhile(tuple[str, ...]):
        __slots__ = ()

        def __iter__(self) -> Iterator[str]:
            with store.read() as tx:
                applied = parts.lookout.look(tx, now=NOW)
            if applied is not None and applied.district == without:
                acts.apply_district(store, district, act=Act("admin", "test", NOW))
            return super().__iter__()

    warning = replace(WARNED.bulletins[0], targets=(Target("x", codes=Meanwhile([town.code])),))
    poll.accept(parts, SETTINGS, replace(WARNED, bulletins=(warning,)), now=NOW)
    with store.read() as tx:
        (kept,) = warning_store.standing(tx, NOW - timedelta(days=1))
    assert dict(kept.touches)[town.id] is Touch.DIRECT


class Warns:
    """A feed that has a warning at every poll; asked every twenty minutes."""

    settings = FeedSettings("cma", "cap", interval=20 * MINUTE, silent_after=timedelta(hours=2))
    asked = 0

    def poll(self, memory: Memory, *, now: datetime) -> Fresh:
        """Counts how often."""
        del memory, now
        self.asked += 1
        return WARNED

    def close(self) -> None:
        """Nothing is open."""


def test_a_warning_that_a_busy_database_could_not_keep_is_read_again_within_a_minute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And not when the feed is due by itself: people would be woken twenty minutes later."""
    monkeypatch.setattr(engines, "BUSY_SECONDS", 0)
    path = tmp_path / "f.db"
    feed, at = Warns(), [NOW]
    with closing(open_store(beginnings.database(path), key_path=tmp_path / "k")) as store:
        acts.apply_district(store, beginnings.example(), act=Act("admin", "test", NOW))
        parts = replace(parts_of(store), feeds={"cma": feed}, clock=lambda: at[0])
        with store.write() as tx:
            meta.put_instant(tx, store_names.STARTED_AT, NOW)
        with closing(sqlite3.connect(path)) as another:
            another.execute("BEGIN IMMEDIATE")
            poll.poll(parts, now=NOW)
        at[0] = NOW + MINUTE
        poll.poll(parts, now=at[0])
        with store.read() as tx:
            (kept,) = warning_store.standing(tx, NOW - timedelta(days=1))
    assert (feed.asked, kept.feed) == (2, "cma")
