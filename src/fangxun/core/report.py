"""Pages and attempts -> after-action report: who was told what, when, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from fangxun.core.level import Level
from fangxun.core.page import Attempt, AttemptState, How, Page, PageKind, PageState
from fangxun.core.responsibility import Person


class Outcome(StrEnum):
    """What came of a page, as the office publishes it."""

    CONFIRMED = "confirmed"
    CONFIRMED_LATE = "confirmed_late"
    """After the ladder was exhausted."""
    COVERED = "covered"
    UNREACHED = "unreached"
    CLOSED = "closed"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Row:
    """One person and one page. `told_at`: when the provider first took a text for it."""

    page: int
    unit: str
    person: str
    name: str
    place: str
    level: Level
    outcome: Outcome
    opened_at: datetime
    told_at: datetime | None
    confirmed_at: datetime | None
    confirmed_by: str
    how: How | None
    said: str
    attempts: int
    failures: int
    possible_duplicates: int


@dataclass(frozen=True, slots=True)
class AfterAction:
    """The rows in the order in which they were paged, and their totals."""

    rows: tuple[Row, ...]
    by_outcome: tuple[tuple[Outcome, int], ...]
    attempts: int
    possible_duplicates: int
    alarms: int
    median: timedelta | None
    """Of the time from page to confirmation."""
    ninetieth: timedelta | None


_LOST = frozenset({AttemptState.UNDELIVERED, AttemptState.FAILED})
_TOLD = frozenset({AttemptState.ACCEPTED, AttemptState.SENT, AttemptState.DELIVERED})


def after_action(
    pages: Sequence[Page], attempts: Sequence[Attempt], people: Mapping[str, Person]
) -> AfterAction:
    """Sum up pages and what was sent for them."""
    by_page: dict[int, list[Attempt]] = {}
    for attempt in attempts:
        for page_id in attempt.pages:
            by_page.setdefault(page_id, []).append(attempt)
    rows = tuple(
        _row(item, by_page.get(item.id, []), people)
        for item in sorted(pages, key=lambda item: (item.opened_at, item.id))
        if item.kind is PageKind.PAGE
    )
    times = sorted(row.confirmed_at - row.opened_at for row in rows if row.confirmed_at is not None)
    return AfterAction(
        rows=rows,
        by_outcome=tuple((o, n) for o in Outcome if (n := sum(row.outcome is o for row in rows))),
        attempts=len(attempts),
        possible_duplicates=sum(bool(attempt.copy_of) for attempt in attempts),
        alarms=sum(item.kind is PageKind.ALARM for item in pages),
        median=quantile(times, 0.5),
        ninetieth=quantile(times, 0.9),
    )


def _row(item: Page, sent: Sequence[Attempt], people: Mapping[str, Person]) -> Row:
    person = people.get(item.person or "")
    confirmed = item.state in {PageState.CONFIRMED, PageState.COVERED}
    return Row(
        page=item.id,
        unit=person.unit if person else "",
        person=item.person or "",
        name=person.name if person else (item.person or ""),
        place=item.place or "",
        level=item.level,
        outcome=_outcome(item),
        opened_at=item.opened_at,
        told_at=min((a.sent_at for a in sent if a.sent_at and a.state in _TOLD), default=None),
        confirmed_at=item.ended_at if confirmed else None,
        confirmed_by=item.confirmed_by or "",
        how=item.how,
        said=item.said,
        attempts=len(sent),
        failures=sum(a.state in _LOST for a in sent),
        possible_duplicates=sum(bool(a.copy_of) for a in sent),
    )


def _outcome(item: Page) -> Outcome:
    if item.state is PageState.CONFIRMED and item.was_unreached:
        return Outcome.CONFIRMED_LATE
    if item.state is PageState.CLOSED and item.was_unreached:
        return Outcome.UNREACHED  # the storm's end reached nobody
    return Outcome(item.state.value)


def quantile(ordered: Sequence[timedelta], share: float) -> timedelta | None:
    """The value below which `share` of the sorted ones lie (nearest rank); None for none."""
    if not ordered:
        return None
    return ordered[min(len(ordered) - 1, max(0, -(-int(share * 1000 * len(ordered)) // 1000) - 1))]
