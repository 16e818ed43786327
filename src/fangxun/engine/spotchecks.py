"""Spot checks: draw their times, begin those that are due, end what is through, give way.

1. Once a month, and when the plan's rule changes, the times to come are drawn and kept: a restart
   neither repeats one nor forgets one.
2. A time that has come begins a check, or is passed over with its reason: an incident is open,
   another check or an exercise runs, nobody stands, or the daemon was not there.
3. A check ends when all have confirmed or its time is over; who has not is closed as missed.
4. A raise ends it at once, in its own transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from zlib import crc32
from zoneinfo import ZoneInfo

from fangxun.core import spotcheck
from fangxun.core.incident import Change, Development
from fangxun.core.journal import Entry, Event
from fangxun.core.page import Page
from fangxun.core.plan import SpotChecks
from fangxun.core.spotcheck import CheckState, Draw, DrawState, SpotCheck
from fangxun.core.timeline import local_instant
from fangxun.engine import closing
from fangxun.engine.parts import Parts
from fangxun.engine.view import View
from fangxun.store import exercises as exercise_store
from fangxun.store import incidents as incident_store
from fangxun.store import journal, meta
from fangxun.store import pages as page_store
from fangxun.store import spotchecks as check_store
from fangxun.store.base import Tx
from fangxun.store.dues import dues

DRAWN = "spot_checks_drawn"
"""For which month and rule the times were drawn last."""
_RAISES = frozenset({Change.OPENED, Change.RAISED})


def turn(parts: Parts, *, now: datetime) -> datetime | None:
    """Draw, end and begin what is due; returns when there is more to do."""
    with parts.store.read() as tx:
        view = parts.lookout.look(tx, now=now)
        if view is None:
            return None
        drawn, waits = meta.get(tx, DRAWN), None
        running = check_store.running(tx) if dues(tx).spot_check else None
        over = running is not None and _state(tx, running, now) is not CheckState.RUNNING
        if drawn is not None:
            waits = check_store.next_draw(tx)
    wanted = _wanted(view, now)
    if drawn != wanted and (drawn or wanted):
        waits = _draw(parts, view, drawn or "", wanted or "", now=now)
    if over and running is not None:
        _conclude(parts, running.id, now=now)
        running = None
    if waits is not None and waits.at <= now:
        return _come(parts, view, waits, now=now)
    times = [running.confirm_by if running else None, waits.at if waits else None]
    times.append(_next_month(view, now) if wanted else None)
    return min((at for at in times if at is not None), default=None)


def _state(tx: Tx, item: SpotCheck, now: datetime) -> CheckState:
    real = bool(incident_store.open_incidents(tx))
    return spotcheck.becomes(item, page_store.get_many(tx, item.pages), now=now, real=real)


def _wanted(view: View, now: datetime) -> str | None:
    """What must be drawn for: this month and this rule; None while the plan has none."""
    rule = view.district.plan.spot_checks
    if rule is None:
        return None
    return f"{_month(view, now):%Y-%m}/{crc32(repr(rule).encode()):08x}"


def _month(view: View, now: datetime) -> date:
    return now.astimezone(ZoneInfo(view.district.roster.zone)).date().replace(day=1)


def _next_month(view: View, now: datetime) -> datetime:
    following = (_month(view, now) + timedelta(days=32)).replace(day=1)
    return month_begins(following, view.district.roster.zone)


def month_begins(month: date, zone: str) -> datetime:
    """The first instant of a local month."""
    return local_instant(month, time(), ZoneInfo(zone))


def _draw(parts: Parts, view: View, drawn: str, wanted: str, *, now: datetime) -> Draw | None:
    """Draw the times of the rest of this month; of a rule that is gone, none. What was drawn by the
    same rule still waits: a window may reach into the next month."""
    rule: SpotChecks | None = view.district.plan.spot_checks
    times: Sequence[datetime] = ()
    if rule is not None:
        month, zone = _month(view, now), view.district.roster.zone
        times = spotcheck.draw(rule, month, zone, after=now, token=parts.token(128))
    with parts.store.write() as tx:
        if drawn.partition("/")[2] != wanted.partition("/")[2]:
            check_store.forget_waiting(tx)
        check_store.add_draws(tx, times)
        meta.put(tx, DRAWN, wanted)
        return check_store.next_draw(tx)


def _come(parts: Parts, view: View, item: Draw, *, now: datetime) -> datetime:
    """A drawn time that has come: begin the check or pass it over. The next look comes at once."""
    with parts.store.write() as tx:
        people = spotcheck.asked(view.standing, None)
        running = check_store.running(tx), exercise_store.running(tx)
        became = spotcheck.due(
            item,
            now=now,
            incident=bool(incident_store.open_incidents(tx)),
            busy=any(one is not None for one in running),
            anybody=bool(people),
        )
        number = None
        if became is DrawState.BEGUN:
            check, _pages = begin(tx, people, spotcheck.within(view.district.plan), now=now)
            number = check.id
        else:
            subject = f"spot_check/{item.id}"
            entry = Entry(now, Event.SPOT_CHECK_PASSED_OVER, "system", subject, became.value)
            journal.append(tx, [entry])
        check_store.settle(tx, item, became, spot_check=number)
    return now


def begin(  # noqa: PLR0913  each is a field of what is begun
    tx: Tx,
    people: Mapping[str, Sequence[str]],
    within: timedelta,
    *,
    by: str = "system",
    reason: str = "drawn",
    account: str = "",
    now: datetime,
) -> tuple[SpotCheck, Sequence[Page]]:
    """Open a page for each of these people with their posts, and journal it; what is next sends."""
    number = check_store.next_id(tx)
    drafts = spotcheck.open_check(number, people, confirm_by=now + within, now=now)
    pages = page_store.insert(tx, drafts)
    numbers = [page.id for page in pages]
    check = SpotCheck(
        number, CheckState.RUNNING, min(numbers), max(numbers), by, reason, now, now + within
    )
    check_store.save(tx, check)
    subject = f"spot_check/{number}"
    said: list[tuple[str, object]] = [
        ("count", len(pages)),
        ("until", check.confirm_by.isoformat()),
    ]
    said += [("account", account)] if account else []
    entries = [Entry(now, Event.SPOT_CHECK_STARTED, by, subject, reason, tuple(said))]
    entries += [
        Entry(
            now, Event.PAGE_OPENED, by, f"page/{page.id}", subject,
            (("key", page.key), ("person", page.person)),
        )
        for page in pages
    ]  # fmt: skip
    journal.append(tx, entries)
    return check, pages


def _conclude(parts: Parts, number: int, *, now: datetime) -> None:
    with parts.store.write() as tx:
        present = check_store.running(tx)
        if present is None or present.id != number:
            return
        state = _state(tx, present, now)
        end(tx, present, state, by="system", reason=state.value, now=now)


def give_way(tx: Tx, developments: Sequence[Development], *, now: datetime) -> None:
    """A raise, in its own transaction: the check has no page and no message left after it."""
    raised = next((item for item in developments if item.change in _RAISES), None)
    running = check_store.running(tx) if raised is not None else None
    if raised is None or running is None:
        return
    reason = f"incident/{raised.incident.id}"
    end(tx, running, CheckState.YIELDED, by="system", reason=reason, now=now)


def end(  # noqa: PLR0913  each is a value that the caller already holds
    tx: Tx, item: SpotCheck, state: CheckState, *, by: str, reason: str, now: datetime
) -> SpotCheck:
    """End a running check: close what nobody has confirmed, take back what has not left."""
    after = spotcheck.end(item, state, by=by, now=now)
    if after is item:
        return item
    pages = page_store.get_many(tx, item.pages)
    silent = [page for page in pages if page.state.wants_word]
    why = spotcheck.closing_of(state)
    closing.close_pages(tx, [(page, why) for page in silent], now=now)
    check_store.save(tx, after)
    told = (("how", state.value), ("count", len(pages)), ("missing", len(silent)))
    subject = f"spot_check/{item.id}"
    journal.append(tx, [Entry(now, Event.SPOT_CHECK_ENDED, by, subject, reason, told)])
    return after
