"""1,000 people paged at once through a provider that answers in 150 ms, beside the bare SDK."""

from __future__ import annotations

import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from fangxun import clock
from fangxun.board import app as board
from fangxun.board.server import Server
from fangxun.core.level import Level
from fangxun.core.page import AttemptState
from fangxun.engine import acts
from fangxun.engine.acts import Act
from fangxun.engine.parts import Rates
from fangxun.store import outbox
from fangxun.store import pages as page_store
from tests import crowd
from tests.benchmarks.house import SENDER, Running, bare_sdk, percentile, running, say
from tests.benchmarks.provider import provider, sent

SIZE = 1000
RUNS = 5
LATENCY_MS = 150


def bare(size: int = SIZE) -> float:
    """Messages a second of the sync SDK with 100 threads and no store."""
    with provider(latency_ms=LATENCY_MS) as url:
        client = bare_sdk(url)

        def one(number: int) -> None:
            client.messages.create(to=crowd.number(number), from_=SENDER, body="x" * 60)

        with ThreadPoolExecutor(100) as pool:
            list(pool.map(one, range(100)))
            begin = clock.monotonic()
            list(pool.map(one, range(100, 100 + size)))
            return size / (clock.monotonic() - begin)


@dataclass(frozen=True, slots=True)
class Drained:
    """A raise: `seconds` from the act to the last answer kept, and the numbers in the order in
    which the provider got them."""

    seconds: float
    numbers: tuple[str, ...]


def ours(*, callbacks: bool, size: int = SIZE, rates: Rates | None = None) -> Drained:
    """One raise that pages so many people, at most as fast as `rates`."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    public = f"http://127.0.0.1:{port}" if callbacks else ""
    with running(
        crowd.district(size), latency_ms=LATENCY_MS, public=public, callbacks=callbacks, rates=rates
    ) as house:
        http = None
        if callbacks:
            http = Server(
                board.build(house.parts, house.folder / "beat.json"), host="127.0.0.1", port=port
            )
            http.start()
        threading.Event().wait(1.0)
        begin = clock.monotonic()
        act = Act("zhu-xiaoman", "benchmark", clock.now())
        acts.raise_by_hand(house.parts.store, crowd.PLACE, Level.RED, act=act)
        house.parts.wake()
        end = begin
        while True:
            threading.Event().wait(0.01)
            if quiet(house):
                end = clock.monotonic()
                if taken(house) >= size:
                    break
        numbers = tuple(message["to"] for message in sent(house.url))
        if http is not None:
            http.stop()
        return Drained(end - begin, numbers)


_TAKEN = {AttemptState.ACCEPTED, AttemptState.SENT, AttemptState.DELIVERED}


def taken(house: Running) -> int:
    """How many attempts the provider has taken, as the store knows."""
    with house.parts.store.read() as tx:
        pages = page_store.open_pages(tx)
        attempts = outbox.of_page(tx, [page.id for page in pages])
    return sum(attempt.state in _TAKEN for attempt in attempts)


def quiet(house: Running) -> bool:
    """No request is out and none waits."""
    if not house.daemon.dispatcher.idle:
        return False
    with house.parts.store.read() as tx:
        return outbox.next_due(tx) is None


def main() -> None:
    """Report both ratios: the medians of runs that take turns, so that a machine which others slow
    down slows down all of them."""
    floors: list[float] = []
    rates: dict[bool, list[float]] = {False: [], True: []}
    for _ in range(RUNS):
        floors.append(bare())
        for callbacks, measured in rates.items():
            measured.append(SIZE / ours(callbacks=callbacks).seconds)
    floor = percentile(floors, 0.5)
    say(f"bare SDK, 100 threads            {floor:6.0f} a second")
    for callbacks, bound in ((False, "goal 0.8"), (True, "stated")):
        rate = percentile(rates[callbacks], 0.5)
        name = "with two signed callbacks" if callbacks else "without callbacks"
        ratio = f"{rate / floor:.2f} of the bare SDK ({bound})"
        say(f"Fangxun, {name:25} {rate:6.0f} a second   {ratio}")
