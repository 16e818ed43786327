"""What somebody asks to be changed in the roster, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from fangxun.core.roster.data import Leave, Override, Shift
from fangxun.core.timeline import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Who asks and why. `force`: in spite of the objections, which the journal then keeps.
    `approver`: who approves that what has stood already is corrected. `seen`: the last override
    that he knew of; what others changed after it in the same place is a conflict."""

    reason: str
    actor: str
    force: bool = False
    approver: str = ""
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class CoverRequest(Asked):
    """`person` stands on `post` for `span` instead of `instead_of` (None: of whoever stands)."""

    post: str
    span: Span
    person: str
    instead_of: str | None


@dataclass(frozen=True, slots=True)
class SwapRequest(Asked):
    """Whoever stands on the first post at one instant and on the second at another take each
    other's whole shift; `person` and `other` say who, where several stand at once."""

    post: str
    at: datetime
    other_post: str
    other_at: datetime
    person: str | None = None
    other: str | None = None


@dataclass(frozen=True, slots=True)
class AddRequest(Asked):
    """`person` stands on `post` for `span` beside those who stand there."""

    post: str
    span: Span
    person: str


@dataclass(frozen=True, slots=True)
class RemoveRequest(Asked):
    """`person`, who stands on `post` for the whole of `span`, does not."""

    post: str
    span: Span
    person: str


@dataclass(frozen=True, slots=True)
class LeaveRequest(Asked):
    """`person` is away for `span`; `by` stands instead on every post (None: nobody is named)."""

    person: str
    span: Span
    by: str | None = None


@dataclass(frozen=True, slots=True)
class UndoRequest(Asked):
    """An override, or a leave, counts no more from now on, and whatever was done in one with it."""

    number: int
    of_leave: bool = False


Request = CoverRequest | SwapRequest | AddRequest | RemoveRequest | LeaveRequest | UndoRequest


class Against(StrEnum):
    """What speaks against an edit."""

    HOLE = "hole"
    """Fewer stand than before, and than the post has seats."""
    BOOKED = "booked"
    """Somebody would stand in two places at once."""
    ON_LEAVE = "on_leave"
    """Somebody would stand who is on leave."""
    UNFIT = "unfit"
    """An earlier override would no longer fit."""


@dataclass(frozen=True, slots=True)
class Objection:
    """One thing that speaks against an edit. `other`: the other post, or the override."""

    kind: Against
    post: str
    span: Span
    person: str = ""
    other: str = ""


@dataclass(frozen=True, slots=True)
class Edit:
    """What an edit comes to: what is written down, what ends, what speaks against it, and who
    stands before and after, as far as that differs."""

    overrides: tuple[Override, ...] = ()
    leave: Leave | None = None
    undone: tuple[int, ...] = ()
    undone_leave: tuple[int, ...] = ()
    objections: tuple[Objection, ...] = ()
    before: tuple[Shift, ...] = ()
    after: tuple[Shift, ...] = ()
