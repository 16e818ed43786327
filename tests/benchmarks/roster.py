"""Who stands: one instant, a month of one post, a year of all, beside recurring-ical-events asked
the same of the same roster as a calendar, in the same run.

200 posts, four people each in daily turn, 20,000 covers over five years. The calendar is the one
that we export, an event for every shift, of the year that is asked about: it is spared the
other four. Loading is not counted for either.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from time import perf_counter
from typing import Any

from fangxun.core import subscription
from fangxun.core.icalendar import Calendar, write
from fangxun.core.roster import (
    DaySection,
    Override,
    OverrideKind,
    Post,
    Role,
    Roster,
    Rotation,
    Shift,
    shifts,
)
from fangxun.core.subscription import Edition, Subscription, Whose
from fangxun.core.timeline import Span
from tests.benchmarks.house import say

POSTS, PEOPLE, COVERS, YEARS = 200, 4, 20_000, 5
FIRST, DAY = date(2026, 1, 1), timedelta(days=1)
BEGIN = datetime.combine(FIRST, time(8), UTC)
TIMES = 5
"""Each question is asked so often, and the best counts, on both sides."""


def roster() -> Roster:
    """The roster, the same in every run."""
    dice = random.Random(7)  # noqa: S311  a benchmark's, not a secret
    slots = dice.sample(range(POSTS * YEARS * 365), COVERS)
    posts = tuple(
        Post(f"post{n}", f"post{n}", "unit", Role.DUTY_OFFICER, (_WHOLE,)) for n in range(POSTS)
    )
    return Roster(
        "UTC",
        posts,
        tuple(Rotation(one.id, one.id, tuple(_people(one.id)), FIRST) for one in posts),
        overrides=tuple(_cover(number, slot) for number, slot in enumerate(slots, 1)),
    )


_WHOLE = DaySection("all", time(8), DAY)


def _people(post: str) -> list[str]:
    return [f"{post}-{n}" for n in range(PEOPLE)]


def _cover(number: int, slot: int) -> Override:
    day, post = divmod(slot, POSTS)
    start = BEGIN + day * DAY
    span = Span(start, start + DAY)
    named = f"post{post}-{day % PEOPLE}"
    kind = OverrideKind.COVER
    return Override(number, kind, f"post{post}", span, "deputy", named, "ill", "clerk", BEGIN)


def exported(of: Roster, span: Span, posts: frozenset[str] | None = None) -> str:
    """The shifts as we give them to other programs."""
    found: dict[str, list[Shift]] = {}
    for shift in shifts(of, span, posts=posts):
        found.setdefault(shift.post, []).append(shift)
    edition = Edition(1, BEGIN, "bench")
    events = tuple(
        event
        for post, own in found.items()
        for event in subscription.calendar(_feed(post), own, {}, edition).events
    )
    return write(Calendar("bench", events))


def _feed(post: str) -> Subscription:
    return Subscription(1, Whose.POST, post, "", "clerk", "", BEGIN)


def main() -> None:
    """Ask both, and hold their answers against each other."""
    import icalendar  # noqa: PLC0415  of this benchmark alone
    import recurring_ical_events  # noqa: PLC0415  as above

    of, third = roster(), BEGIN + 3 * 365 * DAY
    noon = Span(third + DAY / 6, third + DAY / 6 + timedelta(seconds=1))
    month, year = Span(third, third + 30 * DAY), Span(third, third + 365 * DAY)
    one = frozenset({"post7"})
    theirs = icalendar.Calendar.from_ical(exported(of, year))
    asked = recurring_ical_events.of(theirs)
    of_one = recurring_ical_events.of(icalendar.Calendar.from_ical(exported(of, year, one)))
    _compare("who, at one instant", lambda: shifts(of, noon), lambda: _between(asked, noon))
    _compare(
        "a month of one post", lambda: shifts(of, month, posts=one), lambda: _between(of_one, month)
    )
    _compare("a year of all", lambda: shifts(of, year), lambda: _between(asked, year), times=1)


def _between(asked: Any, span: Span) -> list[Any]:
    return list(asked.between(span.start, span.end))


def _compare(
    what: str, ours: Callable[[], Any], theirs: Callable[[], Any], *, times: int = TIMES
) -> None:
    (mine, found), (other, events) = _best(ours, times), _best(theirs, times)
    same = sorted((s.span.start, s.span.end, s.person) for s in found) == sorted(
        (e.start, e.end, str(e["SUMMARY"]).split()[-1]) for e in events
    )
    say(f"{what}: {mine * 1000:.1f} ms; recurring-ical-events {other * 1000:.1f} ms: ")
    say(f"  {other / mine:.1f} times as fast; {len(found)} shifts, the same: {same}")


def _best(ask: Callable[[], Any], times: int) -> tuple[float, Any]:
    took, found = [], None
    for _ in range(times):
        begun = perf_counter()
        found = ask()
        took.append(perf_counter() - begun)
    return min(took), found
