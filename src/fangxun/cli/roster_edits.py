"""`fangxun roster`: cover, swap, add, remove, leave, undo, and the edits that stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, TypedDict

import typer

from fangxun import clock
from fangxun.cli import acting, base, times, words
from fangxun.cli.options import Actor, DryRun, Json, Reason
from fangxun.core.errors import N_
from fangxun.core.roster import (
    AddRequest,
    Against,
    CoverRequest,
    LeaveRequest,
    Objection,
    Override,
    OverrideKind,
    RemoveRequest,
    Request,
    Shift,
    SwapRequest,
    UndoRequest,
)
from fangxun.core.timeline import Span
from fangxun.engine import acts
from fangxun.engine.acts.base import person as find_person
from fangxun.engine.acts.base import post_id
from fangxun.engine.view import View
from fangxun.text import _

app = words.group(help=_("The roster: show, check, apply, cover, swap."))
Post = Annotated[str, typer.Option(help=_("The post (id, or unit and name)."))]
Start = Annotated[str, typer.Option("--from", help=_("From this time on."))]
End = Annotated[str, typer.Option("--to", help=_("Until this time."))]
Force = Annotated[
    bool, typer.Option("--force", help=_("In spite of a hole or a double booking; journalled."))
]
Approver = Annotated[
    str, typer.Option("--approved-by", help=_("Who approves it, where it corrects the past."))
]
AGAINST = {
    Against.HOLE: N_("too few people would stand on {post}, {start} to {end}"),
    Against.BOOKED: N_("{person} would stand on {post} and {other} at once, {start} to {end}"),
    Against.ON_LEAVE: N_("{person} is on leave, and would stand on {post}, {start} to {end}"),
    Against.UNFIT: N_("override {other} on {post} would no longer fit, {start} to {end}"),
}
KINDS = {
    OverrideKind.COVER: N_("{number}  {post}: {person} instead of {other}, {start} to {end}"),
    OverrideKind.ADD: N_("{number}  {post}: {person} in addition, {start} to {end}"),
    OverrideKind.REMOVE: N_("{number}  {post}: {other} does not stand, {start} to {end}"),
}


class Terms(TypedDict):
    """What every request says beside its own matter."""

    reason: str
    actor: str
    force: bool
    approver: str
    seen: int


def _terms(desk: acting.Desk, *, force: bool, approver: str = "") -> Terms:
    return {
        "reason": desk.act.reason,
        "actor": desk.act.actor,
        "force": force,
        "approver": find_person(desk.seen.district, approver).id if approver else "",
        "seen": max((one.id for one in desk.seen.roster.overrides), default=0),
    }


@app.command(help=_("One person stands instead of another for a span (替班)."))
def cover(  # noqa: PLR0913  one parameter for each part of the sentence
    post: Post,
    who: Annotated[str, typer.Option("--who", help=_("Who stands (id or name)."))],
    start: Start,
    end: End,
    instead_of: Annotated[
        str, typer.Option(help=_("Instead of whom; whoever stands if not said."))
    ] = "",
    force: Force = False,
    approver: Approver = "",
    dry_run: DryRun = False,
    reason: Reason = "",
    actor: Actor = "",
) -> None:
    """Cover a shift."""
    with acting.acting(reason, actor, dry_run=dry_run) as desk:
        district = desk.seen.district
        request = CoverRequest(
            post_id(district, post),
            times.span(start, end, district.roster.zone),
            find_person(district, who).id,
            find_person(district, instead_of).id if instead_of else None,
            **_terms(desk, force=force, approver=approver),
        )
        _do(desk, request, dry_run=dry_run)


@app.command(help=_("Two people take each other's shift (换班)."))
def swap(  # noqa: PLR0913  one parameter for each part of the sentence
    post: Post,
    at: Annotated[str, typer.Option(help=_("A time within the first shift."))],
    with_at: Annotated[str, typer.Option("--with", help=_("A time within the other shift."))],
    other_post: Annotated[str, typer.Option(help=_("The other post, if it is another."))] = "",
    who: Annotated[
        str, typer.Option("--who", help=_("Whose first shift, where several stand at once."))
    ] = "",
    other: Annotated[
        str, typer.Option("--and", help=_("Whose other shift, where several stand at once."))
    ] = "",
    force: Force = False,
    approver: Approver = "",
    dry_run: DryRun = False,
    reason: Reason = "",
    actor: Actor = "",
) -> None:
    """Swap two shifts."""
    with acting.acting(reason, actor, dry_run=dry_run) as desk:
        district = desk.seen.district
        first = post_id(district, post)
        request = SwapRequest(
            first,
            times.instant(at, district.roster.zone),
            post_id(district, other_post) if other_post else first,
            times.instant(with_at, district.roster.zone),
            find_person(district, who).id if who else None,
            find_person(district, other).id if other else None,
            **_terms(desk, force=force, approver=approver),
        )
        _do(desk, request, dry_run=dry_run)


@app.command(help=_("One person more stands on a post for a span (增援)."))
def add(  # noqa: PLR0913  one parameter for each part of the sentence
    post: Post,
    who: Annotated[str, typer.Option("--who", help=_("Who stands (id or name)."))],
    start: Start,
    end: End,
    force: Force = False,
    approver: Approver = "",
    dry_run: DryRun = False,
    reason: Reason = "",
    actor: Actor = "",
) -> None:
    """Reinforce a post."""
    with acting.acting(reason, actor, dry_run=dry_run) as desk:
        district = desk.seen.district
        request = AddRequest(
            post_id(district, post),
            times.span(start, end, district.roster.zone),
            find_person(district, who).id,
            **_terms(desk, force=force, approver=approver),
        )
        _do(desk, request, dry_run=dry_run)


@app.command(help=_("One person does not stand on a post for a span."))
def remove(  # noqa: PLR0913  one parameter for each part of the sentence
    post: Post,
    who: Annotated[str, typer.Option("--who", help=_("Who does not stand (id or name)."))],
    start: Start,
    end: End,
    force: Force = False,
    approver: Approver = "",
    dry_run: DryRun = False,
    reason: Reason = "",
    actor: Actor = "",
) -> None:
    """Take somebody off a post."""
    with acting.acting(reason, actor, dry_run=dry_run) as desk:
        district = desk.seen.district
        request = RemoveRequest(
            post_id(district, post),
            times.span(start, end, district.roster.zone),
            find_person(district, who).id,
            **_terms(desk, force=force, approver=approver),
        )
        _do(desk, request, dry_run=dry_run)


@app.command(help=_("Somebody is away for a span, and who stands instead (请假)."))
def leave(  # noqa: PLR0913  one parameter for each part of the sentence
    who: Annotated[str, typer.Option("--who", help=_("Who is away (id or name)."))],
    start: Start,
    end: End,
    by: Annotated[str, typer.Option("--by", help=_("Who stands instead, on every post."))] = "",
    force: Force = False,
    approver: Approver = "",
    dry_run: DryRun = False,
    reason: Reason = "",
    actor: Actor = "",
) -> None:
    """Write down somebody's leave."""
    with acting.acting(reason, actor, dry_run=dry_run) as desk:
        district = desk.seen.district
        request = LeaveRequest(
            find_person(district, who).id,
            times.span(start, end, district.roster.zone),
            find_person(district, by).id if by else None,
            **_terms(desk, force=force, approver=approver),
        )
        _do(desk, request, dry_run=dry_run)


