"""`fangxun plan`: what the plan in force comes to, before the storm does."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from fangxun import clock, wiring
from fangxun.cli import base, words
from fangxun.cli.options import Colour, Json
from fangxun.core.level import Hazard, Level
from fangxun.core.rehearsal import Load, Rehearsal, Shortfall
from fangxun.engine.acts.base import place_id
from fangxun.engine.parts import Rates
from fangxun.engine.rehearse import Storm
from fangxun.engine.rehearse import rehearse as rehearsed
from fangxun.engine.view import View
from fangxun.text import _

app = words.group(help=_("The plan: rehearse it."))


@app.callback()
def plan() -> None:
    """One command so far; this keeps its name."""


@app.command(
    help=_(
        "What a raise would come to: messages, segments, time, cost, and who cannot be reached or "
        "cannot confirm. Nothing is sent or written."
    )
)
def rehearse(
    level: Annotated[
        Colour, typer.Option("--level", show_default=_("red"), help=_("The level that is reached."))
    ] = Colour.RED,
    hazard: Annotated[
        Hazard, typer.Option("--hazard", show_default=_("other"), help=_("What danger."))
    ] = Hazard.OTHER,
    place: Annotated[
        list[str] | None,
        typer.Option("--place", metavar=_("TEXT"), help=_("By id or name; without it, every one.")),
    ] = None,
    as_json: Json = False,
) -> None:
    """Rehearse the plan in force."""
    settings = base.settings()
    with base.store() as opened:
        seen = base.view(opened, now=clock.now())
        district = seen.district
        chosen = [place_id(district, name) for name in place or ()] or list(seen.incident_areas)
        storm = Storm(tuple(dict.fromkeys(chosen)), Level(level.value), hazard)
        parts = wiring.parts(settings, opened, language=district.language)
        with opened.read() as tx:
            found = rehearsed(parts, tx, seen, storm, wiring.prices(settings))
    if as_json:
        base.print_json({"rehearsal": found, "last": found.last})
        return
    _totals(found)
    base.table([_load(load, parts.rates.get(load.gateway, Rates())) for load in found.loads],
        (_("gateway"), _("channel"), _("messages"), _("segments"), _("last one leaves"), _("cost")),
    )  # fmt: skip
    _warnings(seen, found)
    _people(seen, found)


def _totals(found: Rehearsal) -> None:
    typer.echo(
        _("{level}, {places} places: {people} people, {pages} pages.").format(
            level=_(found.level.value),
            places=len(found.places),
            people=found.people,
            pages=found.pages,
        )
    )


def _load(load: Load, rates: Rates) -> tuple[str, ...]:
    free = rates.whole is None and rates.sender is None
    cost = f"{load.cost:.2f} {load.currency}".strip() if load.cost is not None else ""
    return (
        load.gateway,
        _(load.channel.value),
        str(load.messages),
        str(load.segments),
        _("at once: no rate is set") if free else _after(load.last),
        cost or _("no price is set"),
    )


def _after(time: timedelta) -> str:
    """Minutes and seconds."""
    minutes, seconds = divmod(round(time.total_seconds()), 60)
    return _("after {minutes} min {seconds} s").format(minutes=minutes, seconds=seconds)


def _warnings(seen: View, found: Rehearsal) -> None:
    for load in found.loads:
        if load.late:
            typer.echo(
                _(
                    "{count} of them would leave {gateway} only when their text is of no use any "
                    "more; more senders are needed, or a faster gateway."
                ).format(count=load.late, gateway=load.gateway)
            )
    for where, group in found.empty:
        typer.echo(
            _("{place}: the plan calls {group}, and nobody is there.").format(
                place=seen.name_of(where), group=_(group.value)
            )
        )
    if found.waves:
        typer.echo(_("Further waves of the plan, called where too few confirm, are not counted."))


def _people(seen: View, found: Rehearsal) -> None:
    if found.unpaged:
        names = ", ".join(map(seen.person_name, found.unpaged))
        typer.echo(_("No step of the ladder reaches anybody for: {who}").format(who=names))
    if not found.shortfalls:
        typer.echo(_("Everybody can be reached and can confirm by every channel of the plan."))
        return
    typer.echo()
    base.table(
        [_shortfall(seen, one) for one in found.shortfalls],
        (_("who"), _("unit"), _("channel"), _("what is wrong"), _("by another channel")),
    )


def _shortfall(seen: View, one: Shortfall) -> tuple[str, ...]:
    return (
        seen.person_name(one.person),
        seen.unit_name(one.person),
        _(one.channel.value),
        _(one.lack.value),
        _("yes") if one.elsewhere else _("no"),
    )
