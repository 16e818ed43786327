"""Feeds, readings, warnings, and what was made of them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from fangxun.core.level import Level
from fangxun.core.observation import Quality, Suspicion
from fangxun.core.place import Measure
from fangxun.store.columns import instant, word
from fangxun.store.tables.base import Base, own_id, text


class FeedRow(Base, table=True):
    """What we know of a source, and what it remembers between polls."""

    __tablename__ = "feed"
    name: str = Field(primary_key=True)
    memory: str = text()
    last_attempt: datetime | None = instant(default=None)
    last_success: datetime | None = instant(default=None)
    server_date: datetime | None = instant(default=None)
    failures: int = 0
    reason: str = text()
    stale_since: datetime | None = instant(default=None)
    fault: str = text()
    odd_since: datetime | None = instant(default=None)
    noted: str = text()


class ReadingRow(Base, table=True):
    """One value of one gauge."""

    __tablename__ = "reading"
    __table_args__ = (Index(None, "ends_at"),)
    gauge: str = Field(primary_key=True)
    ends_at: datetime = instant(primary_key=True)
    measure: Measure = word(Measure, primary_key=True)
    starts_at: datetime = instant()
    value: float | None = None
    quality: Quality = word(Quality)
    suspicion: Suspicion = word(Suspicion)
    received_at: datetime | None = instant(default=None)


class BulletinRow(Base, table=True):
    """One message of an authority; the whole of it is in the document.

    `expires`: until when it may bear on what is in force; empty where it does not say, until
    nothing is left of it.
    """

    __tablename__ = "bulletin"
    __table_args__ = (UniqueConstraint("feed", "sender", "identifier"),)
    id: int = own_id()
    feed: str
    sender: str
    identifier: str = Field(index=True)
    received_at: datetime = instant(index=True)
    expires: datetime | None = instant(default=None, index=True)
    missed: int = 0
    absent_since: datetime | None = instant(default=None)
    ended_at: datetime | None = instant(default=None)
    document: str = text()


class AssessmentRow(Base, table=True):
    """The alert level of each place, with its evidence in the document."""

    __tablename__ = "assessment"
    place: str = Field(primary_key=True)
    level: Level = word(Level)
    document: str = text()


class ByHandRow(Base, table=True):
    """Levels that a named human set (the dam keeper's call), until he ends them."""

    __tablename__ = "by_hand"
    place: str = Field(primary_key=True)
    actor: str
    reason: str = text()
    at: datetime = instant()
    document: str = text()


class ReleasedRow(Base, table=True):
    """Places that a named human lowered; the next assessment takes the row away."""

    __tablename__ = "released"
    place: str = Field(primary_key=True)
    at: datetime = instant()
