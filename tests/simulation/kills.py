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
from itertools import pairwise
from typing import NoReturn

from tests.simulation.agenda import Deed
from tests.simulation.run import Verdict, World, judge
from tests.simulation.story import Fault, Kind, Story

NEVER = Fault(Kind.KILL_AFTER_COMMIT, 9999)
"""Makes the machine as careful as one that is killed, and never comes."""
_BEFORE = {"commit": Kind.KILL_BEFORE_COMMIT, "main": Kind.KILL_BEFORE_REQUEST}
_AFTER = {"commit": Kind.KILL_AFTER_COMMIT, "main": Kind.KILL_AFTER_REQUEST}
_NOTHING = Deed("", 0, -1)


@dataclass(frozen=True, slots=True)
class Kill:
    """A kill, and the second in which it comes."""

    second: int
    fault: Fault


def kills(deeds: Sequence[Deed]) -> Iterator[Kill]:
    """Each once: before a deed is after the last one, where both come in the same second. The world
    has met nothing in between, and what the machine knew dies with it."""
    for last, deed in pairwise((_NOTHING, *deeds)):
        same = last.second == deed.second and last.name in _AFTER
        if deed.name in _BEFORE and not same:
            yield Kill(deed.second, Fault(_BEFORE[deed.name], deed.number))
        if deed.name in _AFTER:
            yield Kill(deed.second, Fault(_AFTER[deed.name], deed.number))


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
