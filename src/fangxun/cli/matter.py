"""`fangxun handover matter`, and `fangxun journal add`: what stays open until it is done."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated

import typer

from fangxun import clock
from fangxun.cli import acting, base, times, words
from fangxun.cli.options import Actor, DryRun, Json, Reason
from fangxun.core import message
from fangxun.core.handover import Matter, MatterKind
from fangxun.engine import acts
from fangxun.engine.view import View
from fangxun.store import handovers as handover_store
from fangxun.text import _

app = words.group(help=_("Open matters: add, list, done, reopen."))
ADD = _("Write down a call or letter that came in: from whom, what, who handles it, the result.")
LONGEST, LONGEST_NAME = 2000, 100
Number = Annotated[int, typer.Argument(min=1, max=2**31 - 1, help=_("The matter's number."))]
Text = Annotated[str, typer.Argument(metavar=_("TEXT"), help=_("What it is about."))]
Handler = Annotated[
    str, typer.Option("--handler", help=_("Who handles it: a person's id or name, or a unit."))
]
Result = Annotated[str, typer.Option("--result", help=_("What came of it."))]


class Came(StrEnum):
    """How something came in."""

    CALL = "call"
    LETTER = "letter"
    VISIT = "visit"


@app.command(help=_("Leave an open matter to the watches that follow."))
def add(
    text: Text,
    handler: Handler = "",
    dry_run: DryRun = False,
    reason: Reason = "",
    actor: Actor = "",
) -> None:
    """Add an open matter."""
    blank = _blank(MatterKind.MATTER, text, "", handler, "")
    with acting.acting(reason, actor, usual=_("open"), dry_run=dry_run) as desk:
        _told(acts.open_matter(desk.store, blank, act=desk.act), dry_run=dry_run)


def came_in(  # noqa: PLR0913  one parameter for each part of the sentence
    text: Text,
    source: Annotated[str, typer.Option("--from", help=_("From whom it came."))],
    how: Annotated[
        Came,
        typer.Option(
            "--how", show_default=_("call"), help=_("By telephone, on paper, or in person.")
        ),
    ] = Came.CALL,
    handler: Handler = "",
    result: Result = "",
    dry_run: DryRun = False,
    reason: Reason = "",
    actor: Actor = "",
) -> None:
    """Write down what came in; without a result it is an open matter."""
    blank = _blank(MatterKind(how.value), text, acting.worded(source, "--from", most=100), handler,
                   result)  # fmt: skip
    with acting.acting(reason, actor, usual=_("came in"), dry_run=dry_run) as desk:
        _told(acts.open_matter(desk.store, blank, act=desk.act), dry_run=dry_run)


def _blank(kind: MatterKind, text: str, source: str, handler: str, result: str) -> Matter:
    """As it was written; who and when are for the act to say."""
    return Matter(
        id=0,
        kind=kind,
        text=acting.worded(text, _("TEXT"), most=LONGEST),
        source=source,
        handler=acting.worded(handler, "--handler", most=LONGEST_NAME) if handler else "",
        by="",
        at=datetime.min,  # noqa: DTZ901  replaced by the act's instant
        result=acting.worded(result, "--result", most=LONGEST) if result else "",
    )


def _told(item: Matter, *, dry_run: bool) -> None:
    if dry_run:
        return
    if item.done_at is not None:
        typer.echo(_("Matter {number} is written down with its result.").format(number=item.id))
        return
    said = _("Matter {number} stays open until: fangxun handover matter done {number}")
    typer.echo(said.format(number=item.id))


@app.command("list", help=_("Open matters, the oldest first."))
def list_(
    days: Annotated[
        int, typer.Option(min=0, max=3660, help=_("Also what was done in so many days."))
    ] = 0,
    as_json: Json = False,
) -> None:
    """List matters."""
    now = clock.now()
    since = now - timedelta(days=days) if days else None
    with base.store() as opened:
        seen = base.view(opened, now=now)
        with opened.read() as tx:
            found = handover_store.matters(tx, done_since=since)
    if as_json:
        base.print_json(found)
    elif not found:
        typer.echo(_("No matter is open."))
    else:
        base.table([_row(seen, item) for item in found], _heads())


def _heads() -> tuple[str, ...]:
    return (
        _("matter"), _("kind"), _("since"), _("from"), _("what"), _("handled by"), _("state"),
        _("result"),
    )  # fmt: skip


def _row(seen: View, item: Matter) -> tuple[str, ...]:
    return (
        str(item.id),
        _(item.kind.value),
        times.minute(item.at, seen.district.roster.zone),
        item.source,
        message.clean(item.text, most=60),
        seen.person_name(item.handler),
        _(item.state.value),
        message.clean(item.result, most=60),
    )


@app.command(help=_("Write what came of a matter; then it is done."))
def done(
    number: Number,
    result: Result = "",
    dry_run: DryRun = False,
    reason: Reason = "",
    actor: Actor = "",
) -> None:
    """Finish a matter."""
    said = acting.worded(result or acting.asked(_("Result")), "--result", most=LONGEST)
    with acting.acting(reason, actor, usual=_("done"), dry_run=dry_run) as desk:
        acts.finish_matter(desk.store, number, said, act=desk.act)
        if not dry_run:
            typer.echo(_("Matter {number} is done.").format(number=number))


@app.command(help=_("A matter that was not done after all stays open again."))
def reopen(number: Number, dry_run: DryRun = False, reason: Reason = "", actor: Actor = "") -> None:
    """Reopen a matter."""
    with acting.acting(reason, actor, dry_run=dry_run) as desk:
        acts.reopen_matter(desk.store, number, act=desk.act)
        if not dry_run:
            typer.echo(_("Matter {number} is open again.").format(number=number))
