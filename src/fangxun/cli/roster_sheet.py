"""`fangxun roster sheet`: the call sheet, written by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fangxun import clock
from fangxun.cli import base
from fangxun.engine import paper
from fangxun.text import _

HELP = _("Write the call sheet anew: who, all numbers, by unit and place; for A4 and as text.")


def sheet(
    to: Annotated[
        Path | None, typer.Option("--to", help=_("The folder; without it that of fangxun.toml."))
    ] = None,
) -> None:
    """Write the call sheet."""
    from fangxun.board.paper import call_sheet  # noqa: PLC0415  jinja2 is heavy

    conf = base.settings()
    with base.store() as opened:
        seen = base.view(opened, now=clock.now())
    for path in call_sheet.write(to or conf.call_sheets, paper.sheet_of(seen)):
        typer.echo(_("Written: {path}").format(path=path))
