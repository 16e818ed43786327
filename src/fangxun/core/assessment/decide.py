"""The alert level of each place: raised at once, held without data, lowered after the hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from fangxun.core.assessment.data import Assessment, Evidence, EvidenceKind, Situation, Why
from fangxun.core.assessment.merge import SUREST, highest, is_above, merge
from fangxun.core.assessment.sources import (
    RULED_OUT,
    Voice,
    asked,
    of_gauges,
    of_warnings,
    unverified,
    verdicts,
    voices_of,
    without_rejected,
)
from fangxun.core.criterion import Criterion, Verdict
from fangxun.core.level import Certainty, Level


def assess(
    situation: Situation, previous: Mapping[str, Assessment], *, now: datetime
) -> dict[str, Assessment]:
    """The assessment of every place."""
    voices = voices_of(situation, now)
    return {
        place: assess_place(place, situation, previous.get(place), voices=voices, now=now)
        for place in situation.places
    }


def assess_place(
    place: str,
    situation: Situation,
    previous: Assessment | None,
    *,
    voices: Mapping[str, Voice],
    now: datetime,
) -> Assessment:
    """The alert level of one place.

    1. Gather the evidence: criteria reached, or reached before and not taken back by the gauge
       that reached them; warnings in force. What a human has let go while it was held does not
       count until its source speaks again.
    2. At or above what stood: that level at once, the highest reached and not one step.
    3. Below it: lowered only when living gauges rule the levels between out, no stale feed had
       supported them, and that for the whole hold. Missing data never lower a level; but what only
       a reading carried that a human has rejected never was.
    4. The same for warnings of divisions above by themselves, so that they neither carry nor hold
       what officials are called for; then the highest of both, and of a floor set by hand.

    Of several gauges one that is alive is enough for `none` (the silent ones are named in
    `missing`); one that carried the level and fell silent holds it, for as long as it takes, until
    it speaks again, a human lets it go, or the district no longer has it.
    """
    own = [voices[g.id] for g in situation.gauges if place in g.places]
    criteria = [c for c in situation.criteria if c.place == place]
    warned = list(of_warnings(place, situation, now))
    before = without_rejected(previous.layers[0] if previous is not None else None, own)
    found = [*of_gauges(criteria, own, before), *(e for e in warned if not is_above(e))]
    base = _judged(place, found, before, _Heard(situation, criteria, own), now=now)
    above = previous.above if previous is not None else None
    if above is not None or any(map(is_above, warned)):
        over = filter(is_above, warned)
        above = _judged(place, list(over), above, _Heard(situation), now=now)
    merged = merge(base, situation.by_hand.get(place), above)
    stood = previous if previous is not None and previous.level is merged.level else None
    return replace(
        merged,
        since=stood.since if stood is not None else now,
        missing=tuple(sorted({v.gauge.id for v in own if v.silent} | situation.stale)),
        unverified=tuple(unverified(criteria, own, merged.own_level)),
    )


@dataclass(frozen=True, slots=True)
class _Heard:
    """Who is listened to: gauges and their criteria, or none of them for warnings from above."""

    situation: Situation
    criteria: Sequence[Criterion] = ()
    own: Sequence[Voice] = ()


def _judged(
    place: str,
    found: Sequence[Evidence],
    previous: Assessment | None,
    heard: _Heard,
    *,
    now: datetime,
) -> Assessment:
    """What this evidence comes to after what stood before by the like of it."""
    situation = heard.situation
    was_held = previous is not None and previous.certainty is Certainty.HELD
    released = place in situation.released and was_held
    let_go = _let_go(found, previous, released=released)
    evidence = [e for e in found if e.certainty is not Certainty.HELD or _mark(e) not in let_go]
    seen = _Seen(
        evidence=tuple(sorted(evidence, key=lambda e: -e.level.rank)),
        reached=highest(e.level for e in evidence),
        criteria=heard.criteria if any(asked(heard.criteria, heard.own)) else (),
        own=heard.own,
        stale=situation.stale,
    )
    if previous is None or not previous.level.above(seen.reached):
        present = _standing(place, seen, now)
    elif released:
        present = _lowered(seen, previous, Level.NONE, now)
    else:
        present = _falling(seen, previous, situation, now)
    stood = previous if previous is not None and previous.level is present.level else present
    return replace(present, since=stood.since, let_go=tuple(sorted(let_go)))


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the evidence of one place comes to. `criteria` is empty where no gauge measures any of
    them: such a place is known by warnings alone."""

    evidence: tuple[Evidence, ...]
    reached: Level
    criteria: Sequence[Criterion]
    own: Sequence[Voice]
    stale: frozenset[str]


def _mark(evidence: Evidence) -> str:
    """One statement of one source."""
    return f"{evidence.source}/{evidence.identifier}/{evidence.at.isoformat()}"


def _let_go(
    found: Sequence[Evidence], previous: Assessment | None, *, released: bool
) -> frozenset[str]:
    """The held statements that a human lets go now, or has let go and that are held still."""
    held = frozenset(_mark(e) for e in found if e.certainty is Certainty.HELD)
    if released:
        return held
    return held & frozenset(previous.let_go) if previous is not None else frozenset()


