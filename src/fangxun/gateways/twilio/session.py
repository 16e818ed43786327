"""The HTTP client under Twilio's SDK: a wide pool, both time-outs, no retry, no log of numbers.

Tells apart what certainly did not leave (`Unreached`), what the provider did not take
(`Throttled`) and what may have arrived (`Broken`). Imported only where a Twilio gateway is built.
"""

from __future__ import annotations

import io
import json
import os
import socket
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from http.client import HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from requests.utils import (
    DEFAULT_CA_BUNDLE_PATH,
    get_auth_from_url,
    get_environ_proxies,
    select_proxy,
)
from twilio.http.response import Response
from urllib3 import BaseHTTPResponse, PoolManager, ProxyManager, Timeout, make_headers
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    LocationValueError,
    NewConnectionError,
    ProxyError,
)
from urllib3.util.ssl_ import create_urllib3_context

from fangxun import clock

MOST_BYTES = 4_000_000
LONGEST_WAIT = 3600.0
LONGEST_ANSWER = 60.0
"""Seconds, where a connection has no time-out of its own."""

OWN_AUTHORITIES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""Of the environment: a file or folder of authorities, in the place of the library's."""


class Unreached(Exception):
    """No request left: refused, no such host, connect or TLS time-out."""


class Throttled(Exception):
    """429. `retry_after` in seconds, None where it does not say; `code` is Twilio's own."""

    def __init__(self, retry_after: float | None, code: str = "") -> None:
        """What Retry-After and the body say."""
        self.retry_after = retry_after
        self.code = code
        super().__init__("429")


class Broken(Exception):
    """The request left and its answer did not come whole."""


class _Bounded(io.RawIOBase):
    """A connection of which no answer, from its first byte on, outlasts twice its time-out, however
    it drips: the time-out of the socket is for each byte."""

    def __init__(self, inner: io.RawIOBase, connection: socket.socket) -> None:
        """`connection` has the time-out for reading."""
        self._inner = inner
        self._socket = connection
        self._each = connection.gettimeout() or LONGEST_ANSWER
        self._deadline = clock.monotonic() + 2 * self._each

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int | None:  # noqa: ANN401  a buffer; typeshed's own has no public name
        left = self._deadline - clock.monotonic()
        if left <= 0:
            raise TimeoutError("the answer was too slow")
        self._socket.settimeout(min(self._each, left))
        return self._inner.readinto(buffer)

    def close(self) -> None:
        self._inner.close()
        super().close()


class _Answer(HTTPResponse):
    """Read through `_Bounded`, headers and body alike."""

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  passed on unread
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(_Bounded(self.fp.detach(), sock))


