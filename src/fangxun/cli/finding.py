"""`fangxun roster check`, and what each finding says."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

import typer

from fangxun import clock, wiring
from fangxun.cli import base, times
from fangxun.cli.options import Json
from fangxun.core.errors import N_, FangxunError
from fangxun.core.roster import Finding, FindingKind
from fangxun.core.timeline import Span
from fangxun.engine.check import check as checked
from fangxun.engine.parts import Parts
from fangxun.engine.view import View
from fangxun.store.base import Store
from fangxun.text import _, say

FINDINGS = {
    FindingKind.GAP: N_("nobody stands on {post} from {start} to {end}"),
    FindingKind.GAPS: N_(
        "nobody stands on {post} {times} times from {start} to {end}, {hours} hours in all; the "
        "first time until {until}"
    ),
    FindingKind.SHORT: N_("fewer than {seats} people stand on {post} from {start} to {end}"),
    FindingKind.DOUBLE_BOOKING: N_("{people} is on {post} and {other} at once, from {start}"),
    FindingKind.UNKNOWN_PERSON: N_("{people} on {post} is nobody in people.csv"),
    FindingKind.UNPUBLISHED_YEAR: N_(
        "no holidays/{year}.csv: make-up workdays of {year} are not known"
    ),
    FindingKind.OVERRIDE_UNFIT: N_("override {override} no longer fits ({people} on {post})"),
    FindingKind.LEADER_IS_OFFICER: N_(
        "{people} is leader and officer at once, on {post} and {other}"
    ),
    FindingKind.ON_LEAVE: N_("{people} is on leave and stands on {post} from {start} to {end}"),
    FindingKind.NO_CHANNEL: N_(
        "{people} stands on {post} from {start}, and no gateway reaches a number of his; mend "
        "people.csv"
    ),
    FindingKind.CANNOT_CONFIRM: N_(
        "{people} stands on {post} from {start}, is reached and cannot confirm; the "
        "duty officer must relay"
    ),
    FindingKind.LITTLE_REST: N_(
        "{people} has {hours} hours of rest before {post} at {end}, less than {bound}; {times} "
        "times in all"
    ),
    FindingKind.MANY_IN_A_ROW: N_(
        "{people} stands {hours} hours without a day off from {start}, more than {bound}; {times} "
        "times in all"
    ),
}
SHARES = {
    "nights": N_("the nights on {post} are shared unfairly: {people}"),
    "rest_days": N_("the rest days on {post} are shared unfairly: {people}"),
    "holidays": N_("the holidays on {post} are shared unfairly: {people}"),
}
"""What is said of a finding about shares, by what is shared."""


def check(days: Annotated[int, typer.Option(min=1, max=366)] = 30, as_json: Json = False) -> None:
    """Check the roster from now on; exit code 1 where anything is found."""
    now = clock.now()
    with base.store() as opened:
        seen = base.view(opened, now=now)
        parts = _parts(opened, seen)
        found = checked(seen, Span(now, now + timedelta(days=days)), parts=parts)
    if as_json:
        base.print_json(found)
    for finding in found if not as_json else ():
        typer.echo(sentence(seen, finding))
    if found:
        raise typer.Exit(1)
    if not as_json:
        typer.echo(_("Nothing found in the next {days} days.").format(days=days))


def _parts(opened: Store, seen: View) -> Parts | None:
    """The ways out; None, said aloud, where they cannot be built: the roster is checked anyhow."""
    try:
        return wiring.parts(base.settings(), opened, language=seen.district.language)
    except FangxunError as error:
        typer.echo(say(error), err=True)
        return None


def sentence(seen: View, finding: Finding) -> str:
    """A finding in the user's language."""
    zone = seen.district.roster.zone
    fields: dict[str, object] = dict(finding.fields)
    if "other" in fields:
        fields["other"] = seen.post_name(str(fields["other"]))
    if "until" in fields:
        fields["until"] = times.minute(datetime.fromisoformat(str(fields["until"])), zone)
    fields |= {
        "post": seen.post_name(finding.post),
        "people": ", ".join(_people(seen, finding)),
        "start": times.minute(finding.span.start if finding.span else None, zone),
        "end": times.minute(finding.span.end if finding.span else None, zone),
    }
    said = SHARES[str(fields["what"])] if "what" in fields else FINDINGS[finding.kind]
    return _(said).format(**fields)


def _people(seen: View, finding: Finding) -> list[str]:
    """Who it is about, each with his share where it is about shares."""
    named = [seen.person_name(person) for person in finding.people]
    shares = dict(finding.fields).get("shares", "").split()
    if not shares:
        return named
    return [f"{name} {share}" for name, share in zip(named, shares, strict=True)]
