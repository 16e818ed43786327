"""A CAP feed: the index, its documents, and what was read before."""

from __future__ import annotations

import math
from collections.abc import Iterator
from xml.etree.ElementTree import Element

import pytest

from fangxun import geo
from fangxun.core.errors import ConfigFault
from fangxun.core.level import Level
from fangxun.core.place import HazardSite, SiteKind
from fangxun.feeds import http, readings
from fangxun.feeds.base import Failed, FeedSettings, Memory, Mode, Unchanged
from fangxun.feeds.cap import documents, xml
from fangxun.feeds.cap.document import Context
from tests.feeds.caps import alert, info, rss
from tests.feeds.publishing import NOW, feed, fresh, publish
from tests.feeds.servers import Page, Site, serving
from tests.geo.test_geo import Places


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
    assert polled.fault == ""
    assert "1 of 3 documents cannot be read" in polled.odd
    later = fresh(source, polled.memory)
    assert (later.bulletins, later.notes) == ((), ()), "noted once, not in every poll"
    assert later.odd == polled.odd, "and not forgotten either"


def test_a_document_that_failed_is_tried_again_though_the_index_did_not_change(
    site: Site,
) -> None:
    publish(site, "a", "b")
    site.pages["/b"] = Page(status=503)
    source = feed(site.url + "/i")
    polled = fresh(source)
    assert not polled.complete
    assert "1 of 2 documents did not come" in polled.fault
    assert "503" in polled.fault
    site.pages["/b"] = Page(alert(identifier="b"))
    again = fresh(source, polled.memory)
    assert [b.identifier for b in again.bulletins] == ["b"]
    assert again.complete
    assert again.fault == ""


def test_more_documents_than_one_poll_takes_are_taken_by_the_next(site: Site) -> None:
    names = [f"d{n}" for n in range(documents.MOST_DOCUMENTS + 5)]
    publish(site, *names)
    source = feed(site.url + "/i")
    first = fresh(source)
    assert len(first.bulletins) == documents.MOST_DOCUMENTS
    assert not first.complete
    assert first.fault == "", "the line moves"
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
        assert "none of 2 documents can be read" in polled.fault
        later = fresh(source, polled.memory)
        assert (later.notes, later.fault) == ((), polled.fault)
        allowed = feed(site.url + "/i", allow_hosts=(other.url.removeprefix("http://"),))
        again = fresh(allowed, polled.memory)
        assert [b.identifier for b in again.bulletins] == ["x"]
        assert again.fault == ""


NOWHERE = info(area="<area><areaDesc>somewhere</areaDesc></area>")


def test_warnings_of_which_none_says_where_are_odd_for_as_long_as_they_stand(site: Site) -> None:
    site.pages["/one"] = Page(alert(NOWHERE))
    source = feed(site.url + "/one")
    polled = fresh(source)
    assert polled.odd == "none of 1 warnings has usable area data"
    assert fresh(source, polled.memory).odd == polled.odd


def test_a_warning_that_says_where_among_others_is_enough(site: Site) -> None:
    publish(site, "a", "b")
    source = feed(site.url + "/i")
    first = fresh(source)
    publish(site, "a", "b", "c", tag="2")
    site.pages["/c"] = Page(alert(NOWHERE, identifier="c"))
    assert fresh(source, first.memory).odd == ""


def test_a_cancel_without_areas_is_no_fault(site: Site) -> None:
    site.pages["/one"] = Page(alert(info(area=""), kind="Cancel"))
    polled = fresh(feed(site.url + "/one"))
    assert (polled.notes, polled.odd) == ((), "")


@pytest.mark.parametrize(
    ("page", "says"),
    [
        (Page(status=502), "answered 502"),
        (Page(b"<html><body>Sign in</body></html>", headers={"Content-Type": "text/html"}), "html"),
        (Page(b'{"error": 1}', headers={"Content-Type": "application/json"}), "XML"),
        (Page(b""), "is empty"),
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


@pytest.mark.parametrize("tag", ['"\xe9"', '"\xff\xfe"'])
def test_a_validator_of_any_bytes_goes_back_as_it_came(site: Site, tag: str) -> None:
    site.pages["/i"] = Page(rss(), headers={"ETag": tag})
    source = feed(site.url + "/i")
    assert isinstance(source.poll(fresh(source).memory, now=NOW), Unchanged)


class Bomb(Element):
    """An alert that sets off what nobody has thought of."""

    def __iter__(self) -> Iterator[Element]:
        raise ZeroDivisionError


def test_an_alert_that_cannot_be_read_for_any_reason_costs_no_other(site: Site) -> None:
    settings = FeedSettings("cma", "cap", url=site.url)
    good = [xml.parse(alert(identifier=name)) for name in ("a", "b")]
    with http.session(settings, accept=http.XML) as session:
        work = documents.Work(settings, Context("cma", "zh_CN"), session)
        known = work.take([good[0], Bomb("alert"), good[1]])
    assert [identifier for _sender, identifier in known.keys] == ["a", "b"]
    assert "ZeroDivisionError" in known.why


def test_a_megabyte_with_two_hundred_polygons_is_a_warning_like_any_other(site: Site) -> None:
    """1.6 MB of coast: an authority that draws instead of naming codes."""
    rings = []
    for n in range(212):
        south, west = 20 + n * 0.1, 100 + n * 0.1
        turns = [2 * math.pi * corner / 400 for corner in range(400)]
        ring = [(south + 0.4 * math.sin(a), west + 0.4 * math.cos(a)) for a in turns]
        rings.append(" ".join(f"{lat:.7f},{lon:.7f}" for lat, lon in [*ring, ring[0]]))
    drawn = "".join(f"<polygon>{ring}</polygon>" for ring in rings)
    body = alert(info(area=f"<area><areaDesc>coast</areaDesc>{drawn}</area>"))
    assert len(body) > 1_600_000
    site.pages["/one"] = Page(body)
    (one,) = fresh(feed(site.url + "/one")).bulletins
    assert sum(len(target.polygons) for target in one.targets) == 212
    assert one.flags == ()
    gully = HazardSite("gully", "甲子沟", SiteKind.GULLY, "shang", 40.0, 120.3)
    placed = geo.touch(one, Places(sites=(gully,)))
    assert "gully" in dict(placed.touches)
    assert placed.flags == ()


def test_a_server_that_gives_xml_only_to_who_asks_for_it_answers(site: Site) -> None:
    """And 406 to whoever asks for JSON or for a table."""
    site.pages["/one"] = Page(alert(), accept="xml")
    assert len(fresh(feed(site.url + "/one")).bulletins) == 1
    table = FeedSettings(
        "g", "readings", url=site.url + "/one", mapping=(("interval_minutes", "60"),)
    )
    refused = readings.build(table).poll(Memory(), now=NOW)
    assert isinstance(refused, Failed)
    assert "406" in refused.reason


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
