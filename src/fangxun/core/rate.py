"""How fast a gateway and each of its sender numbers may be given messages: token buckets as values.

A bucket holds `burst` tokens, gets one back every `1 / per_second` seconds, and lets a message go
that costs no more than it holds. One that costs more than the bucket can ever hold goes when it is
full, and the next waits for what was overdrawn: so no window of length t lets through more than
`burst` (or the largest message) and `per_second * t`, and nothing waits for ever.

Buckets count elapsed time, so a wall clock that is set back costs at most what was owed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil
from zlib import crc32

NOTHING = timedelta(0)


class Unit(StrEnum):
    """What a limit counts."""

    MESSAGES = "messages"
    SEGMENTS = "segments"
    """A text of three segments counts thrice: a long code sends one a second."""


@dataclass(frozen=True, slots=True)
class Limit:
    """So many units a second in the long run, and so many at once."""

    per_second: float
    burst: int
    unit: Unit = Unit.MESSAGES

    @property
    def each(self) -> timedelta:
        """The time that one unit takes, rounded up to what an instant can hold."""
        return timedelta(microseconds=ceil(1_000_000 / self.per_second))

    def cost(self, segments: int) -> int:
        """What a message of so many segments counts; a call is one."""
        return segments if self.unit is Unit.SEGMENTS else 1


@dataclass(frozen=True, slots=True)
class Bucket:
    """`owed` is the time from `at` until it is full, `pause` that until anything may go: the
    provider has asked us to wait. Without a limit there is only the pause."""

    limit: Limit | None
    at: datetime
    owed: timedelta = NOTHING
    pause: timedelta = NOTHING


def at(bucket: Bucket, now: datetime) -> Bucket:
    """The bucket as it stands now; a clock that was set back has let no time pass."""
    passed = max(now - bucket.at, NOTHING)
    owed, pause = max(bucket.owed - passed, NOTHING), max(bucket.pause - passed, NOTHING)
    return replace(bucket, at=now, owed=owed, pause=pause)


def wait(bucket: Bucket, segments: int, *, now: datetime) -> timedelta:
    """How long a message of so many segments has to wait; zero where it may go."""
    present = at(bucket, now)
    limit = bucket.limit
    if limit is None:
        return present.pause
    least = min(limit.cost(segments), limit.burst)
    return max(present.pause, present.owed - (limit.burst - least) * limit.each)


def spend(bucket: Bucket, segments: int, *, now: datetime) -> Bucket:
    """The bucket after a message that went now."""
    present, limit = at(bucket, now), bucket.limit
    if limit is None:
        return present
    return replace(present, owed=present.owed + limit.cost(segments) * limit.each)


def slow(bucket: Bucket, until: datetime, *, now: datetime) -> Bucket:
    """The bucket when the provider lets nothing through until an instant."""
    present = at(bucket, now)
    return replace(present, pause=max(present.pause, until - now))


def holds(bucket: Bucket, *, now: datetime, most: int) -> int:
    """How many messages of one segment could go at once, at most `most`."""
    if wait(bucket, 1, now=now) > NOTHING:
        return 0
    if bucket.limit is None:
        return most
    room = bucket.limit.burst * bucket.limit.each - at(bucket, now).owed
    return min(most, room // bucket.limit.each)


@dataclass(frozen=True, slots=True)
class Way:
    """One gateway's bucket and those of its sender numbers, in their order. A call goes by the
    gateway's bucket alone."""

    whole: Bucket
    senders: Mapping[str, Bucket] = field(default_factory=dict)

    def limited(self, now: datetime) -> bool:
        """Whether anything may have to wait."""
        every = (self.whole, *self.senders.values())
        return any(one.limit is not None or at(one, now).pause > NOTHING for one in every)


@dataclass(frozen=True, slots=True)
class Choice:
    """Which sender a message goes from ("" where the provider chooses), and how long it waits."""

    sender: str
    wait: timedelta


def choose(way: Way, segments: int, *, number: str, last: str, now: datetime) -> Choice:
    """The sender of one text to a number: who texted it `last` where he is free, so that a person
    sees one correspondent; else the one that has most room."""
    whole = wait(way.whole, segments, now=now)
    if not way.senders:
        return Choice("", whole)
    waits = {name: wait(bucket, segments, now=now) for name, bucket in way.senders.items()}
    liked = familiar(way, number=number, last=last)
    soonest = min(waits.values())
    if waits[liked] != soonest:
        free = [name for name, theirs in waits.items() if theirs == soonest]
        liked = min(free, key=lambda name: at(way.senders[name], now).owed)
    return Choice(liked, max(whole, soonest))


def familiar(way: Way, *, number: str, last: str) -> str:
    """Who texted a number last; where nobody has, one that is the same after every restart; "" for
    a way without senders."""
    if last in way.senders or not way.senders:
        return last if way.senders else ""
    return tuple(way.senders)[crc32(number.encode()) % len(way.senders)]


def room(way: Way, *, now: datetime, most: int) -> int:
    """How many texts of one segment could go at once, at most `most`."""
    whole = holds(way.whole, now=now, most=most)
    if not way.senders:
        return whole
    return min(whole, sum(holds(one, now=now, most=most) for one in way.senders.values()))


def take(way: Way, sender: str | None, segments: int, *, now: datetime) -> Way:
    """The way after a message that went now, from a sender; a call, which has none, is one."""
    spent = replace(way, whole=spend(way.whole, segments, now=now))
    if sender is None or sender not in way.senders:
        return spent
    paid = spend(way.senders[sender], segments, now=now)
    return replace(spent, senders={**way.senders, sender: paid})
