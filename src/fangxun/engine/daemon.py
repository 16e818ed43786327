"""One process: metronome, engine, dispatcher, pools and HTTP, from start to an orderly stop.

Main thread: owns the signals and waits. Engine thread: the only one that decides. Dispatcher
thread: claims and keeps outcomes. Pools: polls and sends. APScheduler is a metronome and nothing
more: no truth lives in its jobs, and its pool runs neither polls nor sends.
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
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MISSED, JobExecutionEvent
from apscheduler.schedulers.background import BackgroundScheduler

from fangxun.core.journal import Entry, Event
from fangxun.engine import cycle, dispatch, housekeep, supervise
from fangxun.engine.hands import Threads
from fangxun.engine.parts import Parts
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
GRACE = 20.0
"""Seconds that a stop waits for requests in flight; what is left is in doubt at the next start."""
LAST = 5.0
"""Seconds that it waits after that for threads to end; those that hang end with the process."""


class Service(Protocol):
    """Something that runs beside the engine, such as the board's HTTP server."""

    def start(self) -> None:
        """Begin to serve, in a thread of its own."""
        ...

    def stop(self) -> None:
        """Stop and join."""
        ...


@dataclass(slots=True)
class Daemon:
    """The threads of one daemon. `monotonic` gives seconds that never step."""

    parts: Parts
    monotonic: Callable[[], float]
    heartbeat: Path
    environ: Mapping[str, str]
    tick: float = 5.0
    heartbeat_url: str = ""
    services: tuple[Service, ...] = ()
    grace: float = GRACE
    _woken: threading.Event = field(default_factory=threading.Event)
    _over: threading.Event = field(default_factory=threading.Event)
    _polls: Threads = field(default_factory=lambda: Threads(8, "poll"))
    _lanes: dict[str, Threads] = field(default_factory=dict)
    dispatcher: dispatch.Dispatcher = field(init=False)
    _engine: threading.Thread = field(init=False)
    _sender: threading.Thread = field(init=False)
    _metronome: BackgroundScheduler = field(init=False)
    _beater: Callable[[], None] | None = field(init=False, default=None)

    def run(self) -> None:
        """Start everything, wait for SIGTERM or SIGINT, stop in order.

        The signals are blocked and waited for, not handled: a handler runs only when the main
        thread wakes, and a signal that the kernel gives to another thread does not wake it.
        """
        before = signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
        try:
            self.start()
            signal.sigwait(STOPS)
            self.stop()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

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
        self.parts = replace(self.parts, claim=self.dispatcher.claim)
        if self.heartbeat_url:
            self._beater = supervise.heartbeat_beater(self.heartbeat_url)
        with self.parts.store.write() as tx:
            meta.put_instant(tx, "started_at", self.parts.clock())
        self._note(Event.STARTED)
        dispatch.recover(self.parts, now=self.parts.clock())
        self._engine = threading.Thread(target=self._cycles, name="engine")
        self._sender = threading.Thread(target=self._dispatches, name="dispatch")
        self._engine.start()
        self._sender.start()
        self._metronome = self._start_metronome()
        for service in self.services:
            service.start()
        gc.collect()
        gc.freeze()  # what is there for good need not be walked through in the middle of a raise
        supervise.notify("READY=1", self.environ)

    def stop(self) -> None:
        """Metronome, engine, sends in flight, HTTP, store: in this order."""
        supervise.notify("STOPPING=1", self.environ)
        self._over.set()
        self._woken.set()
        self._metronome.shutdown(wait=False)
        self._engine.join()
        self.dispatcher.stop()
        self.dispatcher.arrived.set()
        self._sender.join()
        for service in self.services:
            service.stop()
        deadline = self.monotonic() + LAST
        for threads in (*self._lanes.values(), self._polls):
            threads.close(max(0.0, deadline - self.monotonic()))
        self._note(Event.STOPPED)

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

    def _cycles(self) -> None:
        """Cycle when woken, when something is due, and at every tick."""
        seen: int | None = -1
        due: datetime | None = None
        last_at, last_mono = self.parts.clock(), self.monotonic()
        while not self._over.is_set():
            woken = self._woken.wait(GLANCE)
            now = self.parts.clock()
            if not woken and self._wake_count() == seen and (due is None or due > now):
                continue
            self._woken.clear()
            mono = self.monotonic()
            self._check_clock(now, last_at + timedelta(seconds=mono - last_mono), mono - last_mono)
            last_at, last_mono = now, mono
            self.parts.lookout.wake_seen = None
            due = self._one_cycle(now)
            seen = self.parts.lookout.wake_seen

    def _wake_count(self) -> int:
        try:
            with self.parts.store.read() as tx:
                return meta.wake_count(tx)
        except Exception:  # the store's fault is told by the cycle that follows
            log.exception("the wake counter cannot be read", extra={"action": "wake_failed"})
            return -1

    def _check_clock(self, now: datetime, expected: datetime, gap: float) -> None:
        """A step of the wall clock, and a cycle that came late, go into the journal."""
        try:
            housekeep.clock_stepped(self.parts, now=now, expected=expected)
            if gap > housekeep.LATE_CYCLE.total_seconds():
                housekeep.cycle_late(self.parts, now=now, last=now - timedelta(seconds=gap))
        except Exception:
            log.exception("the clock's check failed", extra={"action": "clock_check_failed"})

    def _one_cycle(self, now: datetime) -> datetime | None:
        """One cycle; only a whole one feeds the heartbeat and systemd's watchdog."""
        result = cycle.cycle(self.parts, now=now)
        self.dispatcher.arrived.set()
        if not result.failed:
            try:
                housekeep.write_heartbeat(self.heartbeat, housekeep.Heartbeat(now, os.getpid()))
            except OSError:  # a full disk must not end the engine: the watchdog sees the old beat
                log.exception("heartbeat not written", extra={"action": "heartbeat_failed"})
                return result.next_due
            supervise.notify("WATCHDOG=1", self.environ)
            self._beat()
        return result.next_due

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
            if self.dispatcher.arrived.wait(REST) and not self.dispatcher.idle:
                self._over.wait(GATHER)
            try:
                self.dispatcher.turn(now=self.parts.clock())
            except Exception:
                log.exception("the dispatcher failed", extra={"action": "dispatch_failed"})
                self._over.wait(GLANCE)
            if self._over.is_set() and self.dispatcher.stopping:
                deadline = deadline or self.monotonic() + self.grace
                if self.dispatcher.idle or self.monotonic() > deadline:
                    return

    def _note(self, event: Event) -> None:
        """Journal that the daemon started or stopped."""
        now = self.parts.clock()
        with self.parts.store.write() as tx:
            journal.append(tx, [Entry(now, event, "system", "daemon", "", (("pid", os.getpid()),))])
