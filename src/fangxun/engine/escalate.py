"""Climb the ladders that are due: attempts into the outbox, each step with its reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from fangxun.core import alarm, batching, escalation
from fangxun.core.escalation import Advance, Contacts, Draft
from fangxun.core.journal import Entry, Event
from fangxun.core.page import Attempt, AttemptState, Page, PageKind, PageState
from fangxun.core.plan import Channel, Ladder
from fangxun.engine import alarms, exercises, texts
from fangxun.engine.parts import Parts
from fangxun.engine.view import View
from fangxun.gateways.base import Gateway
from fangxun.store import assessments as assessment_store
from fangxun.store import journal, meta, outbox
from fangxun.store import pages as page_store
from fangxun.store.base import Tx

GROUP = 300
"""Pages advanced in one transaction, the most urgent first."""


def escalate(parts: Parts, *, now: datetime) -> datetime | None:
    """Advance every page that is due, in groups, and end an exercise that is through; returns when
    the next page will be due."""
    while advance_group(parts, now=now) == GROUP:
        pass
    _owed(parts, now=now)
    exercises.conclude(parts, now=now)
    with parts.store.read() as tx:
        return page_store.next_due(tx)


def advance_group(parts: Parts, *, now: datetime) -> int:
    """One transaction: new page states, their attempts in the outbox, and the journal."""
    with parts.store.read() as tx:
        if not page_store.due(tx, now, limit=1):
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
    failed = alarm_gateways_to_avoid(due)
    advances = [
        _advance(parts, view, item, aside | failed.get(item.id, frozenset()), now) for item in due
    ]
    keep(tx, [advance.page for advance in advances])
    claimed = parts.claim(_attempts(parts, tx, view, advances, aside=aside, now=now), now)
    outbox.queue(tx, claimed.attempts)
    journal.append(tx, [entry for advance in advances for entry in _entries(advance, now)])
    for advance in advances:
        if advance.page.state is PageState.UNREACHED and advance.page.kind is PageKind.PAGE:
            alarms.open_for(parts, tx, alarm.unreached(advance.page), now=now)
    return claimed.send


def alarm_gateways_to_avoid(due: Sequence[Page]) -> dict[int, frozenset[str]]:
    """An alarm about a gateway goes over another one."""
    return {
        item.id: frozenset({alarm.failed_gateway(item.cause)})
        for item in due
        if item.kind is PageKind.ALARM and alarm.failed_gateway(item.cause)
    }


def _advance(parts: Parts, view: View, item: Page, aside: frozenset[str], now: datetime) -> Advance:
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
    if item.kind is PageKind.ALARM:
        return view.district.plan.alarm
    entry = view.district.plan.at(item.level, item.hazard)
    return entry.ladder if entry is not None else view.district.plan.alarm


def _attempts(  # noqa: PLR0913  each is a value that the caller already holds
    parts: Parts,
    tx: Tx,
    view: View,
    advances: Sequence[Advance],
    *,
    aside: frozenset[str],
    now: datetime,
) -> list[Attempt]:
    """Bundle the drafts and word them, within each number's budget."""
    pages = {advance.page.id: advance.page for advance in advances}
    drafts = [draft for advance in advances for draft in advance.drafts]
    if not drafts:
        return []
    levels = assessment_store.of(tx, {page.place for page in pages.values() if page.place})
    sent = outbox.sent_24h(tx, sorted({d.number for d in drafts if d.number}), now=now)
    attempts: list[Attempt] = []
    for bundle in batching.bundle(drafts):
        covered = [pages[draft.page] for draft in bundle]
        avoid = aside | alarm_gateways_to_avoid(covered).get(covered[0].id, frozenset())
        gateway = parts.able(bundle[0].channel, bundle[0].number, without=avoid)
        if gateway is None:
            continue
        paired = list(zip(bundle, covered, strict=True))
        text = texts.for_bundle(parts, tx, view, paired, gateway, levels)
        attempt = _attempt(parts, view, paired, gateway, text, now=now)
        before = sent.setdefault(attempt.number, [])
        verdict = batching.within_budget(attempt, before, view.district.plan)
        if verdict is batching.Budgeted.OK or not attempt.number:
            attempts.append(attempt)
            before.append((attempt.kind, attempt.text))
            continue
        journal.append(
            tx,
            [
                Entry(now, Event.STEP_SKIPPED, "system", f"page/{item.id}", verdict.value)
                for item in covered
            ],
        )
        page_store.save(tx, [replace(item, next_due=now) for item in covered])
    return attempts


def _attempt(  # noqa: PLR0913  each is a value that the caller already holds
    parts: Parts,
    view: View,
    paired: Sequence[tuple[Draft, Page]],
    gateway: Gateway,
    text: str,
    *,
    now: datetime,
) -> Attempt:
    first = paired[0][0]
    return Attempt(
        id=parts.token(64),
        pages=tuple(item.id for _, item in paired),
        contact=first.contact,
        channel=first.channel,
        number=first.number,
        gateway=gateway.name,
        text=text,
        state=AttemptState.QUEUED,
        queued_at=now,
        expires_at=now + parts.useful_life,
        priority=min(_priority(view, item) for _, item in paired),
        kind=paired[0][1].kind.value,
        language=texts.language_of(view, first.contact),
    )


def _priority(view: View, item: Page) -> int:
    entry = view.district.plan.at(item.level, item.hazard)
    order = entry.groups if entry is not None else ()
    return batching.priority(item, first=item.step == 0, order=order)


def _entries(advance: Advance, now: datetime) -> list[Entry]:
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
    entries += [
        Entry(
            now,
            Event.STEP_FIRED,
            "system",
            subject,
            draft.stands_for.value,
            (
                ("step", advance.page.step),
                ("person", draft.contact),
                ("channel", draft.channel.value),
                ("round", advance.page.round),
            ),
        )
        for draft in advance.drafts
    ]
    if advance.page.state is PageState.UNREACHED:
        entries.append(
            Entry(
                now,
                Event.PAGE_UNREACHED,
                "system",
                subject,
                "exercise" if advance.page.kind is PageKind.EXERCISE else "ladder_exhausted",
                (("person", advance.page.person), ("place", advance.page.place)),
            )
        )
    return entries


def _owed(parts: Parts, *, now: datetime) -> None:
    """A confirmed page cannot be forgotten: what is owed after it and not done in time is an
    alarm."""
    with parts.store.read() as tx:
        late = page_store.overdue(tx, now)
        told = page_store.by_key(tx, [alarm.alarm_key(alarm.not_met(item)) for item in late])
    late = [item for item in late if alarm.alarm_key(alarm.not_met(item)) not in told]
    if not late:
        return
    with parts.store.write() as tx:
        for item in late:
            alarms.open_for(parts, tx, alarm.not_met(item), now=now)
