"""What becomes of a running exercise: it ends when it is through, and gives way to what is real."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fangxun.core import exercise
from fangxun.core.district import District
from fangxun.core.exercise import Exercise, ExerciseState
from fangxun.core.incident import Change, Development
from fangxun.core.journal import Entry, Event
from fangxun.core.page import Attempt, PageKind
from fangxun.core.report import AfterAction, Report, after_action, report_of_exercise
from fangxun.engine import closing
from fangxun.engine.parts import Parts
from fangxun.engine.view import maps_of
from fangxun.store import exercises as exercise_store
from fangxun.store import incidents as incident_store
from fangxun.store import journal, outbox
from fangxun.store import pages as page_store
from fangxun.store.base import Tx
from fangxun.store.dues import dues

_RAISES = frozenset({Change.OPENED, Change.RAISED})


def conclude(parts: Parts, *, now: datetime) -> None:
    """End the exercise whose people have all answered or cannot be asked any more."""
    with parts.store.read() as tx:
        running = exercise_store.running(tx) if dues(tx).exercise else None
        if running is None or _state(tx, running) is ExerciseState.RUNNING:
            return
    with parts.store.write() as tx:
        present = exercise_store.get(tx, running.id)
        state = _state(tx, present)
        end(tx, present, state, by="system", reason=state.value, now=now)


def _state(tx: Tx, item: Exercise) -> ExerciseState:
    real = exercise.at_level(incident_store.open_incidents(tx)) is not None
    return exercise.becomes(item, page_store.get_many(tx, item.pages), real=real)


def give_way(tx: Tx, developments: Sequence[Development], *, now: datetime) -> None:
    """A raise, in its own transaction: the exercise has no page and no message left after it."""
    raised = next((item for item in developments if item.change in _RAISES), None)
    running = exercise_store.running(tx) if raised is not None else None
    if raised is None or running is None:
        return
    reason = f"incident/{raised.incident.id}"
    end(tx, running, ExerciseState.YIELDED, by="system", reason=reason, now=now)


def end(  # noqa: PLR0913  each is a value that the caller already holds
    tx: Tx, item: Exercise, state: ExerciseState, *, by: str, reason: str, now: datetime
) -> Exercise:
    """End a running exercise: close what nobody has answered, take back what has not left."""
    after = exercise.end(item, state, by=by, now=now)
    if after is item:
        return item
    pages = [page for page in page_store.get_many(tx, item.pages) if page.kind is PageKind.EXERCISE]
    why = exercise.closing_of(state)
    closing.close_pages(tx, [(page, why) for page in pages if page.state.wants_word], now=now)
    exercise_store.save(tx, after)
    told = (("how", state.value), ("count", len(pages)))
    subject = f"exercise/{item.id}"
    journal.append(tx, [Entry(now, Event.EXERCISE_ENDED, by, subject, reason, told)])
    return after


@dataclass(frozen=True, slots=True)
class Measured:
    """An exercise and what came of it, by person and by unit."""

    exercise: Exercise
    after: AfterAction


def measured(tx: Tx, district: District, number: int) -> Measured:
    """Who answered, by which way and after how long, as it stands now."""
    item = exercise_store.get(tx, number)
    return Measured(item, _after(tx, district, item, outbox.of_page(tx, item.pages)))


def report(tx: Tx, district: District, number: int, *, now: datetime) -> Report:
    """The same as a report that can be written as a file."""
    item = exercise_store.get(tx, number)
    sent = outbox.of_page(tx, item.pages)
    return report_of_exercise(item, _after(tx, district, item, sent), sent, now=now)


def _after(tx: Tx, district: District, item: Exercise, sent: Sequence[Attempt]) -> AfterAction:
    pages = page_store.get_many(tx, item.pages)
    subjects = [f"page/{page.id}" for page in pages]
    subjects += [f"attempt/{attempt.id}" for attempt in sent]
    entries = [line.entry for line in journal.about(tx, subjects)]
    people = maps_of(district).people
    return after_action(pages, sent, people, entries, kind=PageKind.EXERCISE)
