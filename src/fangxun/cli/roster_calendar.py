"""`fangxun roster calendar`: addresses under which a person's or post's shifts can be subscribed
to."""

from __future__ import annotations

from typing import Annotated

import typer

from fangxun import clock
from fangxun.cli import acting, base, times, words
from fangxun.cli.options import MOST, Actor, DryRun, Json, Reason
from fangxun.core.errors import N_, FaultyInput, NotFound, Refused
from fangxun.core.subscription import Subscription, Whose
from fangxun.engine import acts, calendars
from fangxun.engine.view import View
from fangxun.store import calendars as calendar_store
from fangxun.text import _

app = words.group(help=_("Calendars for phones and offices: add, list, revoke."))


@app.command(help=_("A new secret address of a person's or post's shifts; it is shown once."))
def add(
    person: Annotated[str, typer.Option("--person", help=_("Whose shifts (id or name)."))] = "",
    post: Annotated[str, typer.Option("--post", help=_("The post (id, or unit and name)."))] = "",
    dry_run: DryRun = False,
    reason: Reason = "",
    actor: Actor = "",
) -> None:
    """Add a feed."""
    if bool(person) == bool(post):
        raise FaultyInput(N_("A calendar is of one person or of one post: --person or --post."))
    kind = Whose.PERSON if person else Whose.POST
    public = base.settings().public_base_url.rstrip("/")
    if not public:
        raise Refused(
            N_(
                "A calendar needs an address: set public_base_url in fangxun.toml to where phones "
                "reach this machine."
            )
        )
    token = clock.token(128)
    with acting.acting(reason, actor, dry_run=dry_run) as desk:
        item = acts.add_calendar(desk.store, kind, person or post, token, act=desk.act)
        typer.echo(
            _("Calendar {number}: {whose}").format(number=item.id, whose=_whose(desk.seen, item))
        )
        if not dry_run:
            typer.echo(calendars.address(public, token))
            typer.echo(_("Whoever has this address sees the shifts; it is not shown again."))


@app.command("list", help=_("The calendars: whose, since when, whether revoked."))
def list_(as_json: Json = False) -> None:
    """List the feeds."""
    with base.store() as opened:
        seen = base.view(opened, now=clock.now())
        with opened.read() as tx:
            found = calendar_store.list_all(tx)
    if as_json:
        base.print_json(
            [
                {
                    "id": item.id, "kind": item.kind, "of": item.of, "added_by": item.added_by,
                    "added_at": item.added_at, "reason": item.reason,
                    "revoked_by": item.revoked_by, "revoked_at": item.revoked_at,
                }
                for item in found
            ]
        )  # fmt: skip
        return
    zone = seen.district.roster.zone
    rows = [
        (
            str(item.id),
            _whose(seen, item),
            times.minute(item.added_at, zone),
            seen.person_name(item.added_by),
            item.reason,
            times.minute(item.revoked_at, zone),
        )
        for item in found
    ]
    base.table(rows, (_("number"), _("whose"), _("since"), _("by"), _("why"), _("revoked")))


@app.command(help=_("From now on the address of this calendar leads nowhere."))
def revoke(
    number: Annotated[int, typer.Argument(help=_("The calendar's number."))],
    dry_run: DryRun = False,
    reason: Reason = "",
    actor: Actor = "",
) -> None:
    """Revoke a feed."""
    if not 0 < number <= MOST:
        raise NotFound(
            N_("There is no calendar {number}. List them with: fangxun roster calendar list"),
            number=number,
        )
    with acting.acting(reason, actor, dry_run=dry_run) as desk:
        item = acts.revoke_calendar(desk.store, number, act=desk.act)
        typer.echo(
            _("Calendar {number} of {whose} is revoked.").format(
                number=item.id, whose=_whose(desk.seen, item)
            )
        )


def _whose(seen: View, item: Subscription) -> str:
    named = seen.person_name if item.kind is Whose.PERSON else seen.post_name
    return named(item.of)
