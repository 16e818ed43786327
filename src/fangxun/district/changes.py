"""What applying a district would add, change and remove, in the user's terms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Protocol

from fangxun.core.district import District
from fangxun.core.responsibility import Phone, mask
from fangxun.core.roster import Season


class ChangeKind(StrEnum):
    """What a change is about."""

    DISTRICT = "district"
    AREA = "area"
    SITE = "site"
    GAUGE = "gauge"
    UNIT = "unit"
    PERSON = "person"
    OFFICIAL = "official"
    POST = "post"
    ROTATION = "rotation"
    DUTY = "duty"
    HOLIDAY = "holiday"
    CRITERION = "criterion"
    PLAN = "plan"
    TEXT = "text"


class What(StrEnum):
    """What happens to it."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class DistrictChange:
    """One thing added, changed or removed.

    `details` of a change: (field, before, after) as text, phone numbers masked.
    """

    kind: ChangeKind
    id: str
    name: str
    what: What
    details: tuple[tuple[str, str, str], ...] = ()


class _Named(Protocol):
    """Something with an id and a name."""

    @property
    def id(self) -> str: ...

    @property
    def name(self) -> str: ...


_MOST_PARTS = 20
_HEAD = ("id", "name", "language", "signature", "season", "root")
_UNSAID = {"where"}
"""A change of it is none: `where` moves with every line inserted above."""


def compare(old: District | None, new: District) -> tuple[DistrictChange, ...]:
    """All changes from `old` (None: nothing applied yet) to `new`, by kind, then in file order."""
    before: Mapping[ChangeKind, Mapping[str, tuple[str, object]]] = _things(old) if old else {}
    after = _things(new)
    found: list[DistrictChange] = []
    for kind in ChangeKind:
        was, now = before.get(kind, {}), after.get(kind, {})
        for id_, (name, thing) in now.items():
            if id_ not in was:
                found.append(DistrictChange(kind, id_, name, What.ADDED))
            elif details := _details(was[id_][1], thing):
                found.append(DistrictChange(kind, id_, name, What.CHANGED, details))
        if kind is ChangeKind.OFFICIAL and old is not None:
            found += _reordered(old, new)
        found += [
            DistrictChange(kind, id_, name, What.REMOVED)
            for id_, (name, _) in was.items()
            if id_ not in now
        ]
    return tuple(found)


def _reordered(old: District, new: District) -> Iterable[DistrictChange]:
    """Places whose officials stand in another order: so they are called."""
    before, after = _officials(old), _officials(new)
    called = _names(new)
    for place, now in after.items():
        was = [person for person in before.get(place, ()) if person in now]
        kept = [person for person in now if person in was]
        if was != kept:
            first, then = (", ".join(called.get(p, p) for p in order) for order in (was, kept))
            order = (("order", first, then),)
            yield DistrictChange(
                ChangeKind.OFFICIAL, place, called.get(place, place), What.CHANGED, order
            )


def _officials(district: District) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in district.officials:
        found.setdefault(one.place, []).append(one.person)
    return found


def _names(district: District) -> dict[str, str]:
    names = {person.id: person.name for person in district.people}
    names |= {area.id: area.name for area in district.areas}
    names |= {site.id: site.name for site in district.sites}
    return names | {post.id: post.name for post in district.roster.posts}


