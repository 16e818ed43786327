"""What speaks against an edit of the roster: only what it would bring, never what was so before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fangxun.core.roster.data import Roster, Shift
from fangxun.core.roster.fit import unfit
from fangxun.core.roster.requests import Against, Objection
from fangxun.core.timeline import Span, at_least, without

_Pair = tuple[str, str, str]
"""A person, a post that is edited, and the other that he stands on at the same time."""


def objections(
    before: Roster, after: Roster, found: tuple[Sequence[Shift], Sequence[Shift]], span: Span,
    people: frozenset[str],
) -> tuple[Objection, ...]:  # fmt: skip
    """What `after` would bring within a span; `found` are the shifts of the span before and after.

    Another post counts while it always stands; one that only a level switches on is no double
    booking, as in the findings.
    """
    was, now = found
    return (
        *_holes(after, was, now),
        *_booked(after, was, now),
        *_on_leave(before, after, was, now),
        *_unfit(before, after, span, people),
    )


def _holes(after: Roster, was: Sequence[Shift], now: Sequence[Shift]) -> Iterator[Objection]:
    for post in after.posts:
        then, next_ = ([s.span for s in found if s.post == post.id] for found in (was, now))
        for seats in range(1, post.seats + 1) if then != next_ else ():
            for hole in without(at_least(then, seats), at_least(next_, seats)):
                yield Objection(Against.HOLE, post.id, hole)


def _booked(after: Roster, was: Sequence[Shift], now: Sequence[Shift]) -> Iterator[Objection]:
    edited = {shift.post for shift in {*was} ^ {*now}}
    always = {post.id for post in after.posts if post.stands_from is None}
    known = _at_once(was, edited, always)
    for pair, spans in _at_once(now, edited, always).items():
        person, post, other = pair
        for both in without(spans, known.get(pair, ())):
            yield Objection(Against.BOOKED, post, both, person, other)


def _at_once(found: Sequence[Shift], edited: set[str], always: set[str]) -> dict[_Pair, list[Span]]:
    """When somebody stands on an edited post, and on the same or another that counts, at once."""
    own: dict[str, list[Shift]] = {}
    for shift in found:
        own.setdefault(shift.person, []).append(shift)
    pairs: dict[_Pair, list[Span]] = {}
    for person, shifts in own.items():
        for number, one in enumerate(shifts):
            for two in shifts[number + 1 :]:
                first, second = sorted((one, two), key=lambda s: s.post not in edited)
                both = first.span.within(second.span)
                counts = second.post in always or second.post == first.post
                if both is not None and first.post in edited and counts:
                    pairs.setdefault((person, first.post, second.post), []).append(both)
    return pairs


def _on_leave(
    before: Roster, after: Roster, was: Sequence[Shift], now: Sequence[Shift]
) -> Iterator[Objection]:
    known = _away(before, was)
    for key, spans in _away(after, now).items():
        for span in without(spans, known.get(key, ())):
            yield Objection(Against.ON_LEAVE, key[1], span, key[0])


def _away(roster: Roster, found: Sequence[Shift]) -> dict[tuple[str, str], list[Span]]:
    """When people stand on posts while they are on leave."""
    spans: dict[tuple[str, str], list[Span]] = {}
    for leave in roster.leave:
        for shift in found:
            both = shift.span.within(leave.span) if shift.person == leave.person else None
            if both is not None:
                spans.setdefault((shift.person, shift.post), []).append(both)
    return spans


def _unfit(
    before: Roster, after: Roster, span: Span, people: frozenset[str]
) -> Iterator[Objection]:
    known = {one.fields for one in unfit(before.overrides, before, people, within=span)}
    for one in unfit(after.overrides, after, people, within=span):
        if one.fields not in known and one.span is not None:
            number = dict(one.fields)["override"]
            yield Objection(Against.UNFIT, one.post, one.span, ", ".join(one.people), number)
