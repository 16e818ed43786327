"""`fangxun roster`: show, check, apply, cover, swap."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from fangxun import clock
from fangxun import district as districts
from fangxun.cli import base, words
from fangxun.cli.options import Actor, DryRun, Json, Reason
from fangxun.core import roster as rosters
from fangxun.core import watch
from fangxun.core.errors import N_, Refused
from fangxun.core.roster import CoverRequest, Finding, FindingKind, Override, SwapRequest
from fangxun.core.timeline import Span
from fangxun.engine import acts
from fangxun.engine.acts import Act
from fangxun.engine.acts.base import person as find_person
from fangxun.engine.view import View
from fangxun.store.base import Store
from fangxun.text import _

app = words.group(help=_("The roster: show, check, apply, cover, swap."))
FINDINGS = {
    FindingKind.GAP: N_("nobody stands on {post} from {start} to {end}"),
    FindingKind.DOUBLE_BOOKING: N_("{people} is on {post} and {other} at once, from {start}"),
    FindingKind.UNKNOWN_PERSON: N_("{people} on {post} is nobody in people.csv"),
    FindingKind.UNPUBLISHED_YEAR: N_(
        "no holidays/{year}.csv: make-up workdays of {year} are not known"
    ),
    FindingKind.OVERRIDE_UNFIT: N_("override {override} no longer fits ({people} on {post})"),
    FindingKind.LEADER_IS_OFFICER: N_(
        "{people} is leader and officer at once, on {post} and {other}"
    ),
}


@app.command(help=_("Who stands when, day by day."))
def show(
    days: Annotated[int, typer.Option(min=1, max=366, help=_("How many days."))] = 7,
    start: Annotated[str, typer.Option("--from", help=_("From this day on (2026-07-20)."))] = "",
    unit: Annotated[str, typer.Option(help=_("Only this unit (id or name)."))] = "",
    as_json: Json = False,
) -> None:
    """Show the roster."""
    now = clock.now()
    with base.store() as opened:
        seen = base.view(opened, now=now)
    zone = seen.district.roster.zone
    begin = base.instant(f"{start}T00:00", zone) if start else now
    span = Span(begin, begin + timedelta(days=days))
    units = {u.id for u in seen.district.units if not unit or unit in {u.id, u.name}}
    posts = {p.id: p for p in seen.roster.posts if p.unit in units}
    found = rosters.shifts(seen.roster, span, posts=frozenset(posts))
    if as_json:
        base.print_json(found)
        return
    base.table(
        [
            (
                base.shown(s.span.start, zone)[:11],
                base.shown(s.span.end, zone)[:11],
                _unit_name(seen, posts[s.post].unit),
                posts[s.post].name,
                seen.person_name(s.person),
                _(s.source.value),
                "" if s.turn_of == s.person else seen.person_name(s.turn_of),
            )
            for s in found
        ],
        (_("from"), _("to"), _("unit"), _("post"), _("who"), _("by"), _("whose turn")),
    )


def _unit_name(seen: View, unit: str) -> str:
    return next((u.name for u in seen.district.units if u.id == unit), unit)


@app.command(help=_("Holes, double bookings and what else is wrong, in the days ahead."))
def check(days: Annotated[int, typer.Option(min=1, max=366)] = 30, as_json: Json = False) -> None:
    """Check the roster."""
    now = clock.now()
    with base.store() as opened:
        seen = base.view(opened, now=now)
    people = frozenset(seen.people)
    found = watch.findings(seen.roster, people, Span(now, now + timedelta(days=days)))
    if as_json:
        base.print_json(found)
    for finding in found if not as_json else ():
        typer.echo(sentence(seen, finding))
    if found:
        raise typer.Exit(1)
    if not as_json:
        typer.echo(_("Nothing found in the next {days} days.").format(days=days))


def sentence(seen: View, finding: Finding) -> str:
    """A finding in the user's language."""
    zone = seen.district.roster.zone
    fields: dict[str, object] = dict(finding.fields)
    if "other" in fields:
        fields["other"] = seen.post_name(str(fields["other"]))
    fields |= {
        "post": seen.post_name(finding.post),
        "people": ", ".join(seen.person_name(p) for p in finding.people),
        "start": base.shown(finding.span.start if finding.span else None, zone),
        "end": base.shown(finding.span.end if finding.span else None, zone),
    }
    return _(FINDINGS[finding.kind]).format(**fields)


