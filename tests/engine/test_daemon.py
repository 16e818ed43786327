"""The daemon's threads: one that hangs, fails or is dead is seen, and none holds up a stop."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi import FastAPI

from fangxun import clock
from fangxun.board.server import Server
from fangxun.core.errors import Conflict, StoreFault
from fangxun.core.page import AttemptState
from fangxun.core.plan import Channel
from fangxun.engine import acts, housekeep, vitals
from fangxun.engine.acts import Act
from fangxun.engine.daemon import Daemon, Patience
from fangxun.engine.parts import Parts
from fangxun.feeds.base import FeedSettings, Memory, Polled, Unchanged
from fangxun.gateways.base import Order, Outcome
from fangxun.store import outbox
from fangxun.store.base import open_store
from tests import beginnings
from tests.engine.process import until
from tests.engine.stores import Gated
from tests.house.sources import ROOT
from tests.scenario.room import Phones

SHORT = Patience(cycle=0.3, requests=0.3, note=0.3)


class House:
    """A daemon in this process, over real parts. `leap` makes its monotonic clock jump."""

    def __init__(self, folder: Path, template: Path) -> None:
        self.path = folder / "fangxun.db"
        self.path.write_bytes(template.read_bytes())
        self.url = f"sqlite:///{self.path}"
        self.opened = open_store(self.url, key_path=folder / "journal.key")
        self.store = Gated.over(self.opened)
        district = beginnings.example()
        acts.apply_district(self.opened, district, act=self.by())
        self.sms = Phones("sms", [Channel.SMS], two_way=False)
        self.systemd = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.systemd.bind(str(folder / "notify"))
        self._leapt = 0.0
        self.daemon = Daemon(
            parts=Parts(
                store=self.store, feeds={}, gateways=(self.sms,), token=clock.token,
                clock=clock.now,
            ),
            monotonic=lambda: clock.monotonic() + self._leapt,
            elapsed=clock.elapsed,
            heartbeat=folder / "heartbeat.json",
            environ={"NOTIFY_SOCKET": str(folder / "notify")},
            tick=0.2,
            patience=SHORT,
        )  # fmt: skip

    def by(self) -> Act:
        return Act("zhu-xiaoman", "test", clock.now())

    def leap(self, seconds: float) -> None:
        self._leapt += seconds

    def page(self, person: str) -> None:
        acts.send_page(self.opened, person, "江边塌方", act=self.by())

    def whole(self) -> bool:
        """Whether the last round was whole."""
        beat = housekeep.read_heartbeat(self.daemon.heartbeat)
        return beat is not None and not beat.failed

    def failed(self) -> tuple[str, ...]:
        beat = housekeep.read_heartbeat(self.daemon.heartbeat)
        return beat.failed if beat is not None else ()

    def hears(self, message: bytes) -> bool:
        """Whether systemd is told this from now on, within ten ticks."""
        self.systemd.setblocking(False)
        with suppress(BlockingIOError):
            while self.systemd.recv(100):
                pass
        self.systemd.settimeout(2)
        try:
            return self.systemd.recv(100) == message
        except TimeoutError:
            return False

    def stop(self) -> None:
        """Stop it."""
        self.daemon.stop()

    def states(self) -> list[AttemptState]:
        """Of every text that was queued, in the order of their priority."""
        with self.opened.read() as tx:
            return sorted(a.state for a in outbox.of_page(tx, range(1, 50)))


@pytest.fixture
def house(tmp_path: Path, sqlite_template: Path) -> Iterator[House]:
    built = House(tmp_path, sqlite_template)
    yield built
    built.store.free.set()
    built.opened.close()
    built.systemd.close()


def test_an_act_at_a_desk_is_taken_up_without_waiting_for_the_tick(house: House) -> None:
    """The metronome is only the fallback: here it would come in an hour."""
    house.daemon.tick = 3600.0
    house.daemon.start()
    until(house.whole, "a whole round")
    house.page("jian-changming")
    until(lambda: len(house.sms.taken) == 1, "the text left")
    house.stop()


def test_a_dispatcher_that_hangs_is_seen_and_holds_up_no_stop(house: House) -> None:
    """It hangs in the middle of a turn: the heartbeat stays behind and says so, systemd hears
    nothing more and starts a new process, SIGTERM does not wait for it."""
    house.daemon.start()
    until(house.whole, "a whole round")
    house.store.holds = "dispatch"
    house.leap(vitals.PULSE_WITHIN + 1)
    until(lambda: house.failed() == ("dispatch",), "the hanging dispatcher was seen")
    assert not house.hears(b"WATCHDOG=1")
    house.stop()
    assert not house.store.waited_out


def test_a_dispatcher_that_fails_is_seen_and_is_no_reason_for_a_new_process(house: House) -> None:
    """A new one would fail on the same row: people hear of it, and systemd does not."""
    house.daemon.start()
    until(house.whole, "a whole round")
    house.store.refuses = "dispatch"
    until(lambda: bool(house.leap(5)) or house.failed() == ("dispatch",), "it was seen")
    assert house.hears(b"WATCHDOG=1")
    house.store.refuses = ""
    until(house.whole, "it works again")
    house.stop()


def test_a_dispatcher_that_hangs_from_the_start_never_has_a_heartbeat(house: House) -> None:
    """Else a daemon that is started again and again would look alive each time."""
    house.store.holds = "dispatch"
    house.daemon.start()
    assert house.hears(b"WATCHDOG=1")
    assert housekeep.read_heartbeat(house.daemon.heartbeat) is None
    house.stop()


def test_http_that_is_dead_is_seen(house: House) -> None:
    """Nobody could confirm by link, and receipts would be lost."""
    server = Server(FastAPI(), host="127.0.0.1", port=0)
    house.daemon.services = (server,)
    house.daemon.start()
    until(house.whole, "a whole round")
    server.stop()
    until(lambda: house.failed() == ("http",), "the dead service was seen")
    assert not house.hears(b"WATCHDOG=1")
    house.stop()


class Slow:
    """A feed that has not answered yet."""

    settings = FeedSettings("slow", "replay")

    def __init__(self) -> None:
        self.asked, self.answers = threading.Event(), threading.Event()
        self.waited_out = False

    def poll(self, memory: Memory, *, now: object) -> Polled:  # noqa: ARG002  protocol
        self.asked.set()
        self.waited_out = not self.answers.wait(60)
        return Unchanged(memory)


def test_a_stop_waits_for_no_feed(house: House) -> None:
    """A slow one may take its whole deadline."""
    slow = Slow()
    house.daemon.parts = replace(house.daemon.parts, feeds={"slow": slow})
    house.daemon.start()
    assert slow.asked.wait(10)
    house.stop()
    assert not slow.waited_out
    slow.answers.set()


def test_texts_that_no_sender_had_begun_go_back_at_a_stop(house: House) -> None:
    """The one in flight stays as being sent, in doubt at the next start; the others are not."""
    answers = threading.Event()
    plain = house.sms.answer

    def hanging(order: Order) -> Outcome:
        answers.wait(60)
        return plain(order)

    house.sms.answer = hanging
    house.daemon.parts = replace(house.daemon.parts, in_flight=1)
    house.daemon.start()
    for person in ("gu-huiyin", "yun-chuxiu", "shi-jianchuan"):
        house.page(person)
    until(lambda: house.states() == [AttemptState.SENDING] * 3, "all are claimed")
    house.stop()
    assert house.states() == [AttemptState.QUEUED] * 2 + [AttemptState.SENDING]
    answers.set()


def test_a_stop_waits_for_the_request_in_flight_and_keeps_its_answer(house: House) -> None:
    """The provider has it: the next start has nothing to ask for and sends no copy."""
    answers = threading.Event()
    plain = house.sms.answer

    def late(order: Order) -> Outcome:
        answers.wait(60)
        return plain(order)

    house.sms.answer = late
    house.daemon.patience = replace(SHORT, requests=30)
    house.daemon.start()
    house.page("gu-huiyin")
    until(lambda: house.states() == [AttemptState.SENDING], "the request is out")
    stopping = threading.Thread(target=house.stop)
    stopping.start()
    house.systemd.settimeout(30)
    while house.systemd.recv(100) != b"STOPPING=1":
        pass
    answers.set()
    stopping.join(30)
    assert house.states() == [AttemptState.ACCEPTED]


def test_a_stop_that_cannot_be_written_down_is_a_stop(house: House) -> None:
    """The database is gone: what stops in order has not failed."""
    house.daemon.start()
    until(house.whole, "a whole round")
    house.path.rename(house.path.with_name("elsewhere.db"))
    house.stop()


def test_a_daemon_whose_database_stays_away_ends_and_says_why(house: House) -> None:
    """It may come back for half a minute; then a new process opens what lies there."""
    elsewhere = house.path.with_name("elsewhere.db")
    ended: list[Exception] = []

    def trouble() -> None:
        until(house.whole, "a whole round")
        house.path.rename(elsewhere)
        until(lambda: "lock" in house.failed(), "it was seen")
        elsewhere.rename(house.path)
        until(house.whole, "it is back")
        house.path.rename(elsewhere)
        until(lambda: "lock" in house.failed(), "it was seen again")
        house.leap(vitals.MOVED_WITHIN + 1)

    helper = threading.Thread(target=trouble)
    helper.start()
    try:
        house.daemon.run()
    except StoreFault as error:
        ended.append(error)
    helper.join()
    assert "not the file that was opened" in str(ended[0])


def test_a_daemon_whose_lock_another_has_ends_at_once(house: House) -> None:
    """Two would page everybody twice."""

    def gone() -> None:
        raise Conflict("another daemon")

    house.daemon.locked = gone
    with pytest.raises(Conflict):
        house.daemon.run()


def test_a_stop_is_over_before_systemd_loses_patience() -> None:
    """Everything that it may wait for, together, and HTTP's few seconds."""
    unit = (ROOT / "deploy" / "fangxun.service").read_text(encoding="utf-8")
    (limit,) = (line for line in unit.splitlines() if line.startswith("TimeoutStopSec="))
    whole = Patience()
    most = whole.cycle + whole.requests + whole.note + 10
    assert most < float(limit.partition("=")[2])
