"""Read what a report is made of: everything that was kept of some incidents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from fangxun.core.district import District
from fangxun.core.incident import Incident
from fangxun.core.journal import Entry, Event
from fangxun.core.page import Attempt, Page
from fangxun.core.report import Report, Story, report_of, span_of
from fangxun.core.timeline import Span
from fangxun.engine.view import maps_of
from fangxun.store import incidents as incident_store
from fangxun.store import journal, outbox
from fangxun.store import pages as page_store
from fangxun.store import readings as reading_store
from fangxun.store.base import Tx


def report(tx: Tx, district: District, incidents: Sequence[int], *, now: datetime) -> Report:
    """The report of these incidents as it stands at `now`; NotFound where one is none."""
    story = gather(
        tx, district, [incident_store.get(tx, number) for number in sorted(incidents)], now=now
    )
    return report_of(story, maps_of(district).people, now=now)


def gather(tx: Tx, district: District, incidents: Sequence[Incident], *, now: datetime) -> Story:
    """Pages, messages, journal and readings of these incidents."""
    pages = [
        page
        for item in incidents
        for page in page_store.latest(tx, incident=item.id, limit=page_store.EVERY)
    ]
    attempts = outbox.of_page(tx, [page.id for page in pages])
    span = span_of(incidents, now=now)
    others = _others(tx, incidents, pages, now=now)
    return Story(
        incidents=tuple(incidents),
        pages=tuple(pages),
        attempts=tuple(attempts),
        entries=_entries(tx, incidents, pages, (*attempts, *others)),
        readings=reading_store.between(tx, _gauges(district, incidents), span) if span else {},
        others=others,
    )


AFTERWARDS = timedelta(days=1)
"""How long after an incident its all-clear and corrections are looked for."""


def _others(
    tx: Tx, incidents: Sequence[Incident], pages: Sequence[Page], *, now: datetime
) -> tuple[Attempt, ...]:
    """Notices of the time, and alarms about anything else than these incidents."""
    if not incidents:
        return ()
    start = min(item.opened_at for item in incidents)
    end = max((item.closed_at or now) + AFTERWARDS for item in incidents)
    return tuple(outbox.for_no_page_of(tx, [page.id for page in pages], Span(start, end)))


def _entries(
    tx: Tx, incidents: Sequence[Incident], pages: Sequence[Page], attempts: Sequence[Attempt]
) -> tuple[Entry, ...]:
    subjects = [f"incident/{item.id}" for item in incidents]
    subjects += [f"page/{page.id}" for page in pages]
    subjects += [f"attempt/{attempt.id}" for attempt in attempts]
    about = tuple(line.entry for line in journal.about(tx, subjects))
    return (*about, *_queued(tx, incidents, about))


def _queued(tx: Tx, incidents: Sequence[Incident], about: Sequence[Entry]) -> Iterator[Entry]:
    """What was queued for those whom an all-clear or a correction was meant for, or why not."""
    numbers = {item.id for item in incidents}
    people = sorted({f"person/{who}" for entry in about for who in _told(entry)})
    for line in journal.about(tx, people):
        queued = line.entry.event is Event.NOTICE_QUEUED
        if queued and dict(line.entry.data).get("incident") in numbers:
            yield line.entry


def _told(entry: Entry) -> Sequence[object]:
    told = dict(entry.data).get("told")
    return told if isinstance(told, list) else ()


def _gauges(district: District, incidents: Sequence[Incident]) -> list[str]:
    """Those that speak for a place of the incidents. A warning over the whole district has no gauge
    of its own: then all of them."""
    places = {place.place for item in incidents for place in item.places}
    near = [gauge.id for gauge in district.gauges if places.intersection(gauge.places)]
    return near or [gauge.id for gauge in district.gauges]
