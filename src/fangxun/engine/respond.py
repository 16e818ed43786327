"""From levels to incidents, posts switched on, proposals, and the pages that must exist.

What must exist is worked out anew from what stands in the store (raises, roster, plan) and only
what is missing is opened: a newly named official, an incoming watch, an edit of the plan and a
crash between two steps are all the same case.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from fangxun.core import alarm, incident, page, plan
from fangxun.core.incident import Change, Development, Incident, IncidentState, PlaceInIncident
from fangxun.core.journal import Entry, Event
from fangxun.core.level import Level
from fangxun.core.page import PageKind
from fangxun.core.plan import Group, Required
from fangxun.engine import alarms, all_clear, closing, escalate, notices
from fangxun.engine.parts import Parts
from fangxun.engine.view import View, standing_at
from fangxun.store import assessments as assessment_store
from fangxun.store import feeds as feed_store
from fangxun.store import incidents as incident_store
from fangxun.store import journal, meta
from fangxun.store import pages as page_store
from fangxun.store import roster as roster_store
from fangxun.store.base import Tx

FIRST, GROWTH, GROUP = 2, 4, 300
"""Pages opened in one transaction: few at first, so that the first SMS leaves at once, then more. A
raise of thousands neither blocks receipts nor is half lost: what is missing is worked out again."""
MOST_LOOKS = 20
"""So often a cycle looks again because somebody acted meanwhile; the next cycle does the rest."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A page that must exist, and the raise that it is for."""

    incident: Incident
    place: PlaceInIncident
    who: Required

    @property
    def key(self) -> str:
        """The page's key of the glossary: (incident, raise, place, person)."""
        return page.page_key(
            self.incident.id, self.place.place, self.place.raise_no, self.who.person
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """What the levels ask for at one instant. `incidents` are the open ones as they develop;
    `view` has the posts that they switch on; `missing` are those of `wanted` without a page."""

    view: View
    switched: bool
    developments: tuple[Development, ...]
    incidents: tuple[Incident, ...]
    wanted: tuple[Wanted, ...]
    missing: tuple[Wanted, ...]

    @property
    def key(self) -> object:
        """The same while every page that must exist does."""
        raises = tuple((item.id, item.places) for item in self.incidents)
        return self.view.version, self.view.active, self.view.standing, raises


def respond(parts: Parts, *, now: datetime) -> None:
    """Develop incidents, switch posts, open the pages that are missing and fire their first steps,
    then propose responses."""
    all_clear.send_owed(parts, now=now)
    developed: list[Development] = []
    for _look in range(MOST_LOOKS):
        answer = work_out(parts, now=now)
        if answer is None:
            break
        if _give(parts, answer, now=now):
            developed += answer.developments
    if developed:
        propose(parts, developed, now=now)


def work_out(parts: Parts, *, now: datetime) -> Answer | None:
    """What the levels ask for now; None while that is what was answered last."""
    with parts.store.read() as tx:
        view = parts.lookout.look(tx, now=now)
        if view is None:
            return None
        incidents = incident_store.open_incidents(tx)
        developments = _develop(tx, view, incidents, now=now)
        if not developments and not incidents and not view.active:
            return None
        standing = _after(incidents, developments)
        seen = _switched(view, standing)
        answer = Answer(seen, seen.active != view.active, developments, standing, (), ())
        if not developments and not answer.switched and parts.lookout.answered == answer.key:
            return None
        wanted = tuple(_wanted(seen, standing))
        existing = page_store.by_key(tx, [item.key for item in wanted])
        missing = tuple(item for item in wanted if item.key not in existing)
        return replace(answer, wanted=wanted, missing=missing)


def _develop(
    tx: Tx, view: View, incidents: Sequence[Incident], *, now: datetime
) -> tuple[Development, ...]:
    assessments = assessment_store.load(tx)
    if not incidents and not any(item.level.rank for item in assessments.values()):
        return ()
    stale = frozenset(name for name, s in feed_store.feed_states(tx).items() if s.stale)
    next_id = incident_store.next_id(tx)
    return incident.develop(
        incidents, assessments, view.incident_areas, stale=stale, next_id=next_id, now=now
    )


def _after(
    incidents: Iterable[Incident], developments: Iterable[Development]
) -> tuple[Incident, ...]:
    """The open incidents as they stand after the developments."""
    latest = {item.id: item for item in incidents}
    latest |= {item.incident.id: item.incident for item in developments}
    return tuple(item for item in latest.values() if item.state is not IncidentState.CLOSED)


def _switched(view: View, incidents: Iterable[Incident]) -> View:
    """A level switches on its posts at once; they are released when the level has gone."""
    active = switched_on(view, [place for item in incidents for place in item.places])
    if active == view.active:
        return view
    standing = standing_at(view.district, view.shifts, view.at, active=active)
    return replace(view, active=active, standing=standing)


def _give(parts: Parts, answer: Answer, *, now: datetime) -> bool:
    """Open the missing pages in groups, the changes of the incidents with the first of them. Ends
    early, to be worked out again, when somebody acted meanwhile; tells whether anything was kept.
    """
    stamp = (*answer.view.version, answer.view.wake_count)
    for index, (start, end) in enumerate(pairwise(cuts(len(answer.missing)))):
        with parts.store.write() as tx:
            if _stamp(tx) != stamp:
                return index > 0
            if index == 0:
                keep_developments(tx, answer.developments, now=now)
            _open(parts, tx, answer.view, answer.missing[start:end], now=now)
            if end == len(answer.missing):
                _close_needless(tx, answer, now=now)
                _nobody(parts, tx, answer, now=now)
            if index == 0 and answer.switched:
                _switch_posts(tx, answer.view, now=now)
            stamp = _stamp(tx)
            send = parts.claim(tx, now)
        send()
    parts.lookout.answered = None if answer.switched else answer.key
    return True


def cuts(size: int) -> list[int]:
    """Where the groups of so many pages begin and end; one group, of none, where there are none."""
    found, step = [0], FIRST
    while found[-1] + step < size:
        found.append(found[-1] + step)
        step = min(step * GROWTH, GROUP)
    return [*found, size]


def _stamp(tx: Tx) -> tuple[int, int, int]:
    """Differs when somebody has applied, edited or acted since."""
    counts = meta.counts(tx)
    return counts["district"], counts["roster"], counts["wake"]


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


def _open(parts: Parts, tx: Tx, view: View, missing: Sequence[Wanted], *, now: datetime) -> None:
    """Open pages and fire the first step of each."""
    codes = page_store.free_codes(tx, len(missing))
    opened = page_store.numbered(
        tx,
        [
            page.open_page(
                item.incident.id,
                item.place,
                item.who,
                code=code,
                arrive_by=_arrive_by(view, item, now),
                now=now,
            )
            for item, code in zip(missing, codes, strict=True)
        ],
    )
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
            for new, item in zip(opened, missing, strict=True)
        ],
    )
    escalate.climb(parts, tx, view, opened, keep=page_store.add, now=now)


