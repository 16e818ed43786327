"""Slow, failing and many documents: each has its share and its turn, and none is lost."""

from __future__ import annotations

import contextlib
from datetime import timedelta

import pytest

from fangxun.feeds.base import Feed, Fresh, Memory, Mode, Unchanged
from fangxun.feeds.cap import index
from tests.feeds.caps import alert, atom, rss
from tests.feeds.publishing import NOW, feed, fresh, publish
from tests.feeds.servers import Page, Site, dripping

BODY = b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"
HEAD = b"HTTP/1.1 200 OK\r\nX-Slow: "


@pytest.mark.parametrize("first", [BODY, HEAD], ids=["body", "head"])
def test_a_slow_document_has_its_share_and_the_others_theirs(site: Site, first: bytes) -> None:
    """It is the newest, and what is behind it is read all the same."""
    publish(site, "a", "b")
    with dripping(first, b" ") as slow:
        site.pages["/i"] = Page(rss(slow + "/s", f"{site.url}/a", f"{site.url}/b"))
        host = slow.removeprefix("http://")
        source = feed(site.url + "/i", deadline=timedelta(seconds=2), allow_hosts=(host,))
        polled = fresh(source)
        assert [b.identifier for b in polled.bulletins] == ["a", "b"]
        assert "1 of 3 documents did not come" in polled.fault
        assert "did not answer in full within 0.5 s" in polled.fault


def test_what_slow_documents_left_is_read_by_the_second_poll(site: Site) -> None:
    """Four that drip take all of the first; then it is the turn of those that were not reached."""
    publish(site, "a", "b")
    with contextlib.ExitStack() as slow:
        drips = [slow.enter_context(dripping(BODY, b" ")) for _ in range(4)]
        links = [f"{url}/s" for url in drips]
        site.pages["/i"] = Page(rss(*links, f"{site.url}/a", f"{site.url}/b"))
        hosts = tuple(url.removeprefix("http://") for url in drips)
        source = feed(site.url + "/i", deadline=timedelta(seconds=0.8), allow_hosts=hosts)
        first = fresh(source)
        assert first.bulletins == ()
        assert "documents are left" in first.notes[0]
        second = fresh(source, first.memory)
        assert [b.identifier for b in second.bulletins] == ["a", "b"]
        assert "4 of 6 documents did not come" in second.fault


def asked(site: Site, source: Feed, memory: Memory) -> tuple[list[str], Memory]:
    """The documents that one poll asks for, in order."""
    site.asked.clear()
    polled = source.poll(memory, now=NOW)
    return [path.removeprefix("/") for path in site.paths()[1:]], polled.memory


def test_of_an_index_without_stamps_none_waits_for_ever(site: Site) -> None:
    """A hundred documents, sixty in a poll: those never read first, then who has waited longest."""
    names = [f"d{n}" for n in range(100)]
    site.pages["/i"] = Page(atom(*(f"{site.url}/{name}" for name in names), stamp=""))
    for name in names:
        site.pages[f"/{name}"] = Page(alert(identifier=name))
    source = feed(site.url + "/i")
    first, memory = asked(site, source, Memory())
    second, memory = asked(site, source, memory)
    third, memory = asked(site, source, memory)
    assert first == names[:60]
    assert second == [*names[60:], *names[:20]]
    assert third == [*names[20:60], *names[60:80]]


def test_an_index_that_stamps_everything_anew_each_time_starves_none(site: Site) -> None:
    names = [f"d{n}" for n in range(100)]
    source, memory, seen = feed(site.url + "/i"), Memory(), set()
    for minute in range(4):
        publish(site, *names, tag=str(minute), stamp=f"Mon, 20 Jul 2026 08:0{minute}:00 GMT")
        paths, memory = asked(site, source, memory)
        seen |= set(paths) if minute > 1 else set()
    assert seen == set(names)


def test_what_failed_goes_behind_what_was_never_asked_for(site: Site) -> None:
    publish(site, "a", "b")
    site.pages["/a"] = Page(status=500)
    source = feed(site.url + "/i")
    first, memory = asked(site, source, Memory())
    publish(site, "a", "b", "c", tag="2")
    second, _memory = asked(site, source, memory)
    assert (first, second[:2]) == (["a", "b"], ["c", "a"])


def test_of_an_index_beyond_our_bound_the_newest_are_read(site: Site) -> None:
    """However it is ordered; and it is no whole look, so that nothing is taken for gone."""
    items = "".join(
        f"<item><link>{site.url}/d{n}</link>"
        f"<pubDate>Mon, 20 Jul 2026 {n // 60:02}:{n % 60:02}:00 GMT</pubDate></item>"
        for n in range(9)
    )
    many = "".join(
        f"<item><link>{site.url}/o{n}</link><pubDate>Sun, 19 Jul 2026 00:00:00 GMT</pubDate></item>"
        for n in range(index.MOST_ITEMS)
    )
    site.pages["/i"] = Page(f"<rss><channel>{many}{items}</channel></rss>".encode())
    paths, memory = asked(site, feed(site.url + "/i", mode=Mode.SNAPSHOT), Memory())
    assert paths[:9] == [f"d{n}" for n in range(8, -1, -1)]
    again = feed(site.url + "/i", mode=Mode.SNAPSHOT).poll(memory, now=NOW)
    assert isinstance(again, Fresh)
    assert not again.complete


def test_a_document_that_the_server_does_not_give_is_odd_and_asked_for_again(site: Site) -> None:
    """An index may name for days what is gone: the feed is no less fresh for it."""
    publish(site, "a", "b")
    site.pages["/b"] = Page(status=404)
    source = feed(site.url + "/i")
    first = fresh(source)
    assert (first.fault, first.complete) == ("", False)
    assert "answered 404" in first.odd
    assert len([note for note in first.notes if "404" in note]) == 1
    assert fresh(source, first.memory).notes == ()
    site.pages["/b"] = Page(alert(identifier="b"))
    later = fresh(source, first.memory)
    assert [b.identifier for b in later.bulletins] == ["b"]
    assert (later.odd, later.complete) == ("", True)


def test_where_no_document_is_given_the_feed_is_at_fault(site: Site) -> None:
    publish(site, "a", "b")
    site.pages["/a"] = site.pages["/b"] = Page(status=403)
    assert "none of 2 documents can be read" in fresh(feed(site.url + "/i")).fault


def test_a_look_again_that_fails_loses_nothing_that_is_known(site: Site) -> None:
    publish(site, "a")
    source = feed(site.url + "/i")
    first = fresh(source)
    site.pages["/a"] = Page(status=503)
    assert isinstance(source.poll(first.memory, now=NOW), Unchanged)


def test_a_broken_document_stays_broken_through_an_outage(site: Site) -> None:
    publish(site, "a", "b", stamp="Mon, 20 Jul 2026 08:00:00 GMT")
    site.pages["/b"] = Page(b"<oops", headers={"ETag": '"x"'})
    source = feed(site.url + "/i")
    memory = fresh(source).memory
    broken = site.pages["/b"]
    site.pages["/b"] = Page(status=503)
    publish(site, "a", "b", tag="2", stamp="Mon, 20 Jul 2026 09:00:00 GMT")
    memory = fresh(source, memory).memory
    site.pages["/b"] = broken
    assert "1 of 2 documents cannot be read" in fresh(source, memory).odd
