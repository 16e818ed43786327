"""Handovers come back as they were signed, one for each unit and hand-off; matters stay open."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from fangxun.core.errors import NotFound
from fangxun.core.handover import Handover, HandoverState, Matter, MatterKind, MatterState
from fangxun.core.report.shift import Kept, shift_record
from fangxun.core.timeline import Span
from fangxun.store import handovers, rows
from fangxun.store.base import Store
from tests.store.samples import MINUTE, NOW

DAY = timedelta(days=1)
HELD = Handover(0, "bureau", NOW, NOW - DAY, ("a", "b"), ("c",), ("x",))
CALL = Matter(0, MatterKind.CALL, "开闸", "水库", "a", "b", NOW)


def test_a_handover_comes_back_as_it_was_with_its_record(store: Store) -> None:
    record = shift_record(Span(NOW - DAY, NOW), Kept((), {}, (), (), [CALL], (3, "ab")))
    with store.write() as tx:
        saved = handovers.save(tx, HELD)
        assert saved == replace(HELD, id=1)
        assert handovers.record(tx, 1) is None
        passed = replace(saved, state=HandoverState.PASSED, passed_by="a", passed_at=NOW + MINUTE)
        handovers.save(tx, passed)
        handovers.keep_record(tx, 1, rows.document(record))
        assert handovers.record(tx, 1) == record
        assert handovers.of_hand_off(tx, "bureau", NOW) == passed
        assert handovers.last_passed(tx, "bureau") == NOW + MINUTE


def test_the_latest_come_first_and_those_of_a_state_apart(store: Store) -> None:
    with store.write() as tx:
        for days in range(3):
            handovers.save(tx, replace(HELD, due_at=NOW + days * DAY))
        handovers.save(tx, replace(HELD, id=1, state=HandoverState.MISSED))
        assert [item.id for item in handovers.latest(tx, "bureau", limit=2)] == [3, 2]
        assert [item.id for item in handovers.in_state(tx, [HandoverState.MISSED])] == [1]


def test_what_is_not_there_says_where_to_look(store: Store) -> None:
    with store.read() as tx:
        with pytest.raises(NotFound, match="handover list"):
            handovers.get(tx, 7)
        with pytest.raises(NotFound, match="matter list"):
            handovers.matter(tx, 7)


def test_a_matter_is_listed_while_it_is_open_and_then_by_when_it_was_done(store: Store) -> None:
    with store.write() as tx:
        first, second = (handovers.add_matter(tx, CALL) for _ in range(2))
        done = replace(first, state=MatterState.DONE, result="好", done_by="a", done_at=NOW)
        handovers.save_matter(tx, done)
        assert handovers.matters(tx) == [second]
        assert handovers.matters(tx, done_since=NOW) == [done, second]
        assert handovers.matters(tx, done_since=NOW + MINUTE) == [second]
        assert handovers.matter(tx, first.id) == done
