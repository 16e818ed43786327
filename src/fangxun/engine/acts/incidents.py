"""Raise, lower, stand down, note; propose and approve a response level."""

from __future__ import annotations

from dataclasses import dataclass

from fangxun.core import incident as incidents
from fangxun.core import plan as plans
from fangxun.core.assessment import Evidence, EvidenceKind
from fangxun.core.errors import N_, Conflict, Refused
from fangxun.core.incident import Incident, IncidentState
from fangxun.core.journal import Event
from fangxun.core.level import Certainty, Hazard, Level, ResponseLevel
from fangxun.core.page import Closing, PageKind
from fangxun.engine import all_clear, closing
from fangxun.engine.acts.base import Act, district_in_force, names, place_id, written
from fangxun.engine.view import incident_areas
from fangxun.store import assessments
from fangxun.store import feeds as feed_store
from fangxun.store import incidents as incident_store
from fangxun.store import pages as page_store
from fangxun.store.base import Store

MOST_PAGES = 100_000
"""More pages than any incident of a district can have."""


def raise_by_hand(store: Store, place: str, level: Level, *, act: Act) -> str:
    """Set a floor under a place's level until it is lowered by hand; returns the place's id.
    Refused under a floor that somebody has set higher: that would lower it."""
    if not level.rank:
        raise Refused(
            N_("A place is raised to blue, yellow, orange or red, not to {level}."),
            level=level,
        )
    with store.write() as tx:
        where = place_id(district_in_force(tx), place)
        floor = assessments.by_hand(tx).get(where)
        if floor is not None and floor.level.above(level):
            raise Refused(
                N_(
                    "{place} was raised to {level} by hand, which is higher. Take that back first: "
                    "fangxun incident lower {place}"
                ),
                place=place,
                level=floor.level,
            )
        assessments.set_by_hand(
            tx,
            where,
            Evidence(
                EvidenceKind.BY_HAND,
                level,
                Certainty.KNOWN,
                Hazard.RAIN,
                act.actor,
                act.now,
                headline=act.reason,
            ),
            actor=act.actor,
            reason=act.reason,
        )
        written(tx, act, Event.RAISED, f"place/{where}", level=level.value, by_hand=True)
    return where


@dataclass(frozen=True, slots=True)
class Lowered:
    """What a human has taken away at a place: a floor of that level, or what was held of it."""

    place: str
    level: Level
    let_go: tuple[Evidence, ...] = ()
    floor: bool = False


def lower_by_hand(store: Store, place: str, *, act: Act) -> Lowered:
    """Take away a floor set by hand; where there is none, let go a level that is only held for want
    of data, past its hold. Both are told and journalled with what they take away.

    Refused where living gauges or a warning in force support the level: then it is not ours.
    """
    with store.write() as tx:
        where = place_id(district_in_force(tx), place)
        floor = assessments.by_hand(tx).get(where)
        present = assessments.load(tx).get(where)
        if floor is not None:
            assessments.end_by_hand(tx, where)
            lowered = Lowered(where, floor.level, floor=True)
        elif present is None or not present.level.rank:
            raise Refused(N_("{place} stands at no level; there is nothing to lower."), place=place)
        elif present.certainty is not Certainty.HELD:
            raise Refused(
                N_("{place} is {level} by its gauges or by a warning in force; they lower it."),
                place=place,
                level=present.level,
            )
        else:
            assessments.release(tx, where, now=act.now)
            lowered = Lowered(where, present.level, tuple(present.held))
        written(
            tx, act, Event.LOWERED, f"place/{where}",
            level=lowered.level.value, by_hand=lowered.floor,
            let_go=sorted({e.source for e in lowered.let_go}),
        )  # fmt: skip
    return lowered


