"""A simulated machine: the real engine on the real store, killed and started again at will.

Its parts are put together as the daemon does it, with virtual hands instead of threads. A kill
throws all of it away but the file; what starts again knows only what stands there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from io import StringIO
from itertools import count
from typing import Any

from fangxun.core.district import District
from fangxun.core.errors import StoreFault
from fangxun.core.journal import Entry, Event
from fangxun.core.rate import Limit
from fangxun.engine import cycle, dispatch, housekeep, receive
from fangxun.engine.parts import Parts, Rates
from fangxun.gateways import twilio
from fangxun.gateways.base import CallbackRequest, Forged, Gateway, Item
from fangxun.gateways.console import ConsoleGateway, ConsoleSettings
from fangxun.standin.twilio_lives import ACCOUNT, TOKEN
from fangxun.store import journal, meta
from tests.simulation import storm
from tests.simulation.agenda import Agenda, Killed, Later
from tests.simulation.disk import Disk
from tests.simulation.provider import BASE, NUMBERS, Provider
from tests.simulation.story import COMMITS, Kind, Story

TICK = timedelta(seconds=5)
"""The metronome's; what a cycle could not do is tried again then."""
RESTART = 3
"""Seconds until a supervisor has started the daemon again."""
LONGEST = timedelta(minutes=10)
BURST = 5


