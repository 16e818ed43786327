"""Unfair shares of nights, rest days and holidays among those who take turns on a post."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time
from zoneinfo import ZoneInfo

from fangxun.core.findings.bounds import Bounds
from fangxun.core.roster import (
    Calendar,
    DayType,
    Finding,
    FindingKind,
    Post,
    Roster,
    Shift,
    Source,
    section_span,
)
from fangxun.core.timeline import Span, local_days, local_instant

_NIGHT = time(3)
"""Whoever stands at three in the morning has the night."""
NIGHTS, REST_DAYS, HOLIDAYS = "nights", "rest_days", "holidays"
_TYPES = {DayType.REST_DAY: REST_DAYS, DayType.HOLIDAY: HOLIDAYS}


def unfair(roster: Roster, found: Sequence[Shift], span: Span, bounds: Bounds) -> Iterable[Finding]:
    """A finding for each post and kind of day of which the shares differ by more than the bound and
    one turn, with the shares from the smallest on.

    A share is what somebody stands himself; those count whose turn it was at least once, whoever
    stood for them. A day belongs to whoever takes over on it.
    """
    own: dict[str, list[Shift]] = {}
    for shift in found:
        own.setdefault(shift.post, []).append(shift)
    marks = _Marks(roster, span)
    for post in roster.posts:
        if post.stands_from is None and post.id in own:
            yield from _of_post(post, own[post.id], marks.of(post), span, bounds)


class _Marks:
    """The instants of a span whose holder has a night, rest day or holiday; posts of a district
    share their sections, so that each is worked out once."""

    def __init__(self, roster: Roster, span: Span) -> None:
        self._zone = ZoneInfo(roster.zone)
        self._days = list(local_days(span, self._zone))
        calendar = Calendar(roster)
        self._types = {day: calendar.type_of(day) for day in self._days}
        self._known: dict[object, list[tuple[datetime, str]]] = {}

    def of(self, post: Post) -> list[tuple[datetime, str]]:
        """Of one post, in order."""
        if post.sections not in self._known:
            marks = [(local_instant(day, _NIGHT, self._zone), NIGHTS) for day in self._days]
            for day in self._days:
                what = _TYPES.get(self._types[day])
                wholes = (section_span(part, day, self._zone) for part in post.sections)
                marks += [(whole.start, what) for whole in wholes if whole is not None and what]
            self._known[post.sections] = sorted(marks)
        return self._known[post.sections]


def _of_post(
    post: Post,
    own: Sequence[Shift],
    marks: Sequence[tuple[datetime, str]],
    span: Span,
    bounds: Bounds,
) -> Iterable[Finding]:
    regular = {shift.turn_of for shift in own if _is_turn(shift)}
    shares: Mapping[str, Counter[str]] = {w: Counter() for w in (NIGHTS, REST_DAYS, HOLIDAYS)}
    turn: Counter[str] = Counter()
    for shift in own:
        inside = shift.span.within(span)
        held = _held(marks, inside) if inside is not None else Counter()
        turn |= held
        for what, number in held.items():
            shares[what][shift.person] += number
    for what, counted in shares.items():
        ranked = sorted(regular, key=lambda person: (counted[person], person))
        if len(ranked) > 1 and _differ(counted, ranked) > bounds.spread + max(turn[what] - 1, 0):
            numbers = " ".join(str(counted[person]) for person in ranked)
            fields = (("what", what), ("shares", numbers))
            yield Finding(FindingKind.UNFAIR, post.id, span, tuple(ranked), fields)


def _held(marks: Sequence[tuple[datetime, str]], span: Span) -> Counter[str]:
    """How many of each there are in a span."""
    first, last = (bisect_left(marks, (at, "")) for at in (span.start, span.end))
    return Counter(what for _at, what in marks[first:last])


def _differ(counted: Counter[str], ranked: Sequence[str]) -> int:
    return counted[ranked[-1]] - counted[ranked[0]]


def _is_turn(shift: Shift) -> bool:
    """Whether a shift came of a rule, whoever stands it; a reinforcement takes no turn."""
    return shift.source is not Source.OVERRIDE or shift.turn_of != shift.person
