"""One process: metronome, engine, dispatcher, pools and HTTP, from start to an orderly stop.

Main thread: owns the signals and waits. Engine thread: the only one that decides. Dispatcher
thread: claims and keeps outcomes. Pools: polls and sends. APScheduler is a metronome and nothing
more: no truth lives in its jobs, and its pool runs neither polls nor sends.

Each thread is looked at by another: the engine looks at dispatcher and HTTP, the main thread at the
engine, and systemd and the watchdog at them all. No thread can hold up a stop: what does not end in
its time is left, and the store knows what was in flight.
"""

from __future__ import annotations

import gc
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MISSED, JobExecutionEvent
from apscheduler.schedulers.background import BackgroundScheduler

from fangxun.core.errors import N_, FangxunError
from fangxun.core.journal import Entry, Event
from fangxun.engine import dispatch, poll, supervise, warm_up
from fangxun.engine.parts import Parts
from fangxun.engine.rounds import Moment, Rounds
from fangxun.engine.threads import Threads
from fangxun.engine.vitals import Pulse, Service, Vitals
from fangxun.store import journal, meta

log = logging.getLogger(__name__)

GLANCE = 0.25
"""Seconds between two looks at the wake counter: an edit elsewhere acts within a second."""
GATHER = 0.015
"""Seconds that outcomes are gathered before one commit keeps them all."""
SWITCH = 0.001
"""Seconds that one thread may compute while others wait: a sender that has its answer must not wait
five milliseconds for the engine's."""
REST = 1.0
"""Seconds between two looks at the outbox when nothing wakes the dispatcher: for rows that wait."""
STOPS = frozenset({signal.SIGTERM, signal.SIGINT})


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds that a stop waits, in this order; together, with HTTP's own few, less than the unit's
    TimeoutStopSec."""

    cycle: float = 8.0
    """For the cycle that runs; the store takes back what it had begun."""
    requests: float = 20.0
    """For requests in flight; what is left is in doubt at the next start."""
    note: float = 12.0
    """For what a poll brought and for writing down the stop; a busy database says so after ten."""


_DIED = N_("The engine ended by a fault of its own: {why}. Start it again; the log says more.")


def _unlocked() -> None:
    """Nobody holds the database: a test's daemon."""


