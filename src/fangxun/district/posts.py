"""posts.toml and rotations.toml -> posts with their sections, and who takes turns on them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, time, timedelta
from itertools import pairwise

from fangxun.core.errors import N_
from fangxun.core.level import COLOURS, Level
from fangxun.core.roster import DaySection, DayType, Post, Role, Rotation, Season
from fangxun.district import cells, words
from fangxun.district.book import Kind
from fangxun.district.desk import Desk
from fangxun.district.faults import Amiss
from fangxun.district.structure import Node

_DAY = timedelta(days=1)
_MOST_TURN = 366
_MOST_SEATS = 20
_MOST_MONTHS = 12
_WEEKDAYS = "一二三四五六日"
_SEASON = re.compile(r"(\d{1,2})-(\d{1,2})\.\.(\d{1,2})-(\d{1,2})")


def colour(value: str) -> Level:
    """A level with a colour."""
    level = cells.choice(value, Level, words.LEVELS)
    if level not in COLOURS:
        message = N_("{name} is {value}; expected blue, yellow, orange or red")
        raise Amiss(message, value=level.value)
    return level


def season(value: str) -> Season:
    """A part of every year, as 04-15..10-15; both days are in it."""
    found = _SEASON.fullmatch(cells.plain(value))
    days = [int(part) for part in found.groups()] if found else []
    try:
        for month, day in (days[:2], days[2:]):
            date(2000, month, day)
    except ValueError:
        message = N_("{name} “{value}” is no season; expected two days of the year: 04-15..10-15")
        raise Amiss(message, value=cells.shown(value)) from None
    return Season((days[0], days[1]), (days[2], days[3]))


def _weekday(value: str) -> int:
    """一 to 日, or 1 to 7, counted from Monday."""
    word = cells.plain(value).removeprefix("星期").removeprefix("周").replace("天", "日")
    if len(word) == 1 and word in _WEEKDAYS:
        return _WEEKDAYS.index(word) + 1
    if len(word) == 1 and word in "1234567":
        return int(word)
    message = N_("{name} “{value}” is no weekday; expected 一 to 日, or 1 (Monday) to 7")
    raise Amiss(message, value=cells.shown(value))


def read_posts(desk: Desk) -> tuple[Post, ...]:
    """posts.toml: [[post]] tables."""
    root = desk.structure("posts.toml", Kind.POST)
    if root is None:
        desk.lost(Kind.POST)
        return ()
    read = [(node, _post(desk, node)) for node in root.nodes("post")]
    root.close()
    return tuple(post for node, post in read if node.ok)


def _post(desk: Desk, node: Node) -> Post:
    """One [[post]]."""
    id_ = node.text("id", cells.slug, "")
    if not desk.book.define(Kind.POST, id_, node.where("id")):
        node.ok = False
    post = Post(
        id_,
        node.text("name", cells.text, ""),
        node.text("unit", lambda value: desk.book.known(value, Kind.UNIT), ""),
        node.text("role", lambda value: cells.choice(value, Role, {}), Role.STANDBY),
        _sections(node),
        node.text("stands_from", colour, None, needed=False),
        node.text("in_room_from", colour, None, needed=False),
        node.whole("seats", (1, _MOST_SEATS), 1),
        node.text("season", season, None, needed=False),
    )
    if node.ok and post.stands_from and post.in_room_from:
        node.fault("in_room_from", N_("a post that stands from a level on is in the room anyhow"))
    node.close()
    return post


def _sections(node: Node) -> tuple[DaySection, ...]:
    """The sections of a post's duty day: named differently, none over another."""
    sections = []
    for child in node.nodes("sections"):
        section = DaySection(
            child.text("name", cells.slug, ""),
            child.text("start", cells.clock_time, time()),
            timedelta(hours=child.number("hours", (0.25, 24))),
        )
        child.close()
        node.ok = node.ok and child.ok
        if child.ok:
            sections.append(section)
    names = [section.name for section in sections]
    if len(set(names)) < len(names):
        node.fault("sections", N_("two sections have the same name; each needs its own"))
    if _overlap(sections):
        node.fault("sections", N_("sections overlap: two people would stand on one post"))
    return tuple(sections)


