"""Keep what incidents came to, and propose responses and all-clears to who approves them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from fangxun.core import plan
from fangxun.core.incident import Change, Development, Incident, IncidentState
from fangxun.core.journal import Entry, Event
from fangxun.engine import exercises, notices, spotchecks
from fangxun.engine.parts import Parts
from fangxun.engine.view import View
from fangxun.store import incidents as incident_store
from fangxun.store import journal, meta
from fangxun.store.base import Tx

OWED = "proposals_owed"
"""What `propose` has to look at: numbers of incidents, with this behind those whose all-clear is
proposed."""
_ALL_CLEAR = "/all_clear"


def keep(tx: Tx, developments: Sequence[Development], *, now: datetime) -> None:
    """Write the incidents as they developed, each change with its reason in the journal; and that
    proposals are owed for them, which a crash must not lose. An exercise or spot check ends with a
    raise."""
    if not developments:
        return
    latest = {item.incident.id: item.incident for item in developments}
    for present in latest.values():
        incident_store.save(tx, present)
    journal.append(tx, [_entry(item, now) for item in developments])
    owed = dict.fromkeys([*(meta.get(tx, OWED) or "").split(), *map(str, latest)])
    clear = [item for item in developments if item.change is Change.ALL_CLEAR_PROPOSED]
    owed |= dict.fromkeys(f"{item.incident.id}{_ALL_CLEAR}" for item in clear)
    meta.put(tx, OWED, " ".join(owed))
    exercises.give_way(tx, developments, now=now)
    spotchecks.give_way(tx, developments, now=now)


def propose(parts: Parts, *, now: datetime) -> None:
    """After the pages are on their way: propose the responses and all-clears that are owed to who
    approves them, and strike them off in the same transaction."""
    with parts.store.read() as tx:
        if not meta.get(tx, OWED):
            return
    with parts.store.write() as tx:
        view = parts.lookout.look(tx, now=now)
        if view is None:
            return
        for owed in (meta.get(tx, OWED) or "").split():
            present = incident_store.get(tx, int(owed.removesuffix(_ALL_CLEAR)))
            if not owed.endswith(_ALL_CLEAR):
                _propose_response(parts, tx, view, present, now=now)
            elif present.state is IncidentState.ALL_CLEAR_PROPOSED:
                approvers = view.district.plan.all_clear_approvers
                fields = {"incident": present.id}
                notices.to_people(parts, tx, view, approvers, "notice_all_clear", fields, now=now)
        meta.put(tx, OWED, "")


_EVENTS = {
    Change.OPENED: Event.INCIDENT_OPENED,
    Change.RAISED: Event.RAISED,
    Change.LOWERED: Event.LOWERED,
    Change.ALL_CLEAR_PROPOSED: Event.ALL_CLEAR_PROPOSED,
    Change.ALL_CLEAR_WITHDRAWN: Event.ALL_CLEAR_WITHDRAWN,
    Change.CLOSED: Event.STOOD_DOWN,
}


def _entry(item: Development, now: datetime) -> Entry:
    return Entry(
        now,
        _EVENTS[item.change],
        "system",
        f"incident/{item.incident.id}",
        item.change.value,
        (
            ("place", item.place),
            ("level", item.level.value),
            ("previous", item.previous.value),
            ("area", item.incident.area),
        ),
    )


def _propose_response(parts: Parts, tx: Tx, view: View, item: Incident, *, now: datetime) -> None:
    """Propose the response level that the plan has for the highest level reached, once."""
    highest = item.highest
    rule = plan.response_for(view.district.plan, highest)
    if rule is None or item.state is IncidentState.CLOSED:
        return
    if item.response is not None and item.response.rank >= rule.response.rank:
        return
    if not incident_store.propose(
        tx, item.id, rule.response, by="system", reason=highest.value, at=now
    ):
        return
    approvers = plan.approvers(view.district.plan, rule.response, highest)
    journal.append(
        tx,
        [
            Entry(
                now,
                Event.RESPONSE_PROPOSED,
                "system",
                f"incident/{item.id}",
                highest.value,
                (("response", rule.response.value), ("approvers", list(approvers))),
            )
        ],
    )
    notices.to_people(
        parts,
        tx,
        view,
        approvers,
        "notice_response",
        {"incident": item.id, "response": rule.response.value},
        now=now,
    )
