"""Per level and hazard: whom to page, how the ladder climbs, what is owed after; approvers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta
from enum import StrEnum
from zlib import crc32

from fangxun.core.findings import USUAL, Bounds
from fangxun.core.level import Hazard, Level, ResponseLevel
from fangxun.core.notices import Notices
from fangxun.core.responsibility import Official
from fangxun.core.roster import Role


class Group(StrEnum):
    """Whom a raise pages, resolved for its place at the time."""

    OFFICIALS = "officials"
    """Officials of the place; for a hazard site also those of its area."""
    UNIT_WATCH = "unit_watch"
    """Duty officers and deputies on watch of the unit that has the place's area."""
    DUTY_ROOM = "duty_room"
    """Duty officers and deputies on watch of the district's own unit."""
    LEADERS = "leaders"
    """Leaders on watch of the place's unit and of the district's."""
    EXTRA_POSTS = "extra_posts"
    """Who stands on the posts that the level switches on; asked to arrive."""


class Contact(StrEnum):
    """Whom a step of a ladder reaches."""

    PERSON = "person"
    DEPUTY = "deputy"
    """The B of the official for the place."""
    DUTY_OFFICER = "duty_officer"
    DEPUTY_OFFICER = "deputy_officer"
    LEADER = "leader"
    """The leader on watch (of the place's unit where it has one, else the district's)."""
    SUPERIOR = "superior"
    """The leader on watch of a unit above the person's own: who can send somebody to his door."""
    LAST_RESORT = "last_resort"
    """The person whom the plan names for when nobody on watch answers."""


class Channel(StrEnum):
    """How a step reaches its contact."""

    SMS = "sms"
    VOICE = "voice"
    CONSOLE = "console"
    """The terminal in the duty room (`fangxun watch`), for alarms."""
    EMAIL = "email"
    """Notices only: nobody is woken by it, so no step of a ladder may use it."""


@dataclass(frozen=True, slots=True)
class Step:
    """One rung: reach `contact` by `channel` on his `number`-th phone (1-based), then wait.

    Without a wait the next rung fires at the same time: both are one step in parallel.
    """

    contact: Contact
    channel: Channel
    number: int
    wait: timedelta

    @property
    def name(self) -> str:
        """The rung in a word, such as "deputy/sms/1"; its wait is no part of it."""
        return f"{self.contact.value}/{self.channel.value}/{self.number}"


@dataclass(frozen=True, slots=True)
class Ladder:
    """Steps in turn. A page is unreached when the last wait has ended. `repeat`: an alarm's ladder
    starts again after this long, up to `most` rounds, and then once in every hour; with `most` 0 it
    is climbed once and never again."""

    steps: tuple[Step, ...]
    repeat: timedelta | None = None
    most: int = 1

    @property
    def digest(self) -> str:
        """The same for the same ladder: by this a page knows that its ladder was edited."""
        return f"{crc32(repr(self).encode()):08x}"


class Owed(StrEnum):
    """What a person owes after he has confirmed, with a clock of its own."""

    ARRIVED = "arrived"
    """To be seen at his post."""
    MOVED_OUT = "moved_out"
    """To report that the people of his site have been moved out (转移完毕)."""


@dataclass(frozen=True, slots=True)
class Duty:
    """What people of these groups owe, and within what time after they have confirmed."""

    owed: Owed
    groups: tuple[Group, ...]
    within: timedelta


@dataclass(frozen=True, slots=True)
class Wave:
    """Groups that are paged together, in this order.

    `enough`: so many confirmations of them are enough (1: any one): the pages of the others are
    closed and no further wave is called. None: each confirms for himself. Where there are not
    enough (or, with None, not all) `wait` after the wave was called, the next wave is called too.
    """

    groups: tuple[Group, ...]
    enough: int | None = None
    wait: timedelta = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class LevelPlan:
    """What a level does; for `hazards` alone where it names some. A group stands in one wave."""

    level: Level
    waves: tuple[Wave, ...]
    ladder: Ladder
    duties: tuple[Duty, ...] = (Duty(Owed.ARRIVED, (Group.EXTRA_POSTS,), timedelta(minutes=60)),)
    hazards: tuple[Hazard, ...] = ()

    @property
    def groups(self) -> tuple[Group, ...]:
        """Everybody whom it may page, in the plan's order."""
        return tuple(group for wave in self.waves for group in wave.groups)

    def duty(self, group: Group) -> Duty | None:
        """What people of a group owe after their confirmation."""
        return next((duty for duty in self.duties if group in duty.groups), None)


