"""The tables of a report, for every kind of file: heads and cells in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from fangxun.board.paper.reader import Reader, seconds
from fangxun.core.attempt import AttemptState
from fangxun.core.exercise import Exercise
from fangxun.core.report import (
    Announcement,
    AttemptRow,
    Delivery,
    Door,
    Moment,
    Outcome,
    Reached,
    Report,
    Row,
    UnitTotal,
)
from fangxun.text import _

Cell = str | int | float | datetime | None
"""A datetime is local and aware; a number stays a number, so that a workbook can reckon with it."""


@dataclass(frozen=True, slots=True)
class Table:
    """`key` names it for layout; `marks` give an outcome for each row, for its colour."""

    key: str
    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    marks: tuple[str, ...] = ()
    note: str = ""


def tables(report: Report, reader: Reader) -> tuple[Table, ...]:
    """Every table, in the order in which one reads them. In an exercise nobody goes to a door, and
    nothing is announced."""
    ordered = _by_unit(report)
    if report.exercise is not None:
        return (
            units(report, reader),
            people(ordered, reader),
            attempts(ordered, reader),
            duplicates(report, reader),
        )
    return (
        units(report, reader),
        doors(report, reader),
        people(ordered, reader),
        attempts(ordered, reader),
        duplicates(report, reader),
        announcements(report, reader),
    )


def _by_unit(report: Report) -> tuple[Row, ...]:
    """Rows by unit, in the order of the units' totals; within one as they were paged."""
    place = {total.unit: number for number, total in enumerate(report.after.units)}
    return tuple(sorted(report.after.rows, key=lambda row: place[row.unit]))


def facts(report: Report, reader: Reader) -> tuple[tuple[str, Cell], ...]:
    """What stands at the head: what it is about, how it was made, and what was sent."""
    found: list[tuple[str, Cell]] = [(_("district"), reader.district)]
    for item in report.incidents:
        area = reader.name("place", item.area)
        found += [
            (_("incident"), f"{item.id}: {area}"),
            (_("opened"), reader.local(item.opened_at)),
            (_("stood down"), reader.local(item.closed_at)),
            (_("response"), item.response.value if item.response else None),
        ]
    if report.exercise is not None:
        found += _practised(report.exercise, reader)
    after = report.after
    return (
        *found,
        (_("messages"), after.attempts),
        (_("possible duplicates"), len(report.copies)),
        (_("alarms"), None if report.exercise else after.alarms),
        (_("made at"), reader.local(report.made_at)),
        (_("all times are local"), reader.zone_at(report.made_at)),
    )


def _practised(item: Exercise, reader: Reader) -> list[tuple[str, Cell]]:
    """What an exercise was, and whether it came to its end."""
    return [
        (_("exercise"), item.id),
        (_("level"), _(item.level.value)),
        (_("state"), _(item.state.value)),
        (_("started"), reader.local(item.started_at)),
        (_("ended"), reader.local(item.ended_at)),
        (_("by"), reader.name("person", item.started_by)),
        (_("why"), item.reason),
        (_("text"), item.text or None),
    ]


def title(report: Report) -> str:
    """What a report is called: one of practice is never taken for one of a storm."""
    return _("Exercise report") if report.exercise is not None else _("After-action report")


def totals(report: Report) -> tuple[tuple[str, Cell], ...]:
    """What came of the pages, and how long people took."""
    after = report.after
    counts = dict(after.by_outcome)
    return (
        *((_(outcome.value), counts.get(outcome, 0)) for outcome in COUNTED),
        (_("half within (s)"), seconds(after.median)),
        (_("nine in ten within (s)"), seconds(after.ninetieth)),
    )


COUNTED = (
    Outcome.CONFIRMED, Outcome.CONFIRMED_LATE, Outcome.NOT_CONFIRMED, Outcome.UNREACHABLE,
    Outcome.ENDED, Outcome.OPEN,
)  # fmt: skip


def units(report: Report, reader: Reader) -> Table:
    """Totals by unit, as the office publishes them (点名点部门)."""
    heads = (
        _("unit"), _("people"), _("pages"), *(_(outcome.value) for outcome in COUNTED),
        _("half within (s)"), _("nine in ten within (s)"), _("by name"),
    )  # fmt: skip
    rows = tuple(_unit(total, reader) for total in report.after.units)
    marks = tuple("unreachable" if total.named else "" for total in report.after.units)
    note = _("By name: who did not confirm himself, or could not be reached.")
    return Table("units", _("By unit"), heads, rows, marks, note)


def _unit(total: UnitTotal, reader: Reader) -> tuple[Cell, ...]:
    counts = (total.of(outcome) for outcome in COUNTED)
    return (
        reader.name("unit", total.unit), total.people, total.pages, *counts,
        seconds(total.median), seconds(total.ninetieth), reader.people(total.named),
    )  # fmt: skip


def doors(report: Report, reader: Reader) -> Table:
    """Who could not be woken, and who went to the door."""
    heads = (
        _("who"), _("place"), _("level"), _("ladder through at"), _("rung"), _("who took it on"),
        _("at"), _("how"), _("what he said"), _("heard himself at"),
    )  # fmt: skip
    rows = tuple(_door(door, reader) for door in report.after.doors)
    return Table("doors", _("Unreached, and who went to the door"), heads, rows)


def _door(door: Door, reader: Reader) -> tuple[Cell, ...]:
    rung = tuple(dict.fromkeys(attempt.contact for attempt in door.rung))
    known = reader.name("person", door.known_by) if door.known_by else _("nobody yet")
    return (
        reader.name("person", door.person), reader.name("place", door.place), _(door.level.value),
        reader.local(door.since), reader.people(rung), known, reader.local(door.known_at),
        _(door.how.value) if door.how else "", "; ".join(filter(None, [door.said, *door.notes])),
        reader.local(door.later_at),
    )  # fmt: skip


