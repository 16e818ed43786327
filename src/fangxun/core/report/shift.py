"""The record of a watch: what the journal, the gauges and the pages say of its time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from fangxun.core.handover import Matter
from fangxun.core.incident import Incident, IncidentState
from fangxun.core.journal import Entry, Event
from fangxun.core.level import Level
from fangxun.core.observation import USABLE, Reading, Series, published
from fangxun.core.page import Page, PageKind, PageState
from fangxun.core.place import Measure
from fangxun.core.timeline import Span

MOST = 200
"""Of each list so many are kept, the latest: the journal has the rest."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A warning that came in."""

    at: datetime
    headline: str
    level: Level


@dataclass(frozen=True, slots=True)
class Moved:
    """A place that an incident raised or lowered."""

    at: datetime
    place: str
    level: Level
    previous: Level


@dataclass(frozen=True, slots=True)
class Rain:
    """The rain at a gauge in millimetres, from its usable readings that end within the time; `to`:
    the end of the newest. `whole`: they cover all of the time."""

    gauge: str
    mm: float
    to: datetime
    whole: bool


@dataclass(frozen=True, slots=True)
class Storm:
    """An incident that was open at some time of it, as it stood at the end."""

    id: int
    area: str
    state: IncidentState
    highest: Level
    opened_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Owing:
    """A page to which nobody has answered yet; an alarm's `person` is "", its cause is given."""

    page: int
    person: str
    place: str
    cause: str
    unreached: bool
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class ShiftRecord:
    """What one watch passes to the next. `matters` are open; `done` were finished in its time.
    `count` and `head` are of the journal."""

    span: Span
    warnings: tuple[Heard, ...]
    moves: tuple[Moved, ...]
    rain: tuple[Rain, ...]
    storms: tuple[Storm, ...]
    owing: tuple[Owing, ...]
    matters: tuple[Matter, ...]
    done: tuple[Matter, ...]
    count: int
    head: str


@dataclass(frozen=True, slots=True)
class Kept:
    """What was kept of the time: lines of the journal in order, readings by gauge, incidents that
    were open in it, pages that have not ended, and all matters that are open or were done in it."""

    entries: Sequence[Entry]
    readings: Mapping[str, Sequence[Reading]]
    incidents: Sequence[Incident]
    pages: Sequence[Page]
    matters: Sequence[Matter]
    head: tuple[int, str]


def shift_record(span: Span, kept: Kept) -> ShiftRecord:
    """The record of a time. What it cannot know it leaves out: a gauge without any reading is not
    one without rain."""
    entries = [entry for entry in kept.entries if span.start <= entry.at <= span.end]
    rain = [found for name, of in kept.readings.items() if (found := _rain(name, of, span))]
    return ShiftRecord(
        span=span,
        warnings=tuple(_warnings(entries))[-MOST:],
        moves=tuple(_moves(entries))[-MOST:],
        rain=tuple(sorted(rain, key=lambda one: (-one.mm, one.gauge))),
        storms=tuple(_storm(item) for item in kept.incidents),
        owing=tuple(_owing(kept.pages))[-MOST:],
        matters=tuple(one for one in kept.matters if one.done_at is None),
        done=tuple(one for one in kept.matters if one.done_at is not None)[-MOST:],
        count=kept.head[0],
        head=kept.head[1],
    )


def _warnings(entries: Iterable[Entry]) -> Iterator[Heard]:
    for entry in entries:
        data = dict(entry.data)
        if entry.event is Event.WARNING_RECEIVED and data.get("headline"):
            yield Heard(entry.at, str(data["headline"]), Level(str(data.get("level", "unknown"))))


def _moves(entries: Iterable[Entry]) -> Iterator[Moved]:
    """A level set by hand is told by the assessment that follows it."""
    for entry in entries:
        data = dict(entry.data)
        if entry.event in {Event.RAISED, Event.LOWERED} and "previous" in data:
            level, previous = Level(str(data["level"])), Level(str(data["previous"]))
            yield Moved(entry.at, str(data.get("place", "")), level, previous)


def _rain(gauge: str, readings: Sequence[Reading], span: Span) -> Rain | None:
    """A reading counts where it ends, as on the charts of the report."""
    within = [
        reading
        for reading in readings
        if reading.measure is Measure.RAIN
        and span.start < reading.end <= span.end
        and reading.quality in USABLE
    ]
    found = Series(within).readings
    if not found:
        return None
    covered = sum((reading.end - reading.start for reading in found), timedelta())
    mm = published(sum(reading.value or 0.0 for reading in found))
    newest = max(reading.end for reading in found)
    return Rain(gauge, mm, newest, whole=covered >= span.end - span.start)


def _storm(item: Incident) -> Storm:
    return Storm(item.id, item.area, item.state, item.highest, item.opened_at, item.closed_at)


def _owing(pages: Iterable[Page]) -> Iterator[Owing]:
    for page in pages:
        if page.kind is PageKind.EXERCISE or not page.state.wants_word:
            continue
        unreached = page.state is PageState.UNREACHED
        place, person = page.place or "", page.person or ""
        yield Owing(page.id, person, place, page.cause, unreached, page.opened_at)
