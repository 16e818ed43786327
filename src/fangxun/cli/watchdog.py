"""`fangxun watchdog`: a process apart that needs neither store nor daemon, and rings when the last
full cycle is too old: somebody must notice a dead daemon in a storm."""

from __future__ import annotations

import os
import subprocess
import threading
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from fangxun import clock, config
from fangxun.cli import words
from fangxun.core.errors import FangxunError
from fangxun.engine import housekeep
from fangxun.text import _, say

BELL_SECONDS = 30
"""How long the operator's program may take before the watchdog looks again without it."""

app = words.group(help=_("Ring when the daemon's last full cycle is too old."))


@app.command(help=_("Ring when the daemon's last full cycle is too old."))
def watchdog(
    older_than: Annotated[
        float, typer.Option(min=1, max=86400, help=_("Seconds without a full cycle."))
    ] = 60.0,
    every: Annotated[
        float, typer.Option(min=0.1, max=86400, help=_("Seconds between two looks."))
    ] = 10.0,
    once: Annotated[
        bool, typer.Option("--once", help=_("Look once; the exit code tells."))
    ] = False,
    command: Annotated[
        str, typer.Option(help=_("A program to run when it rings (a siren, a modem)."))
    ] = "",
) -> None:
    """Watch the heartbeat file."""
    path = config.load(config.find(os.environ)).heartbeat_path
    rest = threading.Event()
    while True:
        wrong = look(path, timedelta(seconds=older_than))
        if wrong:
            typer.echo(f"\a{clock.now():%Y-%m-%d %H:%M:%SZ} {wrong}", err=True)
            if command:
                ring(command, wrong)
        if once:
            raise typer.Exit(1 if wrong else 0)
        rest.wait(every)


def ring(command: str, wrong: str) -> None:
    """Run the operator's program with the sentence; where it fails, say so and go on watching."""
    try:
        done = subprocess.run([command, wrong], check=False, timeout=BELL_SECONDS)  # noqa: S603  the operator's own
        failed = str(done.returncode) if done.returncode else ""
    except (OSError, subprocess.TimeoutExpired) as error:
        failed = str(error)
    if failed:
        typer.echo(
            _("The program {command} failed: {why}").format(command=command, why=failed), err=True
        )


def look(path: Path, bound: timedelta) -> str:
    """What is wrong with the daemon, "" where it lives."""
    try:
        beat = housekeep.read_heartbeat(path)
    except FangxunError as error:
        return say(error)
    if beat is None:
        return _("Fangxun has never completed a cycle here: {path} is missing.").format(path=path)
    age = clock.now() - beat.at
    if -bound <= age <= bound:
        return ""
    if age < -bound:
        return _(
            "The daemon's last full cycle lies {seconds} seconds in the future: one clock is "
            "wrong, and nobody can say whether Fangxun works. Set the clock, then restart it."
        ).format(seconds=round(-age.total_seconds()))
    said = _(
        "FANGXUN DOES NOT WORK: the last full cycle was {seconds} seconds ago (process {pid})."
    ).format(seconds=round(age.total_seconds()), pid=beat.pid)
    if not beat.failed:
        return said
    failed = ", ".join(_(part) for part in beat.failed)
    return said + " " + _("What fails: {parts}.").format(parts=failed)
