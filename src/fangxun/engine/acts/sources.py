"""The observatory's telephone call, and a human's word on a suspect reading."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from fangxun import geo
from fangxun.core import alarm
from fangxun.core.errors import N_, Conflict, NotFound
from fangxun.core.journal import Event
from fangxun.core.observation import Quality
from fangxun.core.warning import Bulletin
from fangxun.engine import alarms
from fangxun.engine.acts.base import Act, district_in_force, written
from fangxun.store import readings as reading_store
from fangxun.store import warnings as warning_store
from fangxun.store.base import Store


def add_warning(store: Store, bulletin: Bulletin, *, act: Act) -> Bulletin:
    """Take in a warning that came by telephone; it acts like one from a feed."""
    with store.write() as tx:
        touched = geo.touch(replace(bulletin, received_at=act.now), district_in_force(tx))
        if not warning_store.accept(tx, [touched]):
            raise Conflict(
                N_("Warning {identifier} has been taken in already."),
                identifier=bulletin.identifier,
            )
        written(
            tx,
            act,
            Event.WARNING_RECEIVED,
            f"feed/{bulletin.feed}",
            identifier=bulletin.identifier,
            level=bulletin.level.value,
            headline=bulletin.headline[:200],
            touches=[place for place, _ in touched.touches],
        )
    return touched


def end_warning(store: Store, identifier: str, *, act: Act) -> None:
    """End a warning by hand, as the observatory has said; it is told who ended it."""
    with store.write() as tx:
        if not warning_store.end_by_hand(tx, identifier, now=act.now):
            raise NotFound(
                N_("No warning {identifier} is in force; see: fangxun warning list"),
                identifier=identifier,
            )
        written(tx, act, Event.WARNING_ENDED, "feed/manual", identifier=identifier)


def polled(store: Store, feed: str, *, act: Act) -> None:
    """A human had a feed polled: it is told who did, and why."""
    with store.write() as tx:
        written(tx, act, Event.FEED_POLLED, f"feed/{feed}")


_JUDGED = frozenset({Quality.SUSPECT, Quality.VERIFIED, Quality.REJECTED})


def judge_reading(store: Store, gauge: str, end: datetime, *, accept: bool, act: Act) -> None:
    """Accept or reject a reading that was suspect, also after its grace; rejected it counts as
    missing, never as dry, and what it alone carried is gone. The last word counts."""
    with store.write() as tx:
        found = reading_store.get(tx, gauge, end)
        if found.quality not in _JUDGED:
            raise NotFound(
                N_("Gauge {gauge} has no suspect reading at {end}."),
                gauge=gauge,
                end=end,
            )
        quality = Quality.VERIFIED if accept else Quality.REJECTED
        reading_store.judge(tx, gauge, end, quality)
        alarms.cause_gone(tx, alarm.suspect_cause(gauge, end), now=act.now)
        written(
            tx,
            act,
            Event.READING_REVISED,
            f"gauge/{gauge}",
            quality=quality.value,
            end=end.isoformat(),
            value=found.value,
        )
