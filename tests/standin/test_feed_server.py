"""The feed of the stand-in: the national feed's shape, stamped to a given instant."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from xml.etree.ElementTree import Element

import httpx
import pytest
from defusedxml.ElementTree import fromstring

from fangxun.standin.feed_documents import Warned
from fangxun.standin.feed_server import FeedServer

NOW = datetime(2026, 7, 20, 2, 0, tzinfo=UTC)
CAP = {"c": "urn:oasis:names:tc:emergency:cap:1.2"}


@pytest.fixture
def feed() -> Iterator[FeedServer]:
    with FeedServer(now=lambda: NOW) as running:
        yield running


@pytest.fixture
def web() -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False) as client:
        yield client


def read(web: httpx.Client, url: str) -> Element:
    answer = web.get(url)
    assert answer.status_code == 200
    document: Element = fromstring(answer.content)
    return document


def test_a_warning_is_in_the_index_and_its_document_carries_code_and_instants(
    feed: FeedServer, web: httpx.Client
) -> None:
    feed.warn(Warned("w1", "999901000000", NOW, severity="Severe"))
    link = read(web, feed.index_url).findtext("channel/item/link")
    assert link is not None
    alert = read(web, link)
    assert alert.findtext("c:sent", None, CAP) == "2026-07-20T10:00:00+08:00"
    assert alert.findtext("c:references", None, CAP) is None
    english, chinese = alert.findall("c:info", CAP)
    assert english.findtext("c:language", None, CAP) == "en-US"
    assert chinese.findtext("c:event", None, CAP) == "暴雨"
    assert "橙色" in (chinese.findtext("c:headline", None, CAP) or "")
    assert chinese.findtext("c:urgency", None, CAP) == "Unknown"
    assert chinese.findtext("c:expires", None, CAP) == "2026-07-20T16:00:00+08:00"
    assert chinese.findtext("c:area/c:geocode/c:value", None, CAP) == "999901000000"
    assert chinese.find("c:area/c:polygon", CAP) is None


def test_an_update_refers_with_its_own_time_as_the_national_feed_does(
    feed: FeedServer, web: httpx.Client
) -> None:
    later = NOW + timedelta(hours=1)
    feed.warn(Warned("w2", "999901000000", later, message="Update", updates="w1"))
    references = read(web, f"{feed.url}/cap/w2.xml").findtext("c:references", None, CAP)
    assert references == "Example_Observatory,w1,2026-07-20T11:00:00+08:00"
    feed.forget("w2")
    assert read(web, feed.index_url).find("channel/item") is None
    assert web.get(f"{feed.url}/cap/w2.xml").status_code == 404


def test_gauges_are_stamped_back_from_a_given_end_and_a_gap_is_empty(
    feed: FeedServer, web: httpx.Client
) -> None:
    feed.rain_until("yx01", NOW, [3.0, None, 83])
    assert web.get(feed.gauges_url).text.splitlines() == [
        "gauge,time,rain_mm",
        "yx01,2026-07-20T08:00+08:00,3.0",
        "yx01,2026-07-20T09:00+08:00,",
        "yx01,2026-07-20T10:00+08:00,83.0",
    ]


def test_what_has_not_changed_is_answered_with_304_until_it_does(
    feed: FeedServer, web: httpx.Client
) -> None:
    first = web.get(feed.gauges_url)
    assert first.headers["date"] == "Mon, 20 Jul 2026 02:00:00 GMT"
    known = {"If-None-Match": first.headers["etag"]}
    assert web.get(feed.gauges_url, headers=known).status_code == 304
    feed.rain_until("yx01", NOW, [1.0])
    assert web.get(feed.gauges_url, headers=known).status_code == 200


def test_a_feed_may_be_down(feed: FeedServer, web: httpx.Client) -> None:
    feed.status = 503
    assert web.get(feed.index_url).status_code == 503
