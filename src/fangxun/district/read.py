"""A district folder -> core.district.District, or every fault in it with its file and line."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from fangxun.core.district import District, Unit
from fangxun.core.errors import N_, Fault
from fangxun.core.level import COLOURS
from fangxun.core.place import CodeRelation, relation
from fangxun.core.plan import Plan
from fangxun.core.responsibility import Official
from fangxun.core.roster import Post, Role, Roster
from fangxun.district import cells
from fangxun.district.book import Book, Kind
from fangxun.district.criteria import read_criteria
from fangxun.district.desk import Desk
from fangxun.district.duty import Office, read_duty, read_holidays
from fangxun.district.faults import Amiss, Faults, Where
from fangxun.district.folder import Folder
from fangxun.district.people import language, read_officials, read_people, read_units
from fangxun.district.places import Places, read_places
from fangxun.district.planning import read_plan
from fangxun.district.posts import read_posts, read_rotations
from fangxun.district.texts import read_texts

_ZONE = re.compile(r"[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+){0,2}")
_MOST_SIGNATURE = 12


@dataclass(frozen=True, slots=True)
class Reading:
    """A folder that can be applied, and what is odd about it."""

    district: District
    warnings: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class _Head:
    """district.toml."""

    id: str = ""
    name: str = ""
    language: str = ""
    zone: str = ""
    signature: str = ""
    season: tuple[str, str] | None = None


def read(folder: Path) -> District:
    """The district of a folder; DistrictFault with every fault where it has any."""
    return read_with_warnings(folder).district


def read_with_warnings(folder: Path, *, instead: Mapping[str, str] | None = None) -> Reading:
    """Read a folder, in the order of references; `instead`: files of it as they would be.

    1. district.toml, areas and their boundaries, hazard sites, gauges;
    2. units, people, officials;
    3. posts, rotations, holidays, duty tables;
    4. criteria and the plan;
    5. the district's own texts;
    6. what the parts say about each other.
    """
    faults = Faults()
    desk = Desk(Folder(folder, faults, instead), faults, Book(faults))
    head = _read_head(desk)
    places = read_places(desk)
    units, people = read_units(desk), read_people(desk)
    officials = read_officials(desk)
    posts = read_posts(desk)
    rotations = read_rotations(desk, posts)
    holidays, years = read_holidays(desk)
    table = read_duty(desk, Office(units, people, posts))
    criteria, plan = read_criteria(desk, places), read_plan(desk, people)
    texts = read_texts(desk, spoken=head.language, signature=head.signature)
    faults.raise_any()
    if plan is None:  # pragma: no cover  a missing plan is a fault of the folder
        message = "no plan and no fault"
        raise AssertionError(message)
    _look_over(desk, places, units, posts)
    _look_over_officials(desk, places, officials)
    _look_over_plan(desk, plan)
    roster = Roster(
        zone=head.zone, posts=posts, rotations=rotations, table=table,
        holidays=holidays, published_years=years,
    )  # fmt: skip
    district = District(
        id=head.id, name=head.name, language=head.language, root=places.root, units=units,
        areas=places.areas, sites=places.sites, gauges=places.gauges, people=people,
        officials=officials, criteria=criteria, plan=plan, roster=roster,
        signature=head.signature, season=head.season, texts=texts,
    )  # fmt: skip
    return Reading(district, faults.warnings)


def _read_head(desk: Desk) -> _Head:
    """district.toml."""
    node = desk.structure("district.toml")
    if node is None:
        return _Head()
    head = _Head(
        id=node.text("id", cells.slug, ""),
        name=node.text("name", cells.text, ""),
        language=node.text("language", language, ""),
        zone=node.text("zone", _zone, ""),
        signature=node.text("signature", _signature, "", needed=False),
    )
    days = node.texts("season", _season_day, needed=False)
    if node.ok and node.has("season") and len(days) != 2:  # noqa: PLR2004  first and last
        node.fault("season", N_("{name} needs two days, the first and the last: 04-01 and 10-15"))
    node.close()
    if len(days) != 2:  # noqa: PLR2004  from and to
        return head
    return _Head(head.id, head.name, head.language, head.zone, head.signature, (days[0], days[1]))


def _zone(value: str) -> str:
    """An IANA time zone that this machine knows."""
    try:
        if _ZONE.fullmatch(value):
            ZoneInfo(value)
            return value
    except (KeyError, ValueError, OSError):
        pass
    message = N_("{name} “{value}” is no time zone; expected one as Asia/Shanghai")
    raise Amiss(message, value=cells.shown(value))


def _signature(value: str) -> str:
    """What stands in 【】 before every SMS; short, for it counts towards the segments."""
    value = cells.text(value) if value else ""
    if any(char in "【】[]{}" for char in value) or len(value) > _MOST_SIGNATURE:
        message = N_("{name} “{value}” is no signature; at most {most} characters, no brackets")
        raise Amiss(message, value=cells.shown(value), most=_MOST_SIGNATURE)
    return value


def _season_day(value: str) -> str:
    """A day of any year, MM-DD."""
    try:
        if re.fullmatch(r"\d{2}-\d{2}", value, re.ASCII):
            date.fromisoformat(f"2000-{value}")
            return value
    except ValueError:
        pass
    message = N_("{name} holds “{value}”; expected a month and day as 04-01")
    raise Amiss(message, value=cells.shown(value))


def _look_over(desk: Desk, places: Places, units: Sequence[Unit], posts: Sequence[Post]) -> None:
    """Warnings: codes outside their parent's, and no duty officer for the district itself."""
    by_id = {area.id: area for area in places.areas}
    for area in places.areas:
        parent = by_id.get(area.parent or "")
        if (
            parent
            and parent.code
            and area.code
            and relation(parent.code, area.code) is CodeRelation.APART
        ):
            message = N_("the code {code} does not lie in {parent}'s {parent_code}")
            where = desk.book.where(Kind.AREA, area.id)
            fields = {"code": area.code, "parent": parent.id, "parent_code": parent.code}
            desk.faults.warn(where, message, **fields)
    own = {unit.id for unit in units if unit.area == places.root}
    for role in (Role.DUTY_OFFICER, Role.LEADER):
        if not any(p.unit in own and p.role is role and not p.stands_from for p in posts):
            message = N_("no post {role} of the district's own unit: alarms find nobody there")
            desk.faults.warn(Where("posts.toml"), message, role=role.value)


def _look_over_officials(desk: Desk, places: Places, officials: Sequence[Official]) -> None:
    """A warning for every town and hazard site that nobody is responsible for."""
    named = {official.place for official in officials}
    for kind, ids in (
        (Kind.AREA, places.towns()),
        (Kind.SITE, tuple(site.id for site in places.sites)),
    ):
        for id_ in ids:
            if id_ not in named:
                message = N_("{place} has no responsible official; name one in officials.csv")
                desk.faults.warn(desk.book.where(kind, id_), message, place=id_)


def _look_over_plan(desk: Desk, plan: Plan) -> None:
    """A warning for colours below the lowest level of the plan: they page nobody."""
    silent = [level.value for level in COLOURS if plan.at(level) is None]
    if silent:
        message = N_("no [[level]] for {levels}: these page nobody")
        desk.faults.warn(Where("plan.toml"), message, levels=", ".join(silent))
