"""Faults planted in the engine, one at a time; each would lose, drown or pester somebody."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from twilio.request_validator import RequestValidator

from fangxun.core import alarm, assessment, departure, escalation, incident, page
from fangxun.core.escalation import Skip
from fangxun.core.level import Certainty, Level
from fangxun.core.page import AttemptState, PageKind
from fangxun.core.plan import Contact
from fangxun.engine import (
    acknowledge,
    alarms,
    dispatch,
    escalate,
    key_press,
    poll,
    replies,
    respond,
    settle,
)
from fangxun.gateways.base import InDoubt, NotSent, Refused
from fangxun.gateways.twilio import calls
from fangxun.gateways.twilio.lookups import Lookups
from fangxun.store import inbox, ledger, outbox
from fangxun.store import roster as roster_store

Plant = Callable[[pytest.MonkeyPatch], None]


def ack_dropped(patch: pytest.MonkeyPatch) -> None:
    """A reply is read, and the confirmation is never kept."""
    patch.setattr(acknowledge, "confirmed", lambda _tx, item, **_rest: item)


def ack_of_one_dropped(patch: pytest.MonkeyPatch) -> None:
    """Of some people the confirmation is not kept."""
    real = acknowledge.confirmed

    def confirmed(tx: Any, item: Any, **rest: Any) -> Any:
        return item if str(rest["by"]).endswith(("2", "3", "4")) else real(tx, item, **rest)

    patch.setattr(acknowledge, "confirmed", confirmed)


def step_skipped(patch: pytest.MonkeyPatch) -> None:
    """Deputies are never turned to."""
    real = escalation.reach

    def reach(item: Any, rung: Any, *rest: Any) -> Any:
        return Skip.NOBODY if rung.contact is Contact.DEPUTY else real(item, rung, *rest)

    patch.setattr(escalation, "reach", reach)


def second_number_forgotten(patch: pytest.MonkeyPatch) -> None:
    """Only first numbers are tried."""
    real = escalation.reach

    def reach(item: Any, rung: Any, *rest: Any) -> Any:
        return Skip.NO_NUMBER if rung.number > 1 else real(item, rung, *rest)

    patch.setattr(escalation, "reach", reach)


def wait_cut_short(patch: pytest.MonkeyPatch) -> None:
    """A step leaves its contact no time."""
    real = escalate.escalation.advance

    def advance(item: Any, *rest: Any, now: Any) -> Any:
        found = real(item, *rest, now=now)
        due = found.page.next_due
        return replace(found, page=replace(found.page, next_due=due and now + (due - now) / 4))

    patch.setattr(escalate.escalation, "advance", advance)


def receipt_merged_backwards(patch: pytest.MonkeyPatch) -> None:
    """The last receipt to come wins."""
    patch.setattr(
        settle.page, "merge", lambda item, state, *, now: replace(item, state=state, settled_at=now)
    )


def outbox_row_forgotten(patch: pytest.MonkeyPatch) -> None:
    """The last of the claimed rows is marked as sending and never sent."""
    real = outbox.claim
    patch.setattr(outbox, "claim", lambda tx, **rest: real(tx, **rest)[:-1])


def message_forgotten(patch: pytest.MonkeyPatch) -> None:
    """A step is fired and journalled, and one of its messages never reaches the outbox."""
    real = outbox.queue
    patch.setattr(outbox, "queue", lambda tx, attempts: real(tx, attempts[1:]))


def sent_twice(patch: pytest.MonkeyPatch) -> None:
    """Each message is queued a second time under another id."""
    real = outbox.queue

    def queue(tx: Any, attempts: Any) -> None:
        real(tx, [*attempts, *[replace(a, id="f" + a.id[1:]) for a in attempts]])

    patch.setattr(outbox, "queue", queue)


def crash_not_recovered(patch: pytest.MonkeyPatch) -> None:
    """What a crash has left as sending stays so."""
    patch.setattr(dispatch, "recover", lambda _parts, **_rest: 0)


def crash_sends_again(patch: pytest.MonkeyPatch) -> None:
    """What a crash has left as sending goes back into the outbox, unasked and unflagged."""

    def recover(parts: Any, *, now: Any) -> int:
        with parts.store.write() as tx:
            left = outbox.left_sending(tx)
            dispatch.keep(parts, tx, [(a, None) for a in left], now=now)
        return len(left)

    patch.setattr(dispatch, "recover", recover)


def lost_answer_sends_again(patch: pytest.MonkeyPatch) -> None:
    """A request without an answer is made again."""
    _outcomes(patch, InDoubt, lambda _found: NotSent("again", "no answer"))


def lost_answer_is_a_failure(patch: pytest.MonkeyPatch) -> None:
    """A request without an answer is given up."""
    _outcomes(patch, InDoubt, lambda _found: Refused("lost", "no answer", page.Blame.NONE))


def throttled_is_a_failure(patch: pytest.MonkeyPatch) -> None:
    """A 429 is taken for a refusal, and the number for a dead one."""
    _outcomes(patch, NotSent, lambda _found: Refused("429", "", page.Blame.NUMBER))


def _outcomes(patch: pytest.MonkeyPatch, kind: type[Any], instead: Callable[[Any], object]) -> None:
    real = dispatch.after_outcome

    def after(item: Any, outcome: Any, *, now: Any) -> Any:
        found = instead(outcome) if isinstance(outcome, kind) else outcome
        return real(item, found, now=now)

    patch.setattr(dispatch, "after_outcome", after)


def copies_without_end(patch: pytest.MonkeyPatch) -> None:
    """A copy in doubt is copied again."""
    real = page.copy_of

    def copy_of(item: Any, **rest: Any) -> Any:
        made = real(replace(item, copy_of=""), **rest)
        return made and replace(made, copy_of=item.id)

    patch.setattr(settle.page, "copy_of", copy_of)


def copy_not_flagged(patch: pytest.MonkeyPatch) -> None:
    """The extra copy looks like any other message."""
    real = page.copy_of

    def copy_of(item: Any, **rest: Any) -> Any:
        made = real(item, **rest)
        return made and replace(made, copy_of="")

    patch.setattr(settle.page, "copy_of", copy_of)


def silence_is_no(patch: pytest.MonkeyPatch) -> None:
    """A provider that cannot be asked is taken to have nothing."""
    patch.setattr(Lookups, "ask", lambda _self, _order, **_rest: None)


def forged_believed(patch: pytest.MonkeyPatch) -> None:
    """Whoever leaves the signature's check out."""
    patch.setattr(RequestValidator, "validate", lambda *_args: True)


