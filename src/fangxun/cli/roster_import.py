"""`fangxun roster import`: the office's own duty table, shown cell by cell, then put in force."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from fangxun import clock
from fangxun.cli import acting, base, words
from fangxun.cli import preview as previews
from fangxun.cli.options import Actor, DryRun, Reason, some
from fangxun.cli.roster import applier, end_halfway, tell
from fangxun.core.district import District
from fangxun.core.errors import N_, FaultyInput
from fangxun.core.roster import Override
from fangxun.district import ChangeKind
from fangxun.district.read import read_with_warnings
from fangxun.engine import acts
from fangxun.engine.acts import Act
from fangxun.engine.acts.base import unit_id
from fangxun.sheet import halfway, importing
from fangxun.sheet.claims import Asked
from fangxun.sheet.compare import Change
from fangxun.sheet.days import Month
from fangxun.sheet.importing import Import
from fangxun.store import district as district_store
from fangxun.store import roster as roster_store
from fangxun.store.base import Store
from fangxun.text import _

app = words.group(help=_("Take the office's own duty table over into the folder."))
_MONTH = re.compile(r"(20\d{2})[-/年](\d{1,2})月?")
_MEANT = re.compile(r"([^=]+)=([^=\s]+)")
_SIGNS = {"added": "+", "changed": "~", "removed": "-"}
_MOST_PASSED = 20

Month_ = Annotated[str, typer.Option("--month", help=_("The month (2026-07)."))]


@app.command(name="import", help=_("Take the office's own duty table over into the folder."))
def import_(  # noqa: PLR0913  one parameter for each part of the question
    file: Annotated[Path, typer.Argument(help=_("A workbook (.xlsx), CSV or calendar (.ics)."))],
    sheet: Annotated[str, typer.Option(help=_("Only this sheet."))] = "",
    month: Month_ = "",
    unit: Annotated[
        str | None, typer.Option(callback=some, help=_("Whose table it is (id or name)."))
    ] = None,
    meant: Annotated[
        list[str] | None,
        typer.Option("--as", help=_("Who or what a name means: 张三=zhang-san, 值班=fxb-officer.")),
    ] = None,
    folder: Annotated[
        Path | None, typer.Option(help=_("The district folder; by default that of fangxun.toml."))
    ] = None,
    dry_run: DryRun = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help=_("Do not ask."))] = False,
    reason: Reason = "",
    actor: Actor = "",
) -> None:
    """Read a duty table, show what it changes, write it into the folder and apply that."""
    place = folder or base.settings().district
    now = clock.now()
    with base.store() as opened:
        end_halfway(opened, place, dry_run=dry_run)
        asked = _asked(place, sheet, month_of(month), unit or "", meant or ())
        found = importing.read_import(place, file, asked, _overrides(opened), now=now)
        _show(found)
        importing.refuse_faults(found)
        if not found.files:
            typer.echo(_("Nothing changes."))
            return
        _show_others(opened, found, now)
        if dry_run:
            typer.echo(_("Nothing was changed."))
            return
        if not yes:
            acting.agreed(_("Put it in force?"))
        version = _take_over(opened, place, found, (reason, actor))
        acting.keep_paper(opened)
    typer.echo(_("In force as version {version}.").format(version=version))
    acting.tell_if_dead()


def month_of(said: str) -> Month:
    """A month as it is typed; FaultyInput for what is none."""
    match = _MONTH.fullmatch(said.strip())
    if said and (match is None or not 1 <= int(match[2]) <= 12):  # noqa: PLR2004  months
        raise FaultyInput(N_("{text} is no month; write it as 2026-07."), text=said)
    return Month(int(match[1]), int(match[2])) if match else Month()


def _asked(folder: Path, sheet: str, month: Month, unit: str, meant: Sequence[str]) -> Asked:
    """What was said beside the file, against the folder; NotFound for a unit, FaultyInput for a
    meaning that the folder does not have."""
    district = read_with_warnings(folder).district
    ids = {person.id for person in district.people}
    ids |= {post.id for post in district.roster.posts}
    pairs: dict[str, str] = {}
    for one in meant:
        match = _MEANT.fullmatch(one.strip())
        if match is None or match[2] not in ids:
            raise FaultyInput(
                N_("--as {text}: expected a name of the table, =, and a person's or post's id."),
                text=one,
            )
        pairs["".join(match[1].split())] = match[2]
    return Asked(month, unit_id(district, unit) if unit else "", sheet, pairs)


def _overrides(opened: Store) -> tuple[Override, ...]:
    with opened.read() as tx:
        return tuple(roster_store.overrides(tx))


def _show(found: Import) -> None:
    """What was understood, cell by cell; what was passed over; how many cells change nothing."""
    called = previews.names(found.before)
    for change in found.compared.changes:
        typer.echo(_line(change, called))
        if change.overridden:
            typer.echo("    " + _("a cover stands there, and goes on counting"))
    for change in found.compared.past:
        typer.echo(
            _("= {line} (begun or over; what stood is not rewritten, see roster cover)").format(
                line=_line(change, called)
            )
        )
    for where, said in found.passed[:_MOST_PASSED]:
        typer.echo(_("  {where}: passed over ({said})").format(where=where, said=said))
    if len(found.passed) > _MOST_PASSED:
        more = len(found.passed) - _MOST_PASSED
        typer.echo(_("  ... and {count} more passed over").format(count=more))
    typer.echo(
        _("{changes} changes, {same} as it stands, {faults} not understood").format(
            changes=len(found.compared.changes),
            same=found.compared.same,
            faults=len(found.faults),
        )
    )


def _line(change: Change, called: Mapping[str, str]) -> str:
    def names(people: Iterable[str]) -> str:
        return "、".join(called.get(one, one) for one in people) or "-"

    post = called.get(change.slot.post, change.slot.post)
    before, after = names(change.before), names(change.after)
    sign = _SIGNS[change.what.value]
    return f"{sign} {change.where}: {change.slot.day} {post}: {before} -> {after}"


def _show_others(opened: Store, found: Import, now: datetime) -> None:
    """What applying the folder changes beside the table: other edits that nobody has applied yet.
    Refused where it could not be put in force."""
    act = Act("admin", "--dry-run", now)
    preview = acts.apply_district(opened.rehearsal(), found.after, act=act)
    others = tuple(c for c in preview.changes if c.kind is not ChangeKind.DUTY)
    if others:
        typer.echo(_("Applying the folder also changes:"))
        with opened.read() as tx:
            before = district_store.applied(tx)
        tell(replace(preview, changes=others), before, found.after)


def _take_over(opened: Store, folder: Path, found: Import, said: tuple[str, str]) -> int:
    """One step: the new tables beside the folder's, then in force in one transaction, then in their
    places. Where that is refused nothing was changed; what is cut off is ended by the next import
    or apply. Returns the version in force."""
    with opened.read() as tx:
        before: District | None = district_store.applied(tx)
    act = applier(opened, found.after, before, *said)
    importing.lay(folder, found)
    try:
        version = acts.apply_district(opened, found.after, act=act).version
    except BaseException:
        halfway.take_away(folder, found.files)
        raise
    halfway.put(folder, found.files)
    return version
