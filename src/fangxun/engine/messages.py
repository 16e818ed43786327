"""From drafts to attempts: bundle what the ladders want to say, word it, keep to each number's
budget."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from fangxun.core import alarm, batching, escalation, ladders
from fangxun.core.alarm import AlarmKind
from fangxun.core.assessment import Assessment
from fangxun.core.batching import Budgeted
from fangxun.core.escalation import Advance, Draft
from fangxun.core.exercise import TO_HIMSELF
from fangxun.core.page import (
    Attempt,
    AttemptState,
    Page,
    PageKind,
    PageState,
)
from fangxun.core.plan import Channel, Contact
from fangxun.engine import links, texts, unsent
from fangxun.engine.codes import Codes
from fangxun.engine.composed import Composed, Detour
from fangxun.engine.parts import Parts
from fangxun.engine.unsent import Joined, Unsent
from fangxun.engine.view import View
from fangxun.gateways.base import Gateway
from fangxun.store import assessments as assessment_store
from fangxun.store import codes as code_store
from fangxun.store import lately, meta, outbox
from fangxun.store.base import Tx
from fangxun.store.codes import Ledger

KNOWN_FOR = timedelta(hours=1)
"""So long another alarm of a kind counts as a repeat to a number that was told of one."""

Paired = Sequence[tuple[Draft, Page]]
"""What one message says: the drafts that it bundles, each with its page."""


@dataclass(frozen=True, slots=True)
class _Desk:
    """What one round of composing looks up, and what it has written so far."""

    parts: Parts
    tx: Tx
    view: View
    levels: Mapping[str, Assessment]
    aside: frozenset[str]
    sent: dict[str, list[tuple[str, str]]]
    """(kind, text) of what each number has had in 24 hours."""
    told: dict[str, set[AlarmKind]]
    """The kinds of alarm that each number was told of within the last hour."""
    reached: Mapping[str, datetime]
    """When each contact was last reached, within 24 hours."""
    waiting: dict[unsent.Key, list[Unsent]]
    """What still waits in the outbox for each of them."""
    called: frozenset[tuple[int, str]]
    """(page, contact) that is called in this round anyhow."""
    codes: Codes
    now: datetime


def compose(
    parts: Parts, tx: Tx, view: View, advances: Sequence[Advance], *, now: datetime
) -> Composed:
    """Bundle the drafts and word them, within each number's budget.

    Where a number has had its share, the next number of the same person that takes the channel is
    tried at once, and then a call, where his ladder knows one: nothing is dropped for a budget.
    """
    composed = Composed(untold=_untold(tx, advances))
    drafts = [
        replace(draft, untold=draft.page in composed.untold)
        for advance in advances
        for draft in advance.drafts
    ]
    if not drafts:
        return composed
    pages = {advance.page.id: advance.page for advance in advances}
    desk = _desk(parts, tx, view, drafts, pages, now=now)
    _write(desk, composed, drafts, pages)
    code_store.give(tx, desk.codes.fresh)
    return composed


def rehearsed(
    parts: Parts,
    tx: Tx,
    view: View,
    advances: Sequence[Advance],
    levels: Mapping[str, Assessment],
) -> Composed:
    """What `compose` would come to on a day on which no number has had a text, every gateway works
    and nothing waits; nothing is written."""
    composed = Composed()
    drafts = [draft for advance in advances for draft in advance.drafts]
    pages = {advance.page.id: advance.page for advance in advances}
    called = frozenset((d.page, d.contact) for d in drafts if d.channel is Channel.VOICE)
    codes = Codes(view, (), lambda _told, _people: Ledger())
    desk = _Desk(parts, tx, view, levels, frozenset(), {}, {}, {}, {}, called, codes, view.at)
    _write(desk, composed, drafts, pages)
    return composed


def _write(
    desk: _Desk, composed: Composed, drafts: Sequence[Draft], pages: Mapping[int, Page]
) -> None:
    for bundle in batching.bundle(drafts):
        for paired in _apart(desk, [(draft, pages[draft.page]) for draft in bundle]):
            _compose(desk, composed, paired)


def _untold(tx: Tx, advances: Sequence[Advance]) -> frozenset[int]:
    """Pages that turn to others alone, or end, and of which nothing can have reached their own
    person."""
    pages = {
        advance.page.id: advance.page.person
        for advance in advances
        if advance.page.kind is PageKind.PAGE
        and (advance.drafts or advance.page.state is PageState.UNREACHED)
        and all(draft.stands_for is not Contact.PERSON for draft in advance.drafts)
    }
    return unsent.untold(tx, pages) if pages else frozenset()


def _desk(  # noqa: PLR0913  each is a value that the caller already holds
    parts: Parts,
    tx: Tx,
    view: View,
    drafts: Sequence[Draft],
    pages: Mapping[int, Page],
    *,
    now: datetime,
) -> _Desk:
    numbers = sorted({number for draft in drafts for number in _numbers(view, draft) if number})
    causes: dict[str, set[str]] = {}
    if any(draft.kind is PageKind.ALARM for draft in drafts):
        causes = lately.alarms_told(tx, numbers, since=now - KNOWN_FOR)
    sent = lately.sent_24h(tx, numbers, now=now)
    contacts = {draft.contact for draft in drafts}
    waiting = unsent.waiting(tx, sent) if sent else {}
    before = (draft for of in waiting.values() for one in of for draft, _ in one.paired)
    told = {(draft.page, draft.contact) for draft in (*drafts, *before)}
    return _Desk(
        parts=parts,
        tx=tx,
        view=view,
        levels=assessment_store.of(tx, {page.place for page in pages.values() if page.place}),
        aside=meta.set_aside(tx, now=now),
        sent=sent,
        told={number: {alarm.kind_of(c) for c in of} for number, of in causes.items()},
        reached=lately.last_reached(tx, contacts, now=now) if sent else {},
        waiting=waiting,
        called=frozenset((d.page, d.contact) for d in drafts if d.channel is Channel.VOICE),
        codes=Codes(view, told, partial(code_store.ledger, tx)),
        now=now,
    )


def _compose(desk: _Desk, composed: Composed, paired: Paired) -> None:
    """One message, by the first way to its contact that has room for it."""
    verdict: Budgeted | None = None
    for channel, number in _ways(desk, paired):
        own = [(replace(draft, number=number, channel=channel), page) for draft, page in paired]
        before = _joined(desk, own)
        moved = _together(own, before)
        attempt = _attempt(desk, moved)
        if attempt is None:
            verdict = verdict or Budgeted.NO_TEMPLATE
            continue
        waited = [item.attempt for item in before]
        attempt = replace(attempt, priority=min(a.priority for a in (attempt, *waited)))
        sent = _without(desk.sent.get(number, ()), waited)
        said = batching.within_budget(
            attempt, sent, desk.view.district.plan, share=_share(desk, moved)
        )
        if said is Budgeted.OK or not number:
            composed.attempts.append(attempt)
            _take_back(desk, composed, attempt, before, {page.id for _, page in paired})
            desk.sent[number] = [*sent, (attempt.kind, attempt.text)]
            desk.told.setdefault(number, set()).update(_kinds(paired))
            if verdict is not None:
                composed.moved.update((draft, Detour(verdict, channel)) for draft, _ in paired)
            return
        verdict = verdict or said
    if verdict is not None:
        composed.refused.update((draft, verdict) for draft, _ in paired)


def _joined(desk: _Desk, paired: Paired) -> list[Unsent]:
    """What waits for the same number and goes into one text with this: where he can answer each by
    its code, or it is of the same page anyhow."""
    draft, page = paired[0]
    waits = desk.waiting.get(unsent.key_of(draft), [])
    gateway = _gateway(desk, paired)
    if not waits or gateway is None or page.kind is not PageKind.PAGE or draft.alone:
        return []
    if draft.channel is not Channel.SMS:
        return []
    pages = {item.id for _, item in paired}
    if not texts.answers_back(gateway, draft.number):
        waits = [one for one in waits if {item.id for _, item in one.paired} == pages]
    found = batching.joined(([item.id for _, item in one.paired] for one in waits), pages)
    joined = [waits[index] for index in found]
    return joined if _gateway(desk, _together(paired, joined)) is gateway else []


def _without(
    sent: Sequence[tuple[str, str]], taken_back: Iterable[Attempt]
) -> list[tuple[str, str]]:
    """What a number has had, where these do not leave."""
    gone = Counter((attempt.kind, attempt.text) for attempt in taken_back)
    return list((Counter(sent) - gone).elements())


def _together(paired: Paired, before: Sequence[Unsent]) -> Paired:
    """What waited first, each page once and as it stands now."""
    told = {page.id: (draft, page) for item in before for draft, page in item.paired}
    return list((told | {page.id: (draft, page) for draft, page in paired}).values())


def _take_back(
    desk: _Desk,
    composed: Composed,
    attempt: Attempt,
    before: Sequence[Unsent],
    own: AbstractSet[int],
) -> None:
    if not before:
        return
    over = tuple(page for page in attempt.pages if page not in own)
    composed.joined.append(Joined(attempt, tuple(before), over))
    outbox.take_back(desk.tx, [item.attempt.id for item in before], now=desk.now)
    key = attempt.contact, attempt.number, before[0].paired[0][0].stands_for is Contact.PERSON
    desk.waiting[key] = [item for item in desk.waiting[key] if item not in before]


def _ways(desk: _Desk, paired: Paired) -> Iterator[tuple[Channel, str]]:
    """The numbers of an SMS, then calls, where each of its pages would call this contact at some
    step and is not doing so just now, and a gateway carries one."""
    first = paired[0][0]
    for number in _numbers(desk.view, first):
        yield first.channel, number
    person = desk.view.people.get(first.contact)
    if person is None or first.channel is not Channel.SMS:
        return
    if not all(_calls(desk, draft, page) for draft, page in paired):
        return
    for phone in person.phones:
        gateway = desk.parts.able(Channel.VOICE, phone.number, without=desk.aside)
        if phone.voice and not phone.invalid_voice and gateway is not None:
            yield Channel.VOICE, phone.number


def _calls(desk: _Desk, draft: Draft, page: Page) -> bool:
    if page.kind in TO_HIMSELF or (page.id, draft.contact) in desk.called:
        return False
    steps = ladders.ladder_of(desk.view.district.plan, page).steps
    by = (draft.stands_for, Channel.VOICE)
    return any((rung.contact, rung.channel) == by for rung in steps)


def _numbers(view: View, draft: Draft) -> Iterator[str]:
    """The draft's own number, then the others of its contact that take its channel."""
    yield draft.number
    person = view.people.get(draft.contact)
    if person is None or draft.channel is not Channel.SMS:
        return
    for phone in person.phones:
        if phone.sms and not phone.invalid and phone.number != draft.number:
            yield phone.number


