"""Whose turn it is, and why a rotation does not say it for a day."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from fangxun.core.roster.calendar import Calendar
from fangxun.core.roster.data import DaySection, Post, Rotation


class Passed(StrEnum):
    """Why a rule does not count for a day and section of its post."""

    NOT_BEGUN = "not_begun"
    OTHER_SECTION = "other_section"
    OTHER_DAY_TYPE = "other_day_type"
    OTHER_WEEKDAY = "other_weekday"
    OUT_OF_SEASON = "out_of_season"
    TABLE_FIRST = "table_first"
    """The duty table names somebody."""
    REPLACES_NOBODY = "replaces_nobody"
    """Nobody whom the override replaces or removes stands then."""
    SUCCEEDED = "succeeded"
    """Another covers the day, too: a season's own before one of the whole year, then the one that
    began last."""


def in_order(rotations: Sequence[Rotation]) -> list[Rotation]:
    """The rotations of a post in the order in which they are asked: of those that cover a day the
    first counts. A season's own goes before one of the whole year; then a new one takes over from
    an old one on its first day."""
    return sorted(rotations, key=lambda r: (r.season is not None, r.first_day), reverse=True)


def passed(rotation: Rotation, day: date, section: str, calendar: Calendar) -> Passed | None:
    """Why a rotation does not cover a day and section; None where it does."""
    if day < rotation.first_day:
        return Passed.NOT_BEGUN
    if rotation.section not in {"", section}:
        return Passed.OTHER_SECTION
    if rotation.season is not None and not rotation.season.holds(day):
        return Passed.OUT_OF_SEASON
    if rotation.weekdays and day.isoweekday() not in rotation.weekdays:
        return Passed.OTHER_WEEKDAY
    if rotation.day_types and calendar.type_of(day) not in rotation.day_types:
        return Passed.OTHER_DAY_TYPE
    return None


def turn(post: Post, rotation: Rotation, day: date, section: DaySection, calendar: Calendar) -> int:
    """The number of the turn that a day and section are of, from 0 on the rotation's first day."""
    if rotation.turn_months > 0:
        return _months(rotation.first_day, day) // rotation.turn_months
    days = calendar.counted(day, rotation)
    if rotation.turn_sections > 0:
        if rotation.section:
            return days // rotation.turn_sections
        parts = sorted(post.sections, key=lambda part: part.start)
        return (days * len(parts) + parts.index(section)) // rotation.turn_sections
    return days // max(rotation.turn_days, 1)


@dataclass(frozen=True, slots=True)
class Turn:
    """Which turn of which rotation a day and section are, and who stands in it."""

    rotation: Rotation
    number: int
    people: tuple[str, ...]


def whose(
    post: Post,
    rotations: Sequence[Rotation],
    day: date,
    section: DaySection,
    calendar: Calendar,
) -> Turn | None:
    """Whose turn it is by the first rotation that covers the day; None where none does, or where
    it has nobody."""
    for rotation in rotations:
        if passed(rotation, day, section.name, calendar) is None:
            number = turn(post, rotation, day, section, calendar)
            return Turn(rotation, number, stand(post, rotation, number))
    return None


def _months(first: date, day: date) -> int:
    """Whole calendar months since a day; a 31st is the last day of a shorter month."""
    last = monthrange(day.year, day.month)[1]
    whole = (day.year - first.year) * 12 + day.month - first.month
    return whole - (day.day < min(first.day, last))


def stand(post: Post, rotation: Rotation, number: int) -> tuple[str, ...]:
    """Who stands together in a turn: a group, or as many people as the post has seats."""
    if rotation.groups:
        return rotation.groups[number % len(rotation.groups)]
    count = len(rotation.people)
    seats = range(min(post.seats, count))
    return tuple(rotation.people[(number * post.seats + seat) % count] for seat in seats)


def reach(rotation: Rotation) -> int:
    """Days that a turn without a break can be long, at most."""
    return max(rotation.turn_days, rotation.turn_sections, rotation.turn_months * 31, 1)
