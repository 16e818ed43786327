"""`fangxun incident`: the storms, and what the duty officer does from here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import typer

from fangxun import clock, wiring
from fangxun.cli import acting, base, proof, times, told, words
from fangxun.cli.options import Actor, Colour, DryRun, IncidentId, Json, Reason
from fangxun.core import plan as plans
from fangxun.core.assessment import Assessment
from fangxun.core.incident import Incident, IncidentState, PlaceInIncident
from fangxun.core.level import Level
from fangxun.engine import acts, all_clear
from fangxun.engine import proof as reports
from fangxun.engine.respond import called_at
from fangxun.engine.view import View
from fangxun.store import assessments as assessment_store
from fangxun.store import incidents as incident_store
from fangxun.store import pages as page_store
from fangxun.text import _

app = words.group(help=_("Incidents: list, show, raise, lower, stand down, correct, note, report."))
LONGEST_NOTE = 2000
LONGEST_CORRECTION = 120
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
                times.shown(item.opened_at, zone),
                " ".join(f"{seen.name_of(p.place)}:{_holds(item, p, levels)}" for p in item.places),
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


def _holds(item: Incident, place: PlaceInIncident, levels: Mapping[str, Assessment]) -> str:
    """The level that a place holds; where an open incident's holds none, what is known of it."""
    found = levels.get(place.place) if item.state is not IncidentState.CLOSED else None
    level = found.level if found is not None and not place.level.rank else place.level
    return _(level.value)


@app.command(help=_("One incident with its places, response levels and pages."))
def show(incident: IncidentId, as_json: Json = False) -> None:
    """Show one incident."""
    now = clock.now()
    with base.store() as opened:
        seen = base.view(opened, now=now)
        with opened.read() as tx:
            found = incident_store.get(tx, incident)
            responses = incident_store.responses(tx, incident)
            pages = page_store.latest(tx, incident=incident, limit=100_000)[::-1]
            levels = assessment_store.load(tx)
    if as_json:
        base.print_json({"incident": found, "responses": responses, "pages": pages})
        return
    typer.echo(
        _("Incident {incident}: {area}, {state}").format(
            incident=found.id, area=seen.name_of(found.area), state=_(found.state.value)
        )
    )
    _places(seen, found, levels)
    for item in responses:
        typer.echo(_response(seen, found, item))
    typer.echo()
    base.table([told.row(seen, item) for item in pages], told.heads())


def _places(seen: View, found: Incident, levels: Mapping[str, Assessment]) -> None:
    zone = seen.district.roster.zone
    rows = [
        (
            seen.name_of(item.place),
            _holds(found, item, levels),
            _(item.hazard.value),
            times.shown(item.raised_at, zone),
        )
        for item in found.places
    ]
    base.table(rows, (_("place"), _("level"), _("hazard"), _("raised")))


def _response(seen: View, found: Incident, item: incident_store.Response) -> str:
    """A response level: in force, no longer in force, or who may approve it and how."""
    zone = seen.district.roster.zone
    if item.approved_by:
        said = (
            _("Response {level}: in force since {at}, approved by {who} ({why}).")
            if item.level is found.response
            else _("Response {level}: no longer in force; approved by {who} at {at} ({why}).")
        )
        return said.format(
            level=item.level.value,
            at=times.shown(item.approved_at, zone),
            who=seen.person_name(item.approved_by),
            why=item.approved_reason,
        )
    who = plans.approvers(seen.district.plan, item.level, found.highest, in_force=found.response)
    approvers = ", ".join(seen.person_name(one) for one in who)
    return _(
        "Response {level}: proposed by {who} at {at}; {approvers} may approve it: fangxun response "
        "approve {incident} {level}"
    ).format(
        level=item.level.value,
        who=_(seen.person_name(item.proposed_by or "system")),
        at=times.shown(item.proposed_at, zone),
        approvers=approvers or "-",
        incident=item.incident,
    )


@app.command("raise", help=_("Raise a place by decision: a floor under its level until lowered."))
def raise_(
    place: Place, level: Colour, dry_run: DryRun = False, reason: Reason = "", actor: Actor = ""
) -> None:
    """Raise by hand."""
    wanted = Level(level.value)
    with acting.acting(reason, actor, dry_run=dry_run) as desk:
        with desk.opened.read() as tx:
            before = assessment_store.load(tx)
        where = acts.raise_by_hand(desk.store, place, wanted, act=desk.act)
        present = before.get(where)
        name = desk.seen.name_of(where)
        if present and not wanted.above(present.level) and not present.duty_only:
            typer.echo(
                _(
                    "{place} is {present} already: nobody is paged. It stays at {level} or above "
                    "until it is lowered by hand."
                ).format(place=name, present=_(present.level.value), level=_(level.value))
            )
        elif dry_run:
            called = [desk.seen.person_name(one) for one in called_at(desk.seen, where, wanted)]
            typer.echo(_("Would be paged: {who}").format(who=", ".join(called) or "-"))
        else:
            typer.echo(_("{place} is raised to {level}.").format(place=name, level=_(level.value)))


