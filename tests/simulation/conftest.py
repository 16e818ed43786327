"""The databases of simulated machines, removed when the tests are over."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.simulation.run import live_in, memory


@pytest.fixture(scope="session", autouse=True)
def home() -> Iterator[None]:
    """In memory; one for each test process."""
    with memory() as folder:
        live_in(folder)
        yield
