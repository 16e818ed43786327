"""The record of a watch on the terminal, as it is read aloud at the desk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fangxun.cli import times
from fangxun.core import message
from fangxun.core.alarm import kind_of
from fangxun.core.handover import HEAD_DIGITS, Matter
from fangxun.core.report.shift import Owing, Rain, ShiftRecord
from fangxun.engine.view import View
from fangxun.text import _

MOST_GAUGES = 10
"""The wettest; the others are counted."""


def lines(seen: View, found: ShiftRecord) -> Iterator[str]:
    """The record, one fact a line, in the order in which it matters to the next watch."""
    zone = seen.district.roster.zone
    yield _("Record from {start} to {end}").format(
        start=times.day(found.span.start, zone), end=times.day(found.span.end, zone)
    )
    yield from _part(_("Open matters"), [_matter(seen, one) for one in found.matters])
    yield from _part(_("Not answered"), [_owing(seen, one) for one in found.owing])
    yield from _part(_("Incidents"), list(_storms(seen, found)))
    yield from _part(_("Levels"), list(_moves(seen, found)))
    yield from _part(_("Warnings"), list(_warnings(seen, found)))
    yield from _part(_("Rain"), list(_rain(seen, found.rain)))
    yield from _part(_("Done"), [_matter(seen, one) for one in found.done])
    yield _("Journal: {count} lines, head {head}").format(
        count=found.count, head=found.head[:HEAD_DIGITS] or "-"
    )


def _part(title: str, said: Sequence[str]) -> Iterator[str]:
    """A part without anything says so: nothing is not the same as forgotten."""
    yield f"{title} {len(said)}" if said else f"{title} -"
    yield from (f"  {line}" for line in said)


def _matter(seen: View, item: Matter) -> str:
    zone = seen.district.roster.zone
    parts = [
        f"{item.id}",
        times.minute(item.at, zone),
        _(item.kind.value),
        item.source,
        message.clean(item.text, most=300),
    ]
    if item.handler:
        parts.append(_("handled by {who}").format(who=seen.person_name(item.handler)))
    if item.result:
        parts.append(_("result: {text}").format(text=message.clean(item.result, most=300)))
    return "  ".join(part for part in parts if part)


def _owing(seen: View, item: Owing) -> str:
    what = seen.name_of(item.place) if item.place else item.cause
    if not item.person:
        kind = kind_of(item.cause)
        what = _(kind.value)
    state = _("unreached") if item.unreached else _("open")
    who = seen.person_name(item.person) if item.person else _("the watch")
    since = times.minute(item.opened_at, seen.district.roster.zone)
    return "  ".join((str(item.page), since, state, who, message.clean(what, most=60)))


def _storms(seen: View, found: ShiftRecord) -> Iterator[str]:
    zone = seen.district.roster.zone
    for one in found.storms:
        said = _("{number}  {area}  {state}, highest {level}, since {since}").format(
            number=one.id,
            area=seen.name_of(one.area),
            state=_(one.state.value),
            level=_(one.highest.value),
            since=times.minute(one.opened_at, zone),
        )
        ended = times.minute(one.closed_at, zone) if one.closed_at else ""
        yield f"{said}, {_('until {end}').format(end=ended)}" if ended else said


def _moves(seen: View, found: ShiftRecord) -> Iterator[str]:
    zone = seen.district.roster.zone
    for one in found.moves:
        at = times.minute(one.at, zone)
        # A place that held no level may have been unknown, which is not "none".
        before = f"{_(one.previous.value)} " if one.previous.rank else ""
        yield f"{at}  {seen.name_of(one.place)}  {before}→ {_(one.level.value)}"


def _warnings(seen: View, found: ShiftRecord) -> Iterator[str]:
    for one in found.warnings:
        at = times.minute(one.at, seen.district.roster.zone)
        yield f"{at}  {_(one.level.value)}  {message.clean(one.headline, most=100)}"


def _rain(seen: View, found: Sequence[Rain]) -> Iterator[str]:
    """Millimetres by gauge; one with a hole says so."""
    for one in found[:MOST_GAUGES]:
        holed = "" if one.whole else _("(data missing)")
        yield f"{seen.gauge_name(one.gauge)}  {one.mm:g} mm  {holed}".rstrip()
    if len(found) > MOST_GAUGES:
        yield _("... and {count} gauges with less").format(count=len(found) - MOST_GAUGES)
