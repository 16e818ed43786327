"""Rain and level over an incident's time: nothing missing is shown as nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from fangxun.core.incident import Incident, IncidentState
from fangxun.core.journal import Entry, Event
from fangxun.core.level import Level
from fangxun.core.observation import Quality, Reading
from fangxun.core.place import Measure
from fangxun.core.report import span_of
from fangxun.core.report.weather import MOST_HOURS, weather
from fangxun.core.timeline import Span

START = datetime(2026, 7, 20, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = Span(START, START + 24 * HOUR)


def hour(number, mm, **fields):
    end = START + number * HOUR
    return Reading("g", Measure.RAIN, end - HOUR, end, mm, **fields)


def drawn(*readings):
    (gauge,) = weather(DAY, {"g": readings}, ()).gauges
    return gauge


def move(event, place, level, previous, at, incident=1):
    data = (("place", place), ("level", level.value), ("previous", previous.value))
    return Entry(at, event, "system", f"incident/{incident}", event.value, data)


def test_an_hour_without_a_reading_is_not_an_hour_without_rain():
    gauge = drawn(hour(1, 0.0), hour(3, 12.5))
    assert [h.mm for h in gauge.hours[:4]] == [0.0, None, 12.5, None]
    assert gauge.total == 12.5


def test_a_suspect_or_rejected_value_is_counted_and_not_drawn():
    gauge = drawn(hour(1, 4.0), hour(2, 999.0, quality=Quality.REJECTED), hour(3, None))
    assert (gauge.total, gauge.doubtful) == (4.0, 1)


def test_a_part_of_an_hour_shows_as_a_part():
    end = START + timedelta(minutes=10)
    gauge = drawn(Reading("g", Measure.RAIN, START, end, 3.0), hour(2, 1.0))
    assert [(h.mm, h.whole) for h in gauge.hours[:2]] == [(3.0, False), (1.0, True)]


@given(st.lists(st.integers(0, 300), min_size=1, max_size=140))
def test_no_rain_is_lost_whatever_the_interval_of_the_gauge(tenths):
    """Ten-minute readings from any minute on: the hours add up to all of them."""
    step = timedelta(minutes=10)
    begin = START + timedelta(minutes=7)
    readings = [
        Reading("g", Measure.RAIN, begin + n * step, begin + (n + 1) * step, value / 10)
        for n, value in enumerate(tenths)
    ]
    assert drawn(*readings).total == round(sum(tenths) / 10, 1)


def test_a_level_lasts_from_its_raise_to_the_next_change():
    lines = [
        move(Event.RAISED, "a", Level.ORANGE, Level.NONE, START + 2 * HOUR),
        move(Event.LOWERED, "a", Level.BLUE, Level.ORANGE, START + 5 * HOUR),
        move(Event.LOWERED, "a", Level.NONE, Level.BLUE, START + 6 * HOUR),
    ]
    found = weather(DAY, {}, lines).stretches
    assert [(s.level, s.start, s.end) for s in found] == [
        (Level.ORANGE, START + 2 * HOUR, START + 5 * HOUR),
        (Level.BLUE, START + 5 * HOUR, START + 6 * HOUR),
    ]


def test_a_stand_down_ends_the_levels_of_its_incident_alone():
    """A place without a gauge is never known to be at none, and was not at blue for ever."""
    lines = [
        move(Event.RAISED, "a", Level.BLUE, Level.NONE, START + HOUR),
        move(Event.RAISED, "b", Level.RED, Level.NONE, START + HOUR, incident=2),
        Entry(START + 3 * HOUR, Event.STOOD_DOWN, "chief", "incident/1", "clear"),
    ]
    ends = {s.place: s.end for s in weather(DAY, {}, lines).stretches}
    assert ends == {"a": START + 3 * HOUR, "b": DAY.end}


def test_the_picture_begins_before_the_storm_and_never_grows_without_end():
    opened = START + timedelta(minutes=20)
    item = Incident(1, "a", IncidentState.CLOSED, opened, closed_at=opened + 400 * 24 * HOUR)
    now = START + timedelta(minutes=50)
    found = span_of([Incident(1, "a", IncidentState.OPEN, opened)], now=now)
    assert found == Span(START - 3 * HOUR, START + 2 * HOUR)
    long = span_of([item], now=now)
    assert long is not None
    assert long.end - long.start == MOST_HOURS * HOUR
    assert span_of([], now=now) is None
