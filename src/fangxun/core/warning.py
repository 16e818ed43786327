"""CAP-shaped warnings: chains of update and cancel, in force at `now`, staleness of a source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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

    1. Each message ends those that it references (by sender and identifier, never by `sent`; a
       reference to itself is ignored). A re-issue without references replaces the one with the same
       content key.
    2. A cancel or all-clear stands for nothing itself.
    3. What is left stands until it expires or leaves a snapshot feed. Expiry while its feed is
       stale, or by our own bound, does not clear: it stands as unconfirmed.
    """
    heard = sorted(
        (b for b in bulletins if acts(b, acting)), key=lambda b: (_sent(b), b.identifier)
    )
    ended = _referenced(heard)
    latest: dict[tuple[object, ...], Bulletin] = {}
    for bulletin in heard:
        latest[content_key(bulletin)] = bulletin
    standing: list[InForce] = []
    for bulletin in latest.values():
        if bulletin.hazard not in PAGING or (bulletin.sender, bulletin.identifier) in ended:
            continue
        if bulletin.message_type is MessageType.CANCEL or bulletin.all_clear:
            continue
        state = _standing(bulletin, health.get(bulletin.feed), now)
        if state is not None:
            standing.append(state)
    return tuple(standing)


def _standing(bulletin: Bulletin, health: FeedHealth | None, now: datetime) -> InForce | None:
    if bulletin.absent_since is not None:
        return None
    stale = health is not None and health.stale
    if bulletin.expires is None:
        return InForce(bulletin, unconfirmed=now >= _sent(bulletin) + OWN_BOUND)
    if now < bulletin.expires:
        return InForce(bulletin)
    if stale and (health is None or (health.last_success or bulletin.expires) <= bulletin.expires):
        return InForce(bulletin, unconfirmed=True)
    return None


def _referenced(heard: Iterable[Bulletin]) -> set[tuple[str, str]]:
    """Messages ended by a later one that names them."""
    return {
        (reference.sender, reference.identifier)
        for bulletin in heard
        if bulletin.message_type in {MessageType.UPDATE, MessageType.CANCEL} or bulletin.all_clear
        for reference in bulletin.references
        if (reference.sender, reference.identifier) != (bulletin.sender, bulletin.identifier)
    }


def content_key(bulletin: Bulletin) -> tuple[object, ...]:
    """Finds re-issues without references: the same sender on the same event for the same areas."""
    areas = tuple(sorted({code for t in bulletin.targets for code in t.codes})) or tuple(
        sorted(target.name for target in bulletin.targets)
    )
    return (bulletin.feed, bulletin.sender, bulletin.hazard, bulletin.event, areas)


def _sent(bulletin: Bulletin) -> datetime:
    return bulletin.sent or bulletin.received_at or bulletin.onset or _EPOCH


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
