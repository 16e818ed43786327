"""A small storm, killed once at every commit and once at every request, before and after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import pytest

from tests.simulation.run import World, judge, play, told
from tests.simulation.story import Fault, Kind, Story

SMALL = Story(11, size=2, raises=1, sleepers=0.3, length=3900)
BLIND = replace(SMALL, askable=False)
LATE = 3000
"""Second; ten minutes after the raise all ladders have been climbed."""


@cache
def calm(story: Story) -> World:
    """The storm with a kill that never comes: so many commits and requests there are."""
    return play(replace(story, faults=(Fault(Kind.KILL_AFTER_COMMIT, 9999),)))


@pytest.mark.parametrize("kind", [Kind.KILL_BEFORE_COMMIT, Kind.KILL_AFTER_COMMIT])
@pytest.mark.parametrize("story", [SMALL, BLIND], ids=["asked", "not asked"])
def test_a_kill_at_any_commit_loses_nothing(story: Story, kind: Kind) -> None:
    """Each commit of the start, the raise and its ladders is one story."""
    seconds = calm(story).machine.committed
    _each(story, kind, [n for n, second in enumerate(seconds, 1) if second < LATE])


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
