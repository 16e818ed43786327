"""A real kill -9, and a SIGTERM, while 1,000 pages are accepted and the gateway is down."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from fangxun import clock
from fangxun.core.level import Level
from fangxun.engine import acts
from fangxun.engine.acts import Act
from fangxun.standin.twilio_server import TwilioStandin
from fangxun.store.base import Store, open_store
from tests import crowd
from tests.engine.process import closed_port, counted, start, until

SIZES = {"sqlite": 1000, "postgresql": 200}
"""Pages; on a machine of the second kind it is the same code, and a fifth of the time."""


@pytest.fixture
def house(migrated_url: str, tmp_path: Path) -> Iterator[tuple[Store, str, int]]:
    opened = open_store(migrated_url, key_path=tmp_path / "journal.key")
    size = SIZES[migrated_url.partition(":")[0].partition("+")[0]]
    acts.apply_district(opened, crowd.district(size), act=Act("admin", "test", clock.now()))
    yield opened, migrated_url, size
    opened.close()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_nothing_accepted_is_lost_and_nobody_is_told_twice(
    how: signal.Signals, house: tuple[Store, str, int], tmp_path: Path
) -> None:
    """So many pages accepted, the gateway down, the process dies: the next one sends each once."""
    opened, url, size = house

    first = start(url, closed_port(), tmp_path)
    acts.raise_by_hand(
        opened, crowd.PLACE, Level.RED, act=Act("zhu-xiaoman", "the dam keeper phoned", clock.now())
    )
    until(lambda: counted(opened).total() >= size, "all pages accepted, with their attempts")
    first.send_signal(how)
    first.wait(timeout=40)
    with TwilioStandin() as provider:
        port = int(provider.url.rsplit(":", 1)[1])
        second = start(url, port, tmp_path, DOUBT_SECONDS="0.1")
        try:
            wanted = {crowd.number(10_000 + i) for i in range(size)}
            until(lambda: wanted <= {m.to for m in provider.messages}, "everybody was told", 150.0)
        finally:
            second.send_signal(signal.SIGTERM)
            second.wait(timeout=40)
        told = Counter(m.to for m in provider.messages if m.to in wanted)
    assert set(told) == wanted
    assert set(told.values()) == {1}, "a refused connection is no doubt: nobody needs a copy"
