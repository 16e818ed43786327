"""Play one story to its end; and, where it fails, find the shortest that still does."""

from __future__ import annotations

import gc
import logging
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from fangxun.core.errors import FangxunError
from fangxun.core.incident import IncidentState
from fangxun.core.level import Level
from fangxun.core.page import How
from fangxun.core.roster import CoverRequest
from fangxun.core.timeline import Span
from fangxun.engine import acts
from fangxun.engine.acts import Act
from fangxun.gateways.base import CallbackRequest
from fangxun.standin.twilio_calls import Call
from fangxun.standin.twilio_messages import Message
from fangxun.store import incidents as incident_store
from fangxun.store import pages as page_store
from tests.simulation import storm, town
from tests.simulation.agenda import Agenda
from tests.simulation.disk import Disk
from tests.simulation.machine import Machine
from tests.simulation.people import People
from tests.simulation.provider import BASE, Provider
from tests.simulation.story import Fault, Kind, Story, shorter

LOOK = 600
"""Seconds between two looks of the duty officer at the terminal, once the storm has passed."""
PATIENCE = 6 * 3600
"""Seconds after which a machine that has been left in peace must have come to rest."""
OFFICERS = ("fxb-officer", "shangyun-officer")


@dataclass
class World:
    """One storm: machine, providers, people and weather under one agenda."""

    story: Story
    disk: Disk
    before: Callable[[World], None]
    """Called before each instant, when nobody holds the database."""
    mistakes: list[str] = field(default_factory=list)
    """Of our code, as the engine has logged them."""
    edited: list[str] = field(default_factory=list)
    """What the two people at the roster did, and what they were told."""

    def __post_init__(self) -> None:
        """Everything in its place, nothing begun."""
        self.agenda = Agenda(storm.START)
        self.district = town.district(self.story.size, calls=self.story.calls)
        self.people = People(self.story, self.district, lambda name: self.providers[name])
        self.providers = {name: self._provider(name) for name in ("main", "spare")}
        self.disk.renew()
        self.machine = Machine(
            self.story, self.agenda, self.disk, self.district, self.providers, self._edits
        )

    def _provider(self, name: str) -> Provider:
        return Provider(
            name, self.story, self.agenda,
            call_back=self._called_back,
            arrives=lambda message, attempt: self.people.arrives(name, message, attempt),
            picks=self.people.picks, pressed=self.people.pressed,
            faulty=name == "main",
        )  # fmt: skip

    def _called_back(self, gateway: str, request: CallbackRequest) -> None:
        self.machine.called_back(gateway, request)

    def play(self) -> None:
        """The storm with its faults, and then peace until everything has come to rest."""
        self._prepare()
        self.before(self)
        self.machine.boot()
        self._until(self.story.length)
        self.machine.faulty = self.providers["main"].faulty = False
        while not self.rests() and self.agenda.second < self.story.length + PATIENCE:
            self._look_at_the_terminal()
            self._until(self.agenda.second + LOOK)

    def suffer(self, fault: Fault) -> None:
        """From now on this fault, and no other."""
        self.story = replace(self.story, faults=(fault,))
        for part in (self.machine, self.people, *self.providers.values()):
            part.story = self.story

    def _prepare(self) -> None:
        """What people and the world do by themselves, and the faults that have their moment."""
        for fault in self.story.of(Kind.CLOCK_STEP, Kind.ASLEEP, Kind.DOWN, Kind.FORGED):
            act = {
                Kind.CLOCK_STEP: self._step_clock, Kind.ASLEEP: self.machine.sleep,
                Kind.DOWN: self.machine.kill, Kind.FORGED: self._forge,
            }[fault.kind]  # fmt: skip
            self.agenda.after(fault.at, lambda act=act, size=fault.size: act(size))
        if self.story.raises > 3:
            self.agenda.after(storm.BY_HAND, self._raise_by_hand)
        length = self.story.length
        if self.story.ends:
            for second in (length - 1500, length - 900, length - 300):
                self.agenda.after(second, self._stand_down)

    def _until(self, second: int) -> None:
        end = storm.START + timedelta(seconds=second)
        while self.agenda.now < end:
            self.before(self)
            while event := self.agenda.due():
                event()
            self.machine.step()
            times = [at for at in (self.agenda.next(), self.machine.next_due()) if at is not None]
            self.agenda.now = max(self.agenda.now, min([*times, end]))

    # What people and others do. All of it by other programs, through a store of their own.

    def _act(self, actor: str, reason: str) -> Act:
        return Act(actor, reason, self.machine.wall)

    def _step_clock(self, seconds: int) -> None:
        self.machine.offset += timedelta(seconds=seconds)

    def _raise_by_hand(self) -> None:
        acts.raise_by_hand(
            self.disk.others, town.TOWNS[2], Level.RED,
            act=self._act(self.district.plan.last_resort, "the dam keeper phoned"),
        )  # fmt: skip
        self.machine.wake()

    def _stand_down(self) -> None:
        """The leader approves what is proposed; the level set by hand is taken away before."""
        leader = self.district.plan.all_clear_approvers[0]
        with self.disk.others.read() as tx:
            found = incident_store.open_incidents(tx)
        for item in found:
            try:
                if item.area == town.TOWNS[2]:
                    acts.lower_by_hand(self.disk.others, item.area, act=self._act(leader, "dry"))
                if item.state is IncidentState.ALL_CLEAR_PROPOSED:
                    acts.stand_down(self.disk.others, item.id, act=self._act(leader, "all clear"))
            except FangxunError:
                continue
        self.machine.wake()

    def _edits(self, now: datetime) -> None:
        """Two people put somebody else on the same post for the same hours."""
        others = [p for p in self.district.people if p.unit == "fxb"][-2:]
        for person in others:
            span = Span(now + timedelta(minutes=5), now + timedelta(hours=3))
            request = CoverRequest(
                "fxb-officer", span, person.id, None, reason="ill", actor="admin"
            )
            try:
                acts.edit_roster(self.disk.others, request, act=Act("admin", "ill", now))
                self.edited.append(person.id)
            except FangxunError as error:
                self.edited.append(f"{person.id}: {error}")
        self.machine.wake()

    def _forge(self, _seconds: int) -> None:
        """Somebody without our token: a delivery that was none, a confirmation by a sleeper."""
        main = self.providers["main"]
        for attempt, (taken, *_rest) in list(main.taken.items())[-3:]:
            if isinstance(taken, Call):
                url = f"{BASE}/callback/main/{attempt}/key?language=zh_CN&keys=0"
                claimed = {**taken.form(), "Digits": "1"}
            else:
                url = f"{BASE}/callback/main/{attempt}"
                claimed = {**taken.status_form(), "MessageStatus": "undelivered"}
            main.tell(url, claimed, token="guessed")  # noqa: S106  that is the point
        asleep = [p for p in self.district.people if self.people.sleeps(p.id) and p.phones]
        for person in asleep[:5]:
            form = Message("SMforged" + person.id, "AC", "", person.phones[0].number, "收到",
                           "received", self.agenda.now).inbound_form()  # fmt: skip
            main.tell(f"{BASE}/callback/main", form, token="guessed")  # noqa: S106  that is the point

    def _look_at_the_terminal(self) -> None:
        """The duty officer confirms the alarms that rest there."""
        with self.disk.others.read() as tx:
            resting = [p for p in page_store.open_pages(tx) if p.cause and p.next_due is None]
        for item in resting:
            acts.acknowledge(
                self.disk.others, item.id, how=How.TERMINAL,
                act=self._act("zhu-xiaoman", "seen at the terminal"),
            )  # fmt: skip
        if resting:
            self.machine.wake()

    def rests(self) -> bool:
        """Nothing is open, nothing is on its way. What is in doubt where nobody can be asked stays
        so; its copy has left."""
        ((pages, attempts, doubts, inbox),) = self.disk.asked(
            "SELECT (SELECT count(*) FROM page WHERE state = 'open'), (SELECT count(*) FROM "
            "attempt WHERE state IN ('queued', 'sending')), (SELECT count(*) FROM attempt WHERE "
            "state = 'in_doubt' AND gateway IN ('main', 'spare')), (SELECT count(*) FROM inbox "
            "WHERE done_at IS NULL)"
        )
        moving = any(
            item.status in {"queued", "ringing", "in-progress"}
            for provider in self.providers.values()
            for taken in provider.taken.values()
            for item in taken
        )
        return not (pages or attempts or inbox or moving or (doubts and self.story.askable))


