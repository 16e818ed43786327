"""Texts that do not leave are seen by the rows that lie there, whatever the dispatcher says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from fangxun.core.page import AttemptState
from fangxun.engine.parts import Parts
from fangxun.engine.vitals import DUE_WITHIN, SENDING_WITHIN, Pulse, Vitals
from fangxun.store import incidents, outbox, pages
from fangxun.store.base import Store, open_store
from tests.store import samples
from tests.store.samples import MINUTE, NOW

LONG = DUE_WITHIN + MINUTE


@pytest.fixture
def stormy(migrated_url: str, tmp_path: Path) -> Iterator[Store]:
    """A store with incident 1 open."""
    opened = open_store(migrated_url, key_path=tmp_path / "journal.key")
    with opened.write() as tx:
        incidents.save(tx, samples.incident())
    yield opened
    opened.close()


def parts_of(store: Store) -> Parts:
    return Parts(store=store, feeds={}, gateways=(), token=lambda _bits: "", clock=lambda: NOW)


def troubles(store: Store, *, moved: timedelta, **attempt: object) -> list[str]:
    """What is wrong while one text lies there, and the last one moved so long ago."""
    with store.write() as tx:
        pages.insert(tx, [samples.page(1)])
        outbox.queue(tx, [samples.attempt(1, 1, **attempt)])
    mono = 100_000.0
    pulse = Pulse(mono, mono - moved.total_seconds(), mono)
    looked_at = Vitals(
        parts_of(store), lambda: mono, pulse, mono, (), lambda: None, lambda: True, _never
    )
    return [trouble.part for trouble in looked_at.look(NOW)]


def _never(error: Exception) -> None:
    raise AssertionError(error)


def test_a_text_that_is_due_for_long_while_none_moves_is_stuck(stormy: Store) -> None:
    """The dispatcher turns, and claims nothing."""
    assert troubles(stormy, moved=LONG, queued_at=NOW - LONG) == ["outbox"]


def test_a_text_that_waits_its_turn_in_a_storm_is_not_stuck(stormy: Store) -> None:
    """Others move: a slow platform takes minutes for a thousand."""
    assert troubles(stormy, moved=timedelta(seconds=3), queued_at=NOW - LONG) == []


def test_a_text_that_was_queued_just_now_is_not_stuck(stormy: Store) -> None:
    """Nothing moved for hours, since there was nothing."""
    assert troubles(stormy, moved=timedelta(hours=9), queued_at=NOW - MINUTE) == []


def test_a_request_without_end_is_seen_though_others_move(stormy: Store) -> None:
    """Its outcome was lost, or its thread hangs: a new start asks the provider for it."""
    late = {"state": AttemptState.SENDING, "sent_at": NOW - SENDING_WITHIN - MINUTE}
    assert troubles(stormy, moved=timedelta(0), **late) == ["outbox"]


def test_a_request_that_is_out_is_in_order(stormy: Store) -> None:
    """A full lane takes its time."""
    out = {"state": AttemptState.SENDING, "sent_at": NOW - 2 * MINUTE}
    assert troubles(stormy, moved=timedelta(0), **out) == []
