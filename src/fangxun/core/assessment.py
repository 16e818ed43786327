"""(warnings, readings, criteria, now) -> alert level per place, with its evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from fangxun.core.criterion import Criterion, Verdict, judge
from fangxun.core.level import Certainty, Hazard, Level
from fangxun.core.observation import USABLE, Quality, Reading, Series
from fangxun.core.place import Gauge, Measure
from fangxun.core.warning import InForce, Touch


class EvidenceKind(StrEnum):
    """Where a level comes from."""

    RAIN = "rain"
    STAGE = "stage"
    WARNING = "warning"
    ANCESTOR_WARNING = "ancestor_warning"
    BY_HAND = "by_hand"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason for a level: amount/limit in mm or m with its window, or a warning's headline."""

    kind: EvidenceKind
    level: Level
    certainty: Certainty
    hazard: Hazard
    source: str
    """Gauge id, or feed name of the warning."""
    at: datetime
    """End of the window (UTC), or when the warning was sent."""
    amount: float | None = None
    limit: float | None = None
    window: timedelta | None = None
    covered: timedelta | None = None
    criterion: str = ""
    headline: str = ""
    identifier: str = ""


class Why(StrEnum):
    """Why the assessment of a place is what it is."""

    REACHED = "reached"
    BELOW = "below"
    LOWERED = "lowered"
    """Below for the whole hold, with data."""
    WITHIN_HOLD = "within_hold"
    NOT_YET_CLEAR = "not_yet_clear"
    """Below the limit but not below `clear_below`."""
    DATA_MISSING = "data_missing"
    NO_GAUGE = "no_gauge"
    SOURCE_STALE = "source_stale"
    BY_HAND = "by_hand"


@dataclass(frozen=True, slots=True)
class Assessment:
    """The alert level of one place. `since`: when this level began. `below_since`: since when data
    say less than `level` (the hold runs from there), None while they do not.

    `duty_only`: only a warning of a division above supports it; pages the duty room (plan).
    """

    place: str
    level: Level
    certainty: Certainty
    since: datetime
    why: Why
    evidence: tuple[Evidence, ...] = ()
    below_since: datetime | None = None
    duty_only: bool = False
    missing: tuple[str, ...] = ()
    """Gauges silent, and feeds stale, at the time."""
    unverified: tuple[Evidence, ...] = ()
    """What suspect values would raise it to, until a human or five minutes decide."""


TOO_OLD = timedelta(hours=24)
"""A gauge silent for longer says nothing at all any more; before, what it said last is held."""


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything that is assessed at one instant.

    `places` are ids, `root` the whole district's; `hold` and `cascade` are the plan's. `readings`
    by gauge; `by_hand` floors set by people; `released`: places whose held level a human let go;
    `stale`: names of feeds silent for longer than their bound.
    """

    places: tuple[str, ...]
    root: str
    gauges: tuple[Gauge, ...]
    criteria: tuple[Criterion, ...]
    readings: Mapping[str, Sequence[Reading]]
    hold: timedelta
    warnings: Sequence[InForce] = ()
    by_hand: Mapping[str, Evidence] = field(default_factory=dict)
    released: frozenset[str] = frozenset()
    stale: frozenset[str] = frozenset()
    cascade: bool = False


@dataclass(frozen=True, slots=True)
class _Voice:
    """What one gauge says at `now`: its sums end at its newest reading."""

    gauge: Gauge
    series: Series
    doubtful: Series
    """With the suspect values taken as true."""
    silent: bool
    mute: bool
    """Silent for so long that it says nothing."""


def assess(
    situation: Situation, previous: Mapping[str, Assessment], *, now: datetime
) -> dict[str, Assessment]:
    """The assessment of every place."""
    voices = {gauge.id: _voice(gauge, situation, now) for gauge in situation.gauges}
    return {
        place: assess_place(place, situation, previous.get(place), voices=voices, now=now)
        for place in situation.places
    }


def assess_place(
    place: str,
    situation: Situation,
    previous: Assessment | None,
    *,
    voices: Mapping[str, _Voice],
    now: datetime,
) -> Assessment:
    """The alert level of one place.

    1. Gather the evidence: criteria reached, warnings in force, a floor set by hand.
    2. At or above what stood: that level at once, the highest reached and not one step.
    3. Below it: lowered only when living gauges rule the higher levels out, no source that
       supported them is missing, and that for the whole hold. Missing data never lower a level.
    """
    own = [voices[g.id] for g in situation.gauges if place in g.places]
    criteria = [c for c in situation.criteria if c.place == place]
    evidence = [
        *_of_gauges(criteria, own),
        *_of_warnings(place, situation),
        *([situation.by_hand[place]] if place in situation.by_hand else []),
    ]
    reached = max((e.level for e in evidence), key=lambda lv: lv.rank, default=Level.NONE)
    seen = _Seen(
        evidence=tuple(sorted(evidence, key=lambda e: -e.level.rank)),
        reached=reached,
        unknown=_unknown_above(reached, criteria, own),
        not_clear=_not_clear_above(reached, criteria, own),
        missing=tuple(sorted([v.gauge.id for v in own if v.silent] + list(situation.stale))),
        unverified=tuple(_unverified(criteria, own, reached)),
        gauges=bool(own and criteria),
    )
    if previous is None or reached.rank >= previous.level.rank:
        return _standing(place, seen, previous, now)
    return _falling(place, seen, previous, situation, now)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the evidence of one place comes to."""

    evidence: tuple[Evidence, ...]
    reached: Level
    unknown: bool
    """Some higher level cannot be ruled out for want of data."""
    not_clear: bool
    """Some higher level is ruled out, but not by as much as lowering asks."""
    missing: tuple[str, ...]
    unverified: tuple[Evidence, ...]
    gauges: bool


