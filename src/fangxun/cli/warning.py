"""`fangxun warning`: what is in force; what the observatory says by telephone."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Annotated

import typer

from fangxun import clock
from fangxun.cli import acting, base, times, words
from fangxun.cli.options import Actor, Colour, DryRun, Json, Reason
from fangxun.core import message
from fangxun.core import warning as warnings
from fangxun.core.level import Hazard, Level
from fangxun.core.warning import Bulletin, FeedHealth, MessageType, Status, Target
from fangxun.engine import acts
from fangxun.engine.acts.base import place_id
from fangxun.store import feeds as feed_store
from fangxun.store import warnings as warning_store
from fangxun.text import _

LONGEST = 200
app = words.group(help=_("Warnings: list; add or end one that came by telephone."))


@app.command("list", help=_("The warnings in force, and the others received in a week with --all."))
def list_(
    everything: Annotated[bool, typer.Option("--all", help=_("Every message of a week."))] = False,
    as_json: Json = False,
) -> None:
    """List warnings."""
    now = clock.now()
    with base.store() as opened:
        seen = base.view(opened, now=now)
        with opened.read() as tx:
            heard = warning_store.standing(tx, now - timedelta(days=7))
            states = feed_store.feed_states(tx)
    health = {n: FeedHealth(n, s.last_success, s.stale) for n, s in states.items()}
    standing = {
        (item.bulletin.feed, item.bulletin.identifier): item
        for item in warnings.in_force(heard, health, now=now)
    }
    shown = [b for b in heard if everything or (b.feed, b.identifier) in standing]
    if as_json:
        base.print_json(shown)
        return
    zone = seen.district.roster.zone
    base.table(
        [
            (
                b.identifier,
                _(b.level.value),
                message.clean(b.headline),
                " ".join(seen.name_of(place) for place, _touch in b.touches) or "-",
                times.shown(b.sent, zone),
                times.shown(b.expires, zone),
                b.feed,
            )
            for b in shown
        ],
        (_("warning"), _("level"), _("headline"), _("places"), _("sent"), _("until"), _("feed")),
    )


def _number(hours: float) -> float:
    """Neither below nor above any bound, "nan" passes them all."""
    if math.isnan(hours):
        raise typer.BadParameter(_("{value} is no number").format(value=hours))
    return hours


@app.command(help=_("Take in a warning that came by telephone; it acts like any other."))
def add(  # noqa: PLR0913  one parameter for each thing that the observatory says
    level: Colour,
    area: Annotated[str, typer.Option(help=_("The warned place (id or name)."))],
    headline: Annotated[str, typer.Option("--headline", "-t", help=_("What it says."))],
    hazard: Annotated[
        Hazard, typer.Option(show_default=_("rain"), help=_("What danger."))
    ] = Hazard.RAIN,
    hours: Annotated[
        float, typer.Option(min=0.1, max=168, callback=_number, help=_("How long it stands."))
    ] = 12.0,
    dry_run: DryRun = False,
    reason: Reason = "",
    actor: Actor = "",
) -> None:
    """Add a warning by hand."""
    headline = acting.worded(headline, "--headline", most=LONGEST)
    with acting.acting(reason, actor, dry_run=dry_run) as desk:
        seen, act = desk.seen, desk.act
        place = place_id(seen.district, area)
        area_id = seen.incident_areas[place]
        code = next((a.code for a in seen.district.areas if a.id == area_id), "")
        name = seen.name_of(area_id)
        bulletin = Bulletin(
            feed="manual",
            sender=act.actor,
            identifier=f"manual-{act.now:%Y%m%d%H%M%S}",
            sent=act.now,
            status=Status.ACTUAL,
            message_type=MessageType.ALERT,
            hazard=hazard,
            event=headline,
            level=Level(level.value),
            headline=headline,
            expires=act.now + timedelta(hours=hours),
            targets=(Target(name, codes=(code,) if code else ()),),
        )
        added = acts.add_warning(desk.store, bulletin, act=act)
        if area_id != place:
            typer.echo(
                _("{place} lies in {area}, and the warning is for all of it.").format(
                    place=seen.name_of(place), area=name
                )
            )
        said = (
            _("A warning would be in force for {places}.")
            if dry_run
            else _("Warning {identifier} is in force for {places}.")
        )
        places = " ".join(seen.name_of(one) for one, _touch in added.touches)
        typer.echo(said.format(identifier=added.identifier, places=places or "-"))


@app.command(help=_("End a warning, as the observatory has said."))
def end(
    identifier: Annotated[str, typer.Argument(help=_("As in: fangxun warning list"))],
    dry_run: DryRun = False,
    reason: Reason = "",
    actor: Actor = "",
) -> None:
    """End a warning by hand."""
    with acting.acting(reason, actor, dry_run=dry_run) as desk:
        acts.end_warning(desk.store, identifier, act=desk.act)
        typer.echo(_("It would be ended.") if dry_run else _("Ended."))
