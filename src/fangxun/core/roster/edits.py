"""Covers and swaps: the overrides for them, or why they cannot be; overrides that fit no more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import combinations

from fangxun.core.errors import N_, NotFound, Refused
from fangxun.core.roster.data import (
    Finding,
    FindingKind,
    Override,
    OverrideKind,
    Post,
    Roster,
    Shift,
)
from fangxun.core.roster.shifts import shifts
from fangxun.core.timeline import Span, subtract


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
    if request.instead_of is not None:
        _known(roster, people, request.post, request.instead_of)
    _not_past(request.span, now)
    _not_booked(roster, request.person, request.span, on=request.post)
    there = shifts(roster, request.span, posts=frozenset({request.post}))
    replaced = [shift for shift in there if request.instead_of in {None, shift.person}]
    if subtract(request.span, [shift.span for shift in replaced]):
        raise _hole(request)
    if request.instead_of is None:
        _one_at_a_time(request, replaced)
    return (_cover(request.post, request.span, request.person, request.instead_of, request, now),)


def _hole(request: CoverRequest) -> Refused:
    """Nobody to replace for a part of the span."""
    if request.instead_of is None:
        return Refused(
            N_(
                "Nobody stands on {post} for a part of that time, so nobody can be replaced; "
                "see: fangxun roster show"
            ),
            post=request.post,
        )
    return Refused(
        N_(
            "{person} does not stand on {post} for the whole of that time; see: fangxun roster show"
        ),
        person=request.instead_of,
        post=request.post,
    )


def _one_at_a_time(request: CoverRequest, replaced: Sequence[Shift]) -> None:
    """One cannot stand instead of two at once."""
    if any(one.span.meets(two.span) for one, two in combinations(replaced, 2)):
        raise Refused(
            N_("Several people stand on {post} at once ({people}); say instead of whom."),
            post=request.post,
            people=", ".join(sorted({shift.person for shift in replaced})),
        )


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
        _not_booked(roster, taker, shift.span, on=shift.post, without=own)
    swap = f"{now.isoformat()}/{one.post}/{two.post}"
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
    _known_post(roster, post)
    instant = Span(at, at + timedelta(microseconds=1))
    found = shifts(roster, instant, posts=frozenset({post}))
    if len(found) != 1:
        raise Refused(
            N_("{count} people stand on {post} at {at}; a swap needs exactly one."),
            count=len(found),
            post=post,
            at=at,
        )
    return found[0]


def _known_post(roster: Roster, post: str) -> None:
    if post not in {p.id for p in roster.posts}:
        raise NotFound(N_("No post is called {post}."), post=post)


def _known(roster: Roster, people: frozenset[str], post: str, person: str) -> None:
    _known_post(roster, post)
    if person not in people:
        raise NotFound(N_("No person is called {person}."), person=person)


def _not_past(span: Span, now: datetime) -> None:
    """What stood is not rewritten; a minute is allowed for typing "now"."""
    if span.start < now - timedelta(minutes=1):
        raise Refused(N_("{start} is in the past; what stood is not rewritten."), start=span.start)


def _not_booked(
    roster: Roster, person: str, span: Span, *, on: str, without: Shift | None = None
) -> None:
    """Nobody stands in two places at once. Another post counts while it always stands; one that
    only a level switches on is no double booking, as in the findings."""
    counting = frozenset(p.id for p in roster.posts if p.stands_from is None or p.id == on)
    for shift in shifts(roster, span, posts=counting):
        if shift.person == person and shift != without:
            raise Refused(
                N_("{person} stands on {post} at that time already."),
                person=person,
                post=shift.post,
            )


def unfit(
    overrides: Sequence[Override],
    roster: Roster,
    people: frozenset[str],
    *,
    within: Span | None = None,
) -> tuple[Finding, ...]:
    """Overrides that no longer fit a roster: their post or person is gone, or nobody of those whom
    they replace or remove stands then. They stay as they are, and are listed.

    `within`: only those that meet this span; earlier ones still count for what they left behind.
    """
    alone = {post.id: _alone(roster, post) for post in roster.posts}
    earlier: dict[str, list[Override]] = {}
    found: list[Finding] = []
    for override in sorted(overrides, key=lambda o: o.id):
        before = earlier.setdefault(override.post, [])
        if within is None or override.span.meets(within):
            named = tuple(p for p in (override.person, override.instead_of) if p is not None)
            post = alone.get(override.post)
            if (
                post is None
                or not people.issuperset(named)
                or not _replaces(override, post, before)
            ):
                fields = (("override", str(override.id)),)
                kind = FindingKind.OVERRIDE_UNFIT
                found.append(Finding(kind, override.post, override.span, named, fields))
        before.append(override)
    return tuple(found)


def _replaces(override: Override, alone: Roster, before: Sequence[Override]) -> bool:
    """Whether somebody stands whom an override means, after those made before it on its post."""
    if override.kind is OverrideKind.ADD:
        return True
    near = tuple(o for o in before if o.span.meets(override.span))
    standing = shifts(replace(alone, overrides=near), override.span)
    return any(override.instead_of in {None, shift.person} for shift in standing)


def _alone(roster: Roster, post: Post) -> Roster:
    """The rules of one post, without overrides: asked many times, it is to cost little."""
    return replace(
        roster,
        posts=(post,),
        rotations=tuple(r for r in roster.rotations if r.post == post.id),
        table=tuple(entry for entry in roster.table if entry.post == post.id),
        overrides=(),
    )
