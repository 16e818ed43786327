"""`fangxun journal`: the duty log, and whether anybody has touched it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated

import typer

from fangxun import clock
from fangxun.cli import base, lines, matter, times, words
from fangxun.cli.options import Json
from fangxun.core import journal as chains
from fangxun.core.errors import N_, FaultyInput, NotFound
from fangxun.core.handover import HEAD_DIGITS
from fangxun.engine.view import Lookout
from fangxun.store import journal as journal_store
from fangxun.store.base import Tx
from fangxun.text import _

app = words.group(help=_("The journal: show it; add a call or letter; verify its chain."))
app.command("add", help=matter.ADD)(matter.came_in)
PAGE = 1000


@app.command(help=_("Print the journal, the newest last."))
def show(
    subject: Annotated[
        str | None, typer.Option(help=_("Only about this, such as page/17 or a place's name."))
    ] = None,
    last: Annotated[
        int, typer.Option("--last", "-n", min=1, max=100000, help=_("So many lines."))
    ] = 200,
    as_json: Json = False,
) -> None:
    """Show lines."""
    with base.store() as opened, opened.read() as tx:
        seen = Lookout().look(tx, now=clock.now())
        called = lines.called(seen) if seen is not None else {}
        found = _lines(tx, None if subject is None else _subjects(subject, called), last)
        if subject is not None and not found:
            raise NotFound(N_("The journal has nothing about {subject}."), subject=subject)
        known = lines.known(tx, seen, [line.entry for line in found])
    if as_json:
        base.print_json(found)
        return
    for line in found:
        at = times.shown(line.entry.at, known.zone)
        typer.echo(f"{line.seq:>6} {at} {lines.told(line.entry, known)}")


def _lines(tx: Tx, subjects: Sequence[str] | None, last: int) -> list[chains.Line]:
    """The last lines, of some subjects where given."""
    if subjects is None:
        count, _mac = journal_store.head(tx)
        return journal_store.lines(tx, after=max(0, count - last), limit=last)
    found = [line for one in subjects for line in journal_store.lines(tx, subject=one)]
    return sorted(found, key=lambda line: line.seq)[-last:]


def _subjects(text: str, called: Mapping[str, str]) -> list[str]:
    """A subject as the journal has it, or all that people call so: place, person, post, gauge."""
    wanted = text.strip()
    if not wanted:
        raise FaultyInput(N_("{what}: nothing was written."), what="--subject")
    return [key for key, name in called.items() if name == wanted] or [wanted]


@app.command(
    help=_("Walk the chain; --anchor COUNT:HASH compares it with a head that left the machine.")
)
def verify(
    anchor: Annotated[str, typer.Option(help=_("COUNT:HASH as in the leader's notice."))] = "",
    as_json: Json = False,
) -> None:
    """Verify the chain."""
    held = _anchor(anchor) if anchor else None
    with base.store() as opened, opened.read() as tx:
        head = chains.Anchor(*journal_store.head(tx))
        key = tx.key.read(lines=head.count)
        walked = chains.walk(key, _all(tx), head=head, anchor=held)
    if as_json:
        found = {"lines": walked.count, "head": _told_head(head), "breaks": walked.breaks}
        base.print_json(found)
        raise typer.Exit(1 if walked.breaks else 0)
    for item in walked.breaks:
        typer.echo(_("line {seq}: {tamper}").format(seq=item.seq, tamper=_(item.tamper.value)))
    if walked.breaks:
        said = _("{count} lines walked, {breaks} breaks; the head says {of}")
        typer.echo(said.format(count=walked.count, breaks=len(walked.breaks), of=_told_head(head)))
        raise typer.Exit(1)
    typer.echo(
        _("{count} lines walked, whole; head {head}").format(
            count=walked.count, head=_told_head(head)
        )
    )


def _told_head(head: chains.Anchor) -> str:
    """As the leader's notice has it, and `--anchor` takes it."""
    return f"{head.count}:{head.mac[:HEAD_DIGITS]}"


def _all(tx: Tx) -> Iterator[chains.Line]:
    after = 0
    while some := journal_store.lines(tx, after=after, limit=PAGE):
        yield from some
        after = some[-1].seq


_HELD = re.compile(rf"([1-9][0-9]{{0,17}}):([0-9a-f]{{{HEAD_DIGITS},64}})")


def _anchor(text: str) -> chains.Anchor:
    """COUNT:HASH as the notice has it. Fewer digits would fit a tail that was written anew."""
    found = _HELD.fullmatch(text.strip().lower())
    if found is None:
        raise FaultyInput(
            N_(
                "{text} is no anchor. Write COUNT:HASH from a leader's notice: how many lines, and "
                "at least {digits} digits of the hash, such as 120:903112270412."
            ),
            text=text,
            digits=HEAD_DIGITS,
        )
    return chains.Anchor(int(found[1]), found[2])
