"""Every kill of a storm for the price of its end: the storm is played once, and wherever it may be
killed, a copy of the process goes on with that kill and tells what came of it.
"""

from __future__ import annotations

import json
import os
import warnings
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise
from typing import NoReturn

from tests.simulation.agenda import Deed
from tests.simulation.run import Verdict, World, judge, play
from tests.simulation.story import Fault, Kind, Story

NEVER = Fault(Kind.KILL_AFTER_COMMIT, 9999)
"""Makes the machine as careful as one that is killed, and never comes."""
SMALL = Story(11, size=2, raises=1, sleepers=0.3, length=3000)
BLIND = replace(SMALL, askable=False)
"""The same where nobody can be asked what became of a request."""
START, RAISE = 1, 2400
"""Seconds between which nothing happens but polls."""
EVERY = 5
_BEFORE = {"commit": Kind.KILL_BEFORE_COMMIT, "main": Kind.KILL_BEFORE_REQUEST}
_AFTER = {"commit": Kind.KILL_AFTER_COMMIT, "main": Kind.KILL_AFTER_REQUEST}
_NOTHING = Deed("", 0, -1)


@dataclass(frozen=True, slots=True)
class Kill:
    """A kill, and the second in which it comes."""

    second: int
    fault: Fault
    what: str = ""
    """The kind of the commit that it comes before or after."""


def kills(deeds: Sequence[Deed]) -> Iterator[Kill]:
    """Each once: before a deed is after the last one, where both come in the same second. The world
    has met nothing in between, and what the machine knew dies with it."""
    for last, deed in pairwise((_NOTHING, *deeds)):
        same = last.second == deed.second and last.name in _AFTER
        if deed.name in _BEFORE and not same:
            yield Kill(deed.second, Fault(_BEFORE[deed.name], deed.number), deed.what)
        if deed.name in _AFTER:
            yield Kill(deed.second, Fault(_AFTER[deed.name], deed.number), deed.what)


@cache
def found(story: Story) -> list[Kill]:
    """Each kill of the start and of the raise with its ladders, until faults strike no more."""
    deeds = play(replace(story, faults=(NEVER,))).agenda.deeds
    return [
        kill for kill in kills(deeds) if kill.second <= START or RAISE <= kill.second < story.length
    ]


def at_requests(story: Story) -> list[Kill]:
    """Each after a request, and before the first one of each second."""
    after = [kill for kill in found(story) if kill.fault.kind is Kind.KILL_AFTER_REQUEST]
    first = {kill.second: Fault(Kind.KILL_BEFORE_REQUEST, kill.fault.at) for kill in after[::-1]}
    return [*after, *(Kill(second, fault) for second, fault in first.items())]


def of_each_kind(chosen: Iterable[Kill]) -> list[Kill]:
    """Of the kills that come at the same kind of deed the first, the last, and every fifth."""
    alike: dict[object, list[Kill]] = defaultdict(list)
    for kill in chosen:
        alike[kill.fault.kind, kill.what].append(kill)
    return [
        kill
        for these in alike.values()
        for number, kill in enumerate(these)
        if number % EVERY == 0 or number == len(these) - 1
    ]


def judge_each(story: Story, chosen: Iterable[Kill]) -> list[Verdict]:
    """What comes of the story with each of the kills, one at a time."""
    forks = _Forks()
    for kill in chosen:
        forks.waiting[kill.second].append(kill.fault)
    played = judge(replace(story, faults=(NEVER,)), forks.before)
    if forks.answer is not None:
        _answer(forks.answer, played.broken if forks.died else ("the kill never came",))
    assert not forks.waiting, f"the storm never came to {forks.waiting}"
    return [played, *forks.verdicts]


def _answer(pipe: int, broken: tuple[str, ...]) -> NoReturn:
    """The last thing that a copy does: nothing of the test run behind it may go on in it."""
    try:
        with os.fdopen(pipe, "w", encoding="utf-8") as answer:
            json.dump(broken, answer)
    finally:
        os._exit(0)


def _fork() -> int:
    with warnings.catch_warnings():
        # A runner's own threads, of which Python warns from 3.12 on, are not met in the copy.
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()


@dataclass
class _Forks:
    """The kills still to come, and what came of the others. `answer` and `died` are a copy's."""

    waiting: dict[int, list[Fault]] = field(default_factory=lambda: defaultdict(list))
    verdicts: list[Verdict] = field(default_factory=list)
    answer: int | None = None
    died: bool = False

    def before(self, world: World) -> None:
        """A copy for each kill of this second; they follow one another on the same disk."""
        self.died = self.answer is not None and world.machine.process > 1
        for fault in self.waiting.pop(world.agenda.second, ()):
            content = world.disk.content()
            mine, theirs = os.pipe()
            copy = _fork()
            if not copy:
                world.suffer(fault)
                self.waiting.clear()
                self.answer = theirs
                return
            os.close(theirs)
            with os.fdopen(mine, encoding="utf-8") as answer:
                broken = tuple(json.load(answer))
            os.waitpid(copy, 0)
            world.disk.renew(content)
            self.verdicts.append(Verdict(replace(world.story, faults=(fault,)), broken))
