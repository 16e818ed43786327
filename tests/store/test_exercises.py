"""Exercises are kept, one runs at a time, and what is real is due before them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fangxun.core import exercise
from fangxun.core.errors import NotFound
from fangxun.core.exercise import ExerciseState
from fangxun.core.level import Level
from fangxun.store import exercises, pages
from fangxun.store.base import Store
from tests.store.samples import MINUTE, NOW, page

RUNNING = exercise.start(1, Level.RED, "到岗", pages=[4, 5], by="person1", reason="汛前", now=NOW)


def test_an_exercise_comes_back_as_it_was_and_as_it_ended(store: Store) -> None:
    with store.write() as tx:
        assert exercises.running(tx) is None
        exercises.save(tx, RUNNING)
        assert exercises.running(tx) == RUNNING
        ended = exercise.end(RUNNING, ExerciseState.YIELDED, by="system", now=NOW + MINUTE)
        exercises.save(tx, ended)
        assert exercises.running(tx) is None
        assert exercises.get(tx, 1) == ended
        exercises.save(tx, replace(RUNNING, id=exercises.next_id(tx)))
        assert [item.id for item in exercises.latest(tx)] == [2, 1]


def test_an_exercise_that_is_not_there_says_where_to_look(store: Store) -> None:
    with store.read() as tx, pytest.raises(NotFound, match="no exercise"):
        exercises.get(tx, 7)


def test_a_red_exercise_is_due_after_the_least_that_is_real(stormy: Store) -> None:
    practice = exercise.open_practice(1, "person1", Level.RED, "", now=NOW)
    real = page(1, level=Level.BLUE)
    with stormy.write() as tx:
        kept = pages.insert(tx, [practice, real])
        assert [item.id for item in pages.due(tx, NOW)] == [kept[1].id, kept[0].id]
        assert pages.count_unreached(tx) == 0
