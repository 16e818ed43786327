"""The CAP feed against a real server: indexes, documents, what changes and what breaks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from fangxun.core.errors import ConfigFault
from fangxun.core.level import Level
from fangxun.feeds import cap
from fangxun.feeds.base import Failed, Feed, FeedSettings, Fresh, Memory, Mode, Unchanged
from tests.feeds.caps import alert, atom, info, rss
from tests.feeds.servers import Page, Site, dripping, serving

NOW = datetime(2026, 7, 20, 0, 5, tzinfo=UTC)


def feed(url: str, **changes: object) -> Feed:
    settings = FeedSettings(
        **{"name": "cma", "kind": "cap", "url": url, "deadline": timedelta(seconds=5), **changes}
    )
    return cap.build(settings, "zh_CN")


def fresh(source: Feed, memory: Memory | None = None) -> Fresh:
    polled = source.poll(memory or Memory(), now=NOW)
    assert isinstance(polled, Fresh), polled
    return polled


def publish(site: Site, *names: str, index: str = "rss", tag: str = "1", stamp: str = "") -> None:
    """An index at /i with the documents of these names, each with its own identifier."""
    links = [f"{site.url}/{name}" for name in names]
    stamps = {"stamp": stamp} if stamp or index == "atom" else {}
    body = rss(*links, **stamps) if index == "rss" else atom(*links, **stamps)
    site.pages["/i"] = Page(body, headers={"ETag": f'"{tag}"'})
    for name in names:
        site.pages.setdefault(f"/{name}", Page(alert(identifier=name), headers={"ETag": '"d"'}))


@pytest.mark.parametrize("index", ["rss", "atom"])
def test_an_index_leads_to_its_documents(site: Site, index: str) -> None:
    publish(site, "a", "b", index=index)
    polled = fresh(feed(site.url + "/i"))
    assert {b.identifier for b in polled.bulletins} == {"a", "b"}
    assert set(polled.present) == {("Yunxi_Observatory", "a"), ("Yunxi_Observatory", "b")}
    assert polled.complete
    assert polled.notes == ()
    assert polled.server_date is not None


def test_a_bare_document_and_a_list_of_alerts_are_feeds_too(site: Site) -> None:
    site.pages["/one"] = Page(alert(identifier="a"))
    assert [b.identifier for b in fresh(feed(site.url + "/one")).bulletins] == ["a"]
    body = b"".join(alert(identifier=name).partition(b"?>")[2] for name in ("a", "b"))
    site.pages["/all"] = Page(b"<alerts>" + body + b"</alerts>")
    assert [b.identifier for b in fresh(feed(site.url + "/all")).bulletins] == ["a", "b"]


def test_an_alert_within_an_atom_entry_is_read_without_following_its_link(site: Site) -> None:
    inner = alert(identifier="a").partition(b"?>")[2]
    site.pages["/i"] = Page(
        b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><link href="/x"/><content>'
        + inner
        + b"</content></entry></feed>"
    )
    assert [b.identifier for b in fresh(feed(site.url + "/i")).bulletins] == ["a"]
    assert site.paths() == ["/i"]


def test_304_is_unchanged_and_an_empty_index_is_fresh(site: Site) -> None:
    site.pages["/i"] = Page(rss(), headers={"ETag": '"1"'})
    source = feed(site.url + "/i")
    first = fresh(source)
    assert (first.bulletins, first.present, first.complete) == ((), (), True)
    assert isinstance(source.poll(first.memory, now=NOW), Unchanged)


def test_the_same_bytes_without_validators_are_unchanged(site: Site) -> None:
    site.pages["/one"] = Page(alert())
    source = feed(site.url + "/one")
    assert isinstance(source.poll(fresh(source).memory, now=NOW), Unchanged)


def test_documents_already_read_are_not_given_again_but_still_present(site: Site) -> None:
    publish(site, "a", "b")
    source = feed(site.url + "/i")
    first = fresh(source)
    publish(site, "b", "c", tag="2")
    second = fresh(source, first.memory)
    assert [b.identifier for b in second.bulletins] == ["c"]
    assert {identifier for _sender, identifier in second.present} == {"b", "c"}


def test_a_snapshot_counts_each_complete_look_even_a_304(site: Site) -> None:
    """Else a warning that left would wait for the next change of the feed to be missed again."""
    publish(site, "a")
    source = feed(site.url + "/i", mode=Mode.SNAPSHOT)
    again = fresh(source, fresh(source).memory)
    assert again.bulletins == ()
    assert again.present == (("Yunxi_Observatory", "a"),)
    assert again.complete


def test_a_document_rewritten_at_its_address_is_read_again(site: Site) -> None:
    """Macau rewrites one address; the index does not say so."""
    publish(site, "a")
    source = feed(site.url + "/i")
    first = fresh(source)
    red = alert(info(headline="变更发布暴雨红色预警信号"), identifier="a", kind="Update")
    site.pages["/a"] = Page(red, headers={"ETag": '"e"'})
    second = fresh(source, first.memory)
    assert [b.level for b in second.bulletins] == [Level.RED]


def test_a_document_without_a_stamp_in_the_index_is_looked_at_each_time(site: Site) -> None:
    names = [f"d{n}" for n in range(9)]
    publish(site, *names, index="atom")
    source = feed(site.url + "/i")
    first = fresh(source)
    site.pages["/d8"] = Page(alert(identifier="d8x"), headers={"ETag": '"e"'})
    assert [b.identifier for b in fresh(source, first.memory).bulletins] == ["d8x"]
    assert dict(site.asked)["/d7"]["if-none-match"] == '"d"'


def test_stamped_documents_are_looked_at_again_by_turns(site: Site) -> None:
    names = [f"d{n}" for n in range(12)]
    publish(site, *names)
    source = feed(site.url + "/i")
    memory = fresh(source).memory
    for _turn in range(3):
        site.asked.clear()
        polled = source.poll(memory, now=NOW)
        assert isinstance(polled, Unchanged)
        assert len(site.asked) == 6
        names = [name for name in names if f"/{name}" not in site.paths()]
        memory = polled.memory
    assert names == []


def test_one_document_that_cannot_be_read_loses_no_other(site: Site) -> None:
    publish(site, "a", "b", "c")
    site.pages["/b"] = Page(b"<alert><oops></alert>")
    source = feed(site.url + "/i")
    polled = fresh(source)
    assert {b.identifier for b in polled.bulletins} == {"a", "c"}
    assert not polled.complete
    assert [note for note in polled.notes if "/b" in note and "XML" in note]
    later = source.poll(polled.memory, now=NOW)
    assert isinstance(later, Unchanged), "noted once, not in every poll"


def test_a_document_that_failed_is_tried_again_though_the_index_did_not_change(
    site: Site,
) -> None:
    publish(site, "a", "b")
    site.pages["/b"] = Page(status=503)
    source = feed(site.url + "/i")
    polled = fresh(source)
    assert not polled.complete
    assert "503" in polled.notes[0]
    site.pages["/b"] = Page(alert(identifier="b"))
    again = fresh(source, polled.memory)
    assert [b.identifier for b in again.bulletins] == ["b"]
    assert again.complete


def test_more_documents_than_one_poll_takes_are_taken_by_the_next(site: Site) -> None:
    names = [f"d{n}" for n in range(cap.feed.MOST_DOCUMENTS + 5)]
    publish(site, *names)
    source = feed(site.url + "/i")
    first = fresh(source)
    assert len(first.bulletins) == cap.feed.MOST_DOCUMENTS
    assert not first.complete
    assert "5 documents are left" in first.notes[0]
    second = fresh(source, first.memory)
    assert len(second.bulletins) == 5
    assert second.complete
    assert len(second.present) == len(names)


def test_the_newest_documents_come_first(site: Site) -> None:
    old = (
        f"<item><link>{site.url}/old</link><pubDate>Sun, 19 Jul 2026 08:00:00 GMT</pubDate></item>"
    )
    new = (
        f"<item><link>{site.url}/new</link><pubDate>Mon, 20 Jul 2026 08:00:00 GMT</pubDate></item>"
    )
    site.pages["/i"] = Page(f"<rss><channel>{old}{new}</channel></rss>".encode())
    site.pages["/old"] = site.pages["/new"] = Page(alert())
    fresh(feed(site.url + "/i"))
    assert site.paths() == ["/i", "/new", "/old"]


def test_links_to_another_host_are_not_followed_unless_allowed(site: Site) -> None:
    with serving() as other:
        other.pages["/x"] = Page(alert(identifier="x"))
        site.pages["/i"] = Page(rss(other.url + "/x", "file:///etc/passwd"))
        source = feed(site.url + "/i")
        polled = fresh(source)
        assert other.asked == []
        assert polled.bulletins == ()
        assert not polled.complete
        assert len([note for note in polled.notes if "allow_hosts" in note]) == 2
        assert isinstance(source.poll(polled.memory, now=NOW), Unchanged)
        allowed = feed(site.url + "/i", allow_hosts=(other.url.removeprefix("http://"),))
        again = fresh(allowed, polled.memory)
        assert [b.identifier for b in again.bulletins] == ["x"]


def test_warnings_of_which_none_says_where_are_a_loud_fault(site: Site) -> None:
    nowhere = info(area="<area><areaDesc>somewhere</areaDesc></area>")
    site.pages["/one"] = Page(alert(nowhere))
    assert fresh(feed(site.url + "/one")).notes == ("none of 1 warnings has usable area data",)


def test_a_cancel_without_areas_is_no_fault(site: Site) -> None:
    site.pages["/one"] = Page(alert(info(area=""), kind="Cancel"))
    assert fresh(feed(site.url + "/one")).notes == ()


@pytest.mark.parametrize(
    ("page", "says"),
    [
        (Page(status=502), "answered 502"),
        (Page(b"<html><body>Sign in</body></html>", headers={"Content-Type": "text/html"}), "html"),
        (Page(b'{"error": 1}', headers={"Content-Type": "application/json"}), "XML"),
        (Page(b""), "XML"),
        (Page(b"<!DOCTYPE a [<!ENTITY b 'c'>]><rss/>"), "refused"),
        (Page(b"x" * 5_000_000), "more than 4000000 bytes"),
    ],
)
def test_an_index_that_cannot_be_read_is_a_failure_that_keeps_what_was_known(
    site: Site, page: Page, says: str
) -> None:
    site.pages["/i"] = page
    memory = Memory(etag='"0"', seen=(("http://x", "{}"),))
    polled = feed(site.url + "/i").poll(memory, now=NOW)
    assert isinstance(polled, Failed)
    assert says in polled.reason
    assert site.url in polled.reason
    assert polled.memory == memory


def test_a_wrong_content_type_does_not_keep_a_good_document_out(site: Site) -> None:
    site.pages["/one"] = Page(alert(), headers={"Content-Type": "text/plain"})
    assert len(fresh(feed(site.url + "/one")).bulletins) == 1


def test_one_slow_document_leaves_the_rest_to_the_next_poll() -> None:
    with serving() as site:
        publish(site, "a", "b")
        with dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", b" ") as slow:
            links = rss(slow + "/s", f"{site.url}/a", f"{site.url}/b")
            site.pages["/i"] = Page(links)
            source = feed(
                site.url + "/i",
                deadline=timedelta(seconds=0.4),
                allow_hosts=(slow.removeprefix("http://"),),
            )
            polled = fresh(source)
            assert not polled.complete
            assert "did not answer" in " ".join(polled.notes)
            assert polled.bulletins == ()


def test_a_memory_that_is_not_ours_is_forgotten(site: Site) -> None:
    publish(site, "a")
    garbage = Memory(seen=((f"{site.url}/a", "no json"), ("x", "[1]"), ("y", "null")))
    assert len(fresh(feed(site.url + "/i"), garbage).bulletins) == 1


@pytest.mark.parametrize(
    "changes",
    [{"url": "ftp://127.0.0.1/x"}, {"url": ""}, {"mapping": (("zone", "Mars/Olympus"),)},
     {"mapping": (("zome", "UTC"),)}],
)  # fmt: skip
def test_settings_that_cannot_be_are_a_fault_that_names_the_feed(
    changes: dict[str, object],
) -> None:
    with pytest.raises(ConfigFault, match="Feed cma"):
        feed(**{"url": "http://127.0.0.1/", **changes})
