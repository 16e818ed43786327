"""Routes: callbacks only store a row, GET never confirms, health means a full cycle lately.

Bound to loopback by default; a public address goes in front of it only for callbacks and links.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse
from jinja2 import Environment, PackageLoader, select_autoescape

from fangxun.board import calendars
from fangxun.core.errors import FangxunError, NotFound, Refused
from fangxun.core.page import Page, PageState
from fangxun.engine import acts, housekeep, receive
from fangxun.engine.parts import Parts
from fangxun.gateways.base import CallbackRequest, Forged
from fangxun.text import _

log = logging.getLogger(__name__)

MOST_BYTES = 64_000
"""A callback is a short form; more is refused before it is read."""
SLOWEST = 10
"""Seconds that a callback's body may take to come."""
READY_WITHIN = timedelta(seconds=60)


def build(parts: Parts, heartbeat: Path, *, slowest: float = SLOWEST) -> FastAPI:
    """The application over one engine's parts."""
    app = FastAPI(title="Fangxun", docs_url=None, redoc_url=None, openapi_url=None)
    _health(app, parts, heartbeat)
    _links(app, parts)
    _callbacks(app, parts, slowest)
    calendars.routes(app, parts)
    return app


def _health(app: FastAPI, parts: Parts, heartbeat: Path) -> None:
    @app.get("/healthz")
    def healthz() -> PlainTextResponse:
        """The process answers; says nothing about the engine."""
        return PlainTextResponse("ok\n")

    @app.get("/readyz")
    def readyz() -> Response:
        """A full cycle was completed lately."""
        return _ready(parts, heartbeat)


def _links(app: FastAPI, parts: Parts) -> None:
    pages = Environment(
        loader=PackageLoader("fangxun.board"),
        autoescape=select_autoescape(default=True),
    )
    pages.globals["_"] = _

    def show(name: str, status: int = 200, **fields: object) -> HTMLResponse:
        html = pages.get_template(name).render(duty_phone=duty_phone(status), **fields)
        return HTMLResponse(html, status_code=status, headers=_PRIVATE)

    known: list[str] = []

    def duty_phone(status: int) -> str:
        """The district's, where somebody is told to call it; as it was last, while the store is
        what fails."""
        if status >= HTTPStatus.BAD_REQUEST:
            with suppress(FangxunError):
                known[:] = _duty_phone(parts)
        return known[0] if known else ""

    @app.get("/c/{token}")
    def look(token: str) -> HTMLResponse:
        """Show a page and a button; looking confirms nothing (phones and scanners fetch links)."""
        view = acts.page_by_link(parts.store, token[:64])
        if view is None or view.page.state is PageState.CLOSED:
            return show("dead.html", _dead(view))
        return show("confirm.html", page=view.page, text=view.text, done=_done(view.page))

    @app.post("/c/{token}")
    def confirm(token: str) -> HTMLResponse:
        """Confirm the page of a one-time link."""
        try:
            page = acts.acknowledge_by_link(parts.store, token[:64], now=parts.clock())
        except (NotFound, Refused) as error:
            return show("dead.html", _dead(error))
        parts.wake()
        return show("confirmed.html", page=page)

    @app.exception_handler(Exception)
    def not_kept(_request: Request, _error: Exception) -> HTMLResponse:
        """Whoever pressed must know that nothing was kept, and a provider that it must come again;
        the server logs the fault itself."""
        return show("not_kept.html", 503)


def _callbacks(app: FastAPI, parts: Parts, slowest: float) -> None:
    @app.api_route("/callback/{gateway}/{rest:path}", methods=["GET", "POST"])
    async def callback(gateway: str, rest: str, request: Request) -> Response:  # noqa: ARG001  read from the URL
        """A provider's receipt or an inbound text."""
        try:
            async with asyncio.timeout(slowest):
                body = await _body(request)
        except TimeoutError:
            return PlainTextResponse("too slow\n", status_code=408)
        if body is None:
            return PlainTextResponse("too large\n", status_code=413)
        return await run_in_threadpool(_take, parts, gateway, _as_came(request, body))


_PRIVATE = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'"
    ),
}


def _duty_phone(parts: Parts) -> list[str]:
    with parts.store.read() as tx:
        view = parts.lookout.look(tx, now=parts.clock())
    return [view.duty_phone] if view is not None else []


def _dead(why: object) -> int:
    """404 for a link that never was, 410 for one whose page has ended without its person."""
    never = why is None or isinstance(why, NotFound)
    return 404 if never else 410


def _done(page: Page) -> bool:
    return page.state in {PageState.CONFIRMED, PageState.COVERED, PageState.CLOSED}


def _ready(parts: Parts, heartbeat: Path) -> Response:
    try:
        beat = housekeep.read_heartbeat(heartbeat)
    except FangxunError as error:
        return JSONResponse({"ready": False, "why": str(error)}, status_code=503)
    age = (parts.clock() - beat.at).total_seconds() if beat else None
    ready = age is not None and abs(age) <= READY_WITHIN.total_seconds()
    return JSONResponse(
        {"ready": ready, "seconds_since_full_cycle": age}, status_code=200 if ready else 503
    )


async def _body(request: Request) -> bytes | None:
    """The body, None where it is larger than a callback can be."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BYTES:
            return None
    return bytes(body)


def _as_came(request: Request, body: bytes) -> CallbackRequest:
    query = f"?{request.url.query}" if request.url.query else ""
    return CallbackRequest(
        method=request.method,
        path_and_query=f"{request.scope['raw_path'].decode('ascii', 'replace')}{query}",
        headers={name.lower(): value for name, value in request.headers.items()},
        body=body,
    )


def _take(parts: Parts, gateway: str, came: CallbackRequest) -> Response:
    try:
        taken = receive.store_callback(parts, gateway, came, now=parts.clock())
    except Forged:
        log.warning("a forged callback for %s", gateway, extra={"action": "callback_forged"})
        return PlainTextResponse("signature\n", status_code=403)
    return Response(taken.answer, media_type=taken.answer_type)