def _standing(place: str, seen: _Seen, now: datetime) -> Assessment:
    """At or above what stood before."""
    level, certainty, why = seen.reached, Certainty.KNOWN, Why.BELOW
    if level.rank:
        certainty, why = _support(seen)
    elif not seen.criteria:
        level, why = Level.UNKNOWN, Why.NO_GAUGE
    elif any(not RULED_OUT & verdicts(c, seen.own) for c in seen.criteria):
        level, why = Level.UNKNOWN, Why.DATA_MISSING
    return Assessment(
        place=place,
        level=level,
        certainty=certainty,
        since=now,
        why=why,
        evidence=seen.evidence,
    )


def _support(seen: _Seen) -> tuple[Certainty, Why]:
    """How sure the level reached is, by the surest of what reaches it, and why it stands."""
    top = [e for e in seen.evidence if e.level is seen.reached]
    certainty = min((e.certainty for e in top), key=SUREST.index)
    if certainty is not Certainty.HELD:
        return certainty, Why.REACHED
    stale = any(e.kind in _WARNINGS and e.source in seen.stale for e in top)
    return certainty, Why.SOURCE_STALE if stale else Why.DATA_MISSING


_WARNINGS = frozenset({EvidenceKind.WARNING, EvidenceKind.ANCESTOR_WARNING})


def _falling(seen: _Seen, previous: Assessment, situation: Situation, now: datetime) -> Assessment:
    """Below what stood before: hold it, or lower it once the hold is over.

    It falls to the highest level that was reached, or could not be left, during the hold: a lower
    one has not been held for long enough.
    """
    hindrances = _hindrances(seen, previous)
    least = highest((seen.reached, *hindrances))
    if not previous.level.above(least):
        return _held(seen, previous, hindrances[previous.level])
    below_since = previous.below_since or now
    before = previous.falling_to if previous.below_since is not None else Level.NONE
    falling_to = highest((least, before))
    if now - below_since >= situation.hold:
        lowered = _lowered(seen, previous, falling_to, now, hindrances.get(falling_to))
        return replace(lowered, falling_to=least) if lowered.below_since else lowered
    return replace(
        _held(seen, previous, Why.WITHIN_HOLD), below_since=below_since, falling_to=falling_to
    )


def _hindrances(seen: _Seen, previous: Assessment) -> dict[Level, Why]:
    """The levels above what is reached that cannot be left yet, and why not; up to what stood.

    Data may say less than was reached and not yet less than `clear_below`; no living gauge may have
    a complete window; the feed that had warned may be stale, so that its silence means nothing.
    """
    found: list[tuple[Level, Why]] = []
    for criterion in seen.criteria:
        if not criterion.level.above(seen.reached):
            continue
        said = verdicts(criterion, seen.own)
        if not said & RULED_OUT:
            found.append((criterion.level, Why.DATA_MISSING))
        elif Verdict.BELOW in said and not criterion.level.above(previous.level):
            found.append((criterion.level, Why.NOT_YET_CLEAR))
    found += [
        (e.level, Why.SOURCE_STALE)
        for e in previous.evidence
        if e.kind in _WARNINGS and e.source in seen.stale and e.level.above(seen.reached)
    ]
    hindrances: dict[Level, Why] = {}
    for level, why in sorted(found, key=lambda item: _GRAVER.index(item[1])):
        hindrances[previous.level if level.above(previous.level) else level] = why
    return hindrances


_GRAVER = (Why.NOT_YET_CLEAR, Why.DATA_MISSING, Why.SOURCE_STALE)


def _held(seen: _Seen, previous: Assessment, why: Why) -> Assessment:
    """The level stays. What carried it stays among the evidence, else nobody would know who has to
    take it back."""
    data_missing = why in {Why.DATA_MISSING, Why.SOURCE_STALE}
    back = Certainty.KNOWN if previous.certainty is Certainty.HELD else previous.certainty
    return replace(
        previous,
        certainty=Certainty.HELD if data_missing else back,
        why=why,
        evidence=_with_earlier(seen, previous, previous.level),
        below_since=None,
        falling_to=Level.NONE,
    )


def _with_earlier(seen: _Seen, previous: Assessment, level: Level) -> tuple[Evidence, ...]:
    """The present evidence, after the earlier one for levels above it, up to a level."""
    earlier = [
        e for e in previous.evidence if e.level.above(seen.reached) and not e.level.above(level)
    ]
    return (*earlier, *seen.evidence)


def _lowered(
    seen: _Seen,
    previous: Assessment,
    level: Level,
    now: datetime,
    hindrance: Why | None = None,
) -> Assessment:
    """A lower level: the one that is reached now, or one above it that cannot be left yet."""
    if not level.above(seen.reached):
        lowered = _standing(previous.place, seen, now)
        return replace(lowered, why=Why.LOWERED) if lowered.level is not Level.UNKNOWN else lowered
    return Assessment(
        place=previous.place,
        level=level,
        certainty=Certainty.HELD if hindrance in _GRAVER[1:] else Certainty.KNOWN,
        since=now,
        why=Why.LOWERED,
        evidence=_with_earlier(seen, previous, level),
        below_since=None if hindrance else now,
    )
