"""The weather of a simulated storm: rain on one town, a warning for another, a human's word."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from fangxun.core.district import District
from fangxun.core.level import Hazard, Level
from fangxun.core.observation import Reading
from fangxun.core.place import Measure
from fangxun.core.timeline import Span
from fangxun.core.warning import Bulletin, MessageType, Reference, Status, Target
from fangxun.feeds.base import Feed, FeedSettings, Memory, Polled
from fangxun.feeds.replay import Item, Replay
from tests.simulation.story import LENGTH, Kind, Story
from tests.simulation.town import GAUGES, TEN_MINUTES, TOWNS

START = datetime(2026, 7, 20, 22, 30, tzinfo=UTC)
"""Half past six in Beijing: the watch changes at eight, in the middle of the storm."""
RAIN, HEAVIER, WARNED, BY_HAND, DRY, CANCELLED = 600, 2400, 3900, 5400, 4800, 6000
"""Seconds: orange and red for the first town by its gauge, red for the second by a warning and for
the third by hand; the rain ends; the warning is cancelled."""
LAG = timedelta(minutes=1)
POLL_EVERY = timedelta(minutes=20)
SILENT_AFTER = timedelta(minutes=45)


@dataclass(frozen=True, slots=True)
class Stuttering:
    """A feed that now and then serves everything again, as after a restart of its server."""

    feed: Replay
    again: tuple[Span, ...]

    @property
    def settings(self) -> FeedSettings:
        """As configured."""
        return self.feed.settings

    def poll(self, memory: Memory, *, now: datetime) -> Polled:
        """What is new, or all of it."""
        forgets = any(span.holds(now) for span in self.again)
        return self.feed.poll(Memory() if forgets else memory, now=now)


def feeds(story: Story, district: District) -> dict[str, Feed]:
    """Gauges and warnings, out and repeating themselves as the story has it."""
    found: dict[str, Feed] = {}
    for name, items in (("gauges", gauges(story)), ("warnings", warnings(story, district))):
        settings = FeedSettings(name, "replay", interval=POLL_EVERY, silent_after=SILENT_AFTER)
        out, again = (_spans(story, kind, name) for kind in (Kind.FEED_OUT, Kind.FEED_AGAIN))
        found[name] = Stuttering(Replay(settings, items, out), again)
    return found


def _spans(story: Story, kind: Kind, feed: str) -> tuple[Span, ...]:
    """The faults that strike this feed: two in three of them."""
    struck = [f for f in story.of(kind) if f.at % 3 != (0 if feed == "gauges" else 1)]
    return tuple(
        Span(START + timedelta(seconds=f.at), START + timedelta(seconds=f.at + f.size))
        for f in struck
    )


def gauges(story: Story) -> tuple[Item, ...]:
    """Ten-minute readings of each gauge: dry before, the storm on the first town, dry after."""
    items: list[Item] = []
    for number in range(-4, (LENGTH + 7200) // 600):
        end = START + number * TEN_MINUTES
        for town in TOWNS:
            amount = _rain(number * 600, story) if town == TOWNS[0] else 0.0
            reading = Reading(GAUGES[town], Measure.RAIN, end - TEN_MINUTES, end, amount)
            items.append((end + LAG, reading))
    return tuple(items)


def _rain(second: int, story: Story) -> float:
    if not RAIN <= second < DRY:
        return 0.0
    return 25.0 if second >= HEAVIER and story.raises > 1 else 12.0


def warnings(story: Story, district: District) -> tuple[Item, ...]:
    """A red signal for the second town, and its cancellation."""
    if story.raises < 3:
        return ()
    area = next(a for a in district.areas if a.id == TOWNS[1])
    sent = START + timedelta(seconds=WARNED)
    issued = Bulletin(
        feed="warnings", sender="yunxi-observatory", identifier="sim-1", sent=sent,
        status=Status.ACTUAL, message_type=MessageType.ALERT, hazard=Hazard.RAIN, event="暴雨",
        level=Level.RED, headline="云溪区气象台发布暴雨红色预警信号",
        expires=sent + timedelta(hours=24), references=(),
        targets=(Target(area.name, codes=(area.code,)),),
    )  # fmt: skip
    over = replace(
        issued, identifier="sim-2", sent=START + timedelta(seconds=CANCELLED),
        message_type=MessageType.CANCEL, references=(Reference(issued.sender, issued.identifier),),
    )  # fmt: skip
    return (sent, issued), (over.sent, over)
