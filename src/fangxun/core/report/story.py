"""What the shell reads of incidents, and the whole report that follows from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypedDict

from fangxun.core.attempt import Attempt
from fangxun.core.exercise import Exercise
from fangxun.core.incident import Incident
from fangxun.core.journal import Entry, Event
from fangxun.core.observation import Reading
from fangxun.core.page import Page
from fangxun.core.report import attempts as lives
from fangxun.core.report.after import AfterAction, after_action
from fangxun.core.report.attempts import AttemptRow, Moment
from fangxun.core.report.deliveries import Delivery, Ledger
from fangxun.core.report.weather import Weather, around, weather
from fangxun.core.responsibility import Person
from fangxun.core.timeline import Span


@dataclass(frozen=True, slots=True)
class Story:
    """Everything that was kept of some incidents (usually one), their alarms included. `readings`
    are those of the gauges that speak for their places, by gauge. `others`: messages of the time
    that are for no page of theirs: notices, and alarms about anything else."""

    incidents: tuple[Incident, ...]
    pages: tuple[Page, ...]
    attempts: tuple[Attempt, ...]
    entries: tuple[Entry, ...]
    readings: Mapping[str, Sequence[Reading]] = field(default_factory=dict)
    others: tuple[Attempt, ...] = ()


@dataclass(frozen=True, slots=True)
class Announcement:
    """An all-clear or a correction: who approved it when and why, its text, whom it went to, and
    whom of them it reached."""

    event: Event
    at: datetime
    by: str
    reason: str
    text: str
    told: tuple[str, ...]
    deliveries: tuple[Delivery, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """The whole after-action report, as it stood at `made_at` (UTC). `copies`: every message of the
    time that may have come twice, of whatever kind; `firsts`: what they are copies of. `exercise`:
    it is the report of one, and of no incident."""

    incidents: tuple[Incident, ...]
    made_at: datetime
    after: AfterAction
    weather: Weather | None
    announcements: tuple[Announcement, ...]
    copies: tuple[AttemptRow, ...]
    firsts: tuple[AttemptRow, ...]
    exercise: Exercise | None = None


def span_of(incidents: Sequence[Incident], *, now: datetime) -> Span | None:
    """The time that is drawn: from before the first opening to after the last end, or now."""
    if not incidents:
        return None
    return around(
        min(item.opened_at for item in incidents), max(item.closed_at or now for item in incidents)
    )


def report_of(story: Story, people: Mapping[str, Person], *, now: datetime) -> Report:
    """The report of a story."""
    span = span_of(story.incidents, now=now)
    told = lives.lives(story.entries)
    ledger = Ledger(story.entries, story.others, told)
    return Report(
        incidents=story.incidents,
        made_at=now,
        after=after_action(story.pages, story.attempts, people, story.entries),
        weather=weather(span, story.readings, story.entries) if span is not None else None,
        announcements=tuple(_announcements(story.entries, ledger)),
        **_twice((*story.attempts, *story.others), told),
    )


def report_of_exercise(
    item: Exercise, after: AfterAction, sent: Sequence[Attempt], *, now: datetime
) -> Report:
    """The report of an exercise: the same, without weather, alarms and announcements."""
    return Report((), now, after, None, (), **_twice(sent, {}), exercise=item)


class _Twice(TypedDict):
    copies: tuple[AttemptRow, ...]
    firsts: tuple[AttemptRow, ...]


def _twice(sent: Sequence[Attempt], told: Mapping[str, tuple[Moment, ...]]) -> _Twice:
    """Which messages may have come twice, in the order in which the copies were queued."""
    copies = [attempt for attempt in sent if attempt.copy_of]
    copied = {attempt.copy_of for attempt in copies}
    firsts = [attempt for attempt in sent if attempt.id in copied]
    return {
        "copies": lives.rows(0, copies, told, {}),
        "firsts": lives.rows(0, firsts, told, {}),
    }


_KINDS = {Event.STOOD_DOWN: "all_clear", Event.CORRECTED: "correction"}


def _announcements(entries: Sequence[Entry], ledger: Ledger) -> Iterator[Announcement]:
    for entry in entries:
        kind = _KINDS.get(entry.event)
        if kind is None:
            continue
        data = dict(entry.data)
        told = data.get("told")
        people = tuple(str(who) for who in told) if isinstance(told, (list, tuple)) else ()
        yield Announcement(
            event=entry.event,
            at=entry.at,
            by=entry.actor,
            reason=entry.reason,
            text=str(data.get("text") or ""),
            told=people,
            deliveries=ledger.of(entry.subject, kind, people),
        )
