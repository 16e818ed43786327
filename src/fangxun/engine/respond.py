"""From levels to incidents, posts switched on, proposals, and the pages that must exist.

What must exist is worked out anew from what stands in the store (raises, roster, plan) and only
what is missing is opened: a newly named official, an incoming watch, an edit of the plan and a
crash between two steps are all the same case.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain, pairwise

from fangxun.core import alarm, calling, incident
from fangxun.core.calling import Called, Present
from fangxun.core.incident import Development, Incident, IncidentState, PlaceInIncident
from fangxun.core.journal import Entry, Event
from fangxun.core.level import Level
from fangxun.core.page import Page
from fangxun.core.plan import Group
from fangxun.engine import alarms, all_clear, assess, developments, escalate, in_line, obligations
from fangxun.engine.obligations import Wanted
from fangxun.engine.parts import Parts
from fangxun.engine.view import Assessed, View, standing_at
from fangxun.store import assessments as assessment_store
from fangxun.store import feeds as feed_store
from fangxun.store import incidents as incident_store
from fangxun.store import journal, meta
from fangxun.store import pages as page_store
from fangxun.store import roster as roster_store
from fangxun.store.base import Tx

MOST_LOOKS = 20
"""So often a cycle looks again because somebody acted meanwhile; the next cycle does the rest."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the levels ask for at one instant. `incidents` are the open ones as they develop;
    `view` has the posts that they switch on; `missing` are those of `wanted` without a page;
    `assessed` is what has to be kept of the levels themselves; `spared` are the raises, by incident
    and place, of which a wave has confirmations enough; `again` is when the next wave is called."""

    view: View
    assessed: Assessed | None
    switched: bool
    developments: tuple[Development, ...]
    incidents: tuple[Incident, ...]
    wanted: tuple[Wanted, ...]
    missing: tuple[Wanted, ...]
    spared: frozenset[tuple[int, str]] = frozenset()
    again: datetime | None = None

    @property
    def news(self) -> bool:
        """Whether levels, incidents or posts have to be kept."""
        return bool(self.assessed or self.developments or self.switched)

    @property
    def key(self) -> object:
        """The same while every page that must exist does."""
        raises = tuple((item.id, item.places) for item in self.incidents)
        called = [item.key for item in self.wanted] if self.view.district.plan.in_waves else ()
        return self.view.version, self.view.active, self.view.standing, raises, tuple(called)


def respond(parts: Parts, *, now: datetime) -> datetime | None:
    """Develop incidents, switch posts, open the pages that are missing and fire their first steps,
    then propose responses and send the all-clears that were approved. Returns when the next wave of
    a plan is called."""
    again: datetime | None = None
    for _look in range(MOST_LOOKS):
        answer = work_out(parts, now=now)
        again = answer.again if answer is not None else None
        if answer is None or (not answer.news and parts.lookout.answered == answer.key):
            break
        all_clear.take_back(parts, answer.developments, now=now)  # first: a crash repeats it
        give(parts, answer, now=now)
    developments.propose(parts, now=now)
    all_clear.send_owed(parts, now=now)
    return again


def work_out(parts: Parts, *, now: datetime) -> Answer | None:
    """What the levels ask for now; None while there is nothing to ask for, or (for a plan without
    waves) nothing else than was answered last."""
    with parts.store.read() as tx:
        view = parts.lookout.look(tx, now=now)
        if view is None:
            return None
        assessed = _pending(parts, view)
        if assessed is None and _nothing_new(parts, view):
            return None
        incidents = incident_store.open_incidents(tx)
        answer = _developed(tx, view, incidents, assessed, now=now)
        if not (answer.news or incidents or view.active) or (
            not answer.news and parts.lookout.answered == answer.key
        ):
            parts.lookout.nothing_new = _looked_at(view)
            return None
        return _with_missing(tx, answer, incidents, now=now)


def would_ask_for(tx: Tx, view: View, assessed: Assessed, *, now: datetime) -> Answer:
    """What an assessment would ask for, were there no incident yet."""
    return _with_missing(tx, _developed(tx, view, (), assessed, now=now), (), now=now)


def _developed(
    tx: Tx,
    view: View,
    incidents: Sequence[Incident],
    assessed: Assessed | None,
    *,
    now: datetime,
) -> Answer:
    """The answer without its pages."""
    news = _develop(tx, view, incidents, assessed, now=now)
    standing = _after(incidents, news)
    seen = _switched(view, standing)
    return Answer(seen, assessed, seen.active != view.active, news, standing, (), ())


def _with_missing(tx: Tx, answer: Answer, before: Sequence[Incident], *, now: datetime) -> Answer:
    answer = _called(tx, answer, now=now)
    missing = list(obligations.missing(tx, answer.wanted, before))
    return replace(
        answer, missing=in_line.by_person(in_line.in_line(tx, answer.view, missing, now=now))
    )


def _looked_at(view: View) -> object:
    """The same while levels, incidents, posts and the watch are: whatever changes one of them wakes
    a cycle, or is an assessment of this one."""
    return view.version, view.wake_count, view.standing


def _nothing_new(parts: Parts, view: View) -> bool:
    """Whether it was all seen to before. In waves confirmations and time call people, too."""
    waves = view.district.plan.in_waves
    return not waves and parts.lookout.nothing_new == _looked_at(view)


def _called(tx: Tx, answer: Answer, *, now: datetime) -> Answer:
    """The answer with the pages that must exist for its raises now, wave by wave."""
    view = answer.view
    waves = view.district.plan.in_waves and bool(answer.incidents)
    confirmed = page_store.confirmed_by_raise(tx, answer.incidents) if waves else {}
    wanted: list[Wanted] = []
    spared: set[tuple[int, str]] = set()
    times: list[datetime] = []
    for item in answer.incidents:
        for place in item.places:
            numbers = {place.raise_no, place.by_itself.raise_no}
            by_raise = [confirmed.get((item.id, place.place, no), frozenset()) for no in numbers]
            theirs = frozenset(chain.from_iterable(by_raise))
            found = _calls(view, place, confirmed=theirs, now=now)
            wanted += _for_their_raise(view, item, place, found)
            if found.enough:
                spared.add((item.id, place.place))
            if found.again is not None:
                times.append(found.again)
    again = min(times, default=None)
    return replace(answer, wanted=tuple(wanted), spared=frozenset(spared), again=again)


def _for_their_raise(
    view: View, item: Incident, place: PlaceInIncident, found: Called
) -> Iterable[Wanted]:
    """Each for what he is called for: who stands in the district's duty room for all that the
    place holds, everybody else for what it holds by itself."""
    own = place.by_itself
    room = calling.members(Group.DUTY_ROOM, present(view, place)) if own is not place else ()
    return (Wanted(item, place if who.person in room else own, who) for who in found.required)


def _calls(
    view: View, place: PlaceInIncident, *, confirmed: frozenset[str] = frozenset(), now: datetime
) -> Called:
    """Whom the plan calls for a raise."""
    plan = view.district.plan
    return calling.required(plan, place, present(view, place), now=now, confirmed=confirmed)


def present(view: View, place: PlaceInIncident) -> Present:
    """Who can be paged for a place now."""
    always = {post.id for post in view.district.roster.posts if post.stands_from is None}
    return Present(view.scope(place.place), view.standing, view.active, view.active & always)


def _pending(parts: Parts, view: View) -> Assessed | None:
    """The assessment of this cycle where it says something new. One that something was accepted or
    edited after is done again in the next cycle, which that very thing wakes."""
    lookout = parts.lookout
    found = lookout.pending
    if found is None or found.key != (view.version, view.wake_count):
        return None
    if found.says_something:
        return found
    lookout.assessed, lookout.assess_again, lookout.pending = found.key, found.again, None
    return None


def _develop(
    tx: Tx,
    view: View,
    incidents: Sequence[Incident],
    assessed: Assessed | None,
    *,
    now: datetime,
) -> tuple[Development, ...]:
    assessments = assessed.present if assessed else assessment_store.load(tx)
    if not incidents and not any(item.level.rank for item in assessments.values()):
        return ()
    stale = frozenset(name for name, s in feed_store.feed_states(tx).items() if s.stale)
    next_id = incident_store.next_id(tx)
    return incident.develop(
        incidents, assessments, view.incident_areas, stale=stale, next_id=next_id, now=now
    )


def _after(incidents: Iterable[Incident], news: Iterable[Development]) -> tuple[Incident, ...]:
    """The open incidents as they stand after the news."""
    latest = {item.id: item for item in incidents}
    latest |= {item.incident.id: item.incident for item in news}
    return tuple(item for item in latest.values() if item.state is not IncidentState.CLOSED)


def _switched(view: View, incidents: Iterable[Incident]) -> View:
    """A level switches on its posts at once; they are released when the level has gone."""
    active = switched_on(view, [place for item in incidents for place in item.places])
    if active == view.active:
        return view
    standing = standing_at(view.district, view.shifts, view.at, active=active)
    return replace(view, active=active, standing=standing)


def give(
    parts: Parts,
    answer: Answer,
    *,
    now: datetime,
    cuts: Callable[[Sequence[str]], list[int]] = in_line.cuts,
) -> None:
    """Open the missing pages in groups, the changes of the incidents with the first of them. Ends
    early, to be worked out again, when somebody acted meanwhile."""
    parts.lookout.nothing_new = None
    stamp = (*answer.view.version, answer.view.wake_count)
    groups = pairwise(cuts([item.who.person for item in answer.missing]))
    for index, (start, end) in enumerate(groups):
        with parts.store.write() as tx:
            if _stamp(tx) != stamp:
                return
            if index == 0:
                if answer.assessed:
                    assess.keep(parts, tx, answer.assessed, now=now)
                developments.keep(tx, answer.developments, now=now)
            send = _open(parts, tx, answer.view, answer.missing[start:end], now=now)
            if end == len(answer.missing):
                obligations.close_needless(
                    tx, answer.incidents, answer.wanted, spared=answer.spared, now=now
                )
                _nobody(parts, tx, answer, now=now)
            if index == 0 and answer.switched:
                _switch_posts(tx, answer.view, now=now)
            stamp = _stamp(tx)
        send()
        if index == 0 and answer.assessed:
            lookout = parts.lookout
            lookout.assessed, lookout.assess_again = answer.assessed.key, answer.assessed.again
            lookout.pending = None
    parts.lookout.answered = None if answer.switched else answer.key


def _stamp(tx: Tx) -> tuple[int, int, int]:
    """Differs when somebody has applied, edited or acted since."""
    counts = meta.counts(tx)
    return counts["district"], counts["roster"], counts["wake"]


def _open(
    parts: Parts, tx: Tx, view: View, missing: Sequence[Wanted], *, now: datetime
) -> Callable[[], None]:
    """Open pages and fire the first step of each; returns what sends."""
    opened = obligations.open_pages(tx, missing, now=now)

    def keep(tx: Tx, pages: Sequence[Page]) -> None:
        obligations.keep(tx, pages, missing)

    return escalate.climb(parts, tx, view, opened, keep=keep, now=now)


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


def called_at(view: View, place: str, level: Level) -> list[str]:
    """Whom a raise of a place to a level would page now, in the plan's order, each once."""
    raised = PlaceInIncident(place, level, 1, view.at)
    return [item.who.person for item in _wanted_at(view, [raised])[1]]


