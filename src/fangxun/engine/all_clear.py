"""The all-clear goes to all who were paged for an incident, and to nobody else, once approved."""

from __future__ import annotations

from datetime import datetime

from fangxun.engine import notices
from fangxun.engine.parts import Parts
from fangxun.store import incidents as incident_store
from fangxun.store import meta
from fangxun.store import pages as page_store
from fangxun.store.base import Tx

OWED = "all_clear_owed"
MOST_PAGES = 100_000


def owe(tx: Tx, incident_id: int) -> None:
    """Remember, in the transaction of the approval, that an all-clear has to go out."""
    owed = meta.get(tx, OWED)
    meta.put(tx, OWED, f"{owed} {incident_id}".strip() if owed else str(incident_id))


def send_owed(parts: Parts, *, now: datetime) -> None:
    """Queue the all-clears that are owed, and strike them off in the same transaction."""
    with parts.store.read() as tx:
        if not meta.get(tx, OWED):
            return
    with parts.store.write() as tx:
        view = parts.lookout.look(tx, now=now)
        owed = (meta.get(tx, OWED) or "").split()
        if view is None or not owed:
            return
        for incident_id in owed:
            incident = incident_store.get(tx, int(incident_id))
            pages = page_store.latest(tx, incident=incident.id, limit=MOST_PAGES)
            told = [page.person for page in reversed(pages) if page.person]
            fields = {"incident": incident.id, "place": view.name_of(incident.area)}
            notices.to_people(parts, tx, view, told, "all_clear", fields, now=now)
        meta.put(tx, OWED, "")
