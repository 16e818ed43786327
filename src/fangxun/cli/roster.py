"""`fangxun roster`: show, check, apply; the edits stand in `roster_edits`."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated, ClassVar
from zoneinfo import ZoneInfo

import typer

from fangxun import clock
from fangxun import district as districts
from fangxun.cli import acting, base, later, roster_edits, roster_month, roster_sheet, times, words
from fangxun.cli import preview as previews
from fangxun.cli.finding import FINDINGS, check
from fangxun.cli.options import Actor, DryRun, Json, Reason, some
from fangxun.core import roster as rosters
from fangxun.core.district import District
from fangxun.core.errors import N_
from fangxun.core.roster import FindingKind
from fangxun.core.timeline import Span
from fangxun.engine import acts
from fangxun.engine.acts import Act
from fangxun.engine.acts.base import unit_id
from fangxun.engine.view import View
from fangxun.sheet import halfway
from fangxun.store import district as district_store
from fangxun.store.base import Store
from fangxun.text import _


class Roster(later.Later):
    """What stands in files of its own."""

    more: ClassVar = {
        "import": ("roster_import", N_("Take the office's own duty table over into the folder.")),
        "calendar": (
            "roster_calendar",
            N_("Calendars for phones and offices: add, list, revoke."),
        ),
        "export": ("roster_export", N_("Write a month's duty table as the office draws it.")),
    }


app = words.group(help=_("The roster: show, check, apply, cover, swap."), kind=Roster)
app.command(help=roster_sheet.HELP)(roster_sheet.sheet)
app.registered_commands += roster_edits.app.registered_commands


@app.command(help=_("Who stands when, day by day, or a month as a calendar."))
def show(  # noqa: PLR0913  one parameter for each option
    days: Annotated[int, typer.Option(min=1, max=366, help=_("How many days."))] = 7,
    start: Annotated[str, typer.Option("--from", help=_("From this day on (2026-07-20)."))] = "",
    unit: Annotated[
        str | None, typer.Option(callback=some, help=_("Only this unit (id or name)."))
    ] = None,
    month: Annotated[
        str | None,
        typer.Option(help=_("This month of one unit (the district's, if none is named): 2026-07.")),
    ] = None,
    as_html: Annotated[
        bool, typer.Option("--html", help=_("Write the month as one HTML page for A4."))
    ] = False,
    to: Annotated[Path | None, typer.Option("--to", help=_("The file to write."))] = None,
    as_json: Json = False,
) -> None:
    """Show the roster."""
    now = clock.now()
    with base.store() as opened:
        seen = base.view(opened, now=now)
    zone = seen.district.roster.zone
    if month is not None or as_html:
        first = roster_month.first_of(month or "", now.astimezone(ZoneInfo(zone)))
        whose = unit_id(seen.district, unit) if unit else seen.root_unit
        drawn = roster_month.drawn(seen, first, whose)
        _month(drawn, to, as_html=as_html, as_json=as_json)
        return
    begin = times.instant(start, zone) if start else now
    span = Span(begin, begin + timedelta(days=days))
    only = unit_id(seen.district, unit) if unit else ""
    units = {u.id for u in seen.district.units if only in {"", u.id}}
    posts = {p.id: p for p in seen.roster.posts if p.unit in units}
    found = rosters.shifts(seen.roster, span, posts=frozenset(posts))
    if as_json:
        base.print_json(found)
        return
    base.table(
        [
            (
                times.minute(s.span.start, zone),
                times.minute(s.span.end, zone),
                _unit_name(seen, posts[s.post].unit),
                posts[s.post].name,
                s.post,
                seen.person_name(s.person),
                _(s.source.value),
                "" if s.turn_of == s.person else seen.person_name(s.turn_of),
            )
            for s in found
        ],
        (_("from"), _("to"), _("unit"), _("post"), _("id"), _("who"), _("by"), _("whose turn")),
    )


def _month(drawn: roster_month.Drawn, to: Path | None, *, as_html: bool, as_json: bool) -> None:
    if as_json:
        base.print_json(drawn.month)
    elif as_html:
        typer.echo(_("Written: {path}").format(path=roster_month.write(drawn, to)))
    else:
        roster_month.show(drawn)


def _unit_name(seen: View, unit: str) -> str:
    return next((u.name for u in seen.district.units if u.id == unit), unit)


app.command(help=_("Holes, double bookings and what else is wrong, in the days ahead."))(check)


@app.command(help=_("Show what a district folder changes, then put it in force."))
def apply(
    folder: Annotated[Path, typer.Argument(help=_("The district folder."))],
    dry_run: DryRun = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help=_("Do not ask."))] = False,
    reason: Reason = "",
    actor: Actor = "",
) -> None:
    """Apply a district folder in one transaction."""
    with base.store() as opened:
        end_halfway(opened, folder, dry_run=dry_run)
    read = districts.read_with_warnings(folder)
    for warning in read.warnings[:20]:
        typer.echo(
            f"{warning.where}: {_(warning.template).format(**dict(warning.fields))}", err=True
        )
    if len(read.warnings) > 20:  # noqa: PLR2004  a screenful
        typer.echo(
            _("... and {count} more warnings").format(count=len(read.warnings) - 20), err=True
        )
    with base.store() as opened:
        preview = acts.apply_district(
            opened.rehearsal(), read.district, act=Act("admin", "--dry-run", clock.now())
        )
        with opened.read() as tx:
            before = district_store.applied(tx)
        tell(preview, before, read.district)
        if dry_run:
            typer.echo(_("Nothing was changed."))
        if dry_run or not preview.changes:
            return
        if not yes:
            acting.agreed(_("Put it in force?"))
        done = acts.apply_district(
            opened, read.district, act=applier(opened, read.district, before, reason, actor)
        )
        acting.keep_paper(opened)
    typer.echo(_("In force as version {version}.").format(version=done.version))
    acting.tell_if_dead()


def end_halfway(opened: Store, folder: Path, *, dry_run: bool) -> None:
    """Tell of an import that was cut off when it was in force already, and put its tables into the
    folder, which would otherwise take it back. A dry run only tells that there is one."""
    if dry_run:
        if halfway.left(folder):
            typer.echo(_(halfway.CUT_OFF), err=True)
        return
    with opened.read() as tx:
        ended = halfway.end(folder, district_store.applied(tx))
    for name in ended:
        typer.echo(_("{path}: put in its place; its import was cut off").format(path=name))


def tell(preview: acts.Applied, before: District | None, after: District) -> None:
    """What would change, and which covers and swaps no longer fit."""
    called = previews.names(before, after)
    for change in preview.changes:
        for line in previews.lines(change, called):
            typer.echo(line)
    for finding in preview.unfit:
        fields = {"override": dict(finding.fields).get("override", ""), "post": finding.post}
        fields["people"] = ", ".join(called.get(one, one) for one in finding.people)
        fields["post"] = called.get(finding.post, finding.post)
        typer.echo(_(FINDINGS[FindingKind.OVERRIDE_UNFIT]).format(**fields))
    for place in preview.ended:
        typer.echo(_("the level set by hand for {place} ends with it").format(place=place))
    if not preview.changes:
        typer.echo(_("Nothing changes."))


def applier(
    opened: Store, district: District, before: District | None, reason: str, actor: str
) -> Act:
    """Who puts it in force. Before the first district nobody is known to the machine."""
    now = clock.now()
    if before is None:
        person, account = acting.founder(district.people, actor)
    else:
        person, account = acting.speaker(base.view(opened, now=now), actor)
    return Act(person, acting.reasoned(reason), clock.now(), account)
