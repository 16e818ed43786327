"""What the shell reads of incidents, and the whole report that follows from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from fangxun.core.attempt import Attempt
from fangxun.core.incident import Incident
from fangxun.core.journal import Entry, Event
from fangxun.core.observation import Reading
from fangxun.core.page import Page
from fangxun.core.report.after import AfterAction, after_action
from fangxun.core.report.weather import Weather, around, weather
from fangxun.core.responsibility import Person
from fangxun.core.timeline import Span


@dataclass(frozen=True, slots=True)
class Story:
    """Everything that was kept of some incidents (usually one), their alarms included. `readings`
    are those of the gauges that speak for their places, by gauge."""

    incidents: tuple[Incident, ...]
    pages: tuple[Page, ...]
    attempts: tuple[Attempt, ...]
    entries: tuple[Entry, ...]
    readings: Mapping[str, Sequence[Reading]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Announcement:
    """An all-clear or a correction: who approved it when and why, its text, and whom it went to."""

    event: Event
    at: datetime
    by: str
    reason: str
    text: str
    told: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """The whole after-action report, as it stood at `made_at` (UTC)."""

    incidents: tuple[Incident, ...]
    made_at: datetime
    after: AfterAction
    weather: Weather | None
    announcements: tuple[Announcement, ...]


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
    return Report(
        incidents=story.incidents,
        made_at=now,
        after=after_action(story.pages, story.attempts, people, story.entries),
        weather=weather(span, story.readings, story.entries) if span is not None else None,
        announcements=tuple(_announcements(story.entries)),
    )


def _announcements(entries: Sequence[Entry]) -> list[Announcement]:
    found = []
    for entry in entries:
        if entry.event in {Event.STOOD_DOWN, Event.CORRECTED}:
            data = dict(entry.data)
            told = data.get("told")
            told = tuple(str(who) for who in told) if isinstance(told, (list, tuple)) else ()
            text = str(data.get("text") or "")
            found.append(Announcement(entry.event, entry.at, entry.actor, entry.reason, text, told))
    return found
