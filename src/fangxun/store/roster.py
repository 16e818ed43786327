"""Overrides, leave, posts that are switched on, and the table of shifts that `peek` reads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from fangxun.core.district import District
from fangxun.core.roster import Leave, Override, Roster, Shift
from fangxun.core.timeline import Span
from fangxun.store import meta, names
from fangxun.store.base import Tx
from fangxun.store.rows import insert, next_id
from fangxun.store.tables import ActivePostRow, LeaveRow, OverrideRow, ShiftRow, table

_OVERRIDES = table(OverrideRow)
_LEAVE = table(LeaveRow)
_ACTIVE = table(ActivePostRow)
_SHIFTS = table(ShiftRow)


def roster_version(tx: Tx) -> int:
    """Counts every change of the overrides, of leave and of the posts switched on."""
    return meta.count(tx, "roster")


def in_force(tx: Tx, district: District) -> Roster:
    """The roster of a district with all that people have changed in it."""
    return replace(district.roster, overrides=overrides(tx), leave=leave(tx))


def overrides(tx: Tx) -> tuple[Override, ...]:
    """Every override, in the order in which they were made. One that was undone while it ran
    counts until then; one that was undone before it began does not."""
    return tuple(
        Override(
            row.id, row.kind, row.post, Span(row.starts_at, _end(row)), row.person,
            row.instead_of, row.reason, row.actor, row.at, row.swap, row.approver,
        )
        for row in tx.connection.execute(select(_OVERRIDES).order_by(_OVERRIDES.c.id))
        if row.starts_at < _end(row)
    )  # fmt: skip


def leave(tx: Tx) -> tuple[Leave, ...]:
    """Everybody's leave, in the order in which it was written down; undone as overrides are."""
    return tuple(
        Leave(
            row.person, Span(row.starts_at, _end(row)), row.reason, row.actor, row.at, row.id,
            row.swap,
        )
        for row in tx.connection.execute(select(_LEAVE).order_by(_LEAVE.c.id))
        if row.starts_at < _end(row)
    )  # fmt: skip


def _end(row: Any) -> datetime:  # noqa: ANN401  a row of either table
    """When it ceased to count."""
    end: datetime = row.ends_at
    return end if row.undone_at is None else min(end, row.undone_at)


def add_overrides(tx: Tx, added: Sequence[Override]) -> list[int]:
    """Keep overrides under new numbers, which are returned; the shift table is for the caller to
    write anew in the same transaction."""
    first = next_id(tx, _OVERRIDES.c.id)
    numbered = [replace(item, id=first + offset) for offset, item in enumerate(added)]
    insert(
        tx,
        _OVERRIDES,
        [
            {
                "id": item.id, "kind": item.kind, "post": item.post,
                "starts_at": item.span.start, "ends_at": item.span.end, "person": item.person,
                "instead_of": item.instead_of, "reason": item.reason, "actor": item.actor,
                "at": item.at, "swap": item.swap, "approver": item.approver, "undone_at": None,
                "undone_by": "",
            }
            for item in numbered
        ],
    )  # fmt: skip
    meta.advance(tx, "roster")
    return [item.id for item in numbered]


def add_leave(tx: Tx, added: Leave) -> int:
    """Keep that somebody is away, under a new number, which is returned."""
    number = next_id(tx, _LEAVE.c.id)
    row = {
        "id": number, "person": added.person, "starts_at": added.span.start,
        "ends_at": added.span.end, "reason": added.reason, "actor": added.actor, "at": added.at,
        "swap": added.swap, "undone_at": None, "undone_by": "",
    }  # fmt: skip
    insert(tx, _LEAVE, [row])
    meta.advance(tx, "roster")
    return number


def undo(tx: Tx, overrides: Sequence[int], leave: Sequence[int], *, by: str, now: datetime) -> None:
    """From now on these count no more; the rows stay, for what stood is not rewritten."""
    for rows, numbers in ((_OVERRIDES, overrides), (_LEAVE, leave)):
        tx.connection.execute(
            update(rows).where(rows.c.id.in_(numbers)).values(undone_at=now, undone_by=by)
        )
    meta.advance(tx, "roster")


def active_posts(tx: Tx) -> frozenset[str]:
    """Posts that a level has switched on."""
    return frozenset(tx.connection.execute(select(_ACTIVE.c.post)).scalars())


def set_active_posts(tx: Tx, wanted: Iterable[str], *, now: datetime) -> None:
    """Exactly these posts are on; one that was on already keeps its `since`."""
    on, before = frozenset(wanted), active_posts(tx)
    tx.connection.execute(delete(_ACTIVE).where(_ACTIVE.c.post.in_(before - on)))
    insert(tx, _ACTIVE, [{"post": post, "since": now} for post in sorted(on - before)])
    if on != before:
        meta.advance(tx, "roster")


def materialise(tx: Tx, shifts: Iterable[Shift], district: District, span: Span) -> None:
    """Write who stands when within a span anew, and that `peek` may answer for the span.

    Rows that meet the span are replaced. `shifts` are those of core.roster for the span; shifts of
    posts that the district does not have are left out.
    """
    tx.connection.execute(
        delete(_SHIFTS).where(_SHIFTS.c.ends_at > span.start, _SHIFTS.c.starts_at < span.end)
    )
    described = _described_posts(district)
    number = next_id(tx, _SHIFTS.c.id)
    wanted = [shift for shift in shifts if shift.post in described]
    insert(
        tx,
        _SHIFTS,
        [
            {
                "id": number + offset, **described[shift.post],
                "starts_at": shift.span.start, "ends_at": shift.span.end,
                "person": shift.person, "turn_of": shift.turn_of, "source": shift.source,
                "detail": shift.detail,
            }
            for offset, shift in enumerate(wanted)
        ],
    )  # fmt: skip
    _reach(tx, span)


def _reach(tx: Tx, span: Span) -> None:
    """The table now answers for this span, and for what it answered for before where they touch."""
    first, last = meta.get_instant(tx, names.SHIFTS_FROM), meta.get_instant(tx, names.SHIFTS_TO)
    touches = first is not None and last is not None and first <= span.end and span.start <= last
    start = min(first, span.start) if touches and first else span.start
    end = max(last, span.end) if touches and last else span.end
    meta.put_instant(tx, names.SHIFTS_FROM, start)
    meta.put_instant(tx, names.SHIFTS_TO, end)


def _described_posts(district: District) -> dict[str, dict[str, Any]]:
    """Each post with the names of its unit and of the area that the unit is in charge of."""
    units = {unit.id: unit for unit in district.units}
    areas = {area.id: area for area in district.areas}
    described = {}
    for position, post in enumerate(district.roster.posts):
        unit = units.get(post.unit)
        area = areas.get(unit.area) if unit is not None else None
        described[post.id] = {
            "position": position,
            "post": post.id,
            "post_name": post.name,
            "role": post.role,
            "unit": post.unit,
            "unit_name": unit.name if unit else post.unit,
            "unit_phone": unit.duty_phone if unit else "",
            "area": area.id if area else "",
            "area_name": area.name if area else "",
            "area_code": area.code if area else "",
            "stands_from": post.stands_from,
        }
    return described
