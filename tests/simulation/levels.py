"""What must hold of levels and rates after every storm: raised in time, told when blind, lowered by
data, with an all-clear for whom was paged; and no account asked faster than it takes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import timedelta

from fangxun.core.incident import IncidentState
from fangxun.core.journal import Event, Line
from fangxun.core.page import AttemptState
from tests.simulation import storm, town
from tests.simulation.left import Left
from tests.simulation.machine import BURST
from tests.simulation.story import Kind


def rates_hold(left: Left) -> Iterator[str]:
    """No account is asked faster than it takes, whatever has died meanwhile: a process that starts
    has one burst. What a machine asleep had in hand goes out when it wakes, and is let be."""
    rate = left.world.story.rate
    if rate is None or left.stepped() or left.world.story.of(Kind.ASLEEP):
        return
    bursts = BURST * ((left.world.machine.process + 1) // 2)  # a boot counts one, a kill another
    for name, provider in left.world.providers.items():
        tried = provider.tried
        for first, begun in enumerate(tried):
            for last in range(first + bursts, len(tried)):
                seconds = tried[last] - begun
                if last - first + 1 > bursts + rate * seconds + 1:
                    yield f"{name} was asked {last - first + 1} times within {seconds:.0f} s"
                    return


def raises_happen(left: Left) -> Iterator[str]:
    """What the sky and people ask for is raised, where a poll or a look can have seen it: what came
    and went while the feed was out or the machine stood still raises nobody afterwards."""
    story = left.world.story
    if left.stepped():
        return
    found = {
        (dict(line.entry.data).get("place"), dict(line.entry.data)["level"])
        for line in left.by_event[Event.RAISED]
        if line.entry.actor == "system"
    }
    blind = story.of(Kind.FEED_OUT, Kind.ASLEEP, Kind.DOWN)
    late = story.of(Kind.DISK_FULL, Kind.BUSY)
    for place, level, begins, ends in _ASKED_FOR[: story.raises]:
        unseen = any(f.at < ends and f.at + f.size > begins for f in blind)
        passed_over = level == "orange" and late
        if (place, level) not in found and not unseen and not passed_over:
            yield f"{place} was never raised to {level}"


_ASKED_FOR = (
    (town.TOWNS[0], "orange", 0, storm.HEAVIER + 1800),
    (town.TOWNS[0], "red", storm.HEAVIER, storm.DRY + 1200),
    (town.TOWNS[1], "red", storm.WARNED - 1200, storm.CANCELLED),
    (town.TOWNS[2], "red", 0, 0),
)
"""Place, level, and between which seconds it can be seen; a human's word stays."""


def silence_is_told(left: Left) -> Iterator[str]:
    """A feed that is out for longer than its bound is an alarm."""
    if left.world.story.of(Kind.ASLEEP, Kind.DOWN, Kind.CLOCK_STEP):
        return
    stale = {p.cause.partition(":")[2].partition("/")[0] for p in left.pages.values()
             if p.cause.startswith("feed_stale:")}  # fmt: skip
    for name, feed in storm.feeds(left.world.story, left.world.district).items():
        longest = max((o.end - o.start for o in feed.feed.outages), default=storm.POLL_EVERY * 0)
        if longest > storm.SILENT_AFTER + storm.POLL_EVERY and name not in stale:
            yield f"feed {name} was silent for {longest}, and nobody was told"


def missing_data_lower_nothing(left: Left) -> Iterator[str]:
    """A level falls only after its own source has said less, and has been heard."""
    if left.stepped():
        return
    for line in left.by_event[Event.LOWERED]:
        place = str(dict(line.entry.data).get("place"))
        if line.entry.actor == "system" and not _said_less(left, place, line):
            yield f"{place} was lowered at {line.entry.at}, and nothing had said so"


def _said_less(left: Left, place: str, lowered: Line) -> bool:
    """Whether a dry half-hour, the cancellation, or a human was heard before the hold began."""
    at = lowered.entry.at
    if place == town.TOWNS[0]:
        ((newest,),) = left.world.disk.asked(
            "SELECT max(ends_at) FROM reading WHERE gauge = ? AND received_at <= ?",
            town.GAUGES[place], f"{at - town.HOLD:%Y-%m-%d %H:%M:%S.%f}",
        )  # fmt: skip
        # One wet reading more fits into a half-hour that is clear of red, or of a light rain's.
        light = left.world.story.raises == 1 or dict(lowered.entry.data)["level"] == "orange"
        dry = storm.START + timedelta(seconds=storm.DRY + (600 if light else 1200))
        return newest is not None and newest >= f"{dry:%Y-%m-%d %H:%M:%S}"
    if place == town.TOWNS[1]:
        heard = [line for line in left.by_event[Event.WARNING_RECEIVED]
                 if dict(line.entry.data)["identifier"] == "sim-2"]  # fmt: skip
        return any(line.entry.at <= at for line in heard)
    return any(line.entry.actor != "system" for line in left.by_event[Event.LOWERED])


def all_clear_goes_to_whom_was_paged(left: Left) -> Iterator[str]:
    """Once to each, and to nobody else."""
    closed = {i.id for i in left.incidents if i.state is IncidentState.CLOSED}
    paged: Counter[str] = Counter()
    for page_set in (
        {p.person for p in left.pages.values() if p.incident == incident and p.person}
        for incident in closed
    ):
        paged.update(page_set)
    sent: dict[tuple[str, str], int] = defaultdict(int)
    for a in left.attempts.values():
        if (
            a.kind == "all_clear" and not a.copy_of
        ):  # what went to another gateway is withdrawn here
            sent[a.contact, a.text] += a.state is not AttemptState.WITHDRAWN
    told: Counter[str] = Counter()
    for (person, _text), count in sent.items():
        told[person] += max(1, count)
    refused = left.world.story.of(Kind.REFUSED)
    for person in paged.keys() | told.keys():
        dead = left.world.people.dead(person, 1) or refused
        if told[person] > paged[person] or (told[person] < paged[person] and not dead):
            yield f"{person} was paged for {paged[person]} ended incidents, told {told[person]}"
