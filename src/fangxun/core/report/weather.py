"""The rain and the levels of an incident's time, as they are drawn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from fangxun.core.journal import Entry, Event
from fangxun.core.level import Level
from fangxun.core.observation import USABLE, Quality, Reading, Series, published
from fangxun.core.place import Measure
from fangxun.core.timeline import Span

HOUR = timedelta(hours=1)
BEFORE, AFTER = timedelta(hours=3), timedelta(hours=1)
"""What is drawn around an incident: the rain that led to it, and that it stayed dry."""
MOST_HOURS = 24 * 14
"""More is no picture of a storm any more; the latest hours are drawn."""


@dataclass(frozen=True, slots=True)
class Hour:
    """The readings that ended within the hour before `end` (UTC): `mm` to one decimal, None where
    there is none, which is not 0. `whole`: good readings cover all of it."""

    end: datetime
    mm: float | None
    whole: bool


@dataclass(frozen=True, slots=True)
class GaugeRain:
    """One gauge's hours. `doubtful`: how many of its values were suspect or rejected: not drawn."""

    gauge: str
    hours: tuple[Hour, ...]
    total: float
    doubtful: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """A place held a level from `start` to `end`."""

    place: str
    level: Level
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Weather:
    """What is drawn over `span` (whole hours, UTC): gauges, the wettest first; levels by place."""

    span: Span
    gauges: tuple[GaugeRain, ...]
    stretches: tuple[Stretch, ...]


def around(opened: datetime, closed: datetime) -> Span:
    """The whole hours that are drawn of an incident, some before and one after it."""
    start, end = _floor(opened - BEFORE), _floor(closed + AFTER) + HOUR
    return Span(max(start, end - MOST_HOURS * HOUR), end)


def weather(
    span: Span, readings: Mapping[str, Sequence[Reading]], entries: Iterable[Entry]
) -> Weather:
    """Rain by the hour and levels by place. Gauges without any rain reading are left out."""
    gauges = [found for name, series in readings.items() if (found := _rain(name, series, span))]
    return Weather(
        span=span,
        gauges=tuple(sorted(gauges, key=lambda item: (-item.total, item.gauge))),
        stretches=_stretches(entries, span),
    )


def _rain(name: str, readings: Sequence[Reading], span: Span) -> GaugeRain | None:
    """Each reading counts in the hour in which it ends: nothing is lost, nothing counted twice."""
    rain = [r for r in readings if r.measure is Measure.RAIN and span.start < r.end <= span.end]
    if not rain:
        return None
    by_hour: dict[datetime, list[Reading]] = {}
    for reading in Series(rain).readings:
        by_hour.setdefault(_ceiling(reading.end), []).append(reading)
    count = int((span.end - span.start) / HOUR)
    hours = tuple(
        _hour(span.start + (n + 1) * HOUR, by_hour.get(span.start + (n + 1) * HOUR, ()))
        for n in range(count)
    )
    doubtful = sum(r.quality not in USABLE and r.quality is not Quality.MISSING for r in rain)
    total = published(sum(hour.mm or 0.0 for hour in hours))
    return GaugeRain(name, hours, total, doubtful)


def _hour(end: datetime, readings: Sequence[Reading]) -> Hour:
    if not readings:
        return Hour(end, None, whole=False)
    covered = sum((r.end - r.start for r in readings), timedelta())
    mm = published(sum(r.value or 0.0 for r in readings))
    return Hour(end, mm, whole=covered >= HOUR)


def _floor(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _ceiling(at: datetime) -> datetime:
    floor = _floor(at)
    return floor if floor == at else floor + HOUR


_MOVES = frozenset({Event.RAISED, Event.LOWERED})


def _stretches(entries: Iterable[Entry], span: Span) -> tuple[Stretch, ...]:
    """Levels as the incidents held them: each raise and lowering ends what was before, and the
    stand-down all of it (a place without a gauge is never known to be at none)."""
    moves: dict[tuple[str, str], list[tuple[datetime, Level]]] = {}
    over: dict[str, datetime] = {}
    for entry in entries:
        data = dict(entry.data)
        if entry.event in _MOVES and "previous" in data:
            level = Level(str(data["level"]))
            moves.setdefault((entry.subject, str(data["place"])), []).append((entry.at, level))
        elif entry.event is Event.STOOD_DOWN:
            over[entry.subject] = entry.at
    found: list[Stretch] = []
    for (incident, place), steps in moves.items():
        ends = [*(at for at, _level in steps[1:]), over.get(incident, span.end)]
        for (start, level), end in zip(steps, ends, strict=True):
            if level.rank and start < end and end > span.start:
                found.append(Stretch(place, level, max(start, span.start), min(end, span.end)))
    return tuple(found)
