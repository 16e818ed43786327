"""`fangxun response`: the human decision beside the alert level."""

from __future__ import annotations

from typing import Annotated

import typer

from fangxun.cli import base, words
from fangxun.cli.options import By, Reason
from fangxun.core.level import ResponseLevel
from fangxun.engine import acts
from fangxun.text import _

app = words.group(help=_("Response levels: propose and approve."))
IncidentId = Annotated[int, typer.Argument(help=_("The incident's number."))]


@app.command(help=_("Propose a response level for an incident."))
def propose(incident: IncidentId, level: ResponseLevel, reason: Reason = "", by: By = "") -> None:
    """Propose."""
    with base.store() as opened:
        acts.propose_response(opened, incident, level, act=base.act(opened, reason, by))
    typer.echo(_("Response {level} is proposed.").format(level=level.value))


@app.command(help=_("Approve a response level; only for whom the plan names."))
def approve(incident: IncidentId, level: ResponseLevel, reason: Reason = "", by: By = "") -> None:
    """Approve."""
    with base.store() as opened:
        acts.approve_response(opened, incident, level, act=base.act(opened, reason, by))
    typer.echo(_("Response {level} is in force.").format(level=level.value))
