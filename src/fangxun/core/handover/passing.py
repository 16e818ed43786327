"""The handover of a unit's watch: the outgoing pass it, the incoming confirm, a leader signs last.

One for each instant at which the duty officers of the unit change. Deputies may sign for their
watch; nobody signs twice in one handover.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from fangxun.core.roster import Post, Role, Shift


class HandoverState(StrEnum):
    """The life of a handover."""

    AWAITED = "awaited"
    """The outgoing watch has not passed it yet."""
    PASSED = "passed"
    """Record and open matters are passed; the incoming watch has to confirm."""
    CONFIRMED = "confirmed"
    """The incoming watch has taken it; the leader has to countersign."""
    COUNTERSIGNED = "countersigned"
    """Signed by three: nothing is left to do."""
    MISSED = "missed"
    """The watch after it has changed again before it was taken."""


class HandoverEvent(StrEnum):
    """What can happen to a handover."""

    PASS = "pass"  # noqa: S105  no password
    """Somebody of the outgoing watch passes record and open matters."""
    CONFIRM = "confirm"
    """Somebody of the incoming watch takes them."""
    COUNTERSIGN = "countersign"
    """A leader has seen that both have signed."""
    LAPSE = "lapse"
    """The watch has changed once more."""


class Verdict(StrEnum):
    """What an event comes to, and why."""

    SIGNED = "signed"
    """It changes the handover."""
    NOT_PASSED = "not_passed"
    """Nothing has been passed that could be confirmed."""
    NOT_CONFIRMED = "not_confirmed"
    """Nobody has confirmed what could be countersigned."""
    ALREADY = "already"
    """Somebody has signed there."""
    OVER = "over"
    """The watch has changed again since: the next handover covers its time."""
    NOT_ENTITLED = "not_entitled"
    """He stands on none of the posts that sign there."""
    OWN_HAND = "own_hand"
    """He has signed this handover himself, for another side."""


@dataclass(frozen=True, slots=True)
class Handover:
    """`due_at`: the instant of the hand-off; `since`: from when its record tells. `outgoing`,
    `incoming` and `leaders` are those who may sign, ids of people. `digest`: the hash of the record
    as it was passed; `note`: what the outgoing watch said beside it."""

    id: int
    unit: str
    due_at: datetime
    since: datetime
    outgoing: tuple[str, ...]
    incoming: tuple[str, ...]
    leaders: tuple[str, ...]
    state: HandoverState = HandoverState.AWAITED
    note: str = ""
    digest: str = ""
    passed_by: str = ""
    passed_at: datetime | None = None
    confirmed_by: str = ""
    confirmed_at: datetime | None = None
    countersigned_by: str = ""
    countersigned_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Stepped:
    """A handover after an event, and what the event came to."""

    handover: Handover
    verdict: Verdict


_ORDER = tuple(HandoverState)
_FROM = {
    HandoverEvent.PASS: HandoverState.AWAITED,
    HandoverEvent.CONFIRM: HandoverState.PASSED,
    HandoverEvent.COUNTERSIGN: HandoverState.CONFIRMED,
}
_UNTAKEN = frozenset({HandoverState.AWAITED, HandoverState.PASSED})


def step(item: Handover, event: HandoverEvent, *, by: str, now: datetime) -> Stepped:
    """The handover after an event. What was confirmed in time is no longer missed by anything, and
    may still be countersigned after later handovers."""
    if event is HandoverEvent.LAPSE:
        if item.state in _UNTAKEN:
            return Stepped(replace(item, state=HandoverState.MISSED), Verdict.SIGNED)
        return Stepped(item, Verdict.ALREADY)
    verdict = _judged(item, event, by)
    return Stepped(_signed(item, event, by, now) if verdict is Verdict.SIGNED else item, verdict)


def _judged(item: Handover, event: HandoverEvent, by: str) -> Verdict:
    """Whether he may sign there now, or why not."""
    if item.state is HandoverState.MISSED:
        return Verdict.OVER
    ahead = _ORDER.index(item.state) - _ORDER.index(_FROM[event])
    if ahead > 0:
        return Verdict.ALREADY
    if by not in may_sign(item, event):
        return Verdict.NOT_ENTITLED
    if ahead < 0:
        passed = item.state is not HandoverState.AWAITED
        return Verdict.NOT_CONFIRMED if passed else Verdict.NOT_PASSED
    return Verdict.OWN_HAND if by in {item.passed_by, item.confirmed_by} else Verdict.SIGNED


def may_sign(item: Handover, event: HandoverEvent) -> tuple[str, ...]:
    """Who may sign for a side of the handover."""
    return {
        HandoverEvent.PASS: item.outgoing,
        HandoverEvent.CONFIRM: item.incoming,
        HandoverEvent.COUNTERSIGN: item.leaders,
    }.get(event, ())


def _signed(item: Handover, event: HandoverEvent, by: str, now: datetime) -> Handover:
    if event is HandoverEvent.PASS:
        return replace(item, state=HandoverState.PASSED, passed_by=by, passed_at=now)
    if event is HandoverEvent.CONFIRM:
        return replace(item, state=HandoverState.CONFIRMED, confirmed_by=by, confirmed_at=now)
    return replace(
        item, state=HandoverState.COUNTERSIGNED, countersigned_by=by, countersigned_at=now
    )


def late(item: Handover, within: timedelta, *, now: datetime) -> bool:
    """Whether it should have been passed and confirmed by now."""
    return item.state in _UNTAKEN and now >= item.due_at + within


@dataclass(frozen=True, slots=True)
class Seats:
    """The posts of a unit whose people sign: ids of posts that stand whatever the level."""

    unit: str
    officers: frozenset[str]
    deputies: frozenset[str]
    leaders: frozenset[str]


def seats_of(posts: Sequence[Post], unit: str) -> Seats:
    """The posts of a unit whose people sign its handovers."""
    roles: dict[Role, set[str]] = {role: set() for role in Role}
    for post in posts:
        if post.unit == unit and post.stands_from is None:
            roles[post.role].add(post.id)
    return Seats(
        unit,
        frozenset(roles[Role.DUTY_OFFICER]),
        frozenset(roles[Role.DEPUTY]),
        frozenset(roles[Role.LEADER]),
    )


@dataclass(frozen=True, slots=True)
class HandOff:
    """An instant at which the duty officers of a unit change, and who may sign for each side."""

    at: datetime
    outgoing: tuple[str, ...]
    incoming: tuple[str, ...]
    leaders: tuple[str, ...]


def hand_offs(shifts: Sequence[Shift], seats: Seats) -> tuple[HandOff, ...]:
    """The hand-offs within the reach of these shifts, in order: where some officer is relieved by
    another. Who only joins the watch takes it over from nobody. Where nobody stands for a while, it
    is those who stood last who hand over to those who come."""
    officers = [shift for shift in shifts if shift.post in seats.officers]
    found: list[HandOff] = []
    for at in sorted({shift.span.start for shift in officers}):
        still = any(s.span.start < at <= s.span.end for s in officers)
        stood_to = (
            at if still else max((s.span.end for s in officers if s.span.end < at), default=at)
        )
        before = {s.person for s in officers if s.span.start < stood_to <= s.span.end}
        present = {s.person for s in officers if s.span.holds(at)}
        if before - present and present - before:
            found.append(_hand_off(shifts, seats, at, stood_to))
    return tuple(found)


def _hand_off(shifts: Sequence[Shift], seats: Seats, at: datetime, stood_to: datetime) -> HandOff:
    """`stood_to`: when the last of those before left; it may be before the hand-off."""
    watch = seats.officers | seats.deputies
    before = stood_to - timedelta(microseconds=1)

    def standing(posts: frozenset[str], when: datetime) -> list[str]:
        return [s.person for s in shifts if s.post in posts and s.span.holds(when)]

    leaders = (*standing(seats.leaders, before), *standing(seats.leaders, at))
    return HandOff(
        at,
        tuple(dict.fromkeys(standing(watch, before))),
        tuple(dict.fromkeys(standing(watch, at))),
        tuple(dict.fromkeys(leaders)),
    )


def of_hand_off(unit: str, hand_off: HandOff, *, since: datetime) -> Handover:
    """The handover of a hand-off, of which nothing has been passed yet."""
    return Handover(
        0, unit, hand_off.at, since, hand_off.outgoing, hand_off.incoming, hand_off.leaders
    )


def joined(known: Handover, fresh: Handover) -> Handover:
    """A handover as it is kept, which those may sign, too, who stand by the roster of now."""
    return replace(
        known,
        outgoing=tuple(dict.fromkeys((*known.outgoing, *fresh.outgoing))),
        incoming=tuple(dict.fromkeys((*known.incoming, *fresh.incoming))),
        leaders=tuple(dict.fromkeys((*known.leaders, *fresh.leaders))),
    )
