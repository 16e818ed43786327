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
from fangxun.core.roster.edits import CoverRequest, SwapRequest, plan_cover, plan_swap, unfit
from fangxun.core.roster.season import Season
from fangxun.core.roster.shifts import section_span, shifts

__all__ = [
    "Calendar",
    "CoverRequest",
    "DaySection",
    "DayType",
    "Finding",
    "FindingKind",
    "Holiday",
    "Leave",
    "Override",
    "OverrideKind",
    "Post",
    "Role",
    "Roster",
    "Rotation",
    "Season",
    "Shift",
    "Source",
    "SwapRequest",
    "TableEntry",
    "plan_cover",
    "plan_swap",
    "section_span",
    "shifts",
    "unfit",
]
