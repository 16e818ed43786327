"""Who is on watch at an instant; holes, double bookings and what else is wrong in a roster."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from fangxun.core.roster import (
    DaySection,
    Finding,
    FindingKind,
    Post,
    Role,
    Roster,
    Season,
    Shift,
    section_span,
    shifts,
    unfit,
)
from fangxun.core.timeline import Span, at_least, local_days, merge, without


def on_watch(
    found: Sequence[Shift], at: datetime, *, posts: Sequence[Post], active: frozenset[str]
) -> tuple[Shift, ...]:
    """The shifts that hold at an instant, in the order of the posts. A post that stands only from a
    level on counts while it is `active`."""
    order = {
        post.id: number
        for number, post in enumerate(posts)
        if post.stands_from is None or post.id in active
    }
    holding = [s for s in found if s.post in order and s.span.holds(at)]
    return tuple(sorted(holding, key=lambda s: (order[s.post], s.person)))


@dataclass(frozen=True, slots=True)
class Gap:
    """Fewer people stand on a post than it has seats, for a span."""

    post: str
    span: Span
    seats: int = 1


def gaps(roster: Roster, span: Span, *, active: frozenset[str]) -> tuple[Gap, ...]:
    """The spans in which a post has to stand and not all of its seats are filled, in order of the
    posts."""
    needed = [p for p in roster.posts if p.stands_from is None or p.id in active]
    found = shifts(roster, span, posts=frozenset(post.id for post in needed))
    return tuple(_holes(needed, found, span, ZoneInfo(roster.zone)))


def _holes(
    needed: Sequence[Post], found: Sequence[Shift], span: Span, zone: ZoneInfo
) -> Iterable[Gap]:
    """The gaps of posts; many of a district share their sections, which are worked out once."""
    covered: dict[str, list[Span]] = {}
    for shift in found:
        covered.setdefault(shift.post, []).append(shift.span)
    wanted: dict[tuple[tuple[DaySection, ...], Season | None], Sequence[Span]] = {}
    for post in needed:
        when = (post.sections, post.season)
        if when not in wanted:
            wanted[when] = merge(_sections(post, span, zone))
        there = covered.get(post.id, ())
        filled = there if post.seats == 1 else at_least(there, post.seats)
        for hole in without(wanted[when], filled):
            yield Gap(post.id, hole, post.seats)


def _sections(post: Post, span: Span, zone: ZoneInfo) -> Iterable[Span]:
    """When somebody has to stand on a post within a span; a section may begin days before it."""
    reach = max((section.length for section in post.sections), default=timedelta(0))
    days = local_days(Span(span.start - reach - timedelta(days=1), span.end), zone)
    for day in days:
        if post.season is not None and not post.season.holds(day):
            continue
        for section in post.sections:
            whole = section_span(section, day, zone)
            inside = whole.within(span) if whole is not None else None
            if inside is not None:
                yield inside


def findings(roster: Roster, people: frozenset[str], span: Span) -> tuple[Finding, ...]:
    """What is wrong with a roster in a span, one finding a cause."""
    found = shifts(roster, span)
    zone = ZoneInfo(roster.zone)
    always = [post for post in roster.posts if post.stands_from is None]
    everything = [_of_gap(gap) for gap in _holes(always, found, span, zone)]
    everything += _double_bookings(roster, found, span)
    everything += _unknown_people(found, people)
    years = sorted({day.year for day in local_days(span, zone)} - set(roster.published_years))
    everything += [
        Finding(FindingKind.UNPUBLISHED_YEAR, "", None, (), (("year", str(year)),))
        for year in years
    ]
    everything += unfit(roster.overrides, roster, people, within=span)
    return tuple(everything)


def _of_gap(gap: Gap) -> Finding:
    if gap.seats == 1:
        return Finding(FindingKind.GAP, gap.post, gap.span)
    return Finding(FindingKind.SHORT, gap.post, gap.span, (), (("seats", str(gap.seats)),))


def _unknown_people(found: Sequence[Shift], people: frozenset[str]) -> Iterable[Finding]:
    """One finding for each person that stands and is not known, at the first shift."""
    first: dict[str, Shift] = {}
    for shift in found:
        if shift.person not in people:
            first.setdefault(shift.person, shift)
    for person, shift in first.items():
        yield Finding(FindingKind.UNKNOWN_PERSON, shift.post, shift.span, (person,))


def _double_bookings(roster: Roster, found: Sequence[Shift], span: Span) -> Iterable[Finding]:
    """One person in two places at once: one finding for each person and pair of posts, at its first
    time within the span. A post that only a level switches on is no double booking beside another;
    leader and duty officer in one is named as such."""
    roles = {post.id: post.role for post in roster.posts if post.stands_from is None}
    by_person: dict[str, list[Shift]] = {}
    for shift in found:
        if shift.post in roles:
            by_person.setdefault(shift.person, []).append(shift)
    told: set[tuple[str, str, str]] = set()
    for person, own in by_person.items():
        for one, two in _at_once(own):
            pair = (person, min(one.post, two.post), max(one.post, two.post))
            shared = one.span.within(two.span) if pair not in told else None
            both = shared.within(span) if shared is not None else None
            if both is None:
                continue
            told.add(pair)
            leads = {roles[one.post], roles[two.post]} == {Role.LEADER, Role.DUTY_OFFICER}
            kind = FindingKind.LEADER_IS_OFFICER if leads else FindingKind.DOUBLE_BOOKING
            yield Finding(kind, one.post, both, (person,), (("other", two.post),))


def _at_once(own: Sequence[Shift]) -> Iterable[tuple[Shift, Shift]]:
    """The pairs of shifts that share an instant; `own` in order of start, and so are the pairs."""
    running: list[Shift] = []
    for two in own:
        running = [one for one in running if one.span.end > two.span.start]
        for one in running:
            yield one, two
        running.append(two)
