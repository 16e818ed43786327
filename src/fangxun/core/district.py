"""The district as applied: structure, rules, duty tables and people, one immutable value."""

from __future__ import annotations

from dataclasses import dataclass

from fangxun.core.criterion import Criterion
from fangxun.core.place import Area, Gauge, HazardSite
from fangxun.core.plan import Plan
from fangxun.core.responsibility import Official, Person
from fangxun.core.roster import Roster
from fangxun.core.wording import Wording


@dataclass(frozen=True, slots=True)
class Unit:
    """An organisation; `area` is what it is in charge of (the district unit has the root area).

    An area has one unit in charge at most; `area` is "" for units without one (departments).
    """

    id: str
    name: str
    parent: str | None
    duty_phone: str
    area: str


@dataclass(frozen=True, slots=True)
class District:
    """One installation's structure. `roster.overrides` is empty here: they live in the store.

    `root` is the id of the area without parent; `language` "zh_CN" or "en".
    """

    id: str
    name: str
    language: str
    root: str
    units: tuple[Unit, ...]
    areas: tuple[Area, ...]
    sites: tuple[HazardSite, ...]
    gauges: tuple[Gauge, ...]
    people: tuple[Person, ...]
    officials: tuple[Official, ...]
    criteria: tuple[Criterion, ...]
    plan: Plan
    roster: Roster
    signature: str = ""
    """Shown before every SMS, e.g. "云溪防汛"."""
    season: tuple[str, str] | None = None
    """First and last local day of the flood season, "MM-DD"; it may span the new year."""
    texts: tuple[Wording, ...] = ()
    """Its own words for what it sends, in the place of the default texts."""