def _overlap(sections: Sequence[DaySection]) -> bool:
    """Whether two sections share an instant of a day; they recur every 24 hours."""
    spans = sorted(
        (timedelta(hours=section.start.hour, minutes=section.start.minute), section.length)
        for section in sections
    )
    if not spans:
        return False
    again = (spans[0][0] + _DAY, spans[0][1])
    return any(start + length > next_ for (start, length), (next_, _) in pairwise([*spans, again]))


def read_rotations(desk: Desk, posts: Sequence[Post]) -> tuple[Rotation, ...]:
    """rotations.toml: [[rotation]] tables."""
    root = desk.structure("rotations.toml", Kind.ROTATION)
    if root is None:
        return ()
    by_id = {post.id: post for post in posts}
    rotations: list[Rotation] = []
    for node in root.nodes("rotation", needed=False):
        rotation = _rotation(desk, node)
        post = by_id.get(rotation.post)
        known = [section.name for section in post.sections] if post else []
        if node.ok and post and rotation.section and rotation.section not in known:
            message = N_("the post {post} has no section {value}; it has: {known}")
            fields = {"post": post.id, "value": rotation.section, "known": ", ".join(known)}
            node.fault("section", message, **fields)
        if node.ok and post:
            _fits(node, rotation, post)
        rival = next((other for other in rotations if _rivals(rotation, other)), None)
        if node.ok and rival:
            message = N_("covers the same post, section and days as the rotation {other}")
            node.fault("post", message, other=rival.id)
        if node.ok:
            rotations.append(rotation)
    root.close()
    return tuple(rotations)


def _rotation(desk: Desk, node: Node) -> Rotation:
    """One [[rotation]]."""
    id_ = node.text("id", cells.slug, "")
    if not desk.book.define(Kind.ROTATION, id_, node.where("id")):
        node.ok = False
    rotation = Rotation(
        id_,
        node.text("post", lambda value: desk.book.known(value, Kind.POST), ""),
        node.texts("people", desk.book.person, needed=not node.has("groups")),
        node.day("first_day"),
        node.whole("turn_days", (1, _MOST_TURN), 1),
        node.texts("day_types", lambda value: cells.choice(value, DayType, {}), needed=False),
        node.text("section", cells.slug, "", needed=False),
        node.lists("groups", desk.book.person),
        node.whole("turn_sections", (0, _MOST_TURN), 0),
        node.whole("turn_months", (0, _MOST_MONTHS), 0),
        tuple(sorted(set(node.texts("weekdays", _weekday, needed=False)))),
        node.text("season", season, None, needed=False),
    )
    _one_length(node)
    if node.ok and rotation.first_day < date(2000, 1, 1):
        node.fault("first_day", N_("{name} is before the year 2000; is it a slip?"))
    node.close()
    return rotation


def _rivals(one: Rotation, other: Rotation) -> bool:
    """Whether two rotations that begin on the same day claim the same shifts."""
    if (one.season is None) is not (other.season is None):
        return False  # the season's own goes before
    if one.season is not None and other.season is not None and not one.season.meets(other.season):
        return False
    days = set(one.day_types or DayType) & set(other.day_types or DayType)
    weekdays = set(one.weekdays or range(1, 8)) & set(other.weekdays or range(1, 8))
    sections = not one.section or not other.section or one.section == other.section
    same = one.post == other.post and one.first_day == other.first_day
    return same and sections and bool(days) and bool(weekdays)


def _one_length(node: Node) -> None:
    """A turn has one length, and those who take turns stand in one list."""
    lengths = [key for key in ("turn_days", "turn_sections", "turn_months") if node.has(key)]
    if len(lengths) > 1:
        message = N_("{name} stands beside {other}; a turn has one length")
        node.fault(lengths[1], message, other=lengths[0])
    if node.has("groups") and node.has("people"):
        node.fault("groups", N_("{name} stands beside {other}; keep one of them"), other="people")


def _fits(node: Node, rotation: Rotation, post: Post) -> None:
    """As many stand at once as the post has seats: never more, and never one twice."""
    key = "groups" if rotation.groups else "people"
    for group in rotation.groups or (rotation.people,):
        if len(set(group)) < (len(group) if rotation.groups else post.seats):
            message = N_("too few different people here: the post {post} has seats for {seats}")
            node.fault(key, message, post=post.id, seats=post.seats)
        elif rotation.groups and len(group) != post.seats:
            message = N_("a group of {count}, where the post {post} has seats for {seats}")
            node.fault(key, message, count=len(group), post=post.id, seats=post.seats)
