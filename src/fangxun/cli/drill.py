"""`fangxun drill`: a storm replayed through the whole system; nothing leaves the machine."""

from __future__ import annotations

import logging
import os
import tempfile
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from fangxun import clock
from fangxun import district as districts
from fangxun.cli import proof, times, words
from fangxun.core.district import District
from fangxun.core.errors import N_, FaultyInput
from fangxun.core.journal import Event, Line
from fangxun.core.level import Level
from fangxun.core.observation import Reading
from fangxun.core.place import Measure
from fangxun.core.report import AfterAction, after_action
from fangxun.drill import checks, pace
from fangxun.drill.run import Drill
from fangxun.drill.storms import STORMS, storm
from fangxun.engine import proof as reports
from fangxun.engine.view import Maps, maps_of
from fangxun.store.base import migrate, open_store
from fangxun.text import _

app = words.group(_("Replay a storm through the whole system; nothing leaves the machine."))
COLOURS = {
    Level.RED: "bold white on red", Level.ORANGE: "bold black on dark_orange",
    Level.YELLOW: "black on yellow", Level.BLUE: "white on blue",
    Level.NONE: "green", Level.UNKNOWN: "magenta",
}  # fmt: skip
CODES = {"simulated": {"30005": N_("The number is unknown or no longer in service.")}}
"""What the simulated gateway's codes mean: it has this one of Twilio's."""
BAR = 5.0
"""mm of rain to a block of the bar."""


@app.command(help=_("Replay a storm through the whole system; nothing leaves the machine."))
def drill(  # noqa: PLR0913  one parameter for each option
    name: Annotated[
        str, typer.Argument(metavar="STORM", help=_("omoto, zhengzhou or ladder."))
    ] = "omoto",
    speed: Annotated[
        float | None,
        typer.Option(
            min=0,
            max=1e6,
            help=_(
                "Virtual seconds in a real one; 0 for as fast as it goes. Without it, on a "
                "terminal, a storm takes a minute."
            ),
        ),
    ] = None,
    district: Annotated[
        Path | None, typer.Option(help=_("A district folder instead of the example."))
    ] = None,
    to: Annotated[
        Path | None,
        typer.Option("--report", help=_("Write the report here (.html, .xlsx or .json).")),
    ] = None,
    seed: Annotated[int, typer.Option(help=_("Another seed: other people sleep."))] = 1,
    svg: Annotated[
        Path | None, typer.Option(help=_("Write a picture of the timeline here."))
    ] = None,
    list_: Annotated[bool, typer.Option("--list", help=_("List the storms."))] = False,
) -> None:
    """Run a drill, show it, check it."""
    console = _console(recorded=svg is not None)
    if list_:
        for known in STORMS.values():
            console.print(f"{known().name:10} {_(known().title)}")
        return
    for path in (to, svg):
        _writable(path)
    if to is not None:
        proof.kind_of(to)
    logging.disable(logging.CRITICAL)
    chosen = storm(name)
    place = districts.read(district) if district else districts.read(districts.example_path())
    console.print(Text(_(chosen.title), style="bold"))
    console.print(Text(_(chosen.note), style="dim"))
    with tempfile.TemporaryDirectory(prefix="fangxun-drill-") as folder:
        url = f"sqlite:///{Path(folder) / 'drill.db'}"
        migrate(url)
        opened = open_store(url, durable=False)
        try:
            running = Drill(chosen, opened, place, seed)
            live = console.is_terminal and not console.record
            _play(console, running, pace.rests(speed, live=live, monotonic=clock.monotonic))
            outcome = running.outcome()
            with opened.read() as tx:
                key = tx.key.read(lines=1)
                incidents = [item.id for item in outcome.incidents]
                found = reports.report(tx, place, incidents, now=running.now)
        finally:
            opened.close()
    entries = [line.entry for line in outcome.lines]
    people = maps_of(place).people
    _summary(console, place, after_action(outcome.pages, outcome.attempts, people, entries))
    violations = checks.check(outcome, chosen.expected, key)
    for violation in violations:
        text = _(violation.template).format(**dict(violation.fields))
        console.print(Text(f"× {text}", style="bold red"))
    if not violations:
        console.print(Text(f"√ {_('every check of this drill holds')}", style="bold green"))
    if to is not None:
        proof.write(to, found, proof.reader(place, CODES))
    if svg is not None:
        svg.write_text(console.export_svg(title=f"fangxun drill {name}"), encoding="utf-8")
    raise typer.Exit(1 if violations else 0)


