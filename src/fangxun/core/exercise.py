"""An exercise (演练): real messages to chosen people, marked, measured, ended by a real raise."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from fangxun.core.incident import Incident
from fangxun.core.level import Level
from fangxun.core.page import Closing, Page, PageKind, PageState

TO_HIMSELF = frozenset({PageKind.EXERCISE, PageKind.SPOT_CHECK, PageKind.REMINDER})
"""Pages that reach their own person and nobody in his stead, behind everything that is real; one
that nobody answers is no alarm."""


class ExerciseState(StrEnum):
    """The life of an exercise; only a running one sends anything."""

    RUNNING = "running"
    """Its ladders climb."""
    DONE = "done"
    """Everybody has answered, or his ladder is through."""
    STOPPED = "stopped"
    """Ended by a person."""
    YIELDED = "yielded"
    """A place reached a level: from then on only what is real is sent."""


@dataclass(frozen=True, slots=True)
class Exercise:
    """`text` is what people are told behind the mark, "" for the standing words; `level` says whose
    ladder is climbed. Its pages were opened in one transaction and so have numbers in a row, from
    `first_page` to `last_page`. `ended_by`: a person's id, or "system"."""

    id: int
    state: ExerciseState
    level: Level
    text: str
    first_page: int
    last_page: int
    started_by: str
    reason: str
    started_at: datetime
    ended_by: str = ""
    ended_at: datetime | None = None

    @property
    def pages(self) -> range:
        """The numbers of its pages."""
        return range(self.first_page, self.last_page + 1)


def exercise_key(number: int, person: str) -> str:
    """The key of one person's page: (exercise, person), unique for ever."""
    return f"x/{number}/{person}"


def exercise_of(page: Page) -> int:
    """The number of the exercise that a page of one belongs to."""
    return int(page.key.split("/")[1])


def start(  # noqa: PLR0913  each is a field of what is started
    number: int,
    level: Level,
    text: str,
    *,
    pages: Sequence[int],
    by: str,
    reason: str,
    now: datetime,
) -> Exercise:
    """A new exercise over pages that have these numbers."""
    return Exercise(
        id=number,
        state=ExerciseState.RUNNING,
        level=level,
        text=text,
        first_page=min(pages),
        last_page=max(pages),
        started_by=by,
        reason=reason,
        started_at=now,
    )


def open_practice(number: int, person: str, level: Level, text: str, *, now: datetime) -> Page:
    """One person's page of an exercise; its first step is due at once."""
    return Page(
        id=0,
        kind=PageKind.EXERCISE,
        key=exercise_key(number, person),
        opened_at=now,
        state=PageState.OPEN,
        level=level,
        person=person,
        cause=text,
        next_due=now,
    )


def at_level(incidents: Iterable[Incident]) -> Incident | None:
    """The first open incident that has a place at blue or above: no exercise goes beside it."""
    return next((i for i in incidents if any(place.level.rank for place in i.places)), None)


def becomes(item: Exercise, pages: Iterable[Page], *, real: bool) -> ExerciseState:
    """What an exercise is now. `real`: some place is at a level, and a running one yields."""
    if item.state is not ExerciseState.RUNNING:
        return item.state
    if real:
        return ExerciseState.YIELDED
    climbing = any(page.state is PageState.OPEN for page in pages)
    return ExerciseState.RUNNING if climbing else ExerciseState.DONE


def end(item: Exercise, state: ExerciseState, *, by: str, now: datetime) -> Exercise:
    """The exercise as it was ended; one that had ended before stays as it was."""
    if item.state is not ExerciseState.RUNNING:
        return item
    return replace(item, state=state, ended_by=by, ended_at=now)


def closing_of(state: ExerciseState) -> Closing:
    """Why the pages that nobody has answered are closed when an exercise ends so."""
    return Closing.YIELDED if state is ExerciseState.YIELDED else Closing.EXERCISE_OVER
