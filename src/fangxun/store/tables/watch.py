"""What one watch passes to the next."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import UniqueConstraint

from fangxun.core.handover import HandoverState, MatterKind, MatterState
from fangxun.store.columns import ids, instant, word
from fangxun.store.tables.base import Base, own_id, text


class HandoverRow(Base, table=True):
    """A handover, one for each unit and hand-off; `record` is what was passed, a document."""

    __tablename__ = "handover"
    __table_args__ = (UniqueConstraint("unit", "due_at"),)
    id: int = own_id()
    unit: str
    due_at: datetime = instant()
    since: datetime = instant()
    outgoing: tuple[str, ...] = ids()
    incoming: tuple[str, ...] = ids()
    leaders: tuple[str, ...] = ids()
    state: HandoverState = word(HandoverState, index=True)
    note: str = text()
    digest: str
    passed_by: str
    passed_at: datetime | None = instant(default=None)
    confirmed_by: str
    confirmed_at: datetime | None = instant(default=None)
    countersigned_by: str
    countersigned_at: datetime | None = instant(default=None)
    record: str | None = text(default=None, nullable=True)


class MatterRow(Base, table=True):
    """Open matters, calls and letters that came in, and what came of each."""

    __tablename__ = "matter"
    id: int = own_id()
    kind: MatterKind = word(MatterKind)
    source: str
    handler: str
    by: str
    at: datetime = instant()
    state: MatterState = word(MatterState, index=True)
    result: str = text()
    done_by: str
    done_at: datetime | None = instant(default=None, index=True)
    text: str = text()
