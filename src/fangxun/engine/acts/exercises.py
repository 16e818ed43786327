"""Start and stop an exercise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fangxun.core import exercise, message
from fangxun.core.district import District
from fangxun.core.errors import N_, Conflict, NotFound, Refused
from fangxun.core.exercise import Exercise, ExerciseState
from fangxun.core.journal import Entry, Event
from fangxun.core.level import Level
from fangxun.core.page import Page
from fangxun.engine import exercises
from fangxun.engine.acts.base import Act, district_in_force, person, written
from fangxun.store import exercises as exercise_store
from fangxun.store import incidents as incident_store
from fangxun.store import journal
from fangxun.store import pages as page_store
from fangxun.store.base import Store, Tx

MOST_TEXT = 200
"""Characters of an exercise's own words; what does not fit two segments is shortened."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Whom an exercise reaches: people and units, by id or name; each person once."""

    people: tuple[str, ...] = ()
    units: tuple[str, ...] = ()

    def among(self, district: District) -> tuple[str, ...]:
        """Their ids, in the order given; NotFound for a name that is nobody's."""
        found = [person(district, named).id for named in self.people]
        for named in self.units:
            unit = _unit(district, named)
            found += [someone.id for someone in district.people if someone.unit == unit]
        return tuple(dict.fromkeys(found))


def _unit(district: District, named: str) -> str:
    for unit in district.units:
        if named in {unit.id, unit.name}:
            return unit.id
    raise NotFound(N_("No unit is called {unit}; ids and names stand in units.csv."), unit=named)


def start_exercise(
    store: Store, chosen: Chosen, level: Level, *, text: str = "", act: Act
) -> tuple[Exercise, tuple[Page, ...]]:
    """Open a page of its own for each person chosen; the next cycle sends.

    Refused while a place is at a level, while another exercise runs, and for nobody.
    """
    if not level.rank:
        raise Refused(
            N_("An exercise climbs the ladder of blue, yellow, orange or red, not of {level}."),
            level=level,
        )
    words = message.clean(text, most=MOST_TEXT)
    with store.write() as tx:
        people = chosen.among(district_in_force(tx))
        _may_start(tx, people)
        number = exercise_store.next_id(tx)
        opened = [exercise.open_practice(number, who, level, words, now=act.now) for who in people]
        pages = page_store.insert(tx, opened)
        started = exercise.start(
            number,
            level,
            words,
            pages=[page.id for page in pages],
            by=act.actor,
            reason=act.reason,
            now=act.now,
        )
        exercise_store.save(tx, started)
        subject = f"exercise/{number}"
        said: dict[str, object] = {"level": level.value, "text": words, "count": len(pages)}
        written(tx, act, Event.EXERCISE_STARTED, subject, **said)
        journal.append(tx, [_opened(page, subject, act) for page in pages])
    return started, tuple(pages)


def _may_start(tx: Tx, people: Sequence[str]) -> None:
    if not people:
        raise Refused(N_("Nobody was chosen; name people, a unit or a file."))
    real = exercise.at_level(incident_store.open_incidents(tx))
    if real is not None:
        raise Refused(
            N_("Incident {incident} has a place at a level; no exercise beside it."),
            incident=real.id,
        )
    running = exercise_store.running(tx)
    if running is not None:
        raise Conflict(
            N_("Exercise {number} still runs; end it with: fangxun exercise stop {number}"),
            number=running.id,
        )


def _opened(page: Page, subject: str, act: Act) -> Entry:
    data = (("key", page.key), ("person", page.person), ("level", page.level.value))
    return Entry(act.now, Event.PAGE_OPENED, act.actor, f"page/{page.id}", subject, data)


def stop_exercise(store: Store, number: int, *, act: Act) -> Exercise:
    """End a running exercise by hand; Conflict where it has ended."""
    with store.write() as tx:
        running = exercise_store.get(tx, number)
        if running.state is not ExerciseState.RUNNING:
            raise Conflict(
                N_("Exercise {number} has ended already: {state}."),
                number=number,
                state=running.state,
            )
        by, reason = act.actor, act.reason
        return exercises.end(tx, running, ExerciseState.STOPPED, by=by, reason=reason, now=act.now)
