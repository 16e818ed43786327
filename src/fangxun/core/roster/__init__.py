"""Posts, rotations, duty tables, overrides, as data; findings, not exceptions."""

from fangxun.core.roster.calendar import Calendar
from fangxun.core.roster.data import (
    DaySection,
    DayType,
    Finding,
    FindingKind,
    Holiday,
    Leave,
    Override,
    OverrideKind,
    Post,
    Role,
    Roster,
    Rotation,
    Shift,
    Source,
    TableEntry,
)
from fangxun.core.roster.edits import decide, edited
from fangxun.core.roster.explain import Ground, explain
from fangxun.core.roster.fit import unfit
from fangxun.core.roster.requests import (
    AddRequest,
    Against,
    CoverRequest,
    Edit,
    LeaveRequest,
    Objection,
    RemoveRequest,
    Request,
    SwapRequest,
    UndoRequest,
)
from fangxun.core.roster.season import Season
from fangxun.core.roster.shifts import section_span, shifts
from fangxun.core.roster.turns import Passed

__all__ = [
    "AddRequest",
    "Against",
    "Calendar",
    "CoverRequest",
    "DaySection",
    "DayType",
    "Edit",
    "Finding",
    "FindingKind",
    "Ground",
    "Holiday",
    "Leave",
    "LeaveRequest",
    "Objection",
    "Override",
    "OverrideKind",
    "Passed",
    "Post",
    "RemoveRequest",
    "Request",
    "Role",
    "Roster",
    "Rotation",
    "Season",
    "Shift",
    "Source",
    "SwapRequest",
    "TableEntry",
    "UndoRequest",
    "decide",
    "edited",
    "explain",
    "section_span",
    "shifts",
    "unfit",
]
