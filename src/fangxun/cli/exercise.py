"""`fangxun exercise`: real messages to chosen people, marked; who answered, and how soon."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fangxun import clock, wiring
from fangxun.cli import acting, base, proof, times, words
from fangxun.cli.options import Actor, Colour, DryRun, Json, Reason
from fangxun.core.errors import N_, FaultyInput
from fangxun.core.exercise import ExerciseState
from fangxun.core.level import Level
from fangxun.core.page import Page
from fangxun.core.report import Row, UnitTotal
from fangxun.core.responsibility import mask
from fangxun.engine import acts, exercises
from fangxun.engine.exercises import Measured
from fangxun.engine.fields import fields_of
from fangxun.engine.texts import mark_of
from fangxun.engine.view import View
from fangxun.store import exercises as exercise_store
from fangxun.store import pages as page_store
from fangxun.text import _
from fangxun.text.templates import templates

app = words.group(help=_("Exercises with real people: start, list, show, stop, report."))
Number = Annotated[int, typer.Argument(help=_("The exercise's number."))]
MOST_BYTES = 100_000
"""A list of people is short."""


@app.command(
    help=_(
        "Page chosen people for practice: every text says that it is one, nobody else is reached, "
        "and a real raise ends it at once."
    )
)
def start(  # noqa: PLR0913  one parameter for each option
    people: Annotated[
        str, typer.Option("--people", help=_("Ids or names, with commas between."))
    ] = "",
    unit: Annotated[
        list[str] | None,
        typer.Option("--unit", metavar=_("TEXT"), help=_("Everybody of a unit, by id or name.")),
    ] = None,
    file: Annotated[
        Path | None, typer.Option("--file", help=_("A file with an id or name on each line."))
    ] = None,
    level: Annotated[
        Colour,
        typer.Option("--level", show_default=_("red"), help=_("Whose ladder is climbed.")),
    ] = Colour.RED,
    text: Annotated[
        str, typer.Option("--text", "-t", help=_("Your own words, behind the mark."))
    ] = "",
    dry_run: DryRun = False,
    reason: Reason = "",
    actor: Actor = "",
) -> None:
    """Start an exercise."""
    named = (*_split(people), *(_listed(file) if file is not None else ()))
    chosen = acts.Chosen(named, tuple(unit or ()))
    with acting.acting(reason, actor, dry_run=dry_run) as desk:
        begun, pages = acts.start_exercise(
            desk.store, chosen, Level(level.value), text=text, act=desk.act
        )
        if dry_run:
            rows = [_row_of_one(desk.seen, page) for page in pages]
            base.table(rows, (_("who"), _("unit"), _("number")))
            typer.echo(_sample(desk.seen, pages[0]))
            return
        typer.echo(
            _("Exercise {number} has begun: {count} people.").format(
                number=begun.id, count=len(pages)
            )
        )


def _split(text: str) -> tuple[str, ...]:
    parts = text.replace("，", ",").replace("、", ",").split(",")
    return tuple(part.strip() for part in parts if part.strip())


def _listed(path: Path) -> tuple[str, ...]:
    """The first cell of each line; empty lines and those with # say nothing."""
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
        lines = raw.decode("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise FaultyInput(
            N_("{path} cannot be read: {why}. It is a text in UTF-8, a name on each line."),
            path=path,
            why=error,
        ) from error
    if len(raw) > MOST_BYTES:
        raise FaultyInput(N_("{path} is too long for a list of people."), path=path)
    cells = [line.split(",")[0].strip() for line in lines]
    return tuple(cell for cell in cells if cell and not cell.startswith("#"))


def _row_of_one(seen: View, page: Page) -> tuple[str, str, str]:
    person = seen.people[page.person or ""]
    numbers = " / ".join(mask(phone.number) for phone in person.phones)
    return person.name, seen.unit_name(person.id), numbers or "-"


def _sample(seen: View, page: Page) -> str:
    told = templates(seen.district.language)
    return f"{mark_of(told, page)}{fields_of(seen, told, page, {})['text']}"


