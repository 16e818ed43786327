"""`fangxun reading`: what the gauges say, and a human's word on a suspect value."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from fangxun import clock
from fangxun.cli import base, words
from fangxun.cli.options import Actor, Json, Reason
from fangxun.engine import acts
from fangxun.store import readings as reading_store
from fangxun.text import _

app = words.group(help=_("Readings: list; accept or reject a suspect one."))
Gauge = Annotated[str, typer.Argument(help=_("The gauge's id."))]
End = Annotated[str, typer.Argument(help=_("The end of its interval, such as 2026-07-20T17:00."))]


@app.command("list", help=_("The readings of the last hours, the newest last."))
def list_(
    gauge: Annotated[str, typer.Option(help=_("Only this gauge."))] = "",
    hours: Annotated[int, typer.Option(min=1, max=168)] = 12,
    as_json: Json = False,
) -> None:
    """List readings."""
    now = clock.now()
    with base.store() as opened:
        seen = base.view(opened, now=now)
        with opened.read() as tx:
            recent = reading_store.recent(tx, now - timedelta(hours=hours))
    found = [r for name, series in sorted(recent.items()) for r in series if gauge in {"", name}]
    if as_json:
        base.print_json(found)
        return
    zone = seen.district.roster.zone
    base.table(
        [
            (
                r.gauge,
                seen.gauge_name(r.gauge),
                base.shown(r.end, zone),
                "-" if r.value is None else f"{r.value:g}",
                _(r.quality.value),
                _(r.suspicion.value) if r.suspicion.value else "",
            )
            for r in found
        ],
        (_("gauge"), _("name"), _("end"), _("value"), _("quality"), _("why")),
    )


@app.command(help=_("Say that a suspect reading is true."))
def accept(gauge: Gauge, end: End, reason: Reason = "", actor: Actor = "") -> None:
    """Accept a reading."""
    _judge(gauge, end, reason, actor, accept_=True)


@app.command(
    help=_(
        "Say that a suspect reading is wrong, also after it was taken as true; it counts as "
        "missing, never as dry."
    )
)
def reject(gauge: Gauge, end: End, reason: Reason = "", actor: Actor = "") -> None:
    """Reject a reading."""
    _judge(gauge, end, reason, actor, accept_=False)


def _judge(gauge: str, end: str, reason: str, actor: str, *, accept_: bool) -> None:
    with base.store() as opened:
        act = base.act(opened, reason, actor)
        zone = base.view(opened, now=act.now).district.roster.zone
        acts.judge_reading(opened, gauge, base.instant(end, zone), accept=accept_, act=act)
    typer.echo(_("Written."))
