"""When a message leaves: what it counts against a rate, from which sender, how a queue drains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from fangxun.core import message, rate
from fangxun.core.attempt import Attempt
from fangxun.core.plan import Channel
from fangxun.core.rate import Choice, Way

Lane = tuple[str, Channel]
"""A gateway and what it brings: calls do not stand behind the texts of slow senders."""


def lane_of(attempt: Attempt) -> Lane:
    """The lane in which a message waits."""
    return attempt.gateway, attempt.channel


def segments(attempt: Attempt) -> int:
    """What a message counts; a call is one."""
    sms = attempt.channel is Channel.SMS
    return message.segments(attempt.text).count if sms else 1


def choose(way: Way, attempt: Attempt, *, last: str = "", now: datetime) -> Choice:
    """The sender of one message, and how long it waits for one; a call has none."""
    if attempt.channel is not Channel.SMS:
        return Choice("", rate.wait(way.whole, 1, now=now))
    return rate.choose(way, segments(attempt), number=attempt.number, last=last, now=now)


def take(way: Way, attempt: Attempt, choice: Choice, *, now: datetime) -> Way:
    """The way after a message that went now."""
    sender = choice.sender if attempt.channel is Channel.SMS else None
    return rate.take(way, sender, segments(attempt), now=now)


def drain(
    attempts: Sequence[Attempt], ways: Mapping[str, Way], *, now: datetime
) -> dict[str, timedelta]:
    """After what time each of these leaves, by id, where all of them are queued now, in this order,
    nothing else is, and every provider takes what its rate allows."""
    found: dict[str, timedelta] = {}
    for gateway in dict.fromkeys(attempt.gateway for attempt in attempts):
        theirs = [attempt for attempt in attempts if attempt.gateway == gateway]
        found |= _drain_one(theirs, ways[gateway], now)
    return found


def _drain_one(attempts: Sequence[Attempt], way: Way, now: datetime) -> dict[str, timedelta]:
    lanes: dict[Lane, list[Attempt]] = {}
    for attempt in reversed(attempts):
        lanes.setdefault(lane_of(attempt), []).append(attempt)
    found: dict[str, timedelta] = {}
    at = now
    while lanes:
        heads = {lane: choose(way, queue[-1], now=at) for lane, queue in lanes.items()}
        lane = min(heads, key=lambda one: (heads[one].wait, lanes[one][-1].priority))
        at += heads[lane].wait
        attempt = lanes[lane].pop()
        way = take(way, attempt, heads[lane], now=at)
        found[attempt.id] = at - now
        if not lanes[lane]:
            del lanes[lane]
    return found
