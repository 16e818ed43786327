"""From levels to incidents, posts switched on, proposals, and the pages that must exist.

What must exist is worked out anew from what stands in the store (raises, roster, plan) and only
what is missing is opened: a newly named official, an incoming watch, an edit of the plan and a
crash between two steps are all the same case.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from fangxun.core import alarm, incident, page, plan
from fangxun.core.incident import Change, Development, Incident, IncidentState, PlaceInIncident
from fangxun.core.journal import Entry, Event
from fangxun.core.level import Level
from fangxun.core.page import Closing, Page, PageKind
from fangxun.core.plan import Required
from fangxun.engine import alarms, all_clear, closing, escalate, notices
from fangxun.engine.parts import Parts
from fangxun.engine.view import View
from fangxun.store import assessments as assessment_store
from fangxun.store import feeds as feed_store
from fangxun.store import incidents as incident_store
from fangxun.store import journal, meta
from fangxun.store import pages as page_store
from fangxun.store import roster as roster_store
from fangxun.store.base import Tx

GROUP = 300
"""Pages opened in one transaction: a raise of thousands neither blocks receipts nor is half lost,
since the next group is worked out from the store again."""


def respond(parts: Parts, *, now: datetime) -> None:
    """Develop incidents, switch posts, propose responses, then open the pages that are missing."""
    all_clear.send_owed(parts, now=now)
    with parts.store.read() as tx:
        view = parts.lookout.look(tx, now=now)
        if view is None:
            return
        open_incidents = incident_store.open_incidents(tx)
        assessments = assessment_store.load(tx)
        if not open_incidents and not any(a.level.rank for a in assessments.values()):
            return
        stale = frozenset(n for n, s in feed_store.feed_states(tx).items() if s.stale)
        next_id = incident_store.next_id(tx)
    developments = incident.develop(
        open_incidents, assessments, view.incident_areas, stale=stale, next_id=next_id, now=now
    )
    if developments:
        with parts.store.write() as tx:
            keep_developments(tx, developments, now=now)
    while open_missing(parts, now=now):
        escalate.advance_group(parts, now=now)
    if developments:
        propose(parts, developments, now=now)


def keep_developments(tx: Tx, developments: Sequence[Development], *, now: datetime) -> None:
    """Write the incidents as they developed, each change with its reason in the journal."""
    latest = {item.incident.id: item.incident for item in developments}
    for present in latest.values():
        incident_store.save(tx, present)
    journal.append(tx, [_entry(item, now) for item in developments])


def propose(
    parts: Parts,
    developments: Sequence[Development],
    *,
    now: datetime,
) -> None:
    """After the pages are on their way: propose responses and all-clears to who approves them."""
    latest = {item.incident.id: item.incident for item in developments}
    with parts.store.write() as tx:
        view = parts.lookout.look(tx, now=now)
        if view is None:
            return
        for present in latest.values():
            _propose_response(parts, tx, view, present, now=now)
        for item in developments:
            if item.change is Change.ALL_CLEAR_PROPOSED:
                approvers = view.district.plan.all_clear_approvers
                fields = {"incident": item.incident.id}
                notices.to_people(parts, tx, view, approvers, "notice_all_clear", fields, now=now)


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
    highest = max(
        (place.level for place in item.places), key=lambda lv: lv.rank, default=Level.NONE
    )
    rule = plan.response_for(view.district.plan, highest)
    if rule is None or item.state is IncidentState.CLOSED:
        return
    if item.response is not None and item.response.rank >= rule.response.rank:
        return
    if not incident_store.propose(
        tx, item.id, rule.response, by="system", reason=highest.value, at=now
    ):
        return
    journal.append(
        tx,
        [
            Entry(
                now,
                Event.RESPONSE_PROPOSED,
                "system",
                f"incident/{item.id}",
                highest.value,
                (("response", rule.response.value), ("approvers", list(rule.approvers))),
            )
        ],
    )
    notices.to_people(
        parts,
        tx,
        view,
        rule.approvers,
        "notice_response",
        {"incident": item.id, "response": rule.response.value},
        now=now,
    )


@dataclass(frozen=True, slots=True)
class Wanted:
    """A page that must exist, and the raise that it is for."""

    incident: Incident
    place: PlaceInIncident
    who: Required


def open_missing(parts: Parts, *, now: datetime) -> int:
    """Switch posts, open up to GROUP of the missing pages, close what nobody needs any more."""
    with parts.store.read() as tx:
        seen = parts.lookout.look(tx, now=now)
        incidents = incident_store.open_incidents(tx)
        if seen is None or (not incidents and not seen.active):
            return 0
        key = (seen.version, seen.active, seen.standing, tuple((i.id, i.places) for i in incidents))
        if parts.lookout.answered == key:
            return 0
    with parts.store.write() as tx:
        _switch_posts(tx, seen, incidents, now=now)
        view = parts.lookout.look(tx, now=now)
        if view is None:
            return 0
        wanted = list(_wanted(view, incidents))
        existing = page_store.by_key(tx, [key_of(item) for item in wanted])
        missing = [item for item in wanted if key_of(item) not in existing][:GROUP]
        if missing:
            _open(tx, view, missing, now=now)
        _close_needless(tx, incidents, wanted, now=now)
        _nobody(parts, tx, view, incidents, now=now)
    if not missing and view.active == seen.active:
        parts.lookout.answered = key
    return len(missing)


def _wanted(view: View, incidents: Iterable[Incident]) -> Iterable[Wanted]:
    for item in incidents:
        for place in item.places:
            people = plan.required(
                view.district.plan,
                view.scope(place.place),
                place.level,
                view.standing,
                view.active,
                duty_only=place.duty_only,
            )
            for who in people:
                yield Wanted(item, place, who)


def key_of(item: Wanted) -> str:
    """The page's key of the glossary: (incident, raise, place, person)."""
    return page.page_key(item.incident.id, item.place.place, item.place.raise_no, item.who.person)


