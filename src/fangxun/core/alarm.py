"""What the system must tell its own watch: one alarm a cause, its ladder, the last resort.

An alarm is a page of its own kind, without a person: the plan's alarm ladder climbs from the duty
officer to the last resort, starts again at a bounded rate, and rests on the local terminal until a
human has confirmed. An alarm about an alarm makes no new one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from fangxun.core import warning
from fangxun.core.assessment import Evidence
from fangxun.core.findings import Hole
from fangxun.core.incident import PlaceInIncident
from fangxun.core.level import Level
from fangxun.core.page import Page, PageKind, PageState
from fangxun.core.plan import Channel, Group, Owed
from fangxun.core.warning import Bulletin


class AlarmKind(StrEnum):
    """What can be wrong; the sentence for each stands in the catalogue."""

    UNREACHED = "unreached"
    NOT_ARRIVED = "not_arrived"
    NOT_MOVED_OUT = "not_moved_out"
    NOBODY_TO_PAGE = "nobody_to_page"
    FEED_STALE = "feed_stale"
    FEED_UNREAD = "feed_unread"
    GATEWAY_DEAD = "gateway_dead"
    GATEWAY_MUTE = "gateway_mute"
    NUMBER_INVALID = "number_invalid"
    ROSTER_HOLE = "roster_hole"
    NEXT_UNCONFIRMED = "next_unconfirmed"
    SUSPECT_UNVERIFIED = "suspect_unverified"
    WARNING_UNCONFIRMED = "warning_unconfirmed"
    CLOCK_STEP = "clock_step"
    CYCLE_LATE = "cycle_late"
    DISK = "disk"
    BUDGET = "budget"
    CYCLE_FAILING = "cycle_failing"
    NOT_ANCHORED = "not_anchored"
    HANDOVER_LATE = "handover_late"
    SHEET_UNWRITTEN = "sheet_unwritten"


@dataclass(frozen=True, slots=True)
class Cause:
    """`subject` makes the cause one of its kind ("cma/2026-07-20T01:00"); `fields` fill the text
    and stand in the journal, with people by id."""

    kind: AlarmKind
    subject: str
    fields: tuple[tuple[str, object], ...] = ()
    place: str | None = None
    incident: int | None = None
    level: Level = Level.ORANGE

    @property
    def text(self) -> str:
        """The cause as a page keeps it: "<kind>:<subject>"."""
        return f"{self.kind.value}:{self.subject}"


def alarm_key(cause: Cause) -> str:
    """One cause, one alarm, for ever."""
    return f"a/{cause.text}"


def open_alarm(cause: Cause, *, now: datetime) -> Page:
    """A new alarm; its first step is due at once."""
    return Page(
        id=0,
        kind=PageKind.ALARM,
        key=alarm_key(cause),
        opened_at=now,
        state=PageState.OPEN,
        level=cause.level,
        incident=cause.incident,
        place=cause.place,
        cause=cause.text,
        details=cause.fields,
        next_due=now,
    )


def kind_of(cause: str) -> AlarmKind:
    """The kind of a cause as a page keeps it."""
    return AlarmKind(cause.partition(":")[0])


def subject_of(cause: str) -> str:
    """What the alarm is about, as a page keeps it."""
    return cause.partition(":")[2]


def failed_gateway(cause: str) -> str:
    """The gateway that an alarm must not go over; "" where it is about something else."""
    if kind_of(cause) not in {AlarmKind.GATEWAY_DEAD, AlarmKind.GATEWAY_MUTE}:
        return ""
    return subject_of(cause).partition("/")[0]


def unreached(item: Page, *, untold: bool = False) -> Cause:
    """A page whose ladder is exhausted: somebody has to go to the door. `untold`: nothing that was
    sent can have reached its person, so that nobody may say that he did not answer."""
    fields: tuple[tuple[str, object], ...] = (("page", item.id), ("person", item.person))
    fields += (("text", item.cause),) if item.by_hand else (("place", item.place),)
    return Cause(
        AlarmKind.UNREACHED,
        str(item.id),
        (*fields, ("untold", True)) if untold else fields,
        place=item.place,
        incident=item.incident,
        level=Level.ORANGE if item.by_hand else item.level,
    )


_NOT_MET = {Owed.ARRIVED: AlarmKind.NOT_ARRIVED, Owed.MOVED_OUT: AlarmKind.NOT_MOVED_OUT}


def not_met(item: Page) -> Cause:
    """Confirmed, and what he owes after that is not known to be done in time."""
    return Cause(
        _NOT_MET[item.owed or Owed.ARRIVED],
        str(item.id),
        (("page", item.id), ("person", item.person), ("place", item.place)),
        place=item.place,
        incident=item.incident,
        level=item.level,
    )


def unreached_cause(page: int) -> str:
    """The cause of the alarm about a page that nobody answered."""
    return f"{AlarmKind.UNREACHED.value}:{page}"


def not_met_causes(page: int) -> tuple[str, ...]:
    """The causes of the alarms about what a page's person owes."""
    return tuple(f"{kind.value}:{page}" for kind in _NOT_MET.values())