def _standing(place: str, seen: _Seen, previous: Assessment | None, now: datetime) -> Assessment:
    """At or above what stood before."""
    level, certainty, why = seen.reached, Certainty.KNOWN, Why.REACHED
    if seen.reached.rank:
        top = [e for e in seen.evidence if e.level is seen.reached]
        certainty = _best(e.certainty for e in top)
        if all(e.kind is EvidenceKind.BY_HAND for e in top):
            why = Why.BY_HAND
    elif not seen.gauges:
        level, why = Level.UNKNOWN, Why.NO_GAUGE
    elif seen.unknown:
        level, why = Level.UNKNOWN, Why.DATA_MISSING
    else:
        why = Why.BELOW
    same = previous is not None and previous.level is level
    return Assessment(
        place=place,
        level=level,
        certainty=certainty,
        since=previous.since if previous is not None and same else now,
        why=why,
        evidence=seen.evidence,
        duty_only=_duty_only(seen.evidence, level),
        missing=seen.missing,
        unverified=seen.unverified,
    )


def _falling(
    place: str, seen: _Seen, previous: Assessment, situation: Situation, now: datetime
) -> Assessment:
    """Below what stood before: hold it, or lower it."""
    released = place in situation.released
    hindrance = None if released else _hindrance(seen, previous, situation)
    below_since = None if hindrance else (previous.below_since or now)
    if released or (below_since is not None and now - below_since >= situation.hold):
        lowered = _standing(place, seen, None, now)
        return replace(lowered, why=Why.LOWERED) if lowered.level is not Level.UNKNOWN else lowered
    data_missing = hindrance in {Why.DATA_MISSING, Why.SOURCE_STALE}
    supporting = [e for e in seen.evidence if e.level is previous.level]
    return replace(
        previous,
        certainty=Certainty.HELD if data_missing else _unheld(previous.certainty),
        why=hindrance or Why.WITHIN_HOLD,
        evidence=tuple(supporting) or previous.evidence,
        below_since=below_since,
        missing=seen.missing,
        unverified=seen.unverified,
    )


def _unheld(certainty: Certainty) -> Certainty:
    """Data are back: what was held is known to have stood until now."""
    return Certainty.KNOWN if certainty is Certainty.HELD else certainty


def _hindrance(seen: _Seen, previous: Assessment, situation: Situation) -> Why | None:
    """What keeps a level up although nothing reaches it now."""
    supporters = {e.source for e in previous.evidence if e.level.above(seen.reached)}
    if supporters & situation.stale:
        return Why.SOURCE_STALE
    if seen.unknown or supporters & set(seen.missing):
        return Why.DATA_MISSING
    return Why.NOT_YET_CLEAR if seen.not_clear else None


def _duty_only(evidence: Iterable[Evidence], level: Level) -> bool:
    top = [e.kind for e in evidence if e.level is level and level.rank]
    return bool(top) and set(top) == {EvidenceKind.ANCESTOR_WARNING}


def _best(certainties: Iterable[Certainty]) -> Certainty:
    """The surest of several reasons for one level."""
    order = (Certainty.KNOWN, Certainty.AT_LEAST, Certainty.HELD)
    return min(certainties, key=order.index)