def _open(tx: Tx, view: View, missing: list[Wanted], *, now: datetime) -> None:
    codes = page_store.free_codes(tx, len(missing))
    opened = [
        page.open_page(
            item.incident.id,
            item.place,
            item.who,
            code=code,
            arrive_by=_arrive_by(view, item, now),
            now=now,
        )
        for item, code in zip(missing, codes, strict=True)
    ]
    kept = page_store.insert(tx, opened)
    journal.append(
        tx,
        [
            Entry(
                now,
                Event.PAGE_OPENED,
                "system",
                f"page/{new.id}",
                item.who.group.value,
                (
                    ("key", new.key),
                    ("person", new.person),
                    ("place", new.place),
                    ("level", new.level.value),
                    ("incident", item.incident.id),
                ),
            )
            for new, item in zip(kept, missing, strict=True)
        ],
    )


def _arrive_by(view: View, item: Wanted, now: datetime) -> datetime | None:
    entry = view.district.plan.at(item.place.level)
    return now + entry.arrive_within if entry is not None else None


def _switch_posts(tx: Tx, view: View, incidents: Sequence[Incident], *, now: datetime) -> None:
    """A level switches on its posts at once; they are released when the level has gone."""
    wanted = switched_on(view, [place for item in incidents for place in item.places])
    on, off = wanted - view.active, view.active - wanted
    if not on and not off:
        return
    roster_store.set_active_posts(tx, wanted, now=now)
    journal.append(
        tx,
        [Entry(now, Event.POST_ACTIVATED, "system", f"post/{p}", "level") for p in sorted(on)]
        + [Entry(now, Event.POST_RELEASED, "system", f"post/{p}", "level") for p in sorted(off)],
    )
    meta.wake(tx)


def switched_on(view: View, places: Sequence[PlaceInIncident]) -> frozenset[str]:
    """Posts that stand from a level on, where a place that their unit is in charge of (for the
    district's unit: any place) has reached it and more than the duty room is called."""
    reached: dict[str, int] = {}
    for place in places:
        if place.duty_only:
            continue
        for unit in (view.scope(place.place).unit, view.root_unit):
            reached[unit] = max(reached.get(unit, 0), place.level.rank)
    return frozenset(
        post.id
        for post in view.district.roster.posts
        if post.stands_from is not None and reached.get(post.unit, 0) >= post.stands_from.rank
    )


def _close_needless(
    tx: Tx, incidents: Sequence[Incident], wanted: list[Wanted], *, now: datetime
) -> None:
    """Close open pages that a higher raise, a hand-off or an edit has made needless."""
    keys = {key_of(item) for item in wanted}
    closed: list[tuple[Page, Closing]] = []
    for item in incidents:
        places = {place.place: place for place in item.places}
        for open_page in page_store.open_pages(tx, incident=item.id):
            if open_page.kind is PageKind.PAGE and open_page.key not in keys:
                reason = page.why_needless(open_page, places.get(open_page.place or ""))
                closed.append((open_page, reason))
    closing.close_pages(tx, closed, now=now)


def _nobody(
    parts: Parts, tx: Tx, view: View, incidents: Sequence[Incident], *, now: datetime
) -> None:
    """Nobody to page is itself an event, and an alarm."""
    for item in incidents:
        for place in item.places:
            empty = plan.empty_groups(
                view.district.plan,
                view.scope(place.place),
                place.level,
                view.standing,
                view.active,
                duty_only=place.duty_only,
            )
            for group in empty:
                opened = alarms.open_for(
                    parts, tx, alarm.nobody_to_page(item.id, place, group), now=now
                )
                if opened:
                    journal.append(
                        tx,
                        [
                            Entry(
                                now,
                                Event.NOBODY_TO_PAGE,
                                "system",
                                f"incident/{item.id}",
                                group.value,
                                (("place", place.place), ("level", place.level.value)),
                            )
                        ],
                    )