def nobody_to_page(incident: int, place: PlaceInIncident, group: Group) -> Cause:
    """The plan pages a group in which nobody stands."""
    return Cause(
        AlarmKind.NOBODY_TO_PAGE,
        f"{incident}/{place.place}/{place.raise_no}/{group.value}",
        (("place", place.place), ("group", group.value)),
        place=place.place,
        incident=incident,
        level=place.level,
    )


def _silent(kind: AlarmKind, what: str, name: str, since: datetime) -> Cause:
    """Something outside has been silent or amiss since an instant; the next time is another
    cause."""
    fields = ((what, name), ("since", since.isoformat(timespec="minutes")))
    return Cause(kind, f"{name}/{since.isoformat(timespec='seconds')}", fields)


def feed_stale(feed: str, since: datetime) -> Cause:
    """A source has been silent for longer than its bound: quiet is not calm."""
    return _silent(AlarmKind.FEED_STALE, "feed", feed, since)


def feed_stale_prefix(feed: str) -> str:
    """The beginning of all causes about one feed."""
    return f"{AlarmKind.FEED_STALE.value}:{feed}/"


def feed_unread(feed: str, since: datetime) -> Cause:
    """A source answers, and some of what it gives cannot be read or says nowhere where it is."""
    return _silent(AlarmKind.FEED_UNREAD, "feed", feed, since)


def feed_unread_prefix(feed: str) -> str:
    """The beginning of all causes about what one feed leaves unread."""
    return f"{AlarmKind.FEED_UNREAD.value}:{feed}/"


def gateway_dead(gateway: str, code: str, *, since: datetime) -> Cause:
    """A gateway refuses us or keeps failing."""
    return Cause(
        AlarmKind.GATEWAY_DEAD,
        f"{gateway}/{since.isoformat(timespec='seconds')}",
        (("gateway", gateway), ("code", code)),
        level=Level.RED,
    )


def gateway_dead_prefix(gateway: str) -> str:
    """The beginning of all causes about one gateway."""
    return f"{AlarmKind.GATEWAY_DEAD.value}:{gateway}/"


def gateway_mute(gateway: str, *, since: datetime) -> Cause:
    """A gateway has not answered our questions since then: replies and receipts may wait there."""
    return _silent(AlarmKind.GATEWAY_MUTE, "gateway", gateway, since)


def gateway_mute_prefix(gateway: str) -> str:
    """The beginning of all causes about one gateway that answers no question."""
    return f"{AlarmKind.GATEWAY_MUTE.value}:{gateway}/"


def number_invalid(
    person: str, code: str, *, now: datetime, channel: Channel = Channel.SMS
) -> Cause:
    """A person cannot be reached on a number by a channel any more (failed for good, or texted
    STOP)."""
    return Cause(
        AlarmKind.NUMBER_INVALID,
        f"{person}/{channel.value}/{now.date()}",
        (("person", person), ("code", code), ("channel", channel.value)),
    )


def number_invalid_prefix(person: str, channel: Channel) -> str:
    """The beginning of all causes about a person's numbers and one channel."""
    return f"{AlarmKind.NUMBER_INVALID.value}:{person}/{channel.value}/"


ROSTER_HOLE_PREFIX = f"{AlarmKind.ROSTER_HOLE.value}:"


def roster_hole(hole: Hole, *, near: bool) -> Cause:
    """Nobody stands on a post for a span that comes soon, or very soon (`near`).

    Two causes a hole, however it is looked at: its end moves with the horizon, and what is left of
    one that lasts begins now.
    """
    began = hole.began.isoformat(timespec="minutes") if hole.began is not None else "always"
    return Cause(
        AlarmKind.ROSTER_HOLE,
        f"{hole.post}/{began}/{'near' if near else 'ahead'}",
        (
            ("post", hole.post),
            ("start", hole.parts[0].start.isoformat(timespec="minutes")),
            ("end", hole.parts[0].end.isoformat(timespec="minutes")),
        ),
    )


def next_unconfirmed(item: Page, *, place: str) -> Cause:
    """Whoever is next on watch has not confirmed that he knows of it; `place`: the area of the
    unit whose post it is, "" where it has none."""
    told = dict(item.details)
    return Cause(
        AlarmKind.NEXT_UNCONFIRMED,
        str(item.id),
        (("person", item.person), ("post", told["post"]), ("start", told["start"])),
        place=place or None,
    )


