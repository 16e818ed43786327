"""Ask each feed that is due, in a pool; store what it gave, then wake a cycle."""

from __future__ import annotations

import logging
import zlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from fangxun.core import alarm
from fangxun.core.errors import StoreFault
from fangxun.core.journal import Entry, Event
from fangxun.core.observation import Quality, Reading
from fangxun.core.warning import Bulletin
from fangxun.engine import alarms
from fangxun.engine.parts import Parts
from fangxun.engine.weigh import Weighed, weigh
from fangxun.feeds.base import Failed, Feed, FeedSettings, Fresh, Memory, Mode, Polled, Unchanged
from fangxun.store import feeds as feed_store
from fangxun.store import journal, meta, names
from fangxun.store import readings as reading_store
from fangxun.store import warnings as warning_store
from fangxun.store.base import Tx
from fangxun.store.feeds import FeedState

log = logging.getLogger(__name__)

LONGEST_BACK_OFF = timedelta(minutes=10)
LEAST_REST, LONGEST_REST = timedelta(seconds=30), timedelta(minutes=1)
"""How long a feed is left alone when the store could not keep what it gave: it may have been the
warning, and a database is busy for seconds."""


def poll(parts: Parts, *, now: datetime) -> datetime | None:
    """Tell of feeds that have fallen silent, then hand out the polls that are due; returns when the
    next one will be."""
    with parts.store.read() as tx:
        states = feed_store.feed_states(tx)
        started = meta.started_at(tx)
    if parts.feeds and (started is None or started > now):  # never told, or the clock was set back
        started = now
        with parts.store.write() as tx:
            meta.put_instant(tx, names.STARTED_AT, now)
    _tell_silent(parts, states, started or now, now=now)
    soonest: datetime | None = None
    for name, feed in parts.feeds.items():
        due = _rested(parts, name, next_poll(feed.settings, states.get(name), now=now))
        if due is not None and due > now:
            soonest = min(due, soonest or due)
        elif name not in parts.polls_out:
            parts.polls_out.add(name)
            memory = feed_store.memory_of(states.get(name), Memory)
            parts.polling.give(partial(_ask, feed, memory, now=now), partial(_finish, parts, feed))
            again = now + feed.settings.interval
            soonest = min(again, soonest or again)
    return soonest


def forget_removed(parts: Parts, *, now: datetime) -> None:
    """At the start: feeds that the configuration no longer has are asked for no more. One that was
    stale would be stale for ever, and no incident could be stood down again."""
    with parts.store.write() as tx:
        gone = sorted(feed_store.feed_states(tx).keys() - parts.feeds.keys())
        if not gone:
            return
        feed_store.forget(tx, gone)
        for name in gone:
            alarms.cause_gone(tx, alarm.feed_stale_prefix(name), now=now)
        journal.append(
            tx, [_entry(now, Event.FEED_REMOVED, name, "not_configured") for name in gone]
        )
        meta.wake(tx)


def next_poll(settings: FeedSettings, state: FeedState | None, *, now: datetime) -> datetime | None:
    """When a feed is due; None for at once, as where the clock was set back since its last poll.
    Failures double the interval, up to ten minutes or a quarter of `silent_after`, so that a feed
    that is back is heard before it would be called silent; a spread by name keeps many feeds from
    failing in step."""
    if state is None or state.last_attempt is None or state.last_attempt > now:
        return None
    wait = settings.interval
    if state.failures:
        longest = max(settings.interval, min(LONGEST_BACK_OFF, settings.silent_after / 4))
        wait = min(wait * 2 ** min(state.failures, 10), longest)
        wait *= 1 + zlib.crc32(f"{settings.name}{state.failures}".encode()) % 100 / 500
    return state.last_attempt + wait


def _rested(parts: Parts, name: str, due: datetime | None) -> datetime | None:
    """Not before it has rested, where what it gave last could not be kept."""
    rest = parts.resting.get(name)
    return due if rest is None else max(due or rest, rest)


def _ask(feed: Feed, memory: Memory, *, now: datetime) -> Polled:
    """One poll. An adapter's own fault is a failed poll: it backs off, and turns stale."""
    try:
        return feed.poll(memory, now=now)
    except Exception as error:
        log.exception("feed %s failed", feed.settings.name, extra={"action": "feed_fault"})
        return Failed(f"{type(error).__name__}: {error}", memory)


