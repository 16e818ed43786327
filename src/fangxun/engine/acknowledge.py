"""A human has confirmed: end the page, stop what has not left, write down who, how and when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from fangxun.core import alarm, message, page
from fangxun.core.journal import Entry, Event
from fangxun.core.page import How, Page, PageKind, PageState
from fangxun.core.plan import Owed
from fangxun.engine import alarms, hang_up
from fangxun.store import journal
from fangxun.store import pages as page_store
from fangxun.store.base import Tx


def confirm(tx: Tx, item: Page, *, by: str, how: How, said: str, now: datetime) -> Page:  # noqa: PLR0913  each is a value that the caller already holds
    """Confirm one page, as `confirmed` says, and `keep` it."""
    after = confirmed(tx, item, by=by, how=how, said=said, now=now)
    if after != item:
        keep(tx, [after], now=now)
    return after


def confirmed(tx: Tx, item: Page, *, by: str, how: How, said: str, now: datetime) -> Page:  # noqa: PLR0913  each is a value that the caller already holds
    """A page confirmed by `by` (a person's id), as it stands then, and the journal told; the caller
    has to `keep` it where it differs.

    By the person himself it is confirmed, by another who was told it is covered; an alarm is
    confirmed by whoever was told. A second confirmation changes nothing.
    """
    words = message.clean(said, most=200)
    after = page.confirm(item, by=by, how=how, said=words, now=now)
    if after != item:
        told = (("person", item.person), ("place", item.place), ("said", words))
        entry = Entry(now, _event(after), by, f"page/{item.id}", how.value, told)
        journal.append(tx, [entry])
    return after


def keep(tx: Tx, pages: Sequence[Page], *, now: datetime) -> None:
    """Keep pages that were confirmed. What has not left for them stays here, calls that are out are
    taken back, and the alarms of those that were unreached end."""
    page_store.save(tx, pages)
    hang_up.stop(tx, [item.id for item in pages], now=now)
    unreached = [
        alarm.next_unconfirmed_cause(item.id)
        if item.kind is PageKind.REMINDER
        else alarm.unreached_cause(item.id)
        for item in pages
        if item.was_unreached
    ]
    if unreached:
        alarms.end(tx, unreached, now=now)


def _event(after: Page) -> Event:
    if after.kind is PageKind.ALARM:
        return Event.ALARM_CONFIRMED
    return Event.PAGE_COVERED if after.state is PageState.COVERED else Event.PAGE_CONFIRMED


_MET = {Owed.ARRIVED: Event.ARRIVED, Owed.MOVED_OUT: Event.MOVED_OUT}


def meet(tx: Tx, item: Page, *, by: str, how: How, reason: str, now: datetime) -> Page:  # noqa: PLR0913  each is a value that the caller already holds
    """What was owed is seen to be done (or he says so); a page not confirmed yet is confirmed with
    it."""
    after = page.meet(item, now=now, how=how)
    page_store.save(tx, [after])
    hang_up.stop(tx, [item.id], now=now)
    alarms.end(tx, [alarm.unreached_cause(item.id), *alarm.not_met_causes(item.id)], now=now)
    event = _MET[item.owed or Owed.ARRIVED]
    journal.append(
        tx, [Entry(now, event, by, f"page/{item.id}", reason, (("person", item.person),))]
    )
    return after