@app.command(help=_("An edit, and what was done in one with it, counts no more from now on."))
def undo(  # noqa: PLR0913  one parameter for each part of the sentence
    number: Annotated[int, typer.Argument(help=_("Its number, as in: fangxun roster edits"))],
    of_leave: Annotated[
        bool, typer.Option("--leave", help=_("The number is a leave's, not an override's."))
    ] = False,
    force: Force = False,
    dry_run: DryRun = False,
    reason: Reason = "",
    actor: Actor = "",
) -> None:
    """Undo an edit."""
    with acting.acting(reason, actor, dry_run=dry_run) as desk:
        _do(desk, UndoRequest(number, of_leave, **_terms(desk, force=force)), dry_run=dry_run)


@app.command(help=_("The edits and the leave that stand or are to come, with their numbers."))
def edits(as_json: Json = False) -> None:
    """List what can be undone."""
    now = clock.now()
    with base.store() as opened:
        seen = base.view(opened, now=now)
    made = [one for one in seen.roster.overrides if one.span.end > now]
    away = [one for one in seen.roster.leave if one.span.end > now]
    if as_json:
        base.print_json({"overrides": made, "leave": away})
        return
    for one in made:
        typer.echo(f"{_override(seen, one)}  {seen.person_name(one.actor)}: {one.reason}")
    for leave_ in away:
        line = _("{number}  {person} is on leave, {start} to {end}").format(
            number=leave_.id, person=seen.person_name(leave_.person), **_when(seen, leave_.span)
        )
        typer.echo(f"{line}  {seen.person_name(leave_.actor)}: {leave_.reason}")
    if not made and not away:
        typer.echo(_("None."))


def _override(seen: View, one: Override) -> str:
    return _(KINDS[one.kind]).format(
        number=one.id,
        post=seen.post_name(one.post),
        person=seen.person_name(one.person or ""),
        other=seen.person_name(one.instead_of) if one.instead_of else _("whoever stands"),
        **_when(seen, one.span),
    )


def _when(seen: View, span: Span) -> dict[str, str]:
    zone = seen.district.roster.zone
    return {"start": times.minute(span.start, zone), "end": times.minute(span.end, zone)}


def _do(desk: acting.Desk, request: Request, *, dry_run: bool) -> None:
    """Who stands before and after, what speaks against it, and the numbers to undo it by."""
    done = acts.edit_roster(desk.store, request, act=desk.act)
    for title, found in ((_("before:"), done.before), (_("after:"), done.after)):
        for line in _standing(desk.seen, found):
            typer.echo(f"{title} {line}")
    for one in done.objections:
        typer.echo(_("in spite of: {objection}").format(objection=_against(desk.seen, one)))
    if dry_run:
        return
    for made in done.overrides:
        typer.echo(_override(desk.seen, made))
    typer.echo(_("In force now."))


def _standing(seen: View, found: Sequence[Shift]) -> Iterator[str]:
    for shift in found:
        yield _("{post}: {person}, {start} to {end}").format(
            post=seen.post_name(shift.post),
            person=seen.person_name(shift.person),
            **_when(seen, shift.span),
        )


def _against(seen: View, one: Objection) -> str:
    other = one.other if one.kind is Against.UNFIT else seen.post_name(one.other)
    return _(AGAINST[one.kind]).format(
        post=seen.post_name(one.post),
        person=seen.person_name(one.person),
        other=other,
        **_when(seen, one.span),
    )
