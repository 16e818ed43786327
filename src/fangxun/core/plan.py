"""Per level: whom to page, how the ladder climbs, which extra posts it brings; approvers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from fangxun.core.level import Level, ResponseLevel
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
    """One rung: reach `contact` by `channel` on his `number`-th phone (1-based), then wait."""

    contact: Contact
    channel: Channel
    number: int
    wait: timedelta


@dataclass(frozen=True, slots=True)
class Ladder:
    """Steps in turn. A page is unreached when the last wait has ended. `repeat`: an alarm's ladder
    starts again after this long, up to `most` rounds, then stays on the local terminal."""

    steps: tuple[Step, ...]
    repeat: timedelta | None = None
    most: int = 1


@dataclass(frozen=True, slots=True)
class LevelPlan:
    """What a level does. `arrive_within`: how soon people of extra posts must have arrived."""

    level: Level
    page: tuple[Group, ...]
    ladder: Ladder
    arrive_within: timedelta = timedelta(minutes=60)


@dataclass(frozen=True, slots=True)
class ResponseRule:
    """`alert` anywhere proposes `response`; only `approvers` (person ids) may approve it."""

    alert: Level
    response: ResponseLevel
    approvers: tuple[str, ...]


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

    def at(self, level: Level) -> LevelPlan | None:
        """The plan of a level: its own entry, or that of the next lower level that has one."""
        fitting = [entry for entry in self.levels if entry.level.rank <= level.rank]
        return max(fitting, key=lambda entry: entry.level.rank, default=None)


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
    """A person who must be paged for a place, and as what. `arrive`: asked to come, too."""

    person: str
    group: Group
    arrive: bool = False


_WATCH = frozenset({Role.DUTY_OFFICER, Role.DEPUTY})


def required(  # noqa: PLR0913  each is a value that the rule weighs
    plan: Plan,
    scope: Scope,
    level: Level,
    standing: Sequence[Standing],
    extra: frozenset[str],
    *,
    duty_only: bool = False,
) -> tuple[Required, ...]:
    """Who must be paged for a place at a level, in the plan's order, each person once.

    `extra` are the posts that levels have switched on. With `duty_only` (a warning of a division
    above is all there is) only the district's duty room.
    """
    entry = plan.at(level)
    if entry is None or not level.rank:
        return ()
    groups = (Group.DUTY_ROOM,) if duty_only else entry.page
    found: dict[str, Required] = {}
    for group in groups:
        for person in members(group, scope, standing, extra):
            found.setdefault(person, Required(person, group, group is Group.EXTRA_POSTS))
    return tuple(found.values())


def members(
    group: Group, scope: Scope, standing: Sequence[Standing], extra: frozenset[str]
) -> tuple[str, ...]:
    """The people of a group for a place, at the time."""
    if group is Group.OFFICIALS:
        return tuple(dict.fromkeys(official.person for official in scope.officials))
    return tuple(dict.fromkeys(s.person for s in standing if _belongs(s, group, scope, extra)))


def _belongs(s: Standing, group: Group, scope: Scope, extra: frozenset[str]) -> bool:
    match group:
        case Group.UNIT_WATCH:
            return s.unit == scope.unit and s.role in _WATCH and s.post not in extra
        case Group.DUTY_ROOM:
            return s.unit == scope.root_unit and s.role in _WATCH and s.post not in extra
        case Group.LEADERS:
            mine = s.unit in {scope.unit, scope.root_unit}
            return mine and s.role is Role.LEADER and s.post not in extra
        case _:
            return s.post in extra and s.unit in {scope.unit, scope.root_unit}


def empty_groups(  # noqa: PLR0913  each is a value that the rule weighs
    plan: Plan,
    scope: Scope,
    level: Level,
    standing: Sequence[Standing],
    extra: frozenset[str],
    *,
    duty_only: bool = False,
) -> tuple[Group, ...]:
    """Groups that the plan pages at a level and that hold nobody: itself an event. An extra post
    that the district does not have is no hole."""
    entry = plan.at(level)
    if entry is None or not level.rank:
        return ()
    groups = (Group.DUTY_ROOM,) if duty_only else entry.page
    return tuple(
        group
        for group in groups
        if group is not Group.EXTRA_POSTS and not members(group, scope, standing, extra)
    )


def response_for(plan: Plan, level: Level) -> ResponseRule | None:
    """The highest response that a level proposes."""
    fitting = [rule for rule in plan.responses if level.rank and rule.alert.rank <= level.rank]
    return max(fitting, key=lambda rule: rule.response.rank, default=None)
