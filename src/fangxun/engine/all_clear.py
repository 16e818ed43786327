"""What goes to all who were paged for an incident, and to nobody else, once approved: the all-clear
and corrections.

The approval only notes, in its own transaction, what is owed; the next cycle queues it and strikes
it off in one transaction. A crash between the two loses nothing and tells nobody twice.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from fangxun.core.contacts import Contacts
from fangxun.core.incident import Change, Development, Incident
from fangxun.core.journal import Entry, Event
from fangxun.core.page import Closing
from fangxun.core.report import people_told
from fangxun.core.wording import Occasion
from fangxun.engine import notices, texts
from fangxun.engine.parts import Parts
from fangxun.engine.view import View
from fangxun.store import incidents as incident_store
from fangxun.store import journal, meta, outbox
from fangxun.store import pages as page_store
from fangxun.store.base import Tx

OWED, CORRECTIONS_OWED = "all_clear_owed", "corrections_owed"


@dataclass(frozen=True, slots=True)
class Correction:
    """An approved message that a page was wrong. `place` is an id, "" for the whole incident;
    `told` are those who were paged for it when it was approved."""

    incident: int
    place: str
    text: str
    told: tuple[str, ...]


def told(tx: Tx, incident_id: int, *, place: str = "") -> tuple[str, ...]:
    """Who was paged for an incident, or for one place of it, by id."""
    pages = page_store.latest(tx, incident=incident_id, limit=page_store.EVERY)
    return people_told(pages, outbox.of_page(tx, [page.id for page in pages]), place=place)


def owe(tx: Tx, incident_id: int) -> None:
    """Remember, in the transaction of the approval, that an all-clear has to go out."""
    owed = meta.get(tx, OWED)
    meta.put(tx, OWED, f"{owed} {incident_id}".strip() if owed else str(incident_id))


def owe_correction(tx: Tx, correction: Correction) -> None:
    """The same for a correction."""
    owed = json.loads(meta.get(tx, CORRECTIONS_OWED) or "[]")
    meta.put(tx, CORRECTIONS_OWED, json.dumps([*owed, asdict(correction)], ensure_ascii=False))


def send_owed(parts: Parts, *, now: datetime) -> None:
    """Queue what is owed, and strike it off in the same transaction."""
    with parts.store.read() as tx:
        if not any(meta.get_many(tx, (OWED, CORRECTIONS_OWED)).values()):
            return
    with parts.store.write() as tx:
        view = parts.lookout.look(tx, now=now)
        if view is None:
            return
        for incident_id in (meta.get(tx, OWED) or "").split():
            _send_all_clear(parts, tx, view, int(incident_id), now=now)
        for owed in json.loads(meta.get(tx, CORRECTIONS_OWED) or "[]"):
            _send_correction(parts, tx, view, Correction(**owed), now=now)
        meta.put(tx, OWED, "")
        meta.put(tx, CORRECTIONS_OWED, "")


def _send_all_clear(parts: Parts, tx: Tx, view: View, incident_id: int, *, now: datetime) -> None:
    """Not where the area has an incident again: "all clear" after a fresh page would kill."""
    over = incident_store.get(tx, incident_id)
    if any(item.area == over.area for item in incident_store.open_incidents(tx)):
        _taken_back(tx, over, now=now)
        return
    fields = fields_of(view, over)
    notices.to_people(parts, tx, view, told(tx, over.id), "all_clear", fields, now=now)


def wording(view: View, item: Incident) -> str:
    """What those who were paged are told, in the district's language, as the texts in force have
    it now: whoever approves reads this and not what was proposed some time ago."""
    occasion = Occasion(view.district.language)
    return texts.notice_in(view, occasion, ("all_clear", fields_of(view, item)), Contacts()).text


def fields_of(view: View, item: Incident, place: str = "", text: str = "") -> dict[str, object]:
    """What the texts of an all-clear and of a correction may name."""
    return {"incident": item.id, "place": view.name_of(place or item.area), "text": text}


def _send_correction(parts: Parts, tx: Tx, view: View, owed: Correction, *, now: datetime) -> None:
    item = incident_store.get(tx, owed.incident)
    fields = fields_of(view, item, owed.place, owed.text)
    notices.to_people(parts, tx, view, owed.told, "correction", fields, now=now)


def take_back(parts: Parts, developed: Sequence[Development], *, now: datetime) -> None:
    """An area has an incident anew: what has not left of its last one's all-clear stays here."""
    areas = {item.incident.area for item in developed if item.change is Change.OPENED}
    if not areas:
        return
    with parts.store.read() as tx:  # nearly always none, and the first page waits for this
        if not _just_over(tx, areas, now=now):
            return
    with parts.store.write() as tx:
        view = parts.lookout.look(tx, now=now)
        if view is None:
            return
        for over in _just_over(tx, areas, now=now):
            if outbox.withdraw_texts(tx, "all_clear", _all_texts(view, over)):
                _taken_back(tx, over, now=now)


def _just_over(tx: Tx, areas: set[str], *, now: datetime) -> list[Incident]:
    """Incidents of these areas, stood down so lately that their all-clear may still wait."""
    lately = incident_store.closed_since(tx, now - notices.USEFUL_LIFE)
    return [item for item in lately if item.area in areas]


def _all_texts(view: View, over: Incident) -> list[str]:
    """The all-clear of an incident in every language that somebody reads, with and without the
    links and numbers that some gateways do not carry."""
    languages = {person.language or view.district.language for person in view.people.values()}
    fields = fields_of(view, over)
    return [
        texts.notice_in(view, Occasion(one), ("all_clear", fields), Contacts(links, numbers)).text
        for one in sorted(languages)
        for links in (True, False)
        for numbers in (True, False)
    ]


def _taken_back(tx: Tx, over: Incident, *, now: datetime) -> None:
    why = Closing.SUPERSEDED.value
    entry = Entry(now, Event.ALL_CLEAR_WITHDRAWN, "system", f"incident/{over.id}", why)
    journal.append(tx, [entry])
