"""A daemon in a process of its own, for tests that kill it."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import socket
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from fangxun import clock
from fangxun.core.page import AttemptState
from fangxun.engine import asking
from fangxun.engine.daemon import Daemon, Patience
from fangxun.engine.parts import Parts
from fangxun.gateways import twilio
from fangxun.standin.twilio_lives import ACCOUNT, TOKEN
from fangxun.store import lock
from fangxun.store.base import Store, open_store
from tests.engine import dying

# What a daemon imports takes it a second: a server imports it once, and each daemon is forked from
# it, before it has any thread.
_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.engine.process", "twilio.rest", "psycopg"])

HASTY = Patience(cycle=1.0, requests=2.0, note=1.0)
"""What a stop waits for, in a test that waits for it."""


class Running:
    """A daemon that was started."""

    def __init__(self, process: ForkServerProcess) -> None:
        self._process = process
        self.pid = process.pid or 0

    def send_signal(self, number: int) -> None:
        """Nothing where it has ended."""
        if self._process.is_alive():
            os.kill(self.pid, number)

    def kill(self) -> None:
        """At once."""
        self.send_signal(signal.SIGKILL)

    def wait(self, timeout: float) -> int:
        """Until it has ended; its exit code, which is negative for a signal."""
        self._process.join(timeout)
        code = self._process.exitcode
        assert code is not None, f"still running after {timeout} s"
        return code


def start(url: str, port: int, folder: Path, **environ: str) -> Running:
    """A daemon on a database, its provider at a port of this machine, its state in a folder."""
    words = (url, str(folder / "journal.key"), str(port), str(folder))
    process = _FORKS.Process(target=main, args=words, kwargs=environ)
    process.start()
    return Running(process)


def until(condition: Callable[[], bool], what: str, seconds: float = 60.0) -> None:
    """Wait for another process to have done something; real processes have no virtual clock."""
    deadline = clock.monotonic() + seconds
    while not condition():
        assert clock.monotonic() < deadline, f"still not: {what}"
        time.sleep(0.05)  # noqa: TID251  a real process is awaited


def counted(store: Store) -> Counter[AttemptState]:
    """How many attempts stand in each state: asked again and again while a daemon works, and so
    without reading them all."""
    with store.read() as tx:
        asked = "SELECT state, count(*) FROM attempt GROUP BY state"
        rows = tx.connection.exec_driver_sql(asked).all()
    return Counter({AttemptState(state): number for state, number in rows})


def closed_port() -> int:
    """A port of this machine on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main(url: str, key: str, port: str, state: str, **environ: str) -> None:
    """Run until told to stop."""
    os.environ.update(environ)
    logging.disable(logging.WARNING)
    point = dying.asked(os.environ)
    store = dying.DyingStore.over(open_store(url, key_path=Path(key)), point)
    gateway = twilio.build(
        "twilio",
        {
            "account_sid": ACCOUNT,
            "auth_tokens": ["token"],
            "from_": "+8610000000900",
            "api_base": f"http://127.0.0.1:{port}",
            "no_reply_prefixes": [],
        },
        secret=lambda _name: TOKEN,
        public_base_url="",
    )
    gateway._client.http_client = dying.DyingSession(gateway._session, point)  # noqa: SLF001  the SDK's own seam
    if "DOUBT_SECONDS" in os.environ:  # real seconds, which a test need not wait for
        asking.DOUBT_ASKED_AFTER = timedelta(seconds=float(os.environ["DOUBT_SECONDS"]))
        asking.MOST_DOUBTS = 1000
        gateway.abilities = replace(
            gateway.abilities,
            ask_every_seconds=0.2,
            can_ask="CANNOT_ASK" not in os.environ,
        )
    parts = Parts(
        store=store,
        feeds={},
        gateways=(gateway,),
        token=clock.token,
        clock=clock.now,
        in_flight=100,
    )
    with lock.hold(url, "a test's daemon", now=clock.now()) as held:
        Daemon(
            parts=parts,
            monotonic=clock.monotonic,
            elapsed=clock.elapsed,
            heartbeat=Path(state) / "heartbeat.json",
            environ=os.environ,
            tick=1.0,
            heartbeat_url=os.environ.get("HEARTBEAT_URL", ""),
            locked=held.check,
            patience=HASTY if "HASTY" in os.environ else Patience(),
        ).run()