MISTAKES = (ArithmeticError, AssertionError, AttributeError, LookupError, NameError, TypeError,
            ValueError)  # fmt: skip
"""What no story throws at the engine: code that is wrong."""


class _Overheard(logging.Handler):
    """The engine goes on after a mistake of its own, and logs it."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__(logging.ERROR)
        self._mistakes = mistakes

    def emit(self, record: logging.LogRecord) -> None:
        kind, error, _trace = record.exc_info or (None, None, None)
        if kind is not None and issubclass(kind, MISTAKES):
            self._mistakes.append(f"{record.getMessage()}: {kind.__name__}: {error}")


@contextmanager
def _overhearing(mistakes: list[str]) -> Iterator[None]:
    """The engine logs each fault with its trace; here a failure is a seed."""
    root = logging.root
    before, handlers = root.manager.disable, root.handlers
    logging.disable(logging.WARNING)
    root.handlers = [_Overheard(mistakes)]
    try:
        yield
    finally:
        root.handlers = handlers
        logging.disable(before)


@contextmanager
def memory() -> Iterator[Path]:
    """A folder for databases, in memory where the system has such a disk; removed at the end."""
    shared = Path("/dev/shm")  # noqa: S108  a disk of memory
    home = shared if shared.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="fangxun-", dir=home) as folder:
        yield Path(folder)


_homes: list[Path] = []


def live_in(home: Path) -> None:
    """The databases of this process lie there; whoever made the folder removes it."""
    disk.cache_clear()
    _homes[:] = [Path(tempfile.mkdtemp(dir=home))]


@cache
def disk(size: int, *, calls: bool) -> Disk:
    """One for each district, for all storms of this process."""
    made = Disk(Path(tempfile.mkdtemp(dir=_homes[0])), town.district(size, calls=calls))
    gc.collect()
    gc.freeze()  # as the daemon does: what stays need not be walked through in every storm
    return made


def _at_no_instant(_world: World) -> None:
    """Nothing."""


def play(story: Story, before: Callable[[World], None] = _at_no_instant) -> World:
    """A story to its end; `before` is called before each of its instants."""
    mistakes: list[str] = []
    with _overhearing(mistakes):
        world = World(story, disk(story.size, calls=story.calls), before, mistakes)
        world.play()
    return world


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of a story: the invariants that did not hold, empty where all did."""

    story: Story
    broken: tuple[str, ...]


def judge(story: Story, before: Callable[[World], None] = _at_no_instant) -> Verdict:
    """Play a story and hold its end against every invariant; a fault of ours is one, too."""
    from tests.simulation.invariants import violations  # noqa: PLC0415  it reads what is played here

    try:
        return Verdict(story, tuple(violations(play(story, before))))
    except Exception as error:  # noqa: BLE001  the seed has to be told whatever broke
        where = traceback.extract_tb(error.__traceback__)[-1]
        return Verdict(story, (f"{type(error).__name__} in {where.name}:{where.lineno}: {error}",))


def shortest(verdict: Verdict, *, most: int = 60) -> Verdict:
    """Leave out one thing at a time for as long as the story still fails, in `most` tries."""
    tries = 0
    while tries < most:
        for story in shorter(verdict.story):
            tries += 1
            found = judge(story)
            if found.broken:
                verdict = found
                break
        else:
            break
    return verdict


def told(verdict: Verdict) -> str:
    """A failure as it is printed: the seed, the shortest story, what does not hold in it."""
    lines = [str(verdict.story), *(f"  ! {one}" for one in verdict.broken[:5])]
    return "\n".join(lines)
