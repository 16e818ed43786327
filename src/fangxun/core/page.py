"""One person's obligation to confirm, and each attempt to reach them: states and transitions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from fangxun.core.attempt import (
    DOUBT_WAIT,
    LONGEST_BACK_OFF,
    RANKS,
    Attempt,
    AttemptState,
    Blame,
    accepted,
    copy_of,
    doubted,
    expired,
    merge,
    never_arrived,
    not_sent,
    refused,
)
from fangxun.core.incident import PlaceInIncident
from fangxun.core.level import Hazard, Level
from fangxun.core.plan import Group, Owed, Required
from fangxun.core.told import had_left, step_lost

__all__ = [
    "CLOSED_FOR_GOOD",
    "DOUBT_WAIT",
    "LONGEST_BACK_OFF",
    "RANKS",
    "TRANSITIONS",
    "Answered",
    "Attempt",
    "AttemptState",
    "Blame",
    "Closing",
    "How",
    "Page",
    "PageEvent",
    "PageKind",
    "PageState",
    "accepted",
    "answers",
    "close",
    "confirm",
    "copy_of",
    "doubted",
    "expired",
    "had_left",
    "hasten",
    "meet",
    "merge",
    "never_arrived",
    "not_sent",
    "open_by_hand",
    "open_page",
    "page_key",
    "refused",
    "reopen",
    "step",
    "step_lost",
    "why_needless",
]


class PageKind(StrEnum):
    """Whose page it is."""

    PAGE = "page"
    """A person's obligation to confirm a raise."""
    ALARM = "alarm"
    """The system's own call to its watch; see core.alarm."""
    EXERCISE = "exercise"
    """Practice: a real message to its person and to nobody else; see core.exercise."""
    REMINDER = "reminder"
    """Asks the next on watch to confirm that he knows of it; see core.reminder."""
    SPOT_CHECK = "spot_check"
    """Unannounced, to somebody on watch and to nobody else; see core.spotcheck."""


class PageState(StrEnum):
    """The life of a page."""

    OPEN = "open"
    """The ladder is climbing."""
    CONFIRMED = "confirmed"
    """The person (for an alarm: whoever was told) has confirmed."""
    COVERED = "covered"
    """Deputy or leader has confirmed in the person's stead, knowing that he does not answer."""
    UNREACHED = "unreached"
    """The ladder is exhausted; an alarm rings until a human has confirmed to know it."""
    CLOSED = "closed"
    """Ended without confirmation, with a reason: superseded, stood down, relieved, withdrawn."""

    @property
    def ended(self) -> bool:
        """Its ladder climbs no more. A late confirmation of an unreached page still counts."""
        return self is not PageState.OPEN

    @property
    def wants_word(self) -> bool:
        """What is on its way to somebody is still worth his while: his word would count."""
        return self in {PageState.OPEN, PageState.UNREACHED}


class Closing(StrEnum):
    """Why a page was closed without confirmation."""

    SUPERSEDED = "superseded"
    """A higher raise pages the same person for the same place."""
    STOOD_DOWN = "stood_down"
    RELIEVED = "relieved"
    """He is no longer on watch; the incoming watch is paged."""
    NO_LONGER_NAMED = "no_longer_named"
    LOWERED = "lowered"
    ENOUGH = "enough"
    """So many others of his wave have confirmed that the plan asks for no more."""
    CAUSE_GONE = "cause_gone"
    """An alarm whose cause has ended (the feed is back, the hole is filled)."""
    EXERCISE_OVER = "exercise_over"
    YIELDED = "yielded"
    """An exercise or spot check that gave way to a real raise."""
    WATCH_BEGUN = "watch_begun"
    """A reminder of a watch that has begun long ago."""
    MISSED = "check_missed"
    """A spot check that was not confirmed in time."""


class How(StrEnum):
    """By what way a confirmation came."""

    REPLY = "reply"
    LINK = "link"
    CLI = "cli"
    TERMINAL = "terminal"
    RELAYED = "relayed"
    KEY_PRESS = "key_press"


