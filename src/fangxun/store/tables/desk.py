"""What the daemon keeps for itself: inbox, journal, small facts, gateways."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from fangxun.core.journal import Event
from fangxun.core.spotcheck import CheckState, DrawState
from fangxun.core.subscription import Whose
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


class SpotCheckRow(Base, table=True):
    """A spot check; its pages have numbers in a row."""

    __tablename__ = "spot_check"
    id: int = own_id()
    state: CheckState = word(CheckState, index=True)
    first_page: int
    last_page: int
    started_by: str
    reason: str = text()
    started_at: datetime = instant(index=True)
    confirm_by: datetime = instant()
    ended_by: str
    ended_at: datetime | None = instant(default=None)


class SpotCheckDrawRow(Base, table=True):
    """A time that was drawn for a spot check, and what became of it."""

    __tablename__ = "spot_check_draw"
    __table_args__ = (Index(None, "state", "at"), Index(None, "at"))
    id: int = own_id()
    at: datetime = instant()
    state: DrawState = word(DrawState)
    spot_check: int | None = None


class CalendarFeedRow(Base, table=True):
    """A calendar that somebody may subscribe to; of its address the hash of the token is kept."""

    __tablename__ = "calendar_feed"
    id: int = own_id()
    kind: Whose = word(Whose)
    of: str
    token_hash: str = Field(unique=True, max_length=64)
    added_by: str
    reason: str = text()
    added_at: datetime = instant()
    revoked_by: str
    revoked_at: datetime | None = instant(default=None)
