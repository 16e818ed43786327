"""Readings: new, revised, judged."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from fangxun.core.errors import NotFound
from fangxun.core.observation import Quality, Reading, Suspicion
from fangxun.core.place import Measure
from fangxun.store import readings
from fangxun.store.base import Store
from tests.store.samples import NOW

HOUR = timedelta(hours=1)


def reading(hours: int, value: float | None = 1.5, **changes: object) -> Reading:
    """The rain of gauge g1 in the hour that ends so many hours after NOW."""
    end = NOW + hours * HOUR
    made = Reading("g1", Measure.RAIN, end - HOUR, end, value, received_at=NOW)
    return replace(made, **changes)  # type: ignore[arg-type]  # replace() of any field


def test_only_what_is_new_or_revised_is_accepted(store: Store) -> None:
    """Feeds send the same hours again and again; a correction is news."""
    with store.write() as tx:
        assert readings.accept(tx, [reading(1), reading(2)]) == [reading(1), reading(2)]
        again = [reading(1), reading(2, 40.0), reading(3)]
        assert readings.accept(tx, again) == [reading(2, 40.0), reading(3)]
        assert readings.accept(tx, []) == []
    with store.read() as tx:
        assert readings.recent(tx, NOW + 2 * HOUR) == {"g1": [reading(2, 40.0), reading(3)]}


def test_gauges_and_measures_do_not_mix(store: Store) -> None:
    """Each in its own series, sorted by end whatever the order of arrival."""
    stage = Reading("g2", Measure.STAGE, NOW, NOW, 101.25, received_at=NOW)
    missing = reading(1, None, quality=Quality.MISSING, suspicion=Suspicion.SENTINEL)
    with store.write() as tx:
        readings.accept(tx, [reading(3), stage, missing, reading(1, gauge="g2")])
    with store.read() as tx:
        assert readings.recent(tx, NOW) == {
            "g1": [missing, reading(3)],
            "g2": [stage, reading(1, gauge="g2")],
        }


def test_a_value_that_a_human_rejected_stays_rejected(store: Store) -> None:
    """Until the feed sends another value for the same hour."""
    suspect = reading(1, 1000.0, quality=Quality.SUSPECT, suspicion=Suspicion.OVER_RECORD)
    with store.write() as tx:
        readings.accept(tx, [suspect])
        judged = readings.judge(tx, "g1", suspect.end, Quality.REJECTED)
        assert judged == replace(suspect, quality=Quality.REJECTED)
        assert readings.accept(tx, [suspect]) == []
        assert readings.recent(tx, NOW)["g1"] == [judged]
        assert readings.accept(tx, [reading(1, 10.0)]) == [reading(1, 10.0)]


def test_silence_does_not_overrule_a_human(store: Store) -> None:
    """The engine read it as suspect and verifies it after five minutes; meanwhile it was judged."""
    suspect = reading(1, 1000.0, quality=Quality.SUSPECT, suspicion=Suspicion.OVER_RECORD)
    other = replace(suspect, end=suspect.end + HOUR)
    with store.write() as tx:
        readings.accept(tx, [suspect, other])
        readings.judge(tx, "g1", suspect.end, Quality.REJECTED)
        readings.set_quality(tx, [replace(r, quality=Quality.VERIFIED) for r in (suspect, other)])
        readings.set_quality(tx, [])
        assert [r.quality for r in readings.recent(tx, NOW)["g1"]] == [
            Quality.REJECTED, Quality.VERIFIED,
        ]  # fmt: skip


def test_a_value_ahead_of_the_clock_is_taken_again_when_its_hour_has_come(store: Store) -> None:
    """It was suspect only because it came too early."""
    early = reading(1, quality=Quality.SUSPECT, suspicion=Suspicion.IN_FUTURE)
    with store.write() as tx:
        readings.accept(tx, [early])
        assert readings.accept(tx, [early]) == []
        assert readings.accept(tx, [reading(1)]) == [reading(1)]


def test_a_reading_that_does_not_exist_cannot_be_judged(store: Store) -> None:
    """A sentence that names gauge and instant."""
    with pytest.raises(NotFound, match="gauge g9"), store.write() as tx:
        readings.judge(tx, "g9", NOW, Quality.VERIFIED)
