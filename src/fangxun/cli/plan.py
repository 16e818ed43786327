"""`fangxun plan`: what the plan in force comes to, before the storm does."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
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
    _silence(found)
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
    return (
        load.gateway,
        _(load.channel.value),
        str(load.messages),
        str(load.segments),
        _("at once: no rate is set") if free else _after(load.last),
        _cost(load.cost, load.currency),
    )


def _cost(cost: Decimal | None, currency: str) -> str:
    return f"{cost:.2f} {currency}".strip() if cost is not None else _("no price is set")


def _silence(found: Rehearsal) -> None:
    """What the storm comes to on a night on which nobody answers."""
    typer.echo()
    typer.echo(
        _(
            "If nobody confirms: {pages} pages, the last one given up {after}; with every step "
            "until then:"
        ).format(pages=found.silence.pages, after=_after(found.silence.given_up))
    )
    base.table(
        [
            (
                bill.gateway,
                _(bill.channel.value),
                str(bill.messages),
                str(bill.segments),
                _cost(bill.cost, bill.currency),
            )
            for bill in found.silence.bills
        ],
        (_("gateway"), _("channel"), _("messages"), _("segments"), _("cost")),
    )
    typer.echo()


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
        typer.echo(_("This is the first wave; the others are called where too few of it confirm."))


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
