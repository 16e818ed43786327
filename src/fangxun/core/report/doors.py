"""Who could not be reached, and which human took it upon himself: the way to the door."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from fangxun.core import alarm
from fangxun.core.alarm import AlarmKind
from fangxun.core.journal import Entry, Event
from fangxun.core.level import Level
from fangxun.core.page import How, Page, PageKind, PageState
from fangxun.core.report.attempts import AttemptRow


@dataclass(frozen=True, slots=True)
class Door:
    """A person whose ladder was exhausted. `since`: when that was; `known_by`: the human who
    confirmed the alarm about it, None while nobody has; `said`: what he said. `later_at`: when the
    person himself was heard after all. `rung`: the messages of the alarm."""

    page: int
    person: str
    place: str
    level: Level
    since: datetime | None
    known_by: str | None
    known_at: datetime | None
    how: How | None
    said: str
    notes: tuple[str, ...]
    later_at: datetime | None
    rung: tuple[AttemptRow, ...]


def doors(
    pages: Sequence[Page], entries: Iterable[Entry], rung: Mapping[int, tuple[AttemptRow, ...]]
) -> tuple[Door, ...]:
    """Every page that was unreached, with the alarm that it became, in the order of the pages."""
    lines = list(entries)
    since = {line.subject: line.at for line in lines if line.event is Event.PAGE_UNREACHED}
    notes = _notes(lines)
    alarms = {
        alarm.subject_of(item.cause): item
        for item in pages
        if item.kind is PageKind.ALARM and alarm.kind_of(item.cause) is AlarmKind.UNREACHED
    }
    return tuple(
        _door(item, alarms.get(str(item.id)), since.get(f"page/{item.id}"), notes, rung)
        for item in pages
        if item.kind is PageKind.PAGE and item.was_unreached
    )


def _door(
    item: Page,
    told: Page | None,
    since: datetime | None,
    notes: Mapping[str, Sequence[str]],
    rung: Mapping[int, tuple[AttemptRow, ...]],
) -> Door:
    known = told if told is not None and told.state is PageState.CONFIRMED else None
    about = (item, told) if told is not None else (item,)
    later = item.state is PageState.CONFIRMED
    return Door(
        page=item.id,
        person=item.person or "",
        place=item.place or "",
        level=item.level,
        since=since,
        known_by=known.confirmed_by if known else None,
        known_at=known.ended_at if known else None,
        how=known.how if known else None,
        said=known.said if known else "",
        notes=tuple(said for page in about for said in notes.get(f"page/{page.id}", ())),
        later_at=item.ended_at if later else None,
        rung=rung.get(told.id, ()) if told is not None else (),
    )


def _notes(lines: Iterable[Entry]) -> dict[str, list[str]]:
    """What was written down by hand, such as what was relayed from the door, by its subject."""
    found: dict[str, list[str]] = {}
    for line in lines:
        if line.event is Event.INCIDENT_NOTED:
            data = dict(line.data)
            if said := data.get("said") or data.get("text"):
                found.setdefault(line.subject, []).append(str(said))
    return found
