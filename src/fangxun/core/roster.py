"""Posts, rotations, duty tables, overrides, as data; findings, not exceptions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from fangxun.core.errors import N_, NotFound, Refused
from fangxun.core.level import Level
from fangxun.core.timeline import Span, local_days, local_end, local_instant, subtract


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
    """A place on watch that must be filled. `stands_from`: only at or above that level."""

    id: str
    name: str
    unit: str
    role: Role
    sections: tuple[DaySection, ...]
    stands_from: Level | None = None


@dataclass(frozen=True, slots=True)
class Rotation:
    """Takes people in turn on one post from `first_day` on: a turn is `turn_days` local days long.

    `day_types` empty: every day counts; else the rotation covers only days of these types and its
    cursor moves only on them.
    """

    id: str
    post: str
    people: tuple[str, ...]
    first_day: date
    turn_days: int = 1
    day_types: tuple[DayType, ...] = ()
    section: str = ""
    """Only this section of the duty day; empty for all."""


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
    DOUBLE_BOOKING = "double_booking"
    """One person on two posts at once."""
    UNKNOWN_PERSON = "unknown_person"
    UNPUBLISHED_YEAR = "unpublished_year"
    OVERRIDE_UNFIT = "override_unfit"
    """An override that no longer fits: its post, person or whom it replaces is gone."""
    LEADER_IS_OFFICER = "leader_is_officer"


@dataclass(frozen=True, slots=True)
class Finding:
    """One cause, one finding; `fields` fill the sentence that the shell says for its kind."""

    kind: FindingKind
    post: str
    span: Span | None
    people: tuple[str, ...] = ()
    fields: tuple[tuple[str, str], ...] = field(default=())


def shifts(roster: Roster, span: Span, *, posts: frozenset[str] | None = None) -> tuple[Shift, ...]:
    """Who stands when: every shift that meets a span, whole, in order of start and post.

    1. For each local day and section of a post: the duty table's people, else whose turn it is.
    2. Days of one turn that follow each other without a break are one shift.
    3. Overrides, in the order in which they were made; they change who stands, never whose turn it
       was.
    """
    zone = ZoneInfo(roster.zone)
    chosen = [post for post in roster.posts if posts is None or post.id in posts]
    days = tuple(local_days(_widened(roster, span), zone))
    calendar = Calendar(roster, days[-1] if days else date.min)
    table = _by_slot(roster.table)
    rotations: dict[str, list[Rotation]] = {}
    for rotation in roster.rotations:
        rotations.setdefault(rotation.post, []).append(rotation)
    found: list[Shift] = []
    for post in chosen:
        turns = _turns(post, days, rotations.get(post.id, ()), table, calendar, zone)
        found += _overridden(_joined(turns), [o for o in roster.overrides if o.post == post.id])
    return tuple(
        sorted(
            (shift for shift in found if shift.span.meets(span)),
            key=lambda s: (s.span.start, s.post, s.person),
        )
    )


def _widened(roster: Roster, span: Span) -> Span:
    """A margin of the longest turn, so that a shift is the same whatever span it is asked for."""
    longest = max((rotation.turn_days for rotation in roster.rotations), default=1)
    margin = timedelta(days=min(longest, LONGEST_TURN) + 3)
    return Span(span.start - margin, span.end + margin)


LONGEST_TURN = 62
"""Days; a turn is at most two months."""


class Calendar:
    """Day types, and how many days of some types there were since a rotation began."""

    def __init__(self, roster: Roster, last: date) -> None:
        """Good for days up to `last`."""
        self._special = {
            holiday.day: DayType.WORKDAY if holiday.make_up else DayType.HOLIDAY
            for holiday in roster.holidays
        }
        self._last = last
        self._counts: dict[tuple[date, tuple[DayType, ...]], list[int]] = {}

    def type_of(self, day: date) -> DayType:
        """The holiday table first, then the weekday."""
        weekday = DayType.WORKDAY if day.weekday() < 5 else DayType.REST_DAY  # noqa: PLR2004  Mo-Fr
        return self._special.get(day, weekday)

    def counted(self, day: date, rotation: Rotation) -> int:
        """Days that the rotation has covered before `day`, since its first."""
        if not rotation.day_types:
            return (day - rotation.first_day).days
        key = (rotation.first_day, rotation.day_types)
        if key not in self._counts:
            counts, here = [0], rotation.first_day
            while here <= self._last:
                counts.append(counts[-1] + (self.type_of(here) in rotation.day_types))
                here += timedelta(days=1)
            self._counts[key] = counts
        return self._counts[key][(day - rotation.first_day).days]


_Slot = tuple[str, date]


def _by_slot(table: Sequence[TableEntry]) -> dict[_Slot, list[TableEntry]]:
    slots: dict[_Slot, list[TableEntry]] = {}
    for entry in table:
        slots.setdefault((entry.post, entry.day), []).append(entry)
    return slots


_Turn = tuple[Shift, object]
"""A shift of one day, and what it is a turn of: days of the same turn become one shift."""


def _turns(  # noqa: PLR0913  each is a value that the rule weighs
    post: Post,
    days: Sequence[date],
    rotations: Sequence[Rotation],
    table: dict[_Slot, list[TableEntry]],
    calendar: Calendar,
    zone: ZoneInfo,
) -> list[_Turn]:
    """Every day and section of a post, before overrides."""
    found: list[_Turn] = []
    for day in days:
        for section in post.sections:
            span = section_span(section, day, zone)
            named = [e for e in table.get((post.id, day), ()) if e.section in {"", section.name}]
            for entry in named:
                shift = Shift(post.id, span, entry.person, entry.person, Source.TABLE, entry.where)
                found.append((shift, (day, section.name, entry.person)))
            if not named:
                found += _rotated(post, section, day, span, rotations, calendar)
    return found


def section_span(section: DaySection, day: date, zone: ZoneInfo) -> Span:
    """When a section of a local day is."""
    return Span(
        local_instant(day, section.start, zone),
        local_end(day, section.start, section.length, zone),
    )


def _rotated(  # noqa: PLR0913  each is a value that the rule weighs
    post: Post,
    section: DaySection,
    day: date,
    span: Span,
    rotations: Sequence[Rotation],
    calendar: Calendar,
) -> list[_Turn]:
    """Whose turn it is; the first rotation that covers the day."""
    for rotation in rotations:
        if day < rotation.first_day or rotation.section not in {"", section.name}:
            continue
        if rotation.day_types and calendar.type_of(day) not in rotation.day_types:
            continue
        if not rotation.people:
            return []
        turn = calendar.counted(day, rotation) // max(rotation.turn_days, 1)
        person = rotation.people[turn % len(rotation.people)]
        shift = Shift(post.id, span, person, person, Source.ROTATION, rotation.id)
        return [(shift, (rotation.id, section.name, turn))]
    return []


def _joined(turns: Sequence[_Turn]) -> list[Shift]:
    """Days of one turn that touch are one shift."""
    joined: list[_Turn] = []
    for shift, turn in turns:
        before = joined[-1] if joined else None
        if before is not None and before[1] == turn and before[0].span.end == shift.span.start:
            joined[-1] = (replace(before[0], span=Span(before[0].span.start, shift.span.end)), turn)
        else:
            joined.append((shift, turn))
    return [shift for shift, _turn in joined]


def _overridden(base: list[Shift], overrides: Sequence[Override]) -> list[Shift]:
    """The shifts of one post after its overrides."""
    present = base
    for override in sorted(overrides, key=lambda o: o.id):
        if override.kind is OverrideKind.ADD:
            if override.person is not None:
                present = [*present, _added(override, override.person)]
            continue
        present = [part for shift in present for part in _split(shift, override)]
    return present


def _added(override: Override, person: str) -> Shift:
    return Shift(override.post, override.span, person, person, Source.OVERRIDE, str(override.id))


def _split(shift: Shift, override: Override) -> list[Shift]:
    """A shift cut by an override: what is outside stays, what is inside changes hands or goes."""
    inside = shift.span.within(override.span)
    if inside is None or override.instead_of not in {None, shift.person}:
        return [shift]
    parts = [replace(shift, span=rest) for rest in subtract(shift.span, [inside])]
    if override.kind is OverrideKind.COVER and override.person is not None:
        parts.append(
            replace(
                shift,
                span=inside,
                person=override.person,
                source=Source.OVERRIDE,
                detail=str(override.id),
            )
        )
    return sorted(parts, key=lambda part: part.span)


@dataclass(frozen=True, slots=True)
class CoverRequest:
    """`person` stands on `post` for `span` instead of `instead_of` (None: of whoever stands)."""

    post: str
    span: Span
    person: str
    instead_of: str | None
    reason: str
    actor: str


@dataclass(frozen=True, slots=True)
class SwapRequest:
    """Whoever stands on the first post at one instant and on the second at another take each
    other's whole shift."""

    post: str
    at: datetime
    other_post: str
    other_at: datetime
    reason: str
    actor: str


