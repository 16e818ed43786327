"""`fangxun journal`: the duty log, and whether anybody has touched it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Annotated

import typer

from fangxun.cli import base, words
from fangxun.cli.options import Json
from fangxun.core import journal as chains
from fangxun.core.errors import N_, FaultyInput
from fangxun.core.handover import HEAD_DIGITS
from fangxun.engine.view import maps_of
from fangxun.store import district as district_store
from fangxun.store import journal as journal_store
from fangxun.store.base import Tx
from fangxun.text import _

app = words.group(help=_("The journal: show it; verify its chain."))
PAGE = 1000


@app.command(help=_("Print the journal, the newest last."))
def show(
    subject: Annotated[str, typer.Option(help=_("Only about this, such as page/17."))] = "",
    last: Annotated[int, typer.Option("--last", "-n", min=1, max=100000)] = 200,
    as_json: Json = False,
) -> None:
    """Show lines."""
    with base.store() as opened, opened.read() as tx:
        zone = base.zone(tx)
        district = district_store.applied(tx)
        count, _mac = journal_store.head(tx)
        after = 0 if subject else max(0, count - last)
        lines = journal_store.lines(tx, after=after, limit=last, subject=subject or None)
    if as_json:
        base.print_json(lines)
        return
    called = dict(maps_of(district).names) if district is not None else {}
    if district is not None:
        called[f"district/{district.id}"] = district.name
    for line in lines:
        typer.echo(f"{line.seq:>6} {base.shown(line.entry.at, zone)} {told(line.entry, called)}")


def told(entry: chains.Entry, called: Mapping[str, str]) -> str:
    """One line in words: what happened, to what, by whom, why, and what else is known of it."""
    kind, _slash, number = entry.subject.partition("/")
    about = called.get(entry.subject, f"{_(kind)} {number}".strip())
    actor = called.get(f"person/{entry.actor}", _(entry.actor))
    why = f": {_(entry.reason)}" if entry.reason else ""
    data = " ".join(
        f"{_(key)}={_value(key, value, called)}"
        for key, value in entry.data
        if value not in (None, "", [])
    )
    return f"{_(entry.event.value)}  {about}  [{actor}]{why}  {data}".rstrip()


def _value(key: str, value: object, called: Mapping[str, str]) -> str:
    """People, places, posts and gauges by name; levels and states as words."""
    if isinstance(value, list):
        return ",".join(_value(key, item, called) for item in value)
    text = str(value)
    for kind in ("person", "place", "post", "gauge", "unit"):
        if f"{kind}/{text}" in called and key in _NAMED[kind]:
            return called[f"{kind}/{text}"]
    return _(text)


_NAMED = {
    "person": {"person", "instead_of", "incoming", "told", "relayed_for", "approvers"},
    "place": {"place", "area", "touches"},
    "post": {"post"},
    "gauge": {"missing", "gauge"},
    "unit": {"unit"},
}
"""Under which names the ids of each kind stand in an entry's data."""


@app.command(
    help=_("Walk the chain; --anchor COUNT:HASH compares it with a head that left the machine.")
)
def verify(
    anchor: Annotated[str, typer.Option(help=_("COUNT:HASH as in the leader's notice."))] = "",
) -> None:
    """Verify the chain."""
    held = _anchor(anchor) if anchor else None
    with base.store() as opened, opened.read() as tx:
        head = chains.Anchor(*journal_store.head(tx))
        key = tx.key.read(lines=head.count)
        walked = chains.walk(key, _all(tx), head=head, anchor=held)
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
    while lines := journal_store.lines(tx, after=after, limit=PAGE):
        yield from lines
        after = lines[-1].seq


_HELD = re.compile(rf"([1-9][0-9]{{0,17}}):([0-9a-f]{{{HEAD_DIGITS},64}})")


def _anchor(text: str) -> chains.Anchor:
    """COUNT:HASH as the notice has it. Fewer digits would fit a tail that was written anew."""
    found = _HELD.fullmatch(text.strip().lower())
    if found is None:
        raise FaultyInput(
            N_(
                "{text} is no anchor. Write COUNT:HASH from a leader's notice: how many lines, and "
                "at least {digits} digits of the hash (0-9, a-f), such as 120:9f3ac1d27b04."
            ),
            text=text,
            digits=HEAD_DIGITS,
        )
    return chains.Anchor(int(found[1]), found[2])
