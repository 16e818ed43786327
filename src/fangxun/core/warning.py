"""CAP-shaped warnings: chains of update and cancel, in force at `now`, staleness of a source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from fangxun.core.level import Hazard, Level


class MessageType(StrEnum):
    """CAP msgType."""

    ALERT = "Alert"
    UPDATE = "Update"
    CANCEL = "Cancel"
    ACK = "Ack"
    ERROR = "Error"


class Status(StrEnum):
    """CAP status. Actual acts; Exercise and Test act only in a drill; System and Draft never."""

    ACTUAL = "Actual"
    EXERCISE = "Exercise"
    TEST = "Test"
    SYSTEM = "System"
    DRAFT = "Draft"


@dataclass(frozen=True, slots=True)
class Reference:
    """One entry of CAP <references>: matched on sender and identifier, never on `sent`."""

    sender: str
    identifier: str


@dataclass(frozen=True, slots=True)
class Target:
    """One warned area as the authority wrote it; geometry is (latitude, longitude), WGS-84."""

    name: str
    codes: tuple[str, ...] = ()
    polygons: tuple[tuple[tuple[float, float], ...], ...] = ()
    circles: tuple[tuple[float, float, float], ...] = ()
    """(latitude, longitude, radius in km)"""


class Touch(StrEnum):
    """How a warning concerns one of our places."""

    DIRECT = "direct"
    """Its area is the place, lies in it, or its geometry touches it."""
    ANCESTOR = "ancestor"
    """Its area is a division above the place: city, province, or our own district for a town."""


@dataclass(frozen=True, slots=True)
class Bulletin:
    """One message of an authority, as received. Instants are UTC or None where unreadable.

    `key` (feed, sender, identifier) is unique; `content_key` finds re-issues without references.
    `touches` maps ids of our places to how they are concerned (geo fills it before the store).
    `flags` are lint findings ("no-area", "bad-geometry", "bad-date", "not-xsd" ...), shown.
    `all_clear`: one function of feeds.cap and this room decides on it.
    """

    feed: str
    sender: str
    identifier: str
    sent: datetime | None
    status: Status
    message_type: MessageType
    hazard: Hazard
    event: str
    level: Level
    headline: str
    description: str = ""
    instruction: str = ""
    onset: datetime | None = None
    expires: datetime | None = None
    references: tuple[Reference, ...] = ()
    targets: tuple[Target, ...] = ()
    touches: tuple[tuple[str, Touch], ...] = ()
    all_clear: bool = False
    flags: tuple[str, ...] = ()
    received_at: datetime | None = None
    absent_since: datetime | None = None
    """For a snapshot feed: ended by its absence from N complete polls."""


class Ending(StrEnum):
    """Why a warning is no longer in force."""

    CANCELLED = "cancelled"
    UPDATED = "updated"
    ALL_CLEAR = "all_clear"
    EXPIRED = "expired"
    LEFT_FEED = "left_feed"
    ENDED_BY_HAND = "ended_by_hand"


@dataclass(frozen=True, slots=True)
class FeedHealth:
    """What we know of a source at `now`; stale is never clear."""

    feed: str
    last_success: datetime | None
    stale: bool


@dataclass(frozen=True, slots=True)
class InForce:
    """A warning that stands at `now`. `unconfirmed`: it expired while its feed was stale, or by a
    bound that we set ourselves: the level is held and told."""

    bulletin: Bulletin
    unconfirmed: bool = False


PAGING = frozenset(
    {Hazard.RAIN, Hazard.FLOOD, Hazard.FLASH_FLOOD, Hazard.GEOLOGICAL, Hazard.TYPHOON}
)
"""Hazards that page; others are shown."""

OWN_BOUND = timedelta(hours=24)
"""How long a warning without `expires` is taken to stand by our own bound; after it the level is
held and told, never cleared: older messages of some authorities carry no end."""


Key = tuple[str, str, str]
"""(feed, sender, identifier): one message."""


def acts(bulletin: Bulletin, acting: frozenset[Status]) -> bool:
    """Whether a message counts at all."""
    return bulletin.status in acting and bulletin.message_type in {
        MessageType.ALERT, MessageType.UPDATE, MessageType.CANCEL,
    }  # fmt: skip


def in_force(
    bulletins: Iterable[Bulletin],
    health: Mapping[str, FeedHealth],
    *,
    now: datetime,
    acting: frozenset[Status] = frozenset({Status.ACTUAL}),
) -> tuple[InForce, ...]:
    """The warnings that stand at `now`, for hazards that page.

    1. A message ends those that it references (by sender and identifier, never by `sent`; a
       reference to itself is ignored), and those that these had ended.
    2. A later message with the same content key replaces an earlier one: a re-issue without
       references. A cancel or all-clear does so only where it references nothing that we have
       heard: one that takes back an old message must not take back its successor.
    3. A cancel or all-clear stands for nothing itself.
    4. What is left stands until it expires or leaves a snapshot feed. Expiry while its feed is
       stale, or by our own bound, does not clear: it stands as unconfirmed.
    """
    heard = sorted({_key(b): b for b in _acting(bulletins, acting)}.values(), key=_order)
    ended = _ended(heard)
    standing = (
        _standing(bulletin, health.get(bulletin.feed), now)
        for bulletin in heard
        if bulletin.hazard in PAGING and _key(bulletin) not in ended and not takes_back(bulletin)
    )
    return tuple(state for state in standing if state is not None)


def takes_back(bulletin: Bulletin) -> bool:
    """Whether a message ends a warning rather than giving one; msgType wins over severity."""
    return bulletin.message_type is MessageType.CANCEL or bulletin.all_clear


def _acting(bulletins: Iterable[Bulletin], acting: frozenset[Status]) -> list[Bulletin]:
    """Those that count; of one message heard in several versions the latest wins, in any order."""
    return sorted((b for b in bulletins if acts(b, acting)), key=_order)


def _standing(bulletin: Bulletin, health: FeedHealth | None, now: datetime) -> InForce | None:
    if bulletin.absent_since is not None or _old_news(bulletin):
        return None
    stale = health is not None and health.stale
    if now < ends(bulletin):
        return InForce(bulletin)
    if bulletin.expires is None:
        return InForce(bulletin, unconfirmed=True)
    if stale and (health is None or (health.last_success or bulletin.expires) <= bulletin.expires):
        return InForce(bulletin, unconfirmed=True)
    return None


def _old_news(bulletin: Bulletin) -> bool:
    """Over already when we first heard of it: a first start brings no storm of old warnings."""
    return bulletin.received_at is not None and ends(bulletin) <= bulletin.received_at


def ends(bulletin: Bulletin) -> datetime:
    """When a warning expires; by our own bound where it does not say."""
    return bulletin.expires or _sent(bulletin) + OWN_BOUND


def _ended(heard: Sequence[Bulletin]) -> set[Key]:
    """Messages ended by another that names them, or that says the same anew; `heard` in order.

    Walks down from the messages that nothing ends. Messages that end each other in a ring are all
    ended by something: there the latest is the top, so that no fault of theirs loses a warning.
    """
    below = _ends(heard)
    under = {key for keys in below.values() for key in keys}
    tops = [key for key in below if key not in under]
    tops += reversed([key for key in below if key in under])
    ended: set[Key] = set()
    done: set[Key] = set()
    for top in tops:
        waiting = [] if top in ended else [top]
        while waiting:
            key = waiting.pop()
            if key not in done:
                done.add(key)
                ended |= below[key] - {top}
                waiting += below[key] - {top}
    return ended


def _ends(heard: Sequence[Bulletin]) -> dict[Key, set[Key]]:
    """For each message those that it ends itself, by reference or by content."""
    named: dict[tuple[str, str], set[Key]] = {}
    for bulletin in heard:
        named.setdefault((bulletin.sender, bulletin.identifier), set()).add(_key(bulletin))
    ends: dict[Key, set[Key]] = {}
    last: dict[tuple[object, ...], Key] = {}
    for bulletin in heard:
        key, content = _key(bulletin), content_key(bulletin)
        ends[key] = {found for name in _refers_to(bulletin) for found in named.get(name, ())}
        if takes_back(bulletin) and ends[key]:
            continue
        if content in last:
            ends[key].add(last[content])
        last[content] = key
    return ends


def _refers_to(bulletin: Bulletin) -> set[tuple[str, str]]:
    if bulletin.message_type is MessageType.ALERT and not bulletin.all_clear:
        return set()
    own = (bulletin.sender, bulletin.identifier)
    return {(r.sender, r.identifier) for r in bulletin.references} - {own}


def content_key(bulletin: Bulletin) -> tuple[object, ...]:
    """Finds re-issues without references: the same sender on the same event for the same areas.

    Areas are compared by code, else by name, else by geometry; where a message says nothing of
    them, it is a re-issue of no other.
    """
    targets = bulletin.targets
    areas: tuple[object, ...] = (
        tuple(sorted({code for target in targets for code in target.codes}))
        or tuple(sorted({target.name for target in targets if target.name}))
        or tuple(sorted((target.polygons, target.circles) for target in targets))
        or (bulletin.identifier,)
    )
    return (bulletin.feed, bulletin.sender, bulletin.hazard, bulletin.event, areas)


def _key(bulletin: Bulletin) -> Key:
    return bulletin.feed, bulletin.sender, bulletin.identifier


def _order(bulletin: Bulletin) -> tuple[datetime, bool, int, str, str]:
    """By time sent. At the same second an end comes before a warning and the higher level last, so
    that doubt keeps the warning."""
    return (
        _sent(bulletin), not takes_back(bulletin), bulletin.level.rank,
        bulletin.sender, bulletin.identifier,
    )  # fmt: skip


def _sent(bulletin: Bulletin) -> datetime:
    return bulletin.sent or bulletin.received_at or bulletin.onset or _EPOCH


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
