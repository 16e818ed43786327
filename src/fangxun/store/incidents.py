"""Incidents with the levels that their places hold; response levels proposed and approved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, delete, select

from fangxun.core.errors import N_, NotFound
from fangxun.core.incident import Incident, IncidentState, PlaceInIncident, Raise
from fangxun.core.level import ResponseLevel
from fangxun.store import rows
from fangxun.store.base import Tx
from fangxun.store.tables import IncidentPlaceRow, IncidentRow, ResponseRow, table

_INCIDENTS = table(IncidentRow)
_PLACES = table(IncidentPlaceRow)
_RESPONSES = table(ResponseRow)
_CLEAR = delete(_PLACES).where(_PLACES.c.incident == bindparam("of"))


@dataclass(frozen=True, slots=True)
class Response:
    """A response level of an incident: who proposed it and who approved it, if anybody."""

    incident: int
    level: ResponseLevel
    proposed_by: str | None
    proposed_at: datetime | None
    proposed_reason: str
    approved_by: str | None
    approved_at: datetime | None
    approved_reason: str


def open_incidents(tx: Tx) -> list[Incident]:
    """Every incident that has not been stood down, oldest first."""
    return list(tx.once(_open))


def _open(tx: Tx) -> Sequence[Incident]:
    return _read(tx, *_OPEN)


def get(tx: Tx, incident_id: int) -> Incident:
    """One incident; NotFound where there is none."""
    found = _find(tx, _INCIDENTS.c.id == incident_id)
    if not found:
        raise NotFound(
            N_("There is no incident {id}. List them with: fangxun incident list"), id=incident_id
        )
    return found[0]


def list_all(tx: Tx, limit: int = 50) -> list[Incident]:
    """The latest incidents, newest first."""
    ids = select(_INCIDENTS.c.id).order_by(_INCIDENTS.c.id.desc()).limit(limit)
    return _find(tx, _INCIDENTS.c.id.in_(ids))[::-1]


def closed_since(tx: Tx, since: datetime) -> list[Incident]:
    """Incidents that were stood down after an instant, oldest first."""
    found = tx.connection.execute(_CLOSED, {"since": since}).scalars().all()
    return _find(tx, _INCIDENTS.c.id.in_(found)) if found else []


def next_id(tx: Tx) -> int:
    """The number of the next new incident."""
    return rows.next_id(tx, _INCIDENTS.c.id)


def save(tx: Tx, incident: Incident) -> None:
    """Keep an incident with its places, new or changed."""
    columns = rows.values(incident)
    del columns["places"]
    rows.upsert(tx, _INCIDENTS, [columns])
    tx.connection.execute(_CLEAR, {"of": incident.id})
    rows.insert(
        tx,
        _PLACES,
        [
            {"incident": incident.id, "position": position, **_row(place)}
            for position, place in enumerate(incident.places)
        ],
    )


def propose(  # noqa: PLR0913  each is a column of the row
    tx: Tx, incident_id: int, level: ResponseLevel, *, by: str, reason: str, at: datetime
) -> bool:
    """Propose a response level; False where it has been proposed or approved before."""
    if _response(tx, incident_id, level) is not None:
        return False
    row = {
        "incident": incident_id, "level": level, "proposed_by": by, "proposed_at": at,
        "proposed_reason": reason, "approved_reason": "",
    }  # fmt: skip
    rows.insert(tx, _RESPONSES, [row])
    return True


def approve(  # noqa: PLR0913  each is a column of the row
    tx: Tx, incident_id: int, level: ResponseLevel, *, by: str, reason: str, at: datetime
) -> None:
    """Approve a response level, proposed or not; of several approvals the last one is kept. The
    incident's own `response` is for the caller to save."""
    known = _response(tx, incident_id, level)
    row = {
        "incident": incident_id, "level": level, "approved_by": by, "approved_at": at,
        "approved_reason": reason, "proposed_reason": known.proposed_reason if known else "",
    }  # fmt: skip
    rows.upsert(tx, _RESPONSES, [row])


def responses(tx: Tx, incident_id: int) -> list[Response]:
    """What was proposed and approved for an incident, lowest level first."""
    found = tx.connection.execute(
        select(*rows.columns(_RESPONSES, Response)).where(_RESPONSES.c.incident == incident_id)
    )
    return sorted((Response(*row) for row in found), key=lambda item: item.level.rank)


def _response(tx: Tx, incident_id: int, level: ResponseLevel) -> Response | None:
    return next((r for r in responses(tx, incident_id) if r.level is level), None)


def _find(tx: Tx, condition: ColumnElement[bool]) -> list[Incident]:
    return _read(tx, *_asked(condition))


def _asked(condition: ColumnElement[bool]) -> tuple[Select[Any], Select[Any]]:
    """The statements for the incidents of a condition, and for their places."""
    incidents = select(_INCIDENTS).where(condition).order_by(_INCIDENTS.c.id)
    places = (
        select(_PLACES.c.incident, *rows.columns(_PLACES, PlaceInIncident))
        .join(_INCIDENTS, _INCIDENTS.c.id == _PLACES.c.incident)
        .where(condition)
        .order_by(_PLACES.c.incident, _PLACES.c.position)
    )
    return incidents, places


# Asked in every cycle, or before the first page of a raise is open, so built once.
_OPEN = _asked(_INCIDENTS.c.state != IncidentState.CLOSED)
_CLOSED = select(_INCIDENTS.c.id).where(
    _INCIDENTS.c.state == IncidentState.CLOSED, _INCIDENTS.c.closed_at > bindparam("since")
)


def _row(place: PlaceInIncident) -> rows.Row:
    own = rows.document(place.own) if place.own is not None else None
    return rows.values(place) | {"own": own}


def _place(*columns: Any) -> PlaceInIncident:  # noqa: ANN401  a row's
    place = PlaceInIncident(*columns)
    return replace(place, own=rows.read(Raise, str(place.own))) if place.own else place


def _read(tx: Tx, incidents: Select[Any], of_places: Select[Any]) -> list[Incident]:
    found = tx.connection.execute(incidents).all()
    places: dict[int, list[PlaceInIncident]] = defaultdict(list)
    for row in tx.connection.execute(of_places) if found else ():
        places[row.incident].append(_place(*row[1:]))
    return [
        Incident(
            row.id, row.area, row.state, row.opened_at, tuple(places[row.id]), row.response,
            row.closed_at,
        )
        for row in found
    ]  # fmt: skip
