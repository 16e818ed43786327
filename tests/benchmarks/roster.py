"""Who stands: one instant, a month of one post, a year of all, beside recurring-ical-events asked
the same of the same roster as a calendar, in the same run.

200 posts, four people each in daily turn, 20,000 covers over five years. The calendar is as small
as it can be written: one recurring event for each person and post, and one exception a cover; an
export with an event for every shift would be twenty times as large.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from time import perf_counter
from typing import Any

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


def calendar(of: Roster) -> str:
    """The same as iCalendar."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//bench//"]
    for rotation in of.rotations:
        for turn, person in enumerate(rotation.people):
            rule = f"RRULE:FREQ=DAILY;INTERVAL={PEOPLE}"
            lines += _event(person, person, BEGIN + turn * DAY, rule)
    for one in of.overrides:
        lines += _event(
            one.instead_of or "", one.person or "", one.span.start,
            f"RECURRENCE-ID:{one.span.start:%Y%m%dT%H%M%SZ}",
        )  # fmt: skip
    return "\r\n".join([*lines, "END:VCALENDAR", ""])


def _event(uid: str, summary: str, start: datetime, more: str) -> list[str]:
    return [
        "BEGIN:VEVENT", f"UID:{uid}", f"SUMMARY:{summary}", f"DTSTAMP:{BEGIN:%Y%m%dT%H%M%SZ}",
        f"DTSTART:{start:%Y%m%dT%H%M%SZ}", f"DTEND:{start + DAY:%Y%m%dT%H%M%SZ}", more,
        "END:VEVENT",
    ]  # fmt: skip


def main() -> None:
    """Ask both, and hold their answers against each other."""
    import icalendar  # noqa: PLC0415  of this benchmark alone
    import recurring_ical_events  # noqa: PLC0415

    of, third = roster(), BEGIN + 3 * 365 * DAY
    theirs = icalendar.Calendar.from_ical(calendar(of))
    asked = recurring_ical_events.of(theirs)
    own = icalendar.Calendar.from_ical(calendar(_only(of, "post7")))
    of_one = recurring_ical_events.of(own)
    noon = Span(third + DAY / 6, third + DAY / 6 + timedelta(seconds=1))
    month, year = Span(third, third + 30 * DAY), Span(third, third + 365 * DAY)
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
        (e.start, e.end, str(e["SUMMARY"])) for e in events
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
