"""What waits in each room, in one question: a quiet cycle finds that nothing does in any."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select

from fangxun.core.exercise import ExerciseState
from fangxun.core.page import AttemptState, PageState
from fangxun.core.spotcheck import CheckState
from fangxun.store.base import Tx
from fangxun.store.tables import (
    AttemptRow,
    ExerciseRow,
    HangUpRow,
    InboxRow,
    PageRow,
    SpotCheckRow,
    table,
)

_PAGES, _INBOX = table(PageRow), table(InboxRow)
_EXERCISES, _CHECKS = table(ExerciseRow), table(SpotCheckRow)
_HANG_UPS, _ATTEMPTS = table(HangUpRow), table(AttemptRow)
_UNDONE = _INBOX.c.done_at.is_(None)
_UNCLEAR = func.coalesce(_INBOX.c.waits_for, "") != ""

NEXT_MESSAGE = select(
    func.min(
        func.coalesce(_ATTEMPTS.c.not_before, _ATTEMPTS.c.queued_at),
        type_=_ATTEMPTS.c.queued_at.type,
    )
).where(_ATTEMPTS.c.state == AttemptState.QUEUED)
"""When the next queued attempt may leave."""
_DUES = select(
    select(func.min(_PAGES.c.next_due)).where(_PAGES.c.state == PageState.OPEN).scalar_subquery(),
    select(func.min(_PAGES.c.owed_by))
    .where(
        _PAGES.c.owed_by.is_not(None),
        _PAGES.c.met_at.is_(None),
        _PAGES.c.state != PageState.CLOSED,
    )
    .scalar_subquery(),
    select(func.count()).select_from(_INBOX).where(_UNDONE, ~_UNCLEAR).scalar_subquery(),
    select(func.min(_INBOX.c.received_at)).where(_UNDONE, _UNCLEAR).scalar_subquery(),
    exists().where(_EXERCISES.c.state == ExerciseState.RUNNING),
    exists().where(_CHECKS.c.state == CheckState.RUNNING),
    exists(select(_HANG_UPS.c.attempt)),
    NEXT_MESSAGE.scalar_subquery(),
)
"""Built once, since it is asked in every cycle."""


@dataclass(frozen=True, slots=True)
class Dues:
    """`step`: when the next step of an open page is due. `owed`: the earliest instant by which
    something is owed that has not been done. `inbox`: how many rows can be worked off, `unclear`:
    when the oldest came that cannot yet. Whether an `exercise` runs, whether a `spot_check` does,
    and whether a `call` is to be taken back, placed or not. `message`: when the next queued attempt
    may leave."""

    step: datetime | None
    owed: datetime | None
    inbox: int
    unclear: datetime | None
    exercise: bool
    spot_check: bool
    call: bool
    message: datetime | None


def dues(tx: Tx) -> Dues:
    """What waits now; None and 0 where nothing does."""
    return tx.once(_dues)


def _dues(tx: Tx) -> Dues:
    return Dues(*tx.connection.execute(_DUES).one())
