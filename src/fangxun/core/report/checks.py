"""The spot checks of a month by name and unit (查岗通报): who confirmed in time, who did not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from fangxun.core.attempt import Attempt
from fangxun.core.page import Page
from fangxun.core.report.after import quantile
from fangxun.core.responsibility import Person
from fangxun.core.spotcheck import CheckOutcome, judge, posts_of


@dataclass(frozen=True, slots=True)
class Asked:
    """One person at one check. `took`: from the page to his confirmation, where he confirmed."""

    spot_check: str
    """The page's key: check and person."""
    person: str
    name: str
    unit: str
    posts: tuple[str, ...]
    at: datetime
    outcome: CheckOutcome
    took: timedelta | None


@dataclass(frozen=True, slots=True)
class Total:
    """Of a person, or of a unit (`person` is ""). What is void and what never reached anybody
    counts neither for nor against."""

    unit: str
    person: str
    name: str
    in_time: int
    missed: int
    not_told: int
    void: int
    median: timedelta | None

    @property
    def counted(self) -> int:
        """The checks that say something of them."""
        return self.in_time + self.missed


@dataclass(frozen=True, slots=True)
class MonthOfChecks:
    """`asked` in the order of time; `people` and `units` with the most missed first."""

    asked: tuple[Asked, ...]
    people: tuple[Total, ...]
    units: tuple[Total, ...]


def month_of_checks(
    pages: Iterable[Page], attempts: Iterable[Attempt], people: Mapping[str, Person]
) -> MonthOfChecks:
    """Sum up the pages of the spot checks of a month, and what was sent for them. Somebody who has
    left the district stands under his id."""
    sent: dict[int, list[Attempt]] = defaultdict(list)
    for attempt in attempts:
        for page_id in attempt.pages:
            sent[page_id].append(attempt)
    asked = [_asked(page, sent[page.id], people) for page in pages]
    asked.sort(key=lambda one: (one.at, one.unit, one.person))
    by_person: dict[str, list[Asked]] = defaultdict(list)
    by_unit: dict[str, list[Asked]] = defaultdict(list)
    for one in asked:
        by_person[one.person].append(one)
        by_unit[one.unit].append(one)
    return MonthOfChecks(
        tuple(asked),
        _sorted(_total(of, person, of[0].name) for person, of in by_person.items()),
        _sorted(_total(of, "", "") for of in by_unit.values()),
    )


def _asked(page: Page, sent: Iterable[Attempt], people: Mapping[str, Person]) -> Asked:
    outcome = judge(page, sent)
    person = people.get(page.person or "")
    confirmed = page.ended_at if outcome is CheckOutcome.IN_TIME else None
    return Asked(
        spot_check=page.key,
        person=page.person or "",
        name=person.name if person is not None else (page.person or ""),
        unit=person.unit if person is not None else "",
        posts=posts_of(page),
        at=page.opened_at,
        outcome=outcome,
        took=confirmed - page.opened_at if confirmed else None,
    )


def _total(of: Sequence[Asked], person: str, name: str) -> Total:
    def count(outcome: CheckOutcome) -> int:
        return sum(one.outcome is outcome for one in of)

    return Total(
        unit=of[0].unit,
        person=person,
        name=name,
        in_time=count(CheckOutcome.IN_TIME),
        missed=count(CheckOutcome.MISSED),
        not_told=count(CheckOutcome.NOT_TOLD),
        void=count(CheckOutcome.VOID),
        median=quantile(sorted(one.took for one in of if one.took is not None), 0.5),
    )


def _sorted(totals: Iterable[Total]) -> tuple[Total, ...]:
    return tuple(sorted(totals, key=lambda item: (-item.missed, item.unit, item.person)))
