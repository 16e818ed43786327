"""A source that answers and gives nothing of use is no quiet night: the duty room is told."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from fangxun.core.journal import Event
from fangxun.core.warning import Target
from fangxun.engine import poll
from fangxun.feeds import cap, readings
from fangxun.feeds.base import Feed, FeedSettings, Fresh, Memory
from fangxun.store import feeds as feed_store
from fangxun.store import journal, meta
from fangxun.store.feeds import FeedState
from tests.feeds.caps import alert, atom, info, rss
from tests.feeds.servers import Page, Site, serving
from tests.scenario.room import Room
from tests.scenario.test_storm import FEED, TONIGHT, TOWN, read


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as found:
        yield found


def listen(room: Room, feed: Feed) -> None:
    """The daemon has this source and no other."""
    room.parts = replace(room.parts, feeds={feed.settings.name: feed})


def warnings(site: Site) -> Feed:
    return cap.build(FeedSettings("cma", "cap", url=f"{site.url}/i"), "zh_CN")


def gauges(site: Site) -> Feed:
    mapping = (("interval_minutes", "60"),)
    return readings.build(FeedSettings("g", "readings", url=f"{site.url}/g", mapping=mapping))


def state(room: Room, name: str = "cma") -> FeedState:
    with room.store.read() as tx:
        return feed_store.feed_states(tx)[name]


def lines(room: Room) -> Counter[Event]:
    """How often the journal tells of a source."""
    with room.store.read() as tx:
        return Counter(
            line.entry.event for line in journal.lines(tx) if "feed/" in line.entry.subject
        )


def told(room: Room, *words: str) -> None:
    """The duty room was texted of it."""
    texts = [text for _person, text in room.left]
    room.sms.taken.clear()
    assert [text for text in texts if all(word in text for word in words)], texts


def test_an_index_whose_documents_never_come_is_an_alarm(room: Room, site: Site) -> None:
    """It answers for two hours, and each document is a 503: one line in the journal, and an alarm
    until they come."""
    site.pages["/i"] = Page(rss(f"{site.url}/a", f"{site.url}/b"), headers={"ETag": '"1"'})
    site.pages["/a"] = site.pages["/b"] = Page(status=503)
    listen(room, warnings(site))
    room.forward(hours=2)
    assert room.alarms() == ["feed_stale"]
    told(room, "cma", "中断")
    assert lines(room) == {Event.FEED_FAILED: 1, Event.FEED_STALE: 1}
    site.pages["/a"] = site.pages["/b"] = Page(
        alert(info(event="高温", headline="高温", **TONIGHT))
    )
    room.forward(minutes=3)
    assert (room.alarms(), state(room).stale) == ([], False)
    assert lines(room)[Event.FEED_BACK] == 1
    room.sms.taken.clear()


def test_one_document_that_does_not_come_is_an_alarm_too(room: Room, site: Site) -> None:
    """It may be the red one."""
    site.pages["/i"] = Page(rss(f"{site.url}/a", f"{site.url}/b"))
    site.pages["/a"] = Page(alert(info(event="高温", headline="高温", **TONIGHT), identifier="a"))
    site.pages["/b"] = Page(status=500)
    listen(room, warnings(site))
    room.forward(minutes=10)
    assert (room.alarms(), room.left) == ([], [])
    room.forward(minutes=10)
    assert room.alarms() == ["feed_stale"]
    told(room, "cma", "中断")


def test_a_broken_document_among_good_ones_is_told_and_holds_nothing(
    room: Room, site: Site
) -> None:
    """It may lie there for days, and be of another province."""
    site.pages["/i"] = Page(rss(f"{site.url}/a", f"{site.url}/b"))
    site.pages["/a"] = Page(alert(info(event="高温", headline="高温", **TONIGHT), identifier="a"))
    site.pages["/b"] = Page(b"<alert><oops></alert>")
    listen(room, warnings(site))
    room.forward(hours=1)
    assert room.alarms() == ["feed_unread"]
    told(room, "cma", "读不出")
    assert not state(room).stale
    assert lines(room)[Event.FEED_POLLED] == 2, "the document, and what it comes to"
    site.pages["/i"] = Page(rss(f"{site.url}/a"))
    room.forward(minutes=2)
    assert room.alarms() == []
    room.sms.taken.clear()


def test_warnings_that_say_nowhere_where_are_an_alarm_and_one_line(room: Room, site: Site) -> None:
    nowhere = info(area="<area><areaDesc>somewhere</areaDesc></area>", **TONIGHT)
    site.pages["/i"] = Page(alert(nowhere))
    listen(room, warnings(site))
    room.forward(hours=2)
    assert room.alarms() == ["feed_unread"]
    told(room, "cma", "无区域")
    assert lines(room)[Event.FEED_POLLED] == 1


def test_an_index_that_leads_elsewhere_is_an_alarm(room: Room, site: Site) -> None:
    """Its documents have moved to a host that nobody has allowed: fresh, and for ever empty."""
    site.pages["/i"] = Page(rss("http://moved.invalid/a", "http://moved.invalid/b"))
    listen(room, warnings(site))
    room.forward(hours=1)
    assert room.alarms() == ["feed_stale"]
    assert "allow_hosts" in state(room).fault
    told(room, "cma", "中断")


def test_a_table_of_other_peoples_gauges_is_an_alarm(room: Room, site: Site) -> None:
    """And 304 makes it no better."""
    table = b"gauge,time,value\nNOPE1,2026-07-21T03:00+08:00,83\nNOPE2,2026-07-21T03:00+08:00,90\n"
    site.pages["/g"] = Page(table, headers={"ETag": '"1"'})
    listen(room, gauges(site))
    room.forward(hours=1)
    assert room.alarms() == ["feed_stale"]
    assert "NOPE1, NOPE2" in state(room, "g").fault
    assert lines(room)[Event.FEED_FAILED] == 1
    told(room, "g", "中断")


def test_an_outage_in_between_makes_a_table_of_strangers_no_better(room: Room, site: Site) -> None:
    """The 304 that follows says that it is what it was."""
    page = Page(b"gauge,time,value\nNOPE1,2026-07-21T03:00+08:00,83\n", headers={"ETag": '"1"'})
    site.pages["/g"] = page
    listen(room, gauges(site))
    room.forward(minutes=5)
    site.pages["/g"] = Page(status=503)
    room.forward(minutes=3)
    site.pages["/g"] = page
    room.forward(minutes=30)
    assert room.alarms() == ["feed_stale"]
    told(room, "g", "中断")


def test_a_document_that_comes_back_unchanged_ends_the_fault(room: Room, site: Site) -> None:
    """Its server was down for ten minutes; it has no stamp, and says 304."""
    site.pages["/i"] = Page(atom(f"{site.url}/a", stamp=""), headers={"ETag": '"1"'})
    document = Page(alert(info(event="高温", headline="高温", **TONIGHT)), headers={"ETag": '"2"'})
    site.pages["/a"] = document
    listen(room, warnings(site))
    room.forward(minutes=5)
    site.pages["/a"] = Page(status=503)
    room.forward(minutes=10)
    assert state(room).fault
    site.pages["/a"] = document
    room.forward(minutes=30)
    assert (state(room).fault, room.alarms()) == ("", [])
    assert (lines(room)[Event.FEED_FAILED], lines(room)[Event.FEED_BACK]) == (1, 1)


def test_a_quiet_source_that_answers_304_is_fresh(room: Room, site: Site) -> None:
    site.pages["/i"] = Page(rss(), headers={"ETag": '"1"'})
    listen(room, warnings(site))
    room.forward(hours=1)
    assert (room.alarms(), state(room).stale) == ([], False)
    assert room.now - (state(room).last_success or room.now) < timedelta(minutes=2)
    assert not lines(room)


def test_a_row_that_is_wrong_in_each_table_is_noted_once(room: Room, site: Site) -> None:
    listen(room, gauges(site))
    for minute in range(5):
        rows = f"yx01,2026-07-21T03:0{minute}+08:00,1\nyx02,2026-07-21T03:00+08:00,wet\n"
        site.pages["/g"] = Page(f"gauge,time,value\n{rows}".encode())
        room.forward(minutes=1, seconds=5)
    assert [reason for reason in room.told(Event.FEED_POLLED) if "wet" in reason] == [
        "line 3: wet is no number"
    ]


def test_a_clock_set_back_does_not_stop_the_polls_nor_the_alarm(room: Room, site: Site) -> None:
    """Eight hours back, and then the source dies."""
    site.pages["/i"] = Page(rss())
    listen(room, warnings(site))
    room.forward(minutes=5)
    room.now -= timedelta(hours=8)
    asked = len(site.asked)
    room.forward(minutes=5)
    assert len(site.asked) - asked >= 5
    room.now -= timedelta(hours=1)
    site.pages["/i"] = Page(status=503)
    room.forward(minutes=10)
    assert "feed_stale" not in room.alarms()
    room.forward(minutes=10)
    assert "feed_stale" in room.alarms()
    room.sms.taken.clear()


class Slow(tuple[tuple[tuple[float, float], ...], ...]):  # noqa: SLOT001  it holds what it sees
    """Polygons that, when they are looked at, ask whether somebody else can write meanwhile."""

    room: Room
    others: list[bool]

    def __iter__(self) -> Iterator[tuple[tuple[float, float], ...]]:
        wrote = threading.Event()

        def write() -> None:
            with self.room.store.write() as tx:
                meta.put(tx, "another", "wrote")
            wrote.set()

        threading.Thread(target=write, daemon=True).start()
        self.others.append(wrote.wait(10))
        return super().__iter__()


def test_nobody_waits_to_write_while_a_strangers_shapes_are_compared(room: Room) -> None:
    """A drawing may take its time; a confirmation must not wait for it."""
    polygons = Slow([((29.0, 125.0), (29.0, 125.1), (29.1, 125.1))])
    polygons.room, polygons.others = room, []
    heat = read(alert(info(event="高温", headline="高温", area=TOWN, **TONIGHT)))
    drawn = replace(heat, targets=(Target("x", polygons=polygons),))
    poll.accept(room.parts, FEED, Fresh(Memory(), (drawn,)), now=room.now)
    assert polygons.others == [True]
    assert room.told(Event.WARNING_RECEIVED) == ["Alert"]
