"""CI's storms are weathered; a seed tells the same story again; a failure is cut short."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.simulation.exchange import ANSWERED
from tests.simulation.left import left_by
from tests.simulation.run import Verdict, judge, play, shortest, told
from tests.simulation.seeds import CI_SEEDS
from tests.simulation.story import COMMITS, KILLS, REQUESTS, Fault, Kind, Story, drawn


@pytest.mark.parametrize("seed", CI_SEEDS)
def test_a_storm_under_faults_breaks_no_invariant(seed: int) -> None:
    """Nothing is lost, nobody is paged twice, and whoever was not reached is an alarm."""
    verdict = judge(drawn(seed))
    assert not verdict.broken, told(shortest(verdict))


def test_a_storm_without_a_fault_breaks_none_either() -> None:
    """About two hundred pages, and an all-clear at its end."""
    story = Story(1, ends=True)
    assert judge(story).broken == ()


def test_ci_s_seeds_hold_every_kind_of_fault_and_calls() -> None:
    """What is never drawn proves nothing."""
    stories = [drawn(seed) for seed in CI_SEEDS]
    assert {fault.kind for story in stories for fault in story.faults} == set(Kind)
    assert {True, False} == {story.calls for story in stories}


def test_calls_are_answered_missed_and_taken_back_as_on_a_real_line() -> None:
    """What never happens proves nothing: each end of a call is met, and each way to pick up."""
    world = play(Story(22, size=38, raises=3, calls=True, sleepers=0.1))
    calls = [call for each in world.providers.values() for call in each.exchange.calls]
    assert {call.status for call in calls} == {
        "completed", "no-answer", "busy", "failed", "canceled",
    }  # fmt: skip
    assert {call.keys for call in calls} == {pick.value for pick in ANSWERED}


def test_the_same_seed_tells_the_same_story() -> None:
    """Line for line, or a failure could not be looked at."""
    story = next(drawn(seed) for seed in CI_SEEDS if drawn(seed).of(*KILLS))

    def lines() -> list[object]:
        left = left_by(play(replace(story, size=6)))
        return [
            (e.at, e.event, e.actor, e.subject, e.reason, [d for d in e.data if d[0] != "head"])
            for e in (line.entry for line in left.lines)
        ]

    assert lines() == lines()


def test_the_shortest_story_that_still_fails_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of six faults the one that matters is left."""
    culprit = Fault(Kind.BUSY, 20, 3)
    others = [Fault(kind, 10) for kind in (*COMMITS[:2], *REQUESTS[:3])]
    story = Story(3, faults=(*others[:3], culprit, *others[3:]))

    def broken(story: Story) -> Verdict:
        return Verdict(story, ("it breaks",) if culprit in story.faults else ())

    monkeypatch.setattr("tests.simulation.run.judge", broken)
    found = shortest(broken(story))
    assert found.story.faults == (culprit,)
    assert found.story.raises == 1
    assert "busy at commit 20" in told(found)
