"""What the gauges and warnings of a place say at an instant, and what is held of what they said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from fangxun.core.assessment.data import Assessment, Evidence, EvidenceKind, Situation
from fangxun.core.criterion import Criterion, Verdict, judge
from fangxun.core.level import Certainty, Level
from fangxun.core.observation import FUTURE, Quality, Reading, Series, may_be_true
from fangxun.core.place import Gauge, Measure
from fangxun.core.warning import Touch

TOO_OLD = timedelta(hours=6)
"""A gauge silent for so much longer than its interval and lag raises nothing any more by what it
said last: a first start pages nobody for yesterday's rain. What it has raised, it still holds."""

OVER = frozenset({Verdict.REACHED, Verdict.AT_LEAST})
RULED_OUT = frozenset({Verdict.BELOW, Verdict.CLEAR})


@dataclass(frozen=True, slots=True)
class Voice:
    """What one gauge says at an instant: its sums end at its newest reading, and how old that is,
    is judged apart."""

    gauge: Gauge
    series: Series
    doubtful: Reading | None
    """The newest suspect reading that may be true."""
    with_doubtful: Series
    """With the suspect values that may be true taken as true."""
    rejected: tuple[Reading, ...]
    """What a human has said is wrong."""
    silent: bool
    """Older than its interval and lag, or never heard: nothing that it said rules anything out."""
    mute: bool
    """Silent for so long that it raises nothing."""


def voices_of(situation: Situation, now: datetime) -> dict[str, Voice]:
    """By gauge."""
    return {gauge.id: _voice(gauge, situation, now) for gauge in situation.gauges}


def _voice(gauge: Gauge, situation: Situation, now: datetime) -> Voice:
    """A clock that runs a few minutes ahead does not make a gauge silent."""
    readings = [r for r in situation.readings.get(gauge.id, ()) if r.end <= now + FUTURE]
    series = Series(readings)
    age = now - series.newest.end if series.newest is not None else None
    silent_after = gauge.interval + gauge.lag
    doubtful = max(filter(may_be_true, readings), key=lambda r: r.end, default=None)
    return Voice(
        gauge=gauge,
        series=series,
        doubtful=doubtful,
        with_doubtful=Series(map(_taken_as_true, readings)) if doubtful is not None else series,
        rejected=tuple(r for r in readings if r.quality is Quality.REJECTED),
        silent=age is None or age > silent_after,
        mute=age is None or age > silent_after + TOO_OLD,
    )


def _taken_as_true(reading: Reading) -> Reading:
    return replace(reading, quality=Quality.VERIFIED) if may_be_true(reading) else reading


@dataclass(frozen=True, slots=True)
class Said:
    """What a gauge says of a criterion."""

    verdict: Verdict
    evidence: Evidence


