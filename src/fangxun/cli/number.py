"""`fangxun number`: numbers that failed for good; use one again once it is mended."""

from __future__ import annotations

from typing import Annotated

import typer

from fangxun import clock
from fangxun.cli import acting, base, words
from fangxun.cli.options import Actor, DryRun, Json, Reason
from fangxun.core.responsibility import mask
from fangxun.engine import acts
from fangxun.text import _

app = words.group(help=_("Numbers: list those that failed for good; use one again."))


@app.command("list", help=_("Numbers that failed for good, and by which channel."))
def list_(as_json: Json = False) -> None:
    """List the marked numbers, masked: they are looked up in people.csv."""
    with base.store() as opened:
        seen = base.view(opened, now=clock.now())
    found = [
        (person, place, phone, acts.failed(phone))
        for person in seen.people.values()
        for place, phone in enumerate(person.phones, start=1)
        if acts.failed(phone)
    ]
    if as_json:
        base.print_json([
            {
                "person": person.id,
                "number": place,
                "masked": mask(phone.number),
                "channels": [channel.value for channel in channels],
            }
            for person, place, phone, channels in found
        ])  # fmt: skip
        return
    rows = [
        (
            person.name,
            str(place),
            mask(phone.number),
            ", ".join(_(channel.value) for channel in channels),
        )
        for person, place, phone, channels in found
    ]
    base.table(rows, (_("who"), _("which"), _("number"), _("failed by")))


@app.command(help=_("The number works again (or the mark was wrong): use it from now on."))
def mend(
    person: Annotated[str, typer.Argument(help=_("Id or name."))],
    which: Annotated[
        int | None, typer.Option("--number", help=_("Which of his numbers, from 1; all if none."))
    ] = None,
    dry_run: DryRun = False,
    reason: Reason = "",
    actor: Actor = "",
) -> None:
    """Take the mark off."""
    with acting.acting(reason, actor, dry_run=dry_run) as desk:
        for place in acts.mend_number(desk.store, person, which, act=desk.act):
            said = (
                _("Number {which} of {person} would be used again.") if dry_run
                else _("Number {which} of {person} is used again.")
            )  # fmt: skip
            typer.echo(said.format(which=place, person=person))
