"""`fangxun feed`: how the sources are, and one poll by hand."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import Annotated

import typer

from fangxun import wiring
from fangxun.cli import acting, base, times, words
from fangxun.cli.options import Actor, Json, Reason
from fangxun.core import message
from fangxun.core.errors import N_, FeedFault, NotFound
from fangxun.engine import acts
from fangxun.engine import poll as polling
from fangxun.feeds.base import Failed, Fresh, Memory, Unchanged
from fangxun.store import feeds as feed_store
from fangxun.text import _
from fangxun.text.retold import retold

MOST_NAMES = 10
"""Of gauges that we do not know: a province's table has thousands."""

app = words.group(help=_("Feeds: list their state; poll one now."))


@app.command("list", help=_("Every feed: when it was last fresh, and whether it is stale."))
def list_(as_json: Json = False) -> None:
    """List feeds."""
    settings = base.settings()
    with base.store() as opened, opened.read() as tx:
        zone = base.zone(tx)
        states = feed_store.feed_states(tx)
    if as_json:
        base.print_json([states.get(feed.name) or {"name": feed.name} for feed in settings.feed])
        return
    rows = []
    for feed in settings.feed:
        state = states.get(feed.name)
        rows.append(
            (
                feed.name,
                feed.kind,
                _health(state),
                times.shown(state.last_success if state else None, zone),
                str(state.failures if state else 0),
                retold(state.reason or state.fault) if state else "",
            )
        )
    base.table(rows, (_("feed"), _("kind"), _("state"), _("last fresh"), _("failures"), _("why")))


def _health(state: feed_store.FeedState | None) -> str:
    """In one word."""
    if state is None or state.last_attempt is None:
        return _("never polled")
    if state.stale:
        return _("stale")
    if state.failures or state.fault:
        return _("failing")
    return _("partly unread") if state.odd_since else _("fresh")


@app.command(help=_("Poll one feed now, and tell what came."))
def poll(
    name: Annotated[str, typer.Argument(help=_("The feed's name."))],
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_("Keep nothing of it."))] = False,
    reason: Reason = "",
    actor: Actor = "",
) -> None:
    """Poll a feed."""
    settings = base.settings()
    if name not in {feed.name for feed in settings.feed}:
        raise NotFound(N_("No feed is called {name}; see: fangxun feed list"), name=name)
    with acting.acting(reason, actor, dry_run=dry_run) as desk:
        parts = wiring.parts(settings, desk.opened, language=desk.seen.district.language)
        feed = parts.feeds[name]
        polled = feed.poll(Memory(), now=desk.act.now)
        acts.polled(desk.store, name, act=desk.act)
        if not dry_run:
            polling.accept(parts, feed.settings, polled, now=desk.act.now)
        if isinstance(polled, Failed):
            raise FeedFault(N_("Feed {feed}: {why}"), feed=name, why=polled.reason)
        _tell(polled, {gauge.id for gauge in desk.seen.district.gauges})


def _tell(polled: Fresh | Unchanged, ours: AbstractSet[str]) -> None:
    """What came, and what of it is of no gauge of `ours`."""
    if isinstance(polled, Unchanged):
        typer.echo(_("Unchanged."))
        return
    typer.echo(
        _("{warnings} warnings, {readings} readings").format(
            warnings=len(polled.bulletins), readings=len(polled.readings)
        )
    )
    for note in filter(None, (polled.fault, polled.odd, *polled.notes)):
        typer.echo(f"  {note}")
    strangers = sorted({reading.gauge for reading in polled.readings} - ours)
    if strangers:
        typer.echo(
            "  "
            + _("{count} gauges that are not in gauges.csv are left out: {names}").format(
                count=len(strangers), names=", ".join(map(message.clean, strangers[:MOST_NAMES]))
            )
        )
    for item in polled.bulletins[:50]:
        typer.echo(f"  {_(item.level.value)} {message.clean(item.headline)}")
