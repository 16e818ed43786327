"""`fangxun watch`: the terminal in the duty room. Level, watch, open pages; it rings until somebody
acknowledges, and needs no internet."""

from __future__ import annotations

import select
import sys
import threading
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from fangxun import clock
from fangxun.cli import base, watchdog, words
from fangxun.cli.options import Actor
from fangxun.core.errors import FangxunError
from fangxun.core.level import Level
from fangxun.core.page import How, Page, PageKind, PageState
from fangxun.core.roster import Role
from fangxun.engine import acts
from fangxun.engine.texts import fields_of
from fangxun.engine.view import View
from fangxun.store import assessments as assessment_store
from fangxun.store import pages as page_store
from fangxun.store.base import Store
from fangxun.text import _, say
from fangxun.text.templates import templates

app = words.group(help=_("The terminal in the duty room: level, watch, open pages; it rings."))
COLOURS = {
    Level.RED: "bold white on red", Level.ORANGE: "bold black on dark_orange",
    Level.YELLOW: "black on yellow", Level.BLUE: "white on blue",
    Level.UNKNOWN: "bold magenta", Level.NONE: "green",
}  # fmt: skip
RING_EVERY = 5.0
"""Seconds between two rings of the bell."""
DEAD_AFTER = timedelta(seconds=60)


@app.command(help=_("The terminal in the duty room. Type a page's number and Enter to confirm it."))
def watch(
    actor: Actor = "",
    once: Annotated[bool, typer.Option("--once", help=_("Print once and end."))] = False,
) -> None:
    """Show until interrupted."""
    console = Console()
    heartbeat = base.settings().heartbeat_path
    with base.store() as opened:
        if once:
            console.print(screen(opened, heartbeat)[0])
            return
        rest, last_ring, wrong = threading.Event(), 0.0, ""
        with Live(console=console, auto_refresh=False, screen=True) as live:
            while True:
                drawn, ringing = _drawn(opened, heartbeat)
                live.update(Group(drawn, Text(wrong, style="bold")), refresh=True)
                if ringing and clock.monotonic() - last_ring > RING_EVERY:
                    console.bell()
                    last_ring = clock.monotonic()
                if sys.stdin.isatty() and select.select([sys.stdin], [], [], 1.0)[0]:
                    line = sys.stdin.readline()
                    if not line:
                        return
                    wrong = _typed(opened, line, actor)
                else:
                    rest.wait(0 if sys.stdin.isatty() else 1.0)


def _drawn(opened: Store, heartbeat: Path) -> tuple[Group, bool]:
    """The screen, or why there is none just now, which rings: a terminal that went dark, or still
    showed the last calm, would look like peace."""
    try:
        return screen(opened, heartbeat)
    except FangxunError as error:
        return Group(Text(say(error), style=COLOURS[Level.RED])), True


def _typed(opened: Store, line: str, actor: str) -> str:
    """A page's number confirms it, as the person that this account is; an alarm also as `actor`,
    who sits at a terminal that is nobody's own. Returns what was wrong, "" where nothing was."""
    if not line.strip().isdecimal():
        return _("Type a page's number and Enter to confirm it.") if line.strip() else ""
    number = int(line)
    try:
        with opened.read() as tx:
            of_alarm = page_store.get(tx, number).kind is PageKind.ALARM
        reason = "terminal"
        act = base.act(opened, reason, actor) if of_alarm else base.own_act(opened, reason)
        acts.acknowledge(opened, number, how=How.TERMINAL, act=act)
    except FangxunError as error:
        return say(error)
    return ""


def screen(opened: Store, heartbeat: Path) -> tuple[Group, bool]:
    """What is shown, and whether it rings: for an alarm or a page to the duty officer that nobody
    has confirmed, and while the daemon does not work; never for an exercise."""
    dead = watchdog.look(heartbeat, DEAD_AFTER)
    now = clock.now()
    seen = base.view(opened, now=now)
    with opened.read() as tx:
        levels = assessment_store.load(tx)
        pages = [p for p in page_store.latest(tx, limit=2000)[::-1] if _waits(p)]
    head = Text(f"{seen.district.name}  {base.shown(now, seen.district.roster.zone)}", style="bold")
    places = Table(_("place"), _("level"), _("certainty"), _("silent"), box=None)
    for place, item in levels.items():
        places.add_row(
            seen.name_of(place),
            Text(_(item.level.value), style=COLOURS[item.level]),
            base.certainty(item),
            " ".join(seen.gauge_name(gauge) for gauge in item.missing),
        )
    standing = Table(_("post"), _("who"), _("phone"), box=None)
    for entry in seen.standing:
        person = seen.people.get(entry.person)
        phones = " / ".join(p.number for p in person.phones) if person else ""
        standing.add_row(
            seen.post_name(entry.post),
            seen.person_name(entry.person),
            phones,
        )
    waiting = Table(_("page"), _("state"), _("who"), _("what"), _("since"), box=None)
    for page in pages:
        waiting.add_row(*_line(seen, page), style="bold red" if page.kind is PageKind.ALARM else "")
    officers = {entry.person for entry in seen.standing if entry.role is Role.DUTY_OFFICER}
    unconfirmed = any(
        p.state is PageState.OPEN and (p.kind is PageKind.ALARM or p.person in officers)
        for p in pages
        if p.kind is not PageKind.EXERCISE
    )
    state = Text(dead, style=COLOURS[Level.RED])
    return Group(head, state, places, standing, waiting), unconfirmed or bool(dead)


def _waits(page: Page) -> bool:
    return page.state in {PageState.OPEN, PageState.UNREACHED}


def _line(seen: View, page: Page) -> tuple[str, ...]:
    words = templates(seen.district.language)
    what = f"{seen.name_of(page.place or '')} {_(page.level.value)}"
    if page.kind is PageKind.ALARM:
        kind = page.cause.partition(":")[0]
        what = words[f"alarm_{kind}"].format_map(_Fields(fields_of(seen, words, page, {})))
    elif page.kind is PageKind.EXERCISE:
        what = f"{words['exercise_mark']}{fields_of(seen, words, page, {})['text']}"
    return (
        str(page.id),
        _(page.state.value),
        seen.person_name(page.person or ""),
        what,
        base.shown(page.opened_at, seen.district.roster.zone),
    )


class _Fields(dict[str, object]):
    """A field that an alarm has not is shown empty."""

    def __missing__(self, key: str) -> str:
        return ""
