"""Add and revoke calendar feeds."""

from __future__ import annotations

from fangxun.core import subscription
from fangxun.core.errors import N_, Conflict
from fangxun.core.journal import Event
from fangxun.core.subscription import Subscription, Whose
from fangxun.engine.acts.base import Act, district_in_force, person, post_id, written
from fangxun.engine.links import link_digest
from fangxun.store import calendars as calendar_store
from fangxun.store.base import Store


def add_calendar(store: Store, kind: Whose, of: str, token: str, *, act: Act) -> Subscription:
    """A feed of a person or post, by id or name, at the address that ends in `token` (128 bits of
    chance). Only its hash is kept: who has lost the address gets another feed."""
    with store.write() as tx:
        district = district_in_force(tx)
        found = person(district, of).id if kind is Whose.PERSON else post_id(district, of)
        number = calendar_store.next_id(tx)
        item = Subscription(
            number, kind, found, link_digest(token), act.actor, act.reason.strip(), act.now
        )
        calendar_store.save(tx, item)
        said = {kind.value: found}
        written(tx, act, Event.CALENDAR_ADDED, f"calendar/{number}", **said)
    return item


def revoke_calendar(store: Store, number: int, *, act: Act) -> Subscription:
    """From now on its address leads nowhere; Conflict where it does not already."""
    with store.write() as tx:
        item = calendar_store.get(tx, number)
        after = subscription.revoke(item, by=act.actor, now=act.now)
        if after is item:
            raise Conflict(N_("Calendar {number} was revoked already."), number=number)
        calendar_store.save(tx, after)
        said = {item.kind.value: item.of}
        written(tx, act, Event.CALENDAR_REVOKED, f"calendar/{number}", **said)
    return after
