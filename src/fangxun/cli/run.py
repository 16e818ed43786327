"""`fangxun run`: the daemon."""

from __future__ import annotations

import logging
import os
from dataclasses import replace
from functools import partial

import typer

from fangxun import clock, wiring
from fangxun.cli import base, words
from fangxun.core.errors import N_, Refused
from fangxun.core.plan import Channel
from fangxun.engine import daemon
from fangxun.store import lock
from fangxun.text import _

app = words.group(help=_("The daemon."))


@app.command(help=_("The daemon: polls, assesses, pages, until SIGTERM."))
def run() -> None:
    """Run until told to stop."""
    from fangxun.board import app as board  # noqa: PLC0415  FastAPI is heavy
    from fangxun.board.paper import call_sheet  # noqa: PLC0415  jinja2, too
    from fangxun.board.server import Server  # noqa: PLC0415  uvicorn, too

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for noisy in ("httpx", "apscheduler", "twilio.http_client"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    settings = base.settings()
    now = clock.now()
    with lock.hold(settings.database, "fangxun run", now=now) as held, base.store() as opened:
        seen = base.view(opened, now=now)
        parts = replace(
            wiring.parts(settings, opened, language=seen.district.language),
            paper=partial(call_sheet.write, settings.call_sheets),
        )
        if parts.able(Channel.SMS) is None:
            raise Refused(
                N_("No gateway that sends SMS is configured; add a [[gateway]] to fangxun.toml.")
            )
        http = Server(
            board.build(parts, settings.heartbeat_path), host=settings.bind, port=settings.port
        )
        typer.echo(
            _(
                "Fangxun runs: {district}, {feeds} feeds, {gateways} gateways, http://{bind}:{port}/"
            ).format(
                district=seen.district.name,
                feeds=len(parts.feeds),
                gateways=len(parts.gateways),
                bind=settings.bind,
                port=settings.port,
            )
        )
        daemon.Daemon(
            parts=parts,
            monotonic=clock.monotonic,
            elapsed=clock.elapsed,
            heartbeat=settings.heartbeat_path,
            environ=os.environ,
            tick=settings.tick,
            heartbeat_url=settings.heartbeat_url,
            services=(http,),
            locked=held.check,
        ).run()
