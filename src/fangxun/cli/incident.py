"""`fangxun incident`: the storms, and what the duty officer does from here."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fangxun import clock, wiring
from fangxun.cli import base, proof, words
from fangxun.cli.options import Actor, Colour, DryRun, Json, Reason
from fangxun.cli.page import row as page_row
from fangxun.core.level import Level
from fangxun.engine import acts, all_clear
from fangxun.engine import proof as reports
from fangxun.engine.respond import called_at
from fangxun.store import assessments as assessment_store
from fangxun.store import incidents as incident_store
from fangxun.store import pages as page_store
from fangxun.text import _

app = words.group(help=_("Incidents: list, show, raise, lower, stand down, correct, note, report."))
IncidentId = Annotated[int, typer.Argument(help=_("The incident's number."))]
Place = Annotated[str, typer.Argument(help=_("Place, by id or name."))]


@app.command("list", help=_("Incidents, the newest first, and the level of every place."))
def list_(as_json: Json = False) -> None:
    """List incidents and present levels."""
    now = clock.now()
    with base.store() as opened:
        seen = base.view(opened, now=now)
        with opened.read() as tx:
            found = incident_store.list_all(tx, 50)
            levels = assessment_store.load(tx)
    if as_json:
        base.print_json({"incidents": found, "levels": levels})
        return
    zone = seen.district.roster.zone
    base.table(
        [
            (
                str(item.id),
                seen.name_of(item.area),
                _(item.state.value),
                base.shown(item.opened_at, zone),
                " ".join(f"{seen.name_of(p.place)}:{_(p.level.value)}" for p in item.places),
                item.response.value if item.response else "-",
            )
            for item in found
        ],
        (_("incident"), _("area"), _("state"), _("opened"), _("places"), _("response")),
    )
    typer.echo()
    base.table(
        [
            (
                seen.name_of(place),
                _(item.level.value),
                base.certainty(item),
                _(item.why.value),
                " ".join(seen.gauge_name(gauge) for gauge in item.missing),
            )
            for place, item in levels.items()
        ],
        (_("place"), _("level"), _("certainty"), _("why"), _("silent")),
    )


@app.command(help=_("One incident with its places and pages."))
def show(incident: IncidentId, as_json: Json = False) -> None:
    """Show one incident."""
    now = clock.now()
    with base.store() as opened:
        seen = base.view(opened, now=now)
        with opened.read() as tx:
            found = incident_store.get(tx, incident)
            pages = page_store.latest(tx, incident=incident, limit=100_000)[::-1]
    if as_json:
        base.print_json({"incident": found, "pages": pages})
        return
    typer.echo(
        _("Incident {incident}: {area}, {state}").format(
            incident=found.id, area=seen.name_of(found.area), state=_(found.state.value)
        )
    )
    heads = (_("page"), _("state"), _("level"), _("who"), _("place"), _("since"), _("confirmed"))
    base.table([page_row(seen, item) for item in pages], heads)


@app.command("raise", help=_("Raise a place by decision: a floor under its level until lowered."))
def raise_(
    place: Place, level: Colour, dry_run: DryRun = False, reason: Reason = "", actor: Actor = ""
) -> None:
    """Raise by hand."""
    with base.store() as opened:
        act = base.act(opened, reason, actor)
        wanted = Level(level.value)
        where = acts.raise_by_hand(base.on(opened, dry_run=dry_run), place, wanted, act=act)
        seen = base.view(opened, now=act.now)
    if dry_run:
        named = [seen.person_name(person) for person in called_at(seen, where, wanted)]
        typer.echo(_("Would be paged: {who}").format(who=", ".join(named) or "-"))
        base.nothing_changed()
        return
    typer.echo(
        _("{place} is raised to {level}.").format(place=seen.name_of(where), level=_(level.value))
    )


@app.command(help=_("Take a decision back, or release a level that is held for want of data."))
def lower(place: Place, dry_run: DryRun = False, reason: Reason = "", actor: Actor = "") -> None:
    """Lower by hand."""
    with base.store() as opened:
        act = base.act(opened, reason, actor)
        where = acts.lower_by_hand(base.on(opened, dry_run=dry_run), place, act=act)
        seen = base.view(opened, now=act.now)
    typer.echo(
        _("{place}: the floor is taken away; data decide.").format(place=seen.name_of(where))
    )
    if dry_run:
        base.nothing_changed()


@app.command("stand-down", help=_("Approve the all-clear; all who were paged are told."))
def stand_down(
    incident: IncidentId, dry_run: DryRun = False, reason: Reason = "", actor: Actor = ""
) -> None:
    """Stand down."""
    with base.store() as opened:
        act = base.act(opened, reason, actor)
        acts.stand_down(base.on(opened, dry_run=dry_run), incident, act=act)
        seen = base.view(opened, now=act.now)
        with opened.read() as tx:
            told = all_clear.told(tx, incident)
    who = ", ".join(map(seen.person_name, told))
    typer.echo(_("The all-clear goes to: {who}").format(who=who or "-"))
    if dry_run:
        base.nothing_changed()
        return
    typer.echo(_("Incident {incident} is stood down.").format(incident=incident))


@app.command(
    help=_("Tell all who were paged, and nobody else, that it was wrong; --place for one place.")
)
def correct(  # noqa: PLR0913  one parameter for each option
    incident: IncidentId,
    text: Annotated[
        str, typer.Option("--text", "-t", help=_("What was wrong, and what holds instead."))
    ],
    place: Annotated[str, typer.Option(help=_("Only the pages for this place."))] = "",
    dry_run: DryRun = False,
    reason: Reason = "",
    actor: Actor = "",
) -> None:
    """Approve a correction."""
    with base.store() as opened:
        act = base.act(opened, reason, actor)
        kept = base.on(opened, dry_run=dry_run)
        owed = acts.correct(kept, incident, text, place=place, act=act)
        seen = base.view(opened, now=act.now)
        with opened.read() as tx:
            pages = page_store.open_pages(tx, incident=incident)
    who = ", ".join(map(seen.person_name, owed.told))
    typer.echo(_("The correction goes to: {who}").format(who=who))
    ringing = sum(page.person is not None and owed.place in {"", page.place} for page in pages)
    if ringing:
        typer.echo(
            _(
                "{count} pages for it are still open and go on ringing; "
                "fangxun incident lower ends them."
            ).format(count=ringing)
        )
    if dry_run:
        base.nothing_changed()


@app.command(help=_("Write a note into the journal of an incident."))
def note(incident: IncidentId, text: str, reason: Reason = "note", actor: Actor = "") -> None:
    """Write a note."""
    with base.store() as opened:
        acts.note(opened, incident, text, act=base.act(opened, reason, actor))
    typer.echo(_("Written."))


@app.command("report", help=_("Who was told what, when, and what came of it."))
def report_(
    incident: IncidentId,
    as_html: Annotated[
        bool, typer.Option("--html", help=_("Write one HTML page, for the phone and for A4."))
    ] = False,
    as_xlsx: Annotated[bool, typer.Option("--xlsx", help=_("Write a workbook."))] = False,
    as_json: Json = False,
    to: Annotated[
        Path | None,
        typer.Option(help=_("The file to write; without it incident-NUMBER in this folder.")),
    ] = None,
) -> None:
    """The after-action report of one incident."""
    now = clock.now()
    with base.store() as opened:
        district = base.view(opened, now=now).district
        with opened.read() as tx:
            found = reports.report(tx, district, [incident], now=now)
    kinds = [end for end, wanted in ((".html", as_html), (".xlsx", as_xlsx)) if wanted]
    if to is not None and not kinds:
        kinds = [to.suffix]
    if as_json and not kinds:
        base.print_json(found)
        return
    conf = base.settings()
    told = proof.reader(district, wiring.reasons(conf))
    for end in kinds:
        path = (to or Path(f"incident-{incident}")).with_suffix(end)
        proof.write(path, found, told)
        typer.echo(_("Written: {path}").format(path=path))
    if not kinds:
        proof.show(found, told)
