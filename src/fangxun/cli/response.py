"""`fangxun response`: the human decision beside the alert level."""

from __future__ import annotations

import typer

from fangxun.cli import acting, words
from fangxun.cli.options import Actor, DryRun, IncidentId, Reason
from fangxun.core.level import ResponseLevel
from fangxun.engine import acts
from fangxun.text import _

app = words.group(help=_("Response levels: propose and approve."))


@app.command(help=_("Propose a response level for an incident."))
def propose(
    incident: IncidentId, level: ResponseLevel, reason: Reason = "", actor: Actor = ""
) -> None:
    """Propose."""
    with acting.acting(reason, actor) as desk:
        acts.propose_response(desk.store, incident, level, act=desk.act)
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
    with acting.acting(reason, actor, dry_run=dry_run) as desk:
        acts.approve_response(desk.store, incident, level, act=desk.act)
        said = (
            _("Response {level} could be approved.")
            if dry_run
            else _("Response {level} is in force.")
        )
        typer.echo(said.format(level=level.value))
