"""Where the plan asks for handovers: each hand-off has one, and one that is late is an alarm."""

from __future__ import annotations

from datetime import datetime, timedelta

from fangxun.core import alarm, handover
from fangxun.core.handover import HandOff, Handover, HandoverEvent, HandoverState
from fangxun.core.journal import Entry, Event
from fangxun.engine import alarms, handovers, notices
from fangxun.engine.fields import local
from fangxun.engine.parts import Parts
from fangxun.engine.view import View
from fangxun.store import handovers as handover_store
from fangxun.store import journal, meta
from fangxun.store import pages as page_store
from fangxun.store.base import Tx

HANDED_TO = "handed_to"
"""Until when hand-offs have been noted; those before handovers were switched on are none."""
ASKED = "handover_asked"
"""The number of the last handover of which the incoming watch has been told that it is passed."""
_UNTAKEN = (HandoverState.AWAITED, HandoverState.PASSED)


def watch_over(parts: Parts, *, now: datetime) -> datetime | None:
    """Note each hand-off since the last cycle, let go what the next watch has overtaken, and open
    an alarm where nobody has passed or confirmed in time. Returns when there is something next."""
    with parts.store.read() as tx:
        view = parts.lookout.look(tx, now=now)
        if view is None:
            return None
        within = view.district.plan.handover_within
        noted = meta.get_instant(tx, HANDED_TO)
        if within is None and noted is None:
            return None
        found = handovers.hand_offs(view)
        fresh = _fresh(found, noted, now)
        if within is None:
            _passed_by(parts, fresh, now=now)
            return None
        waiting = handover_store.in_state(tx, _UNTAKEN)
        wanting = _wanting(tx, waiting, found, within, now)
        untold = _untold(tx, waiting)
    if fresh or wanting or untold or noted is None:
        with parts.store.write() as tx:
            _note(tx, view, fresh, now=now)
            waiting = handover_store.in_state(tx, _UNTAKEN)
            _settle(parts, tx, waiting, found, within, now=now)
            _ask(parts, tx, view, _untold(tx, waiting), now=now)
    ahead = [one.at for one in found if one.at > now]
    bounds = [item.due_at + within for item in waiting]
    return min([at for at in (*ahead, *bounds) if at > now], default=None)


def _passed_by(parts: Parts, fresh: list[HandOff], *, now: datetime) -> None:
    """Hand-offs while handovers are switched off are none when they are switched on again."""
    if fresh:
        with parts.store.write() as tx:
            meta.put_instant(tx, HANDED_TO, now)


def _untold(tx: Tx, waiting: list[Handover]) -> list[Handover]:
    """What has been passed and of which the incoming watch has not been told."""
    told = int(meta.get(tx, ASKED) or 0)
    return [one for one in waiting if one.state is HandoverState.PASSED and one.id > told]


def _ask(parts: Parts, tx: Tx, view: View, untold: list[Handover], *, now: datetime) -> None:
    """Tell the incoming watch that it is passed and wants their confirmation, once each."""
    for item in untold:
        said: dict[str, object] = {
            "start": local(view, item.due_at),
            "person": view.person_name(item.passed_by),
            "count": len(handover_store.matters(tx)),
        }
        asked = [one for one in item.incoming if one != item.passed_by]
        notices.to_people(parts, tx, view, asked, "notice_passed", said, now=now)
        meta.put(tx, ASKED, str(item.id))


def _fresh(found: tuple[HandOff, ...], noted: datetime | None, now: datetime) -> list[HandOff]:
    return [one for one in found if noted is not None and noted < one.at <= now]


def _overtaken(item: Handover, found: tuple[HandOff, ...], now: datetime) -> bool:
    return any(item.due_at < one.at <= now for one in found)


def _wanting(
    tx: Tx, waiting: list[Handover], found: tuple[HandOff, ...], within: timedelta, now: datetime
) -> bool:
    """Whether one has been overtaken, or is late and has no alarm yet."""
    return any(
        _overtaken(item, found, now)
        or (handover.late(item, within, now=now) and page_store.with_key(tx, _key(item)) is None)
        for item in waiting
    )


def _cause(item: Handover) -> alarm.Cause:
    return alarm.handover_late(item.id, item.due_at, item.outgoing, item.incoming)


def _key(item: Handover) -> str:
    return alarm.alarm_key(_cause(item))


def _note(tx: Tx, view: View, fresh: list[HandOff], *, now: datetime) -> None:
    """Each hand-off has a handover from its instant on, whether or not somebody passes it."""
    for hand_off in fresh:
        item = handovers.kept(tx, view, hand_off, now=now)
        if not item.id:
            handover_store.save(tx, item)
    meta.put_instant(tx, HANDED_TO, now)


def _settle(  # noqa: PLR0913  each is a value that the rule weighs
    parts: Parts,
    tx: Tx,
    waiting: list[Handover],
    found: tuple[HandOff, ...],
    within: timedelta,
    *,
    now: datetime,
) -> None:
    for item in waiting:
        if _overtaken(item, found, now):
            missed = handover.step(item, HandoverEvent.LAPSE, by="system", now=now).handover
            handover_store.save(tx, missed)
            told = (("due_at", item.due_at.isoformat()), ("outgoing", list(item.outgoing)))
            subject, why = f"handover/{item.id}", item.state.value
            journal.append(tx, [Entry(now, Event.HANDOVER_MISSED, "system", subject, why, told)])
            alarms.end(tx, [alarm.handover_cause(item.id)], now=now)
        elif handover.late(item, within, now=now):
            alarms.open_for(parts, tx, _cause(item), now=now)
