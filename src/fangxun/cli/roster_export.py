"""`fangxun roster export`: a month's duty table as the office draws it, to a file."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from fangxun import clock
from fangxun.board.paper.files import put
from fangxun.cli import base, words
from fangxun.cli.options import some
from fangxun.core.errors import N_, FaultyInput, NotFound
from fangxun.core.subscription import Edition
from fangxun.engine.acts.base import unit_id
from fangxun.engine.calendars import edition_of
from fangxun.sheet import drawing, plain
from fangxun.sheet.drawing import DutyTable
from fangxun.sheet.paper import as_workbook
from fangxun.text import _

app = words.group(help=_("Write a month's duty table as the office draws it."))


class Format(StrEnum):
    """What an office opens, prints or subscribes to."""

    XLSX = "xlsx"
    CSV = "csv"
    ICS = "ics"
    HTML = "html"


@app.command(name="export", help=_("Write a month's duty table as the office draws it."))
def export(
    month: Annotated[str, typer.Option("--month", help=_("The month (2026-07)."))],
    unit: Annotated[
        str | None, typer.Option(callback=some, help=_("Only this unit (id or name)."))
    ] = None,
    form: Annotated[Format, typer.Option("--format", help=_("The kind of file."))] = Format.XLSX,
    to: Annotated[
        Path | None, typer.Option("--to", help=_("The file to write; else one in this folder."))
    ] = None,
) -> None:
    """Draw who stands, and write it."""
    about = year_and_month(month)
    with base.store() as opened:
        seen = base.view(opened, now=clock.now())
        with opened.read() as tx:
            edition = edition_of(tx, seen)
    units = {unit_id(seen.district, unit)} if unit else set()
    tables = drawing.draw(seen.district, seen.roster, *about, units)
    if not tables:
        raise NotFound(N_("No post belongs to {unit}; posts stand in posts.toml."), unit=unit or "")
    content = _content(tables, form, seen.district.roster.zone, edition)
    path = to or Path("{}-{:02}.{}".format(*about, form.value))
    put(path, content)
    typer.echo(_("Written: {path}").format(path=path))


def year_and_month(said: str) -> tuple[int, int]:
    """Year and month; FaultyInput for what is none."""
    from fangxun.cli.roster_import import month_of  # noqa: PLC0415  only one of the two is called

    month = month_of(said)
    if not month.year:
        raise FaultyInput(N_("{text} is no month; write it as 2026-07."), text=said)
    return month.year, month.month


def _content(tables: tuple[DutyTable, ...], form: Format, zone: str, edition: Edition) -> bytes:
    if form is Format.XLSX:
        return as_workbook(tables)
    if form is Format.CSV:
        return plain.as_csv(tables).encode()
    if form is Format.ICS:
        return plain.as_calendar(tables, zone=zone, edition=edition).encode()
    return plain.as_html(tables).encode()
