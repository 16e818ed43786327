"""Incidents, pages, and the attempts to reach people."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, UniqueConstraint
from sqlmodel import Field

from fangxun.core.exercise import ExerciseState
from fangxun.core.incident import IncidentState
from fangxun.core.level import Hazard, Level, ResponseLevel
from fangxun.core.page import AttemptState, Blame, Closing, How, PageKind, PageState
from fangxun.core.plan import Channel, Group, Owed
from fangxun.core.wording import Registered
from fangxun.store.columns import instant, pairs, template, word
from fangxun.store.tables.base import Base, own_id, text


class IncidentRow(Base, table=True):
    """One storm in one area."""

    __tablename__ = "incident"
    id: int = own_id()
    area: str
    state: IncidentState = word(IncidentState, index=True)
    opened_at: datetime = instant()
    response: ResponseLevel | None = word(ResponseLevel, default=None, nullable=True)
    closed_at: datetime | None = instant(default=None)


class IncidentPlaceRow(Base, table=True):
    """The level that a place holds in an incident; `own`, its raise by itself, is a document."""

    __tablename__ = "incident_place"
    incident: int = Field(primary_key=True, foreign_key="incident.id")
    place: str = Field(primary_key=True)
    position: int
    level: Level = word(Level)
    raise_no: int
    raised_at: datetime = instant()
    duty_only: bool
    hazard: Hazard = word(Hazard)
    own: str | None = text(default=None, nullable=True)


class ResponseRow(Base, table=True):
    """Response levels proposed and approved, with who, why and when."""

    __tablename__ = "response"
    incident: int = Field(primary_key=True, foreign_key="incident.id")
    level: ResponseLevel = word(ResponseLevel, primary_key=True)
    proposed_by: str | None = None
    proposed_at: datetime | None = instant(default=None)
    proposed_reason: str = text()
    approved_by: str | None = None
    approved_at: datetime | None = instant(default=None)
    approved_reason: str = text()


class PageRow(Base, table=True):
    """One obligation to confirm, or one alarm."""

    __tablename__ = "page"
    __table_args__ = (
        UniqueConstraint("key"),
        Index(None, "state", "next_due"),
        Index(None, "state", "person"),
        Index(None, "incident", "state"),
    )
    id: int = own_id()
    kind: PageKind = word(PageKind)
    key: str
    opened_at: datetime = instant()
    state: PageState = word(PageState)
    level: Level = word(Level)
    incident: int | None = Field(default=None, foreign_key="incident.id")
    place: str | None = None
    raise_no: int
    person: str | None = None
    group: Group | None = word(Group, default=None, nullable=True)
    cause: str = text()
    step: int
    round: int
    next_due: datetime | None = instant(default=None)
    ended_at: datetime | None = instant(default=None)
    closing: Closing | None = word(Closing, default=None, nullable=True)
    confirmed_by: str | None = None
    how: How | None = word(How, default=None, nullable=True)
    said: str = text()
    owed: Owed | None = word(Owed, default=None, nullable=True)
    owed_seconds: int
    owed_by: datetime | None = instant(default=None, index=True)
    met_at: datetime | None = instant(default=None)
    details: tuple[tuple[str, object], ...] = pairs()
    was_unreached: bool
    hazard: Hazard = word(Hazard)
    ladder: str
    rung: str


class PageLinkRow(Base, table=True):
    """The hash of a one-time link and its page: each SMS has its own, and all of them confirm."""

    __tablename__ = "page_link"
    hash: str = Field(primary_key=True)
    page: int = Field(foreign_key="page.id")


class PageCodeRow(Base, table=True):
    """The code by which a contact is told of a page; `given` goes up with each that is given."""

    __tablename__ = "page_code"
    __table_args__ = (Index(None, "contact", "code", "given"),)
    page: int = Field(primary_key=True, foreign_key="page.id")
    contact: str = Field(primary_key=True)
    code: int
    given: int = Field(index=True)


class AttemptRow(Base, table=True):
    """The outbox, and what became of it. `phone` points to the number, empty for the console."""

    __tablename__ = "attempt"
    __table_args__ = (
        Index(None, "state", "priority", "queued_at", "id"),
        Index(None, "provider_id", "gateway"),
        Index(None, "phone", "queued_at"),
        Index(None, "copy_of"),
        Index(None, "contact"),
    )
    id: str = Field(primary_key=True)
    contact: str
    channel: Channel = word(Channel)
    phone: int | None = Field(default=None, foreign_key="person_phone.id")
    gateway: str
    text: str = text()
    state: AttemptState = word(AttemptState)
    queued_at: datetime = instant()
    expires_at: datetime = instant()
    priority: int = Field(sa_type=BigInteger)
    kind: str
    not_before: datetime | None = instant(default=None)
    sent_at: datetime | None = instant(default=None)
    settled_at: datetime | None = instant(default=None)
    provider_id: str
    error_code: str
    blame: Blame = word(Blame)
    tries: int
    copy_of: str
    language: str
    accepted_at: datetime | None = instant(default=None)
    instead_of: str
    template: Registered | None = template()


class AttemptPageRow(Base, table=True):
    """Which pages an attempt serves (bundled), in their order."""

    __tablename__ = "attempt_page"
    attempt: str = Field(primary_key=True, foreign_key="attempt.id")
    page: int = Field(primary_key=True, foreign_key="page.id", index=True)
    position: int


class HangUpRow(Base, table=True):
    """A call that may still ring although its pages have ended: when the provider is asked (again)
    to take it back, and how often it has been."""

    __tablename__ = "hang_up"
    attempt: str = Field(primary_key=True, foreign_key="attempt.id")
    due_at: datetime = instant()
    asked: int


class ExerciseRow(Base, table=True):
    """An exercise; its pages have numbers in a row."""

    __tablename__ = "exercise"
    id: int = own_id()
    state: ExerciseState = word(ExerciseState, index=True)
    level: Level = word(Level)
    first_page: int
    last_page: int
    started_by: str
    reason: str = text()
    text: str = text()
    started_at: datetime = instant()
    ended_by: str
    ended_at: datetime | None = instant(default=None)
