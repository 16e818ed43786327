"""One bounded exchange with a platform; tells what did not leave from what may have arrived."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from typing import Any

from fangxun.gateways.http.cut import Cutter
from fangxun.gateways.http.pool import Clients
from fangxun.gateways.http.settings import Exchange, HttpSettings
from fangxun.gateways.http.template import fill, fill_url, words

MOST_BYTES = 1_000_000
LONGEST_WAIT = 3600.0
PATIENCE = 60.0
"""Seconds that a send waits for a free connection before it goes back into the outbox."""


class Unreached(Exception):
    """No request left."""


class Broken(Exception):
    """The request left and its answer did not come whole."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`value` is the JSON, None where it is none. `retry_after` in seconds."""

    status: int
    value: Any
    retry_after: float | None = None

    @property
    def fine(self) -> bool:
        """2xx, which says nothing yet of success."""
        return 200 <= self.status < 300  # noqa: PLR2004  HTTP's own numbers

    def succeeded(self, exchange: Exchange) -> bool:
        """2xx, and the value that means success where one is named: 200 alone proves nothing."""
        rule = exchange.success
        return self.fine and (rule is None or words(self.value, rule.path) in rule.values)


@dataclass(frozen=True, slots=True)
class _Line:
    """A client, and what ends an exchange of it that takes too long."""

    client: Any
    cutter: Cutter

    def close(self) -> None:
        """Close its connections."""
        self.client.close()


class Wire:
    """A few connections; safe for many threads. No exchange, however its answer drips, takes longer
    than connecting and twice the time-out for reading."""

    def __init__(self, settings: HttpSettings) -> None:
        """Makes no request."""
        import httpx  # noqa: PLC0415  only where such a gateway is built

        for chatty in ("httpx", "httpcore"):
            logging.getLogger(chatty).setLevel(logging.WARNING)  # they print phone numbers
        self._longest = settings.connect_seconds + 2 * settings.read_seconds
        self._secrets = {f"secret:{name}": value for name, value in settings.secrets.items()}
        timeout = httpx.Timeout(settings.read_seconds, connect=settings.connect_seconds)
        context = httpx.create_ssl_context()  # once; it reads the certificates

        def make() -> _Line:
            client = httpx.Client(
                verify=context, timeout=timeout, follow_redirects=False, trust_env=settings.real
            )
            return _Line(client, Cutter())

        self._clients = Clients(make, size=settings.connections, patience=PATIENCE)
        self._before = (
            httpx.ConnectError,
            httpx.ConnectTimeout,
            httpx.ProxyError,
            httpx.UnsupportedProtocol,
            httpx.LocalProtocolError,
            httpx.InvalidURL,
            TimeoutError,  # no connection became free
            RuntimeError,  # no thread that could cut it off
        )
        self._after = (httpx.HTTPError, httpx.StreamError)

    def close(self) -> None:
        """Close all connections."""
        self._clients.close()

    def exchange(self, exchange: Exchange, values: Mapping[str, Any]) -> Answer:
        """One request, never repeated; raises `Unreached` or `Broken`."""
        known = {**self._secrets, **values}
        given: dict[str, Any] = {"headers": {"Accept-Encoding": "identity"}}
        given["headers"].update(fill(exchange.headers, known))
        if exchange.query:
            given["params"] = fill(exchange.query, known)
        if exchange.json is not None:
            given["json"] = fill(exchange.json, known, whole=True)
        elif exchange.form:
            given["data"] = fill(exchange.form, known)
        url = fill_url(exchange.url, known)
        try:
            with (
                self._clients.one() as line,
                line.cutter.within(self._longest),
                line.client.stream(
                    exchange.method, url, **given, extensions={"trace": line.cutter.trace}
                ) as got,
            ):
                body = self._read(got)
        except self._before as error:
            raise Unreached(type(error).__name__) from error
        except self._after as error:
            raise Broken(type(error).__name__) from error
        wait = got.headers.get("Retry-After", "")
        return Answer(
            got.status_code,
            _json(body, got.headers.get("Content-Type", "")),
            min(float(wait), LONGEST_WAIT) if wait.isdigit() else None,
        )

    def _read(self, got: Any) -> bytes:  # noqa: ANN401  httpx is imported late
        """The body, bounded in size."""
        body = bytearray()
        for chunk in got.iter_raw():
            body += chunk
            if len(body) > MOST_BYTES:
                raise Broken("the answer was too long")
        return bytes(body)


def _json(body: bytes, content_type: str) -> Any:  # noqa: ANN401  any JSON
    header = Message()
    header["Content-Type"] = content_type
    try:
        return json.loads(body.decode(header.get_content_charset("utf-8"), "replace"))
    except (ValueError, LookupError, RecursionError):
        return None
