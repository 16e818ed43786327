"""`fangxun who`: the question of the house, answered at once and with the daemon down.

Imports neither the store's SQLAlchemy nor the configuration's checks: see tests/benchmarks.
"""

from __future__ import annotations

import json
import os
from datetime import datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from fangxun import clock
from fangxun.cli import glance, options, times, words
from fangxun.store import peek
from fangxun.text import _

app = words.group(help=_("Who is on watch, with phone numbers and until when."))


@app.command(help=_("Who is on watch, with phone numbers and until when."))
def who(  # noqa: PLR0913  one parameter for each question that can be asked
    at: Annotated[
        str, typer.Option(help=_("At this time, such as 2026-07-20T03:00 or 03:00."))
    ] = "",
    post: Annotated[
        str | None, typer.Option(callback=options.some, help=_("Only this post (id or name)."))
    ] = None,
    unit: Annotated[
        str | None, typer.Option(callback=options.some, help=_("Only this unit (id or name)."))
    ] = None,
    area: Annotated[
        str | None,
        typer.Option(callback=options.some, help=_("Only this place (id, name or division code).")),
    ] = None,
    next_: Annotated[bool, typer.Option("--next", help=_("Who comes next."))] = False,
    why: Annotated[
        bool, typer.Option("--why", help=_("By which rules, and why others do not count."))
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help=_("Machine-readable output."))] = False,
) -> None:
    """Ask the shift table."""
    url = database()
    about = peek.about(url)
    zone = ZoneInfo(about.zone)
    instant = times.instant(at, about.zone) if at else clock.now()
    narrow = peek.Narrow(post=post or "", unit=unit or "", area=area or "")
    ask = peek.upcoming if next_ else peek.who
    found = ask(url, at=instant, narrow=narrow)
    if as_json:
        told = _with_grounds(found, instant) if why else [_plain(item) for item in found]
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
    elif not found:
        typer.echo(_("Nobody is on watch."), err=True)
    else:
        _print(found, zone, instant, why=why)
    if not found:
        raise typer.Exit(1)


def database() -> str:
    """The database of fangxun.toml, read without the configuration's checks."""
    try:
        return glance.database(os.environ, glance.written(os.environ))
    except (OSError, ValueError):
        from fangxun import config  # noqa: PLC0415  slow, and knows how to say what is wrong

        return config.load(config.find(os.environ)).database


def _plain(item: peek.OnWatch) -> dict[str, object]:
    return {
        "post": item.post, "post_name": item.post_name, "role": item.role, "unit": item.unit,
        "unit_name": item.unit_name, "unit_phone": item.unit_phone, "person": item.person,
        "name": item.person_name, "title": item.person_title, "phones": list(item.phones),
        "start": item.start.isoformat(), "end": item.end.isoformat(), "source": item.source,
        "detail": item.detail, "turn_of": item.turn_of, "in_room": item.in_room,
    }  # fmt: skip


def _with_grounds(found: tuple[peek.OnWatch, ...], instant: datetime) -> list[dict[str, object]]:
    """Each with the rules that speak for its post, those that count first."""
    from fangxun.cli.why import Grounds  # noqa: PLC0415  reads the roster itself, and is slow

    grounds = Grounds()
    return [
        {**_plain(item), "why": list(grounds.of(item.post, max(instant, item.start)))}
        for item in found
    ]


def _print(
    found: tuple[peek.OnWatch, ...], zone: ZoneInfo, instant: datetime, *, why: bool
) -> None:
    """By unit: post, name, numbers, until when."""
    typer.echo(f"{instant.astimezone(zone):%Y-%m-%d %H:%M}")
    grounds = None
    if why:
        from fangxun.cli.why import Grounds  # noqa: PLC0415  reads the roster itself, and is slow

        grounds = Grounds()
    unit = None
    for number, item in enumerate(found):
        if item.unit != unit:
            unit = item.unit
            typer.echo(f"\n{item.unit_name}  {_('duty phone')} {item.unit_phone}")
        until = _until(item, zone, instant)
        line = f"  {item.post_name}  {item.person_name}  {' / '.join(item.phones)}  {until}"
        if item.turn_of != item.person:
            line += f"  ({_('for')} {item.turn_of_name})"
        if item.in_room:
            line += "  " + _("in the duty room")
        typer.echo(line)
        if grounds and (item is found[-1] or found[number + 1].post != item.post):
            for ground in grounds.of(item.post, max(instant, item.start)):
                typer.echo(f"      {ground}")


def _until(item: peek.OnWatch, zone: ZoneInfo, instant: datetime) -> str:
    end = item.end.astimezone(zone)
    if item.start > instant:
        return _("from {start} to {end}").format(
            start=f"{item.start.astimezone(zone):%m-%d %H:%M}", end=f"{end:%m-%d %H:%M}"
        )
    day = "%H:%M" if item.end - instant < timedelta(hours=20) else "%m-%d %H:%M"
    return _("until {end}").format(end=f"{end:{day}}")
