"""`fangxun handover`: what one watch passes to the next, and who has signed."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from fangxun import clock
from fangxun.cli import acting, base, matter, record, times, words
from fangxun.cli.options import Actor, DryRun, Json, Reason
from fangxun.core.errors import N_, NotFound
from fangxun.core.handover import Handover, HandoverEvent, HandoverState, may_sign
from fangxun.engine import acts, handovers
from fangxun.engine.view import View
from fangxun.store import handovers as handover_store
from fangxun.text import _

app = words.group(
    help=_("The handover: what is passed on; pass, confirm, countersign; open matters.")
)
app.add_typer(matter.app, name="matter", help=_("Open matters: add, list, done, reopen."))
LONGEST_NOTE = 1000
Number = Annotated[int, typer.Argument(min=1, help=_("The handover's number."))]


@app.callback(invoke_without_command=True, no_args_is_help=False)
def main(ctx: typer.Context) -> None:
    """Without a subcommand: the handover of now."""
    if ctx.invoked_subcommand is None:
        show()


@app.command(help=_("What would be passed on now: the record since the last handover, and who."))
def show(
    number: Annotated[
        int | None, typer.Argument(min=1, help=_("A handover's number, as it was passed."))
    ] = None,
    as_json: Json = False,
) -> None:
    """Show the record of now, or of a handover."""
    now = clock.now()
    with base.store() as opened:
        seen = base.view(opened, now=now)
        with opened.read() as tx:
            if number is None:
                items = handovers.around(tx, seen, now=now)
                start = handovers.since(tx, seen.root_unit, now=now)
                found = handovers.record(tx, seen, start, now=now)
            else:
                items = [handover_store.get(tx, number)]
                kept = handover_store.record(tx, number)
                if kept is None:
                    raise NotFound(N_("Handover {id} has not been passed."), id=number)
                found = kept
    if as_json:
        base.print_json({"handovers": items, "record": found})
        return
    for item in items:
        for line in _signatures(seen, item):
            typer.echo(line)
    for line in record.lines(seen, found):
        typer.echo(line)


def _signatures(seen: View, item: Handover) -> list[str]:
    """Whose hand-off it is, and who has signed or may."""
    zone = seen.district.roster.zone
    heading = _("Handover of {at}: {state}").format(
        at=times.day(item.due_at, zone), state=_(item.state.value)
    )
    signed = {
        HandoverEvent.PASS: (item.passed_by, item.passed_at),
        HandoverEvent.CONFIRM: (item.confirmed_by, item.confirmed_at),
        HandoverEvent.COUNTERSIGN: (item.countersigned_by, item.countersigned_at),
    }
    said = [
        f"  {_(_SIDES[event])}: {_who(seen, item, event, by, at)}"
        for event, (by, at) in signed.items()
    ]
    noted = [_("  note: {text}").format(text=item.note)] if item.note else []
    return [heading, *said, *noted]


_SIDES = {
    HandoverEvent.PASS: N_("outgoing"),
    HandoverEvent.CONFIRM: N_("incoming"),
    HandoverEvent.COUNTERSIGN: N_("leader"),
}


def _who(seen: View, item: Handover, event: HandoverEvent, by: str, at: datetime | None) -> str:
    if at is not None:
        return _("{who}, signed {at}").format(
            who=seen.person_name(by), at=times.minute(at, seen.district.roster.zone)
        )
    people = "、".join(seen.person_name(one) for one in may_sign(item, event)) or "-"
    if item.state is HandoverState.MISSED:
        return _("{people}, never signed").format(people=people)
    return _("{people}, to sign").format(people=people)


@app.command("list", help=_("Handovers, the newest first, with who signed when."))
def list_(
    last: Annotated[int, typer.Option("--last", "-n", min=1, max=1000)] = 30, as_json: Json = False
) -> None:
    """List handovers."""
    with base.store() as opened:
        seen = base.view(opened, now=clock.now())
        with opened.read() as tx:
            found = handover_store.latest(tx, seen.root_unit, limit=last)
    if as_json:
        base.print_json(found)
        return
    zone = seen.district.roster.zone

    def signed(by: str, at: datetime | None) -> str:
        return f"{seen.person_name(by)} {times.minute(at, zone)}" if at is not None else "-"

    rows = [
        (
            str(item.id),
            times.day(item.due_at, zone),
            _(item.state.value),
            signed(item.passed_by, item.passed_at),
            signed(item.confirmed_by, item.confirmed_at),
            signed(item.countersigned_by, item.countersigned_at),
        )
        for item in found
    ]
    heads = (
        _("number"), _("hand-off"), _("state"), _("outgoing"), _("incoming"), _("leader"),
    )  # fmt: skip
    base.table(rows, heads)


@app.command("pass", help=_("The outgoing watch passes the record and all open matters."))
def pass_(
    note: Annotated[
        str, typer.Option("--note", help=_("What the next watch should know besides."))
    ] = "",
    dry_run: DryRun = False,
    reason: Reason = "",
    actor: Actor = "",
) -> None:
    """Pass the watch."""
    said = acting.worded(note, "--note", most=LONGEST_NOTE) if note else ""
    with acting.acting(reason, actor, usual=_("handing over"), dry_run=dry_run) as desk:
        item = acts.sign_handover(desk.store, HandoverEvent.PASS, note=said, act=desk.act)
        with desk.opened.read() as tx:
            found = handover_store.record(tx, item.id) if not dry_run else None
            found = found or handovers.record(tx, desk.seen, item.since, now=desk.act.now)
        for line in record.lines(desk.seen, found):
            typer.echo(line)
        _told(desk.seen, item, HandoverEvent.CONFIRM, dry_run=dry_run)


@app.command(help=_("The incoming watch confirms what was passed to it."))
def confirm(dry_run: DryRun = False, reason: Reason = "", actor: Actor = "") -> None:
    """Confirm the watch."""
    with acting.acting(reason, actor, usual=_("taking over"), dry_run=dry_run) as desk:
        item = acts.sign_handover(desk.store, HandoverEvent.CONFIRM, act=desk.act)
        _told(desk.seen, item, HandoverEvent.COUNTERSIGN, dry_run=dry_run)


@app.command(help=_("The leader countersigns a handover that both sides have signed."))
def countersign(dry_run: DryRun = False, reason: Reason = "", actor: Actor = "") -> None:
    """Countersign a handover."""
    with acting.acting(reason, actor, usual=_("seen"), dry_run=dry_run) as desk:
        item = acts.sign_handover(desk.store, HandoverEvent.COUNTERSIGN, act=desk.act)
        _told(desk.seen, item, None, dry_run=dry_run)


def _told(seen: View, item: Handover, then: HandoverEvent | None, *, dry_run: bool) -> None:
    """What has been signed, and who is to sign next."""
    at = times.day(item.due_at, seen.district.roster.zone)
    if dry_run:
        typer.echo(_("The handover of {at} would be signed.").format(at=at))
        return
    typer.echo(
        _("Handover {number} of {at}: {state}.").format(
            number=item.id, at=at, state=_(item.state.value)
        )
    )
    if then is not None:
        people = "、".join(seen.person_name(one) for one in may_sign(item, then)) or "-"
        typer.echo(_("Next to sign: {people}").format(people=people))
