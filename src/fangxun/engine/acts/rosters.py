"""Apply a district folder; edit the roster."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

from fangxun import geo
from fangxun.core import roster as rosters
from fangxun.core.district import District
from fangxun.core.errors import N_, Refused
from fangxun.core.journal import Event
from fangxun.core.roster import Edit, Finding, Request
from fangxun.core.timeline import Span
from fangxun.district.changes import DistrictChange, compare
from fangxun.engine import watch
from fangxun.engine.acts.base import Act, district_in_force, names, written
from fangxun.engine.view import Lookout, incident_areas
from fangxun.store import assessments
from fangxun.store import district as district_store
from fangxun.store import pages as page_store
from fangxun.store import roster as roster_store
from fangxun.store import warnings as warning_store
from fangxun.store.base import Store, Tx


@dataclass(frozen=True, slots=True)
class Applied:
    """What an apply changes, the overrides that no longer fit (they stay, and are listed), and the
    removed places whose level set by hand ends with them."""

    changes: tuple[DistrictChange, ...]
    unfit: tuple[Finding, ...]
    version: int
    ended: tuple[str, ...] = ()


def apply_district(store: Store, district: District, *, act: Act) -> Applied:
    """Put a district in force in one transaction; `store.rehearsal()` only tells what would change.

    Overrides are not touched; those to come that no longer fit are listed. Floors set by hand for
    places that are removed end, and warnings that stand may touch other places than before. Refused
    when a person with an open page would be removed.
    """
    with store.write() as tx:
        before = district_store.applied(tx)
        changes = compare(before, district)
        people = frozenset(person.id for person in district.people)
        ahead = [one for one in roster_store.overrides(tx) if one.span.end > act.now]
        unfit = tuple(rosters.unfit(ahead, district.roster, people))
        if not changes:
            return Applied(changes, unfit, district_store.version(tx))
        _refuse_removal(tx, before, district)
        version = district_store.apply(
            tx, district, actor=act.actor, reason=act.reason, now=act.now
        )
        if before is None or _watch_of(before) != _watch_of(district):
            _materialise(tx, act)
        touch = partial(geo.touch, district=district)
        touched = warning_store.touch_anew(tx, act.now - warning_store.BACK, touch)
        ended = assessments.end_by_hand_elsewhere(tx, incident_areas(district))
        for place in ended:
            written(tx, act, Event.LOWERED, f"place/{place}", by_hand=True)
        written(
            tx,
            act,
            Event.DISTRICT_APPLIED,
            f"district/{district.id}",
            version=version,
            changes=len(changes),
            unfit=len(unfit),
            touches=[bulletin.identifier for bulletin in touched],
        )
    return Applied(changes, unfit, version, tuple(ended))


def _refuse_removal(tx: Tx, before: District | None, after: District) -> None:
    if before is None:
        return
    gone = {person.id for person in before.people} - {person.id for person in after.people}
    busy = sorted({p.person for p in page_store.open_pages(tx) if p.person in gone})
    if busy:
        raise Refused(
            N_(
                "{people} would be removed while a page to them is open. Have it confirmed first "
                "(fangxun page list, fangxun page relay), or stand the incident down."
            ),
            people=names(before, busy),
        )


def _watch_of(district: District) -> object:
    """All that the table of shifts is made of; with the same it stays as it stands."""
    return district.roster, district.units, district.areas


def _materialise(tx: Tx, act: Act) -> None:
    """Rewrite the table of shifts in the same transaction as the edit."""
    view = Lookout().look(tx, now=act.now)
    if view is not None:
        watch.materialise(tx, view, now=act.now)


def edit_roster(store: Store, request: Request, *, act: Act) -> Edit:
    """Change who stands, in one transaction with its journal lines; Refused, NotFound or Conflict
    with the reason where it cannot be. `store.rehearsal()` only tells what would come of it."""
    with store.write() as tx:
        district = district_in_force(tx)
        people = frozenset(person.id for person in district.people)
        edit = rosters.decide(roster_store.in_force(tx, district), people, request, now=act.now)
        done = _kept(tx, edit, act)
        _materialise(tx, act)
        _journalled(tx, done, request, act)
    return done


def _kept(tx: Tx, edit: Edit, act: Act) -> Edit:
    """The edit with the numbers under which it is kept."""
    leave = edit.leave
    if leave is not None:
        leave = replace(leave, id=roster_store.add_leave(tx, leave))
    ids = roster_store.add_overrides(tx, edit.overrides) if edit.overrides else []
    made = tuple(replace(o, id=i) for i, o in zip(ids, edit.overrides, strict=True))
    if edit.undone or edit.undone_leave:
        roster_store.undo(tx, edit.undone, edit.undone_leave, by=act.actor, now=act.now)
    return replace(edit, overrides=made, leave=leave)


def _journalled(tx: Tx, edit: Edit, request: Request, act: Act) -> None:
    """A line for each override and leave; a correction names its approver, a forced edit what
    spoke against it."""
    forced = {"forced": [one.kind.value for one in edit.objections]} if edit.objections else {}
    approved = {"approver": request.approver} if request.approver else {}
    added = Event.ROSTER_CORRECTED if request.approver else Event.OVERRIDE_ADDED
    extra = {**approved, **forced}
    for one in edit.overrides:
        who = {"kind": one.kind.value, "post": one.post, "person": one.person}
        who["instead_of"] = one.instead_of
        written(tx, act, added, f"override/{one.id}", **who, **_when(one.span), **extra)
    if edit.leave is not None:
        about = {"person": edit.leave.person, **_when(edit.leave.span)}
        written(tx, act, Event.LEAVE_ADDED, f"leave/{edit.leave.id}", **about, **extra)
    for number in edit.undone:
        written(tx, act, Event.OVERRIDE_UNDONE, f"override/{number}", **forced)
    for number in edit.undone_leave:
        written(tx, act, Event.LEAVE_UNDONE, f"leave/{number}", **forced)


def _when(span: Span) -> dict[str, str]:
    return {"start": span.start.isoformat(), "end": span.end.isoformat()}
