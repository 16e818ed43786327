"""Faults planted in the engine, one at a time: the storms that CI plays must find each of them."""

from __future__ import annotations

import pytest

from tests.simulation.faults import PLANTED
from tests.simulation.invariants import INVARIANTS
from tests.simulation.run import judge, told
from tests.simulation.seeds import CAUGHT_BY, SMALL


@pytest.mark.parametrize("name", SMALL)
def test_without_a_planted_fault_a_small_storm_breaks_nothing(name: str) -> None:
    """What the planted faults are measured against."""
    verdict = judge(SMALL[name])
    assert not verdict.broken, told(verdict)


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_breaks_an_invariant(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of these engines would lose, drown or pester somebody; the simulator says so. (One that
    does not run at all proves nothing.)"""
    PLANTED[name](monkeypatch)
    broken = judge(SMALL[CAUGHT_BY.get(name, "calm")]).broken
    assert broken
    assert not [one for one in broken if one.startswith("no_mistakes")]
    assert {one.partition(":")[0] for one in broken} <= {rule.__name__ for rule in INVARIANTS}
