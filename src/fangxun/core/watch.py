"""Who is on watch at an instant, and where nobody is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from fangxun.core.roster import DaySection, Post, Roster, Season, Shift, section_span, shifts
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


def gaps(
    roster: Roster,
    span: Span,
    *,
    active: frozenset[str],
    known: Sequence[Shift] | None = None,
) -> tuple[Gap, ...]:
    """The spans in which a post has to stand and not all of its seats are filled, in order of the
    posts. `known`: every shift that meets the span, where they have been worked out."""
    needed = [p for p in roster.posts if p.stands_from is None or p.id in active]
    found = known
    if found is None:
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