def _writable(path: Path | None) -> None:
    """Asked before a drill of minutes, not after it."""
    if path is not None and (path.is_dir() or not os.access(path.absolute().parent, os.W_OK)):
        raise FaultyInput(
            N_("Nothing can be written to {path}; name a file in a folder that is there."),
            path=path,
        )


WIDE = 110
"""Columns where there is no terminal, or a picture is taken."""


def _console(*, recorded: bool) -> Console:
    """The terminal as it is; a wide page where there is none."""
    known = Console()
    width = None if known.is_terminal and not recorded else WIDE
    return Console(record=recorded, width=width, highlight=False)


def _play(console: Console, running: Drill, rests: Callable[[timedelta], float]) -> None:
    """The timeline, as it happens."""
    maps, zone = maps_of(running.district), ZoneInfo(running.district.roster.zone)
    wait, before = threading.Event().wait, running.now
    shown: set[tuple[str, datetime]] = set()
    raised = False
    for at, lines in running.run():
        said = [*_rain(running, shown, at, maps, zone)]
        if not raised:
            said += _on_watch(running, lines, maps, zone)
            raised = any(line.entry.event is Event.RAISED for line in lines)
        said += _told(lines, maps, zone)
        if said:
            wait(rests(at - before))
            before = at
        for line in said:
            console.print(line)


def _on_watch(running: Drill, lines: list[Line], maps: Maps, zone: ZoneInfo) -> Iterator[Text]:
    """At the first raise: who is on watch for that place, in its unit and in the duty room."""
    entry = next((line.entry for line in lines if line.entry.event is Event.RAISED), None)
    if entry is None:
        return
    posts = {post.id: post.name for post in running.district.roster.posts}
    units: dict[str, list[str]] = {}
    for one in running.on_watch(str(dict(entry.data)["place"]), entry.at):
        who = maps.names.get(f"person/{one.person}", one.person)
        units.setdefault(one.unit, []).append(f"{posts.get(one.post, one.post)} {who}")
    for unit, people in units.items():
        name = maps.names.get(f"unit/{unit}", unit)
        said = f"{_('on watch')}: {name}  {'  '.join(people)}"
        yield Text(f"{entry.at.astimezone(zone):%m-%d %H:%M:%S} ", style="dim").append(
            said, style="magenta"
        )


def _rain(
    running: Drill, shown: set[tuple[str, datetime]], at: datetime, maps: Maps, zone: ZoneInfo
) -> Iterator[Text]:
    """A bar for each hour of rain that has come in."""
    for published, item in running.storm.items.get("gauges", ()):
        if published > at or not isinstance(item, Reading) or item.measure is not Measure.RAIN:
            continue
        hour = (item.end - item.start).total_seconds() >= 3600  # noqa: PLR2004  seconds of an hour
        if (item.gauge, item.end) in shown or not item.value or not hour:
            continue
        shown.add((item.gauge, item.end))
        name = maps.names.get(f"gauge/{item.gauge}", item.gauge)
        bar = "█" * max(1, round(item.value / BAR))
        yield (
            Text(f"{item.end.astimezone(zone):%m-%d %H:%M} ", style="dim")
            .append(f"{name} {item.value:6.1f} mm ", style="cyan")
            .append(bar, style="blue")
        )


