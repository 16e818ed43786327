"""Pages and attempts -> who was told what, when, and what came of it; by person and by unit."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from fangxun.core.attempt import Attempt
from fangxun.core.journal import Entry, Event
from fangxun.core.level import Level
from fangxun.core.page import How, Page, PageKind, PageState
from fangxun.core.plan import Owed
from fangxun.core.report import attempts as lives
from fangxun.core.report.attempts import LOST, TAKEN, AttemptRow
from fangxun.core.report.doors import Door, doors
from fangxun.core.report.outcome import Outcome, Why, judge
from fangxun.core.responsibility import Person


@dataclass(frozen=True, slots=True)
class Row:
    """One person and one page. `told_at`: when the provider first took a message for it, whoever it
    went to; `confirmed_at`: when he himself confirmed, `took` after the page was opened;
    `covered_by`: who confirmed in his stead. `attempts` counts `tries`, which holds each of them.
    """

    page: int
    unit: str
    person: str
    name: str
    place: str
    level: Level
    outcome: Outcome
    why: Why
    opened_at: datetime
    told_at: datetime | None
    confirmed_at: datetime | None
    took: timedelta | None
    how: How | None
    said: str
    covered_by: str
    covered_at: datetime | None
    owed: Owed | None
    owed_by: datetime | None
    met_at: datetime | None
    attempts: int
    failures: int
    possible_duplicates: int
    tries: tuple[AttemptRow, ...]


@dataclass(frozen=True, slots=True)
class UnitTotal:
    """A unit as the office names it (点名点部门). `named`: its people who did not confirm or could
    not be reached, by id, each once."""

    unit: str
    people: int
    pages: int
    by_outcome: tuple[tuple[Outcome, int], ...]
    median: timedelta | None
    ninetieth: timedelta | None
    named: tuple[str, ...]

    def of(self, outcome: Outcome) -> int:
        """How many of its pages came to this."""
        return dict(self.by_outcome).get(outcome, 0)


@dataclass(frozen=True, slots=True)
class AfterAction:
    """The rows in the order in which they were paged, and their totals. Units come with the most
    failures first; `possible_duplicates` counts the copies, each once."""

    rows: tuple[Row, ...]
    by_outcome: tuple[tuple[Outcome, int], ...]
    units: tuple[UnitTotal, ...]
    doors: tuple[Door, ...]
    attempts: int
    possible_duplicates: int
    alarms: int
    median: timedelta | None
    """Of the time from page to the person's own confirmation."""
    ninetieth: timedelta | None


FAILING = frozenset({Outcome.NOT_CONFIRMED, Outcome.UNREACHABLE})


def after_action(
    pages: Sequence[Page],
    attempts: Sequence[Attempt],
    people: Mapping[str, Person],
    entries: Iterable[Entry] = (),
    *,
    kind: PageKind = PageKind.PAGE,
) -> AfterAction:
    """Sum up the pages of a kind (real ones, or those of an exercise), what was sent for them, and
    what the journal says of both."""
    told = _Told(tuple(entries))
    sent: dict[int, list[Attempt]] = defaultdict(list)
    for attempt in attempts:
        for page_id in attempt.pages:
            sent[page_id].append(attempt)
    tries = {page: lives.rows(page, made, told.lives, told.roles) for page, made in sent.items()}
    ordered = sorted(pages, key=lambda item: (item.opened_at, item.id))
    rows = tuple(
        _row(item, sent[item.id], tries.get(item.id, ()), people, told)
        for item in ordered
        if item.kind is kind
    )
    times = _times(rows)
    copies = {one.id for made in tries.values() for one in made if one.copy_of}
    return AfterAction(
        rows=rows,
        by_outcome=_count(rows),
        units=_units(rows),
        doors=doors(ordered, told.entries, tries),
        attempts=len(attempts),
        possible_duplicates=len(copies),
        alarms=sum(item.kind is PageKind.ALARM for item in pages),
        median=quantile(times, 0.5),
        ninetieth=quantile(times, 0.9),
    )


class _Told:
    """What the journal says, looked up by page and attempt."""

    def __init__(self, entries: tuple[Entry, ...]) -> None:
        """Read the entries once."""
        self.entries = entries
        self.lives = lives.lives(entries)
        self.roles = lives.roles(entries)
        self.covered: dict[int, Entry] = {}
        self.skipped: dict[int, list[str]] = defaultdict(list)
        for entry in entries:
            if entry.event is Event.PAGE_COVERED:
                self.covered.setdefault(_page(entry), entry)
            own = dict(entry.data).get("contact", "person") == "person"
            if entry.event is Event.STEP_SKIPPED and own:
                self.skipped[_page(entry)].append(entry.reason)


