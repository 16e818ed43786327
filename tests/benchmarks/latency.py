"""From a reading accepted to the first SMS request on the wire, beside the bare SDK's request."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

from fangxun import clock
from fangxun.core.observation import Reading
from fangxun.core.place import Measure
from fangxun.engine import poll
from fangxun.feeds.base import FeedSettings, Fresh, Memory
from fangxun.gateways.base import Order, Outcome
from tests import crowd
from tests.benchmarks.house import SENDER, bare_sdk, percentile, running, say
from tests.benchmarks.provider import provider

ROUNDS = 40


class Timed:
    """The real gateway, with the instant at which its first request begins."""

    def __init__(self, inner: object) -> None:
        self.inner = inner
        self.name = "twilio"
        self.abilities = inner.abilities  # type: ignore[attr-defined]  # the real gateway
        self.first = threading.Event()
        self.at = 0.0

    def send(self, order: Order) -> Outcome:
        """Note the time, then send for real."""
        if not self.first.is_set():
            self.at = clock.monotonic()
            self.first.set()
        return self.inner.send(order)  # type: ignore[attr-defined,no-any-return]  # the real gateway

    def __getattr__(self, name: str) -> object:
        return getattr(self.inner, name)


def bare(url: str) -> list[float]:
    """The bare SDK: one request after the other, over one connection that is kept."""
    client = bare_sdk(url)
    times = []
    for number in range(25):
        begin = clock.monotonic()
        client.messages.create(to=crowd.number(number), from_=SENDER, body="bare")
        times.append(clock.monotonic() - begin)
    return times[5:]


def main() -> None:
    """Report p50 and p99 of both, and their ratios. They take turns, so that a machine which others
    slow down slows down both."""
    floor: list[float] = []
    ours: list[float] = []
    for _ in range(ROUNDS):
        with provider() as url:
            floor += bare(url)
        ours.append(one_raise())
    base = percentile(floor, 0.5)
    say(
        f"bare SDK request   p50 {base * 1e3:6.2f} ms   p99 {percentile(floor, 0.99) * 1e3:6.2f} ms"
    )
    for share, bound in ((0.5, 10), (0.99, 40)):
        value = percentile(ours, share)
        say(
            f"reading -> request p{share * 100:.0f} {value * 1e3:6.2f} ms   "
            f"{value / base:.1f} times the bare p50 (goal {bound})"
        )


def one_raise() -> float:
    """A daemon at rest that has paged before; one reading raises a town of ten officials to red."""
    with running(crowd.district(10)) as house:
        timed = Timed(house.parts.gateways[0])
        parts = replace(house.parts, gateways=(timed,))  # type: ignore[arg-type]  # wraps the real one
        house.daemon.parts = parts
        house.daemon.dispatcher.parts = parts
        end = clock.now().replace(minute=0, second=0, microsecond=0)
        reading = Reading(crowd.GAUGE, Measure.RAIN, end - timedelta(hours=1), end, 110.0)
        settings = FeedSettings("gauges", "readings")
        warm = replace(reading, gauge="yx04", start=end - timedelta(hours=1))
        poll.accept(parts, settings, Fresh(Memory(), readings=(warm,)), now=clock.now())
        parts.wake()
        assert timed.first.wait(10)
        threading.Event().wait(0.5)
        timed.first.clear()
        poll.accept(parts, settings, Fresh(Memory(), readings=(reading,)), now=clock.now())
        begin = clock.monotonic()
        parts.wake()
        assert timed.first.wait(10)
        return timed.at - begin