class _PlainConnection(HTTPConnection):
    response_class = _Answer


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _SecureConnection(HTTPSConnection):
    """Says of every fault before TLS stands that no request left."""

    response_class = _Answer

    def connect(self) -> None:
        try:
            super().connect()
        except (ConnectTimeoutError, ProxyError):
            raise
        except (OSError, HTTPError) as error:
            raise NewConnectionError(self, f"TLS: {type(error).__name__}") from error


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class Session:
    """What the SDK's Client takes as `http_client`; safe for many threads.

    Directly over urllib3: the layer that the SDK's own client puts between (requests) takes as long
    for a message as all of ours does, and nothing of it is needed but its way with proxies.
    """

    is_async = False

    def __init__(self, *, connections: int, timeout: tuple[float, float], own: bool) -> None:
        """`timeout` for connecting and between bytes, seconds; `own`: no proxy, on this machine.
        Connections are kept, as many as there are requests in flight."""
        self._connections = connections
        self._timeout = Timeout(connect=timeout[0], read=timeout[1])
        self._own = own
        self._pools: dict[str, PoolManager] = {}

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        **given: Any,  # noqa: ANN401  the SDK's, in its own types
    ) -> Response:
        """One exchange, never repeated; time-outs and redirects are ours, not the caller's."""
        params, data, auth = (given.get(name) for name in ("params", "data", "auth"))
        every = {**(headers or {}), "Accept-Encoding": "identity"}
        if auth:
            every |= make_headers(basic_auth=":".join(auth))
        if data:
            every.setdefault("Content-Type", "application/x-www-form-urlencoded")
        pool = self._pool(url)
        try:
            answer = pool.urlopen(
                method.upper(),
                f"{url}?{_form(params)}" if params else url,
                headers=every,
                body=_form(data) if data else None,
                timeout=self._timeout,
                retries=False,
                redirect=False,
                preload_content=False,
                decode_content=False,
            )
        except (HTTPError, OSError) as error:
            raise _told(error) from error
        try:
            body = _read(answer)
        except (HTTPError, OSError) as error:
            raise Broken(type(error).__name__) from error
        finally:
            answer.close()  # what was read whole has been given back, and is kept
            answer.release_conn()
        if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
            raise Throttled(retry_after(answer.headers), _code(body))
        return Response(answer.status, body.decode("utf-8", "replace"), answer.headers)

    def close(self) -> None:
        """Close all connections."""
        for pool in self._pools.values():
            pool.clear()

    def _pool(self, url: str) -> PoolManager:
        """By the proxy that the environment names for the host, if any; worked out once a host."""
        host = urlsplit(url).netloc
        pool = self._pools.get(host)
        if pool is None:
            proxy = None if self._own else select_proxy(url, get_environ_proxies(url))
            try:
                made = self._made(proxy, secure=url.startswith("https:"))
            except (HTTPError, OSError) as error:  # no such proxy scheme, no such file
                raise Unreached(f"{type(error).__name__}: {error}") from error
            pool = self._pools.setdefault(host, made)
        return pool

    def _made(self, proxy: str | None, *, secure: bool) -> PoolManager:
        bounds: dict[str, Any] = {"maxsize": self._connections}
        if secure:
            bounds["ssl_context"] = _trust()
        if proxy:
            named = get_auth_from_url(proxy)
            who = make_headers(proxy_basic_auth=":".join(named)) if any(named) else None
            pool: PoolManager = ProxyManager(proxy, proxy_headers=who, **bounds)
        else:
            pool = PoolManager(**bounds)
        pool.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}
        return pool


def _trust() -> Any:  # noqa: ANN401  the ssl module's context
    """The authorities that are trusted: those that come with the library, or those of an office
    whose proxy looks into TLS."""
    context = create_urllib3_context()
    named = (
        os.environ.get("REQUESTS_CA_BUNDLE")
        or os.environ.get("CURL_CA_BUNDLE")
        or DEFAULT_CA_BUNDLE_PATH
    )
    if Path(named).is_dir():
        context.load_verify_locations(capath=named)
    else:
        context.load_verify_locations(cafile=named)
    return context


def _form(fields: Mapping[str, Any]) -> str:
    """As a form's fields; of a list each, and none of what is None."""
    return urlencode({k: v for k, v in fields.items() if v is not None}, doseq=True)


def _read(answer: BaseHTTPResponse) -> bytes:
    """The body, bounded in size; in time it is bounded by its connection."""
    chunks: list[bytes] = []
    size = 0
    while chunk := answer.read1(65536, decode_content=False):
        chunks.append(chunk)
        size += len(chunk)
        if size > MOST_BYTES:
            raise Broken("the answer was too long")
    return b"".join(chunks)


def _told(error: Exception) -> Unreached | Broken:
    before = (ConnectTimeoutError, NewConnectionError, ProxyError, LocationValueError)
    name = type(error).__name__
    return Unreached(name) if isinstance(error, before) else Broken(name)


def _code(body: bytes) -> str:
    try:
        return str(json.loads(body)["code"])
    except (ValueError, LookupError, TypeError, RecursionError):
        return ""


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Retry-After in seconds: a number, or a date measured by the server's own Date."""
    value = headers.get("Retry-After", "").strip()
    if value.isdigit():
        return min(float(value), LONGEST_WAIT)
    try:
        wait = parsedate_to_datetime(value) - parsedate_to_datetime(headers.get("Date", ""))
        return min(max(wait.total_seconds(), 0.0), LONGEST_WAIT)
    except (TypeError, ValueError):
        return None
