"""Keep the table of shifts ahead of the clock, tell of holes, and mark each hand-over."""

from __future__ import annotations

from datetime import datetime, timedelta

from fangxun.core import alarm, findings, handover, roster
from fangxun.core.exercise import TO_HIMSELF
from fangxun.core.journal import Entry, Event
from fangxun.core.roster import Role, Shift
from fangxun.core.timeline import Span
from fangxun.engine import alarms, changed, notices, reminders
from fangxun.engine.parts import Parts
from fangxun.engine.view import LEAST_AHEAD, View
from fangxun.store import incidents as incident_store
from fangxun.store import journal, meta
from fangxun.store import pages as page_store
from fangxun.store import roster as roster_store
from fangxun.store.base import Tx

HORIZON = timedelta(days=100)
RENEW = timedelta(days=1)
HOLES_AHEAD = LEAST_AHEAD
"""How far ahead a hole in the roster is an alarm to the leader."""
HOLES_NEAR = timedelta(hours=12)
"""How near it is when the alarm comes a second time: within one watch, which can still stay on."""
ANCHORED_AT = "anchored_at"
WATCHED_TO, SHIFTS_TO, HOLES_CHECKED = "watched_to", "shifts_to", "holes_checked"


def hand_off(parts: Parts, *, now: datetime) -> datetime | None:
    """Mark the hand-overs since the last cycle; returns when the next one comes."""
    with parts.store.read() as tx:
        view = parts.lookout.look(tx, now=now)
        if view is None:
            return None
        known = meta.get_many(tx, (WATCHED_TO, SHIFTS_TO, HOLES_CHECKED))
    watched, horizon = _instant(known.get(WATCHED_TO)), _instant(known.get(SHIFTS_TO))
    if horizon is None or horizon < now + HORIZON - RENEW:
        with parts.store.write() as tx:
            materialise(tx, view, now=now)
    hour = f"{view.version}/{now:%Y%m%d%H}"
    if known.get(HOLES_CHECKED) != hour:
        _tell_holes(parts, view, hour, now=now)
    changes = _changes(view, watched, now)
    if changes or watched is None:
        with parts.store.write() as tx:
            for shift in changes:
                _handed_over(parts, tx, view, shift, now=now)
            meta.put_instant(tx, WATCHED_TO, now)
    reminded = reminders.remind(parts, view, now=now)
    told = changed.tell(parts, view, now=now)
    ahead = [s.span.start for s in view.shifts if s.span.start > now]
    return min([*ahead, *filter(None, [reminded, told])], default=None)


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def materialise(tx: Tx, view: View, *, now: datetime) -> None:
    """Write who stands when for the next hundred days, for `fangxun who` with the daemon down."""
    span = Span(now - timedelta(days=40), now + HORIZON)
    shifts = roster.shifts(view.roster, span)
    changed.record(tx, view, shifts, now=now)
    roster_store.materialise(tx, shifts, view.district, span)
    meta.put_instant(tx, SHIFTS_TO, span.end)


def _changes(view: View, watched: datetime | None, now: datetime) -> list[Shift]:
    """Shifts that began since the last look, on posts that stand now."""
    if watched is None or watched >= now:
        return []
    since = max(watched, now - timedelta(days=1))
    begun = [s for s in view.shifts if since < s.span.start <= now and s.span.holds(now)]
    before = {(s.post, s.person) for s in view.shifts if s.span.holds(since)}
    standing = {entry.post for entry in view.standing}
    return [s for s in begun if s.post in standing and (s.post, s.person) not in before]


def _handed_over(parts: Parts, tx: Tx, view: View, shift: Shift, *, now: datetime) -> None:
    """Journal the hand-over; the leader's notice takes the head of the journal off the machine."""
    posts = {post.id: post for post in view.district.roster.posts}
    journal.append(
        tx,
        [
            Entry(
                now,
                Event.HANDOVER,
                "system",
                f"post/{shift.post}",
                "hand_off",
                (("incoming", shift.person), ("until", shift.span.end.isoformat())),
            )
        ],
    )
    if posts[shift.post].role is Role.LEADER:
        anchor(parts, tx, view, [shift.person], now=now)


def anchor(parts: Parts, tx: Tx, view: View, people: list[str], *, now: datetime) -> bool:
    """Send count and head hash of the journal, with the open matters, to these people: a tail cut
    off later shows against what they hold. Tells whether it was queued for any of them; only then
    does it count as having left."""
    count, head = journal.head(tx)
    note = handover.note(
        count=count,
        head=head,
        incidents=len(incident_store.open_incidents(tx)),
        unconfirmed=sum(p.kind not in TO_HIMSELF for p in page_store.open_pages(tx)),
        unreached=page_store.count_unreached(tx),
    )
    told = notices.to_people(parts, tx, view, people, "notice_handover", note, now=now)
    if not told:
        return False
    meta.put_instant(tx, ANCHORED_AT, now)
    alarms.cause_gone(tx, alarm.NOT_ANCHORED_PREFIX, now=now)
    journal.append(
        tx,
        [
            Entry(
                now,
                Event.ANCHORED,
                "system",
                "journal",
                "hand_off",
                (("count", count), ("head", head), ("told", told)),
            )
        ],
    )
    return True


def _tell_holes(parts: Parts, view: View, hour: str, *, now: datetime) -> None:
    """A hole within 72 hours is an alarm, once for each hole, and once more when it is near; a
    filled one ends its alarm."""
    span = Span(now, now + HOLES_AHEAD)
    holes = findings.holes(view.roster, span, active=view.active, known=view.shifts)
    causes = [
        alarm.roster_hole(hole, near=hole.parts[0].start <= now + HOLES_NEAR) for hole in holes
    ]
    with parts.store.write() as tx:
        for cause in causes:
            alarms.open_for(parts, tx, cause, now=now)
        alarms.keep_only(tx, alarm.ROSTER_HOLE_PREFIX, causes, now=now)
        meta.put(tx, HOLES_CHECKED, hour)