def raised_at(
    tx: Tx, view: View, raised: Sequence[PlaceInIncident]
) -> tuple[View, tuple[Wanted, ...]]:
    """With the posts that these raises would switch on now, the pages that they would ask for, in
    the order in which they would be opened."""
    seen, wanted = _wanted_at(view, raised)
    return seen, in_line.by_person(in_line.in_line(tx, seen, wanted, now=view.at))


def next_wave(view: View, raised: Sequence[PlaceInIncident]) -> datetime | None:
    """When the next wave is called for raises that nobody confirms; None where none waits."""
    found = (_calls(view, place, now=view.at).again for place in raised)
    return min((again for again in found if again is not None), default=None)


def _wanted_at(view: View, raised: Sequence[PlaceInIncident]) -> tuple[View, list[Wanted]]:
    active = view.active | switched_on(view, raised)
    standing = standing_at(view.district, view.shifts, view.at, active=active)
    seen = replace(view, standing=standing, active=active)
    wanted = [
        Wanted(_not_begun(seen, place), place, who)
        for place in raised
        for who in _calls(seen, place, now=view.at).required
    ]
    return seen, wanted


def _not_begun(view: View, place: PlaceInIncident) -> Incident:
    return Incident(0, view.incident_areas[place.place], IncidentState.OPEN, view.at, (place,))


