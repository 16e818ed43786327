"""Transactions: whole or nothing, one writer at a time, and instants that keep their zone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError, StatementError

from fangxun.core.errors import StoreFault
from fangxun.store import engines, feeds, journal, meta, outbox, pages
from fangxun.store.base import Store, open_store
from fangxun.store.journal import head
from tests import beginnings
from tests.store import samples

THREADS = 8


def test_an_error_takes_everything_back(stormy: Store) -> None:
    """State, journal and outbox are one: none of them is kept without the others."""
    with pytest.raises(ZeroDivisionError), stormy.write() as tx:  # noqa: PT012  all of it
        kept = pages.insert(tx, [samples.page(1)])
        outbox.queue(tx, [samples.attempt(1, kept[0].id)])
        journal.append(tx, [samples.entry(1)])
        raise ZeroDivisionError
    with stormy.read() as tx:
        assert pages.latest(tx) == []
        assert outbox.next_due(tx) is None
        assert head(tx) == (0, "")


def test_a_reader_cannot_write(store: Store) -> None:
    """A step that only looks cannot change anything by mistake."""
    with pytest.raises((StoreFault, DBAPIError)), store.read() as tx:
        meta.put(tx, "key", "value")


def test_a_reader_sees_one_state(store: Store) -> None:
    """What is kept meanwhile by another shows in the next transaction only."""
    with store.read() as tx:
        before = meta.wake_count(tx)
        with store.write() as other:
            meta.wake(other)
        assert meta.wake_count(tx) == before
    with store.read() as tx:
        assert meta.wake_count(tx) == before + 1


@pytest.fixture
def in_a_file(sqlite_template: Path, tmp_path: Path) -> Iterator[tuple[Store, Path]]:
    """A store and where its file lies."""
    path = tmp_path / "fangxun.db"
    path.write_bytes(sqlite_template.read_bytes())
    opened = open_store(f"sqlite:///{path}", key_path=tmp_path / "journal.key")
    yield opened, path
    opened.close()


@pytest.mark.parametrize("instead", ["nothing", "another"])
def test_a_database_that_was_moved_or_replaced_takes_nothing_more(
    in_a_file: tuple[Store, Path], sqlite_template: Path, instead: str
) -> None:
    """SQLite would go on with the old file, and what it was told would be lost; back in its place
    it goes on."""
    store, path = in_a_file
    elsewhere = path.rename(path.with_name("moved.db"))
    if instead == "another":
        path.write_bytes(sqlite_template.read_bytes())
    assert store.moved
    with pytest.raises(StoreFault, match="not the file that was opened"), store.write():
        pass
    with pytest.raises(StoreFault, match="not the file that was opened"), store.read():
        pass
    elsewhere.replace(path)
    assert not store.moved
    with store.write() as tx:
        meta.put(tx, "key", "kept")


def test_an_instant_without_zone_is_refused(store: Store) -> None:
    """SQLite would give it back eight hours wrong, silently."""
    with pytest.raises(StatementError, match="without zone"), store.write() as tx:
        feeds.mark_stale(tx, "cma", now=datetime(2026, 7, 21, 3, 0))  # noqa: DTZ001  the point


def test_an_instant_of_another_zone_comes_back_as_the_same_instant(store: Store) -> None:
    """03:00 in the district is 19:00 UTC the day before, to the microsecond."""
    local = (samples.NOW + timedelta(microseconds=7)).astimezone(timezone(timedelta(hours=8)))
    with store.write() as tx:
        feeds.mark_stale(tx, "cma", now=local)
    with store.read() as tx:
        found = feeds.feed_states(tx)["cma"].stale_since
    assert found == local
    assert found is not None
    assert found.utcoffset() == timedelta(0)


def test_no_increment_is_lost(store: Store) -> None:
    """Eight threads count to 400 together; left to the driver, SQLite counts to 50 or so."""

    def count(_thread: int) -> None:
        for _ in range(50):
            with store.write() as tx:
                meta.put(tx, "n", str(int(meta.get(tx, "n") or 0) + 1))

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(count, range(THREADS)))
    with store.read() as tx:
        assert meta.get(tx, "n") == "400"


def test_two_stores_on_one_database_take_turns(
    store: Store, migrated_url: str, tmp_path: Path
) -> None:
    """As the daemon and the CLI do, which know nothing of each other's locks."""
    second = open_store(migrated_url, key_path=tmp_path / "journal.key")

    def log(opened: Store) -> None:
        for n in range(25):
            with opened.write() as tx:
                journal.append(tx, [samples.entry(n)])

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(log, [store, second]))
    second.close()
    with store.read() as tx:
        assert [line.seq for line in journal.lines(tx)] == list(range(1, 51))


