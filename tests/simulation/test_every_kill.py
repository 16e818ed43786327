"""A small storm, killed once at commits and requests of every kind, before and after them.

`python -m tests.simulation --kills` is the same at every single one of them.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.simulation.kills import (
    BLIND,
    NEVER,
    SMALL,
    Kill,
    at_requests,
    found,
    judge_each,
    of_each_kind,
)
from tests.simulation.left import left_by
from tests.simulation.run import play, told
from tests.simulation.story import Fault, Kind, Story

AT_REQUESTS = {Kind.KILL_BEFORE_REQUEST, Kind.KILL_AFTER_REQUEST}


@pytest.mark.parametrize(
    "kind", [Kind.KILL_BEFORE_COMMIT, Kind.KILL_AFTER_COMMIT, Kind.KILL_AFTER_REQUEST]
)
def test_a_kill_between_any_two_deeds_loses_nothing(kind: Kind) -> None:
    """At most one extra copy of each attempt that was in flight, flagged. (Before a request is
    always after a commit.)"""
    _each(SMALL, of_each_kind(kill for kill in found(SMALL) if kill.fault.kind is kind))


def test_a_kill_at_any_request_loses_nothing_where_nobody_can_be_asked() -> None:
    """Then the extra copy leaves at once."""
    _each(BLIND, of_each_kind(at_requests(BLIND)))


def _each(story: Story, chosen: list[Kill]) -> None:
    assert chosen
    verdicts = judge_each(story, chosen)
    assert len(verdicts) == len(chosen) + 1
    for verdict in verdicts:
        assert not verdict.broken, told(verdict)


def test_no_request_is_the_first_deed_of_its_second() -> None:
    """A row is committed as sending, and then it is sent; so a kill before a request is one after a
    commit."""
    assert AT_REQUESTS - {kill.fault.kind for kill in found(SMALL)} == {Kind.KILL_BEFORE_REQUEST}


def test_before_a_deed_is_after_the_last_one_of_the_same_second() -> None:
    """Line for line."""
    deeds = play(replace(SMALL, faults=(NEVER,))).agenda.deeds
    claim = next(at for at, deed in enumerate(deeds) if deeds[at + 1].name == "main")
    after = Fault(Kind.KILL_AFTER_COMMIT, deeds[claim].number)
    before = Fault(Kind.KILL_BEFORE_REQUEST, deeds[claim + 1].number)

    def lines(fault: Fault) -> list[object]:
        left = left_by(play(replace(SMALL, faults=(fault,))))
        return [replace(line.entry, data=()) for line in left.lines]

    assert lines(after) == lines(before)
