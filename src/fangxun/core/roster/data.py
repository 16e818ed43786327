"""Posts, rotations, duty tables and overrides as data; what shifts and findings are."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from fangxun.core.level import Level
from fangxun.core.roster.season import Season
from fangxun.core.timeline import Span


class Role(StrEnum):
    """What a post is for, whatever its unit calls it."""

    DUTY_OFFICER = "duty_officer"
    DEPUTY = "deputy"
    LEADER = "leader"
    STANDBY = "standby"


class DayType(StrEnum):
    """Rotations may keep a cursor for each."""

    WORKDAY = "workday"
    REST_DAY = "rest_day"
    HOLIDAY = "holiday"


@dataclass(frozen=True, slots=True)
class DaySection:
    """One part of a duty day in local time: 08:00 + 24 h, or 17:30 + 15 h."""

    name: str
    start: time
    length: timedelta


@dataclass(frozen=True, slots=True)
class Post:
    """A place on watch that must be filled, by as many people at once as it has `seats`.

    `stands_from`: only at or above that level. `in_room_from`: from that level on in the duty room
    itself, below it within reach. `season`: only in that part of the year.
    """

    id: str
    name: str
    unit: str
    role: Role
    sections: tuple[DaySection, ...]
    stands_from: Level | None = None
    in_room_from: Level | None = None
    seats: int = 1
    season: Season | None = None


@dataclass(frozen=True, slots=True)
class Rotation:
    """Takes people in turn on one post from `first_day` on: as many at once as the post has seats,
    or, where there are `groups`, one group at once.

    A turn is `turn_days` local days long; or so many sections of the post's day, where
    `turn_sections` says it; or calendar months, where `turn_months` does. The rotation covers only
    days of its `day_types`, `weekdays` (1 is Monday) and `season`, each empty for all, and its
    cursor moves only on days that it covers; months pass whatever days they have.
    """

    id: str
    post: str
    people: tuple[str, ...]
    first_day: date
    turn_days: int = 1
    day_types: tuple[DayType, ...] = ()
    section: str = ""
    """Only this section of the duty day; empty for all."""
    groups: tuple[tuple[str, ...], ...] = ()
    turn_sections: int = 0
    turn_months: int = 0
    weekdays: tuple[int, ...] = ()
    season: Season | None = None


@dataclass(frozen=True, slots=True)
class TableEntry:
    """One line of a duty table: this person stands on this post on this local day (and section)."""

    post: str
    day: date
    person: str
    section: str = ""
    where: str = ""
    """file:line it was read from."""


class OverrideKind(StrEnum):
    """What an override does to a span."""

    COVER = "cover"
    """`person` stands instead of `instead_of` (替班)."""
    ADD = "add"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Override:
    """Replace, add or remove for a span; never disturbs whose turn is next. A swap is two covers
    that share `swap`."""

    id: int
    kind: OverrideKind
    post: str
    span: Span
    person: str | None
    instead_of: str | None
    reason: str
    actor: str
    at: datetime
    swap: str = ""
    """Shared by what was done in one act and is undone in one."""
    approver: str = ""
    """Who approved it, where it corrects what had stood already."""


@dataclass(frozen=True, slots=True)
class Leave:
    """Somebody is away for a span. Who stands is not changed by it: that is for the covers beside
    it; whoever stands while on leave is a finding."""

    person: str
    span: Span
    reason: str
    actor: str
    at: datetime
    id: int = 0
    swap: str = ""
    """The `swap` of the covers that were made with it."""


@dataclass(frozen=True, slots=True)
class Holiday:
    """One line of holidays/YYYY.csv: a statutory holiday, or a make-up workday (调休)."""

    day: date
    name: str
    make_up: bool


@dataclass(frozen=True, slots=True)
class Roster:
    """The whole of who stands when. `zone` is an IANA name; `published_years`: years whose
    holidays/YYYY.csv exists."""

    zone: str
    posts: tuple[Post, ...]
    rotations: tuple[Rotation, ...] = ()
    table: tuple[TableEntry, ...] = ()
    overrides: tuple[Override, ...] = ()
    holidays: tuple[Holiday, ...] = ()
    published_years: tuple[int, ...] = ()
    leave: tuple[Leave, ...] = ()


class Source(StrEnum):
    """Which rule put a person on a post; override > duty table > rotation."""

    OVERRIDE = "override"
    TABLE = "table"
    ROTATION = "rotation"


@dataclass(frozen=True, slots=True)
class Shift:
    """One person's span on one post; `turn_of` is whose turn it used (differs after a cover)."""

    post: str
    span: Span
    person: str
    turn_of: str
    source: Source
    detail: str = ""
    """The rotation's id, the table's file:line or the override's number."""


class FindingKind(StrEnum):
    """What is wrong with a roster."""

    GAP = "gap"
    GAPS = "gaps"
    """Several on one post that its rules leave, as every weekend."""
    SHORT = "short"
    """Fewer people stand on a post than it has seats."""
    DOUBLE_BOOKING = "double_booking"
    """One person on two posts at once."""
    UNKNOWN_PERSON = "unknown_person"
    UNPUBLISHED_YEAR = "unpublished_year"
    OVERRIDE_UNFIT = "override_unfit"
    """An override that no longer fits: its post, person or whom it replaces is gone."""
    LEADER_IS_OFFICER = "leader_is_officer"
    ON_LEAVE = "on_leave"
    """Stands while on leave."""
    NO_CHANNEL = "no_channel"
    """Stands, and no gateway reaches a number of his by what the plan uses."""
    CANNOT_CONFIRM = "cannot_confirm"
    """Is reached and has no way to answer."""
    LITTLE_REST = "little_rest"
    MANY_IN_A_ROW = "many_in_a_row"
    UNFAIR = "unfair"
    """The shares of a post's nights, rest days or holidays differ too much."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One cause, one finding; `fields` fill the sentence that the shell says for its kind."""

    kind: FindingKind
    post: str
    span: Span | None
    people: tuple[str, ...] = ()
    fields: tuple[tuple[str, str], ...] = field(default=())
