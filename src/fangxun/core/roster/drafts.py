"""What a request for an edit writes down or undoes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import combinations

from fangxun.core.errors import N_, Conflict, NotFound, Refused
from fangxun.core.roster.data import Leave, Override, OverrideKind, Roster, Shift
from fangxun.core.roster.requests import (
    AddRequest,
    Asked,
    CoverRequest,
    Edit,
    LeaveRequest,
    RemoveRequest,
    Request,
    SwapRequest,
    UndoRequest,
)
from fangxun.core.roster.shifts import shifts
from fangxun.core.timeline import Span, subtract


def draft(roster: Roster, people: frozenset[str], request: Request, now: datetime) -> Edit:
    """What an edit writes down or undoes; Refused, NotFound or Conflict where the request itself
    cannot be, whatever would come of it."""
    match request:
        case CoverRequest():
            _known(roster, people, request.post, request.person)
            return _cover(roster, people, request, now)
        case SwapRequest():
            return _swap(roster, people, request, now)
        case AddRequest():
            _known(roster, people, request.post, request.person)
            return _one(OverrideKind.ADD, request.person, None, request, now)
        case RemoveRequest():
            _known(roster, people, request.post, request.person)
            if _missing(roster, request.post, request.span, request.person):
                raise _not_there(request.post, request.person)
            return _one(OverrideKind.REMOVE, None, request.person, request, now)
        case LeaveRequest():
            return _leave(roster, people, request, now)
        case UndoRequest():
            return _undo(roster, request, now)


def _one(
    kind: OverrideKind,
    person: str | None,
    instead_of: str | None,
    request: AddRequest | RemoveRequest | CoverRequest,
    now: datetime,
) -> Edit:
    made = _override(kind, request.post, request.span, (person, instead_of), request)
    return Edit((replace(made, at=now),))


def _override(
    kind: OverrideKind, post: str, span: Span, who: tuple[str | None, str | None], asked: Asked
) -> Override:
    person, instead_of = who
    return Override(
        0, kind, post, span, person, instead_of, asked.reason, asked.actor, span.start, "",
        asked.approver,
    )  # fmt: skip


def _cover(roster: Roster, people: frozenset[str], request: CoverRequest, now: datetime) -> Edit:
    if request.instead_of is not None:
        _known(roster, people, request.post, request.instead_of)
    if _missing(roster, request.post, request.span, request.instead_of):
        if request.instead_of is not None:
            raise _not_there(request.post, request.instead_of)
        raise Refused(
            N_(
                "Nobody stands on {post} for a part of that time, so nobody can be replaced; "
                "see: fangxun roster show"
            ),
            post=request.post,
        )
    there = _there(roster, request.post, request.span)
    if request.instead_of is None:
        _one_at_a_time(request, there)
    if any(shift.person == request.person for shift in there):
        raise Refused(
            N_("{person} stands on {other} at that time already."),
            person=request.person,
            other=request.post,
        )
    return _one(OverrideKind.COVER, request.person, request.instead_of, request, now)


def _there(roster: Roster, post: str, span: Span) -> tuple[Shift, ...]:
    return shifts(roster, span, posts=frozenset({post}))


def _missing(roster: Roster, post: str, span: Span, person: str | None) -> bool:
    """Whether a person (None: anybody) does not stand on a post for a part of a span."""
    there = _there(roster, post, span)
    return bool(subtract(span, [s.span for s in there if person in {None, s.person}]))


def _not_there(post: str, person: str) -> Refused:
    return Refused(
        N_(
            "{person} does not stand on {post} for the whole of that time; see: fangxun roster show"
        ),
        person=person,
        post=post,
    )


def _one_at_a_time(request: CoverRequest, replaced: Sequence[Shift]) -> None:
    """One cannot stand instead of two at once."""
    if any(one.span.meets(two.span) for one, two in combinations(replaced, 2)):
        raise Refused(
            N_("Several people stand on {post} at once ({people}); say instead of whom."),
            post=request.post,
            people=", ".join(sorted({shift.person for shift in replaced})),
        )


def _swap(roster: Roster, people: frozenset[str], request: SwapRequest, now: datetime) -> Edit:
    """Two covers of whole shifts that bear one name."""
    one = _standing_at(roster, request.post, request.at, request.person)
    two = _standing_at(roster, request.other_post, request.other_at, request.other)
    if one.person == two.person:
        raise Refused(
            N_("{person} stands both times; there is nothing to swap."), person=one.person
        )
    for shift, taker in ((one, two.person), (two, one.person)):
        _known(roster, people, shift.post, taker)
    name = f"{now.isoformat()}/{one.post}/{two.post}"
    covers = (
        _override(OverrideKind.COVER, mine.post, mine.span, (theirs.person, mine.person), request)
        for mine, theirs in ((one, two), (two, one))
    )
    return Edit(tuple(replace(cover, at=now, swap=name) for cover in covers))


def _standing_at(roster: Roster, post: str, at: datetime, person: str | None) -> Shift:
    _known_post(roster, post)
    there = _there(roster, post, Span(at, at + timedelta(microseconds=1)))
    found = [shift for shift in there if person in {None, shift.person}]
    if len(found) != 1:
        raise Refused(
            N_("{count} people stand on {post} at {at}; a swap needs exactly one."),
            count=len(found),
            post=post,
            at=at,
        )
    return found[0]


def _leave(roster: Roster, people: frozenset[str], request: LeaveRequest, now: datetime) -> Edit:
    """The leave itself, and a cover on each post that its person stands on meanwhile."""
    for person in filter(None, (request.person, request.by)):
        known_person(people, person)
    for other in roster.leave:
        if other.person == request.person and other.span.meets(request.span):
            raise Conflict(
                N_("{person} is on leave from {start} to {end} already ({number})."),
                person=other.person,
                start=other.span.start,
                end=other.span.end,
                number=other.id,
            )
    name = f"{now.isoformat()}/leave/{request.person}"
    posts = {s.post for s in shifts(roster, request.span) if s.person == request.person}
    who = (request.by, request.person)
    covers = tuple(
        replace(_override(OverrideKind.COVER, post, request.span, who, request), at=now, swap=name)
        for post in sorted(posts)
        if request.by is not None
    )
    leave = Leave(request.person, request.span, request.reason, request.actor, now, swap=name)
    return Edit(covers, leave)


def _undo(roster: Roster, request: UndoRequest, now: datetime) -> Edit:
    """The override or leave, and all that bears the same name."""
    known: Sequence[Override | Leave] = roster.leave if request.of_leave else roster.overrides
    found = next((one for one in known if one.id == request.number), None)
    if found is None:
        raise NotFound(
            N_("Nothing has the number {number} any more; see: fangxun roster edits"),
            number=request.number,
        )
    if found.span.end <= now:
        raise Refused(
            N_(
                "That ended at {end}; what stood is not rewritten. Add what is true with cover, "
                "add or remove and --approved-by."
            ),
            end=found.span.end,
        )

    def with_it(one: Override | Leave) -> bool:
        return one is found or bool(found.swap and one.swap == found.swap)

    return Edit(
        undone=tuple(o.id for o in roster.overrides if with_it(o) and o.span.end > now),
        undone_leave=tuple(o.id for o in roster.leave if with_it(o) and o.span.end > now),
    )


def _known_post(roster: Roster, post: str) -> None:
    if post not in {p.id for p in roster.posts}:
        raise NotFound(N_("No post is called {post}."), post=post)


def known_person(people: frozenset[str], person: str) -> None:
    """NotFound for somebody whom the district does not have."""
    if person not in people:
        raise NotFound(N_("No person is called {person}."), person=person)


def _known(roster: Roster, people: frozenset[str], post: str, person: str) -> None:
    _known_post(roster, post)
    known_person(people, person)
