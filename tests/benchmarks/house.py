"""An engine over a crowd and a stand-in provider, in this process or in one of its own."""

from __future__ import annotations

import logging
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from requests.adapters import HTTPAdapter
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from fangxun import clock
from fangxun.core.district import District
from fangxun.engine import acts
from fangxun.engine.acts import Act
from fangxun.engine.daemon import Daemon
from fangxun.engine.parts import Parts, Rates
from fangxun.gateways import twilio
from fangxun.standin.twilio_lives import ACCOUNT, TOKEN
from fangxun.store.base import Store, migrate, open_store
from tests.benchmarks.provider import provider

SENDER = "+8610000000900"


@dataclass(slots=True)
class Running:
    """A daemon's threads, its parts and where its provider listens."""

    daemon: Daemon
    parts: Parts
    url: str
    folder: Path


def gateway(url: str, *, public: str = "") -> twilio.TwilioGateway:
    """The real SDK, pointed at the stand-in."""
    return twilio.build(
        "twilio",
        {
            "account_sid": ACCOUNT, "auth_tokens": ["token"], "from_": SENDER, "api_base": url,
            "no_reply_prefixes": [],
        },
        secret=lambda _name: TOKEN,
        public_base_url=public,
    )  # fmt: skip


def bare_sdk(url: str) -> Client:
    """The peer: the SDK's own client and HTTP session, only with a pool as wide as its threads."""
    http = TwilioHttpClient()
    http.session.mount(url, HTTPAdapter(pool_maxsize=100))
    client = Client(ACCOUNT, TOKEN, http_client=http)
    client.api.base_url = url
    return client


def fresh_store(folder: Path, district: District) -> Store:
    """A migrated SQLite file with synchronous=FULL, and a district in force."""
    url = f"sqlite:///{folder / 'fangxun.db'}"
    migrate(url)
    store = open_store(url, key_path=folder / "journal.key")
    acts.apply_district(store, district, act=Act("admin", "benchmark", clock.now()))
    return store


@contextmanager
def running(
    district: District,
    *,
    latency_ms: int = 0,
    public: str = "",
    callbacks: bool = False,
    rates: Rates | None = None,
) -> Iterator[Running]:
    """A whole daemon in this process, and its provider in another."""
    logging.disable(logging.WARNING)
    with (
        tempfile.TemporaryDirectory(dir="/var/tmp") as name,
        provider(latency_ms=latency_ms, callbacks=public if callbacks else "") as url,
    ):
        folder = Path(name)
        store = fresh_store(folder, district)
        parts = Parts(
            store=store,
            feeds={},
            gateways=(gateway(url, public=public),),
            token=clock.token,
            clock=clock.now,
            in_flight=100,
            rates={"twilio": rates} if rates is not None else {},
        )
        daemon = Daemon(
            parts=parts,
            monotonic=clock.monotonic,
            elapsed=clock.elapsed,
            heartbeat=folder / "beat.json",
            environ={},
        )
        daemon.start()
        try:
            yield Running(daemon, daemon.parts, url, folder)
        finally:
            daemon.stop()
            store.close()


def percentile(values: list[float], share: float) -> float:
    """The nearest-rank percentile."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


def say(line: str) -> None:
    """A line of the report."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def child(*words: str) -> subprocess.Popen[bytes]:
    """Another Python process of ours."""
    return subprocess.Popen([sys.executable, *words])
