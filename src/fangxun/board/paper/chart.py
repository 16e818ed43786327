"""Rain and level over an incident's time, as shapes for an SVG; units are those of its viewBox."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from fangxun.board.paper.reader import Reader
from fangxun.core.report import GaugeRain, Hour, Stretch, Weather
from fangxun.text import _

WIDTH, LEFT, RIGHT, TOP = 1000.0, 130.0, 14.0, 10.0
PANEL, GAP, RIBBON, AXIS = 92.0, 16.0, 26.0, 34.0
MOST_GAUGES, MOST_PLACES = 5, 12
MOST_TICKS = 12
HOUR = timedelta(hours=1)
STEPS = (1, 2, 3, 6, 12, 24, 48)
"""Hours between two ticks."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle; `kind` is its class, `title` what it says when pointed at."""

    x: float
    y: float
    width: float
    height: float
    kind: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Word:
    """A text at a point; `anchor` as SVG has it."""

    x: float
    y: float
    text: str
    kind: str
    anchor: str = "start"


@dataclass(frozen=True, slots=True)
class Chart:
    """Shapes in the order in which they are painted."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class _Scale:
    """From an instant to x."""

    weather: Weather

    def x(self, at: datetime) -> float:
        span = self.weather.span
        return LEFT + (WIDTH - LEFT - RIGHT) * ((at - span.start) / (span.end - span.start))


def chart(weather: Weather, reader: Reader) -> Chart:
    """The whole drawing: a panel for each of the wettest gauges, a ribbon for each place."""
    scale = _Scale(weather)
    gauges = weather.gauges[:MOST_GAUGES]
    highest = max((h.mm or 0.0 for gauge in gauges for h in gauge.hours), default=0.0)
    shapes: list[Box | Word] = []
    y = TOP
    for gauge in gauges:
        shapes += _panel(gauge, scale, y, max(highest, 10.0), reader)
        y += PANEL + GAP
    places = list(dict.fromkeys(stretch.place for stretch in weather.stretches))[:MOST_PLACES]
    for place in places:
        of = [stretch for stretch in weather.stretches if stretch.place == place]
        shapes += _ribbon(place, of, scale, y, reader)
        y += RIBBON + 4
    shapes = [*_axis(scale, y, reader), *shapes]
    return Chart(
        width=WIDTH,
        height=y + AXIS,
        boxes=tuple(shape for shape in shapes if isinstance(shape, Box)),
        words=tuple(shape for shape in shapes if isinstance(shape, Word)),
    )


def _panel(
    gauge: GaugeRain, scale: _Scale, y: float, highest: float, reader: Reader
) -> Iterator[Box | Word]:
    name = reader.name("gauge", gauge.gauge)
    yield Word(LEFT - 8, y + 16, name, "name", "end")
    total = _("{total} mm in all").format(total=f"{gauge.total:g}")
    yield Word(LEFT - 8, y + 34, total, "small", "end")
    if gauge.doubtful:
        doubt = _("{count} doubtful, not drawn").format(count=gauge.doubtful)
        yield Word(LEFT - 8, y + 50, doubt, "small", "end")
    yield Box(LEFT, y + PANEL, WIDTH - LEFT - RIGHT, 1, "base")
    for hour in gauge.hours:
        yield from _bar(hour, scale, y, highest, reader)


def _bar(
    hour: Hour, scale: _Scale, y: float, highest: float, reader: Reader
) -> Iterator[Box | Word]:
    left, right = scale.x(hour.end - HOUR), scale.x(hour.end)
    local = reader.local(hour.end)
    if hour.mm is None:
        yield Box(left, y + PANEL - 10, right - left, 10, "missing", f"{local:%m-%d %H:%M} ?")
        return
    if not hour.mm:
        return
    tall = (PANEL - 14) * hour.mm / highest
    kind = "rain" if hour.whole else "rain part"
    title = f"{local:%m-%d %H:%M} {hour.mm:g} mm"
    yield Box(left + 0.5, y + PANEL - tall, max(right - left - 1, 0.6), tall, kind, title)
    if right - left >= 24 or hour.mm == highest:  # noqa: PLR2004  units that four digits take
        yield Word((left + right) / 2, y + PANEL - tall - 3, f"{hour.mm:g}", "value", "middle")


def _ribbon(
    place: str, stretches: list[Stretch], scale: _Scale, y: float, reader: Reader
) -> Iterator[Box | Word]:
    yield Word(LEFT - 8, y + 17, reader.name("place", place), "name", "end")
    yield Box(LEFT, y, WIDTH - LEFT - RIGHT, RIBBON, "track")
    for stretch in stretches:
        left, right = scale.x(stretch.start), scale.x(stretch.end)
        word = _(stretch.level.value)
        start, end = reader.local(stretch.start), reader.local(stretch.end)
        title = f"{word} {start:%m-%d %H:%M} - {end:%m-%d %H:%M}"
        yield Box(left, y, max(right - left, 1.5), RIBBON, stretch.level.value, title)
        if right - left >= 60:  # noqa: PLR2004  units that the longest word takes
            since = f"{word} {start:%H:%M}" if right - left >= 100 else word  # noqa: PLR2004  as above
            yield Word(left + 5, y + 17, since, f"on-{stretch.level.value}")


def _axis(scale: _Scale, y: float, reader: Reader) -> Iterator[Box | Word]:
    """A line at each tick, its hour below, and the day where one begins."""
    span = scale.weather.span
    count = int((span.end - span.start) / HOUR)
    step = next((s for s in STEPS if count / s <= MOST_TICKS), STEPS[-1])
    day = ""
    for n in range(count + 1):
        at = span.start + n * HOUR
        local = reader.local(at)
        if local is None or local.hour % min(step, 24):
            continue
        x = scale.x(at)
        yield Box(x - 0.5, TOP, 1, y - TOP, "tick")
        yield Word(x, y + 14, f"{local:%H:%M}", "small", "middle")
        if f"{local:%m-%d}" != day:
            day = f"{local:%m-%d}"
            yield Word(x, y + 29, day, "small", "middle")
