"""The CAP feed: an RSS or Atom index and its documents, or a document that holds the alerts."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from fangxun.core.errors import FeedFault
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
from fangxun.feeds.cap.document import Context
from fangxun.feeds.cap.documents import Work
from fangxun.feeds.cap.index import Item, Listing
from fangxun.feeds.cap.remember import Known, Trouble, pack, unpack
from fangxun.text import _, say

MOST_NOTES = 20


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
            work = Work(self.settings, self.context, session)
            if not same:
                main = replace(work.take(listing.alerts), digest=digest)
                _note_oddities(listing, work)
            work.documents(listing, before)
        return self._result(memory, got, _Outcome(listing, main, work, same=same))

    def _result(self, memory: Memory, got: http.Got, outcome: _Outcome) -> Polled:
        main, work = outcome.main, outcome.work
        # Without validators the index is read in full next time: 304 would hide what is left.
        etag = got.etag or (memory.etag if got.unchanged else "")
        modified = got.last_modified or (memory.last_modified if got.unchanged else "")
        after = Memory(
            etag=etag if outcome.whole else "",
            last_modified=modified if outcome.whole else "",
            seen=pack([(self.settings.url, main), *work.known.items()]),
        )
        # In a snapshot each complete look counts: it is what tells that a warning has left.
        counts = outcome.complete and self.settings.mode is Mode.SNAPSHOT
        if outcome.says_nothing and not counts:
            return Unchanged(after, server_date=got.date)
        keys = [*main.keys, *(key for known in work.known.values() for key in known.keys)]
        return Fresh(
            after,
            bulletins=tuple(work.bulletins),
            present=tuple(dict.fromkeys(keys)),
            complete=outcome.complete,
            notes=tuple(work.notes[:MOST_NOTES]),
            fault=outcome.fault,
            odd=outcome.odd,
            server_date=got.date,
        )


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What one poll came to."""

    listing: Listing
    main: Known
    work: Work
    same: bool
    """Whether the index says what it said before."""

    def _all(self) -> list[Known]:
        return [self.main, *self.work.known.values()]

    def _in(self, *troubles: Trouble) -> list[Known]:
        return [known for known in self._all() if known.trouble in troubles]

    @property
    def whole(self) -> bool:
        """Whether everything that can come has come."""
        return not (self.listing.more or self.work.left or self._in(Trouble.LATE))

    @property
    def complete(self) -> bool:
        """Whether everything that the index names was read."""
        return self.whole and not any(known.trouble for known in self._all())

    @property
    def fault(self) -> str:
        """Documents did not come, or none can be read; a line is no fault while it moves."""
        late = self._in(Trouble.LATE)
        if late:
            return _("{count} of {all} documents did not come: {why}").format(
                count=len(late), all=len(self.listing.items), why=late[0].why
            )
        if self.work.left and not self.work.read:
            return _("{count} of {all} documents were not reached").format(
                count=self.work.left, all=len(self.listing.items)
            )
        if self._none:
            known = list(self.work.known.values())
            return _("none of {all} documents can be read: {why}").format(
                all=len(known), why=known[0].why
            )
        return ""

    @property
    def _none(self) -> bool:
        """Whether there are documents, and none of them can be read."""
        known = self.work.known.values()
        return bool(known) and all(one.trouble for one in known) and not self.main.keys

    @property
    def odd(self) -> str:
        """Documents that are none, or warnings that all say nowhere: quiet and broken differ."""
        said: list[str] = []
        unread = self._in(Trouble.BAD, Trouble.REFUSED, Trouble.ELSEWHERE)
        if unread and not self._none:
            said.append(
                _("{count} of {all} documents cannot be read: {why}").format(
                    count=len(unread), all=len(self.listing.items), why=unread[0].why
                )
            )
        live = sum(known.live for known in self._all())
        if live and not any(known.placed for known in self._all()):
            said.append(_("none of {count} warnings has usable area data").format(count=live))
        return "; ".join(said)

    @property
    def says_nothing(self) -> bool:
        """Whether there is nothing to tell."""
        news = self.work.bulletins or self.work.notes or self.work.troubled
        return self.same and not (news or self.fault or self.odd)


def _remembered(before: dict[str, Known]) -> Listing:
    """The index as it was, for a 304."""
    return Listing(items=tuple(Item(url, known.stamp) for url, known in before.items()))


def _note_oddities(listing: Listing, work: Work) -> None:
    """What is odd about the index."""
    if listing.more:
        work.notes.append(
            _("The index names {count} documents more than are read.").format(count=listing.more)
        )
    if listing.blank:
        work.notes.append(
            _("{count} entries of the index name no document.").format(count=listing.blank)
        )
