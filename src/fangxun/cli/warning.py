"""`fangxun warning`: what is in force; what the observatory says by telephone."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Annotated

import typer

from fangxun import clock
from fangxun.cli import base, words
from fangxun.cli.incident import Colour
from fangxun.cli.options import Actor, DryRun, Json, Reason
from fangxun.core import warning as warnings
from fangxun.core.level import Hazard, Level
from fangxun.core.warning import Bulletin, FeedHealth, MessageType, Status, Target
from fangxun.engine import acts
from fangxun.engine.acts.base import place_id
from fangxun.store import feeds as feed_store
from fangxun.store import warnings as warning_store
from fangxun.text import _

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
                b.headline[:60],
                " ".join(seen.name_of(place) for place, _touch in b.touches) or "-",
                base.shown(b.sent, zone),
                base.shown(b.expires, zone),
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
    hours: Annotated[
        float, typer.Option(min=0.1, max=168, callback=_number, help=_("How long it stands."))
    ] = 12.0,
    hazard: Annotated[Hazard, typer.Option(help=_("What danger."))] = Hazard.RAIN,
    dry_run: DryRun = False,
    reason: Reason = "",
    actor: Actor = "",
) -> None:
    """Add a warning by hand."""
    with base.store() as opened:
        act = base.act(opened, reason, actor)
        seen = base.view(opened, now=act.now)
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
        added = acts.add_warning(base.on(opened, dry_run=dry_run), bulletin, act=act)
    places = " ".join(seen.name_of(place) for place, _touch in added.touches)
    typer.echo(
        _("Warning {identifier} is in force for {places}.").format(
            identifier=added.identifier, places=places
        )
    )
    if dry_run:
        base.nothing_changed()


@app.command(help=_("End a warning, as the observatory has said."))
def end(
    identifier: Annotated[str, typer.Argument(help=_("As in: fangxun warning list"))],
    dry_run: DryRun = False,
    reason: Reason = "",
    actor: Actor = "",
) -> None:
    """End a warning by hand."""
    with base.store() as opened:
        act = base.act(opened, reason, actor)
        acts.end_warning(base.on(opened, dry_run=dry_run), identifier, act=act)
    typer.echo(_("Ended."))
    if dry_run:
        base.nothing_changed()