def next_unconfirmed_cause(page: int) -> str:
    """The cause of the alarm about a reminder that nobody answered."""
    return f"{AlarmKind.NEXT_UNCONFIRMED.value}:{page}"


def handover_late(
    number: int, at: datetime, outgoing: Sequence[str], incoming: Sequence[str]
) -> Cause:
    """The watch that changed at an instant has not been passed and confirmed in time."""
    return Cause(
        AlarmKind.HANDOVER_LATE,
        str(number),
        (
            ("start", at.isoformat(timespec="minutes")),
            ("outgoing", list(outgoing)),
            ("incoming", list(incoming)),
        ),
    )


def handover_cause(number: int) -> str:
    """The cause of the alarm about a handover."""
    return f"{AlarmKind.HANDOVER_LATE.value}:{number}"


def suspect_unverified(place: str, evidence: Evidence) -> Cause:
    """A suspect value would raise a place: told at once; unrejected for five minutes, it raises."""
    return Cause(
        AlarmKind.SUSPECT_UNVERIFIED,
        f"{evidence.source}/{evidence.at.isoformat(timespec='minutes')}",
        (
            ("gauge", evidence.source),
            ("at", evidence.at.isoformat(timespec="minutes")),
            ("amount", evidence.amount),
            ("measure", evidence.kind.value),
            ("level", evidence.level.value),
        ),
        place=place,
        level=evidence.level,
    )


def suspect_cause(gauge: str, end: datetime) -> str:
    """The cause of the alarm about one suspect reading."""
    return f"{AlarmKind.SUSPECT_UNVERIFIED.value}:{gauge}/{end.isoformat(timespec='minutes')}"


WARNING_UNCONFIRMED_PREFIX = f"{AlarmKind.WARNING_UNCONFIRMED.value}:"


def warning_unconfirmed(item: Bulletin) -> Cause:
    """A warning expired while its feed was silent, or stands beyond our own bound: nobody has said
    that it is over, so its level is held, until a human has asked."""
    return Cause(
        AlarmKind.WARNING_UNCONFIRMED,
        f"{item.feed}/{item.identifier}",
        (
            ("headline", item.headline[:200]),
            ("since", warning.ends(item).isoformat(timespec="minutes")),
        ),
        level=item.level,
    )


def clock_step(now: datetime, step: timedelta) -> Cause:
    """The machine's clock was set, by so much."""
    return Cause(
        AlarmKind.CLOCK_STEP,
        now.isoformat(timespec="minutes"),
        (("seconds", round(step.total_seconds())),),
    )


def cycle_late(now: datetime, gap: timedelta) -> Cause:
    """No cycle ran for so long (machine asleep, VM paused): nothing was watched meanwhile."""
    return Cause(
        AlarmKind.CYCLE_LATE,
        now.isoformat(timespec="minutes"),
        (("seconds", round(gap.total_seconds())),),
    )


def budget(person: str, *, now: datetime) -> Cause:
    """A number has had its messages of 24 hours: texts to its person go no further; once a day,
    for all whom it befalls."""
    return Cause(AlarmKind.BUDGET, str(now.date()), (("person", person),), level=Level.RED)


DISK_PREFIX = f"{AlarmKind.DISK.value}:"


def disk(free_mb: int, *, now: datetime) -> Cause:
    """The disk of the database is nearly full: soon nothing can be written down; once a day."""
    return Cause(AlarmKind.DISK, str(now.date()), (("free", free_mb),), level=Level.RED)


SHEET_UNWRITTEN_PREFIX = f"{AlarmKind.SHEET_UNWRITTEN.value}:"


def sheet_unwritten(*, now: datetime) -> Cause:
    """The call sheet cannot be rewritten: the paper may name yesterday's watch; once a day."""
    return Cause(AlarmKind.SHEET_UNWRITTEN, str(now.date()), (("since", now.isoformat()),))


CYCLE_FAILING_PREFIX = f"{AlarmKind.CYCLE_FAILING.value}:"


def cycle_failing(part: str, since: datetime) -> Cause:
    """A part of the daemon has failed since an instant, whenever it had its turn."""
    cause = _silent(AlarmKind.CYCLE_FAILING, "part", part, since)
    return replace(cause, level=Level.RED)


NOT_ANCHORED_PREFIX = f"{AlarmKind.NOT_ANCHORED.value}:"


def not_anchored(since: datetime) -> Cause:
    """The journal's head has not left the machine since an instant: a tail cut off since then would
    not show."""
    return _silent(AlarmKind.NOT_ANCHORED, "journal", "head", since)
