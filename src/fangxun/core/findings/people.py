"""People who stand where they cannot: unknown, away, unreachable, in two places at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from fangxun.core.roster import Finding, FindingKind, Leave, Role, Roster, Shift
from fangxun.core.timeline import Span


def unknown_people(found: Sequence[Shift], people: frozenset[str]) -> Iterable[Finding]:
    """One finding for each person that stands and is not known, at the first shift."""
    for person, shift in _first(found).items():
        if person not in people:
            yield Finding(FindingKind.UNKNOWN_PERSON, shift.post, shift.span, (person,))


def unreachable(
    found: Sequence[Shift], amiss: Mapping[str, FindingKind], span: Span
) -> Iterable[Finding]:
    """One finding for each person that stands and can be told nothing, or cannot confirm it;
    `amiss` says which it is."""
    for person, shift in _first(found).items():
        if person in amiss:
            yield Finding(amiss[person], shift.post, shift.span.within(span), (person,))


def _first(found: Sequence[Shift]) -> Mapping[str, Shift]:
    """Each person's first shift; `found` in order of start."""
    first: dict[str, Shift] = {}
    for shift in found:
        first.setdefault(shift.person, shift)
    return first


def on_leave(leave: Sequence[Leave], found: Sequence[Shift], span: Span) -> Iterable[Finding]:
    """One finding for each leave and post on which its person stands all the same, at the first
    time."""
    for away in leave:
        told: set[str] = set()
        inside = away.span.within(span)
        for shift in found if inside is not None else ():
            both = shift.span.within(inside) if inside and shift.person == away.person else None
            if both is not None and shift.post not in told:
                told.add(shift.post)
                yield Finding(FindingKind.ON_LEAVE, shift.post, both, (away.person,))


def double_bookings(roster: Roster, found: Sequence[Shift], span: Span) -> Iterable[Finding]:
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