def switched_on(view: View, places: Sequence[PlaceInIncident]) -> frozenset[str]:
    """Posts that stand, or are asked into the room, from a level on, where a place that their unit
    is in charge of (for the district's unit: any place) has reached it by itself."""
    reached: dict[str, int] = {}
    for place in places:
        for unit in (view.scope(place.place).unit, view.root_unit):
            reached[unit] = max(reached.get(unit, 0), place.by_itself.level.rank)
    return frozenset(
        post.id
        for post in view.district.roster.posts
        if (level := post.stands_from or post.in_room_from) is not None
        and reached.get(post.unit, 0) >= level.rank
    )


def _nobody(parts: Parts, tx: Tx, answer: Answer, *, now: datetime) -> None:
    """Nobody to page is itself an event, and an alarm."""
    view = answer.view
    for item in answer.incidents:
        for place in item.places:
            empty = calling.empty_groups(view.district.plan, place, present(view, place))
            for group in empty:
                raised = place if group is Group.DUTY_ROOM else place.by_itself
                cause = alarm.nobody_to_page(item.id, raised, group)
                if alarms.open_for(parts, tx, cause, now=now):
                    journal.append(tx, [_nobody_entry(item, raised, group, now)])


def _nobody_entry(item: Incident, place: PlaceInIncident, group: Group, now: datetime) -> Entry:
    return Entry(
        now,
        Event.NOBODY_TO_PAGE,
        "system",
        f"incident/{item.id}",
        group.value,
        (("place", place.place), ("level", place.level.value)),
    )
