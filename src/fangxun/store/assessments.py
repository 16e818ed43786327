"""The alert level of each place, and what named humans said about it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sqlalchemy import bindparam, delete, select

from fangxun.core.assessment import Assessment, Evidence
from fangxun.store.base import Tx
from fangxun.store.rows import chunks, document, read, upsert
from fangxun.store.tables import AssessmentRow, ByHandRow, ReleasedRow, table

_ASSESSMENTS = table(AssessmentRow)
_BY_HAND = table(ByHandRow)
_RELEASED = table(ReleasedRow)

_LOAD = select(_ASSESSMENTS.c.place, _ASSESSMENTS.c.document).order_by(_ASSESSMENTS.c.place)
_OF = select(_ASSESSMENTS.c.place, _ASSESSMENTS.c.document).where(
    _ASSESSMENTS.c.place.in_(bindparam("places", expanding=True))
)
_SET = select(_BY_HAND.c.place, _BY_HAND.c.document)
_LET_GO = select(_RELEASED.c.place)


def load(tx: Tx) -> Mapping[str, Assessment]:
    """The present assessment of each place."""
    return tx.once(_load)


def _load(tx: Tx) -> Mapping[str, Assessment]:
    return {place: read(Assessment, text) for place, text in tx.connection.execute(_LOAD)}


def of(tx: Tx, places: Collection[str]) -> dict[str, Assessment]:
    """The present assessments of a few places: reading one costs more than asking for it."""
    found = tx.connection.execute(_OF, {"places": sorted(places)}) if places else ()
    return {place: read(Assessment, text) for place, text in found}


def save(tx: Tx, changed: Iterable[Assessment], *, gone: Iterable[str] = ()) -> None:
    """Keep assessments; forget those of places that the district no longer has."""
    upsert(
        tx,
        _ASSESSMENTS,
        [
            {"place": item.place, "level": item.level, "document": document(item)}
            for item in changed
        ],
    )
    for part in chunks(gone):
        tx.connection.execute(delete(_ASSESSMENTS).where(_ASSESSMENTS.c.place.in_(part)))


def by_hand(tx: Tx) -> dict[str, Evidence]:
    """Levels that humans set and have not ended, by place."""
    return {place: read(Evidence, text) for place, text in tx.connection.execute(_SET)}


def set_by_hand(tx: Tx, place: str, evidence: Evidence, *, actor: str, reason: str) -> None:
    """A human sets the level of a place; it stands until he ends it. `evidence.at` is when."""
    row = {
        "place": place, "actor": actor, "reason": reason, "at": evidence.at,
        "document": document(evidence),
    }  # fmt: skip
    upsert(tx, _BY_HAND, [row])


def end_by_hand(tx: Tx, place: str) -> bool:
    """End the level that a human set; tells whether there was one."""
    return bool(tx.connection.execute(delete(_BY_HAND).where(_BY_HAND.c.place == place)).rowcount)


def end_by_hand_elsewhere(tx: Tx, places: Collection[str]) -> list[str]:
    """End the levels that humans set for any place that is not among these; for which."""
    gone = sorted(set(by_hand(tx)) - set(places))
    for place in gone:
        end_by_hand(tx, place)
    return gone


def released(tx: Tx) -> frozenset[str]:
    """Places that a human lowered: their hold is waived at the next assessment."""
    return frozenset(tx.connection.execute(_LET_GO).scalars())


def release(tx: Tx, place: str, *, now: datetime) -> None:
    """A human lowers a place."""
    upsert(tx, _RELEASED, [{"place": place, "at": now}])


def drop_released(tx: Tx, places: Iterable[str]) -> None:
    """The assessment has heeded them."""
    for part in chunks(places):
        tx.connection.execute(delete(_RELEASED).where(_RELEASED.c.place.in_(part)))
