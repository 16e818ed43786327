"""A spot check (查岗): an unannounced page to whoever is on watch, confirmed in time or missed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from zoneinfo import ZoneInfo

from fangxun.core.attempt import TAKEN, Attempt, AttemptState
from fangxun.core.level import Level
from fangxun.core.page import Closing, Page, PageKind, PageState
from fangxun.core.plan import Channel, Contact, Ladder, Plan, SpotChecks, Standing, Step
from fangxun.core.timeline import local_end, local_instant

USUAL = timedelta(minutes=10)
"""How long people have to confirm where the plan says nothing."""
LATEST = timedelta(minutes=30)
"""A drawn time is passed over when the daemon comes so late to it: a window is a promise."""


class CheckState(StrEnum):
    """The life of a spot check."""

    RUNNING = "running"
    """Its people may still confirm in time."""
    DONE = "done"
    """Everybody has confirmed, or the time is over."""
    STOPPED = "stopped"
    """Ended by a person."""
    YIELDED = "yielded"
    """A place reached a level: nothing of it counts, and only what is real is sent."""


@dataclass(frozen=True, slots=True)
class SpotCheck:
    """Its pages were opened in one transaction, with numbers from `first_page` to `last_page`.
    `confirm_by`: until when a confirmation counts. `ended_by`: a person's id, or "system"."""

    id: int
    state: CheckState
    first_page: int
    last_page: int
    started_by: str
    reason: str
    started_at: datetime
    confirm_by: datetime
    ended_by: str = ""
    ended_at: datetime | None = None

    @property
    def pages(self) -> range:
        """The numbers of its pages."""
        return range(self.first_page, self.last_page + 1)


class DrawState(StrEnum):
    """What became of a time that was drawn."""

    WAITING = "to_come"
    """Its time has not come."""
    BEGUN = "begun"
    """A check came of it."""
    INCIDENT = "incident"
    """Passed over: an incident was open."""
    BUSY = "busy"
    """Passed over: another check or an exercise was running."""
    NOBODY = "nobody"
    """Passed over: nobody stood on any post."""
    LATE = "daemon_away"
    """Passed over: the daemon was not there at that time."""


@dataclass(frozen=True, slots=True)
class Draw:
    """One time that was drawn, once; `spot_check`: the number of what came of it."""

    id: int
    at: datetime
    state: DrawState = DrawState.WAITING
    spot_check: int | None = None


