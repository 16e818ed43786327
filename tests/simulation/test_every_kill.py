"""A small storm, killed once at every commit and once at every request, before and after it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from tests.simulation.run import World, judge, play, told
from tests.simulation.story import Fault, Kind, Story

SMALL = Story(11, size=2, raises=1, sleepers=0.3)
BLIND = Story(11, size=2, raises=1, sleepers=0.3, askable=False)


@cache
def calm() -> World:
    """The storm without a kill: so many commits and requests there are."""
    return play(SMALL)


@pytest.mark.parametrize("kind", [Kind.KILL_BEFORE_COMMIT, Kind.KILL_AFTER_COMMIT])
@pytest.mark.parametrize("story", [SMALL, BLIND], ids=["asked", "not asked"])
def test_a_kill_at_any_commit_loses_nothing(story: Story, kind: Kind) -> None:
    """Each commit of the storm's first hour is one story."""
    _each(story, kind, min(calm().machine.commits, 45))


@pytest.mark.parametrize("kind", [Kind.KILL_BEFORE_REQUEST, Kind.KILL_AFTER_REQUEST])
@pytest.mark.parametrize("story", [SMALL, BLIND], ids=["asked", "not asked"])
def test_a_kill_at_any_request_loses_nothing(story: Story, kind: Kind) -> None:
    """At most one extra copy of each attempt that was in flight, flagged."""
    _each(story, kind, calm().providers["main"].requests)


def _each(story: Story, kind: Kind, times: int) -> None:
    assert times
    for at in range(1, times + 1):
        verdict = judge(replace(story, faults=(Fault(kind, at),)))
        assert not verdict.broken, told(verdict)
