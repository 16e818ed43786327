"""A dry raise of many places: the same functions as the real one, and nothing sent or written.

It is a quiet day in it: no number has had a text, every gateway works, no outbox holds anything.
Where a criterion of a place is of the level, the texts are as long as when it is just reached.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from fangxun.core import calling, page, rehearsal
from fangxun.core.assessment import Assessment, Evidence, EvidenceKind, Why
from fangxun.core.criterion import Criterion
from fangxun.core.incident import PlaceInIncident
from fangxun.core.level import Certainty, Hazard, Level
from fangxun.core.page import Attempt, Page
from fangxun.core.plan import Group
from fangxun.core.price import Price
from fangxun.core.rehearsal import Lack, Rehearsal, Shortfall, Silence
from fangxun.engine import escalate, messages, reach, respond
from fangxun.engine.parts import Parts, Rates
from fangxun.engine.throttle import way_of
from fangxun.engine.view import View
from fangxun.store.base import Tx


@dataclass(frozen=True, slots=True)
class Storm:
    """Places that reach a level at one moment, by one hazard."""

    places: tuple[str, ...]
    level: Level
    hazard: Hazard = Hazard.OTHER


def rehearse(
    parts: Parts, tx: Tx, view: View, storm: Storm, prices: Mapping[str, Price]
) -> Rehearsal:
    """What a raise now would come to.

    1. Who must be paged, in the order in which the real pages are opened.
    2. The first step of each ladder, bundled and worded for the gateways that there are.
    3. When each text leaves at the configured rates, and what it costs.
    4. What the whole ladders and all waves come to where nobody confirms.
    5. By which ways everybody can be reached and can confirm.
    """
    now = view.at
    raised = [
        PlaceInIncident(place, storm.level, 1, now, hazard=storm.hazard) for place in storm.places
    ]
    seen, wanted = respond.raised_at(tx, view, raised)
    pages = [
        replace(page.open_page(0, item.place, item.who, now=now), id=number)
        for number, item in enumerate(wanted, start=1)
    ]
    advances = [escalate.advanced(parts, seen, item, frozenset(), now) for item in pages]
    composed = messages.rehearsed(parts, tx, seen, advances, _levels(seen, storm))
    ways = {
        g.name: way_of(g.abilities.senders, parts.rates.get(g.name, Rates()), now=now)
        for g in parts.gateways
    }
    people = list(dict.fromkeys(item.who.person for item in wanted))
    return Rehearsal(
        level=storm.level,
        hazard=storm.hazard,
        places=storm.places,
        people=len(people),
        pages=len(pages),
        loads=rehearsal.loads(composed.attempts, ways, prices, now=now),
        shortfalls=tuple(_shortfalls(parts, seen, people)),
        unpaged=tuple(dict.fromkeys(
            item.person for item, advance in zip(pages, advances, strict=True)
            if item.person and not advance.drafts
        )),
        empty=tuple(_empty(seen, raised)),
        silence=_silence(parts, tx, view, raised, _levels(seen, storm), prices),
        waves=seen.district.plan.in_waves,
    )  # fmt: skip


def _silence(  # noqa: PLR0913  each is a value that the caller already holds
    parts: Parts,
    tx: Tx,
    view: View,
    raised: Sequence[PlaceInIncident],
    levels: Mapping[str, Assessment],
    prices: Mapping[str, Price],
) -> Silence:
    """From one due instant to the next, until no ladder has a step left and no wave waits. Who
    stands now stands to the end."""
    at: datetime | None = view.at
    last = view.at
    pages: dict[str, Page] = {}
    attempts: list[Attempt] = []
    while at is not None:
        last = at
        seen, wanted = respond.raised_at(tx, replace(view, at=at), raised)
        for item in wanted:
            if item.key not in pages:
                fresh = page.open_page(0, item.place, item.who, now=at)
                pages[item.key] = replace(fresh, id=len(pages) + 1)
        due = {key: one for key, one in pages.items() if _is_due(one, at)}
        advances = [escalate.advanced(parts, seen, one, frozenset(), at) for one in due.values()]
        attempts += messages.rehearsed(parts, tx, seen, advances, levels).attempts
        pages |= zip(due, (advance.page for advance in advances), strict=True)
        times = [one.next_due for one in pages.values() if not one.state.ended]
        times.append(respond.next_wave(seen, raised))
        at = min((time for time in times if time is not None), default=None)
    return Silence(len(pages), last - view.at, rehearsal.bills(attempts, prices))


def _is_due(item: Page, at: datetime) -> bool:
    return not item.state.ended and item.next_due is not None and item.next_due <= at


def _shortfalls(parts: Parts, view: View, people: Sequence[str]) -> Iterator[Shortfall]:
    plan = view.district.plan
    for person in filter(None, map(view.people.get, people)):
        ways = reach.ways(parts, plan, person)
        reached = {way.channel for way in ways}
        confirmed = {way.channel for way in ways if way.confirms}
        for channel in reach.channels(plan):
            if channel not in reached:
                yield Shortfall(person.id, channel, Lack.UNREACHED, bool(reached))
            elif channel not in confirmed:
                yield Shortfall(person.id, channel, Lack.UNCONFIRMED, bool(confirmed))


def _empty(view: View, raised: Sequence[PlaceInIncident]) -> Iterator[tuple[str, Group]]:
    plan = view.district.plan
    for place in raised:
        for group in calling.empty_groups(plan, place, respond.present(view, place)):
            yield place.place, group


def _levels(view: View, storm: Storm) -> dict[str, Assessment]:
    """Each place at the level, by the criterion of the highest level that would carry it there."""
    found = {}
    for place in storm.places:
        fitting = [
            criterion
            for criterion in view.district.criteria
            if criterion.place == place and criterion.level.rank <= storm.level.rank
        ]
        best = max(fitting, key=lambda criterion: criterion.level.rank, default=None)
        evidence = (_just_reached(view, best, storm, view.at),) if best is not None else ()
        found[place] = Assessment(
            place, storm.level, Certainty.KNOWN, view.at, Why.REACHED, evidence
        )
    return found


def _just_reached(view: View, criterion: Criterion, storm: Storm, now: datetime) -> Evidence:
    gauge = next((g.id for g in view.district.gauges if criterion.place in g.places), "")
    return Evidence(
        EvidenceKind(criterion.measure.value), storm.level, Certainty.KNOWN, criterion.hazard,
        gauge, now, amount=criterion.limit, limit=criterion.limit, window=criterion.window,
        covered=criterion.window, criterion=criterion.id,
    )  # fmt: skip