def _voice(gauge: Gauge, situation: Situation, now: datetime) -> _Voice:
    readings = [r for r in situation.readings.get(gauge.id, ()) if r.end <= now]
    series = Series(readings)
    newest = series.newest
    age = now - newest.end if newest is not None else None
    return _Voice(
        gauge=gauge,
        series=series,
        doubtful=Series(readings, USABLE | {Quality.SUSPECT})
        if any(r.quality is Quality.SUSPECT for r in readings)
        else series,
        silent=age is None or age > gauge.interval + gauge.lag,
        mute=age is None or age > TOO_OLD,
    )


def _heard(criterion: Criterion, voice: _Voice, series: Series) -> tuple[Verdict, Evidence] | None:
    """What a gauge says of a criterion, silent or not; None where it says nothing."""
    newest = series.newest
    if voice.gauge.measure is not criterion.measure or newest is None or voice.mute:
        return None
    if criterion.measure is Measure.STAGE:
        total, covered, complete = round(newest.value or 0.0, 2), None, True
    else:
        amount = series.within(criterion.window, end=newest.end)
        total, covered, complete = amount.total, amount.covered, amount.complete
    verdict = judge(criterion, total, complete=complete)
    certainty = Certainty.AT_LEAST if verdict is Verdict.AT_LEAST else Certainty.KNOWN
    return verdict, Evidence(
        kind=EvidenceKind(criterion.measure.value),
        level=criterion.level,
        certainty=Certainty.HELD if voice.silent else certainty,
        hazard=criterion.hazard,
        source=voice.gauge.id,
        at=newest.end,
        amount=total,
        limit=criterion.limit,
        window=criterion.window,
        covered=covered,
        criterion=criterion.id,
    )


_OVER = frozenset({Verdict.REACHED, Verdict.AT_LEAST})


def _of_gauges(criteria: Sequence[Criterion], own: Sequence[_Voice]) -> list[Evidence]:
    """Every criterion that a gauge of the place reaches."""
    heard = [_heard(c, voice, voice.series) for c in criteria for voice in own]
    return [found[1] for found in heard if found is not None and found[0] in _OVER]


def _unverified(
    criteria: Sequence[Criterion], own: Sequence[_Voice], reached: Level
) -> Iterable[Evidence]:
    """What suspect values would raise the place to."""
    for voice in own:
        if voice.doubtful is voice.series:
            continue
        heard = [_heard(c, voice, voice.doubtful) for c in criteria if c.level.above(reached)]
        over = [found[1] for found in heard if found is not None and found[0] in _OVER]
        if over:
            yield max(over, key=lambda e: e.level.rank)


def _verdicts(criterion: Criterion, own: Sequence[_Voice]) -> list[Verdict]:
    """What the living gauges say of a criterion."""
    heard = [_heard(criterion, voice, voice.series) for voice in own if not voice.silent]
    return [found[0] for found in heard if found is not None]


def _unknown_above(reached: Level, criteria: Sequence[Criterion], own: Sequence[_Voice]) -> bool:
    """Whether some level above cannot be ruled out: no living gauge has a complete window for it."""
    ruled_out = {Verdict.BELOW, Verdict.CLEAR}
    return any(not ruled_out & set(_verdicts(c, own)) for c in criteria if c.level.above(reached))


def _not_clear_above(reached: Level, criteria: Sequence[Criterion], own: Sequence[_Voice]) -> bool:
    """Whether some level above is below its limit and not below what clears it."""
    return any(Verdict.BELOW in _verdicts(c, own) for c in criteria if c.level.above(reached))


def _of_warnings(place: str, situation: Situation) -> Iterable[Evidence]:
    """Warnings that touch the place. One for a division above counts for the root alone and calls
    the duty room only, unless the plan lets it cascade."""
    for item in situation.warnings:
        bulletin = item.bulletin
        touch = dict(bulletin.touches).get(place)
        if touch is None or not bulletin.level.rank:
            continue
        above = touch is Touch.ANCESTOR and not situation.cascade
        if above and place != situation.root:
            continue
        at = bulletin.sent or bulletin.received_at or bulletin.onset
        if at is None:
            continue
        yield Evidence(
            kind=EvidenceKind.ANCESTOR_WARNING if above else EvidenceKind.WARNING,
            level=bulletin.level,
            certainty=Certainty.HELD
            if item.unconfirmed or bulletin.feed in situation.stale
            else Certainty.KNOWN,
            hazard=bulletin.hazard,
            source=bulletin.feed,
            at=at,
            headline=bulletin.headline,
            identifier=bulletin.identifier,
        )
