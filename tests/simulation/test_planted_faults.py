"""Faults planted in the engine, one at a time: CI's seeds must find each of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.simulation.faults import PLANTED
from tests.simulation.run import judge
from tests.simulation.seeds import CAUGHT_BY, CI_SEEDS
from tests.simulation.story import drawn

SMALL = 8
"""Officials a town: what is wrong with the engine shows in a small storm, too."""


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_breaks_an_invariant(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of these engines would lose, drown or pester somebody; a seed of CI says so."""
    PLANTED[name](monkeypatch)
    first = CAUGHT_BY.get(name, 0)
    assert first in CI_SEEDS
    assert any(judge(replace(drawn(seed), size=SMALL)).broken for seed in (first, *CI_SEEDS))


def test_without_a_planted_fault_these_seeds_break_nothing() -> None:
    """What the planted faults are measured against."""
    for seed in sorted({CAUGHT_BY.get(name, 0) for name in PLANTED}):
        assert judge(replace(drawn(seed), size=SMALL)).broken == ()