def _told(lines: list[Line], maps: Maps, zone: ZoneInfo) -> Iterator[Text]:  # noqa: C901  one case an event
    """What is worth a line on the screen; steps of one instant and kind are one line."""
    steps: dict[str, list[str]] = {}
    for line in lines:
        entry, data = line.entry, dict(line.entry.data)
        stamp = Text(f"{entry.at.astimezone(zone):%m-%d %H:%M:%S} ", style="dim")
        person = maps.names.get(f"person/{data.get('person')}", str(data.get("person") or ""))
        place = maps.names.get(f"place/{data.get('place')}", str(data.get("place") or ""))
        match entry.event:
            case Event.RAISED | Event.LOWERED:
                level = Level(str(data["level"]))
                yield (
                    stamp.append(f"{place} ")
                    .append(f" {_(level.value)} ", style=COLOURS[level])
                    .append(f" {_(entry.event.value)}")
                )
            case Event.STEP_FIRED:
                group = _("pages") if entry.reason == "person" else _("turns to")
                steps.setdefault(f"{group} ({_(str(data['channel']))})", []).append(person)
            case Event.PAGE_CONFIRMED | Event.PAGE_COVERED | Event.ALARM_CONFIRMED:
                who = maps.names.get(f"person/{entry.actor}", entry.actor)
                yield stamp.append(f"√ {who} {_(entry.event.value)} ", style="green").append(
                    f"{place}"
                )
            case Event.PAGE_UNREACHED:
                yield stamp.append(f"× {person} {_(entry.event.value)} {place}", style="bold red")
            case Event.ALARM_OPENED:
                what = person or place or str(data.get("feed") or data.get("gateway") or "")
                yield stamp.append(f"⚠ {_(entry.reason)} {what}", style="bold yellow")
            case Event.HANDOVER:
                who = maps.names.get(f"person/{data.get('incoming')}", "")
                post = maps.names.get(f"{entry.subject}", entry.subject)
                yield stamp.append(f"{_('watch')}: {post} {who}", style="magenta")
            case Event.WARNING_RECEIVED:
                yield stamp.append(str(data.get("headline", "")), style="cyan")
            case Event.FEED_STALE | Event.FEED_BACK | Event.ALL_CLEAR_PROPOSED | Event.STOOD_DOWN:
                subject = str(data.get("area") or entry.subject)
                yield stamp.append(f"{_(entry.event.value)} {subject}", style="bold")
            case Event.ATTEMPT_SETTLED if entry.reason in {"undelivered", "failed"}:
                yield stamp.append(
                    f"  {person}: {_(entry.reason)} {data.get('code', '')}", style="red"
                )
    if steps:
        at = lines[-1].entry.at.astimezone(zone)
        for what, people in steps.items():
            names = " ".join(dict.fromkeys(people))
            yield Text(f"{at:%m-%d %H:%M:%S} ", style="dim").append(f"→ {what}: {names}")


def _summary(console: Console, district: District, found: AfterAction) -> None:
    """The after-action summary."""
    zone = district.roster.zone
    maps = maps_of(district)
    table = Table(
        title=_("After the storm: who was told what, and what came of it"), title_style="bold"
    )
    for head in (
        _("who"),
        _("place"),
        _("level"),
        _("told"),
        _("confirmed"),
        _("in his stead"),
        _("outcome"),
        _("attempts"),
    ):
        table.add_column(head, no_wrap=True)
    for row in found.rows:
        table.add_row(
            row.name, maps.names.get(f"place/{row.place}", row.place),
            Text(_(row.level.value), style=COLOURS[row.level]), times.shown(row.told_at, zone),
            times.shown(row.confirmed_at, zone),
            maps.names.get(f"person/{row.covered_by}", row.covered_by),
            _(row.outcome.value), str(row.attempts),
        )  # fmt: skip
    console.print(table)
    totals = ", ".join(f"{_(outcome.value)} {count}" for outcome, count in found.by_outcome)
    console.print(
        _(
            "{pages} pages: {totals}; {attempts} messages, {alarms} alarms, "
            "{copies} possible duplicates"
        ).format(
            pages=len(found.rows), totals=totals, attempts=found.attempts, alarms=found.alarms,
            copies=found.possible_duplicates,
        )
    )  # fmt: skip
    for line in proof.how_long(found):
        console.print(line)