def _finish(parts: Parts, feed: Feed, polled: Polled) -> None:
    """Keep what a poll gave, and wake a cycle. Where the store cannot keep anything, not even that
    it was asked, the feed rests a while: it would be due again at once."""
    now, name = parts.clock(), feed.settings.name
    try:
        _keep(parts, feed.settings, polled, now=now)
    except StoreFault as error:
        parts.resting[name] = now + max(min(feed.settings.interval, LONGEST_REST), LEAST_REST)
        parts.faults.tell(f"feed {name}", error, now=now, action="poll_not_kept")
        return
    finally:
        parts.polls_out.discard(name)
    parts.resting.pop(name, None)
    parts.wake()


def _keep(parts: Parts, settings: FeedSettings, polled: Polled, *, now: datetime) -> None:
    """Store it. What cannot be kept for a reason of its own is a failed poll."""
    try:
        accept(parts, settings, polled, now=now)
    except StoreFault:
        raise
    except Exception as error:
        log.exception("%s not kept", settings.name, extra={"action": "poll_not_kept"})
        failed = Failed(f"{type(error).__name__}: {error}", polled.memory)
        accept(parts, settings, failed, now=now)


def accept(parts: Parts, settings: FeedSettings, polled: Polled, *, now: datetime) -> None:
    """Store what a poll gave, in one transaction, and wake the next cycle."""
    weighed = _weighed(parts, polled, now=now)
    with parts.store.write() as tx:
        view = parts.lookout.look(tx, now=now)
        of = weighed.district if weighed is not None else None
        if isinstance(polled, Fresh) and view is not None and view.district is not of:
            weighed = weigh(tx, view.district, polled, now=now)  # applied meanwhile
        state = feed_store.state_of(tx, settings.name)
        entries: list[Entry] = []
        if isinstance(polled, Failed):
            feed_store.record_failure(tx, settings.name, polled.reason, now=now)
            if not (state.failures or state.fault):
                entries.append(_entry(now, Event.FEED_FAILED, settings.name, polled.reason))
        else:
            if view is None:  # what nobody could take in must be read again
                polled = replace(polled, memory=Memory())
            fault = weighed.fault if weighed is not None else ""
            entries += _answered(tx, state, polled, fault, now=now)
            entries += _odd(tx, state, polled, now=now)
            _tell_unread(parts, tx, settings, now=now)
        if isinstance(polled, Fresh):
            notes = feed_store.news(tx, settings.name, polled.notes)
            entries += [_entry(now, Event.FEED_POLLED, settings.name, note) for note in notes[:20]]
            if weighed is not None:
                entries += _keep_fresh(tx, settings, polled, weighed, now)
            else:  # before the first apply it touches nothing yet; its feed may never say it again
                early = [replace(bulletin, received_at=now) for bulletin in polled.bulletins]
                entries += [_received(now, item) for item in warning_store.accept(tx, early)]
        journal.append(tx, entries)
        if isinstance(polled, Fresh) or state.stale:
            meta.wake(tx)


def _weighed(parts: Parts, polled: Polled, *, now: datetime) -> Weighed | None:
    """What it gave, compared with the district; None where there is nothing to compare."""
    if not isinstance(polled, Fresh):
        return None
    with parts.store.read() as tx:
        view = parts.lookout.look(tx, now=now)
        return None if view is None else weigh(tx, view.district, polled, now=now)


def _answered(
    tx: Tx, state: FeedState, polled: Fresh | Unchanged, fault: str, *, now: datetime
) -> list[Entry]:
    """It is fresh, unless something is missing from what it answers. An answer that nothing has
    changed is as good as the one before."""
    name = state.name
    if isinstance(polled, Unchanged):
        fault = state.fault
    if fault:
        feed_store.record_partly(tx, name, polled.memory, fault, now=now)
        told = state.failures or state.fault
        return [] if told else [_entry(now, Event.FEED_FAILED, name, fault)]
    feed_store.record_success(tx, name, polled.memory, now=now, server_date=polled.server_date)
    if polled.as_of is not None and polled.as_of < now:
        feed_store.as_old_as(tx, name, polled.as_of)
    if state.stale:
        alarms.cause_gone(tx, alarm.feed_stale_prefix(name), now=now)
    return [_entry(now, Event.FEED_BACK, name, "answers_again")] if state.amiss else []


