"""posts.toml and rotations.toml -> posts with their sections, and who takes turns on them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time, timedelta
from itertools import pairwise

from fangxun.core.errors import N_
from fangxun.core.level import COLOURS, Level
from fangxun.core.roster import DaySection, DayType, Post, Role, Rotation
from fangxun.district import cells, words
from fangxun.district.book import Kind
from fangxun.district.desk import Desk
from fangxun.district.faults import Amiss
from fangxun.district.structure import Node

_DAY = timedelta(days=1)
_MOST_TURN = 366


def colour(value: str) -> Level:
    """A level with a colour."""
    level = cells.choice(value, Level, words.LEVELS)
    if level not in COLOURS:
        message = N_("{name} is {value}; expected blue, yellow, orange or red")
        raise Amiss(message, value=level.value)
    return level


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
    )
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
        node.texts("people", desk.book.person),
        node.day("first_day"),
        node.whole("turn_days", (1, _MOST_TURN), 1),
        node.texts("day_types", lambda value: cells.choice(value, DayType, {}), needed=False),
        node.text("section", cells.slug, "", needed=False),
    )
    if node.ok and rotation.first_day < date(2000, 1, 1):
        node.fault("first_day", N_("{name} is before the year 2000; is it a slip?"))
    node.close()
    return rotation


def _rivals(one: Rotation, other: Rotation) -> bool:
    """Whether two rotations that begin on the same day claim the same shifts."""
    days = set(one.day_types or DayType) & set(other.day_types or DayType)
    sections = not one.section or not other.section or one.section == other.section
    same = one.post == other.post and one.first_day == other.first_day
    return same and sections and bool(days)
