"""`fangxun page`: who has confirmed, who has not; confirm, relay, see arrive, send."""

from __future__ import annotations

from typing import Annotated

import typer

from fangxun import clock
from fangxun.cli import base, words
from fangxun.cli.options import Actor, DryRun, Json, Reason
from fangxun.core import alarm
from fangxun.core.exercise import exercise_of
from fangxun.core.page import How, Page, PageKind, PageState
from fangxun.core.plan import Owed
from fangxun.engine import acts
from fangxun.engine.view import View
from fangxun.store import pages as page_store
from fangxun.text import _

app = words.group(help=_("Pages: list, confirm, relay, arrive, moved out, send."))
PageId = Annotated[int, typer.Argument(help=_("The page's number, as in: fangxun page list"))]


@app.command(
    "list", help=_("Open and unreached pages and alarms; all of an incident with --incident.")
)
def list_(
    incident: Annotated[int | None, typer.Option(help=_("All pages of this incident."))] = None,
    as_json: Json = False,
) -> None:
    """List pages."""
    now = clock.now()
    with base.store() as opened:
        seen = base.view(opened, now=now)
        with opened.read() as tx:
            found = (
                _waiting(page_store.latest(tx, limit=5000)[::-1])
                if incident is None
                else page_store.latest(tx, incident=incident, limit=100_000)[::-1]
            )
    if as_json:
        base.print_json(found)
        return
    heads = (_("page"), _("state"), _("level"), _("who"), _("place"), _("since"), _("confirmed"))
    base.table([row(seen, item) for item in found], heads)


def _waiting(pages: list[Page]) -> list[Page]:
    """Those that still want a human's word."""
    return [item for item in pages if item.state in {PageState.OPEN, PageState.UNREACHED}]


def row(seen: View, item: Page) -> tuple[str, ...]:
    """One page as a line."""
    zone = seen.district.roster.zone
    confirmed = ""
    if item.confirmed_by:
        how = _(item.how.value) if item.how else ""
        confirmed = (
            f"{seen.person_name(item.confirmed_by)} ({how}) {base.shown(item.ended_at, zone)}"
        )
    return (
        str(item.id),
        _(item.state.value),
        _(item.level.value),
        seen.person_name(item.person or "") or _what(item),
        _where(seen, item),
        base.shown(item.opened_at, zone),
        confirmed,
    )


def _where(seen: View, item: Page) -> str:
    """The place; of an exercise that it is one, and which."""
    if item.kind is PageKind.EXERCISE:
        return _("exercise {number}").format(number=exercise_of(item))
    return seen.name_of(item.place) if item.place else "-"


def _what(item: Page) -> str:
    """What an alarm is about, in a word."""
    kind = alarm.kind_of(item.cause)
    return _("alarm: {what}").format(what=_(kind.value))


@app.command(help=_("Confirm a page of your own, one that you were told of, or an alarm."))
def ack(page: PageId, reason: Reason = "") -> None:
    """Confirm as oneself: from the account that people.csv maps to one."""
    with base.store() as opened:
        act = base.own_act(opened, reason or "ack")
        after = acts.acknowledge(opened, page, how=How.CLI, act=act)
    typer.echo(_("Page {page}: {state}.").format(page=page, state=_(after.state.value)))


@app.command(help=_("Write down that somebody has confirmed to you (by telephone, in person)."))
def relay(  # noqa: PLR0913  one parameter for each option
    page: PageId,
    who: Annotated[str, typer.Option("--by", help=_("Who has confirmed (id or name)."))],
    how: Annotated[str, typer.Option("--how", help=_("How he said it: telephone, in person ..."))],
    said: Annotated[str, typer.Option("--said", help=_("What he said."))] = "",
    reason: Reason = "",
    actor: Actor = "",
) -> None:
    """Relay a confirmation."""
    with base.store() as opened:
        act = base.act(opened, reason or f"relay: {how}", actor)
        after = acts.relay(opened, page, by=who, told=how, said=said, act=act)
    typer.echo(_("Page {page}: {state}, relayed.").format(page=page, state=_(after.state.value)))


@app.command(help=_("The person was seen to arrive on his extra post."))
def arrive(page: PageId, reason: Reason = "", actor: Actor = "") -> None:
    """Mark an arrival."""
    with base.store() as opened:
        acts.meet(opened, page, Owed.ARRIVED, act=base.act(opened, reason or "arrived", actor))
    typer.echo(_("Page {page}: arrived.").format(page=page))


@app.command(help=_("The person's people were moved out: the site is empty."))
def moved(page: PageId, reason: Reason = "", actor: Actor = "") -> None:
    """Mark that people were moved out."""
    with base.store() as opened:
        acts.meet(opened, page, Owed.MOVED_OUT, act=base.act(opened, reason or "moved out", actor))
    typer.echo(_("Page {page}: moved out.").format(page=page))


@app.command(help=_("Page one person in your own words, until he confirms."))
def send(
    person: Annotated[str, typer.Argument(help=_("Id or name."))],
    text: Annotated[str, typer.Option("--text", "-t", help=_("What he is told."))],
    dry_run: DryRun = False,
    reason: Reason = "",
    actor: Actor = "",
) -> None:
    """Send a page by hand."""
    with base.store() as opened:
        act = base.act(opened, reason, actor)
        sent = acts.send_page(base.on(opened, dry_run=dry_run), person, text, act=act)
        seen = base.view(opened, now=act.now)
    told = seen.people[sent.person or ""]
    numbers = " / ".join(phone.number for phone in told.phones)
    if dry_run:
        typer.echo(_("Would be paged: {who}").format(who=f"{told.name} {numbers}"))
        base.nothing_changed()
        return
    typer.echo(_("Page {page} to {who} is on its way.").format(page=sent.id, who=told.name))