def unreached_without_alarm(patch: pytest.MonkeyPatch) -> None:
    """A ladder ends, and nobody is told."""
    real = alarms.open_for

    def open_for(parts: Any, tx: Any, cause: Any, **rest: Any) -> bool:
        kind = alarm.AlarmKind.UNREACHED
        return cause.kind is not kind and real(parts, tx, cause, **rest)

    patch.setattr(alarms, "open_for", open_for)


def stale_feed_not_told(patch: pytest.MonkeyPatch) -> None:
    """A feed that is out is taken for calm weather."""
    patch.setattr(poll, "is_stale", lambda *_args, **_rest: False)


def missing_data_clear(patch: pytest.MonkeyPatch) -> None:
    """A place whose gauge is silent is taken to be dry."""
    real = assessment.assess

    def assess(*given: Any, now: Any) -> Any:
        dry = {"level": Level.NONE, "certainty": Certainty.KNOWN, "evidence": ()}
        return {
            place: replace(item, **dry) if item.missing else item
            for place, item in real(*given, now=now).items()
        }

    patch.setattr(assessment, "assess", assess)


def raise_swallowed(patch: pytest.MonkeyPatch) -> None:
    """A place that stands at a level already is not raised any higher."""
    real = incident.develop

    def develop(incidents: Any, *rest: Any, **named: Any) -> Any:
        found = real(incidents, *rest, **named)
        held = {p.place for i in incidents for p in i.places if p.level.rank}
        return tuple(d for d in found if d.place not in held)

    patch.setattr(incident, "develop", develop)


