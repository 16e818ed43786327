"""What waits in each room, as the cycle asks before it does anything."""

from __future__ import annotations

from fangxun.core import exercise
from fangxun.core.level import Level
from fangxun.core.page import PageState
from fangxun.store import exercises, inbox, pages
from fangxun.store.base import Store
from fangxun.store.dues import Dues, dues
from tests.store.samples import MINUTE, NOW, page


def test_nothing_waits_where_nothing_has_happened(store: Store) -> None:
    with store.read() as tx:
        assert dues(tx) == Dues(
            None, None, 0, None, exercise=False, spot_check=False, call=False, message=None
        )


def test_what_is_owed_first_and_not_done_waits(stormy: Store) -> None:
    """Nothing that is done, and nothing of a page that was closed."""
    confirmed = PageState.CONFIRMED
    with stormy.write() as tx:
        pages.insert(
            tx,
            [
                page(1, state=confirmed, owed_by=NOW, met_at=NOW),
                page(2, state=PageState.CLOSED, owed_by=NOW),
                page(3, state=confirmed, owed_by=NOW + 2 * MINUTE),
                page(4, state=confirmed, owed_by=NOW + MINUTE),
            ],
        )
    with stormy.read() as tx:
        assert dues(tx).owed == NOW + MINUTE


def test_a_row_that_waits_for_another_cannot_be_worked_off(store: Store) -> None:
    """It is unclear since it came, until it is released."""
    with store.write() as tx:
        inbox.put(tx, "main", [("receipt", "1", "{}")], now=NOW)
        inbox.put(tx, "main", [("receipt", "2", "{}")], now=NOW + MINUTE)
        inbox.wait(tx, inbox.take(tx, 1)[0].id, "main/SM1")
    with store.read() as tx:
        assert (dues(tx).inbox, dues(tx).unclear) == (1, NOW)
    with store.write() as tx:
        inbox.release(tx, ["main/SM1"])
    with store.read() as tx:
        assert (dues(tx).inbox, dues(tx).unclear) == (2, None)


def test_an_exercise_waits_as_long_as_it_runs(store: Store) -> None:
    running = exercise.start(1, Level.RED, "", pages=[1], by="person1", reason="汛前", now=NOW)
    with store.write() as tx:
        exercises.save(tx, running)
    with store.read() as tx:
        assert dues(tx).exercise
    with store.write() as tx:
        exercises.save(tx, exercise.end(running, exercise.ExerciseState.DONE, by="li", now=NOW))
    with store.read() as tx:
        assert not dues(tx).exercise