@app.command(help=_("Show what a district folder changes, then put it in force."))
def apply(
    folder: Annotated[Path, typer.Argument(help=_("The district folder."))],
    dry_run: DryRun = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help=_("Do not ask."))] = False,
    reason: Reason = "",
    actor: Actor = "",
) -> None:
    """Apply a district folder in one transaction."""
    read = districts.read_with_warnings(folder)
    for warning in read.warnings[:20]:
        typer.echo(
            f"{warning.where}: {_(warning.template).format(**dict(warning.fields))}", err=True
        )
    if len(read.warnings) > 20:  # noqa: PLR2004  a screenful
        typer.echo(
            _("... and {count} more warnings").format(count=len(read.warnings) - 20), err=True
        )
    with base.store() as opened:
        rehearsed = Act("admin", "--dry-run", clock.now())
        preview = acts.apply_district(opened.rehearsal(), read.district, act=rehearsed)
        for change in preview.changes:
            typer.echo(f"{_SIGNS[change.what]} {_(change.kind.value)} {change.id} {change.name}")
            for field, before, after in change.details:
                typer.echo(f"    {field}: {before} -> {after}")
        for finding in preview.unfit:
            typer.echo(_("override {override} no longer fits").format(**dict(finding.fields)))
        for place in preview.ended:
            typer.echo(_("the level set by hand for {place} ends with it").format(place=place))
        if not preview.changes:
            typer.echo(_("Nothing changes."))
            return
        if dry_run:
            return
        if not yes:
            typer.confirm(_("Put it in force?"), abort=True)
        act = _first_act(opened, reason or "roster apply", actor)
        done = acts.apply_district(opened, read.district, act=act)
    typer.echo(_("In force as version {version}.").format(version=done.version))


_SIGNS = {districts.What.ADDED: "+", districts.What.CHANGED: "~", districts.What.REMOVED: "-"}


def _first_act(opened: Store, reason: str, actor: str) -> Act:
    """Before the first district nobody is mapped: whoever sets up the machine acts as "admin"."""
    try:
        return base.act(opened, reason, actor)
    except Refused:
        return Act(actor or "admin", reason, clock.now())


@app.command(help=_("One person stands instead of another for a span (替班)."))
def cover(  # noqa: PLR0913  one parameter for each part of the sentence
    post: Annotated[str, typer.Option(help=_("The post (id)."))],
    who: Annotated[str, typer.Option("--who", help=_("Who stands (id or name)."))],
    start: Annotated[str, typer.Option("--from", help=_("From this time on."))],
    end: Annotated[str, typer.Option("--to", help=_("Until this time."))],
    instead_of: Annotated[
        str, typer.Option(help=_("Instead of whom; whoever stands if not said."))
    ] = "",
    dry_run: DryRun = False,
    reason: Reason = "",
    actor: Actor = "",
) -> None:
    """Cover a shift."""
    with base.store() as opened:
        act = base.act(opened, reason, actor)
        seen = base.view(opened, now=act.now)
        zone = seen.district.roster.zone
        request = CoverRequest(
            post=post,
            span=Span(base.instant(start, zone), base.instant(end, zone)),
            person=find_person(seen.district, who).id,
            instead_of=find_person(seen.district, instead_of).id if instead_of else None,
            reason=act.reason,
            actor=act.actor,
        )
        with base.by_name(seen):
            planned = acts.cover(base.on(opened, dry_run=dry_run), request, act=act)
    _tell(seen, planned, dry_run=dry_run)


@app.command(help=_("Two people take each other's shift (换班)."))
def swap(  # noqa: PLR0913  one parameter for each part of the sentence
    post: Annotated[str, typer.Option(help=_("The post (id)."))],
    at: Annotated[str, typer.Option(help=_("A time within the first shift."))],
    with_at: Annotated[str, typer.Option("--with", help=_("A time within the other shift."))],
    other_post: Annotated[str, typer.Option(help=_("The other post, if it is another."))] = "",
    dry_run: DryRun = False,
    reason: Reason = "",
    actor: Actor = "",
) -> None:
    """Swap two shifts."""
    with base.store() as opened:
        act = base.act(opened, reason, actor)
        seen = base.view(opened, now=act.now)
        zone = seen.district.roster.zone
        request = SwapRequest(
            post,
            base.instant(at, zone),
            other_post or post,
            base.instant(with_at, zone),
            act.reason,
            act.actor,
        )
        with base.by_name(seen):
            planned = acts.swap(base.on(opened, dry_run=dry_run), request, act=act)
    _tell(seen, planned, dry_run=dry_run)


def _tell(seen: View, planned: tuple[Override, ...], *, dry_run: bool) -> None:
    zone = seen.district.roster.zone
    for override in planned:
        fields = {
            "post": seen.post_name(override.post),
            "person": seen.person_name(override.person or ""),
            "other": seen.person_name(override.instead_of or ""),
            "start": base.shown(override.span.start, zone),
            "end": base.shown(override.span.end, zone),
        }
        typer.echo(
            _("{post}: {person} instead of {other}, {start} to {end}").format(**fields)
            if override.instead_of
            else _("{post}: {person}, {start} to {end}").format(**fields)
        )
    if dry_run:
        base.nothing_changed()
        return
    typer.echo(_("In force now."))
