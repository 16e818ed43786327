"""`fangxun reading`: what the gauges say, and a human's word on a suspect value."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

import typer

from fangxun import clock
from fangxun.cli import acting, base, times, words
from fangxun.cli.options import Actor, DryRun, Json, Reason, some
from fangxun.engine import acts
from fangxun.engine.acts.base import gauge_id
from fangxun.engine.view import View
from fangxun.store import readings as reading_store
from fangxun.text import _

app = words.group(help=_("Readings: list; accept or reject a suspect one."))
Gauge = Annotated[str, typer.Argument(help=_("The gauge (id or name)."))]
End = Annotated[str, typer.Argument(help=_("The end of its interval, such as 2026-07-20T17:00."))]


@app.command("list", help=_("The readings of the last hours, the newest last."))
def list_(
    gauge: Annotated[
        str | None, typer.Option(callback=some, help=_("Only this gauge (id or name)."))
    ] = None,
    hours: Annotated[int, typer.Option(min=1, max=168)] = 12,
    as_json: Json = False,
) -> None:
    """List readings."""
    now = clock.now()
    with base.store() as opened:
        seen = base.view(opened, now=now)
        only = gauge_id(seen.district, gauge) if gauge else ""
        with opened.read() as tx:
            recent = reading_store.recent(tx, now - timedelta(hours=hours))
    found = [r for name, series in sorted(recent.items()) for r in series if only in {"", name}]
    if as_json:
        base.print_json(found)
        return
    zone = seen.district.roster.zone
    base.table(
        [
            (
                r.gauge,
                seen.gauge_name(r.gauge),
                times.shown(r.end, zone),
                "-" if r.value is None else f"{r.value:g}",
                _(r.quality.value),
                _(r.suspicion.value) if r.suspicion.value else "",
            )
            for r in found
        ],
        (_("gauge"), _("name"), _("end"), _("value"), _("quality"), _("why")),
    )


@app.command(help=_("Say that a suspect reading is true."))
def accept(
    gauge: Gauge, end: End, dry_run: DryRun = False, reason: Reason = "", actor: Actor = ""
) -> None:
    """Accept a reading."""
    with acting.acting(reason, actor, dry_run=dry_run) as desk:
        where, at = _meant(desk.seen, gauge, end)
        acts.judge_reading(desk.store, where, at, accept=True, act=desk.act)
        said = _("It would count as true.") if dry_run else _("It counts as true.")
        typer.echo(said)


@app.command(
    help=_(
        "Say that a suspect reading is wrong, also after it was taken as true; it counts as "
        "missing, never as dry."
    )
)
def reject(
    gauge: Gauge, end: End, dry_run: DryRun = False, reason: Reason = "", actor: Actor = ""
) -> None:
    """Reject a reading."""
    with acting.acting(reason, actor, dry_run=dry_run) as desk:
        where, at = _meant(desk.seen, gauge, end)
        acts.judge_reading(desk.store, where, at, accept=False, act=desk.act)
        said = _("It would count as missing.") if dry_run else _("It counts as missing.")
        typer.echo(said)


def _meant(seen: View, gauge: str, end: str) -> tuple[str, datetime]:
    """The gauge's id, and the end of the reading's interval."""
    return gauge_id(seen.district, gauge), times.instant(end, seen.district.roster.zone)