@app.command("list", help=_("Exercises, the newest first."))
def list_(as_json: Json = False) -> None:
    """List exercises."""
    with base.store() as opened:
        seen = base.view(opened, now=clock.now())
        with opened.read() as tx:
            found = exercise_store.latest(tx)
    if as_json:
        base.print_json(found)
        return
    zone = seen.district.roster.zone
    rows = [
        (
            str(item.id),
            _(item.state.value),
            _(item.level.value),
            str(len(item.pages)),
            times.shown(item.started_at, zone),
            times.shown(item.ended_at, zone),
            seen.person_name(item.started_by),
            item.reason,
        )
        for item in found
    ]
    heads = (
        _("exercise"), _("state"), _("level"), _("people"), _("started"), _("ended"), _("by"),
        _("why"),
    )  # fmt: skip
    base.table(rows, heads)


@app.command(help=_("One exercise: who has answered so far, and who has not."))
def show(number: Number, as_json: Json = False) -> None:
    """Show one exercise."""
    now = clock.now()
    with base.store() as opened:
        seen = base.view(opened, now=now)
        with opened.read() as tx:
            found = exercises.measured(tx, seen.district, number)
            pages = page_store.get_many(tx, found.exercise.pages)
    if as_json:
        base.print_json({"exercise": found.exercise, "pages": pages})
        return
    _head(found)
    base.table([_person(seen, row) for row in found.after.rows], _heads())


@app.command(help=_("End a running exercise; what has not left is taken back."))
def stop(number: Number, dry_run: DryRun = False, reason: Reason = "", actor: Actor = "") -> None:
    """Stop an exercise."""
    with acting.acting(reason, actor, dry_run=dry_run) as desk:
        acts.stop_exercise(desk.store, number, act=desk.act)
        typer.echo(_("Exercise {number} is ended.").format(number=number))


@app.command(help=_("Who answered, by which way and how soon; by unit; who did not."))
def report(
    number: Number,
    as_html: proof.AsHtml = False,
    as_xlsx: proof.AsXlsx = False,
    as_json: Json = False,
    to: proof.To = None,
) -> None:
    """What an exercise came to."""
    now = clock.now()
    with base.store() as opened:
        seen = base.view(opened, now=now)
        with opened.read() as tx:
            whole = exercises.report(tx, seen.district, number, now=now)
            found = exercises.measured(tx, seen.district, number)
    files = proof.Files.of(as_html=as_html, as_xlsx=as_xlsx, to=to)
    if files.ends:
        reader = proof.reader(seen.district, wiring.reasons(base.settings()))
        files.write(whole, reader, name=f"exercise-{number}")
    elif as_json:
        base.print_json(found)
    else:
        _shown(seen, found)


def _shown(seen: View, found: Measured) -> None:
    _head(found)
    base.table([_person(seen, row) for row in found.after.rows], _heads())
    typer.echo()
    base.table(
        [_unit(seen, total) for total in found.after.units],
        (_("unit"), _("people"), _("outcome"), _("half within"), _("nine in ten within")),
    )
    typer.echo()
    for line in proof.how_long(found.after):
        typer.echo(line)
    silent = [row.name for row in found.after.rows if row.confirmed_at is None]
    typer.echo(_("Did not answer: {who}").format(who=", ".join(silent) or "-"))


def _head(found: Measured) -> None:
    item = found.exercise
    answered = sum(row.confirmed_at is not None for row in found.after.rows)
    line = _("Exercise {number}, {level}: {state}; {answered} of {count} have answered.")
    typer.echo(
        line.format(
            number=item.id,
            level=_(item.level.value),
            state=_(item.state.value),
            answered=answered,
            count=len(found.after.rows),
        )
    )
    if item.state is ExerciseState.YIELDED:
        typer.echo(_("It gave way to a real raise before it was through."))


def _heads() -> tuple[str, ...]:
    return _("who"), _("unit"), _("outcome"), _("why"), _("by"), _("after"), _("attempts")


def _person(seen: View, row: Row) -> tuple[str, ...]:
    return (
        row.name,
        seen.unit_name(row.person),
        _(row.outcome.value),
        _(row.why.value) if row.why else "",
        _(row.how.value) if row.how else "",
        proof.took(row.took),
        str(row.attempts),
    )


def _unit(seen: View, total: UnitTotal) -> tuple[str, ...]:
    outcomes = " ".join(f"{_(outcome.value)}:{count}" for outcome, count in total.by_outcome)
    return (
        seen.maps.names.get(f"unit/{total.unit}", total.unit),
        str(total.people),
        outcomes,
        proof.took(total.median),
        proof.took(total.ninetieth),
    )