def plan_cover(
    roster: Roster, people: frozenset[str], request: CoverRequest, *, now: datetime
) -> tuple[Override, ...]:
    """The override for a cover, or why it cannot be: Refused or NotFound."""
    _known(roster, people, request.post, request.person)
    _not_past(request.span, now)
    standing = [
        shift
        for shift in shifts(roster, request.span, posts=frozenset({request.post}))
        if request.instead_of in {None, shift.person}
    ]
    if subtract(request.span, [shift.span for shift in standing]):
        raise Refused(
            N_(
                "{person} does not stand on {post} for the whole of that time; see: fangxun roster show"
            ),
            person=request.instead_of or N_("anybody"),
            post=request.post,
        )
    _not_booked(roster, request.person, request.span, but=frozenset({request.post}))
    if any(shift.person == request.person for shift in standing):
        raise Refused(
            N_("{person} stands on {post} at that time already."),
            person=request.person,
            post=request.post,
        )
    return (_cover(request.post, request.span, request.person, request.instead_of, request, now),)


def plan_swap(
    roster: Roster, people: frozenset[str], request: SwapRequest, *, now: datetime
) -> tuple[Override, ...]:
    """The two covers of a swap, or why it cannot be."""
    one = _standing_at(roster, request.post, request.at)
    two = _standing_at(roster, request.other_post, request.other_at)
    if one.person == two.person:
        raise Refused(
            N_("{person} stands both times; there is nothing to swap."), person=one.person
        )
    for shift, taker, own in ((one, two.person, two), (two, one.person, one)):
        _known(roster, people, shift.post, taker)
        _not_past(shift.span, now)
        _not_booked(roster, taker, shift.span, but=frozenset(), without=own)
    swap = f"{one.span.start.isoformat()}/{one.post}/{two.post}"
    covers = (
        _cover(one.post, one.span, two.person, one.person, request, now),
        _cover(two.post, two.span, one.person, two.person, request, now),
    )
    return tuple(replace(cover, swap=swap) for cover in covers)