def test_no_attempt_is_claimed_twice(stormy: Store) -> None:
    """Eight threads claim 400 attempts in small groups: each attempt goes out once."""
    with stormy.write() as tx:
        kept = pages.insert(tx, [samples.page(n) for n in range(400)])
        outbox.queue(tx, [samples.attempt(page.id, page.id) for page in kept])
    claimed: Counter[str] = Counter()
    guard = threading.Lock()

    def claim(_thread: int) -> None:
        while True:
            with stormy.write() as tx:
                got = outbox.claim(tx, now=samples.NOW, limit=7)
            if not got:
                return
            with guard:
                claimed.update(attempt.id for attempt in got)

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(claim, range(THREADS)))
    assert len(claimed) == 400
    assert set(claimed.values()) == {1}


KILLED = """
import sys, time
from pathlib import Path
from fangxun.store import journal, outbox, pages
from fangxun.store.base import open_store
from tests.store import samples

store = open_store(sys.argv[1], key_path=Path(sys.argv[2]))
with store.write() as tx:
    kept = pages.insert(tx, [samples.page(n) for n in range(300)])
    outbox.queue(tx, [samples.attempt(page.id, page.id) for page in kept])
    journal.append(tx, [samples.entry(n) for n in range(600)])
    print("written", flush=True)
    sys.stdin.read()
"""


def test_a_process_killed_midway_leaves_nothing(
    stormy: Store, migrated_url: str, tmp_path: Path
) -> None:
    """kill -9 within a transaction: nothing of it is there, and the next writer goes on."""
    child = subprocess.Popen(
        [sys.executable, "-c", KILLED, migrated_url, str(tmp_path / "journal.key")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        cwd=Path(__file__).resolve().parents[2],
    )  # fmt: skip
    assert child.stdout is not None
    assert child.stdin is not None
    assert child.stdout.readline() == "written\n"
    os.kill(child.pid, signal.SIGKILL)
    child.wait(timeout=10)
    child.stdin.close()
    child.stdout.close()
    with stormy.write() as tx:
        assert pages.latest(tx) == []
        assert outbox.next_due(tx) is None
        assert head(tx) == (0, "")
        pages.insert(tx, [samples.page(1)])
    with stormy.read() as tx:
        assert [page.key for page in pages.latest(tx)] == [samples.page(1).key]


def test_a_database_that_stays_busy_is_a_sentence(
    migrated_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another program that holds it for too long is named as the cause."""
    monkeypatch.setattr(engines, "BUSY_SECONDS", 1)
    first = open_store(migrated_url, key_path=tmp_path / "key")
    second = open_store(migrated_url, key_path=tmp_path / "key")
    with first.write() as tx:
        meta.put(tx, "key", "value")
        with pytest.raises(StoreFault, match="busy for 1 seconds"), second.write() as other:
            meta.put(other, "key", "other")
    first.close()
    second.close()


def test_what_one_file_was_asked_is_not_put_into_sql_again_for_the_next(tmp_path: Path) -> None:
    """A command opens a reader and a writer, a test run thousands of files."""
    worded = []
    for name in ("one", "two"):
        store = open_store(beginnings.database(tmp_path / f"{name}.db"))
        with store.write() as tx:
            meta.put(tx, "asked", name)
        with store.read() as tx:
            assert meta.get(tx, "asked") == name
        store.close()
        worded.append(len(engines.WORDED))
    assert worded[0] == worded[1] > 0