def _kinds(paired: Paired) -> set[AlarmKind]:
    return {alarm.kind_of(page.cause) for _, page in paired if page.kind is PageKind.ALARM}


def _share(desk: _Desk, paired: Paired) -> batching.Share:
    """What of its number's budget the message may use: what the best of its drafts may."""
    plan = desk.view.district.plan
    return batching.highest(
        batching.share_of(
            draft,
            page,
            known=page.kind is PageKind.ALARM
            and alarm.kind_of(page.cause) in desk.told.get(draft.number, ()),
            rare=escalation.is_rare(page, ladders.ladder_of(plan, page)),
        )
        for draft, page in paired
    )


def _gateway(desk: _Desk, paired: Paired) -> Gateway | None:
    """The first able gateway; an alarm about a gateway goes over another one."""
    first = paired[0][0]
    without = desk.aside | about(page for _, page in paired)
    return desk.parts.able(
        first.channel,
        first.number,
        without=without,
        takes=lambda gateway: texts.takes(desk.parts, desk.view, paired, gateway),
    )


def about(pages: Iterable[Page]) -> frozenset[str]:
    """The gateways that alarms are about."""
    alarms = [page for page in pages if page.kind is PageKind.ALARM]
    return frozenset(filter(None, (alarm.failed_gateway(page.cause) for page in alarms)))


