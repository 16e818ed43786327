"""What an RSS or Atom index names, or what alerts a document itself holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urljoin
from xml.etree.ElementTree import Element
from zoneinfo import ZoneInfo

from fangxun.core.errors import N_, FeedFault
from fangxun.feeds import dates
from fangxun.feeds.cap.xml import children, local, text

MOST_ITEMS = 3000
_OLD = datetime(1, 1, 2, tzinfo=UTC)
_ANY = ZoneInfo("UTC")
"""For times without a zone: all of an index are of the same, and only their order counts."""


@dataclass(frozen=True, slots=True)
class Item:
    """A document that an index names. `stamp` is what the index says of its version: "" where it
    says nothing, and then the document must be looked at each time."""

    url: str
    stamp: str


@dataclass(frozen=True, slots=True)
class Listing:
    """`items` newest first; `alerts` that stand in the document itself; `blank` entries without a
    link; `more` entries beyond our bound."""

    items: tuple[Item, ...] = ()
    alerts: tuple[Element, ...] = ()
    blank: int = 0
    more: int = 0


def read(root: Element, base: str) -> Listing:
    """Read an index or a bare document; FeedFault where it is neither."""
    name = local(root)
    if name == "alert":
        return Listing(alerts=(root,))
    alerts = tuple(element for element in root.iter() if local(element) == "alert")
    entries = [element for element in root.iter() if local(element) in {"item", "entry"}]
    if name in {"rss", "feed", "RDF"} or entries:
        return _index([entry for entry in entries if not _holds_alert(entry)], base, alerts)
    if alerts or name.lower() in {"alerts", "alertlist"}:
        return Listing(alerts=alerts[:MOST_ITEMS], more=max(0, len(alerts) - MOST_ITEMS))
    raise FeedFault(
        N_("It is neither RSS, Atom nor CAP: its first element is <{name}>."), name=name[:40]
    )


def _index(entries: list[Element], base: str, alerts: tuple[Element, ...]) -> Listing:
    dated: dict[str, tuple[datetime, str]] = {}
    blank = 0
    for entry in entries:
        link = _link(entry)
        try:
            url = urljoin(base, link)
        except ValueError:
            link = ""
        if not link:
            blank += 1
            continue
        stamp = text(entry, "updated") or text(entry, "pubDate") or text(entry, "date")
        at = dates.parse(stamp, _ANY)[0] or _OLD
        if url in dated:  # one address twice: either entry's change is a change
            at, stamp = max(at, dated[url][0]), f"{dated[url][1]} {stamp}"
        dated[url] = (at, stamp)
    ordered = sorted(dated.items(), key=lambda pair: pair[1][0], reverse=True)
    return Listing(
        items=tuple(Item(url, stamp[:200]) for url, (_at, stamp) in ordered[:MOST_ITEMS]),
        alerts=alerts[:MOST_ITEMS],
        blank=blank,
        more=max(0, len(ordered) - MOST_ITEMS),
    )


def _holds_alert(entry: Element) -> bool:
    return any(local(element) == "alert" for element in entry.iter())


def _link(entry: Element) -> str:
    """The address of an entry's document: the one marked as CAP, else the plain link, else an id
    that is an address."""
    links = [*children(entry, "link"), *children(entry, "enclosure")]
    best, found = 0, ""
    for link in links:
        address = (link.get("href") or link.get("url") or link.text or "").strip()
        kind, rel = link.get("type", "").lower(), link.get("rel", "alternate").lower()
        rank = 1
        if "cap" in kind:
            rank = 4
        elif kind.endswith("xml"):
            rank = 3
        elif rel == "alternate" and local(link) == "link":
            rank = 2
        if address and rel != "self" and rank > best:
            best, found = rank, address
    if found:
        return found
    for name in ("guid", "id"):
        address = text(entry, name)
        if address.startswith(("http://", "https://")):
            return address
    return ""
