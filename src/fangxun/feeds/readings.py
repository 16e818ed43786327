"""Rain and stage as CSV or JSON over HTTP."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from fangxun.core.errors import N_, ConfigFault, FeedFault
from fangxun.feeds import http, table
from fangxun.feeds.base import Failed, Feed, FeedSettings, Fresh, Memory, Polled, Unchanged, guarded
from fangxun.text import say

_BODY = "body"


@dataclass(frozen=True, slots=True)
class ReadingsFeed:
    """One address that serves a table of readings."""

    settings: FeedSettings
    how: table.Shape

    def poll(self, memory: Memory, *, now: datetime) -> Polled:
        """Fetch the table if it changed, and read it."""
        return guarded(lambda: self._poll(memory, now), memory)

    def _poll(self, memory: Memory, now: datetime) -> Polled:
        url = self.settings.url
        try:
            with http.session(self.settings, accept=http.TABLE) as session:
                got = session.get(url, etag=memory.etag, last_modified=memory.last_modified)
        except FeedFault as fault:
            return Failed(say(fault), memory)
        if got.unchanged:
            return Unchanged(memory, server_date=got.date)
        digest = hashlib.sha256(got.body).hexdigest()
        after = Memory(got.etag, got.last_modified, seen=((_BODY, digest),))
        if dict(memory.seen).get(_BODY) == digest:
            return Unchanged(after, server_date=got.date)
        try:
            found = table.read(got.body, self.how, now=now)
        except FeedFault as fault:
            return Failed(f"{http.shown(url)}: {say(fault)}", memory)
        return Fresh(
            after,
            readings=found.readings,
            complete=not found.faults,
            notes=found.notes,
            fault=found.stopped,
            server_date=got.date,
        )


def build(settings: FeedSettings) -> Feed:
    """From a [[feed]] of kind "readings"; ConfigFault names what is wrong."""
    try:
        http.origin(settings.url)
    except FeedFault as fault:
        raise ConfigFault(N_("Feed {feed}: {why}"), feed=settings.name, why=fault) from fault
    return ReadingsFeed(settings, table.shape(settings))
