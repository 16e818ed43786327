"""What the wiring hands to the engine; every step takes it and nothing else from outside."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from fangxun.core.call_sheet import CallSheet
from fangxun.core.page import Attempt
from fangxun.core.plan import Channel
from fangxun.core.rate import Limit
from fangxun.core.warning import Status
from fangxun.core.wording import Registration
from fangxun.engine.faults import Faults
from fangxun.engine.view import Lookout
from fangxun.feeds.base import Feed
from fangxun.gateways.base import Gateway
from fangxun.store.base import Store

T = TypeVar("T")


class Hands(Protocol):
    """The one seam of concurrency: threads in the daemon, at once and in order in a drill."""

    def give(self, job: Callable[[], T], done: Callable[[T], None]) -> None:
        """Do `job` some time soon and hand its result to `done`, in whatever thread did it."""
        ...


class Inline:
    """Does everything at once in the caller's thread; a seed always tells the same story."""

    def give(self, job: Callable[[], T], done: Callable[[T], None]) -> None:
        """Do it now."""
        done(job())


def _nothing() -> None:
    """Nobody waits to be woken: a drill calls the cycle itself."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """Attempts as they are to be kept, and what sends the claimed ones: to be called once that is
    committed."""

    attempts: Sequence[Attempt]
    send: Callable[[], None]


def _not_measured() -> int | None:
    """A drill's disk is not watched."""
    return None


def _anything(_gateway: Gateway) -> bool:
    """Nothing in particular is to be said."""
    return True


def _left_in_the_outbox(attempts: Sequence[Attempt], _now: datetime) -> Claimed:
    """A drill drains the outbox after each cycle."""
    return Claimed(attempts, _nothing)


@dataclass(frozen=True, slots=True)
class Rates:
    """How fast a gateway as a whole, and each of its senders, may be given messages."""

    whole: Limit | None = None
    sender: Limit | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """The ways out, in the order of preference. `link_base` is the public URL of the confirmation
    page, "" where there is none."""

    gateways: Sequence[Gateway]
    templates: Mapping[str, Sequence[Registration]] = field(default_factory=dict)
    """What each gateway's provider has registered, by the gateway's name."""
    link_base: str = ""

    def gateway(self, name: str) -> Gateway | None:
        """The gateway of that name."""
        return next((gateway for gateway in self.gateways if gateway.name == name), None)

    def able(
        self,
        channel: Channel,
        number: str = "",
        *,
        without: frozenset[str] = frozenset(),
        takes: Callable[[Gateway], bool] = _anything,
    ) -> Gateway | None:
        """The first gateway that serves a channel (to a number's country, where one is given),
        `takes` what is to be said, and is not in `without`; where all that serve it are, the first
        of them all the same: a text that waits for a gateway's return is better than none."""
        serving = [g for g in self.gateways if g.abilities.serves(channel, number) and takes(g)]
        return next(
            (g for g in serving if not without & {g.name, aside_name(g.name, channel)}),
            next(iter(serving), None),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts(Ways):
    """Adapters and settings of one engine.

    `token(bits)` gives random hex, `clock()` the present (virtual in a drill) for work that ends in
    another thread than the cycle's. `acting`: CAP statuses that act. `in_flight` bounds the
    requests out at a time.
    """

    store: Store
    feeds: Mapping[str, Feed]
    token: Callable[[int], str]
    clock: Callable[[], datetime]
    sending: Mapping[str, Hands] = field(default_factory=dict)
    """A lane for each gateway, so that one that hangs holds up no other; see `lane`."""
    polling: Hands = field(default_factory=Inline)
    in_flight: int = 100
    rates: Mapping[str, Rates] = field(default_factory=dict)
    """By gateway, how fast it may be given messages; one without any is given all at once."""
    useful_life: timedelta = timedelta(minutes=30)
    """How long a page's text is worth delivering; the provider is told."""
    acting: frozenset[Status] = frozenset({Status.ACTUAL})
    lookout: Lookout = field(default_factory=Lookout)
    wake: Callable[[], None] = _nothing
    """Called when something was accepted in this process; the daemon then cycles at once."""
    claim: Callable[[Sequence[Attempt], datetime], Claimed] = _left_in_the_outbox
    """Called in the transaction that is about to queue something: what can leave at once is kept as
    sending from the start."""
    free_bytes: Callable[[], int | None] = _not_measured
    """Room on the disk of the state directory; None where it is not watched."""
    polls_out: set[str] = field(default_factory=set)
    """Feeds and gateways being asked just now; no truth, a restart asks again."""
    asked: dict[str, datetime] = field(default_factory=dict)
    """When each gateway was last asked for what callbacks did not bring; no truth: up to when it
    has been heard is kept in the store."""
    resting: dict[str, datetime] = field(default_factory=dict)
    """Feeds of which the last poll could not be kept, and when they may be asked again; no truth
    either."""
    faults: Faults = field(default_factory=Faults)
    paper: Callable[[CallSheet], object] | None = None
    """Rewrites the call sheet; a FangxunError says why it cannot be. A drill writes none."""

    def lane(self, name: str) -> Hands:
        """Whose hands send for a gateway; its own thread where there are none."""
        return self.sending.get(name) or Inline()


def aside_name(gateway: str, channel: Channel) -> str:
    """By what name a gateway is set aside: one that places no calls may still send texts. What
    stops its texts stops its calls."""
    return f"{gateway}:{channel.value}" if channel is Channel.VOICE else gateway