@app.command(help=_("Take a decision back, or release a level that is held for want of data."))
def lower(place: Place, dry_run: DryRun = False, reason: Reason = "", actor: Actor = "") -> None:
    """Lower by hand."""
    with acting.acting(reason, actor, dry_run=dry_run) as desk:
        lowered = acts.lower_by_hand(desk.store, place, act=desk.act)
        sources = dict.fromkeys(desk.seen.gauge_name(e.source) for e in lowered.let_go)
        typer.echo(
            _lowered(floor=lowered.floor, dry_run=dry_run).format(
                place=desk.seen.name_of(lowered.place),
                level=_(lowered.level.value),
                sources=", ".join(sources) or "-",
            )
        )


def _lowered(*, floor: bool, dry_run: bool) -> str:
    if floor and dry_run:
        return _("{place}: the floor of {level} would be taken away, and data decide.")
    if floor:
        return _("{place}: the floor of {level} is taken away; data decide.")
    if dry_run:
        return _("{place}: {level}, held for want of data, would be let go; by {sources}.")
    return _("{place}: {level}, held for want of data, is let go; it was raised by {sources}.")


@app.command("stand-down", help=_("Approve the all-clear; all who were paged are told."))
def stand_down(
    incident: IncidentId, dry_run: DryRun = False, reason: Reason = "", actor: Actor = ""
) -> None:
    """Stand down."""
    with acting.acting(reason, actor, dry_run=dry_run) as desk:
        over = acts.stand_down(desk.store, incident, act=desk.act)
        with desk.opened.read() as tx:
            who = ", ".join(map(desk.seen.person_name, all_clear.told(tx, incident)))
        said = (
            _("The all-clear would go to: {who}") if dry_run else _("The all-clear goes to: {who}")
        )
        typer.echo(said.format(who=who or "-"))
        typer.echo(_("Its text: {text}").format(text=all_clear.wording(desk.seen, over)))
        if not dry_run:
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
    text = acting.worded(text, "--text", most=LONGEST_CORRECTION)
    with acting.acting(reason, actor, dry_run=dry_run) as desk:
        owed = acts.correct(desk.store, incident, text, place=place, act=desk.act)
        with desk.opened.read() as tx:
            pages = page_store.open_pages(tx, incident=incident)
        who = ", ".join(map(desk.seen.person_name, owed.told))
        said = (
            _("The correction would go to: {who}") if dry_run
            else _("The correction goes to: {who}")
        )  # fmt: skip
        typer.echo(said.format(who=who))
        ringing = sum(page.person is not None and owed.place in {"", page.place} for page in pages)
        if ringing:
            typer.echo(
                _(
                    "{count} pages for it are still open and go on ringing; "
                    "fangxun incident lower ends them."
                ).format(count=ringing)
            )


@app.command(help=_("Write a note into the journal of an incident."))
def note(incident: IncidentId, text: str, reason: Reason = "", actor: Actor = "") -> None:
    """Write a note."""
    text = acting.worded(text, _("TEXT"), most=LONGEST_NOTE)
    with acting.acting(reason, actor) as desk:
        acts.note(desk.store, incident, text, act=desk.act)
        typer.echo(_("Written."))


@app.command("report", help=_("Who was told what, when, and what came of it."))
def report_(
    incident: IncidentId,
    as_html: proof.AsHtml = False,
    as_xlsx: proof.AsXlsx = False,
    as_json: Json = False,
    to: proof.To = None,
) -> None:
    """The after-action report of one incident."""
    now = clock.now()
    with base.store() as opened:
        district = base.view(opened, now=now).district
        with opened.read() as tx:
            found = reports.report(tx, district, [incident], now=now)
    files = proof.Files.of(as_html=as_html, as_xlsx=as_xlsx, to=to)
    if as_json and not files.ends:
        base.print_json(found)
        return
    reader = proof.reader(district, wiring.reasons(base.settings()))
    files.write(found, reader, name=f"incident-{incident}")
    if not files.ends:
        proof.show(found, reader)