def people(rows: tuple[Row, ...], reader: Reader) -> Table:
    """One line for each person and page."""
    heads = (
        _("unit"), _("who"), _("place"), _("level"), _("outcome"), _("why"), _("paged"),
        _("first taken"), _("confirmed"), _("after (s)"), _("how"), _("what he said"),
        _("in his stead"), _("arrived, or moved out"), _("attempts"), _("copies"),
    )  # fmt: skip
    cells = tuple(_person(row, reader) for row in rows)
    return Table("people", _("By person"), heads, cells, tuple(row.outcome.value for row in rows))


def _person(row: Row, reader: Reader) -> tuple[Cell, ...]:
    himself = row.confirmed_at is not None
    return (
        reader.name("unit", row.unit), row.name, reader.name("place", row.place),
        _(row.level.value), _(row.outcome.value), _(row.why.value) if row.why else "",
        reader.local(row.opened_at), reader.local(row.told_at), reader.local(row.confirmed_at),
        seconds(row.took), _(row.how.value) if row.how and himself else "", row.said,
        reader.name("person", row.covered_by), reader.local(row.met_at), row.attempts,
        row.possible_duplicates or None,
    )  # fmt: skip


def attempts(rows: tuple[Row, ...], reader: Reader) -> Table:
    """Every attempt of every page, with the provider's times and reasons."""
    heads = (
        _("who"), _("place"), _("sent to"), _("as"), _("channel"), _("number"), _("gateway"),
        _("queued"), _("requested"), _("taken"), _("last word"), _("provider's time"), _("state"),
        _("reason"), _("bundled"), _("provider's id"), _("possible duplicate of"),
    )  # fmt: skip
    pairs = [(row, one) for row in rows for one in row.tries]
    cells = tuple(_attempt(row, one, reader) for row, one in pairs)
    marks = tuple(one.state.value for _row, one in pairs)
    note = _(
        "Taken, last word: when we learned it. Provider's time: where it says one. A message that "
        "tells of several pages stands under each."
    )
    return Table("attempts", _("Every attempt"), heads, cells, marks, note)


def _attempt(row: Row, one: AttemptRow, reader: Reader) -> tuple[Cell, ...]:
    return (
        row.name, reader.name("place", row.place), reader.name("person", one.contact),
        _as(one), _(one.channel.value), one.number, one.gateway,
        reader.local(one.queued_at), reader.local(one.requested_at), reader.local(_taken(one)),
        reader.local(_last(one)), reader.local(_by_provider(one)), _(one.state.value),
        reader.reason(one), one.bundled if one.bundled > 1 else None, one.provider_id, one.copy_of,
    )  # fmt: skip


def _as(one: AttemptRow) -> str:
    """Whether it went to the person himself, or in which quality to another."""
    return _("the person himself") if one.stands_for == "person" else _(one.stands_for)


def _taken(one: AttemptRow) -> datetime | None:
    return next((m.at for m in one.life if m.state is AttemptState.ACCEPTED), None)


def _last(one: AttemptRow) -> datetime | None:
    return one.life[-1].at if one.life else one.settled_at


def _by_provider(one: AttemptRow) -> datetime | None:
    """The provider's own time of the last state that it told one for."""
    told: list[Moment] = [m for m in one.life if m.provider_at is not None]
    return told[-1].provider_at if told else None


def duplicates(report: Report, reader: Reader) -> Table:
    """Which messages may have come twice, of whatever kind: the copy beside its first."""
    firsts = {one.id: one for one in report.firsts}
    heads = (
        _("sent to"), _("message"), _("number"), _("first sent"), _("its state"), _("copy sent"),
        _("copy's state"), _("first's id"), _("copy's id"),
    )  # fmt: skip
    rows = []
    for copy in report.copies:
        first = firsts.get(copy.copy_of)
        rows.append(
            (
                reader.name("person", copy.contact), _(copy.kind), copy.number,
                reader.local(first.requested_at) if first else None,
                _(first.state.value) if first else "", reader.local(copy.requested_at),
                _(copy.state.value), copy.copy_of, copy.id,
            )
        )  # fmt: skip
    return Table("duplicates", _("Possible duplicates"), heads, tuple(rows))


def announcements(report: Report, reader: Reader) -> Table:
    """All-clears and corrections, and whom they reached."""
    heads = (
        _("what"), _("at"), _("approved by"), _("why"), _("text"), _("people"),
        *(_(reached.value) for reached in Reached),
    )  # fmt: skip
    rows = tuple(
        (
            _(item.event.value), reader.local(item.at), reader.name("person", item.by),
            item.reason, item.text, len(item.told),
            *(_reached(item, reached, reader) for reached in Reached),
        )
        for item in report.announcements
    )  # fmt: skip
    note = _(
        "Unproven: taken, and no receipt came. Missed: refused, lost, or never queued, and why."
    )
    return Table("announcements", _("All-clear and corrections"), heads, rows, note=note)


def _reached(item: Announcement, reached: Reached, reader: Reader) -> str:
    """Those of whom this is known; who missed it with the reason."""
    return "; ".join(
        reader.name("person", one.person) + _because(one, reader)
        for one in item.deliveries
        if one.reached is reached
    )


def _because(one: Delivery, reader: Reader) -> str:
    if one.reached is not Reached.MISSED:
        return ""
    return f" ({_(one.why) if one.why else reader.reason(one.sent[-1])})"
