"""A daemon in a process of its own, for tests that kill it; this module is what it runs."""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from fangxun import clock
from fangxun.engine import asking
from fangxun.engine.daemon import Daemon, Patience
from fangxun.engine.parts import Parts
from fangxun.gateways import twilio
from fangxun.standin.twilio_lives import ACCOUNT, TOKEN
from fangxun.store import lock
from fangxun.store.base import open_store
from tests.engine import dying

HASTY = Patience(cycle=1.0, requests=2.0, note=1.0)
"""What a stop waits for, in a test that waits for it."""
ROOT = Path(__file__).resolve().parents[2]


def start(url: str, port: int, folder: Path, **environ: str) -> subprocess.Popen[bytes]:
    """A daemon on a database, its provider at a port of this machine, its state in a folder."""
    words = [url, str(folder / "journal.key"), str(port), str(folder)]
    path = f"{ROOT / 'src'}:{ROOT}"
    return subprocess.Popen(
        [sys.executable, "-m", "tests.engine.process", *words],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path, **environ},
    )


def until(condition: Callable[[], bool], what: str, seconds: float = 60.0) -> None:
    """Wait for another process to have done something; real processes have no virtual clock."""
    deadline = clock.monotonic() + seconds
    while not condition():
        assert clock.monotonic() < deadline, f"still not: {what}"
        time.sleep(0.05)  # noqa: TID251  a real process is awaited


def closed_port() -> int:
    """A port of this machine on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main(url: str, key: str, port: str, state: str) -> None:
    """Run until told to stop."""
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
        gateway.abilities = replace(
            gateway.abilities,
            ask_every_seconds=1.0,
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


if __name__ == "__main__":
    main(*sys.argv[1:])
