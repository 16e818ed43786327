"""A cycle in which nothing is due, with 10,000 open pages and with 100: by the processor's time."""

from __future__ import annotations

import tempfile
import time
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from fangxun import clock
from fangxun.core.level import Level
from fangxun.engine import acts, cycle, dispatch
from fangxun.engine.acts import Act
from fangxun.engine.parts import Parts
from fangxun.store import pages as page_store
from tests import crowd
from tests.benchmarks.drain import Instant
from tests.benchmarks.house import fresh_store, percentile, say

FEW, MANY = 100, 10_000
CYCLES = 30


def cost(size: int) -> float:
    """Seconds of processor that one cycle takes at rest, the median of many: pages open, their
    texts accepted, nothing due, and each cycle as after a reading that changes nothing."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as name:
        store = fresh_store(Path(name), crowd.district(size))
        begin = clock.now()
        at = begin
        parts = Parts(
            store=store, feeds={}, gateways=(Instant(),), token=clock.token, clock=lambda: at
        )
        act = Act("zhu-xiaoman", "benchmark", begin)
        acts.raise_by_hand(store, crowd.PLACE, Level.RED, act=act)
        for _ in range(3):
            cycle.cycle(parts, now=at)
            dispatch.Dispatcher(parts).drain(now=at)
            at += timedelta(seconds=5)
        with store.read() as tx:
            found = len(page_store.open_pages(tx))
        assert found >= size, f"{found} pages are open"
        times = []
        for _ in range(CYCLES):
            at += timedelta(seconds=5)
            times.append(_timed(parts, at))
        store.close()
        return percentile(times, 0.5)


def _timed(parts: Parts, at: datetime) -> float:
    parts.lookout.wake_seen = None
    begin = time.process_time()
    result = cycle.cycle(replace(parts), now=at)
    took = time.process_time() - begin
    assert not result.failed, result.failed
    return took


def main() -> None:
    """Report both and their ratio."""
    few, many = cost(FEW), cost(MANY)
    say(f"cycle, {FEW:6,} open pages, nothing due   {few * 1e3:6.2f} ms of processor")
    say(
        f"cycle, {MANY:6,} open pages, nothing due   {many * 1e3:6.2f} ms of processor   "
        f"{many / few:.1f} times (goal 2)"
    )