@dataclass(frozen=True, slots=True)
class Page:
    """`key` is unique for ever: "p/<incident>/<place>/<raise_no>/<person>", "a/<cause>/<n>",
    "x/<exercise>/<person>", "s/<spot check>/<person>" or "w/<post>/<start>/<person>".

    `step` is the index of the step last fired (-1: none yet), `round` the round of an alarm's
    ladder, `next_due` when the next step fires (None: nothing more to do). `hazard`: what its raise
    is about. `ladder` is the digest of the ladder that the last step was of, and `rung` that step's
    last rung with which of its name it was: by them a page finds its place in a ladder that was
    edited. `owed` within `owed_seconds` of the confirmation, so by `owed_by`; `met_at` when it was
    seen to be done.
    """

    id: int
    kind: PageKind
    key: str
    opened_at: datetime
    state: PageState
    level: Level
    incident: int | None = None
    place: str | None = None
    raise_no: int = 0
    person: str | None = None
    group: Group | None = None
    cause: str = ""
    step: int = -1
    round: int = 0
    next_due: datetime | None = None
    ended_at: datetime | None = None
    closing: Closing | None = None
    confirmed_by: str | None = None
    how: How | None = None
    said: str = ""
    owed: Owed | None = None
    owed_seconds: int = 0
    owed_by: datetime | None = None
    met_at: datetime | None = None
    details: tuple[tuple[str, object], ...] = ()
    """What an alarm was opened with (JSON-able; people by id), for its text."""
    was_unreached: bool = False
    """Its ladder was exhausted once; a confirmation after that is late."""
    hazard: Hazard = Hazard.OTHER
    ladder: str = ""
    rung: str = ""

    @property
    def by_hand(self) -> bool:
        """Whether a human sent it in his own words, kept in `cause`: it is about no place."""
        return self.kind is PageKind.PAGE and self.place is None


def page_key(incident: int, place: str, raise_no: int, person: str) -> str:
    """The key of the glossary: (incident, raise, place, person); unique for ever."""
    return f"p/{incident}/{place}/{raise_no}/{person}"


def open_page(
    incident: int,
    raised: PlaceInIncident,
    who: Required,
    *,
    now: datetime,
) -> Page:
    """A new page; its first step is due at once."""
    return Page(
        id=0,
        kind=PageKind.PAGE,
        key=page_key(incident, raised.place, raised.raise_no, who.person),
        opened_at=now,
        state=PageState.OPEN,
        level=raised.level,
        incident=incident,
        place=raised.place,
        raise_no=raised.raise_no,
        person=who.person,
        group=who.group,
        next_due=now,
        owed=who.duty.owed if who.duty else None,
        owed_seconds=round(who.duty.within.total_seconds()) if who.duty else 0,
        hazard=raised.hazard,
    )


CLOSED_FOR_GOOD = frozenset({Closing.STOOD_DOWN, Closing.ENOUGH, Closing.CAUSE_GONE})
"""What was closed for another reason is open again when it is required again: a mistake in the
folder that is mended, a watch that comes back."""


def reopen(item: Page, fresh: Page) -> Page:
    """The same page, closed without confirmation, as `fresh` now asks for it: its ladder begins
    anew."""
    return replace(fresh, id=item.id, opened_at=item.opened_at, was_unreached=item.was_unreached)


def open_by_hand(person: str, text: str, *, now: datetime) -> Page:
    """A page that a human sends to one person in his own words, kept in `cause`."""
    return Page(
        id=0,
        kind=PageKind.PAGE,
        key=f"h/{now.isoformat()}/{person}",
        opened_at=now,
        state=PageState.OPEN,
        level=Level.RED,
        person=person,
        cause=text,
        next_due=now,
    )


class PageEvent(StrEnum):
    """What can happen to a page."""

    CONFIRMED_BY_SELF = "confirmed_by_self"
    CONFIRMED_BY_OTHER = "confirmed_by_other"
    LADDER_EXHAUSTED = "ladder_exhausted"
    CLOSE = "close"


TRANSITIONS: Mapping[tuple[PageState, PageEvent], PageState] = {
    (PageState.OPEN, PageEvent.CONFIRMED_BY_SELF): PageState.CONFIRMED,
    (PageState.OPEN, PageEvent.CONFIRMED_BY_OTHER): PageState.COVERED,
    (PageState.OPEN, PageEvent.LADDER_EXHAUSTED): PageState.UNREACHED,
    (PageState.OPEN, PageEvent.CLOSE): PageState.CLOSED,
    (PageState.COVERED, PageEvent.CONFIRMED_BY_SELF): PageState.CONFIRMED,
    (PageState.UNREACHED, PageEvent.CONFIRMED_BY_SELF): PageState.CONFIRMED,
    (PageState.UNREACHED, PageEvent.CONFIRMED_BY_OTHER): PageState.COVERED,
    (PageState.UNREACHED, PageEvent.CLOSE): PageState.CLOSED,
}
"""Every other pair leaves the page as it is: a confirmation is never taken back by a close, and a
late word of the person himself counts even after somebody stood in for him."""


