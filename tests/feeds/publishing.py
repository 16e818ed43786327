"""A CAP feed that is published and polled, for tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from fangxun.feeds import cap
from fangxun.feeds.base import Feed, FeedSettings, Fresh, Memory
from tests.feeds.caps import alert, atom, rss
from tests.feeds.servers import Page, Site

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