def stand_down(store: Store, incident_id: int, *, act: Act) -> Incident:
    """Approve the all-clear: close the incident and its pages, unreached ones and the alarms about
    them too, and tell all who were paged.

    Refused while a source is stale, a place unknown or still at a level, and for anyone whom the
    plan does not name.
    """
    with store.write() as tx:
        district = district_in_force(tx)
        found = incident_store.get(tx, incident_id)
        _refuse_closed(found)
        if act.actor not in district.plan.all_clear_approvers:
            raise Refused(
                N_("The plan lets only {approvers} approve an all-clear."),
                approvers=names(district, district.plan.all_clear_approvers),
            )
        stale = frozenset(n for n, s in feed_store.feed_states(tx).items() if s.stale)
        ours = incidents.belonging(found, incident_areas(district))
        hindrance = incidents.hindrance(ours, assessments.load(tx), stale)
        if hindrance is not None:
            raise Refused(
                N_("No all-clear yet for incident {incident}: {why}."),
                incident=incident_id,
                why=hindrance,
            )
        closed = incidents.close(found, now=act.now)
        incident_store.save(tx, closed)
        pages = page_store.latest(tx, incident=incident_id, limit=MOST_PAGES)
        over = [p for p in pages if p.state.wants_word]
        why = {PageKind.PAGE: Closing.STOOD_DOWN, PageKind.ALARM: Closing.CAUSE_GONE}
        closing.close_pages(tx, [(p, why[p.kind]) for p in over], now=act.now)
        told = list(all_clear.told(tx, incident_id))
        all_clear.owe(tx, incident_id)
        written(tx, act, Event.STOOD_DOWN, f"incident/{incident_id}", told=told)
    return closed


def _refuse_closed(item: Incident) -> None:
    if item.state is IncidentState.CLOSED:
        raise Conflict(N_("Incident {incident} has been stood down already."), incident=item.id)


def note(store: Store, incident_id: int, text: str, *, act: Act) -> None:
    """Write something into the journal of an incident."""
    with store.write() as tx:
        incident_store.get(tx, incident_id)
        written(tx, act, Event.INCIDENT_NOTED, f"incident/{incident_id}", text=text[:2000])


def propose_response(store: Store, incident_id: int, level: ResponseLevel, *, act: Act) -> None:
    """Propose a response level; it takes effect when somebody whom the plan names approves it."""
    with store.write() as tx:
        _refuse_closed(incident_store.get(tx, incident_id))
        if not incident_store.propose(
            tx, incident_id, level, by=act.actor, reason=act.reason, at=act.now
        ):
            raise Conflict(
                N_("Response {response} is proposed for incident {incident} already."),
                response=level.value,
                incident=incident_id,
            )
        written(tx, act, Event.RESPONSE_PROPOSED, f"incident/{incident_id}", response=level.value)


def approve_response(store: Store, incident_id: int, level: ResponseLevel, *, act: Act) -> Incident:
    """Put a response level in force; only for whom the plan names for that level, and while the
    incident is open. Conflict where it is in force already."""
    with store.write() as tx:
        district = district_in_force(tx)
        found = incident_store.get(tx, incident_id)
        _refuse_closed(found)
        if found.response is level:
            raise Conflict(
                N_("Response {response} is in force already for incident {incident}."),
                response=level.value,
                incident=incident_id,
            )
        approvers = plans.approvers(district.plan, level, found.highest, in_force=found.response)
        if act.actor not in approvers:
            raise _not_theirs(found.response, level, names(district, approvers))
        changed = incidents.with_response(found, level)
        incident_store.save(tx, changed)
        incident_store.approve(tx, incident_id, level, by=act.actor, reason=act.reason, at=act.now)
        written(tx, act, Event.RESPONSE_APPROVED, f"incident/{incident_id}", response=level.value)
    return changed


def _not_theirs(in_force: ResponseLevel | None, level: ResponseLevel, approvers: str) -> Refused:
    if in_force is None or in_force.rank < level.rank:
        return Refused(
            N_("The plan lets only {approvers} approve response {response}."),
            approvers=approvers,
            response=level.value,
        )
    return Refused(
        N_("Response {higher} is in force; only {approvers} may lower it to {response}."),
        higher=in_force.value,
        approvers=approvers,
        response=level.value,
    )
