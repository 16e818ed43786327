"""`fangxun journal`: the duty log, and whether anybody has touched it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated

import typer

from fangxun import clock
from fangxun.cli import base, lines, times, words
from fangxun.cli.options import Json
from fangxun.core import journal as chains
from fangxun.core.errors import N_, FaultyInput, NotFound
from fangxun.engine.view import Lookout
from fangxun.store import journal as journal_store
from fangxun.store.base import Tx
from fangxun.text import _

app = words.group(help=_("The journal: show it; verify its chain."))
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
        count, mac = journal_store.head(tx)
        breaks = chains.verify(tx.key.read(lines=count), _all(tx), held)
    if as_json:
        base.print_json({"lines": count, "head": mac, "breaks": breaks})
    else:
        for item in breaks:
            typer.echo(_("line {seq}: {tamper}").format(seq=item.seq, tamper=_(item.tamper.value)))
    if breaks:
        raise typer.Exit(1)
    if not as_json:
        typer.echo(_("{count} lines, whole; head {head}").format(count=count, head=mac[:12]))


def _all(tx: Tx) -> Iterator[chains.Line]:
    after = 0
    while some := journal_store.lines(tx, after=after, limit=PAGE):
        yield from some
        after = some[-1].seq


def _anchor(text: str) -> chains.Anchor:
    count, _colon, mac = text.partition(":")
    if not (count.isascii() and count.isdigit()) or len(count) > len("1000000000") or not mac:
        raise FaultyInput(
            N_("{text} is no anchor; write COUNT:HASH, such as 120:9f3ac1"), text=text
        )
    return chains.Anchor(int(count), mac.lower())