def officials_forgotten(patch: pytest.MonkeyPatch) -> None:
    """The last official of a place is not among those who must be paged."""
    real = respond.calling.required

    def required(plan: Any, raised: Any, present: Any, **named: Any) -> Any:
        some = replace(present.scope, officials=present.scope.officials[:-1])
        return real(plan, raised, replace(present, scope=some), **named)

    patch.setattr(respond.calling, "required", required)


def half_a_raise_forgotten(patch: pytest.MonkeyPatch) -> None:
    """After its first pages a raise counts as answered; what a crash left is never opened."""
    real = respond.work_out

    def work_out(parts: Any, *, now: Any) -> Any:
        answer = real(parts, now=now)
        fresh = answer is not None and (answer.developments or answer.assessed)
        return answer if fresh else None

    patch.setattr(respond, "work_out", work_out)


def journal_not_chained(patch: pytest.MonkeyPatch) -> None:
    """A line is written with the hash of another."""
    real = ledger.chain

    def chain(key: bytes, previous: str, seq: int, entry: Any) -> str:
        return real(key, previous, seq + (seq == 90), entry)

    patch.setattr(ledger, "chain", chain)


def inbox_row_forgotten(patch: pytest.MonkeyPatch) -> None:
    """Of what came together the last is not kept."""
    real = inbox.put
    patch.setattr(inbox, "put", lambda tx, name, items, *, now: real(tx, name, items[:-1], now=now))


def edit_overwritten(patch: pytest.MonkeyPatch) -> None:
    """An edit of the roster is said to be kept, and is not."""
    patch.setattr(roster_store, "add_overrides", lambda _tx, planned: [1 for _ in planned])


def replies_of_anybody(patch: pytest.MonkeyPatch) -> None:
    """A reply confirms for the first person of the list, whoever sent it."""
    patch.setattr(
        replies, "owners_of", lambda view, _number: [view.district.people[-1].id] if view else []
    )


def alarm_rests_unrung(patch: pytest.MonkeyPatch) -> None:
    """Alarms are opened and go straight to rest."""
    real = escalate.escalation.advance

    def advance(item: Any, *rest: Any, now: Any) -> Any:
        if item.kind is PageKind.ALARM:
            return escalation.Advance(replace(item, next_due=None), (), ())
        return real(item, *rest, now=now)

    patch.setattr(escalate.escalation, "advance", advance)


def delivered_made_up(patch: pytest.MonkeyPatch) -> None:
    """What the provider took counts as delivered."""
    real = page.accepted
    patch.setattr(
        page, "accepted",
        lambda item, sid, _state, **rest: real(item, sid, AttemptState.DELIVERED, **rest),
    )  # fmt: skip


def rate_forgotten(patch: pytest.MonkeyPatch) -> None:
    """What was sent takes no token: everything leaves at once."""
    patch.setattr(departure.rate, "take", lambda way, _sender, _segments, *, now: way)  # noqa: ARG005  as the real one


def key_dropped(patch: pytest.MonkeyPatch) -> None:
    """A key is pressed on a call, and confirms nothing."""
    patch.setattr(key_press, "take", lambda _tx, _row, *, now: None)  # noqa: ARG005  as the real one


def voicemail_believed(patch: pytest.MonkeyPatch) -> None:
    """A call that was completed without a key counts as heard."""
    believed = {**calls.STATES, "completed": AttemptState.DELIVERED}
    patch.setattr(calls, "STATES", believed)


PLANTED: Mapping[str, Plant] = {
    plant.__name__: plant
    for plant in (
        ack_dropped, ack_of_one_dropped, step_skipped, second_number_forgotten, wait_cut_short,
        receipt_merged_backwards, outbox_row_forgotten, message_forgotten, sent_twice,
        crash_not_recovered, crash_sends_again, lost_answer_sends_again, lost_answer_is_a_failure,
        throttled_is_a_failure, copies_without_end, copy_not_flagged, silence_is_no,
        forged_believed, unreached_without_alarm, stale_feed_not_told, missing_data_clear,
        raise_swallowed, officials_forgotten, half_a_raise_forgotten, journal_not_chained,
        inbox_row_forgotten, edit_overwritten, replies_of_anybody,
        alarm_rests_unrung, delivered_made_up, rate_forgotten,
        key_dropped, voicemail_believed,
    )
}  # fmt: skip
