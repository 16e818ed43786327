"""`fangxun message`: what a text says, takes and costs, before it has to leave."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from fangxun import clock, wiring
from fangxun import district as districts
from fangxun.cli import base, words
from fangxun.cli.options import Colour, Json
from fangxun.config import Settings
from fangxun.core.district import District
from fangxun.core.errors import N_, NotFound
from fangxun.core.level import Hazard, Level
from fangxun.core.message import Encoding
from fangxun.core.plan import Channel
from fangxun.core.price import Price
from fangxun.core.responsibility import Person, mask
from fangxun.engine import preview as previews
from fangxun.engine.acts.base import person as person_of
from fangxun.engine.acts.base import place_id
from fangxun.engine.preview import Asked, Preview
from fangxun.engine.view import View
from fangxun.text import _, wordings

app = words.group(help=_("Messages: preview what a text says, takes and costs."))


class Danger(StrEnum):
    """The hazards that page."""

    RAIN = "rain"
    FLOOD = "flood"
    FLASH_FLOOD = "flash_flood"
    GEOLOGICAL = "geological"
    TYPHOON = "typhoon"


class By(StrEnum):
    """The channels that carry a text."""

    SMS = "sms"
    VOICE = "voice"
    CONSOLE = "console"
    EMAIL = "email"


class Tongue(StrEnum):
    """The languages that we have texts in."""

    ZH_CN = N_("zh_CN")
    EN = N_("en")


@app.callback()
def _group() -> None:
    """A group although it has one command."""


@app.command(
    help=_(
        "Show a text as it would leave, with sample values: encoding, segments, cost, and what was "
        "shortened. Nothing is sent, and neither daemon nor internet is needed."
    )
)
def preview(  # noqa: PLR0913  one parameter for each option
    kind: Annotated[
        str,
        typer.Argument(show_default=False, help=_("Its kind; docs/texts.md lists them.")),
    ] = "page",
    level: Annotated[
        Colour, typer.Option("--level", show_default=_("red"), help=_("At which level."))
    ] = Colour.RED,
    hazard: Annotated[
        Danger | None, typer.Option("--hazard", help=_("Of which hazard; else the criterion's."))
    ] = None,
    place: Annotated[
        str, typer.Option("--place", help=_("For which place (id or name); else the first site."))
    ] = "",
    person: Annotated[
        str, typer.Option("--person", help=_("To whom (id or name); else the place's official."))
    ] = "",
    language: Annotated[
        Tongue | None, typer.Option("--language", help=_("In which language; else the person's."))
    ] = None,
    gateway: Annotated[
        str,
        typer.Option("--gateway", help=_("Over which; else the first that carries it.")),
    ] = "",
    channel: Annotated[
        By, typer.Option("--channel", show_default=_("sms"), help=_("By which channel."))
    ] = By.SMS,
    district: Annotated[
        Path | None,
        typer.Option("--district", metavar=_("FOLDER"), help=_("Of this folder, not applied yet.")),
    ] = None,
    as_json: Json = False,
) -> None:
    """Show one text."""
    if kind not in wordings.KINDS or wordings.is_part(kind):
        raise NotFound(N_("There is no kind of text {kind}; docs/texts.md lists them."), kind=kind)
    settings = base.settings()
    seen = _seen(district)
    where = place_id(seen.district, place) if place else _first_place(seen.district)
    asked = Asked(
        kind=kind, level=Level(level.value), hazard=Hazard(hazard.value) if hazard else None,
        place=where, person=_person(seen, person, where, Channel(channel.value)),
        language=language.value if language else "", channel=Channel(channel.value),
    )  # fmt: skip
    shown = _shown(settings, seen, asked, gateway)
    price = wiring.prices(settings).get(shown.gateway, Price())
    cost = price.of(asked.channel, len(shown.units))
    if as_json:
        base.print_json(_as_json(shown, asked, cost, price.currency))
        return
    for line in _lines(shown, asked, cost, price.currency):
        typer.echo(line)


def _seen(folder: Path | None) -> View:
    """The district in force, or that of a folder."""
    if folder is not None:
        return previews.view_of(districts.read(folder), now=clock.now())
    with base.store() as opened:
        return base.view(opened, now=clock.now())


def _shown(settings: Settings, seen: View, asked: Asked, gateway: str) -> Preview:
    ways = wiring.ways(settings)
    if not gateway:
        found, number = previews.carrier(ways, seen, asked)
        return previews.preview(ways, seen, asked, found, number)
    named = ways.gateway(gateway)
    if named is None or not named.abilities.serves(asked.channel):
        known = [g.name for g in ways.gateways if g.abilities.serves(asked.channel)]
        raise NotFound(
            N_("No gateway {name} carries {channel}; there are: {known}"),
            name=gateway, channel=asked.channel, known=", ".join(known) or "-",
        )  # fmt: skip
    return previews.preview(ways, seen, asked, named, previews.number_of(asked))


def _first_place(district: District) -> str:
    return district.sites[0].id if district.sites else district.root


def _person(seen: View, named: str, place: str, channel: Channel) -> Person:
    """Whom it goes to: the one named, else the first official of the place, else anybody."""
    if named:
        return person_of(seen.district, named)
    officials = [seen.people[official.person] for official in seen.scope(place).officials]
    candidates = [*officials, *seen.district.people]
    if channel is Channel.EMAIL:
        candidates = [one for one in candidates if one.email] or candidates
    return candidates[0]


def _lines(shown: Preview, asked: Asked, cost: Decimal | None, currency: str) -> list[str]:
    """The text, and then what there is to say of it."""
    number = shown.number if asked.channel is Channel.EMAIL else mask(shown.number)
    to = f"{asked.person.name} {number}".strip()
    lines = [
        _("{kind} to {person}, by {channel} over {gateway}:").format(
            kind=shown.kind, person=to, channel=_(asked.channel.value), gateway=shown.gateway
        ),
        "",
        shown.text,
        "",
    ]
    if shown.then:
        lines.append(_("Then, once it has been heard: {text}").format(text=shown.then))
    if asked.channel is Channel.SMS:
        lines.append(_segments(shown))
    lines.append(_cost(cost, currency))
    return [*lines, *_remarks(shown)]


def _segments(shown: Preview) -> str:
    most = _room(shown)
    units = " + ".join(f"{units}/{most}" for units in shown.units)
    return _("{encoding}, {count} segments: {units} units").format(
        encoding=shown.encoding.value, count=len(shown.units), units=units
    )


def _room(shown: Preview) -> int:
    """Units that each of its segments holds."""
    single, several = (160, 153) if shown.encoding is Encoding.GSM7 else (70, 67)
    return single if len(shown.units) == 1 else several


def _cost(cost: Decimal | None, currency: str) -> str:
    if cost is None:
        return _("Its cost is not known: the gateway has no price in fangxun.toml.")
    return _("It costs {cost}.").format(cost=f"{cost:f} {currency}".strip())


def _remarks(shown: Preview) -> list[str]:
    lines = []
    if shown.shortened:
        lines.append(
            _("Shortened so that it fits: {fields}").format(fields=", ".join(shown.shortened))
        )
    if shown.own:
        lines.append(_("In the district's own words (texts.toml)."))
    if shown.left_out:
        lines.append(
            _(
                "Closer words of texts.toml hold a link or phone number, which may not go over "
                "this gateway; they are left out."
            )
        )
    if len(shown.units) > 2:  # noqa: PLR2004  what fits a screen
        lines.append(_("It is longer than two segments, and nothing more can be shortened."))
    if shown.template is not None:
        params = "  ".join(f"{name}={value}" for name, value in shown.template.params)
        lines.append(
            _("The provider gets its template {id}: {params}").format(
                id=shown.template.id, params=params
            )
        )
    return lines


def _as_json(
    shown: Preview, asked: Asked, cost: Decimal | None, currency: str
) -> dict[str, object]:
    template, text = shown.template, asked.channel is Channel.SMS
    return {
        "kind": shown.kind,
        "person": asked.person.id,
        "channel": asked.channel.value,
        "gateway": shown.gateway,
        "text": shown.text,
        "then": shown.then,
        "encoding": shown.encoding.value if text else None,
        "segments": len(shown.units) if text else None,
        "units": list(shown.units) if text else [],
        "shortened": list(shown.shortened),
        "own_words": shown.own,
        "left_out": shown.left_out,
        "template": {"id": template.id, "params": dict(template.params)} if template else None,
        "cost": None if cost is None else str(cost),
        "currency": currency,
    }
