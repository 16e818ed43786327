"""Climb the ladders that are due: attempts into the outbox, each step with its reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from fangxun.core import alarm, escalation, ladders
from fangxun.core.escalation import Advance, Contacts
from fangxun.core.journal import Entry, Event
from fangxun.core.page import Page, PageKind, PageState
from fangxun.core.plan import Channel, Ladder
from fangxun.engine import alarms, exercises, links, messages, spotchecks, unsent
from fangxun.engine.composed import Composed
from fangxun.engine.parts import Parts
from fangxun.engine.view import View
from fangxun.store import journal, meta, outbox
from fangxun.store import pages as page_store
from fangxun.store.base import Tx
from fangxun.store.dues import dues

GROUP = 300
"""Pages advanced in one transaction, the most urgent first."""


def escalate(parts: Parts, *, now: datetime) -> datetime | None:
    """Begin or end the spot check that is due, advance every page that is, in groups, and end an
    exercise that is through; returns when there is more to do."""
    checked = spotchecks.turn(parts, now=now)
    while advance_group(parts, now=now) == GROUP:
        pass
    _owed(parts, now=now)
    exercises.conclude(parts, now=now)
    with parts.store.read() as tx:
        soonest = page_store.next_due(tx)
    return min((at for at in (soonest, checked) if at is not None), default=None)


def advance_group(parts: Parts, *, now: datetime) -> int:
    """One transaction: new page states, their attempts in the outbox, and the journal."""
    with parts.store.read() as tx:
        soonest = page_store.next_due(tx)
    if soonest is None or soonest > now:
        return 0
    with parts.store.write() as tx:
        view = parts.lookout.look(tx, now=now)
        if view is None:
            return 0
        due = page_store.due(tx, now, limit=GROUP)
        send = climb(parts, tx, view, due, keep=page_store.save, now=now)
    send()
    return len(due)


def climb(  # noqa: PLR0913  each is a value that the caller already holds
    parts: Parts,
    tx: Tx,
    view: View,
    due: Sequence[Page],
    *,
    keep: Callable[[Tx, Sequence[Page]], None],
    now: datetime,
) -> Callable[[], None]:
    """Fire the next step of each page, keep the pages as they then stand, queue the attempts.

    Returns what sends those that can leave at once, to be called when that is committed.
    """
    aside = meta.set_aside(tx, now=now)
    advances = [advanced(parts, view, item, aside | messages.about([item]), now) for item in due]
    keep(tx, [advance.page for advance in advances])
    composed = messages.compose(parts, tx, view, advances, now=now)
    links.keep(tx, composed.attempts)
    claimed = parts.claim(composed.attempts, now)
    outbox.queue(tx, claimed.attempts)
    journal.append(
        tx, [entry for advance in advances for entry in _entries(advance, composed, now)]
    )
    journal.append(tx, [unsent.entry(joined, now=now) for joined in composed.joined])
    passed_over = [advance.page for advance in advances if composed.left_out(advance)]
    page_store.save(tx, [replace(item, next_due=now) for item in passed_over])
    for person in composed.exhausted[:1]:
        alarms.open_for(parts, tx, alarm.budget(person, now=now), now=now)
    for advance in advances:
        if advance.page.state is PageState.UNREACHED and advance.page.kind is PageKind.PAGE:
            untold = advance.page.id in composed.untold
            alarms.open_for(parts, tx, alarm.unreached(advance.page, untold=untold), now=now)
        if advance.page.state is PageState.UNREACHED and advance.page.kind is PageKind.REMINDER:
            area = _area_of_post(view, advance.page)
            alarms.open_for(parts, tx, alarm.next_unconfirmed(advance.page, place=area), now=now)
    return claimed.send


def advanced(parts: Parts, view: View, item: Page, aside: frozenset[str], now: datetime) -> Advance:
    """A page after its next step, with what gateways that are not `aside` can bring."""
    scope = view.scope(item.place or view.district.root)
    contacts = Contacts(
        people=view.people,
        officials=scope.officials or view.district.officials,
        standing=view.standing,
        unit=scope.unit,
        root_unit=scope.root_unit,
        parents=view.maps.parents,
        last_resort=view.district.plan.last_resort,
        channels=frozenset(
            channel for channel in Channel if parts.able(channel, without=aside) is not None
        ),
        open_to=lambda channel, number: parts.able(channel, number, without=aside) is not None,
    )
    return escalation.advance(item, ladder_of(view, item), contacts, now=now)


def ladder_of(view: View, item: Page) -> Ladder:
    """The ladder in force now: an edit of the plan is honoured at the next step."""
    return ladders.ladder_of(view.district.plan, item)


def _area_of_post(view: View, item: Page) -> str:
    """The area of the unit whose post a reminder is about; "" for a department's."""
    post = dict(item.details).get("post")
    units = {found.unit for found in view.roster.posts if found.id == post}
    return next((unit.area for unit in view.district.units if unit.id in units), "")


def _entries(advance: Advance, composed: Composed, now: datetime) -> list[Entry]:
    subject = f"page/{advance.page.id}"
    entries = [
        Entry(
            now,
            Event.STEP_SKIPPED,
            "system",
            subject,
            skipped.reason.value,
            (("step", skipped.step), ("contact", skipped.contact.value)),
        )
        for skipped in advance.skipped
    ]
    if advance.edited:
        told = (("step", advance.page.step), ("rung", advance.page.rung))
        entries.append(Entry(now, Event.LADDER_EDITED, "system", subject, "plan_edited", told))
    for draft in advance.drafts:
        refusal = composed.refusal(draft)
        detour = composed.detour(draft)
        verdict = refusal or (detour.why if detour is not None else None)
        fired: tuple[tuple[str, object], ...] = (
            ("step", advance.page.step),
            ("person", draft.contact),
            ("channel", (detour.channel if detour is not None else draft.channel).value),
            ("round", advance.page.round),
        )
        if verdict is not None:
            entries.append(Entry(now, Event.STEP_SKIPPED, "system", subject, verdict.value, fired))
        if refusal is None:
            reason = draft.stands_for.value
            entries.append(Entry(now, Event.STEP_FIRED, "system", subject, reason, fired))
    if advance.page.state is PageState.UNREACHED:
        entries.append(
            Entry(
                now,
                Event.PAGE_UNREACHED,
                "system",
                subject,
                _why_unreached(advance.page),
                (("person", advance.page.person), ("place", advance.page.place)),
            )
        )
    return entries


def _why_unreached(item: Page) -> str:
    return "ladder_exhausted" if item.kind is PageKind.PAGE else item.kind.value


def _owed(parts: Parts, *, now: datetime) -> None:
    """A confirmed page cannot be forgotten: what is owed after it and not done in time is an
    alarm."""
    with parts.store.read() as tx:
        owed = dues(tx).owed
        late = page_store.overdue(tx, now) if owed is not None and owed <= now else []
        told = page_store.by_key(tx, [alarm.alarm_key(alarm.not_met(item)) for item in late])
    late = [item for item in late if alarm.alarm_key(alarm.not_met(item)) not in told]
    if not late:
        return
    with parts.store.write() as tx:
        for item in late:
            alarms.open_for(parts, tx, alarm.not_met(item), now=now)
