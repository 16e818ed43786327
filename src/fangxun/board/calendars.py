"""Calendar feeds: only ever read, and a secret address is all that is asked for."""

from __future__ import annotations

from fastapi import FastAPI, Request, Response

from fangxun.engine import calendars
from fangxun.engine.parts import Parts

MOST_TOKEN = 64
_HEADERS = {
    "Cache-Control": "private, no-cache",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
    "X-Content-Type-Options": "nosniff",
}
"""Kept by the asker alone, and asked for again each time: a swap of an hour ago must show."""


def routes(app: FastAPI, parts: Parts) -> None:
    """Add them."""

    @app.api_route("/calendar/{token}.ics", methods=["GET", "HEAD"])
    def calendar(token: str, request: Request) -> Response:
        """Somebody's shifts; 404 alike for what never was and what was revoked."""
        known = _tags(request.headers.get("if-none-match", ""))
        found = calendars.serve(parts, token[:MOST_TOKEN], known=known, now=parts.clock())
        if found is None:
            return Response(status_code=404, headers=_HEADERS)
        headers = {**_HEADERS, "ETag": found.tag}
        if found.text is None:
            return Response(status_code=304, headers=headers)
        headers["Content-Disposition"] = 'inline; filename="fangxun.ics"'
        return Response(found.text, media_type="text/calendar", headers=headers)


def _tags(header: str) -> frozenset[str]:
    """The tags that an asker holds; a proxy may have made one weak."""
    return frozenset(tag.strip().removeprefix("W/") for tag in header[:1000].split(","))
