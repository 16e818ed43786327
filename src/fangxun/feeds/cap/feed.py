"""The CAP feed: an RSS or Atom index and its documents, or a document that holds the alerts."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime
from xml.etree.ElementTree import Element

from fangxun.core.errors import N_, FeedFault
from fangxun.core.warning import Bulletin
from fangxun.feeds import http
from fangxun.feeds.base import (
    Failed,
    FeedSettings,
    Fresh,
    Memory,
    Mode,
    Polled,
    Unchanged,
    guarded,
)
from fangxun.feeds.cap import index, xml
from fangxun.feeds.cap.document import Context, bulletin
from fangxun.feeds.cap.geometry import usable
from fangxun.feeds.cap.index import Item, Listing
from fangxun.feeds.cap.remember import Key, Known, pack, unpack
from fangxun.text import _, say

MOST_DOCUMENTS = 60
"""So many documents are fetched in one poll, the newest first; the next poll goes on."""
MOST_LOOKED_AGAIN = 5
"""So many unchanged documents are asked for again in each poll, by turns: some authorities rewrite
a document without telling the index."""
MOST_NOTES = 20


@dataclass(slots=True)
class _Work:
    """What one poll has gathered so far."""

    bulletins: list[Bulletin] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    keys: list[Key] = field(default_factory=list)
    """Of the warnings in the index document itself."""
    known: dict[str, Known] = field(default_factory=dict)
    pending: int = 0
    """Documents that the next poll must try again."""
    fetched: int = 0


@dataclass(frozen=True, slots=True)
class CapFeed:
    """One CAP source; keeps nothing between polls but what `Memory` holds."""

    settings: FeedSettings
    context: Context

    def poll(self, memory: Memory, *, now: datetime) -> Polled:
        """Read the index if it changed, then the documents that are new or may have changed."""
        del now  # whether a warning has expired is the core's to judge
        return guarded(lambda: self._poll(memory), memory)

    def _poll(self, memory: Memory) -> Polled:
        with http.session(self.settings, accept=http.XML) as session:
            before = unpack(memory.seen)
            home = self.settings.url
            try:
                got = session.get(home, etag=memory.etag, last_modified=memory.last_modified)
                work = _Work()
                main = before.pop(home, Known())
                digest = hashlib.sha256(got.body).hexdigest()
                same = got.unchanged or digest == main.digest
                if got.unchanged:
                    listing, digest = _remembered(before), main.digest
                else:
                    listing = index.read(xml.parse(got.body), got.url)
            except FeedFault as fault:
                where = http.shown(home)
                reason = say(fault)
                return Failed(reason if where in reason else f"{where}: {reason}", memory)
            if same:
                work.keys = list(main.keys)
            else:
                self._embedded(listing, work)
            if not got.unchanged:
                _note_oddities(listing, work, again=same)
            self._documents(session, listing, before, work)
        return self._result(memory, got, work, Known(digest=digest, keys=tuple(work.keys)), same)

    def _embedded(self, listing: Listing, work: _Work) -> None:
        for alert in listing.alerts:
            read = bulletin(alert, self.context)
            work.bulletins.append(read)
            work.keys.append((read.sender, read.identifier))
        if listing.more:
            work.pending += listing.more

    def _documents(
        self, session: http.Session, listing: Listing, before: dict[str, Known], work: _Work
    ) -> None:
        again = _by_turns(listing, before)
        left = 0
        for item in listing.items:
            old = before.get(item.url)
            if not http.may_follow(item.url, self.settings.url, self.settings.allow_hosts):
                if old is None:
                    work.notes.append(
                        _(
                            "{url} lies elsewhere and is not followed; name its host in "
                            "allow_hosts to read it."
                        ).format(url=item.url[:200])
                    )
                work.known[item.url] = Known(stamp=item.stamp, bad=True)
                continue
            wanted = old is None or old.stamp != item.stamp or not item.stamp or item.url in again
            refused = old is not None and old.bad and not old.digest
            if not wanted and not refused:
                work.known[item.url] = old or Known()
            elif session.over or work.fetched >= MOST_DOCUMENTS:
                left += 1
                if old is not None:
                    work.known[item.url] = replace(old, stamp="")
            else:
                self._document(session, item, old, work)
        # Those looked at again go to the end of the line.
        for url in again:
            if url in work.known:
                work.known[url] = work.known.pop(url)
        if left:
            work.pending += left
            work.notes.append(_("{count} documents are left for the next poll.").format(count=left))

    def _document(self, session: http.Session, item: Item, old: Known | None, work: _Work) -> None:
        work.fetched += 1
        known = old or Known()
        try:
            got = session.get(item.url, etag=known.etag, last_modified=known.last_modified)
        except FeedFault as fault:
            work.pending += 1
            work.notes.append(say(fault))
            if old is not None:
                work.known[item.url] = replace(old, stamp="")
            return
        digest = known.digest if got.unchanged else hashlib.sha256(got.body).hexdigest()
        read = replace(
            known, stamp=item.stamp, etag=got.etag or (known.etag if got.unchanged else ""),
            last_modified=got.last_modified or (known.last_modified if got.unchanged else ""),
            digest=digest,
        )  # fmt: skip
        if digest != known.digest:
            try:
                found = [bulletin(alert, self.context) for alert in _alerts(got.body)]
                read = replace(read, keys=tuple((b.sender, b.identifier) for b in found), bad=False)
                work.bulletins += found
            except FeedFault as fault:
                work.notes.append(f"{http.shown(item.url)}: {say(fault)}")
                read = replace(read, keys=(), bad=True)
        work.known[item.url] = read

    def _result(
        self, memory: Memory, got: http.Got, work: _Work, main: Known, same: bool
    ) -> Polled:
        if note := _nowhere(work.bulletins):
            work.notes.insert(0, note)
        # Without validators the index is read in full next time, and the pending tried again.
        kept = work.pending == 0
        after = Memory(
            etag=(got.etag or (memory.etag if got.unchanged else "")) if kept else "",
            last_modified=(got.last_modified or (memory.last_modified if got.unchanged else ""))
            if kept
            else "",
            seen=pack([(self.settings.url, main), *work.known.items()]),
        )
        complete = kept and not any(known.bad for known in work.known.values())
        nothing = same and not work.notes and not (work.bulletins and work.fetched)
        # In a snapshot each complete look counts: it is what tells that a warning has left.
        if nothing and not (complete and self.settings.mode is Mode.SNAPSHOT):
            return Unchanged(after, server_date=got.date)
        present = [*work.keys, *(key for known in work.known.values() for key in known.keys)]
        return Fresh(
            after,
            bulletins=tuple(work.bulletins),
            present=tuple(dict.fromkeys(present)),
            complete=complete,
            notes=tuple(work.notes[:MOST_NOTES]),
            server_date=got.date,
        )


def _remembered(before: dict[str, Known]) -> Listing:
    """The index as it was, for a 304."""
    return Listing(items=tuple(Item(url, known.stamp) for url, known in before.items()))


def _by_turns(listing: Listing, before: dict[str, Known]) -> tuple[str, ...]:
    """The documents that have waited longest for another look: `before` is in that order."""
    shown = {item.url for item in listing.items}
    waiting = [url for url, known in before.items() if url in shown and known.stamp]
    return tuple(waiting[:MOST_LOOKED_AGAIN])


def _alerts(body: bytes) -> tuple[Element, ...]:
    alerts = index.read(xml.parse(body), "").alerts
    if not alerts:
        raise FeedFault(N_("It holds no CAP alert."))
    return alerts


def _note_oddities(listing: Listing, work: _Work, *, again: bool) -> None:
    """What is odd about the index: said when the index changes, not in every poll."""
    if listing.more:
        work.notes.append(
            _("The index names {count} documents more than are read.").format(count=listing.more)
        )
    if listing.blank and not again:
        work.notes.append(
            _("{count} entries of the index name no document.").format(count=listing.blank)
        )


def _nowhere(bulletins: list[Bulletin]) -> str:
    """Quiet and broken differ: warnings of which none says where are a fault of the feed."""
    live = [b for b in bulletins if not b.all_clear]
    if live and not any(usable(target) for b in live for target in b.targets):
        return _("none of {count} warnings has usable area data").format(count=len(live))
    return ""
