"""Pass, confirm and countersign a watch; write down what stays open and what came in."""

from __future__ import annotations

from dataclasses import replace

from fangxun.core import alarm, handover
from fangxun.core.district import District
from fangxun.core.errors import N_, Conflict, FangxunError, NotFound, Refused
from fangxun.core.handover import (
    Handover,
    HandoverEvent,
    Matter,
    MatterEvent,
    MatterKind,
    Stepped,
    Verdict,
)
from fangxun.core.handover.matters import step as step_matter
from fangxun.core.journal import Event
from fangxun.engine import alarms, handovers
from fangxun.engine.acts.base import Act, district_in_force, written
from fangxun.engine.view import Lookout, View
from fangxun.store import handovers as handover_store
from fangxun.store.base import Store, Tx
from fangxun.store.names import no_district

_EVENTS = {
    HandoverEvent.PASS: Event.HANDOVER_PASSED,
    HandoverEvent.CONFIRM: Event.HANDOVER_CONFIRMED,
    HandoverEvent.COUNTERSIGN: Event.HANDOVER_COUNTERSIGNED,
}


def sign_handover(store: Store, event: HandoverEvent, *, note: str = "", act: Act) -> Handover:
    """Sign for one side of the handover of the duty room's watch.

    To pass it keeps the record of the time since the last one, whose hash stands in the journal
    beside `note`. Refused for whoever stands on no post of that side, for one's own hand twice and
    out of turn; Conflict where somebody has signed there.
    """
    with store.write() as tx:
        view = Lookout().look(tx, now=act.now)
        if view is None:
            raise no_district()
        return sign(tx, view, event, note=note, act=act)


def sign(tx: Tx, view: View, event: HandoverEvent, *, note: str, act: Act) -> Handover:
    """The same within a transaction."""
    asked = handovers.in_question(tx, view, event, now=act.now)
    if not asked:
        raise NotFound(
            N_(
                "The duty room's officers do not change around now, so there is nothing to hand "
                "over; see: fangxun roster show"
            )
        )
    tried = [handover.step(item, event, by=act.actor, now=act.now) for item in asked]
    done = next((one for one in tried if one.verdict is Verdict.SIGNED), None)
    if done is None:
        raise _refusal(min(tried, key=_likelihood), event)
    signed = replace(done.handover, note=note) if event is HandoverEvent.PASS else done.handover
    return _kept(tx, view, signed, event, act)


def _kept(tx: Tx, view: View, signed: Handover, event: HandoverEvent, act: Act) -> Handover:
    """Keep what was signed; with a pass goes the record, whose hash the journal holds."""
    said: dict[str, object] = {"due_at": signed.due_at.isoformat(), "note": signed.note}
    if event is not HandoverEvent.PASS:
        saved = handover_store.save(tx, signed)
        del said["note"]
    else:
        record = handovers.record(tx, view, signed.since, now=act.now)
        text, digest = handovers.document(record)
        saved = handover_store.save(tx, replace(signed, digest=digest))
        handover_store.keep_record(tx, saved.id, text)
        said |= {"digest": digest, "matters": [one.id for one in record.matters]}
    written(tx, act, _EVENTS[event], f"handover/{saved.id}", **said)
    if event is HandoverEvent.CONFIRM:
        alarms.end(tx, [alarm.handover_cause(saved.id)], now=act.now)
    return saved


def _likelihood(tried: Stepped) -> tuple[bool, bool]:
    """The refusal that tells him most: of the handover that is his, then of one not yet signed."""
    return tried.verdict is Verdict.NOT_ENTITLED, tried.verdict is Verdict.ALREADY


def _refusal(tried: Stepped, event: HandoverEvent) -> FangxunError:
    item = tried.handover
    fields = {
        "at": item.due_at,
        "people": ", ".join(handover.may_sign(item, event)) or "-",
        "passing": ", ".join(item.outgoing),
        "taking": ", ".join(item.incoming),
    }
    if tried.verdict is Verdict.ALREADY:
        return Conflict(_WHY[tried.verdict], **fields)
    return Refused(_WHY[tried.verdict], **fields)


_WHY = {
    Verdict.ALREADY: N_("The handover of {at} is signed there already; see: fangxun handover list"),
    Verdict.NOT_PASSED: N_(
        "The watch of {at} has not been passed yet. {passing} can do it: fangxun handover pass"
    ),
    Verdict.NOT_CONFIRMED: N_(
        "The watch of {at} has not been confirmed yet. {taking} can do it: fangxun handover confirm"
    ),
    Verdict.OVER: N_(
        "The watch of {at} has changed again since; its record goes into the next handover."
    ),
    Verdict.NOT_ENTITLED: N_("In the handover of {at} only these can sign there: {people}."),
    Verdict.OWN_HAND: N_(
        "You have signed the handover of {at} for another side; somebody else has to: {people}."
    ),
}


def open_matter(store: Store, item: Matter, *, act: Act) -> Matter:
    """Write down a matter, or a call or letter that came in; with a result it is done at once.
    `item.handler` may be a person's name; who is nobody of the district stands as written."""
    with store.write() as tx:
        handler = _handler(district_in_force(tx), item.handler)
        opened = handover_store.add_matter(
            tx, replace(item, handler=handler, by=act.actor, at=act.now, result="")
        )
        event = Event.MATTER_OPENED if item.kind is MatterKind.MATTER else Event.CAME_IN
        said: dict[str, object] = {
            "kind": item.kind.value, "text": item.text, "source": item.source, "handler": handler,
        }  # fmt: skip
        written(tx, act, event, f"matter/{opened.id}", **said)
        return _done(tx, opened, item.result, act) if item.result else opened


def _handler(district: District, named: str) -> str:
    known = (one.id for one in district.people if named in {one.id, one.name})
    return next(known, named)


def finish_matter(store: Store, number: int, result: str, *, act: Act) -> Matter:
    """Write what came of a matter; Conflict where that stands already."""
    with store.write() as tx:
        return _done(tx, handover_store.matter(tx, number), result, act)


def _done(tx: Tx, item: Matter, result: str, act: Act) -> Matter:
    done = step_matter(item, MatterEvent.DONE, by=act.actor, now=act.now, result=result)
    if done is None:
        raise Conflict(N_("Matter {id} is done already: {result}"), id=item.id, result=item.result)
    handover_store.save_matter(tx, done)
    written(tx, act, Event.MATTER_DONE, f"matter/{item.id}", result=result)
    return done


def reopen_matter(store: Store, number: int, *, act: Act) -> Matter:
    """A matter that was not done after all stays open again; its old result stands in the
    journal."""
    with store.write() as tx:
        item = handover_store.matter(tx, number)
        opened = step_matter(item, MatterEvent.REOPENED, by=act.actor, now=act.now)
        if opened is None:
            raise Conflict(N_("Matter {id} is open already."), id=number)
        handover_store.save_matter(tx, opened)
        written(tx, act, Event.MATTER_REOPENED, f"matter/{number}")
    return opened