def hear(criterion: Criterion, voice: Voice, series: Series) -> Said | None:
    """What a gauge says of a criterion, silent or not; None where it has never said anything."""
    newest = series.newest
    if newest is None:
        return None
    if criterion.measure is Measure.STAGE:
        total, covered = newest.value or 0.0, None
        complete = newest.quality is Quality.GOOD
    else:
        amount = series.within(criterion.window, end=newest.end)
        total, covered, complete = amount.total, amount.covered, amount.complete
    verdict = judge(criterion, total, complete=complete)
    certainty = Certainty.AT_LEAST if verdict is Verdict.AT_LEAST else Certainty.KNOWN
    evidence = Evidence(
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
    return Said(verdict, evidence)


def asked(criteria: Sequence[Criterion], own: Sequence[Voice]) -> Iterable[tuple[Criterion, Voice]]:
    """Each criterion with each gauge that measures it."""
    return ((c, v) for c in criteria for v in own if v.gauge.measure is c.measure)


def of_gauges(
    criteria: Sequence[Criterion], own: Sequence[Voice], previous: Assessment | None
) -> Iterable[Evidence]:
    """Every criterion that a gauge reaches, and those that it reached and has not taken back.

    A gauge that carried the level takes it back by a complete window while it is alive, and one
    that ends no earlier: what it said before cannot, where its newest reading was rejected or taken
    back by the feed. Another gauge beside it cannot: the one that the flood washed away was the one
    that saw it.
    """
    before = _before(previous)
    for criterion, voice in asked(criteria, own):
        said = hear(criterion, voice, voice.series)
        earlier = before.get((criterion.id, voice.gauge.id))
        if said is not None and said.verdict in OVER and (earlier or not voice.mute):
            yield said.evidence
        elif earlier and not (said is not None and _takes_back(said, earlier, voice)):
            yield replace(
                earlier, certainty=Certainty.HELD, level=criterion.level, limit=criterion.limit
            )


def _takes_back(said: Said, earlier: Evidence, voice: Voice) -> bool:
    rules_out = said.verdict in RULED_OUT and not voice.silent
    return rules_out and said.evidence.at >= earlier.at


def without_rejected(previous: Assessment | None, own: Sequence[Voice]) -> Assessment | None:
    """What stood before, without what only readings carried that a human has rejected since: they
    never were, so it neither holds nor is held."""
    if previous is None:
        return None
    voices = {voice.gauge.id: voice for voice in own}
    gone = [e for e in previous.evidence if _rested_on_rejected(e, voices.get(e.source))]
    if not gone:
        return previous
    kept = tuple(e for e in previous.evidence if e not in gone)
    if all(previous.level.above(e.level) for e in gone):
        return replace(previous, evidence=kept)
    level = max((e.level for e in kept), key=lambda lv: lv.rank, default=Level.NONE)
    return replace(previous, level=level, evidence=kept, below_since=None, falling_to=Level.NONE)


def _rested_on_rejected(evidence: Evidence, voice: Voice | None) -> bool:
    if voice is None or evidence.limit is None:
        return False
    window = evidence.window or timedelta(0)
    within = [r for r in voice.rejected if evidence.at - window <= r.start and r.end <= evidence.at]
    if not within or evidence.kind is EvidenceKind.STAGE:
        return bool(within)
    return voice.series.within(window, end=evidence.at).total < evidence.limit


def _before(previous: Assessment | None) -> Mapping[tuple[str, str], Evidence]:
    """What gauges carried of the level that stood, by criterion and gauge."""
    if previous is None:
        return {}
    return {
        (e.criterion, e.source): e for e in previous.evidence if not e.level.above(previous.level)
    }


def unverified(
    criteria: Sequence[Criterion], own: Sequence[Voice], stands: Level
) -> Iterable[Evidence]:
    """For each gauge the highest level above what stands that its suspect values would raise to."""
    for voice in own:
        if voice.doubtful is None:
            continue
        above = [criterion for criterion in criteria if criterion.level.above(stands)]
        heard = [hear(c, voice, voice.with_doubtful) for c, _ in asked(above, [voice])]
        over = [said.evidence for said in heard if said is not None and said.verdict in OVER]
        if over:
            highest = max(over, key=lambda e: e.level.rank)
            yield replace(highest, at=voice.doubtful.end, certainty=Certainty.AT_LEAST)


def verdicts(criterion: Criterion, own: Sequence[Voice]) -> frozenset[Verdict]:
    """What the living gauges say of a criterion."""
    living = [voice for voice in own if not voice.silent]
    heard = [hear(criterion, voice, voice.series) for _, voice in asked([criterion], living)]
    return frozenset(said.verdict for said in heard if said is not None)


def of_warnings(place: str, situation: Situation, now: datetime) -> Iterable[Evidence]:
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
        held = item.unconfirmed or bulletin.feed in situation.stale
        yield Evidence(
            kind=EvidenceKind.ANCESTOR_WARNING if above else EvidenceKind.WARNING,
            level=bulletin.level,
            certainty=Certainty.HELD if held else Certainty.KNOWN,
            hazard=bulletin.hazard,
            source=bulletin.feed,
            at=bulletin.sent or bulletin.received_at or bulletin.onset or now,
            headline=bulletin.headline,
            identifier=bulletin.identifier,
        )