def _arrive_by(view: View, item: Wanted, now: datetime) -> datetime | None:
    entry = view.district.plan.at(item.place.level)
    return now + entry.arrive_within if entry is not None else None


def _switch_posts(tx: Tx, view: View, *, now: datetime) -> None:
    """Last in its transaction: what is looked up after it could be remembered and never kept."""
    before = roster_store.active_posts(tx)
    on, off = view.active - before, before - view.active
    roster_store.set_active_posts(tx, view.active, now=now)
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


def _close_needless(tx: Tx, answer: Answer, *, now: datetime) -> None:
    """Close open pages that a higher raise, a hand-off or an edit has made needless."""
    keys = {item.key for item in answer.wanted}
    places = {(item.id, place.place): place for item in answer.incidents for place in item.places}
    needless = [
        open_page
        for open_page in page_store.open_but(tx, [item.id for item in answer.incidents], keys)
        if open_page.kind is PageKind.PAGE
    ]
    closed = [
        (item, page.why_needless(item, places.get((item.incident or 0, item.place or ""))))
        for item in needless
    ]
    closing.close_pages(tx, closed, now=now)


def _nobody(parts: Parts, tx: Tx, answer: Answer, *, now: datetime) -> None:
    """Nobody to page is itself an event, and an alarm."""
    view = answer.view
    for item in answer.incidents:
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
                cause = alarm.nobody_to_page(item.id, place, group)
                if alarms.open_for(parts, tx, cause, now=now):
                    journal.append(tx, [_nobody_entry(item, place, group, now)])


def _nobody_entry(item: Incident, place: PlaceInIncident, group: Group, now: datetime) -> Entry:
    return Entry(
        now,
        Event.NOBODY_TO_PAGE,
        "system",
        f"incident/{item.id}",
        group.value,
        (("place", place.place), ("level", place.level.value)),
    )
