"""The database's server is gone, or hangs, when the daemon is told to stop: it ends in its time, as
after any stop, and what was accepted is sent by the next one."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from fangxun import clock
from fangxun.core.level import Level
from fangxun.core.page import AttemptState
from fangxun.engine import acts
from fangxun.engine.acts import Act
from fangxun.standin.misbehaviour import Behaviour
from fangxun.standin.twilio_server import TwilioStandin
from fangxun.store import outbox
from fangxun.store import pages as page_store
from fangxun.store.base import Store, migrate, open_store
from tests import crowd, postgres
from tests.engine.process import HASTY, Running, closed_port, start, until

SIZE = 20
ENDS_WITHIN = 10 + HASTY.cycle + HASTY.requests + HASTY.note
"""Seconds: what it waits for, and the ends of its process on a busy machine."""


@dataclass
class House:
    """A district on a PostgreSQL server of its own, and the port of its provider."""

    server: postgres.Server
    url: str
    folder: Path
    port: int

    def daemon(self) -> Running:
        return start(self.url, self.port, self.folder, HASTY="1")

    def raised(self) -> None:
        """Somebody phones, and twenty people are to be told."""
        with closing(self.store()) as store:
            act = Act("zhu-xiaoman", "the dam keeper phoned", clock.now())
            acts.raise_by_hand(store, crowd.PLACE, Level.RED, act=act)

    def states(self) -> Counter[AttemptState]:
        """Of the messages to those who are paged, as the database has them."""
        with closing(self.store()) as store, store.read() as tx:
            pages = [page.id for page in page_store.open_pages(tx) if page.person]
            return Counter(attempt.state for attempt in outbox.of_page(tx, pages))

    def store(self) -> Store:
        return open_store(self.url, key_path=self.folder / "journal.key")


@pytest.fixture(scope="module")
def server() -> Iterator[postgres.Server]:
    with postgres.running() as made:
        yield made


@pytest.fixture
def house(server: postgres.Server, tmp_path: Path) -> House:
    made = House(server, postgres.create(server.folder, tmp_path.name), tmp_path, closed_port())
    migrate(made.url)
    with closing(made.store()) as store:
        acts.apply_district(store, crowd.district(SIZE), act=Act("admin", "test", clock.now()))
    return made


def stopped(daemon: Running) -> int:
    """Told to stop; its exit code, which comes in time."""
    daemon.send_signal(signal.SIGTERM)
    try:
        return daemon.wait(timeout=ENDS_WITHIN)
    finally:
        daemon.send_signal(signal.SIGKILL)


def told(provider: TwilioStandin) -> set[int]:
    """How often each was told."""
    return set(Counter(message.to for message in provider.messages).values())


@pytest.mark.parametrize("how", ["stop", "freeze"])
def test_a_stop_without_the_server_ends_in_its_time_and_loses_nothing(
    house: House, how: str
) -> None:
    """The gateway is down, too: what is queued waits for the daemon that comes after."""
    first = house.daemon()
    house.raised()
    until(lambda: house.states().total() == SIZE, "they are in the outbox")
    getattr(house.server, how)()
    code = stopped(first)
    house.server.thaw() if how == "freeze" else house.server.start()
    assert code == 0
    left = house.states()
    assert left[AttemptState.QUEUED] + left[AttemptState.SENDING] == SIZE


def test_what_was_being_sent_when_the_server_went_is_in_doubt_and_not_sent_twice(
    house: House,
) -> None:
    """The provider has taken it, and nobody could write that down: it is asked before anything is
    sent again."""
    with TwilioStandin(port=house.port) as provider:
        provider.behave(Behaviour(latency=3.0))
        first = house.daemon()
        house.raised()
        until(lambda: len(provider.messages) == SIZE, "requests are out")
        house.server.stop()
        code = stopped(first)
        house.server.start()
        assert code == 0
        assert house.states() == {AttemptState.SENDING: SIZE}
        second = house.daemon()
        until(lambda: house.states()[AttemptState.SENDING] == 0, "they are in doubt")
        assert stopped(second) == 0
    assert told(provider) == {1}
