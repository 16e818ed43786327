"""Who acts, why and when; and the checks that every act shares."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from fangxun.core.district import District
from fangxun.core.errors import N_, FaultyInput, NotFound, Refused
from fangxun.core.journal import Entry, Event
from fangxun.core.responsibility import Person
from fangxun.store import district as district_store
from fangxun.store import journal, meta
from fangxun.store.base import Tx
from fangxun.store.names import no_district


@dataclass(frozen=True, slots=True)
class Act:
    """`actor` is a person's id (or "admin" for the system's own administrator). `account` is the
    machine's account where the actor only said who he is; it is journalled beside him."""

    actor: str
    reason: str
    now: datetime
    account: str = ""


def district_in_force(tx: Tx) -> District:
    """The district as applied; NotFound while there is none."""
    district = district_store.applied(tx)
    if district is None:
        raise no_district()
    return district


def person(district: District, person_id: str) -> Person:
    """The person of that id or name; NotFound names both ways to look."""
    for someone in district.people:
        if person_id in {someone.id, someone.name}:
            return someone
    raise NotFound(
        N_("No person is called {person}; ids and names stand in people.csv."), person=person_id
    )


def place_id(district: District, place: str) -> str:
    """The id of the place of that id or name."""
    names = [(area.id, area.name) for area in district.areas]
    names += [(site.id, site.name) for site in district.sites]
    for found, name in names:
        if place in {found, name}:
            return found
    raise NotFound(
        N_("No place is called {place}; ids and names stand in areas.csv and sites.csv."),
        place=place,
    )


def gauge_id(district: District, gauge: str) -> str:
    """The id of the gauge of that id or name."""
    for one in district.gauges:
        if gauge in {one.id, one.name}:
            return one.id
    raise NotFound(
        N_("No gauge is called {gauge}; ids and names stand in gauges.csv."), gauge=gauge
    )


def unit_id(district: District, unit: str) -> str:
    """The id of the unit of that id or name."""
    for one in district.units:
        if unit in {one.id, one.name}:
            return one.id
    raise NotFound(N_("No unit is called {unit}; ids and names stand in units.csv."), unit=unit)


def post_id(district: District, post: str) -> str:
    """The id of the post of that id, or of that name, behind its unit's where several have it."""
    units = {unit.id: unit.name for unit in district.units}
    wanted = "".join(post.split())
    found = [
        one.id
        for one in district.roster.posts
        if wanted in {one.id, one.name, f"{units.get(one.unit, '')}{one.name}".replace(" ", "")}
    ]
    if len(found) > 1 and post not in found:
        raise FaultyInput(
            N_("{count} posts are called {name}; put the unit's name before it, or write its id."),
            count=len(found),
            name=post,
        )
    if not found:
        raise NotFound(
            N_("No post is called {name}; ids and names: fangxun roster show"), name=post
        )
    return post if post in found else found[0]


def names(district: District, ids: Iterable[str]) -> str:
    """People as one calls them, for a sentence."""
    called = {someone.id: someone.name for someone in district.people}
    return ", ".join(called.get(person_id, person_id) for person_id in ids) or "-"


def written(tx: Tx, act: Act, event: Event, subject: str, **data: object) -> None:
    """Journal an act with its actor and reason, and wake the daemon."""
    if not act.reason.strip():
        raise Refused(
            N_("An act needs a reason: it stands in the journal for those who come after.")
        )
    if act.account:
        data["account"] = act.account
    journal.append(
        tx, [Entry(act.now, event, act.actor, subject, act.reason.strip(), tuple(data.items()))]
    )
    meta.wake(tx)
