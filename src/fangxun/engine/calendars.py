"""What is behind a calendar's address: the shifts of a person or post as they are now.

The tag of a feed follows from what it is made of, so that a program that asks again for what it has
costs no more than a look.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from fangxun import __version__
from fangxun.core import icalendar, subscription
from fangxun.core import roster as rosters
from fangxun.core.subscription import Edition, Subscription, Whose
from fangxun.engine.links import link_digest
from fangxun.engine.parts import Parts
from fangxun.engine.view import View
from fangxun.store import calendars as calendar_store
from fangxun.store.base import Tx

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Served:
    """`tag` is the same as long as `text` is; `text` is None where the asker has it already."""

    tag: str
    text: str | None


def address(public: str, token: str) -> str:
    """Where a feed is to be had, below the public URL of this machine."""
    return f"{public}/calendar/{token}.ics"


def serve(parts: Parts, token: str, *, known: frozenset[str], now: datetime) -> Served | None:
    """The feed of an address; None for one that never was, was revoked, or of whom is gone. `known`
    are the tags that the asker holds."""
    with parts.store.read() as tx:
        item = calendar_store.by_token(tx, link_digest(token))
        view = parts.lookout.look(tx, now=now) if item is not None else None
        if item is None or item.revoked_at is not None or view is None or not _is(item, view):
            return None
        tag = _tag(item, view, now)
        if tag in known:
            return Served(tag, None)
        edition = edition_of(tx, view)
    return Served(tag, _text(item, view, edition, now))


def edition_of(tx: Tx, view: View) -> Edition:
    """Which edition of the roster a view is of."""
    changed = calendar_store.roster_changed_at(tx)
    return Edition(sum(view.version), changed or _EPOCH, view.district.id)


def _is(item: Subscription, view: View) -> bool:
    """Whether whom or what it is of still is."""
    if item.kind is Whose.PERSON:
        return item.of in view.people
    return any(post.id == item.of for post in view.roster.posts)


def _tag(item: Subscription, view: View, now: datetime) -> str:
    district, roster = view.version
    day = subscription.span_at(now).start
    return f'"{item.id}-{district}-{roster}-{day:%Y%m%d}-{__version__}"'


def _text(item: Subscription, view: View, edition: Edition, now: datetime) -> str:
    """A person's own shifts are those on posts that always stand: what a level switches on is
    no date to keep."""
    posts = frozenset(
        post.id
        for post in view.roster.posts
        if (post.id == item.of if item.kind is Whose.POST else post.stands_from is None)
    )
    shifts = rosters.shifts(view.roster, subscription.span_at(now), posts=posts)
    calendar = subscription.calendar(item, shifts, view.maps.names, edition)
    return icalendar.write(calendar, zone=view.roster.zone)
