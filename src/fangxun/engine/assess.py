"""Read warnings and readings, let the core assess every place, keep and journal what changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from fangxun.core import alarm, assessment, observation, warning
from fangxun.core.assessment import Assessment, Situation
from fangxun.core.journal import Entry, Event
from fangxun.core.level import Certainty
from fangxun.core.observation import Quality, Reading
from fangxun.core.warning import FeedHealth
from fangxun.engine import alarms
from fangxun.engine.parts import Parts
from fangxun.engine.view import Assessed, View
from fangxun.store import assessments as assessment_store
from fangxun.store import feeds as feed_store
from fangxun.store import journal
from fangxun.store import readings as reading_store
from fangxun.store import warnings as warning_store
from fangxun.store.base import Tx

WARNINGS_BACK = timedelta(days=7)
"""Further back than this only warnings without an end are looked for: by no authority's rules that
we know does another stand so long."""


def assess(parts: Parts, *, now: datetime) -> datetime | None:
    """Assess every place, for `respond` to keep; returns when time alone may change something.

    Nothing is read again while nothing was accepted or edited (the wake counter stands still) and
    no hold, grace, expiry or silence ends.
    """
    lookout = parts.lookout
    lookout.pending = None
    with parts.store.read() as tx:
        view = lookout.look(tx, now=now)
        if view is None:
            return None
        key = (view.version, view.wake_count)
        if lookout.assessed == key and now < lookout.assess_again:
            return lookout.assess_again
        readings, settled = settle_suspects(_readings(tx, view, now), now)
        situation = read_situation(parts, tx, view, readings, now=now)
        previous = assessment_store.load(tx)
    present = assessment.assess(situation, previous, now=now)
    again = _next_due(situation, present, now)
    held = {mark for item in present.values() for mark in _held_warnings(item)}
    lookout.pending = Assessed(
        key, previous, present, tuple(settled), situation.released, again,
        tuple(
            item.bulletin
            for item in situation.warnings
            if item.unconfirmed and (item.bulletin.feed, item.bulletin.identifier) in held
        ),
    )  # fmt: skip
    return again


def keep(parts: Parts, tx: Tx, found: Assessed, *, now: datetime) -> None:
    """Write what an assessment came to, each change with its reason in the journal."""
    reading_store.set_quality(tx, found.settled)
    assessment_store.save(tx, found.changed, gone=found.gone)
    assessment_store.drop_released(tx, found.released)
    journal.append(tx, [*_changes(found.previous, found.changed, now), *_settled(found, now)])
    for item in found.changed:
        _tell_unverified(parts, tx, item, now)
    _tell_unconfirmed(parts, tx, found, now)


def read_situation(
    parts: Parts,
    tx: Tx,
    view: View,
    readings: Mapping[str, list[Reading]],
    *,
    now: datetime,
) -> Situation:
    """Everything that the core needs to assess, as it stands in the store."""
    states = feed_store.feed_states(tx)
    stale = frozenset(name for name, state in states.items() if state.stale)
    health = {
        name: FeedHealth(name, state.last_success, name in stale) for name, state in states.items()
    }
    bulletins = warning_store.standing(tx, now - WARNINGS_BACK)
    return Situation(
        places=tuple(view.incident_areas),
        root=view.district.root,
        gauges=view.district.gauges,
        criteria=view.district.criteria,
        readings=readings,
        hold=view.district.plan.hold,
        cascade=view.district.plan.cascade,
        warnings=warning.in_force(bulletins, health, now=now, acting=parts.acting),
        by_hand=assessment_store.by_hand(tx),
        released=assessment_store.released(tx),
        stale=stale,
    )


def _readings(tx: Tx, view: View, now: datetime) -> dict[str, list[Reading]]:
    longest = max(
        (criterion.window for criterion in view.district.criteria), default=timedelta(hours=24)
    )
    return reading_store.recent(tx, now - max(longest * 2, timedelta(hours=48)))


def settle_suspects(
    readings: dict[str, list[Reading]], now: datetime
) -> tuple[dict[str, list[Reading]], list[Reading]]:
    """Suspect values whose five minutes have passed unrejected become verified."""
    settled: list[Reading] = []
    for gauge, series in readings.items():
        for index, reading in enumerate(series):
            if reading.quality is not Quality.SUSPECT:
                continue
            after = observation.settle(reading, now=now)
            if after != reading:
                readings[gauge][index] = after
                settled.append(after)
    return readings, settled


def _changes(
    previous: Mapping[str, Assessment], changed: list[Assessment], now: datetime
) -> list[Entry]:
    entries = []
    for item in changed:
        before = previous.get(item.place)
        if before and (before.level, before.certainty) == (item.level, item.certainty):
            continue
        entries.append(
            Entry(
                now,
                Event.LEVEL_CHANGED,
                "system",
                f"place/{item.place}",
                item.why.value,
                (
                    ("before", before.level.value if before else ""),
                    ("level", item.level.value),
                    ("certainty", item.certainty.value),
                    ("evidence", [_plain(e) for e in item.evidence[:6]]),
                    ("missing", list(item.missing)),
                ),
            )
        )
    return entries


def _plain(evidence: assessment.Evidence) -> dict[str, object]:
    """Evidence as the journal keeps it."""
    return {
        "kind": evidence.kind.value,
        "level": evidence.level.value,
        "source": evidence.source,
        "at": evidence.at.isoformat(),
        "amount": evidence.amount,
        "limit": evidence.limit,
        "hours": evidence.window.total_seconds() / 3600 if evidence.window else None,
        "headline": evidence.headline[:120],
    }


def _settled(found: Assessed, now: datetime) -> list[Entry]:
    return [
        Entry(
            now,
            Event.READING_REVISED,
            "system",
            f"gauge/{reading.gauge}",
            reading.quality.value,
            (("end", reading.end.isoformat()), ("value", reading.value)),
        )
        for reading in found.settled
    ]


def _tell_unverified(parts: Parts, tx: Tx, item: Assessment, now: datetime) -> None:
    """A suspect value that would raise is told at once; silence of five minutes lets it raise."""
    for evidence in item.unverified:
        alarms.open_for(parts, tx, alarm.suspect_unverified(item.place, evidence), now=now)


def _held_warnings(item: Assessment) -> list[tuple[str, str]]:
    """The warnings (feed, identifier) that are only held at a place."""
    return [
        (e.source, e.identifier)
        for e in item.evidence
        if e.identifier and e.certainty is Certainty.HELD
    ]


def _tell_unconfirmed(parts: Parts, tx: Tx, found: Assessed, now: datetime) -> None:
    """A warning that nobody has ended or renewed is held and told, once; its alarm ends when
    somebody has."""
    causes = [alarm.warning_unconfirmed(bulletin) for bulletin in found.unconfirmed]
    for cause in causes:
        alarms.open_for(parts, tx, cause, now=now)
    before = {mark for item in found.previous.values() for mark in _held_warnings(item)}
    if before - {(bulletin.feed, bulletin.identifier) for bulletin in found.unconfirmed}:
        alarms.keep_only(tx, alarm.WARNING_UNCONFIRMED_PREFIX, causes, now=now)


LONGEST_REST = timedelta(minutes=10)
"""However calm it is, every place is assessed again after this long."""


def _next_due(situation: Situation, present: Mapping[str, Assessment], now: datetime) -> datetime:
    """The next instant at which time alone can change an assessment."""
    times = [
        part.below_since + situation.hold
        for item in present.values()
        for part in item.layers
        if part.below_since is not None
    ]
    lasts = {
        gauge.id: max((r.end for r in situation.readings.get(gauge.id, ())), default=None)
        for gauge in situation.gauges
    }
    times += [
        last + gauge.interval + gauge.lag + timedelta(seconds=1)
        for gauge in situation.gauges
        if (last := lasts[gauge.id]) is not None
    ]
    times += [warning.ends(item.bulletin) for item in situation.warnings]
    times += [
        reading.received_at + observation.GRACE
        for series in situation.readings.values()
        for reading in series
        if reading.quality is Quality.SUSPECT and reading.received_at is not None
    ]
    return min(
        (time for time in times if now < time < now + LONGEST_REST), default=now + LONGEST_REST
    )
