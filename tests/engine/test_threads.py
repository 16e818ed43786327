"""Hands that work: what they bring is handed on, until somebody leaves."""

from __future__ import annotations

import threading

import pytest

from fangxun.engine.threads import Threads

LONG = 30.0
"""Seconds that no wait in here comes near."""


def test_what_comes_after_somebody_left_is_not_handed_on() -> None:
    """A stop is the last that the journal says: a poll's answer does not come behind it."""
    pool = Threads(1, "test")
    asked, answer = threading.Event(), threading.Event()
    kept: list[str] = []

    def ask() -> str:
        asked.set()
        answer.wait(LONG)
        return "late"

    pool.give(ask, kept.append)
    hand = next(one for one in threading.enumerate() if one.name == "test-0")
    assert asked.wait(LONG)
    pool.leave(LONG)
    answer.set()
    hand.join(LONG)
    assert not hand.is_alive()
    assert kept == []


def test_who_leaves_waits_for_what_is_being_handed_on() -> None:
    """What a poll brought and has begun to write comes before the stop, whole."""
    pool = Threads(1, "test")
    writing, room = threading.Event(), threading.Event()
    order: list[str] = []

    def write(what: str) -> None:
        writing.set()
        room.wait(LONG)
        order.append(what)

    def leave() -> None:
        pool.leave(LONG)
        order.append("left")

    pool.give(lambda: "written", write)
    assert writing.wait(LONG)
    leaver = threading.Thread(target=leave)
    leaver.start()
    room.set()
    leaver.join(LONG)
    assert order == ["written", "left"]


def test_who_leaves_does_not_wait_longer_than_said() -> None:
    """A store that hangs does not hold up a stop."""
    pool = Threads(1, "test")
    writing, room = threading.Event(), threading.Event()

    def hang(_: None) -> None:
        writing.set()
        room.wait(LONG)

    pool.give(lambda: None, hang)
    assert writing.wait(LONG)
    pool.leave(0.01)
    assert not room.is_set()
    room.set()


def test_a_pool_that_was_left_takes_nothing_new() -> None:
    """Who gives it work hears so."""
    pool = Threads(1, "test")
    pool.leave(LONG)
    with pytest.raises(RuntimeError, match="closed"):
        pool.give(lambda: None, lambda _: None)
