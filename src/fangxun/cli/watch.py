"""`fangxun watch`: the terminal in the duty room. Alarms, open pages, levels, the watch; it rings
until somebody acknowledges, and needs no internet."""

from __future__ import annotations

import os
import select
import sys
import threading
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from fangxun import clock
from fangxun.cli import acting, base, screen, told, watchdog, words
from fangxun.cli.options import Actor, Json, page_number
from fangxun.cli.screen import Scene
from fangxun.core.errors import FangxunError
from fangxun.core.page import How, Page, PageKind
from fangxun.engine import acts
from fangxun.engine.acts import Act
from fangxun.store import assessments as assessment_store
from fangxun.store import pages as page_store
from fangxun.store.base import Store
from fangxun.text import _, say

app = words.group(help=_("The terminal in the duty room: level, watch, open pages; it rings."))
RING_EVERY = 5.0
"""Seconds between two rings of the bell."""
LONGEST_NUMBER = 19


@app.command(help=_("The terminal in the duty room. Type a page's number and Enter to confirm it."))
def watch(
    actor: Actor = "",
    once: Annotated[bool, typer.Option("--once", help=_("Print once and end."))] = False,
    as_json: Json = False,
) -> None:
    """Show until interrupted."""
    heartbeat = base.settings().heartbeat_path
    with base.store() as opened:
        if once or as_json:
            _print(look(opened, heartbeat), as_json=as_json)
            return
        terminal = Terminal(Console())
        try:
            _loop(terminal, opened, heartbeat, actor)
        finally:
            terminal.leave()


def _print(scene: Scene, *, as_json: bool) -> None:
    """All of it, however long."""
    if as_json:
        base.print_json(_plain(scene))
        return
    console = Console()
    every = screen.rows(scene, width=console.width, height=sys.maxsize)
    for row in every:
        console.print(row, no_wrap=True, overflow="ignore", crop=False)


def _plain(scene: Scene) -> dict[str, object]:
    """For programs of others."""
    seen = scene.seen
    return {
        "at": scene.at,
        "daemon": scene.dead,
        "rings": scene.rings,
        "alarms": [
            {**_page(page), "text": told.alarm_text(seen, page) if seen else ""}
            for page in scene.alarms
        ],
        "pages": [_page(page) for page in scene.pages],
        "exercise": [_page(page) for page in scene.practice],
        "levels": scene.levels,
        "standing": seen.standing if seen else (),
    }


def _page(page: Page) -> dict[str, object]:
    return {
        "id": page.id, "state": page.state, "level": page.level, "person": page.person,
        "place": page.place, "incident": page.incident, "opened_at": page.opened_at,
    }  # fmt: skip


def _loop(terminal: Terminal, opened: Store, heartbeat: Path, actor: str) -> None:
    """Draw, ring, and take a typed line, once a second."""
    rest, last_ring, answer = threading.Event(), 0.0, ""
    eyes = Eyes(opened, heartbeat)
    while True:
        scene = eyes.look()
        terminal.draw(scene, answer)
        if scene.rings and clock.monotonic() - last_ring > RING_EVERY:
            terminal.ring()
            last_ring = clock.monotonic()
        if not sys.stdin or not sys.stdin.isatty():
            rest.wait(1.0)
        elif select.select([sys.stdin], [], [], 1.0)[0]:
            line = sys.stdin.readline()
            if not line:
                return
            terminal.entered()
            answer = scene.broken or typed(opened, line, actor)


class Terminal:
    """Redraws every row but the last, in which a person types: what he has begun stays."""

    def __init__(self, console: Console) -> None:
        """Takes the whole of the terminal until `leave`."""
        self._console = console
        self._size: tuple[int, int] = (0, 0)
        self._write("\x1b[?1049h")

    def draw(self, scene: Scene, answer: str) -> None:
        """The present state, in the terminal's present size."""
        size = _size(self._console)
        if size != self._size:
            self._size = size
            self._write("\x1b[2J")
            self.entered()
        width, height = size
        shown = screen.rows(scene, width=width, height=height - 1, message=answer)
        lines = [self._coloured(row) for row in shown] + [""] * (height - 1 - len(shown))
        rows = "".join(f"\x1b[{at};1H{line}\x1b[K" for at, line in enumerate(lines, 1))
        self._write(f"\x1b7{rows}\x1b8")

    def entered(self) -> None:
        """A line has been taken: an empty one for the next."""
        _width, height = self._size
        prompt = _("Number and Enter to confirm:")
        self._write(f"\x1b[{height};1H\x1b[2K{prompt} ")

    def ring(self) -> None:
        """BEL."""
        self._write("\a")

    def leave(self) -> None:
        """Give the terminal back as it was."""
        self._write("\x1b[?1049l")

    def _coloured(self, row: Text) -> str:
        with self._console.capture() as captured:
            self._console.print(row, end="", no_wrap=True, overflow="crop")
        return captured.get()

    def _write(self, text: str) -> None:
        sys.stdout.write(text)
        sys.stdout.flush()


