"""Who is on watch at an instant; holes, double bookings and hand-overs of a roster."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from zoneinfo import ZoneInfo

from fangxun.core.roster import (
    Finding,
    FindingKind,
    Post,
    Role,
    Roster,
    Shift,
    section_span,
    shifts,
    unfit,
)
from fangxun.core.timeline import Span, local_days, merge, subtract


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
    """Nobody stands on a post for a span."""

    post: str
    span: Span


def gaps(roster: Roster, span: Span, *, active: frozenset[str]) -> tuple[Gap, ...]:
    """The spans in which a post has to stand and nobody does."""
    zone = ZoneInfo(roster.zone)
    needed = [p for p in roster.posts if p.stands_from is None or p.id in active]
    found = shifts(roster, span, posts=frozenset(post.id for post in needed))
    holes: list[Gap] = []
    for post in needed:
        wide = local_days(Span(span.start, span.end), zone)
        sections = [section_span(part, day, zone) for day in wide for part in post.sections]
        first = next(iter(local_days(span, zone)))
        sections += [
            section_span(part, first.fromordinal(first.toordinal() - back), zone)
            for back in (1, 2)
            for part in post.sections
        ]
        covered = [shift.span for shift in found if shift.post == post.id]
        for section in merge(sections):
            inside = section.within(span)
            if inside is not None:
                holes += [Gap(post.id, hole) for hole in subtract(inside, covered)]
    return tuple(holes)


def findings(roster: Roster, people: frozenset[str], span: Span) -> tuple[Finding, ...]:
    """What is wrong with a roster in a span, one finding a cause."""
    found = shifts(roster, span)
    everything = [
        Finding(FindingKind.GAP, gap.post, gap.span)
        for gap in gaps(roster, span, active=frozenset())
    ]
    everything += _double_bookings(roster, found)
    everything += [
        Finding(FindingKind.UNKNOWN_PERSON, shift.post, shift.span, (shift.person,))
        for shift in {s.person: s for s in reversed(found) if s.person not in people}.values()
    ]
    zone = ZoneInfo(roster.zone)
    years = sorted({day.year for day in local_days(span, zone)} - set(roster.published_years))
    everything += [
        Finding(FindingKind.UNPUBLISHED_YEAR, "", None, (), (("year", str(year)),))
        for year in years
    ]
    ahead = [o for o in roster.overrides if o.span.meets(span)]
    return (*everything, *unfit(ahead, roster, people))


def _double_bookings(roster: Roster, found: Sequence[Shift]) -> list[Finding]:
    """One person on two posts at once: one finding for each person and pair of posts. Standby posts
    beside another are no double booking; leader and officer in one is named as such."""
    roles = {post.id: post.role for post in roster.posts}
    always = {post.id for post in roster.posts if post.stands_from is None}
    by_person: dict[str, list[Shift]] = {}
    for shift in found:
        if shift.post in always:
            by_person.setdefault(shift.person, []).append(shift)
    findings_: dict[tuple[str, str, str], Finding] = {}
    for person, own in by_person.items():
        for one, two in combinations(own, 2):
            both = one.span.within(two.span)
            if both is None or one.post == two.post:
                continue
            leader = {roles[one.post], roles[two.post]} >= {Role.LEADER, Role.DUTY_OFFICER}
            kind = FindingKind.LEADER_IS_OFFICER if leader else FindingKind.DOUBLE_BOOKING
            pair = (person, min(one.post, two.post), max(one.post, two.post))
            findings_.setdefault(
                pair, Finding(kind, one.post, both, (person,), (("other", two.post),))
            )
    return list(findings_.values())
