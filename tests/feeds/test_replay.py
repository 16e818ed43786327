"""What was prepared comes out when its time has come; and a poll raises nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from fangxun.core.observation import Reading
from fangxun.core.place import Measure
from fangxun.core.timeline import Span
from fangxun.feeds.base import Failed, FeedSettings, Fresh, Memory, Polled, Unchanged, guarded
from fangxun.feeds.replay import Replay

START = datetime(2026, 7, 20, tzinfo=UTC)
HOUR = timedelta(hours=1)
ITEMS = tuple(
    (
        START + n * HOUR,
        Reading("g", Measure.RAIN, START + (n - 1) * HOUR, START + n * HOUR, float(n)),
    )
    for n in range(4)
)
SETTINGS = FeedSettings("storm", "replay")


def values(polled: Polled) -> list[float | None]:
    assert isinstance(polled, Fresh)
    return [reading.value for reading in polled.readings]


def test_items_come_out_once_when_their_time_has_come() -> None:
    feed = Replay(SETTINGS, ITEMS)
    first = feed.poll(Memory(), now=START + HOUR)
    assert values(first) == [0.0, 1.0]
    assert isinstance(feed.poll(first.memory, now=START + 1.5 * HOUR), Unchanged)
    assert values(feed.poll(first.memory, now=START + 3 * HOUR)) == [2.0, 3.0]


def test_what_was_published_during_an_outage_comes_after_it() -> None:
    feed = Replay(SETTINGS, ITEMS, (Span(START + HOUR, START + 2.5 * HOUR),))
    first = feed.poll(Memory(), now=START)
    failed = feed.poll(first.memory, now=START + 2 * HOUR)
    assert isinstance(failed, Failed)
    assert values(feed.poll(failed.memory, now=START + 3 * HOUR)) == [1.0, 2.0, 3.0]


def test_whatever_a_source_sets_off_is_a_failure_that_keeps_the_memory() -> None:
    memory = Memory(etag="e")

    def broken() -> Polled:
        raise ZeroDivisionError("somewhere deep")

    polled = guarded(broken, memory)
    assert isinstance(polled, Failed)
    assert polled.memory == memory
    assert "somewhere deep" in polled.reason