def _things(district: District) -> dict[ChangeKind, dict[str, tuple[str, object]]]:
    """Everything of a district as kind -> id -> (name, value)."""
    names = _names(district)

    def called(id_: str) -> str:
        return names.get(id_, id_)

    head = {key: getattr(district, key) for key in _HEAD} | {"zone": district.roster.zone}
    things: dict[ChangeKind, dict[str, tuple[str, object]]] = {
        ChangeKind.DISTRICT: {"district": (district.name, head)},
        ChangeKind.AREA: _by_id(district.areas),
        ChangeKind.SITE: _by_id(district.sites),
        ChangeKind.GAUGE: _by_id(district.gauges),
        ChangeKind.UNIT: _by_id(district.units),
        ChangeKind.PERSON: _by_id(district.people),
        ChangeKind.POST: _by_id(district.roster.posts),
        ChangeKind.OFFICIAL: {
            f"{one.place}/{one.person}": (f"{called(one.place)} {called(one.person)}", one)
            for one in district.officials
        },
        ChangeKind.ROTATION: {
            one.id: (called(one.post), one) for one in district.roster.rotations
        },
        ChangeKind.DUTY: _duty(district, names),
        ChangeKind.HOLIDAY: {
            one.day.isoformat(): (one.name, one) for one in district.roster.holidays
        },
        ChangeKind.CRITERION: {
            one.id: (called(one.place), one) for one in district.criteria
        },
        ChangeKind.PLAN: _plan(district),
        ChangeKind.TEXT: {
            "/".join(said): (" ".join(said), {"text": one.text})
            for one in district.texts
            if (said := (one.kind, *filter(None, (one.level, one.hazard)), one.language))
        },
    }  # fmt: skip
    for year in district.roster.published_years:
        things[ChangeKind.HOLIDAY][str(year)] = (str(year), year)
    return things


def _duty(district: District, names: Mapping[str, str]) -> dict[str, tuple[str, object]]:
    """Who is named for each post, day and section; several where it has several seats."""
    people: dict[tuple[str, str, str], tuple[str, ...]] = {}
    for one in district.roster.table:
        key = (one.post, one.day.isoformat(), one.section)
        people[key] = (*people.get(key, ()), one.person)
    return {
        f"{post}/{day}/{section}": (
            f"{names.get(post, post)} {day} {section}".strip(),
            {"person": who},
        )
        for (post, day, section), who in people.items()
    }


def _plan(district: District) -> dict[str, tuple[str, object]]:
    """The plan in parts: its levels, responses, alarm, and its own values."""
    plan = district.plan
    lists = {"levels", "responses", "alarm"}
    own = {one.name: getattr(plan, one.name) for one in fields(plan) if one.name not in lists}
    parts: dict[str, tuple[str, object]] = {"plan": (district.name, own)}
    parts["alarm"] = (district.name, plan.alarm)
    for one in plan.levels:
        parts["/".join(("level", one.level, *one.hazards))] = (one.level.value, one)
    parts |= {f"response/{one.alert}": (one.response.value, one) for one in plan.responses}
    return parts


def _by_id(things: Iterable[_Named]) -> dict[str, tuple[str, object]]:
    """Things with an id and a name."""
    return {thing.id: (thing.name, thing) for thing in things}


def _details(old: object, new: object) -> tuple[tuple[str, str, str], ...]:
    """The fields that differ, as text."""
    if old == new:
        return ()
    was, now = _values(old), _values(new)
    return tuple(
        (key, _say(was.get(key)), _say(now.get(key)))
        for key in dict.fromkeys((*now, *was))
        if key not in _UNSAID and was.get(key) != now.get(key)
    )


def _values(thing: object) -> Mapping[str, object]:
    """The fields of a value."""
    if isinstance(thing, Mapping):
        return thing
    if is_dataclass(thing):
        return {one.name: getattr(thing, one.name) for one in fields(thing)}
    return {"": thing}


def _say(value: object) -> str:
    """A value in words short enough for a line."""
    if value is None or value == "":
        return "-"
    if isinstance(value, Phone):
        return mask(value.number)
    if isinstance(value, timedelta):
        return f"{value.total_seconds() / 60:g} min"
    if isinstance(value, tuple):
        return ", ".join(_say(part) for part in value[:_MOST_PARTS]) + (
            ", …" if len(value) > _MOST_PARTS else ""
        )
    if is_dataclass(value) and not isinstance(value, Season):
        return " ".join(_say(part) for part in _values(value).values())
    return str(value)