@dataclass(slots=True)
class Daemon:
    """The threads of one daemon. `monotonic` gives seconds that never step, and `elapsed` such as
    go on while the machine is suspended. `locked` says nothing while this daemon holds the
    database, and raises Conflict once another does."""

    parts: Parts
    monotonic: Callable[[], float]
    elapsed: Callable[[], float]
    heartbeat: Path
    environ: Mapping[str, str]
    tick: float = 5.0
    heartbeat_url: str = ""
    services: tuple[Service, ...] = ()
    locked: Callable[[], None] = _unlocked
    patience: Patience = Patience()
    _woken: threading.Event = field(default_factory=threading.Event)
    _over: threading.Event = field(default_factory=threading.Event)
    _polls: Threads = field(default_factory=lambda: Threads(8, "poll"))
    _lanes: dict[str, Threads] = field(default_factory=dict)
    dispatcher: dispatch.Dispatcher = field(init=False)
    _rounds: Rounds = field(init=False)
    _pulse: Pulse = field(init=False)
    _engine: threading.Thread = field(init=False)
    _sender: threading.Thread = field(init=False)
    _metronome: BackgroundScheduler = field(init=False)
    _beater: Callable[[], None] | None = field(init=False, default=None)
    _why_over: FangxunError | None = field(init=False, default=None)

    def run(self) -> None:
        """Start everything, wait for SIGTERM or SIGINT, stop in order. Raises why it had to end by
        itself, where it had.

        The signals are blocked and waited for: a handler runs only when the main thread wakes, and
        a signal that the kernel gives to another thread does not wake it. They are handled, too:
        while nobody waits for them (in a start, in a stop, between two waits) the kernel gives them
        to a thread that a library began before they were blocked, and would end the process there.
        """
        asked: list[int] = []
        handlers = {
            one: signal.signal(one, lambda number, _frame: asked.append(number)) for one in STOPS
        }
        before = signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
        try:
            self.start()
            while not asked and signal.sigtimedwait(STOPS, REST) is None:
                if not self._engine.is_alive():
                    break
            self.stop()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
            for one, handler in handlers.items():
                signal.signal(one, handler)
        if self._why_over is not None:
            raise self._why_over

    def start(self) -> None:
        """Recover what a crash left, then start the threads."""
        sys.setswitchinterval(SWITCH)
        self._lanes = {
            gateway.name: Threads(self.parts.in_flight, f"send-{gateway.name}")
            for gateway in self.parts.gateways
        }
        self.parts = replace(
            self.parts,
            sending=self._lanes,
            polling=self._polls,
            wake=self._woken.set,
        )
        self.dispatcher = dispatch.Dispatcher(self.parts)
        now = self.parts.clock()
        with self.parts.faults.barrier("warm-up", now=now, action="warm_up_failed"):
            warm_up.warm_up(self.parts, now=now)  # before anything could be claimed by it
        self.parts = replace(self.parts, claim=self.dispatcher.claim)
        if self.heartbeat_url:
            self._beater = supervise.heartbeat_beater(self.heartbeat_url)
        self._engine = threading.Thread(target=self._cycles, name="engine", daemon=True)
        self._sender = threading.Thread(target=self._dispatches, name="dispatch", daemon=True)
        self._rounds = Rounds(
            self.parts, self.heartbeat, self._vitals().look, tell=self._tell, beat=self._beat
        )
        self._rounds.begin(self._moment())
        with self.parts.store.write() as tx:
            meta.put_instant(tx, "started_at", self.parts.clock())
        self._note(Event.STARTED)
        poll.forget_removed(self.parts, now=self.parts.clock())
        dispatch.recover(self.parts, now=self.parts.clock())
        for service in self.services:
            service.start()
        self.dispatcher.arrived.set()
        self._sender.start()
        self._metronome = self._start_metronome()
        gc.collect()
        gc.freeze()  # what is there for good need not be walked through in the middle of a raise
        self._tell("READY=1")
        self._engine.start()

    def _vitals(self) -> Vitals:
        mono = self.monotonic()
        self._pulse = Pulse(mono, mono)
        return Vitals(
            self.parts, self.monotonic, self._pulse, mono, self.services, self.locked,
            sender=self._sender.is_alive, end=self._end,
        )  # fmt: skip

    def stop(self) -> None:
        """Metronome, engine, sends in flight, HTTP, store: in this order, each in its time."""
        self._tell("STOPPING=1")
        self._over.set()
        self._woken.set()
        self._metronome.shutdown(wait=False)
        self._engine.join(self.patience.cycle)
        self.dispatcher.stop()
        for lane in self._lanes.values():
            for waiting in lane.close():
                waiting()  # a dispatcher that stops makes no request: the row goes back
        self.dispatcher.arrived.set()
        self._sender.join(self.patience.requests + REST)
        for service in self.services:
            service.stop()
        last = threading.Thread(target=self._stopped, name="stopped", daemon=True)
        last.start()
        last.join(self.patience.note)

    def _stopped(self) -> None:
        """Nothing that was asked is kept after it: the stop is the last that the journal says."""
        self._polls.leave(self.patience.note / 2)
        try:
            self._note(Event.STOPPED)
        except FangxunError as error:  # what stops in order has not failed: the store had
            log.warning("the stop is not journalled: %s", error, extra={"action": "not_noted"})

    def _start_metronome(self) -> BackgroundScheduler:
        """The fallback that wakes the engine every `tick` seconds; misses are told, not lost."""
        scheduler = BackgroundScheduler(timezone="UTC")
        scheduler.add_job(
            self._woken.set,
            "interval",
            seconds=self.tick,
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
            id="metronome",
        )
        scheduler.add_listener(self._metronome_failed, EVENT_JOB_ERROR | EVENT_JOB_MISSED)
        scheduler.start()
        return scheduler

    def _metronome_failed(self, event: JobExecutionEvent) -> None:
        log.error("the metronome missed a beat: %s", event, extra={"action": "metronome_missed"})
        self._woken.set()

    def _moment(self) -> Moment:
        return Moment(self.parts.clock(), self.elapsed(), self.monotonic())

    def _cycles(self) -> None:
        """The engine's thread; what ends it ends the daemon."""
        try:
            self._cycle_on()
        except Exception as error:
            log.exception("the engine's thread ends", extra={"action": "engine_died"})
            self._end(FangxunError(_DIED, why=f"{type(error).__name__}: {error}"))

    def _cycle_on(self) -> None:
        """Cycle when woken, when something is due, and at every tick."""
        seen: int | None = -1
        due: datetime | None = None
        while not self._over.is_set():
            woken = self._woken.wait(GLANCE)
            now = self.parts.clock()
            news = woken or self._wake_count() not in {None, seen}
            if not news and (due is None or due > now):
                continue
            self._woken.clear()
            self.parts.lookout.wake_seen = None
            due = self._rounds.go(self._moment())
            self.dispatcher.arrived.set()
            seen = self.parts.lookout.wake_seen

    def _wake_count(self) -> int | None:
        """None where it cannot be read: then the tick wakes, and not each look."""
        # The store's fault is told by the cycle that follows.
        with (
            self.parts.faults.barrier("wake", now=self.parts.clock(), action="wake_failed"),
            self.parts.store.read() as tx,
        ):
            return meta.wake_count(tx)
        return None

    def _end(self, error: FangxunError) -> None:
        """This process may not go on: nothing more is claimed, and the main thread stops it."""
        self._why_over = error
        self.dispatcher.stop()
        self._over.set()

    def _tell(self, message: str) -> None:
        supervise.notify(message, self.environ)

    def _beat(self) -> None:
        """The outgoing heartbeat; one at a time."""
        if self._beater is None or "heartbeat" in self.parts.polls_out:
            return
        self.parts.polls_out.add("heartbeat")
        self._polls.give(self._beater, lambda _: self.parts.polls_out.discard("heartbeat"))

    def _dispatches(self) -> None:
        """Keep outcomes and claim, in groups, until stopped and nothing is out."""
        deadline: float | None = None
        while True:
            rest = min(REST, self.dispatcher.rest)
            if self.dispatcher.arrived.wait(rest) and not self.dispatcher.idle:
                self._over.wait(GATHER)
            self._dispatch()
            if self._over.is_set() and self.dispatcher.stopping:
                deadline = deadline or self.monotonic() + self.patience.requests
                if self.dispatcher.idle or self.monotonic() > deadline:
                    return

    def _dispatch(self) -> None:
        """One turn of the dispatcher, and its pulse."""
        now, moved = self.parts.clock(), 0
        with self.parts.faults.barrier("dispatch", now=now, action="dispatch_failed") as barrier:
            moved = self.dispatcher.turn(now=now)
        if barrier.error is not None:
            self._over.wait(GLANCE)
        else:
            if self._pulse.well is None:
                self._woken.set()  # the first round need not wait for the tick to be whole
            self._pulse.well = self.monotonic()
        if moved:
            self._pulse.moved = self.monotonic()
        self._pulse.came = self.monotonic()

    def _note(self, event: Event) -> None:
        """Journal that the daemon started or stopped."""
        now = self.parts.clock()
        with self.parts.store.write() as tx:
            journal.append(tx, [Entry(now, event, "system", "daemon", "", (("pid", os.getpid()),))])
