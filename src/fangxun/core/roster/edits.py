"""Edits of the roster: what one comes to, or why it cannot be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from fangxun.core.errors import N_, Conflict, Refused
from fangxun.core.roster.data import Leave, Override, Roster, Shift
from fangxun.core.roster.drafts import draft, known_person
from fangxun.core.roster.objections import objections
from fangxun.core.roster.requests import Against, Asked, Edit, Objection, Request
from fangxun.core.roster.shifts import shifts
from fangxun.core.timeline import Span

_Kept = TypeVar("_Kept", Override, Leave)


def decide(roster: Roster, people: frozenset[str], request: Request, *, now: datetime) -> Edit:
    """What an edit comes to; Refused, NotFound or Conflict where it cannot be.

    1. What is written down or undone; refused where the request itself cannot be.
    2. What stood is not rewritten: before now only with an approver.
    3. What others changed in the same place since the request was made is a conflict.
    4. What speaks against it refuses it, unless it is forced.
    """
    edit = draft(roster, people, request, now)
    after = edited(roster, edit, now)
    touched = _touched(roster, edit, now)
    _not_past(request, people, touched, now)
    _alone(roster, request, edit, touched)
    was, then = _within(roster, touched), _within(after, touched)
    against = objections(roster, after, (was, then), touched, people)
    if against and not request.force:
        raise _refusal(against[0])
    return replace(
        edit,
        objections=against,
        before=tuple(shift for shift in was if shift not in then),
        after=tuple(shift for shift in then if shift not in was),
    )


def _within(roster: Roster, span: Span) -> tuple[Shift, ...]:
    """Who stands in a span, each shift cut to it."""
    return tuple(
        replace(shift, span=inside)
        for shift in shifts(roster, span)
        if (inside := shift.span.within(span)) is not None
    )


def edited(roster: Roster, edit: Edit, now: datetime) -> Roster:
    """The roster with an edit; what is undone while it runs counts until now."""
    first = max((one.id for one in roster.overrides), default=0) + 1
    kept = [_until(one, edit.undone, now) for one in roster.overrides]
    away = [_until(one, edit.undone_leave, now) for one in roster.leave]
    return replace(
        roster,
        overrides=(
            *(one for one in kept if one is not None),
            *(replace(one, id=first + number) for number, one in enumerate(edit.overrides)),
        ),
        leave=(
            *(one for one in away if one is not None),
            *((edit.leave,) if edit.leave is not None else ()),
        ),
    )


def _until(one: _Kept, undone: Sequence[int], now: datetime) -> _Kept | None:
    if one.id not in undone:
        return one
    if one.span.start >= now:
        return None
    return replace(one, span=Span(one.span.start, min(now, one.span.end)))


def _touched(roster: Roster, edit: Edit, now: datetime) -> Span:
    """From the first instant that an edit may change to the last."""
    spans = [one.span for one in edit.overrides]
    spans += [one.span for one in roster.overrides if one.id in edit.undone]
    spans += [one.span for one in roster.leave if one.id in edit.undone_leave]
    spans += [edit.leave.span] if edit.leave is not None else []
    undoing = bool(edit.undone or edit.undone_leave)
    start = min(span.start for span in spans)
    return Span(max(start, now) if undoing else start, max(span.end for span in spans))


def _not_past(request: Asked, people: frozenset[str], span: Span, now: datetime) -> None:
    """What stood is not rewritten, but a correction may be added that somebody else approves; a
    minute is allowed for typing "now"."""
    if span.start >= now - timedelta(minutes=1):
        return
    if not request.approver:
        raise Refused(
            N_(
                "{start} is in the past; what stood is not rewritten. To add a correction, name "
                "who approves it with --approved-by."
            ),
            start=span.start,
        )
    known_person(people, request.approver)
    if request.approver == request.actor:
        raise Refused(N_("A correction of the past is approved by somebody else than its author."))


def _alone(roster: Roster, request: Asked, edit: Edit, touched: Span) -> None:
    """Conflict where others have changed the same posts or people meanwhile."""
    seen = request.seen
    if seen is None:
        return
    mine = [one for one in roster.overrides if one.id in edit.undone]
    mine += edit.overrides
    posts = {one.post for one in mine}
    people = {who for one in mine for who in (one.person, one.instead_of)} - {None}
    for other in roster.overrides:
        near = any(other.span.meets(one.span) for one in mine) or other.span.meets(touched)
        same = other.post in posts or {other.person, other.instead_of} & people
        if other.id > seen and near and same:
            raise Conflict(
                N_(
                    "{actor} changed {post} meanwhile, from {start} on ({reason}). Look at the "
                    "roster, then do it again if it is still wanted."
                ),
                actor=other.actor,
                post=other.post,
                start=other.span.start,
                reason=other.reason,
            )


_SENTENCES = {
    Against.HOLE: N_(
        "Too few people would stand on {post} from {start} to {end}. Say who stands instead, or "
        "force it with --force."
    ),
    Against.BOOKED: N_("{person} stands on {other} at that time already."),
    Against.ON_LEAVE: N_(
        "{person} is on leave then, and would stand on {post} from {start} to {end}. Say who "
        "stands instead, or force it with --force."
    ),
    Against.UNFIT: N_(
        "Override {other} on {post} would no longer fit ({person}); undo it first, or force this "
        "with --force."
    ),
}


def _refusal(one: Objection) -> Refused:
    return Refused(
        _SENTENCES[one.kind],
        post=one.post,
        person=one.person,
        other=one.other,
        start=one.span.start,
        end=one.span.end,
    )