@dataclass
class Machine:
    """`offset`: wall clock less true time. `alive` counts the processes that there were."""

    story: Story
    agenda: Agenda
    disk: Disk
    district: District
    providers: Mapping[str, Provider]
    edits: Callable[[datetime], None]
    """What two people do to the roster at the same moment."""
    offset: timedelta = timedelta()
    process: int = 0
    up: bool = False
    asleep_until: datetime | None = None
    begun: int = 0
    """Transactions so far."""
    faulty: bool = True
    orphans: set[str] = field(default_factory=set)
    """Attempts that stood as sending when a process died."""
    parts: Parts = field(init=False)
    dispatcher: dispatch.Dispatcher = field(init=False)
    _callbacks: list[tuple[str, CallbackRequest]] = field(default_factory=list)
    _woken: bool = True
    _due: datetime | None = None
    _leaves: datetime | None = None
    """By its clock, when a cycle is due by itself, and when something in the outbox may leave."""
    _last: tuple[datetime, datetime] | None = None
    _tokens: Any = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        """The disk meets its faults from now on."""
        self.disk.store.befalls = self._befalls
        self.disk.store.commits = lambda what: self.agenda.done("commit", self.begun, what)

    @property
    def wall(self) -> datetime:
        """What its clock shows."""
        return self.agenda.now + self.offset

    def _befalls(self) -> Kind | None:
        self.begun += 1
        found = self.story.of(*COMMITS) if self.faulty else ()
        kind = next((fault.kind for fault in found if fault.holds(self.begun)), None)
        if kind is Kind.TWO_EDITS:
            self.edits(self.wall)
        return kind

    def boot(self) -> None:
        """A new process: nothing is known but what stands in the store."""
        self.process += 1
        self.up, self._last, self._woken = True, None, True
        self._due = self._leaves = None
        self._callbacks.clear()
        gateways = self._gateways()
        hands = {g.name: self._hands(self.providers.get(g.name)) for g in gateways}
        parts = Parts(
            store=self.disk.store,
            feeds=storm.feeds(self.story, self.district),
            gateways=gateways,
            token=lambda bits: f"{next(self._tokens):0{bits // 4}x}",
            clock=lambda: self.wall,
            sending=hands,
            polling=self._hands(None),
            wake=self.wake,
            rates=self._rates(),
        )
        self.dispatcher = dispatch.Dispatcher(parts)
        self.dispatcher._never.set()  # noqa: SLF001  its breath is real time, and no thread waits here
        self.parts = replace(parts, claim=self.dispatcher.claim)
        self.guarded(self._start)

    def _start(self) -> None:
        """As `Daemon.start` does; a store that cannot be used ends the process."""
        try:
            with self.parts.store.write() as tx:
                meta.put_instant(tx, "started_at", self.wall)
                journal.append(tx, [Entry(self.wall, Event.STARTED, "system", "daemon", "")])
            dispatch.recover(self.parts, now=self.wall)
        except StoreFault as error:
            raise Killed("no start") from error

    def _gateways(self) -> tuple[Gateway, ...]:
        return (
            self._account("main"), self._account("spare"),
            ConsoleGateway(ConsoleSettings("console"), now=lambda: self.wall, terminal=StringIO()),
        )  # fmt: skip

    def _rates(self) -> Mapping[str, Rates]:
        if self.story.rate is None:
            return {}
        return {name: Rates(whole=Limit(self.story.rate, BURST)) for name in self.providers}

    def _account(self, name: str) -> Gateway:
        calls = self.story.calls
        gateway = twilio.build(
            name,
            {
                "account_sid": ACCOUNT, "auth_tokens": ["token"], "from": NUMBERS[name],
                "api_base": "http://127.0.0.1:1", "no_reply_prefixes": [],
                **({"voice_from": NUMBERS[name], "voice_closed_prefixes": []} if calls else {}),
            },
            secret=lambda _name: TOKEN,
            public_base_url=BASE,
        )  # fmt: skip
        gateway._client.http_client = self.providers[name]  # noqa: SLF001  the SDK's own seam for a session
        gateway.abilities = replace(
            gateway.abilities, can_ask=self.story.askable, ask_every_seconds=self._ask_every(name)
        )
        return gateway

    def _ask_every(self, name: str) -> float:
        """Rarely, where callbacks bring everything: a question lists all messages of the day."""
        harmless = {Kind.FEED_OUT, Kind.FEED_AGAIN, Kind.TWO_EDITS, Kind.FORGED, Kind.CLOCK_STEP}
        troubled = any(fault.kind not in harmless for fault in self.story.faults)
        return 400.0 if troubled and name == "main" else 3600.0

    def _hands(self, provider: Provider | None) -> Later:
        process = self.process
        return Later(
            self.agenda,
            do=lambda event: self._do(process, event),
            wait=lambda: provider.wait if provider else 1.0,
        )

    def _do(self, process: int, event: Callable[[], None]) -> None:
        """What belongs to a process happens in it, when it is awake, or not at all."""
        if process != self.process or not self.up:
            return
        if self.asleep_until is not None:
            self.agenda.at(self.asleep_until, lambda: self._do(process, event))
            return
        try:
            self.guarded(event)
        except StoreFault:  # as `daemon.Threads`: a job in the pool that fails is logged
            return

    def guarded(self, event: Callable[[], None]) -> None:
        """Do it; a kill within it ends the process, and a supervisor starts another."""
        try:
            event()
        except Killed:
            self.kill(RESTART)

    def kill(self, seconds: float) -> None:
        """The process dies; only the file stays."""
        self.up, self.process = False, self.process + 1
        self.disk.close()
        self.orphans |= {row[0] for row in self.disk.asked(
            "SELECT id FROM attempt WHERE state = 'sending'")}  # fmt: skip
        self.agenda.after(seconds, self._restart)

    def _restart(self) -> None:
        if self.asleep_until is not None:
            self.agenda.at(self.asleep_until, self._restart)
        elif not self.up:
            self.boot()

    def sleep(self, seconds: float) -> None:
        """The whole machine stands still."""
        self.asleep_until = self.agenda.now + timedelta(seconds=seconds)
        self.agenda.after(seconds, self._awake)

    def _awake(self) -> None:
        if self.asleep_until is not None and self.asleep_until <= self.agenda.now:
            self.asleep_until = None

    def wake(self) -> None:
        """Something was accepted, here or by another program."""
        self._woken = True

    def called_back(self, gateway: str, request: CallbackRequest) -> None:
        """A provider calls; nobody answers where no process is up and awake."""
        if self.up and self.asleep_until is None:
            self._callbacks.append((gateway, request))

    def next_due(self) -> datetime | None:
        """In true time, when the machine has something to do by itself."""
        if not self.up or self.asleep_until is not None:
            return None
        if self._woken or self._callbacks or self.dispatcher.arrived.is_set():
            return self.agenda.now
        times = [at - self.offset for at in (self._due, self._leaves) if at is not None]
        return min(times, default=None)

    def step(self) -> None:
        """One pass of its threads: callbacks, a cycle where one is due, and the dispatcher. They
        share a look: nobody else acts between them but at a commit."""
        due = self.next_due()
        if due is not None and due <= self.agenda.now:
            with self.disk.store.one_look():
                self.guarded(self._step)

    def _step(self) -> None:
        self._take_callbacks()
        now = self.wall
        turns = self.dispatcher.arrived.is_set() or (self._leaves or now) <= now
        if self._woken or self._due is None or self._due <= now:
            self._woken = False
            self._check_clock(now)
            result = cycle.cycle(self.parts, now=now)
            self._due = min(result.next_due or now + LONGEST, now + LONGEST)
            if result.failed:
                self._due = now + TICK
            self._due = max(self._due, now + timedelta(seconds=1))
            turns = True
        if turns:
            self._dispatch(now)

    def _dispatch(self, now: datetime) -> None:
        try:
            while self.dispatcher.turn(now=now):
                pass
            due = self.dispatcher.next_due(now)
        except StoreFault:  # as the daemon's thread: logged, and tried again
            self.dispatcher.arrived.clear()
            due = now + timedelta(seconds=1)
        self._leaves = max(due, now + timedelta(seconds=1)) if due is not None else None

    def _check_clock(self, now: datetime) -> None:
        """As `Daemon._check_clock`: wall clock against true time since the last cycle."""
        last, self._last = self._last, (now, self.agenda.now)
        if last is None:
            return
        gap = self.agenda.now - last[1]
        try:
            housekeep.clock_stepped(self.parts, now=now, expected=last[0] + gap)
            if gap > LONGEST + housekeep.LATE_CYCLE:  # the metronome's tick is longer here
                housekeep.cycle_late(self.parts, now=now, last=now - gap)
        except StoreFault:
            self._last = last

    def _take_callbacks(self) -> None:
        """Each is checked by the real gateway; what came together is stored together."""
        came, self._callbacks = self._callbacks, []
        items: dict[str, list[Item]] = {}
        for name, request in came:
            gateway = self.parts.gateway(name)
            try:
                items.setdefault(name, []).extend(
                    gateway.callback(request).items if gateway else ()
                )
            except Forged:
                self._forged(name, request)
        for name, found in items.items():
            try:
                receive.store_items(self.parts, name, found, now=self.wall)
            except StoreFault:  # the provider gets a 503; what it does not repeat is asked for
                continue

    def _forged(self, name: str, request: CallbackRequest) -> None:
        try:
            receive.store_callback(self.parts, name, request, now=self.wall)
        except (Forged, StoreFault):
            return