def _apart(desk: _Desk, paired: Paired) -> Sequence[Paired]:
    """Alarms about several gateways are one message only where there is one more to carry it, and
    so are pages where a gateway has a registered template for several."""
    failed = about(page for _, page in paired)
    gateway = _gateway(desk, paired)
    if gateway is None:
        return [[one] for one in paired]
    if gateway.name not in failed or len(failed) == 1:
        return [paired]
    groups: dict[frozenset[str], list[tuple[Draft, Page]]] = {}
    for draft, page in paired:
        groups.setdefault(about([page]), []).append((draft, page))
    return list(groups.values())


def _attempt(desk: _Desk, paired: Paired) -> Attempt | None:
    first, page = paired[0]
    gateway = _gateway(desk, paired)
    if gateway is None:
        return None
    id_ = desk.parts.token(64)
    known = texts.Known(desk.levels, desk.codes.of)
    told = texts.for_bundle(desk.parts, desk.view, paired, gateway, known)
    return Attempt(
        id=id_,
        pages=tuple(item.id for _, item in paired),
        contact=first.contact,
        channel=first.channel,
        number=first.number,
        gateway=gateway.name,
        text=links.marked(told.text, id_),
        template=links.marked_in(told.template, id_),
        state=AttemptState.QUEUED,
        queued_at=desk.now,
        expires_at=desk.now + desk.parts.useful_life,
        priority=min(_priority(desk, draft, item) for draft, item in paired),
        kind=page.kind.value,
        language=texts.language_of(desk.view, first.contact),
    )


def _priority(desk: _Desk, draft: Draft, item: Page) -> int:
    order = desk.view.district.plan.order(item.level, item.hazard)
    reached = desk.reached.get(draft.contact)
    return batching.priority(item, first=item.step == 0, order=order, reached=reached)
