"""What must hold of ladders after every storm: each step in its turn, at its time, and sent."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import cast

from fangxun.core.journal import Event, Line
from fangxun.core.page import AttemptState, PageKind, PageState
from tests.simulation.left import Left
from tests.simulation.story import Kind

_SHARES = {"identical", "exhausted"}
"""Why a number gets no more texts: the step goes to the person's next number in the same moment."""


def reopenings(left: Left) -> set[int]:
    """The pages that were required again after they had been closed: a watch that came back, or a
    clock that was set back over a hand-off."""
    return {_page(line) for line in left.by_event[Event.PAGE_REOPENED]}


def steps_are_sent(left: Left) -> Iterator[str]:
    """Each step that was fired has its one message, and each message its step."""
    fired: Counter[tuple[int, str]] = Counter()
    over_budget: set[int] = set()
    for line in left.by_event[Event.STEP_FIRED]:
        fired[_page(line), str(dict(line.entry.data)["person"])] += 1
    for line in left.by_event[Event.STEP_SKIPPED]:
        if "step" not in dict(line.entry.data):  # its number has had its share of texts
            over_budget.add(_page(line))
    sent = _messages(left)
    for page, person in fired.keys() | sent.keys():
        steps, messages = fired[page, person], sent[page, person]
        if steps != messages and page not in over_budget:
            yield f"page {page}: {steps} steps to {person}, and {messages} messages"


def _messages(left: Left) -> Counter[tuple[int, str]]:
    """How many messages of its own each page has to each person."""
    sent: Counter[tuple[int, str]] = Counter()
    for attempt in left.attempts.values():
        if attempt.copy_of or attempt.instead_of:  # the same message once more, or elsewhere
            continue
        for page in attempt.pages:
            sent[page, attempt.contact] += 1
    for line in left.by_event[Event.ATTEMPT_BUNDLED]:  # told once, though two texts were queued
        bundled = left.attempts[line.entry.subject.partition("/")[2]]
        for page in cast("list[int]", dict(line.entry.data)["taken_over"]):
            sent[page, bundled.contact] -= 1
    return sent


def steps_come_in_turn(left: Left) -> Iterator[str]:
    """None is left out, and a page is unreached only after the last of them."""
    detours: set[tuple[str, object]] = set()
    turns: dict[int, list[int]] = defaultdict(list)
    for line in left.lines:
        number, step = line.entry.subject, dict(line.entry.data).get("step")
        if line.entry.event is Event.PAGE_REOPENED:  # its ladder begins anew
            turns[_page(line)].clear()
        elif line.entry.event is Event.STEP_FIRED and (number, step) in detours:
            detours.discard((number, step))  # what was passed over went to another number
        elif line.entry.event in {Event.STEP_FIRED, Event.STEP_SKIPPED} and step is not None:
            turns[_page(line)].append(int(str(step)))
            if line.entry.reason in _SHARES:
                detours.add((number, step))
    rungs = left.world.district.plan.levels[0].ladder.steps
    for number, steps in turns.items():
        page = left.pages[number]
        if page.kind is not PageKind.PAGE:
            continue
        if sorted(steps) != list(range(len(steps))):
            yield f"page {page.key}: steps {sorted(steps)}"
        if page.state is PageState.UNREACHED and len(steps) != len(rungs):
            yield f"page {page.key} is unreached after {len(steps)} of {len(rungs)} steps"


def _page(line: Line) -> int:
    """The number of the page that a line of the journal is about."""
    return int(line.entry.subject.partition("/")[2])


def skips_are_true(left: Left) -> Iterator[str]:
    """A step is passed over only where the district really has nobody or no number for it."""
    officials = {o.person: o for o in left.world.district.officials}
    people = {p.id: p for p in left.world.district.people}
    refused = left.world.story.of(Kind.REFUSED, Kind.FORGED)
    for line in left.by_event[Event.STEP_SKIPPED]:
        page = left.pages[_page(line)]
        contact = dict(line.entry.data).get("contact")
        official = officials.get(page.person or "")
        if page.kind is not PageKind.PAGE or official is None:
            continue
        if line.entry.reason == "nobody" and contact in {"deputy", "leader"}:
            yield f"page {page.key}: {contact} was passed over as nobody"
        phones = people[official.person].phones
        dead = left.world.people.dead(official.person, 1) or refused
        several = contact == "person" and len(phones) > 1
        if line.entry.reason == "no_number" and several and not dead:
            yield f"page {page.key}: the second number was passed over"


def ladders_keep_time(left: Left) -> Iterator[str]:
    """A step fires when the one before has had its wait, not before (unless that failed for good),
    and not long after, the machine's own pauses aside."""
    if left.stepped():
        return
    story = left.world.story
    pauses = sum(abs(f.size) for f in story.of(Kind.ASLEEP, Kind.DOWN)) + 60 * len(story.faults)
    failed = {
        page
        for attempt in left.attempts.values()
        if attempt.state in {AttemptState.UNDELIVERED, AttemptState.FAILED}
        for page in attempt.pages
    }
    rungs, again = left.world.district.plan.levels[0].ladder.steps, reopenings(left)
    last: dict[int, tuple[int, float]] = {}
    for line in left.by_event[Event.STEP_FIRED]:
        number = _page(line)
        step, at = int(str(dict(line.entry.data)["step"])), line.entry.at.timestamp()
        if left.pages[number].kind is not PageKind.PAGE or number in again:
            continue
        if number in last:
            waited = at - last[number][1]
            wait = rungs[last[number][0]].wait.total_seconds()
            if waited < wait and number not in failed:
                yield f"page {number}: step {step} after {waited:.0f} s instead of {wait:.0f}"
            if waited > wait + 120 + pauses:
                yield f"page {number}: step {step} only after {waited:.0f} s"
        last[number] = step, at
