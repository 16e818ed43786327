"""`fangxun page`: who has confirmed, who has not; confirm, relay, see arrive, send."""

from __future__ import annotations

from typing import Annotated

import typer

from fangxun import clock, wiring
from fangxun.cli import acting, base, told, words
from fangxun.cli.options import Actor, DryRun, Json, PageId, Reason, incident_number
from fangxun.core.contacts import Contacts
from fangxun.core.page import How, Page, PageState
from fangxun.core.plan import Channel, Owed
from fangxun.engine import acts
from fangxun.engine.view import View
from fangxun.store import incidents as incident_store
from fangxun.store import pages as page_store
from fangxun.text import _

app = words.group(help=_("Pages: list, confirm, relay, arrive, moved out, send."))
LONGEST_SAID = 200
LONGEST_TEXT = 400


@app.command(
    "list", help=_("Open and unreached pages and alarms; all of an incident with --incident.")
)
def list_(
    incident: Annotated[
        int | None,
        typer.Option(callback=incident_number, help=_("All pages of this incident.")),
    ] = None,
    as_json: Json = False,
) -> None:
    """List pages."""
    now = clock.now()
    with base.store() as opened:
        seen = base.view(opened, now=now)
        with opened.read() as tx:
            if incident is None:
                found = _waiting(page_store.latest(tx, limit=5000)[::-1])
            else:
                incident_store.get(tx, incident)
                found = page_store.latest(tx, incident=incident, limit=100_000)[::-1]
    if as_json:
        base.print_json(found)
        return
    base.table([told.row(seen, item) for item in found], told.heads())


def _waiting(pages: list[Page]) -> list[Page]:
    """Those that still want a human's word."""
    return [item for item in pages if item.state in {PageState.OPEN, PageState.UNREACHED}]


@app.command(help=_("Confirm a page of your own, one that you were told of, or an alarm."))
def ack(page: PageId, reason: Reason = "") -> None:
    """Confirm as oneself: from the account that people.csv maps to one."""
    with acting.confirming(reason, usual=_("I know")) as desk:
        after = acts.acknowledge(desk.store, page, how=How.CLI, act=desk.act)
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
    how = acting.worded(how, "--how", most=LONGEST_SAID)
    with acting.acting(reason, actor, usual=_("he told me")) as desk:
        after = acts.relay(desk.store, page, by=who, told=how, said=said, act=desk.act)
        typer.echo(
            _("Page {page} of {who}, {what}: {state}, relayed.").format(
                page=page,
                who=told.whose(desk.seen, after),
                what=told.about(desk.seen, after),
                state=_(after.state.value),
            )
        )


@app.command(help=_("The person was seen to arrive on his extra post."))
def arrive(page: PageId, reason: Reason = "", actor: Actor = "") -> None:
    """Mark an arrival."""
    with acting.acting(reason, actor, usual=_("seen to arrive")) as desk:
        after = acts.meet(desk.store, page, Owed.ARRIVED, act=desk.act)
        who = told.whose(desk.seen, after)
        typer.echo(_("Page {page} of {who}: arrived.").format(page=page, who=who))


@app.command(help=_("The person's people were moved out: the site is empty."))
def moved(page: PageId, reason: Reason = "", actor: Actor = "") -> None:
    """Mark that people were moved out."""
    with acting.acting(reason, actor, usual=_("reported as moved out")) as desk:
        after = acts.meet(desk.store, page, Owed.MOVED_OUT, act=desk.act)
        who = told.whose(desk.seen, after)
        typer.echo(_("Page {page} of {who}: moved out.").format(page=page, who=who))


@app.command(help=_("Page one person in your own words, until he confirms."))
def send(
    person: Annotated[str, typer.Argument(help=_("Id or name."))],
    text: Annotated[str, typer.Option("--text", "-t", help=_("What he is told."))],
    dry_run: DryRun = False,
    reason: Reason = "",
    actor: Actor = "",
) -> None:
    """Send a page by hand."""
    text = acting.worded(text, "--text", most=LONGEST_TEXT)
    with acting.acting(reason, actor, dry_run=dry_run) as desk:
        sent = acts.send_page(desk.store, person, text, act=desk.act)
        if dry_run:
            typer.echo(_("Would be paged: {who}").format(who=_reached(desk.seen, sent)))
        else:
            who = told.whose(desk.seen, sent)
            typer.echo(_("Page {page} to {who} is on its way.").format(page=sent.id, who=who))
        if left_out := _left_out(desk, sent, text):
            typer.echo(left_out, err=True)


def _left_out(desk: acting.Desk, sent: Page, text: str) -> str:
    """What he reads where his gateway carries no link or number; "" where it carries them all."""
    if Contacts(links=False, numbers=False).allow(text):
        return ""
    seen = desk.seen
    person = seen.people.get(sent.person or "")
    if person is None:
        return ""  # a roster applied in this second has somebody whom this view does not know
    parts = wiring.parts(base.settings(), desk.opened, language=seen.district.language)
    number = next((phone.number for phone in person.phones if phone.sms), "")
    gateway = parts.able(Channel.SMS, number)
    told_him = gateway.abilities.contacts(number).without(text) if gateway is not None else text
    if told_him == text:
        return ""
    said = _("{gateway} carries no links and phone numbers to {number}; he will read: {text}")
    return said.format(gateway=gateway.name if gateway else "", number=number, text=told_him)


def _reached(seen: View, sent: Page) -> str:
    """A person with the numbers that would be dialled."""
    person = seen.people[sent.person or ""]
    return f"{person.name} {' / '.join(phone.number for phone in person.phones)}"
