"""A full outbox drained into a gateway that answers at once, beside one written by hand."""

from __future__ import annotations

import hashlib
import hmac
import json
import sqlite3
import tempfile
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime
from pathlib import Path

from fangxun import clock
from fangxun.core.level import Level
from fangxun.core.plan import Channel
from fangxun.engine import acts, cycle
from fangxun.engine.acts import Act
from fangxun.engine.daemon import Daemon
from fangxun.engine.parts import Parts
from fangxun.gateways.base import Abilities, Accepted, OneWay, Order, Outcome
from fangxun.store import outbox
from tests import crowd
from tests.benchmarks.house import fresh_store, percentile, say

SIZE = 5000
IN_FLIGHT = 100
RUNS = 3


class Instant(OneWay):
    """A gateway that costs nothing, so that the outbox is all that is measured."""

    name = "instant"
    abilities = Abilities(channels=frozenset({Channel.SMS}), receipts=False, real=False)

    def send(self, order: Order) -> Outcome:
        """Taken."""
        return Accepted(order.attempt)

    def check(self) -> str:
        """Well."""
        return ""


def ours() -> tuple[float, list[int]]:
    """Seconds from the start of a daemon that finds a full outbox until it is empty and every
    outcome is kept, and how many rows each commit touched."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as name:
        folder = Path(name)
        store = fresh_store(folder, crowd.district(SIZE))
        parts = Parts(
            store=store, feeds={}, gateways=(Instant(),), token=clock.token, clock=clock.now
        )
        act = Act("zhu-xiaoman", "benchmark", clock.now())
        acts.raise_by_hand(store, crowd.PLACE, Level.RED, act=act)
        cycle.cycle(parts, now=clock.now())
        daemon = Daemon(
            parts=parts, monotonic=clock.monotonic, elapsed=clock.elapsed,
            heartbeat=folder / "beat.json", environ={}, tick=3600.0,
        )  # fmt: skip
        groups: list[int] = []
        ended = [0.0]
        begin = clock.monotonic()
        daemon.start()
        turn = daemon.dispatcher.turn

        def counted(*, now: datetime) -> int:
            groups.append(turn(now=now))
            ended[0] = clock.monotonic() if groups[-1] else ended[0]
            return groups[-1]

        daemon.dispatcher.turn = counted  # type: ignore[method-assign]  # only counts
        try:
            while not _empty(daemon):
                threading.Event().wait(0.1)
            return ended[0] - begin, [size for size in groups if size]
        finally:
            daemon.stop()
            store.close()


def _empty(daemon: Daemon) -> bool:
    with daemon.parts.store.read() as tx:
        return outbox.next_due(tx) is None and daemon.dispatcher.idle


_SCHEMA = """
create table attempt (id text primary key, page integer, phone text, text text, priority integer,
  queued_at text, expires_at text, state text, sent_at text, tries integer, provider_id text,
  accepted_at text, settled_at text);
create index attempt_waiting on attempt (state, priority, queued_at);
create table journal (seq integer primary key, at text, event text, actor text, subject text,
  reason text, data text, mac text);
"""


def by_hand(commits: int) -> float:
    """The same by sqlite3 alone: the same pragmas, as many commits, the same changes of rows, each
    told in a journal with a keyed hash, and a pool that could have as many requests out."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as name:
        base = sqlite3.connect(Path(name) / "outbox.db", isolation_level=None)
        with closing(base):
            base.execute("pragma journal_mode = wal")
            base.execute("pragma synchronous = full")
            base.executescript(_SCHEMA)
            now = clock.now().isoformat()
            rows = [
                (f"{n:016x}", n, crowd.number(n), "x" * 60, n % 400, now, now, "queued", 0)
                for n in range(SIZE)
            ]
            base.execute("begin immediate")
            base.executemany(
                "insert into attempt (id, page, phone, text, priority, queued_at, expires_at,"
                " state, tries) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                rows,
            )
            base.execute("commit")
            begin = clock.monotonic()
            with ThreadPoolExecutor(IN_FLIGHT) as pool:
                _drain(base, pool, -(-SIZE // max(1, commits - 1)))
            return clock.monotonic() - begin


def _drain(base: sqlite3.Connection, pool: ThreadPoolExecutor, group: int) -> None:
    gateway = Instant()
    sent: list[tuple[str, Outcome]] = []
    mac = ""
    while True:
        base.execute("begin immediate")
        now = clock.now().isoformat()
        mac = _keep(base, sent, mac, now)
        claimed = base.execute(
            "select id, page, phone, text from attempt where state = 'queued' and expires_at <> ''"
            " order by priority, queued_at, id limit ?",
            (group,),
        ).fetchall()
        base.executemany(
            "update attempt set state = 'sending', tries = tries + 1, sent_at = ? where id = ?",
            [(now, row[0]) for row in claimed],
        )
        base.execute("commit")
        if not claimed:
            return
        orders = [Order(row[0], row[2], row[3], Channel.SMS, 1800) for row in claimed]
        sent = list(zip((row[0] for row in claimed), pool.map(gateway.send, orders), strict=True))


def _keep(base: sqlite3.Connection, sent: Sequence[tuple[str, Outcome]], mac: str, now: str) -> str:
    base.executemany(
        "update attempt set state = 'sent', provider_id = ?, accepted_at = ?, settled_at = ?"
        " where id = ?",
        [(str(taken), now, now, attempt) for attempt, taken in sent],
    )
    lines = []
    for attempt, _ in sent:
        data = json.dumps({"gateway": "instant", "channel": "sms", "pages": [1]})
        told = f"{mac}|{now}|{attempt}|{data}".encode()
        mac = hmac.new(b"key", told, hashlib.sha256).hexdigest()
        lines.append((now, "attempt_settled", "system", f"attempt/{attempt}", "sent", data, mac))
    base.executemany(
        "insert into journal (at, event, actor, subject, reason, data, mac)"
        " values (?, ?, ?, ?, ?, ?, ?)",
        lines,
    )
    return mac


def main() -> None:
    """Report both rates and their ratio."""
    runs = [ours() for _ in range(RUNS)]
    took = percentile([seconds for seconds, _ in runs], 0.5)
    commits = round(percentile([float(len(groups)) for _, groups in runs], 0.5))
    floor = percentile([by_hand(commits) for _ in range(RUNS)], 0.5)
    say(f"outbox by hand, {commits} commits   {SIZE / floor:7.0f} a second")
    say(
        f"Fangxun, {commits} commits          {SIZE / took:7.0f} a second   "
        f"{floor / took:.2f} of it (goal 0.8)"
    )
