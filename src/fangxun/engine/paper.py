"""Keep the call sheet on disk that of now: after each apply, edit and hand-off, and each day."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from fangxun.core import alarm
from fangxun.core.call_sheet import CallSheet, call_sheet
from fangxun.core.errors import FangxunError
from fangxun.core.page import PageKind
from fangxun.engine import alarms
from fangxun.engine.parts import Parts
from fangxun.engine.view import View
from fangxun.store import pages as page_store

log = logging.getLogger(__name__)

AGAIN = timedelta(minutes=5)
"""When it is tried again where the folder could not be written to."""


def rewrite(parts: Parts, *, now: datetime) -> datetime | None:
    """Write the call sheet anew where it tells of another watch than the last one; what the disk
    refuses is an alarm once a day, and no fault of the cycle: pages do not wait for paper."""
    if parts.paper is None or now < parts.lookout.print_again:
        return None
    with parts.store.read() as tx:
        view = parts.lookout.look(tx, now=now)
    if view is None or parts.lookout.printed == _about(view):
        return None
    try:
        parts.paper(sheet_of(view))
    except FangxunError as error:
        log.warning("call sheet: %s", error, extra={"action": "sheet_unwritten"})
        parts.lookout.print_again = now + AGAIN
        with parts.store.write() as tx:
            alarms.open_for(parts, tx, alarm.sheet_unwritten(now=now), now=now)
        return now + AGAIN
    parts.lookout.printed = _about(view)
    _written(parts, now=now)
    return None


def sheet_of(view: View) -> CallSheet:
    """The call sheet of a view."""
    return call_sheet(view.district, view.shifts, active=view.active, now=view.at)


def _about(view: View) -> object:
    """What another sheet would be written for."""
    day = view.at.astimezone(ZoneInfo(view.district.roster.zone)).date()
    return view.version, view.standing, day


def _written(parts: Parts, *, now: datetime) -> None:
    """The alarm about an older sheet is over."""
    with parts.store.read() as tx:
        rings = any(
            item.kind is PageKind.ALARM and item.cause.startswith(alarm.SHEET_UNWRITTEN_PREFIX)
            for item in page_store.open_pages(tx)
        )
    if rings:
        with parts.store.write() as tx:
            alarms.cause_gone(tx, alarm.SHEET_UNWRITTEN_PREFIX, now=now)