def _page(entry: Entry) -> int:
    return int(entry.subject.removeprefix("page/"))


def _row(
    item: Page,
    sent: Sequence[Attempt],
    tries: tuple[AttemptRow, ...],
    people: Mapping[str, Person],
    told: _Told,
) -> Row:
    person = people.get(item.person or "")
    own = [attempt for attempt in sent if attempt.contact == item.person]
    cover = told.covered.get(item.id)
    outcome, why = judge(
        item, own, skipped=told.skipped.get(item.id, ()), covered=cover is not None
    )
    himself, stood_in = item.state is PageState.CONFIRMED, item.state is PageState.COVERED
    at = item.ended_at if himself else None
    return Row(
        page=item.id,
        unit=person.unit if person else "",
        person=item.person or "",
        name=person.name if person else (item.person or ""),
        place=item.place or "",
        level=item.level,
        outcome=outcome,
        why=why,
        opened_at=item.opened_at,
        told_at=min((a.sent_at for a in sent if a.sent_at and a.state in TAKEN), default=None),
        confirmed_at=at,
        took=at - item.opened_at if at else None,
        how=item.how,
        said=item.said,
        covered_by=(item.confirmed_by or "") if stood_in else (cover.actor if cover else ""),
        covered_at=item.ended_at if stood_in else (cover.at if cover else None),
        owed=item.owed,
        owed_by=item.owed_by,
        met_at=item.met_at,
        attempts=len(sent),
        failures=sum(a.state in LOST for a in sent),
        possible_duplicates=sum(bool(a.copy_of) for a in sent),
        tries=tries,
    )


def _count(rows: Iterable[Row]) -> tuple[tuple[Outcome, int], ...]:
    """Each outcome that there is, in the order of the enum."""
    found = Counter(row.outcome for row in rows)
    return tuple((outcome, found[outcome]) for outcome in Outcome if found[outcome])


def _times(rows: Iterable[Row]) -> list[timedelta]:
    return sorted(row.took for row in rows if row.took is not None)


def _units(rows: Iterable[Row]) -> tuple[UnitTotal, ...]:
    by_unit: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_unit[row.unit].append(row)
    totals = [_unit(unit, of) for unit, of in by_unit.items()]
    return tuple(sorted(totals, key=lambda item: (-_failures(item), item.unit)))


def _failures(total: UnitTotal) -> int:
    return sum(total.of(outcome) for outcome in FAILING)


def _unit(unit: str, rows: Sequence[Row]) -> UnitTotal:
    times = _times(rows)
    return UnitTotal(
        unit=unit,
        people=len({row.person for row in rows}),
        pages=len(rows),
        by_outcome=_count(rows),
        median=quantile(times, 0.5),
        ninetieth=quantile(times, 0.9),
        named=tuple(dict.fromkeys(row.person for row in rows if row.outcome in FAILING)),
    )


def people_told(
    pages: Iterable[Page], attempts: Iterable[Attempt], *, place: str = ""
) -> tuple[str, ...]:
    """Everybody who was paged for an incident (for one place of it, where given), each once, in the
    order of the pages: whose page it was, and who was written to in his stead.

    An alarm is no page: who was only told that somebody does not answer hears nothing more. What
    was taken back before it left reached nobody.
    """
    meant = [
        item
        for item in sorted(pages, key=lambda one: one.id)
        if item.kind is PageKind.PAGE and place in {"", item.place}
    ]
    numbers = {item.id for item in meant}
    owners = [item.person for item in meant if item.person]
    others = [
        attempt.contact
        for attempt in attempts
        if numbers.intersection(attempt.pages) and attempt.sent_at is not None
    ]
    return tuple(dict.fromkeys([*owners, *others]))


def quantile(ordered: Sequence[timedelta], share: float) -> timedelta | None:
    """The value below which `share` of the sorted ones lie (nearest rank); None for none."""
    if not ordered:
        return None
    return ordered[min(len(ordered) - 1, max(0, -(-int(share * 1000 * len(ordered)) // 1000) - 1))]
