"""The schema, as SQLModel table classes; what a column means stands at the core's own field.

Numbers of people stand in `person_phone` and nowhere else: an attempt points to its row there.
Hot paths use Core statements over `table(...)`; ids are given by the store (one writer at a time).
"""

from __future__ import annotations

from fangxun.store.tables.base import Base, table
from fangxun.store.tables.desk import (
    CalendarFeedRow,
    CounterRow,
    GatewayRow,
    InboxRow,
    JournalHeadRow,
    JournalRow,
    MetaRow,
    SpotCheckDrawRow,
    SpotCheckRow,
)
from fangxun.store.tables.district import (
    ActivePostRow,
    DistrictVersionRow,
    LeaveRow,
    OverrideRow,
    PersonPhoneRow,
    PersonRow,
    ShiftChangeRow,
    ShiftRow,
)
from fangxun.store.tables.paging import (
    AttemptPageRow,
    AttemptRow,
    ExerciseRow,
    HangUpRow,
    IncidentPlaceRow,
    IncidentRow,
    PageCodeRow,
    PageLinkRow,
    PageRow,
    ResponseRow,
)
from fangxun.store.tables.watch import HandoverRow, MatterRow
from fangxun.store.tables.weather import (
    AssessmentRow,
    BulletinRow,
    ByHandRow,
    FeedRow,
    ReadingRow,
    ReleasedRow,
)

__all__ = [
    "ActivePostRow",
    "AssessmentRow",
    "AttemptPageRow",
    "AttemptRow",
    "Base",
    "BulletinRow",
    "ByHandRow",
    "CalendarFeedRow",
    "CounterRow",
    "DistrictVersionRow",
    "ExerciseRow",
    "FeedRow",
    "GatewayRow",
    "HandoverRow",
    "HangUpRow",
    "InboxRow",
    "IncidentPlaceRow",
    "IncidentRow",
    "JournalHeadRow",
    "JournalRow",
    "LeaveRow",
    "MatterRow",
    "MetaRow",
    "OverrideRow",
    "PageCodeRow",
    "PageLinkRow",
    "PageRow",
    "PersonPhoneRow",
    "PersonRow",
    "ReadingRow",
    "ReleasedRow",
    "ResponseRow",
    "ShiftChangeRow",
    "ShiftRow",
    "SpotCheckDrawRow",
    "SpotCheckRow",
    "table",
]
