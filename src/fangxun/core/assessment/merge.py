"""The level of a place from what speaks of it: its own sources, a floor, divisions above."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from fangxun.core.assessment.data import Assessment, Evidence, EvidenceKind, Why
from fangxun.core.level import Certainty, Level

SUREST = (Certainty.KNOWN, Certainty.AT_LEAST, Certainty.HELD)
"""The surest of several reasons says how sure a level is."""


def highest(levels: Iterable[Level]) -> Level:
    """The highest of these levels; none where there are none."""
    return max(levels, key=lambda level: level.rank, default=Level.NONE)


def is_above(evidence: Evidence) -> bool:
    """Whether it is a warning of a division above, which calls the duty room only."""
    return evidence.kind is EvidenceKind.ANCESTOR_WARNING


def merge(base: Assessment, floor: Evidence | None, above: Assessment | None) -> Assessment:
    """The highest of all three. A floor neither lasts after its end nor has a hold: humans set it
    and humans take it away."""
    if above is not None and not above.level.rank and not above.let_go:
        above = None
    if floor is None and above is None:
        return base
    by_hand = (floor,) if floor is not None else ()
    own = highest((base.level, *(e.level for e in by_hand)))
    over = above is not None and above.level.above(own)
    level = above.level if above is not None and over else own if own.rank else base.level
    certainty, why = _support(level, base, floor, above)
    evidence = (*base.evidence, *by_hand, *(above.evidence if above is not None else ()))
    return replace(
        base,
        level=level,
        certainty=certainty,
        why=why,
        evidence=tuple(sorted(evidence, key=lambda e: -e.level.rank)),
        below_since=None,
        falling_to=Level.NONE,
        let_go=(),
        duty_only=over,
        own=own if over else Level.NONE,
        base=replace(base, missing=(), unverified=()),
        above=above,
    )


def _support(
    level: Level, base: Assessment, floor: Evidence | None, above: Assessment | None
) -> tuple[Certainty, Why]:
    """How sure the level is, and why it stands, by the surest of what carries it; a floor is named
    where nothing else reaches the level now."""
    found = [(one.certainty, one.why) for one in (base, above) if one and one.level is level]
    if floor is not None and floor.level is level:
        found.append((Certainty.KNOWN, Why.BY_HAND))
    order = (Why.REACHED, Why.BY_HAND)
    return min(
        found,
        key=lambda one: (SUREST.index(one[0]), order.index(one[1]) if one[1] in order else 2),
    )
