"""Apply a district folder; cover and swap shifts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from fangxun import geo
from fangxun.core import roster as rosters
from fangxun.core.district import District
from fangxun.core.errors import N_, Refused
from fangxun.core.journal import Event
from fangxun.core.roster import Finding, Override, Roster
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


def _materialise(tx: Tx, act: Act) -> None:
    """Rewrite the table of shifts in the same transaction as the edit."""
    view = Lookout().look(tx, now=act.now)
    if view is not None:
        watch.materialise(tx, view, now=act.now)


Check = Callable[[Roster, frozenset[str]], Sequence[Override]]


def cover(store: Store, request: rosters.CoverRequest, *, act: Act) -> tuple[Override, ...]:
    """One person stands instead of another for a span; refused with the reason where it cannot."""

    def check(roster: Roster, people: frozenset[str]) -> Sequence[Override]:
        return rosters.plan_cover(roster, people, request, now=act.now)

    return _edit(store, check, act=act)


def swap(store: Store, request: rosters.SwapRequest, *, act: Act) -> tuple[Override, ...]:
    """Two people take each other's shift; whose turn is next is not disturbed."""

    def check(roster: Roster, people: frozenset[str]) -> Sequence[Override]:
        return rosters.plan_swap(roster, people, request, now=act.now)

    return _edit(store, check, act=act)


def _edit(store: Store, check: Check, *, act: Act) -> tuple[Override, ...]:
    with store.write() as tx:
        district = district_in_force(tx)
        roster = roster_store.in_force(tx, district)
        people = frozenset(person.id for person in district.people)
        planned = tuple(check(roster, people))
        ids = roster_store.add_overrides(tx, planned)
        _materialise(tx, act)
        for override_id, override in zip(ids, planned, strict=True):
            written(
                tx,
                act,
                Event.OVERRIDE_ADDED,
                f"override/{override_id}",
                post=override.post,
                person=override.person,
                instead_of=override.instead_of,
                start=override.span.start.isoformat(),
                end=override.span.end.isoformat(),
            )
    return tuple(replace(o, id=i) for i, o in zip(ids, planned, strict=True))
