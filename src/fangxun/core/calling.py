"""(plan, raise, watch, who has confirmed, now) -> who must be paged, wave by wave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from fangxun.core.incident import PlaceInIncident
from fangxun.core.plan import Duty, Group, LevelPlan, Plan, Required, Scope, Standing, Wave
from fangxun.core.roster import Role


@dataclass(frozen=True, slots=True)
class Present:
    """Who can be paged for a place at an instant. `extra` are the posts that levels have switched
    on; `in_room` those of them that always stand, and whose people are asked into the duty room:
    they stay what they are, too."""

    scope: Scope
    standing: Sequence[Standing]
    extra: frozenset[str] = frozenset()
    in_room: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Called:
    """Who must be paged for a raise now, in the plan's order, each person once.

    `enough`: a wave has as many confirmations as it needs, so that those of it who have not
    confirmed are called no longer. `again`: when the next wave is called, None where none waits.
    """

    required: tuple[Required, ...] = ()
    enough: bool = False
    again: datetime | None = None


@dataclass(slots=True)
class _Calling:
    """Waves as they are called; `since` is when the latest one was."""

    entry: LevelPlan
    since: datetime
    found: dict[str, Required] = field(default_factory=dict)

    def call(self, wave: Wave, present: Present) -> list[str]:
        """Add the people of a wave who are not in an earlier one; who they are."""
        fresh: list[str] = []
        for group in wave.groups:
            for person in members(group, present):
                if person not in self.found:
                    self.found[person] = Required(person, group, self._duty(person, group, present))
                    fresh.append(person)
        return fresh

    def _duty(self, person: str, called_as: Group, present: Present) -> Duty | None:
        """What he owes as what he is called as; else as what else he is: an official who also
        stands on an extra post is awaited there."""
        own = self.entry.duty(called_as)
        others = (
            duty
            for duty in self.entry.duties
            for group in duty.groups
            if group in self.entry.groups and person in members(group, present)
        )
        return own or next(others, None)


def required(
    plan: Plan,
    raised: PlaceInIncident,
    present: Present,
    *,
    now: datetime,
    confirmed: frozenset[str] = frozenset(),
) -> Called:
    """Who must be paged for the raise that a place holds.

    `confirmed` are the people whose pages for it are confirmed or covered.

    1. Everybody is called for what the place holds by itself. Waves are called in turn, the first
       at the raise.
    2. A wave with enough confirmations (all of them, where it names no number) ends the calling.
    3. Else the next wave follows `wait` after it, and at once after one that holds nobody.
    4. Where a warning of a division above has raised the place further, the district's duty room
       is called for that.
    """
    called = _by_waves(plan, raised.by_itself, present, now=now, confirmed=confirmed)
    entry = plan.at(raised.level, raised.hazard)
    if entry is None or not raised.duty_only:
        return called
    theirs = {who.person: who.duty for who in called.required}
    room = members(Group.DUTY_ROOM, present)
    surplus = [
        Required(person, Group.DUTY_ROOM, theirs.get(person) or entry.duty(Group.DUTY_ROOM))
        for person in room
    ]
    others = [who for who in called.required if who.person not in room]
    return replace(called, required=(*surplus, *others))


def _by_waves(
    plan: Plan,
    raised: PlaceInIncident,
    present: Present,
    *,
    now: datetime,
    confirmed: frozenset[str],
) -> Called:
    """Who is called for a raise, wave after wave."""
    entry = plan.at(raised.level, raised.hazard)
    if entry is None or not raised.level.rank:
        return Called()
    calling = _Calling(entry, raised.raised_at)
    waves = entry.waves
    for index, wave in enumerate(waves):
        theirs = calling.call(wave, present)
        done = sum(person in confirmed for person in theirs)
        if theirs and done >= min(wave.enough or len(theirs), len(theirs)):
            spared = {person for person in theirs if person not in confirmed}
            kept = [who for who in calling.found.values() if who.person not in spared]
            return Called(tuple(kept), enough=bool(spared))
        if not theirs or index + 1 == len(waves):
            continue
        calling.since += wave.wait
        if now < calling.since:
            return Called(tuple(calling.found.values()), again=calling.since)
    return Called(tuple(calling.found.values()))


def members(group: Group, present: Present) -> tuple[str, ...]:
    """The people of a group for a place, at the time."""
    if group is Group.OFFICIALS:
        return tuple(dict.fromkeys(official.person for official in present.scope.officials))
    return tuple(dict.fromkeys(s.person for s in present.standing if _belongs(s, group, present)))


_WATCH = frozenset({Role.DUTY_OFFICER, Role.DEPUTY})


def _belongs(s: Standing, group: Group, present: Present) -> bool:
    scope, extra = present.scope, present.extra - present.in_room
    match group:
        case Group.UNIT_WATCH:
            return s.unit == scope.unit and s.role in _WATCH and s.post not in extra
        case Group.DUTY_ROOM:
            return s.unit == scope.root_unit and s.role in _WATCH and s.post not in extra
        case Group.LEADERS:
            mine = s.unit in {scope.unit, scope.root_unit}
            return mine and s.role is Role.LEADER and s.post not in extra
        case _:
            return s.post in present.extra and s.unit in {scope.unit, scope.root_unit}


def empty_groups(plan: Plan, raised: PlaceInIncident, present: Present) -> tuple[Group, ...]:
    """Groups that the plan pages for a raise and that hold nobody: itself an event. An extra post
    that the district does not have is no hole."""
    groups: list[Group] = []
    if raised.duty_only and plan.at(raised.level, raised.hazard) is not None:
        groups.append(Group.DUTY_ROOM)
    own = raised.by_itself
    entry = plan.at(own.level, own.hazard)
    if entry is not None and own.level.rank:
        groups += entry.groups
    return tuple(
        group
        for group in dict.fromkeys(groups)
        if group is not Group.EXTRA_POSTS and not members(group, present)
    )
