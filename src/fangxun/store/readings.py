"""Readings of rain and stage: each gauge's value for an end, as revised last."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update

from fangxun.core.errors import N_, NotFound
from fangxun.core.observation import Quality, Reading, Suspicion
from fangxun.core.place import Measure
from fangxun.core.timeline import Span
from fangxun.store.base import Tx
from fangxun.store.rows import chunks, upsert
from fangxun.store.tables import ReadingRow, table

_READINGS = table(ReadingRow)
_COLUMNS = [
    _READINGS.c[name]
    for name in (
        "gauge", "measure", "starts_at", "ends_at", "value", "quality", "suspicion", "received_at",
    )
]  # fmt: skip

_SINCE = (
    select(*_COLUMNS)
    .where(_READINGS.c.ends_at >= bindparam("since"))
    .order_by(_READINGS.c.gauge, _READINGS.c.ends_at)
)
_BETWEEN = (
    select(*_COLUMNS)
    .where(
        _READINGS.c.gauge.in_(bindparam("gauges", expanding=True)),
        _READINGS.c.ends_at.between(bindparam("start"), bindparam("end")),
    )
    .order_by(_READINGS.c.gauge, _READINGS.c.ends_at)
)

Key = tuple[str, Measure, datetime]


def accept(tx: Tx, readings: Iterable[Reading]) -> list[Reading]:
    """Keep what is new or revised and return it. What a human said of a value stands until the
    value itself changes."""
    given = {(r.gauge, r.measure, r.end): r for r in readings}
    known = _known(tx, given)
    fresh = [reading for key, reading in given.items() if _says_more(reading, known.get(key))]
    upsert(tx, _READINGS, [_row(reading) for reading in fresh])
    return fresh


def recent(tx: Tx, since: datetime) -> dict[str, list[Reading]]:
    """By gauge, sorted by end: every reading that ends at `since` or later."""
    found: dict[str, list[Reading]] = {}
    for row in tx.connection.execute(_SINCE, {"since": since}).all():
        found.setdefault(row.gauge, []).append(Reading(*row))
    return found


def between(tx: Tx, gauges: Iterable[str], span: Span) -> dict[str, list[Reading]]:
    """By gauge, sorted by end: the readings of these gauges that end within a span."""
    found: dict[str, list[Reading]] = {}
    for part in chunks(gauges):
        asked = {"gauges": list(part), "start": span.start, "end": span.end}
        for row in tx.connection.execute(_BETWEEN, asked):
            found.setdefault(row.gauge, []).append(Reading(*row))
    return found


def get(tx: Tx, gauge: str, end: datetime) -> Reading:
    """One reading; NotFound where there is none."""
    row = tx.connection.execute(
        select(*_COLUMNS).where(_READINGS.c.gauge == gauge, _READINGS.c.ends_at == end)
    ).first()
    if row is None:
        raise NotFound(
            N_("There is no reading of gauge {gauge} that ends at {end}."),
            gauge=gauge,
            end=end,
        )
    return Reading(*row)


def set_quality(tx: Tx, readings: Iterable[Reading]) -> None:
    """Keep what became of suspect values. Rows that are no longer suspect are left alone: a human
    has spoken since they were read."""
    rows = [
        {
            "of_gauge": reading.gauge, "of_measure": reading.measure, "of_end": reading.end,
            "quality": reading.quality, "suspicion": reading.suspicion,
        }
        for reading in readings
    ]  # fmt: skip
    if rows:
        tx.connection.execute(
            update(_READINGS).where(
                _READINGS.c.gauge == bindparam("of_gauge"),
                _READINGS.c.measure == bindparam("of_measure"),
                _READINGS.c.ends_at == bindparam("of_end"),
                _READINGS.c.quality == Quality.SUSPECT,
            ),
            rows,
        )


def judge(tx: Tx, gauge: str, end: datetime, quality: Quality) -> Reading:
    """A human has accepted (verified) or rejected a value; NotFound where there is none."""
    judged = replace(get(tx, gauge, end), quality=quality)
    upsert(tx, _READINGS, [_row(judged)])
    return judged


def _says_more(reading: Reading, known: Reading | None) -> bool:
    """New, another value, or one that was only ahead of the clock when it first came."""
    if known is None or (known.start, known.value) != (reading.start, reading.value):
        return True
    return (known.quality, known.suspicion) == (Quality.SUSPECT, Suspicion.IN_FUTURE) and (
        reading.suspicion is not Suspicion.IN_FUTURE
    )


def _known(tx: Tx, given: dict[Key, Reading]) -> dict[Key, Reading]:
    if not given:
        return {}
    ends = [end for _gauge, _measure, end in given]
    found: dict[Key, Reading] = {}
    for part in chunks(gauge for gauge, _measure, _end in given):
        for row in tx.connection.execute(
            select(*_COLUMNS).where(
                _READINGS.c.gauge.in_(part),
                _READINGS.c.ends_at.between(min(ends), max(ends)),
            )
        ):
            reading = Reading(*row)
            found[reading.gauge, reading.measure, reading.end] = reading
    return found


def _row(reading: Reading) -> dict[str, Any]:
    return {
        "gauge": reading.gauge,
        "measure": reading.measure,
        "starts_at": reading.start,
        "ends_at": reading.end,
        "value": reading.value,
        "quality": reading.quality,
        "suspicion": reading.suspicion,
        "received_at": reading.received_at,
    }
