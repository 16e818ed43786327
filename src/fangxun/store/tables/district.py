"""The district as applied, and who stands when."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from fangxun.core.level import Level
from fangxun.core.roster import OverrideKind, Role, Source
from fangxun.store.columns import instant, word
from fangxun.store.tables.base import Base, own_id, text


class DistrictVersionRow(Base, table=True):
    """Each district as applied, as a document without its people."""

    __tablename__ = "district_version"
    id: int = own_id()
    applied_at: datetime = instant()
    actor: str
    reason: str = text()
    document: str = text()


class PersonRow(Base, table=True):
    """The people of the district in force, in the folder's order."""

    __tablename__ = "person"
    id: str = Field(primary_key=True)
    position: int
    name: str
    unit: str
    title: str
    account: str
    language: str
    email: str


class PersonPhoneRow(Base, table=True):
    """The one table with numbers of people. `position` is empty for a number that is no longer the
    person's, kept while an attempt points to it."""

    __tablename__ = "person_phone"
    __table_args__ = (UniqueConstraint("person", "number"),)
    id: int = own_id()
    person: str
    number: str = Field(index=True)
    position: int | None = None
    sms: bool
    voice: bool
    invalid: bool
    invalid_voice: bool


class OverrideRow(Base, table=True):
    """Covers, swaps, additions and removals; never touched by `apply`."""

    __tablename__ = "roster_override"
    id: int = own_id()
    kind: OverrideKind = word(OverrideKind)
    post: str
    starts_at: datetime = instant()
    ends_at: datetime = instant()
    person: str | None = None
    instead_of: str | None = None
    reason: str = text()
    actor: str
    at: datetime = instant()
    swap: str = ""
    approver: str = ""
    undone_at: datetime | None = instant(nullable=True)
    undone_by: str = ""


class LeaveRow(Base, table=True):
    """Who is away; never touched by `apply`."""

    __tablename__ = "roster_leave"
    id: int = own_id()
    person: str
    starts_at: datetime = instant()
    ends_at: datetime = instant()
    reason: str = text()
    actor: str
    at: datetime = instant()
    swap: str = ""
    undone_at: datetime | None = instant(nullable=True)
    undone_by: str = ""


class ShiftRow(Base, table=True):
    """Who stands when, written with every apply and edit; read by `peek`. Names and numbers of
    people are joined in, those of posts, units and areas stand here. `position` is the post's."""

    __tablename__ = "shift"
    __table_args__ = (Index(None, "ends_at", "starts_at"), Index(None, "post", "starts_at"))
    id: int = own_id()
    position: int
    post: str
    post_name: str
    role: Role = word(Role)
    unit: str
    unit_name: str
    unit_phone: str
    area: str
    area_name: str
    area_code: str
    starts_at: datetime = instant()
    ends_at: datetime = instant()
    person: str
    turn_of: str
    source: Source = word(Source)
    detail: str
    stands_from: Level | None = word(Level, default=None, nullable=True)


class ActivePostRow(Base, table=True):
    """Posts switched on by a level now."""

    __tablename__ = "active_post"
    post: str = Field(primary_key=True)
    since: datetime = instant()


class ShiftChangeRow(Base, table=True):
    """A watch that somebody has gained or lost by an edit, until he has been told and a while
    after."""

    __tablename__ = "shift_change"
    __table_args__ = (Index(None, "told_at"),)
    id: int = own_id()
    person: str
    post: str
    starts_at: datetime = instant()
    ends_at: datetime = instant()
    gained: bool
    at: datetime = instant()
    told_at: datetime | None = instant(default=None)
