"""Run a storm: the engine's own cycle under a virtual clock, jumping from one due instant to the
next."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from fangxun.core.district import District
from fangxun.core.incident import Incident, IncidentState
from fangxun.core.journal import Event, Line
from fangxun.core.page import Attempt, Page
from fangxun.core.plan import Standing
from fangxun.core.warning import Status
from fangxun.drill.storms import Storm
from fangxun.drill.world import World
from fangxun.engine import acts, cycle, dispatch, inward
from fangxun.engine.parts import Parts
from fangxun.feeds.base import FeedSettings
from fangxun.feeds.replay import Replay
from fangxun.gateways.base import Order
from fangxun.store import incidents as incident_store
from fangxun.store import journal as journal_store
from fangxun.store import outbox
from fangxun.store import pages as page_store
from fangxun.store.base import Store

POLL_EVERY = timedelta(minutes=5)
SILENT_AFTER = timedelta(minutes=30)
LEAST_STEP = timedelta(seconds=1)
LONGEST_STEP = timedelta(minutes=5)
APPROVAL_AFTER = timedelta(minutes=10)
"""How long the leader takes to approve an all-clear that is proposed to him."""


@dataclass(slots=True)
class Drill:
    """One storm on one store. `step` goes on to the next due instant."""

    storm: Storm
    store: Store
    district: District
    seed: int = 1
    now: datetime = field(init=False)
    world: World = field(init=False)
    parts: Parts = field(init=False)
    _dispatcher: dispatch.Dispatcher = field(init=False)
    _proposed: dict[int, datetime] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Apply the district, and put the feeds and the simulated gateway in place."""
        self.now = self.storm.start
        self.world = World(
            seed=self.seed,
            owners={
                phone.number: (person.id, number)
                for person in self.district.people
                for number, phone in enumerate(person.phones, start=1)
            },
            habits=self.storm.habits,
            dead_hours=self.storm.dead_hours,
        )
        self.parts = Parts(
            store=self.store,
            feeds=self._feeds(),
            gateways=(self.world,),
            token=_tokens(self.seed),
            clock=lambda: self.now,
            acting=frozenset({Status.ACTUAL, Status.EXERCISE, Status.TEST}),
        )
        self._dispatcher = dispatch.Dispatcher(self.parts)
        actor = self.district.plan.last_resort
        acts.apply_district(
            self.store, self.district, act=acts.Act(actor, f"drill {self.storm.name}", self.now)
        )

    def _feeds(self) -> Mapping[str, Replay]:
        return {
            name: Replay(
                FeedSettings(name, "replay", interval=POLL_EVERY, silent_after=SILENT_AFTER),
                items,
                self.storm.outages.get(name, ()),
            )
            for name, items in self.storm.items.items()
        }

    def run(self) -> Iterator[tuple[datetime, list[Line]]]:
        """Run to the end; gives each instant at which something was journalled, with its lines."""
        seen = 0
        while self.now < self.storm.end:
            self.step()
            with self.store.read() as tx:
                lines = journal_store.lines(tx, after=seen)
            if lines:
                seen = lines[-1].seq
                yield self.now, lines

    def step(self) -> None:
        """One cycle at `now`, then on to the next instant at which something is due."""
        self.world.now = self.now
        inward.store_items(self.parts, self.world.name, self.world.due(self.now), now=self.now)
        result = cycle.cycle(self.parts, now=self.now)
        if result.failed:
            raise RuntimeError(f"steps failed at {self.now}: {', '.join(result.failed)}")
        self._dispatcher.drain(now=self.now)
        self._approve()
        with self.store.read() as tx:
            times = [result.next_due, self.world.next_event(), page_store.next_due(tx)]
        times.append(self._dispatcher.next_due(self.now))
        soonest = min((at for at in times if at is not None), default=self.now + LONGEST_STEP)
        self.now = min(max(soonest, self.now + LEAST_STEP), self.now + LONGEST_STEP)

    def _approve(self) -> None:
        """The leader approves an all-clear some minutes after it was proposed."""
        with self.store.read() as tx:
            proposed = [
                item.id
                for item in incident_store.open_incidents(tx)
                if item.state is IncidentState.ALL_CLEAR_PROPOSED
            ]
        for incident_id in proposed:
            since = self._proposed.setdefault(incident_id, self.now)
            if self.now - since >= APPROVAL_AFTER:
                approver = self.district.plan.all_clear_approvers[0]
                acts.stand_down(
                    self.store,
                    incident_id,
                    act=acts.Act(approver, "all places are clear", self.now),
                )

    def outcome(self) -> Outcome:
        """What the store holds at the end."""
        with self.store.read() as tx:
            pages = page_store.latest(tx, limit=1_000_000)[::-1]
            return Outcome(
                pages=tuple(pages),
                attempts=tuple(outbox.of_page(tx, [page.id for page in pages])),
                lines=tuple(journal_store.lines(tx)),
                incidents=tuple(incident_store.list_all(tx, 1000)),
                sent=tuple(self._sent()),
                district=self.district,
            )

    def _sent(self) -> Iterator[Sent]:
        for at, order in self.world.orders:
            yield Sent(at, self.world.owners.get(order.number, ("", 1))[0], order)

    def on_watch(self, place: str, at: datetime) -> Sequence[Standing]:
        """Who stands at an instant on the posts of a place's unit and of the duty room."""
        with self.store.read() as tx:
            seen = self.parts.lookout.look(tx, now=at)
        if seen is None:
            return ()
        units = {seen.scope(place).unit, seen.scope(place).root_unit}
        return [entry for entry in seen.standing if entry.unit in units]


@dataclass(frozen=True, slots=True)
class Sent:
    """A text as it left: when, whose number it went to ("" for nobody's), and what it said."""

    at: datetime
    person: str
    order: Order


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything that a drill left behind, for its checks and its report."""

    pages: tuple[Page, ...]
    attempts: tuple[Attempt, ...]
    lines: tuple[Line, ...]
    incidents: tuple[Incident, ...]
    sent: tuple[Sent, ...]
    district: District

    @property
    def anchors(self) -> Sequence[Line]:
        """The lines that were the journal's last when its head was sent."""
        counts = [
            int(str(dict(line.entry.data)["count"]))
            for line in self.lines
            if line.entry.event is Event.ANCHORED
        ]
        return [self.lines[count - 1] for count in counts if 0 < count <= len(self.lines)]


def _tokens(seed: int) -> Callable[[int], str]:
    """Tokens that a seed always gives again, in order; nothing secret hangs on them in a drill."""
    numbers = count()

    def token(bits: int) -> str:
        return hashlib.sha256(f"{seed}/{next(numbers)}".encode()).hexdigest()[: bits // 4]

    return token
