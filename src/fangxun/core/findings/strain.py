"""Too little rest between watches, and too many of them in a row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from fangxun.core.findings.bounds import AT_HOME, Bounds
from fangxun.core.roster import Finding, FindingKind, Role, Roster, Shift
from fangxun.core.timeline import Span

_DAY_OFF = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Watches of one person without a break, on whatever posts."""

    span: Span
    post: str
    roles: frozenset[Role]

    @property
    def length(self) -> timedelta:
        return self.span.end - self.span.start


def strain(roster: Roster, found: Sequence[Shift], span: Span, bounds: Bounds) -> Iterable[Finding]:
    """For each person at most one finding of either kind, at its first time that is not over, with
    how often it comes in the span."""
    roles = {
        post.id: post.role
        for post in roster.posts
        if post.stands_from is None and post.role is not AT_HOME
    }
    own: dict[str, list[Shift]] = {}
    for shift in found:
        if shift.post in roles:
            own.setdefault(shift.person, []).append(shift)
    zone = ZoneInfo(roster.zone)
    for person, theirs in own.items():
        stretches = _stretches(theirs, roles)
        pairs = [pair for pair in pairwise(stretches) if pair[1].span.start > span.start]
        yield from _little_rest(person, pairs, zone, bounds)
        yield from _in_a_row(person, _chains(stretches, zone), span, bounds)


def _stretches(own: Sequence[Shift], roles: dict[str, Role]) -> list[_Stretch]:
    """A person's watches, those that touch or overlap in one."""
    merged: list[_Stretch] = []
    for shift in own:
        last = merged[-1] if merged else None
        role = frozenset({roles[shift.post]})
        if last is not None and shift.span.start <= last.span.end:
            whole = Span(last.span.start, max(last.span.end, shift.span.end))
            merged[-1] = _Stretch(whole, last.post, last.roles | role)
        else:
            merged.append(_Stretch(shift.span, shift.post, role))
    return merged


def _between(one: _Stretch, two: _Stretch, zone: ZoneInfo) -> timedelta:
    """The time off between two, as the wall clock shows it: a day off has 24 hours on it also in
    the night in which the clock is changed."""
    until, from_ = (at.astimezone(zone) for at in (one.span.end, two.span.start))
    return from_.replace(tzinfo=None) - until.replace(tzinfo=None)


def _little_rest(
    person: str, pairs: Sequence[tuple[_Stretch, _Stretch]], zone: ZoneInfo, bounds: Bounds
) -> Iterable[Finding]:
    short = [(one, two) for one, two in pairs if _between(one, two, zone) < bounds.rest]
    if short:
        one, two = short[0]
        fields = (
            ("hours", _hours(_between(one, two, zone))),
            ("bound", _hours(bounds.rest)),
            ("times", str(len(short))),
        )
        off = Span(one.span.end, two.span.start)
        yield Finding(FindingKind.LITTLE_REST, two.post, off, (person,), fields)


def _chains(stretches: Sequence[_Stretch], zone: ZoneInfo) -> list[list[_Stretch]]:
    """Stretches with less than a day off between them."""
    chains: list[list[_Stretch]] = []
    for stretch in stretches:
        if chains and _between(chains[-1][-1], stretch, zone) < _DAY_OFF:
            chains[-1].append(stretch)
        else:
            chains.append([stretch])
    return chains


def _in_a_row(
    person: str, chains: Sequence[Sequence[_Stretch]], span: Span, bounds: Bounds
) -> Iterable[Finding]:
    long: list[tuple[Span, str, timedelta, timedelta]] = []
    for chain in chains:
        stood = sum((stretch.length for stretch in chain), timedelta(0))
        most = bounds.longest(frozenset(role for stretch in chain for role in stretch.roles))
        whole = Span(chain[0].span.start, chain[-1].span.end)
        if stood > most and whole.meets(span):
            long.append((whole, chain[0].post, stood, most))
    if long:
        whole, post, stood, most = long[0]
        fields = (("hours", _hours(stood)), ("bound", _hours(most)), ("times", str(len(long))))
        yield Finding(FindingKind.MANY_IN_A_ROW, post, whole, (person,), fields)


def _hours(length: timedelta) -> str:
    return f"{length / timedelta(hours=1):g}"
