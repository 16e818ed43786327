"""`fangxun response`: the human decision beside the alert level."""

from __future__ import annotations

from typing import Annotated

import typer

from fangxun.cli import base, words
from fangxun.cli.options import Actor, DryRun, Reason
from fangxun.core.level import ResponseLevel
from fangxun.engine import acts
from fangxun.text import _

app = words.group(help=_("Response levels: propose and approve."))
IncidentId = Annotated[int, typer.Argument(help=_("The incident's number."))]


@app.command(help=_("Propose a response level for an incident."))
def propose(
    incident: IncidentId, level: ResponseLevel, reason: Reason = "", actor: Actor = ""
) -> None:
    """Propose."""
    with base.store() as opened:
        acts.propose_response(opened, incident, level, act=base.act(opened, reason, actor))
    typer.echo(_("Response {level} is proposed.").format(level=level.value))


@app.command(help=_("Approve a response level; only for whom the plan names."))
def approve(
    incident: IncidentId,
    level: ResponseLevel,
    dry_run: DryRun = False,
    reason: Reason = "",
    actor: Actor = "",
) -> None:
    """Approve."""
    with base.store() as opened:
        act = base.act(opened, reason, actor)
        acts.approve_response(base.on(opened, dry_run=dry_run), incident, level, act=act)
    if dry_run:
        typer.echo(_("Response {level} could be approved.").format(level=level.value))
        base.nothing_changed()
        return
    typer.echo(_("Response {level} is in force.").format(level=level.value))
