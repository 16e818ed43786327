"""Ask gateways for what callbacks did not bring: replies, receipts, and sends in doubt.

What was answered is stored in the transaction that also says up to when the gateway has been heard:
after a crash, an outage or a restart the next question begins there.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from fangxun.core import alarm, page
from fangxun.core.journal import Entry, Event
from fangxun.core.page import Attempt, AttemptState
from fangxun.engine import alarms, inward, links, settle
from fangxun.engine.parts import Parts
from fangxun.gateways.base import Accepted, Gateway, Inbound, Receipt, Unanswered
from fangxun.store import journal, meta, outbox
from fangxun.store import pages as page_store
from fangxun.store.base import Tx

log = logging.getLogger(__name__)

ASK_BACK = timedelta(hours=6)
LISTEN_BACK = timedelta(hours=1)
"""A question goes back so far behind what has been heard: replies bear the provider's time, and our
clock may be wrong by so much; see also `inward.HEARD_EVERY`. What is known already is kept once."""
DOUBT_ASKED_AFTER = timedelta(seconds=30)
MOST_DOUBTS = 30
"""Sends in doubt that one question asks for; each is a request of its own."""
MUTE_AFTER = timedelta(minutes=5)
"""A gateway that has answered no question for so long, or one question for so long, is an alarm:
replies may wait there."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a gateway is asked: for these sends in doubt, for the receipts of these ids of its own,
    and for what came in `since`. `at` is when it is asked."""

    gateway: Gateway
    doubts: Sequence[Attempt]
    waiting: Sequence[str]
    since: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """Sends in doubt that are clear now (None: it has nothing of it), what came in, and whether we
    know all that came in until the question."""

    found: Sequence[tuple[Attempt, Accepted | None]] = ()
    items: Sequence[Receipt | Inbound] = ()
    whole: bool = False


def _key(gateway: Gateway) -> str:
    """By what name it is remembered that a gateway is being asked."""
    return f"asked/{gateway.name}"


def ask(parts: Parts, *, now: datetime) -> datetime | None:
    """Ask each gateway, when it is due, in the pool; all of them after a start. Returns when the
    next one is due. What was asked in the future was asked before the clock was set right."""
    soonest: datetime | None = None
    for gateway in parts.gateways:
        if not gateway.abilities.receipts and not gateway.abilities.two_way:
            continue
        every = timedelta(seconds=gateway.abilities.ask_every_seconds)
        asked = parts.asked.get(gateway.name)
        if _key(gateway) in parts.polls_out:
            if asked is not None and now - asked >= MUTE_AFTER:
                _mute(parts, gateway.name, since=asked, now=now)
            asked = now
        elif asked is None or asked > now or now - asked >= every:
            _ask_now(parts, gateway, now=now)
            parts.asked[gateway.name] = asked = now
        soonest = min(asked + every, soonest or asked + every)
    return soonest


def _ask_now(parts: Parts, gateway: Gateway, *, now: datetime) -> None:
    """Hand one gateway's questions to the pool. From the first question on it counts what came in,
    answered or not."""
    abilities = gateway.abilities
    with parts.store.read() as tx:
        before = now - DOUBT_ASKED_AFTER
        doubts = outbox.in_doubt(tx, gateway.name, before=before) if abilities.can_ask else []
        heard = inward.heard(tx, gateway.name)
        waiting = outbox.awaiting_receipt(tx, gateway.name, since=now - ASK_BACK)
    if not doubts and not waiting and not abilities.two_way:
        return
    if heard is None:
        inward.store_items(parts, gateway.name, (), now=now, heard=now)
    since = min(heard or now, now) - LISTEN_BACK
    question = Question(gateway, doubts[:MOST_DOUBTS], waiting, since, now)
    parts.polls_out.add(_key(gateway))
    parts.polling.give(partial(_put, parts, question), partial(_answered, parts, question))


def _put(parts: Parts, question: Question) -> Answer:
    """What a gateway knows; nothing where it cannot be asked just now."""
    try:
        return _asked(parts, question)
    except Exception:  # whatever it is: the gateway is asked again, and silence becomes an alarm
        name = question.gateway.name
        log.exception("gateway %s answers nothing", name, extra={"action": "not_asked"})
        return Answer()


def _asked(parts: Parts, question: Question) -> Answer:
    """Replies first: somebody may have confirmed. One question without an answer ends those for
    sends in doubt, which would each wait as long."""
    gateway = question.gateway
    two_way = gateway.abilities.two_way
    replies = gateway.inbound(since=question.since) if two_way else ()
    receipts = gateway.fetch(question.waiting) if question.waiting else ()
    items: list[Receipt | Inbound] = []
    whole = True
    for came in (receipts, replies):
        if isinstance(came, Unanswered):
            whole = False
        else:
            items += came
    found: list[tuple[Attempt, Accepted | None]] = []
    for attempt in question.doubts:
        order = links.order(parts.store, attempt, valid_for_seconds=60)
        known = gateway.ask(order, since=attempt.sent_at or attempt.queued_at)
        if isinstance(known, Unanswered):
            break
        found.append((attempt, known))
    return Answer(found, items, whole)


def _answered(parts: Parts, question: Question, answer: Answer) -> None:
    name = question.gateway.name
    now = parts.clock()
    try:
        if answer.whole:
            _back(parts, name, now=now)
        else:
            _mute(parts, name, since=now, now=now)
        if answer.found:
            with parts.store.write() as tx:
                _doubts_answered(parts, tx, answer.found, now=now)
            parts.wake()
        heard = question.at if answer.whole else None
        inward.store_items(parts, name, answer.items, now=now, heard=heard)
    finally:
        parts.polls_out.discard(_key(question.gateway))


def _mute_key(gateway: str) -> str:
    return f"mute/{gateway}"


def _mute(parts: Parts, gateway: str, *, since: datetime, now: datetime) -> None:
    """Remember since when a gateway answers no question; journal it once, and alarm the watch."""
    key = _mute_key(gateway)
    with parts.store.read() as tx:
        noted = meta.get(tx, key) or ""
        began = datetime.fromisoformat(noted) if noted else since
        cause = alarm.gateway_mute(gateway, since=began)
        told = page_store.by_key(tx, [alarm.alarm_key(cause)])
    if noted and (told or now - began < MUTE_AFTER):
        return
    with parts.store.write() as tx:
        if not noted:
            entry = Entry(now, Event.GATEWAY_MUTE, "system", f"gateway/{gateway}", "asked")
            journal.append(tx, [entry])
            meta.put(tx, key, began.isoformat())
        if now - began >= MUTE_AFTER and alarms.open_for(parts, tx, cause, now=now):
            meta.wake(tx)


def _back(parts: Parts, gateway: str, *, now: datetime) -> None:
    """It answers again: its alarm ends."""
    with parts.store.read() as tx:
        if not meta.get(tx, _mute_key(gateway)):
            return
    with parts.store.write() as tx:
        entry = Entry(now, Event.GATEWAY_BACK, "system", f"gateway/{gateway}", "asked")
        journal.append(tx, [entry])
        meta.put(tx, _mute_key(gateway), "")
        alarms.cause_gone(tx, alarm.gateway_mute_prefix(gateway), now=now)


def _doubts_answered(
    parts: Parts, tx: Tx, found: Sequence[tuple[Attempt, Accepted | None]], *, now: datetime
) -> None:
    """The provider has it: accepted. It has nothing of it: one more copy, flagged; a copy goes once
    more, and the page of what is lost for good moves on at once."""
    present = outbox.get_many(tx, [attempt.id for attempt, _ in found])
    known = {attempt.id: answer for attempt, answer in found}
    settled: list[Attempt] = []
    for attempt in present:
        answer = known[attempt.id]
        if attempt.state is not AttemptState.IN_DOUBT:
            continue
        if answer is not None:
            taken = AttemptState.ACCEPTED
            after = page.accepted(attempt, answer.provider_id, taken, now=now, at=answer.at)
        else:
            (after,) = settle.still_wanted(tx, [page.never_arrived(attempt, now=now)], now=now)
            outbox.queue(tx, settle.make_copy(parts, tx, attempt, now=now))
        outbox.save(tx, [(attempt, after)])
        journal.append(tx, settle.entries(attempt, after, now=now))
        settled.append(after)
    settle.consequences(parts, tx, settled, now=now)
