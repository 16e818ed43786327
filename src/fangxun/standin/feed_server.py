"""A feed of warnings and a gauge file on loopback, stamped to now: for trials and tests.

    python -m fangxun.standin.feed_server --geocode 999901000000 --rain yx01=3.0,24.0,83.0

It serves /rss.xml (the index), /cap/ID.xml and /gauges.csv, each with an ETag. The last reading
ends at the full hour gone by, the others one hour apart before it.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Self

from fangxun import clock
from fangxun.standin import feed_documents
from fangxun.standin.feed_documents import Warned
from fangxun.standin.http1 import Reply, Request
from fangxun.standin.server import LoopbackServer

HOUR = timedelta(hours=1)


class FeedServer:
    """What it serves can be changed from any thread while it runs."""

    def __init__(self, *, port: int = 0, now: Callable[[], datetime] = clock.now) -> None:
        """Nothing is in force and no gauge is known."""
        self.requests: list[Request] = []
        self.status = 200
        """Another one is answered to everything: 503 is a feed that is down."""
        self._warnings: dict[str, Warned] = {}
        self._rain: dict[str, tuple[tuple[datetime, float | None], ...]] = {}
        self._now = now
        self._server = LoopbackServer(self._handle, port=port)

    @property
    def url(self) -> str:
        """Where it listens."""
        return self._server.url

    @property
    def index_url(self) -> str:
        """The index of warnings."""
        return f"{self.url}/rss.xml"

    @property
    def gauges_url(self) -> str:
        """The gauge file."""
        return f"{self.url}/gauges.csv"

    def start(self) -> Self:
        """Listen."""
        self._server.start()
        return self

    def stop(self) -> None:
        """Stop listening."""
        self._server.stop()

    def wait(self) -> None:
        """Until it is stopped."""
        self._server.wait()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def warn(self, warned: Warned) -> None:
        """Show a warning from now on; the same identifier replaces it."""
        self._warnings = {**self._warnings, warned.identifier: warned}

    def forget(self, identifier: str) -> None:
        """Show it no longer, as feeds do without a word."""
        kept = {key: value for key, value in self._warnings.items() if key != identifier}
        self._warnings = kept

    def rain(self, gauge: str, readings: Sequence[tuple[datetime, float | None]]) -> None:
        """The gauge's readings as (end of the hour, mm)."""
        self._rain = {**self._rain, gauge: tuple(readings)}

    def rain_until(self, gauge: str, end: datetime, amounts: Sequence[float | None]) -> None:
        """Hourly amounts of which the last ends at `end`."""
        last = len(amounts) - 1
        self.rain(gauge, [(end - (last - i) * HOUR, mm) for i, mm in enumerate(amounts)])

    def _handle(self, request: Request) -> Reply:
        self.requests.append(request)
        if self.status != 200:  # noqa: PLR2004  HTTP's own number
            return Reply(self.status)
        path = request.path
        if path == "/rss.xml":
            text = feed_documents.index(self._warnings.values(), self.url)
            return self._document(request, text, "application/rss+xml; charset=utf-8")
        if path == "/gauges.csv":
            text = feed_documents.gauges(self._rain)
            return self._document(request, text, "text/csv; charset=utf-8")
        warned = self._warnings.get(path.removeprefix("/cap/").removesuffix(".xml"))
        if path.startswith("/cap/") and warned is not None:
            return self._document(request, feed_documents.cap(warned), "application/cap+xml")
        return Reply(404)

    def _document(self, request: Request, text: str, content_type: str) -> Reply:
        body = text.encode()
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        date = format_datetime(self._now(), usegmt=True)
        headers = (("ETag", etag), ("Date", date))
        if request.headers.get("if-none-match") == etag:
            return Reply(304, headers=headers)
        return Reply(200, body, content_type, headers)


def _amounts(text: str) -> tuple[str, list[float | None]]:
    gauge, _, amounts = text.partition("=")
    return gauge, [float(amount) if amount else None for amount in amounts.split(",")]


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description="A stand-in for feeds on 127.0.0.1.")
    parser.add_argument("--port", type=int, default=8790)
    parser.add_argument("--geocode", default="", help="warn for this division code")
    parser.add_argument("--area", default="云溪区", help="the name of the division")
    parser.add_argument(
        "--severity", default="Extreme", choices=("Minor", "Moderate", "Severe", "Extreme")
    )
    parser.add_argument(
        "--rain", action="append", default=[], type=_amounts, metavar="GAUGE=MM,MM,..."
    )
    given = parser.parse_args(arguments)
    now = clock.now()
    with FeedServer(port=given.port) as server:
        if given.geocode:
            stamp = now.strftime("%Y%m%d%H%M%S")
            server.warn(Warned(f"standin_{stamp}", given.geocode, now, given.area, given.severity))
        for gauge, amounts in given.rain:
            server.rain_until(gauge, now.replace(minute=0, second=0, microsecond=0), amounts)
        sys.stdout.write(f"warnings {server.index_url}\ngauges   {server.gauges_url}\n")
        sys.stdout.flush()
        try:
            server.wait()
        except KeyboardInterrupt:
            return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
