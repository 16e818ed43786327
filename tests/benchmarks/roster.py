"""Who stands: one instant, a month of one post, a year of all, beside recurring-ical-events asked
the same of the calendar that we export of that roster, in the same run.

200 posts, four people each in daily turn, 20,000 covers over five years. They are asked the export
of the year in question alone, or of the one post in question; we are asked the whole roster. What
it takes them to read the export is not counted.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from time import perf_counter
from typing import Any

from fangxun.core.icalendar import Calendar, Event, write
from fangxun.core.roster import (
    DaySection,
    Override,
    OverrideKind,
    Post,
    Role,
    Roster,
    Rotation,
    shifts,
)
from fangxun.core.subscription import Edition, Subscription, Whose, calendar
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


def exported(of: Roster, span: Span) -> str:
    """The calendar that we export of the shifts of a span, those of each post as its feed has
    them."""
    found = shifts(of, span)
    edition = Edition(1, BEGIN, "bench")
    events: list[Event] = []
    for number, post in enumerate(of.posts):
        own = Subscription(number, Whose.POST, post.id, "", "clerk", "bench", BEGIN)
        events += calendar(own, found, {f"post/{post.id}": ""}, edition).events
    return write(Calendar("bench", tuple(events)))


def main() -> None:
    """Ask both, and hold their answers against each other."""
    import icalendar  # noqa: PLC0415  of this benchmark alone
    import recurring_ical_events  # noqa: PLC0415  as above

    of, third = roster(), BEGIN + 3 * 365 * DAY
    noon = Span(third + DAY / 6, third + DAY / 6 + timedelta(seconds=1))
    month, year = Span(third, third + 30 * DAY), Span(third, third + 365 * DAY)
    whole = Span(BEGIN, BEGIN + YEARS * 365 * DAY)

    def over(text: str) -> Any:
        return recurring_ical_events.of(icalendar.Calendar.from_ical(text))

    asked, of_one = over(exported(of, year)), over(exported(_only(of, "post7"), whole))
    one = frozenset({"post7"})
    _compare("who, at one instant", lambda: shifts(of, noon), lambda: _between(asked, noon))
    _compare(
        "a month of one post", lambda: shifts(of, month, posts=one), lambda: _between(of_one, month)
    )
    _compare("a year of all", lambda: shifts(of, year), lambda: _between(asked, year), times=1)


def _only(of: Roster, post: str) -> Roster:
    """One post alone: they are asked a calendar of nothing else, we are asked the whole roster."""
    return Roster(
        of.zone,
        tuple(p for p in of.posts if p.id == post),
        tuple(r for r in of.rotations if r.post == post),
        overrides=tuple(o for o in of.overrides if o.post == post),
    )


def _between(asked: Any, span: Span) -> list[Any]:
    return list(asked.between(span.start, span.end))


def _compare(
    what: str, ours: Callable[[], Any], theirs: Callable[[], Any], *, times: int = TIMES
) -> None:
    (mine, found), (other, events) = _best(ours, times), _best(theirs, times)
    same = sorted((s.span.start, s.span.end, s.person) for s in found) == sorted(
        (e.start, e.end, str(e["SUMMARY"]).strip()) for e in events
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
