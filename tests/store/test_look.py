"""One look at the database that the readings of a thread share; it ends with a write."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from fangxun.store import feeds, meta
from fangxun.store.base import Store, Tx
from tests import postgres
from tests.store.samples import NOW as SINCE


def _said(store: Store) -> str | None:
    with store.read() as tx:
        return meta.get(tx, "said")


def _say(store: Store, what: str) -> None:
    with store.write() as tx:
        meta.put(tx, "said", what)


def _by_another_thread(store: Store, what: str) -> None:
    with ThreadPoolExecutor(1) as pool:
        pool.submit(_say, store, what).result()


def test_readings_within_one_look_see_one_state(store: Store) -> None:
    """What others keep meanwhile belongs to the next look."""
    _say(store, "before")
    with store.one_look():
        assert _said(store) == "before"
        _by_another_thread(store, "meanwhile")
        assert _said(store) == "before"
    assert _said(store) == "meanwhile"


def test_a_write_ends_the_look(store: Store) -> None:
    """What is read after it is what was written, and what others have kept until then."""
    with store.one_look():
        assert _said(store) is None
        _by_another_thread(store, "another")
        with store.write() as tx:
            assert meta.get(tx, "said") == "another"
            meta.put(tx, "said", "mine")
        assert _said(store) == "mine"


def test_a_look_taken_within_a_write_ends_with_it(store: Store) -> None:
    """It saw the state before what is written."""
    with store.one_look():
        with store.write() as tx:
            meta.put(tx, "said", "mine")
            assert _said(store) is None
        assert _said(store) == "mine"


def test_each_thread_looks_for_itself(store: Store) -> None:
    """A pool that works beside a cycle sees what is there when it looks."""
    with store.one_look(), ThreadPoolExecutor(1) as pool:
        assert _said(store) is None
        _by_another_thread(store, "another")
        assert pool.submit(_said, store).result() == "another"


def test_after_an_error_the_look_is_taken_anew(store: Store) -> None:
    """PostgreSQL would refuse everything else in it."""
    with store.one_look():
        with pytest.raises(ZeroDivisionError), store.read():
            raise ZeroDivisionError
        _by_another_thread(store, "another")
        assert _said(store) == "another"


def test_a_transaction_that_writes_reads_what_it_has_written(store: Store) -> None:
    """Only where nothing can be written is an answer remembered."""
    with store.write() as tx:
        before = meta.wake_count(tx)
        assert feeds.feed_states(tx) == {}
        meta.wake(tx)
        feeds.mark_stale(tx, "cma", now=SINCE)
        assert meta.wake_count(tx) == before + 1
        assert feeds.feed_states(tx)["cma"].stale_since == SINCE


def test_a_look_takes_over_what_the_last_one_was_told_until_somebody_writes(store: Store) -> None:
    """A quiet night asks nothing twice; what another connection has kept is seen at once."""
    asked = []

    def question(tx: Tx) -> str | None:
        asked.append(1)
        return meta.get(tx, "said")

    def told() -> str | None:
        with store.read() as tx:
            return tx.once(question)

    assert (told(), told(), len(asked)) == (None, None, 1)
    _by_another_thread(store, "another")
    assert (told(), told(), len(asked)) == ("another", "another", 2)


def test_what_was_taken_back_changes_nothing_that_is_remembered(store: Store) -> None:
    """A rehearsal and an act that failed leave the answers as they are, and right."""
    _say(store, "before")
    assert _said(store) == "before"
    with store.rehearsal().write() as tx:
        meta.put(tx, "said", "rehearsed")
    assert _said(store) == "before"
    _say(store, "after")
    assert _said(store) == "after"


@pytest.mark.parametrize("migrated_url", ["postgres"], indirect=True)
def test_a_look_that_the_server_ends_lost_nothing(store: Store, migrated_url: str) -> None:
    """It had only read: whoever looked is not told, and the next look is over a new connection.
    Also where it is a write that ends the look."""
    _say(store, "before")
    with store.one_look():
        assert _said(store) == "before"
        assert postgres.drop_others(migrated_url)
    assert _said(store) == "before"
    with store.one_look():
        assert _said(store) == "before"
        assert postgres.drop_others(migrated_url)
        _say(store, "after")
        assert _said(store) == "after"