@dataclass(frozen=True, slots=True)
class ResponseRule:
    """`alert` anywhere proposes `response`; only `approvers` (person ids) may approve it. Where two
    alerts propose one response, see the function `approvers`."""

    alert: Level
    response: ResponseLevel
    approvers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SpotChecks:
    """Unannounced checks of who is on watch: `a_month` of them, each at a random time within the
    `window` that begins at `start` (local). `ladder`: by what ways; without steps by one SMS."""

    a_month: int
    start: time
    window: timedelta
    confirm_within: timedelta
    ladder: Ladder


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan in force. `cascade`: a warning for a division above pages officials too, not only
    the duty room. `hold`: how long data must say less before a level is lowered."""

    levels: tuple[LevelPlan, ...]
    alarm: Ladder
    last_resort: str
    responses: tuple[ResponseRule, ...]
    all_clear_approvers: tuple[str, ...]
    cascade: bool = False
    hold: timedelta = timedelta(hours=1)
    budget_24h: int = 30
    """SMS to one number in 24 h; notices may use `notice_share` of them."""
    notice_share: int = 6
    reserve: int = 15
    """How many of them repeats leave to the first messages of red pages and of new alarms; never
    more than half of a budget."""
    bounds: Bounds = USUAL
    """What the roster may ask of a person."""
    notices: Notices | None = None
    """When the next on watch are told of it; None: they are not."""
    handover_within: timedelta | None = None
    """How long after a hand-off the duty room's watch is to be passed and confirmed, else it is an
    alarm; None where the district keeps no handovers."""
    spot_checks: SpotChecks | None = None
    """None: only when somebody asks for one."""

    @property
    def in_waves(self) -> bool:
        """Whether who is called depends on who has confirmed."""
        return any(
            len(entry.waves) > 1 or wave.enough is not None
            for entry in self.levels
            for wave in entry.waves
        )

    def at(self, level: Level, hazard: Hazard = Hazard.OTHER) -> LevelPlan | None:
        """The plan of a level: its own entry, or that of the next lower level that has one; one
        that names the hazard goes before one for all."""
        fitting = [
            entry
            for entry in self.levels
            if entry.level.rank <= level.rank and (not entry.hazards or hazard in entry.hazards)
        ]
        return max(fitting, key=lambda e: (e.level.rank, bool(e.hazards)), default=None)

    def ladder(self, level: Level, hazard: Hazard = Hazard.OTHER) -> Ladder:
        """The ladder of a level; an alarm's where the plan has none for it."""
        entry = self.at(level, hazard)
        return entry.ladder if entry is not None else self.alarm

    def order(self, level: Level, hazard: Hazard = Hazard.OTHER) -> tuple[Group, ...]:
        """The order of the groups at a level."""
        entry = self.at(level, hazard)
        return entry.groups if entry is not None else ()


@dataclass(frozen=True, slots=True)
class Standing:
    """Somebody on watch now, with the unit and role of the post."""

    unit: str
    role: Role
    person: str
    post: str


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a place lies among units: `unit` is in charge of it, `root_unit` of the district.

    `officials` are those of the place; for a hazard site followed by those of its area.
    """

    place: str
    unit: str
    root_unit: str
    officials: tuple[Official, ...]


@dataclass(frozen=True, slots=True)
class Required:
    """A person who must be paged for a place, and as what; `duty`: what he owes afterwards."""

    person: str
    group: Group
    duty: Duty | None = None


def response_for(plan: Plan, level: Level) -> ResponseRule | None:
    """The highest response that a level proposes."""
    fitting = [rule for rule in plan.responses if level.rank and rule.alert.rank <= level.rank]
    return max(fitting, key=lambda rule: rule.response.rank, default=None)


def approvers(
    plan: Plan, response: ResponseLevel, level: Level, *, in_force: ResponseLevel | None = None
) -> tuple[str, ...]:
    """Who may approve a response while `level` is the highest reached: whoever is named by one of
    its rules whose alert is reached; ahead of the rain, whom the rule with the lowest alert names.
    What is `in_force` and higher is lowered by whom the plan names for that one: what a higher
    person has ordered, no lower one takes back.
    """
    asked = in_force if in_force and in_force.rank > response.rank else response
    rules = sorted(
        (rule for rule in plan.responses if rule.response is asked), key=lambda r: r.alert.rank
    )
    reached = [rule for rule in rules if rule.alert.rank <= level.rank] or rules[:1]
    return tuple(dict.fromkeys(person for rule in reached for person in rule.approvers))
