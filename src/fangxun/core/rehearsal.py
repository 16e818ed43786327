"""What raises of many places at once would come to: messages, time, cost, and who is left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from fangxun.core.attempt import Attempt
from fangxun.core.departure import Lane, drain, lane_of, segments
from fangxun.core.level import Hazard, Level
from fangxun.core.plan import Channel, Group
from fangxun.core.price import Price
from fangxun.core.rate import Way


class Lack(StrEnum):
    """What is wrong with a person's way."""

    UNREACHED = "cannot_be_reached"
    """No valid number of his, or no gateway that carries the channel to it."""
    UNCONFIRMED = "cannot_confirm"
    """He is reached, and no reply, link or key comes back."""


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A channel that fails a person. `elsewhere`: another channel of the plan does not."""

    person: str
    channel: Channel
    lack: Lack
    elsewhere: bool


@dataclass(frozen=True, slots=True)
class Load:
    """What one gateway would be given by one channel. `last` leaves that long after the raise, and
    `late` of them only when their text is of no use any more; `cost` None where no price is known.
    """

    gateway: str
    channel: Channel
    messages: int
    segments: int
    last: timedelta
    late: int
    cost: Decimal | None
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Bill:
    """What one gateway would be given by one channel; `cost` None where no price is known."""

    gateway: str
    channel: Channel
    messages: int
    segments: int
    cost: Decimal | None
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Silence:
    """The same raise where nobody confirms: every step of every ladder, and every wave. The last
    page is given up that long after the raise; the alarms about it are not counted."""

    pages: int
    given_up: timedelta
    bills: tuple[Bill, ...]


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A raise of these places to one level, at this moment. `loads` are of the first step of the
    first wave; `waves` says that the plan calls others later; `unpaged` are people whose first step
    reaches nobody at all, `empty` the groups of a place that nobody is in."""

    level: Level
    hazard: Hazard
    places: tuple[str, ...]
    people: int
    pages: int
    loads: tuple[Load, ...]
    shortfalls: tuple[Shortfall, ...]
    unpaged: tuple[str, ...]
    empty: tuple[tuple[str, Group], ...]
    silence: Silence
    waves: bool = False

    @property
    def last(self) -> timedelta:
        """After what time the last message has left."""
        return max((load.last for load in self.loads), default=timedelta(0))


def loads(
    attempts: Sequence[Attempt],
    ways: Mapping[str, Way],
    prices: Mapping[str, Price],
    *,
    now: datetime,
) -> tuple[Load, ...]:
    """What each gateway is given by each channel, in the order in which they are first needed."""
    in_order = sorted(attempts, key=lambda attempt: attempt.priority)
    leaves = drain(in_order, ways, now=now)
    lanes: dict[Lane, list[Attempt]] = {}
    for attempt in in_order:
        lanes.setdefault(lane_of(attempt), []).append(attempt)
    return tuple(
        _load(theirs, leaves, prices.get(gateway, Price()), now) for (gateway, _), theirs in
        lanes.items()
    )  # fmt: skip


def bills(attempts: Sequence[Attempt], prices: Mapping[str, Price]) -> tuple[Bill, ...]:
    """What each gateway is given by each channel, in the order in which they are first needed."""
    lanes: dict[Lane, list[Attempt]] = {}
    for attempt in attempts:
        lanes.setdefault(lane_of(attempt), []).append(attempt)
    return tuple(
        _bill(theirs, prices.get(gateway, Price())) for (gateway, _), theirs in lanes.items()
    )


def _bill(theirs: Sequence[Attempt], price: Price) -> Bill:
    first = theirs[0]
    counts = [segments(attempt) for attempt in theirs]
    costs = [price.of(first.channel, count) for count in counts]
    known = [cost for cost in costs if cost is not None]
    cost = sum(known, Decimal(0)) if len(known) == len(costs) else None
    return Bill(first.gateway, first.channel, len(theirs), sum(counts), cost, price.currency)


def _load(
    theirs: Sequence[Attempt], leaves: Mapping[str, timedelta], price: Price, now: datetime
) -> Load:
    bill = _bill(theirs, price)
    return Load(
        gateway=bill.gateway,
        channel=bill.channel,
        messages=bill.messages,
        segments=bill.segments,
        last=max(leaves[attempt.id] for attempt in theirs),
        late=sum(now + leaves[attempt.id] >= attempt.expires_at for attempt in theirs),
        cost=bill.cost,
        currency=bill.currency,
    )
