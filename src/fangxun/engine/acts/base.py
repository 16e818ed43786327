"""Who acts, why and when; and the checks that every act shares."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from fangxun.core.district import District
from fangxun.core.errors import N_, NotFound, Refused
from fangxun.core.journal import Entry, Event
from fangxun.core.responsibility import Person
from fangxun.store import district as district_store
from fangxun.store import journal, meta
from fangxun.store.base import Tx


@dataclass(frozen=True, slots=True)
class Act:
    """`actor` is a person's id (or "admin" for the system's own administrator). `account` is the
    machine's account where the actor only said who he is; it is journalled beside him."""

    actor: str
    reason: str
    now: datetime
    account: str = ""


def district_in_force(tx: Tx) -> District:
    """The district as applied; Refused while there is none."""
    district = district_store.applied(tx)
    if district is None:
        raise Refused(N_("No district has been applied yet; run: fangxun roster apply DIR"))
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