def _odd(tx: Tx, state: FeedState, polled: Fresh | Unchanged, *, now: datetime) -> list[Entry]:
    """Since when it gives what cannot be used, journalled when it begins."""
    if isinstance(polled, Unchanged):
        return []
    if polled.odd and (state.odd_since is None or state.odd_since > now):
        feed_store.mark_odd(tx, state.name, now)
        return [_entry(now, Event.FEED_POLLED, state.name, polled.odd)]
    if state.odd_since is not None and not polled.odd:
        feed_store.mark_odd(tx, state.name, None)
        alarms.cause_gone(tx, alarm.feed_unread_prefix(state.name), now=now)
    return []


def _tell_unread(parts: Parts, tx: Tx, settings: FeedSettings, *, now: datetime) -> None:
    """An alarm where that lasts, for an official's warning may be among it. It holds no level: it
    may lie there for days, and be of another province."""
    since = feed_store.state_of(tx, settings.name).odd_since
    if since is not None and now - since > settings.silent_after:
        alarms.open_for(parts, tx, alarm.feed_unread(settings.name, since), now=now)


def _keep_fresh(
    tx: Tx, settings: FeedSettings, fresh: Fresh, weighed: Weighed, now: datetime
) -> list[Entry]:
    entries = [_received(now, bulletin) for bulletin in warning_store.accept(tx, weighed.bulletins)]
    if settings.mode is Mode.SNAPSHOT and fresh.complete:
        gone = warning_store.mark_absent(
            tx, settings.name, fresh.present, polls=settings.absent_polls, now=now
        )
        entries += [
            _entry(now, Event.WARNING_ENDED, settings.name, "left_feed", identifier=identifier)
            for identifier in gone
        ]
    kept = reading_store.accept(tx, weighed.readings)
    return entries + [_suspect(now, r) for r in kept if r.quality is Quality.SUSPECT]


def _suspect(now: datetime, reading: Reading) -> Entry:
    return _entry(
        now,
        Event.READING_SUSPECT,
        reading.gauge,
        reading.suspicion.value,
        end=reading.end.isoformat(),
        value=reading.value,
    )


def _received(now: datetime, bulletin: Bulletin) -> Entry:
    return _entry(
        now,
        Event.WARNING_RECEIVED,
        bulletin.feed,
        bulletin.message_type.value,
        identifier=bulletin.identifier,
        headline=bulletin.headline[:200],
        level=bulletin.level.value,
        hazard=bulletin.hazard.value,
        touches=[place for place, _touch in bulletin.touches],
        flags=list(bulletin.flags),
    )


def _entry(now: datetime, event: Event, feed: str, reason: str, **data: object) -> Entry:
    return Entry(now, event, "system", f"feed/{feed}", reason, tuple(data.items()))


def _tell_silent(
    parts: Parts, states: Mapping[str, FeedState], started: datetime, *, now: datetime
) -> None:
    """Mark the feeds that have been silent for longer than their bound, and raise an alarm."""
    silent = [
        (name, (states[name].last_success if name in states else None) or started)
        for name, feed in parts.feeds.items()
        if is_stale(feed.settings, states.get(name), started=started, now=now)
        and not (name in states and states[name].stale)
    ]
    if not silent:
        return
    with parts.store.write() as tx:
        for name, since in silent:
            feed_store.mark_stale(tx, name, now=now)
            meta.wake(tx)
            journal.append(
                tx, [_entry(now, Event.FEED_STALE, name, "silent", since=since.isoformat())]
            )
            alarms.open_for(parts, tx, alarm.feed_stale(name, since), now=now)


def is_stale(
    settings: FeedSettings, state: FeedState | None, *, started: datetime, now: datetime
) -> bool:
    """Whether a feed has not been fresh for longer than its bound. A success later than `now` is of
    a clock that was set back: it says nothing, and the feed is asked at once."""
    last = state.last_success if state is not None else None
    return now - (last or started) > settings.silent_after
