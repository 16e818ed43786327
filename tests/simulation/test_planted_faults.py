"""Faults planted in the engine, one at a time: CI's seeds must find each of them."""

from __future__ import annotations

import pytest

from tests.simulation.faults import PLANTED
from tests.simulation.run import judge
from tests.simulation.seeds import CI_SEEDS
from tests.simulation.story import drawn


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_breaks_an_invariant(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of these engines would lose, drown or pester somebody; a seed of CI says so."""
    PLANTED[name](monkeypatch)
    assert any(judge(drawn(seed)).broken for seed in CI_SEEDS)