def draw(
    rule: SpotChecks, month: date, zone: str, *, after: datetime, token: str
) -> tuple[datetime, ...]:
    """The times of a month (any day of it), in order, on different local days each.

    Only days whose window begins after `after` are taken, and of a month that has begun its share
    of the number. `token` is the chance in it: the same token draws the same times.
    """
    clock = ZoneInfo(zone)
    days = [day for day in _days(month) if local_instant(day, rule.start, clock) > after]
    wanted = min(len(days), -(-rule.a_month * len(days) // len(_days(month))))
    minutes = max(1, int(rule.window.total_seconds()) // 60)
    found = []
    for turn in range(wanted):
        day = days.pop(_chance(token, f"day/{turn}", len(days)))
        at = timedelta(minutes=_chance(token, f"minute/{turn}", minutes))
        found.append(local_end(day, rule.start, at, clock))
    return tuple(sorted(found))


def _days(month: date) -> list[date]:
    first = month.replace(day=1)
    days = (first + timedelta(days=number) for number in range(31))
    return [day for day in days if day.month == first.month]


def _chance(token: str, turn: str, below: int) -> int:
    """A number from 0 to below it, as good as any to whoever does not have the token."""
    return int.from_bytes(sha256(f"{token}/{turn}".encode()).digest()) % below


def due(item: Draw, *, now: datetime, incident: bool, busy: bool, anybody: bool) -> DrawState:
    """What becomes of a drawn time now."""
    if item.state is not DrawState.WAITING or now < item.at:
        return item.state
    if now - item.at > LATEST:
        return DrawState.LATE
    if incident:
        return DrawState.INCIDENT
    if busy:
        return DrawState.BUSY
    return DrawState.BEGUN if anybody else DrawState.NOBODY


def within(plan: Plan) -> timedelta:
    """How long people have to confirm."""
    return plan.spot_checks.confirm_within if plan.spot_checks is not None else USUAL


def ladder(plan: Plan) -> Ladder:
    """By what ways a check reaches its person: the steps to himself of the ladder that the plan
    names, else one SMS. The last one waits until the time is over."""
    named = plan.spot_checks.ladder.steps if plan.spot_checks is not None else ()
    steps = [rung for rung in named if rung.contact is Contact.PERSON]
    steps = steps or [Step(Contact.PERSON, Channel.SMS, 1, USUAL)]
    return Ladder((*steps[:-1], replace(steps[-1], wait=max(within(plan), steps[-1].wait))))


def asked(standing: Iterable[Standing], posts: frozenset[str] | None) -> dict[str, list[str]]:
    """Each person on watch, once, with his posts; of these `posts` alone where some are given."""
    found: dict[str, list[str]] = {}
    for one in standing:
        if posts is None or one.post in posts:
            found.setdefault(one.person, []).append(one.post)
    return found


def spot_check_key(number: int, person: str) -> str:
    """The key of one person's page: (spot check, person), unique for ever."""
    return f"s/{number}/{person}"


def open_check(
    number: int,
    people: Mapping[str, Sequence[str]],
    *,
    confirm_by: datetime,
    now: datetime,
) -> list[Page]:
    """A page for each of these people with their posts; its first step is due at once."""
    return [
        Page(
            id=0,
            kind=PageKind.SPOT_CHECK,
            key=spot_check_key(number, person),
            opened_at=now,
            state=PageState.OPEN,
            level=Level.NONE,
            person=person,
            next_due=now,
            details=(("posts", " ".join(posts)), ("end", confirm_by.isoformat())),
        )
        for person, posts in people.items()
    ]


def posts_of(page: Page) -> tuple[str, ...]:
    """The posts on which the person of a check's page stood."""
    return tuple(str(dict(page.details).get("posts", "")).split())


def becomes(item: SpotCheck, pages: Iterable[Page], *, now: datetime, real: bool) -> CheckState:
    """What a check is now. `real`: an incident is open, and a running one yields."""
    if item.state is not CheckState.RUNNING:
        return item.state
    if real:
        return CheckState.YIELDED
    over = now >= item.confirm_by or not any(page.state.wants_word for page in pages)
    return CheckState.DONE if over else CheckState.RUNNING


def end(item: SpotCheck, state: CheckState, *, by: str, now: datetime) -> SpotCheck:
    """The check as it was ended; one that had ended before stays as it was."""
    if item.state is not CheckState.RUNNING:
        return item
    return replace(item, state=state, ended_by=by, ended_at=now)


_CLOSINGS = {
    CheckState.DONE: Closing.MISSED,
    CheckState.STOPPED: Closing.EXERCISE_OVER,
    CheckState.YIELDED: Closing.YIELDED,
}


def closing_of(state: CheckState) -> Closing:
    """Why the pages that nobody has confirmed are closed when a check ends so."""
    return _CLOSINGS[state]


class CheckOutcome(StrEnum):
    """What a check says of one person."""

    IN_TIME = "in_time"
    MISSED = "check_missed"
    """Something may have reached him, and he did not confirm in time."""
    NOT_TOLD = "not_told"
    """Nothing reached him: that is no fault of his."""
    VOID = "void"
    """The check was stopped, or gave way to a real raise."""
    WAITING = "within_time"


_MAY_HAVE = TAKEN | {AttemptState.SENDING, AttemptState.IN_DOUBT}


def judge(page: Page, sent: Iterable[Attempt]) -> CheckOutcome:
    """What came of one person's page; `sent`: what was sent for it."""
    if page.state is PageState.CONFIRMED:
        return CheckOutcome.IN_TIME
    if page.state is not PageState.CLOSED:
        return CheckOutcome.WAITING
    if page.closing is not Closing.MISSED:
        return CheckOutcome.VOID
    told = any(attempt.state in _MAY_HAVE for attempt in sent)
    return CheckOutcome.MISSED if told else CheckOutcome.NOT_TOLD
