"""How fast each gateway is given messages: the dispatcher's buckets, shared by its two claimers.

What may not leave yet stays in the outbox, in its order, so that a red raise that comes later
overtakes a blue one that waits. No truth lives here: a restart begins with full buckets, which is
one burst at most.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from fangxun.core import departure, rate
from fangxun.core.attempt import Attempt
from fangxun.core.departure import Lane
from fangxun.core.plan import Channel
from fangxun.core.rate import Bucket, Way
from fangxun.engine.parts import Parts, Rates


def way_of(senders: Sequence[str], rates: Rates, *, now: datetime) -> Way:
    """A gateway that has been given nothing yet."""
    own = senders or (("",) if rates.sender is not None else ())
    return Way(Bucket(rates.whole, now), {name: Bucket(rates.sender, now) for name in own})


class Throttle:
    """One way for each gateway. The engine and the dispatcher both take from it, so it looks at the
    clock itself: the instant that a cycle began with is old when it claims."""

    def __init__(self, parts: Parts) -> None:
        """Every bucket is full."""
        now = parts.clock()
        self._clock = parts.clock
        self._ways = {
            gateway.name: way_of(
                gateway.abilities.senders, parts.rates.get(gateway.name, Rates()), now=now
            )
            for gateway in parts.gateways
        }
        self._free = {name for name, way in self._ways.items() if not way.limited(now)}
        """Gateways in which nothing has to wait."""
        self._channels = {g.name: sorted(g.abilities.channels) for g in parts.gateways}
        self._last: dict[tuple[str, str], str] = {}
        """By gateway and number, who texted it last."""
        self._heads: dict[Lane, Attempt] = {}
        """What stands first where something had to wait."""
        self._lock = threading.Lock()

    def limited(self) -> list[Lane]:
        """Lanes in which something may have to wait."""
        with self._lock:
            now = self._clock()
            bound = self._ways.keys() - self._free
            freed = {name for name in bound if not self._ways[name].limited(now)}
            self._free |= freed
            for lane in [lane for lane in self._heads if lane[0] in freed]:
                del self._heads[lane]
            return [
                (name, channel)
                for name in self._ways
                if name not in self._free
                for channel in self._channels[name]
            ]

    def room(self, lane: Lane, *, most: int) -> int:
        """How many messages of a lane could leave now."""
        name, channel = lane
        with self._lock:
            now = self._clock()
            way = self._ways[name]
            if channel is Channel.SMS:
                return rate.room(way, most=most, now=now)
            return rate.holds(way.whole, most=most, now=now)

    def admit(self, attempts: Sequence[Attempt]) -> dict[str, str]:
        """Those of these, by id, that may leave now, each with its sender. In a lane where one has
        to wait everything behind it does: nothing overtakes a longer text."""
        with self._lock:
            now = self._clock()
            shut: set[Lane] = set()
            found: dict[str, str] = {}
            for attempt in attempts:
                lane = departure.lane_of(attempt)
                sender = None if lane in shut else self._take(attempt, now)
                if sender is not None:
                    found[attempt.id] = sender
                elif lane not in shut:
                    shut.add(lane)
                    self._heads[lane] = attempt
            return found

    def _take(self, attempt: Attempt, now: datetime) -> str | None:
        """Its sender, with its tokens spent; None where there are none."""
        way = self._ways.get(attempt.gateway)
        if way is None:
            return ""
        key = attempt.gateway, attempt.number
        if attempt.gateway in self._free:
            sms = attempt.channel is Channel.SMS
            last = self._last.get(key, "")
            return rate.familiar(way, number=attempt.number, last=last) if sms else ""
        choice = departure.choose(way, attempt, last=self._last.get(key, ""), now=now)
        if choice.wait > timedelta(0):
            return None
        self._ways[attempt.gateway] = departure.take(way, attempt, choice, now=now)
        if choice.sender:
            self._last[key] = choice.sender
        return choice.sender

    def waits(self, lane: Lane, head: Attempt | None) -> None:
        """What stands first in a lane after a claim; None where nothing does."""
        with self._lock:
            if head is None:
                self._heads.pop(lane, None)
            else:
                self._heads[lane] = head

    @property
    def held(self) -> list[Lane]:
        """Lanes in which something waits for its token."""
        with self._lock:
            return list(self._heads)

    def wait(self, *, without: Collection[str] = ()) -> timedelta | None:
        """After how long the first of what waits may leave, but for these gateways; None where
        nothing does."""
        with self._lock:
            now = self._clock()
            waits = [
                departure.choose(self._ways[name], head, now=now).wait
                for (name, _), head in self._heads.items()
                if name not in without
            ]
        return min(waits, default=None)

    def slow(self, gateway: str, sender: str, pause: timedelta) -> None:
        """The provider says that we are too fast: the sender, or with "" the gateway as a whole,
        is given nothing for so long."""
        with self._lock:
            now = self._clock()
            until = now + pause
            way = self._ways.get(gateway)
            if way is None:
                return
            self._free.discard(gateway)
            if sender in way.senders and sender:
                slowed = rate.slow(way.senders[sender], until, now=now)
                self._ways[gateway] = replace(way, senders={**way.senders, sender: slowed})
            else:
                self._ways[gateway] = replace(way, whole=rate.slow(way.whole, until, now=now))
