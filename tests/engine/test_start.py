"""What the daemon mends when it starts."""

from __future__ import annotations

import signal
from contextlib import closing
from pathlib import Path

from fangxun import clock
from fangxun.core.journal import Event
from fangxun.feeds.base import Memory
from fangxun.store import feeds, journal
from fangxun.store.base import open_store
from tests.engine.process import closed_port, start, until


def test_a_feed_that_the_configuration_no_longer_has_is_forgotten(
    migrated_url: str, tmp_path: Path
) -> None:
    """A stale one would stand against every all-clear for good."""
    with closing(open_store(migrated_url, key_path=tmp_path / "journal.key")) as opened:
        with opened.write() as tx:
            feeds.record_success(tx, "removed", Memory(), now=clock.now())
            feeds.mark_stale(tx, "removed", now=clock.now())

        def known() -> set[str]:
            with opened.read() as tx:
                return set(feeds.feed_states(tx))

        process = start(migrated_url, closed_port(), tmp_path)
        try:
            until(lambda: not known(), "the feed is forgotten")
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=40)


def test_a_stop_that_comes_while_it_starts_is_a_stop(migrated_url: str, tmp_path: Path) -> None:
    """No thread of a library, begun before the signals were blocked, gets it and dies of it."""
    with closing(open_store(migrated_url, key_path=tmp_path / "journal.key")) as opened:

        def journalled() -> list[Event]:
            with opened.read() as tx:
                return [line.entry.event for line in journal.lines(tx)]

        process = start(migrated_url, closed_port(), tmp_path)
        until(lambda: Event.STARTED in journalled(), "it has begun to start")
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=40) == 0
        assert journalled()[-1] is Event.STOPPED
