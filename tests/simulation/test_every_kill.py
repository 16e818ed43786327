"""A small storm, killed once at every commit and once at every request, before and after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import pytest

from tests.simulation.run import World, judge, play, told
from tests.simulation.story import Fault, Kind, Story

SMALL = Story(11, size=2, raises=1, sleepers=0.3, length=3000)
BLIND = replace(SMALL, askable=False)
START, RAISE = 1, 2400
"""Seconds between which nothing happens but polls."""


@cache
def calm(story: Story) -> World:
    """The storm with a kill that never comes: so many commits and requests there are."""
    return play(replace(story, faults=(Fault(Kind.KILL_AFTER_COMMIT, 9999),)))


@pytest.mark.parametrize("kind", [Kind.KILL_BEFORE_COMMIT, Kind.KILL_AFTER_COMMIT])
def test_a_kill_at_any_commit_loses_nothing(kind: Kind) -> None:
    """Each commit of the start, and of the raise with its ladders, is one story."""
    seconds = calm(SMALL).machine.committed
    _each(SMALL, kind, [n for n, at in enumerate(seconds, 1) if not START < at < RAISE])


@pytest.mark.parametrize("kind", [Kind.KILL_BEFORE_REQUEST, Kind.KILL_AFTER_REQUEST])
@pytest.mark.parametrize("story", [SMALL, BLIND], ids=["asked", "not asked"])
def test_a_kill_at_any_request_loses_nothing(story: Story, kind: Kind) -> None:
    """At most one extra copy of each attempt that was in flight, flagged."""
    _each(story, kind, range(1, calm(story).providers["main"].requests + 1))


def _each(story: Story, kind: Kind, numbers: Sequence[int]) -> None:
    assert numbers
    for at in numbers:
        verdict = judge(replace(story, faults=(Fault(kind, at),)))
        assert not verdict.broken, told(verdict)
