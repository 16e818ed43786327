"""What the daemon keeps for itself: inbox, journal, small facts, gateways."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from fangxun.core.journal import Event
from fangxun.store.columns import instant, pairs, word
from fangxun.store.tables.base import Base, own_id, text


class MetaRow(Base, table=True):
    """Small facts by name: horizon of the shift table, when the daemon started."""

    __tablename__ = "meta"
    key: str = Field(primary_key=True)
    value: str = text()


class CounterRow(Base, table=True):
    """Counters that only grow: "wake", "district", "roster"."""

    __tablename__ = "counter"
    key: str = Field(primary_key=True)
    value: int


class GatewayRow(Base, table=True):
    """Faults in a row of a gateway, and until when it is set aside."""

    __tablename__ = "gateway"
    name: str = Field(primary_key=True)
    faults: int = 0
    aside_until: datetime | None = instant(default=None)
    dead_since: datetime | None = instant(default=None)


class InboxRow(Base, table=True):
    """What providers brought, each once; the payload goes when it has been worked off. `waits_for`
    is what it cannot be understood without ("" once that has come)."""

    __tablename__ = "inbox"
    __table_args__ = (UniqueConstraint("gateway", "key"), Index(None, "done_at", "id"))
    id: int = own_id()
    gateway: str
    kind: str
    key: str
    payload: str = text()
    received_at: datetime = instant()
    done_at: datetime | None = instant(default=None)
    waits_for: str | None = Field(default=None, index=True)


class JournalRow(Base, table=True):
    """The duty log; lines are only ever added."""

    __tablename__ = "journal"
    __table_args__ = (Index(None, "subject", "seq"), Index(None, "at"))
    seq: int = own_id()
    at: datetime = instant()
    event: Event = word(Event)
    actor: str
    subject: str
    reason: str = text()
    data: tuple[tuple[str, object], ...] = pairs()
    mac: str


class JournalHeadRow(Base, table=True):
    """One row: count and mac of the last line. Locked by every writer on PostgreSQL."""

    __tablename__ = "journal_head"
    id: int = own_id()
    seq: int
    mac: str
