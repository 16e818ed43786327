"""`fangxun spotcheck`: unannounced pages to those on watch; the month by name and unit."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from fangxun import clock
from fangxun.board.paper import plain
from fangxun.board.paper.reader import seconds
from fangxun.board.paper.tables import Cell, Table
from fangxun.cli import acting, base, proof, times, words
from fangxun.cli.options import Actor, DryRun, Json, Reason
from fangxun.core.errors import N_, FaultyInput
from fangxun.core.plan import SpotChecks
from fangxun.core.report.checks import MonthOfChecks, Total, month_of_checks
from fangxun.core.spotcheck import DrawState
from fangxun.engine import acts
from fangxun.engine.spotchecks import month_begins
from fangxun.engine.view import View
from fangxun.store import outbox
from fangxun.store import pages as page_store
from fangxun.store import spotchecks as check_store
from fangxun.text import _, language

app = words.group(help=_("Spot checks of who is on watch: now, schedule, list, report, stop."))
Month = Annotated[
    str, typer.Option("--month", metavar="2026-07", help=_("The month; this one where not given."))
]


@app.command(help=_("Page those on watch now, unannounced; who does not confirm in time is named."))
def now(
    post: Annotated[
        list[str] | None,
        typer.Option("--post", metavar=_("TEXT"), help=_("Only this post (id, or unit and name).")),
    ] = None,
    unit: Annotated[
        list[str] | None,
        typer.Option("--unit", metavar=_("TEXT"), help=_("Only this unit (id or name).")),
    ] = None,
    dry_run: DryRun = False,
    reason: Reason = "",
    actor: Actor = "",
) -> None:
    """Begin a spot check."""
    chosen = acts.Checked(tuple(post or ()), tuple(unit or ()))
    with acting.acting(reason, actor, dry_run=dry_run) as desk:
        check, pages = acts.start_spot_check(desk.store, chosen, act=desk.act)
        zone = desk.seen.district.roster.zone
        said = (
            _("Would page {count} people: {who}")
            if dry_run
            else _("Spot check {number}: {count} people have until {until}: {who}")
        )
        who = ", ".join(desk.seen.person_name(page.person or "") for page in pages)
        until = times.minute(check.confirm_by, zone)
        typer.echo(said.format(number=check.id, count=len(pages), until=until, who=who))


@app.command(help=_("End a running spot check; nothing of it counts."))
def stop(
    number: Annotated[int, typer.Argument(help=_("The spot check's number."))],
    dry_run: DryRun = False,
    reason: Reason = "",
    actor: Actor = "",
) -> None:
    """Stop a spot check."""
    with acting.acting(reason, actor, dry_run=dry_run) as desk:
        acts.stop_spot_check(desk.store, number, act=desk.act)
        typer.echo(_("Spot check {number} is ended.").format(number=number))


@app.command(help=_("The rule, and what became of a month's times; those to come stay secret."))
def schedule(month: Month = "", as_json: Json = False) -> None:
    """Show the schedule."""
    with base.store() as opened:
        seen = base.view(opened, now=clock.now())
        start, end = _month(month, seen)
        with opened.read() as tx:
            drawn = check_store.draws_within(tx, start, end)
    rule = seen.district.plan.spot_checks
    known = [item for item in drawn if item.state is not DrawState.WAITING]
    waits = len(drawn) - len(known)
    if as_json:
        base.print_json({"rule": rule, "waiting": waits, "past": known})
        return
    typer.echo(_rule(rule))
    typer.echo(_("To come in this month: {count}").format(count=waits))
    zone = seen.district.roster.zone
    rows = [
        (times.minute(item.at, zone), _(item.state.value), str(item.spot_check or ""))
        for item in known
    ]
    base.table(rows, (_("at"), _("state"), _("number")))


def _rule(rule: SpotChecks | None) -> str:
    if rule is None:
        return _("The plan has no [spot_check]: there are only those that somebody asks for.")
    first = datetime.combine(date.min, rule.start)
    return _(
        "{count} a month, at random from {start} to {end}, to be confirmed within {minutes} minutes"
    ).format(
        count=rule.a_month,
        start=f"{first:%H:%M}",
        end=f"{first + rule.window:%H:%M}",
        minutes=f"{rule.confirm_within.total_seconds() / 60:g}",
    )


@app.command("list", help=_("Spot checks, the newest first."))
def list_(as_json: Json = False) -> None:
    """List spot checks."""
    with base.store() as opened:
        seen = base.view(opened, now=clock.now())
        with opened.read() as tx:
            found = check_store.latest(tx)
    if as_json:
        base.print_json(found)
        return
    zone = seen.district.roster.zone
    rows = [
        (
            str(item.id),
            _(item.state.value),
            str(len(item.pages)),
            times.minute(item.started_at, zone),
            times.minute(item.confirm_by, zone),
            seen.person_name(item.started_by) if item.started_by != "system" else _("system"),
            _(item.reason) if item.started_by == "system" else item.reason,
        )
        for item in found
    ]
    heads = _("number"), _("state"), _("people"), _("started"), _("confirm by"), _("by"), _("why")
    base.table(rows, heads)


@app.command(help=_("The month by name and unit: who confirmed in time, who did not."))
def report(
    month: Month = "",
    as_html: proof.AsHtml = False,
    as_xlsx: proof.AsXlsx = False,
    as_json: Json = False,
    to: proof.To = None,
) -> None:
    """The table of a month."""
    with base.store() as opened:
        seen = base.view(opened, now=clock.now())
        start, end = _month(month, seen)
        with opened.read() as tx:
            checks = check_store.begun_within(tx, start, end)
            numbers = [number for check in checks for number in check.pages]
            pages = page_store.get_many(tx, numbers)
            found = month_of_checks(pages, outbox.of_page(tx, numbers), seen.people)
    files = proof.Files.of(as_html=as_html, as_xlsx=as_xlsx, to=to)
    local = start.astimezone(ZoneInfo(seen.district.roster.zone))
    title = _("Spot checks {month}, {district}").format(
        month=f"{local:%Y-%m}", district=seen.district.name
    )
    if files.ends:
        sheet = plain.Paper(title, _tables(seen, found))
        files.write_as(
            {".html": lambda: plain.html(sheet, language=language()).encode(),
             ".xlsx": lambda: plain.workbook(sheet)},
            name=f"spotcheck-{local:%Y-%m}",
        )  # fmt: skip
    elif as_json:
        base.print_json(found)
    else:
        typer.echo(title)
        for table in _tables(seen, found):
            typer.echo(f"\n{table.title}")
            base.table([tuple(map(_said, row)) for row in table.rows], table.heads)


def _said(cell: Cell) -> str:
    if cell is None:
        return ""
    return f"{cell:%m-%d %H:%M}" if isinstance(cell, datetime) else str(cell)


def _month(text: str, seen: View) -> tuple[datetime, datetime]:
    """From its first local instant to that of the next."""
    zone = seen.district.roster.zone
    first = clock.now().astimezone(ZoneInfo(zone)).date().replace(day=1)
    if text:
        match = re.fullmatch(r"(2\d{3})-?(0[1-9]|1[0-2])", text.strip(), re.ASCII)
        if match is None:
            raise FaultyInput(N_("{text} is no month; write one as 2026-07."), text=text)
        first = date(int(match[1]), int(match[2]), 1)
    following = (first + timedelta(days=32)).replace(day=1)
    return month_begins(first, zone), month_begins(following, zone)


def _tables(seen: View, found: MonthOfChecks) -> tuple[Table, ...]:
    counts = (
        _("checked"),
        _("in time"),
        _("not in time"),
        _("not told"),
        _("void"),
        _("half within (s)"),
    )
    people = tuple((t.name, _unit(seen, t.unit), *_counts(t)) for t in found.people)
    units = tuple((_unit(seen, t.unit), *_counts(t)) for t in found.units)
    zone = ZoneInfo(seen.district.roster.zone)
    each = tuple(
        (
            one.at.astimezone(zone), one.name, _unit(seen, one.unit),
            ", ".join(map(seen.post_name, one.posts)), _(one.outcome.value), seconds(one.took),
        )
        for one in found.asked
    )  # fmt: skip
    heads = _("at"), _("who"), _("unit"), _("post"), _("outcome"), _("after (s)")
    return (
        Table("people", _("By name"), (_("who"), _("unit"), *counts), people),
        Table("units", _("By unit"), (_("unit"), *counts), units),
        Table("each", _("Each check"), heads, each),
    )


def _counts(total: Total) -> tuple[Cell, ...]:
    told = total.counted, total.in_time, total.missed, total.not_told, total.void
    return (*told, seconds(total.median))


def _unit(seen: View, unit: str) -> str:
    return seen.maps.names.get(f"unit/{unit}", unit)