def _size(console: Console) -> tuple[int, int]:
    """Columns and rows as they are now, not as they were when the console was made."""
    try:
        width, height = os.get_terminal_size(sys.stdout.fileno())
    except (OSError, ValueError):
        width, height = console.size
    return max(width, 20), max(height, 4)


class Eyes:
    """Looks in a thread that may be left: a server that hangs refuses nothing, and the terminal
    would wait for it in silence. `patience`: seconds until it says so, and rings."""

    def __init__(self, opened: Store, heartbeat: Path, *, patience: float = 5.0) -> None:
        """Has not looked yet."""
        self._opened, self._heartbeat, self._patience = opened, heartbeat, patience
        self._looks: threading.Thread | None = None
        self._since = clock.monotonic()
        self._scene: Scene | None = None

    def look(self) -> Scene:
        """The room as it is now, or that nobody can say."""
        if self._looks is None or not self._looks.is_alive():
            self._since, self._scene = clock.monotonic(), None
            self._looks = threading.Thread(target=self._work, name="look", daemon=True)
            self._looks.start()
        self._looks.join(self._patience)
        if self._scene is not None:
            return self._scene
        waits = round(clock.monotonic() - self._since)
        said = _("The database has not answered for {seconds} seconds; look at its server.")
        dead = watchdog.look(self._heartbeat, acting.DEAD_AFTER)
        return Scene(clock.now(), dead=dead, broken=said.format(seconds=waits))

    def _work(self) -> None:
        self._scene = _seen(self._opened, self._heartbeat)


def _seen(opened: Store, heartbeat: Path) -> Scene:
    """The room, or why nothing of it is known just now, which rings: a terminal that went dark, or
    still showed the last calm, would look like peace."""
    try:
        return look(opened, heartbeat)
    except FangxunError as error:
        return Scene(clock.now(), broken=say(error))


def look(opened: Store, heartbeat: Path) -> Scene:
    """The room as it is now."""
    now = clock.now()
    seen = base.view(opened, now=now)
    with opened.read() as tx:
        levels = tuple(assessment_store.load(tx).values())
        waiting = screen.waiting(page_store.unended(tx))
    dead = watchdog.look(heartbeat, acting.DEAD_AFTER)
    return Scene(
        now,
        dead=dead,
        seen=seen,
        levels=levels,
        alarms=waiting[PageKind.ALARM],
        pages=waiting[PageKind.PAGE],
        practice=(*waiting[PageKind.EXERCISE], *waiting[PageKind.SPOT_CHECK]),
    )


def typed(opened: Store, line: str, actor: str) -> str:
    """A page's number confirms it, as the person that this account is; an alarm also as `actor`,
    who sits at a terminal that is nobody's own. What is typed behind the number is the reason.
    Returns what came of it."""
    first, _space, reason = line.strip().partition(" ")
    if not first:
        return ""
    if not first.isdecimal() or len(first) > LONGEST_NUMBER:
        return _("Type a page's number and Enter to confirm it.")
    try:
        after = _confirm(opened, page_number(int(first)), reason.strip(), actor)
    except FangxunError as error:
        return say(error)
    return _("Page {page}: {state}.").format(page=after.id, state=_(after.state.value))


def _confirm(opened: Store, number: int, reason: str, actor: str) -> Page:
    now = clock.now()
    seen = base.view(opened, now=now)
    with acting.by_name(seen):
        with opened.read() as tx:
            of_alarm = page_store.get(tx, number).kind is PageKind.ALARM
        person, account = acting.speaker(seen, actor) if of_alarm else acting.oneself(seen)
        said = reason[: acting.LONGEST_REASON] or _("terminal")
        act = Act(person, said, now, account)
        return acts.acknowledge(opened, number, how=How.TERMINAL, act=act)
