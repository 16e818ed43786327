"""What is assessed, and what comes of it: situation, evidence, assessment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from fangxun.core.criterion import Criterion
from fangxun.core.level import Certainty, Hazard, Level
from fangxun.core.observation import Reading
from fangxun.core.place import Gauge
from fangxun.core.warning import InForce


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

    `evidence` names all that the level rests on, also while it is held or its hold runs: whoever
    carried it there has to take it back. `duty_only`: only a warning of a division above supports
    all of it; the duty room is called for it, and everybody else for `own_level`.
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
    """What suspect values would raise it to, until a human or five minutes decide; `at` is the end
    of the suspect reading."""
    falling_to: Level = Level.NONE
    """The highest level that data have said since `below_since`: what the hold will lower it to."""
    let_go: tuple[str, ...] = ()
    """Held evidence that a human has let go; it counts again when its source speaks again."""
    own: Level = Level.NONE
    """Where `duty_only`: the level without warnings of divisions above."""
    base: Assessment | None = None
    """What gauges and warnings for the place itself come to, while a floor or a division above
    speaks too: what each raises, it also lowers, by a hold of its own."""
    above: Assessment | None = None
    """What warnings of divisions above come to."""

    @property
    def own_level(self) -> Level:
        """What the place stands at by itself; a warning of a division above asks for no more than
        the duty room."""
        return self.own if self.duty_only else self.level

    @property
    def layers(self) -> tuple[Assessment, ...]:
        """The parts that lower by themselves."""
        return tuple(part for part in (self.base or self, self.above) if part is not None)

    @property
    def held(self) -> tuple[Evidence, ...]:
        """What is only held for want of data: what a human lets go by a release."""
        parts = [part for part in self.layers if part.certainty is Certainty.HELD]
        return tuple(e for part in parts for e in part.evidence if e.level is part.level)


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything that is assessed at one instant.

    `places` are ids, `root` the whole district's; `hold` and `cascade` are the plan's. `readings`
    by gauge; `by_hand` floors set by people; `released`: places whose held level a human let go (a
    level that is not held is none of it); `stale`: names of feeds silent for longer than their
    bound.
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
