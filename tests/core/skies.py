"""Rain, stages and warnings for tests of assessment, and what a place is said to be at."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from fangxun.core.assessment import (
    Assessment,
    Evidence,
    EvidenceKind,
    Situation,
    Why,
    assess,
)
from fangxun.core.criterion import Criterion
from fangxun.core.level import COLOURS, Certainty, Hazard, Level
from fangxun.core.observation import Quality, Reading
from fangxun.core.place import Datum, Gauge, Measure
from fangxun.core.warning import Bulletin, InForce, MessageType, Status, Touch

HOUR = timedelta(hours=1)


MINUTE = timedelta(minutes=1)


START = datetime(2026, 7, 20, tzinfo=UTC)


HELD, KNOWN, AT_LEAST = Certainty.HELD, Certainty.KNOWN, Certainty.AT_LEAST


BLUE, YELLOW, ORANGE, RED = COLOURS


def gauge(name="g", *places, measure=Measure.RAIN, interval=HOUR):
    return Gauge(
        name, name, measure, 29.0, 125.0, Datum.WGS84, interval, 20 * MINUTE, places or ("town",)
    )


def limit(level, hours, mm, clear=None, place="town", measure=Measure.RAIN):
    window = hours * HOUR if measure is Measure.RAIN else timedelta(0)
    clear_below = mm if clear is None else clear
    name = f"{place}-{level}"
    return Criterion(name, place, Hazard.RAIN, measure, window, level, mm, clear_below)


SIGNALS = (limit(BLUE, 12, 50.0), limit(YELLOW, 6, 50.0), limit(ORANGE, 3, 50.0),
           limit(RED, 3, 100.0))  # fmt: skip
"""CMA order 16."""


SOON = (limit(BLUE, 1, 20.0, 16.0), limit(RED, 1, 50.0, 40.0))
"""One hour is enough to know: short stories."""


def hours(mm, name="g", until=0):
    """Hourly readings; the last of `mm` ends at START + `until` hours, None never came."""
    first = START + (until - len(mm)) * HOUR
    return [
        Reading(name, Measure.RAIN, first + n * HOUR, first + (n + 1) * HOUR, value)
        for n, value in enumerate(mm)
        if value is not None
    ]


DRY = [0.0] * 12


def situation(readings=(), gauges=None, criteria=SIGNALS, **fields):
    by_gauge = {}
    for reading in readings:
        by_gauge.setdefault(reading.gauge, []).append(reading)
    fields.setdefault("hold", HOUR)
    return Situation(
        places=("town",),
        root="district",
        gauges=(gauge(),) if gauges is None else gauges,
        criteria=criteria,
        readings=by_gauge,
        **fields,
    )


def judge(readings=(), previous=None, now=START, **fields):
    before = {"town": previous} if previous is not None else {}
    return assess(situation(readings, **fields), before, now=now)["town"]


def stands(level, *evidence, certainty=KNOWN, **fields):
    """What stood before."""
    return Assessment("town", level, certainty, START - HOUR, Why.REACHED, evidence, **fields)


def carried(level, source="g", at=START - HOUR, criteria=SIGNALS):
    """The evidence of a gauge for a level."""
    name = next(c.id for c in criteria if c.level is level)
    return Evidence(
        EvidenceKind.RAIN, level, KNOWN, Hazard.RAIN, source, at, 60.0, 50.0, HOUR, HOUR, name
    )


def told(found):
    return found.level, found.certainty, found.why


def story(series, every=HOUR, **fields):
    """What is said at each hour while readings come in: by gauge a list of mm."""
    found, previous = [], fields.pop("previous", None)
    length = max(map(len, series.values()))
    lag = fields.pop("lag", 4 * MINUTE)
    for n in range(1, length + 1):
        come = [r for name, mm in series.items() for r in hours(mm[:n], name, until=n)]
        now = START + n * every + lag
        previous = judge(come, previous, now, **fields)
        found.append(previous)
    return found


def warning(level=ORANGE, touch=Touch.DIRECT, place="town", feed="cap", unconfirmed=False, n=1):
    return InForce(
        Bulletin(
            feed, "observatory", f"w{n}", START, Status.ACTUAL, MessageType.ALERT, Hazard.RAIN,
            "rain", level, "Rainstorm", touches=((place, touch),),
        ),
        unconfirmed=unconfirmed,
    )  # fmt: skip


def rejected(reading):
    return replace(reading, quality=Quality.REJECTED)


def floor(level=ORANGE):
    return Evidence(EvidenceKind.BY_HAND, level, KNOWN, Hazard.RAIN, "officer", START)


def root(readings=(), previous=None, now=START, **fields):
    """The whole district, with a gauge of its own."""
    whole = replace(situation(readings, gauges=(gauge("g", "district"),), **fields),
                    places=("district",))  # fmt: skip
    before = {"district": previous} if previous is not None else {}
    return assess(whole, before, now=now)["district"]


mm = st.one_of(st.none(), st.just(0.0), st.integers(0, 1200).map(lambda n: n / 10))


rains = st.lists(mm, min_size=1, max_size=16)


levels = st.sampled_from(Level)
