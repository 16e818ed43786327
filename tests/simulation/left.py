"""What a storm has left behind: in the store, and with everybody outside of it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from fangxun.core.incident import Incident
from fangxun.core.journal import Event, Line
from fangxun.core.page import Attempt, Page
from fangxun.store import incidents as incident_store
from fangxun.store import journal as journal_store
from fangxun.store import outbox
from fangxun.store import pages as page_store
from tests.simulation.run import World
from tests.simulation.story import Kind


@dataclass
class Left:
    """What a storm has left behind, in the store and outside."""

    world: World
    pages: dict[int, Page]
    attempts: dict[str, Attempt]
    lines: list[Line]
    incidents: list[Incident]
    key: bytes
    overrides: int

    @cached_property
    def of_page(self) -> dict[int, list[Attempt]]:
        """The attempts that served each page."""
        found: dict[int, list[Attempt]] = defaultdict(list)
        for attempt in self.attempts.values():
            for page in attempt.pages:
                found[page].append(attempt)
        return found

    @cached_property
    def by_event(self) -> dict[Event, list[Line]]:
        """The journal by what happened."""
        found: dict[Event, list[Line]] = defaultdict(list)
        for line in self.lines:
            found[line.entry.event].append(line)
        return found

    @property
    def said(self) -> set[str]:
        """Who has texted anything."""
        return {said.person for said in self.world.people.said}

    def stepped(self) -> bool:
        """Whether the wall clock was ever wrong: then its instants prove nothing."""
        return bool(self.world.story.of(Kind.CLOCK_STEP))


def left_by(world: World) -> Left:
    """Read it all."""
    with world.disk.others.read() as tx:
        pages = page_store.latest(tx, limit=1_000_000)
        ids = [row[0] for row in world.disk.asked("SELECT id FROM attempt")]
        return Left(
            world=world,
            pages={page.id: page for page in reversed(pages)},
            attempts={attempt.id: attempt for attempt in outbox.get_many(tx, ids)},
            lines=journal_store.lines(tx),
            incidents=incident_store.list_all(tx, 1000),
            key=tx.key.read(lines=1),
            overrides=world.disk.asked("SELECT count(*) FROM roster_override")[0][0],
        )