def _cover(  # noqa: PLR0913  each is a value that the rule weighs
    post: str,
    span: Span,
    person: str,
    instead_of: str | None,
    request: CoverRequest | SwapRequest,
    now: datetime,
) -> Override:
    return Override(
        0, OverrideKind.COVER, post, span, person, instead_of, request.reason, request.actor, now
    )


def _standing_at(roster: Roster, post: str, at: datetime) -> Shift:
    if post not in {p.id for p in roster.posts}:
        raise NotFound(N_("No post is called {post}."), post=post)
    instant = Span(at, at + timedelta(seconds=1))
    found = [s for s in shifts(roster, instant, posts=frozenset({post})) if s.span.holds(at)]
    if len(found) != 1:
        raise Refused(
            N_("{count} people stand on {post} at {at}; a swap needs exactly one."),
            count=len(found),
            post=post,
            at=at.isoformat(),
        )
    return found[0]


def _known(roster: Roster, people: frozenset[str], post: str, person: str) -> None:
    if post not in {p.id for p in roster.posts}:
        raise NotFound(N_("No post is called {post}."), post=post)
    if person not in people:
        raise NotFound(N_("No person is called {person}."), person=person)


def _not_past(span: Span, now: datetime) -> None:
    """What stood is not rewritten; a minute is allowed for typing "now"."""
    if span.start < now - timedelta(minutes=1):
        raise Refused(
            N_("{start} is in the past; what stood is not rewritten."), start=span.start.isoformat()
        )


def _not_booked(
    roster: Roster, person: str, span: Span, *, but: frozenset[str], without: Shift | None = None
) -> None:
    for shift in shifts(roster, span):
        if shift.person == person and shift.post not in but and shift != without:
            raise Refused(
                N_("{person} stands on {post} at that time already."),
                person=person,
                post=shift.post,
            )


def unfit(
    overrides: Sequence[Override], roster: Roster, people: frozenset[str]
) -> tuple[Finding, ...]:
    """Overrides that no longer fit a roster: their post or person is gone, or whom they replace
    does not stand then. They stay as they are, and are listed."""
    base = replace(roster, overrides=())
    posts = {post.id for post in roster.posts}
    found: list[Finding] = []
    for override in overrides:
        named = [p for p in (override.person, override.instead_of) if p is not None]
        fits = override.post in posts and all(person in people for person in named)
        if fits and override.instead_of is not None:
            others = tuple(o for o in overrides if o.id < override.id)
            standing = shifts(
                replace(base, overrides=others), override.span, posts=frozenset({override.post})
            )
            fits = any(shift.person == override.instead_of for shift in standing)
        if not fits:
            found.append(
                Finding(
                    FindingKind.OVERRIDE_UNFIT,
                    override.post,
                    override.span,
                    tuple(named),
                    (("override", str(override.id)),),
                )
            )
    return tuple(found)