def step(item: Page, event: PageEvent, *, now: datetime) -> Page:
    """The page after an event; the same object where the event changes nothing."""
    after = TRANSITIONS.get((item.state, event))
    if after is None:
        return item
    unreached = item.was_unreached or after is PageState.UNREACHED
    return replace(item, state=after, next_due=None, ended_at=now, was_unreached=unreached)


def confirm(item: Page, *, by: str, how: How, said: str, now: datetime) -> Page:
    """A human has confirmed. An alarm is confirmed by whoever does; a page by its person, and
    covered by anybody else who was told of it."""
    own = item.kind is PageKind.ALARM or by == item.person
    event = PageEvent.CONFIRMED_BY_SELF if own else PageEvent.CONFIRMED_BY_OTHER
    after = step(item, event, now=now)
    if after is item:
        return item
    return replace(_owing(after, now), confirmed_by=by, how=how, said=said)


def _owing(item: Page, now: datetime) -> Page:
    """The clock of what is owed runs from the person's own confirmation; until then it is the
    ladder that drives."""
    if item.owed is None or item.state is not PageState.CONFIRMED or item.met_at is not None:
        return item
    return replace(item, owed_by=item.owed_by or now + timedelta(seconds=item.owed_seconds))


def close(item: Page, reason: Closing, *, now: datetime) -> Page:
    """End a page without confirmation, with its reason."""
    after = step(item, PageEvent.CLOSE, now=now)
    return item if after is item else replace(after, closing=reason)


def meet(item: Page, *, now: datetime, how: How = How.RELAYED) -> Page:
    """What was owed is done (he has arrived, they are moved out): that is a confirmation by the
    person himself, too, however late."""
    after = step(item, PageEvent.CONFIRMED_BY_SELF, now=now)
    if after is not item:
        after = replace(after, confirmed_by=item.person, how=how)
    return replace(after, met_at=item.met_at or now)


def hasten(item: Page, *, now: datetime) -> Page:
    """An attempt failed for good: the next step is due at once instead of after the wait."""
    if item.state is not PageState.OPEN or item.step < 0:
        return item
    return replace(item, next_due=now)


def why_needless(item: Page, place: PlaceInIncident | None, *, enough: bool = False) -> Closing:
    """Why an open page that nobody requires any more is closed. `enough`: its wave has the
    confirmations that the plan asks for."""
    if place is None or not place.level.rank:
        return Closing.LOWERED
    if place.raise_no > item.raise_no:
        return Closing.SUPERSEDED
    if place.level.rank < item.level.rank:
        return Closing.LOWERED
    if enough:
        return Closing.ENOUGH
    return Closing.NO_LONGER_NAMED if item.group is Group.OFFICIALS else Closing.RELIEVED


@dataclass(frozen=True, slots=True)
class Answered:
    """What a reply does: pages confirmed, duties done, pages confirmed before, codes not known."""

    confirmed: tuple[Page, ...] = ()
    met: tuple[Page, ...] = ()
    already: tuple[Page, ...] = ()
    unknown: tuple[str, ...] = ()


def answers(  # noqa: PLR0913  each is a value that the rule weighs
    *,
    codes: Sequence[str],
    received: bool,
    done: frozenset[Owed],
    pages: Sequence[Page],
    told: Mapping[int, str],
    attempts: Sequence[Attempt],
    person: str,
    received_at: datetime,
) -> Answered:
    """Which pages a person's reply confirms.

    A code confirms the page that he was `told` of by it (by page; no two of `pages` by the same).
    收到 without a code confirms only pages whose text the provider had accepted, for this person,
    before the reply came: he cannot have read what had not left.
    """
    by_code = {told[item.id]: item for item in pages if item.id in told}
    chosen = [by_code[code] for code in codes if code in by_code]
    if not codes and (received or done):
        reached = {
            page_id
            for attempt in attempts
            if attempt.contact == person and had_left(attempt, received_at)
            for page_id in attempt.pages
        }
        chosen = [item for item in pages if item.id in reached]
    return Answered(
        confirmed=tuple(item for item in chosen if _counts(item, person)),
        met=tuple(item for item in chosen if item.owed in done and _awaited(item, person)),
        already=tuple(item for item in chosen if not _counts(item, person)),
        unknown=tuple(code for code in codes if code not in by_code),
    )


def _awaited(item: Page, person: str) -> bool:
    """Whether he himself owes it still; nobody arrives in another's stead."""
    return item.person == person and item.owed is not None and item.met_at is None


def _counts(item: Page, person: str) -> bool:
    """Whether his word changes anything: late words of the person himself do."""
    if item.state in {PageState.OPEN, PageState.UNREACHED}:
        return True
    return item.state is PageState.COVERED and item.person == person
