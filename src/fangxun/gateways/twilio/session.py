"""The HTTP client under Twilio's SDK: a wide pool, both time-outs, no retry, no log of numbers.

Tells apart what certainly did not leave (`Unreached`), what the provider did not take
(`Throttled`) and what may have arrived (`Broken`). Imported only where a Twilio gateway is built.
"""

from __future__ import annotations

import io
import json
import socket
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from http.client import HTTPResponse
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from twilio.http.response import Response
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    MaxRetryError,
    NewConnectionError,
    ProxyError,
)

from fangxun import clock

MOST_BYTES = 4_000_000
LONGEST_WAIT = 3600.0
LONGEST_ANSWER = 60.0
"""Seconds, where a connection has no time-out of its own."""


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


class _Adapter(HTTPAdapter):
    """As wide as there are requests in flight; the SDK's own pool throws most of them away."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  passed on unread
        super().init_poolmanager(*args, **kwargs)
        classes = self.poolmanager.pool_classes_by_scheme
        self.poolmanager.pool_classes_by_scheme = {
            **classes, "http": _PlainPool, "https": _SecurePool,
        }  # fmt: skip


class Session:
    """What the SDK's Client takes as `http_client`; safe for many threads."""

    is_async = False

    def __init__(self, *, connections: int, timeout: tuple[float, float], own: bool) -> None:
        """`timeout` for connecting and between bytes, seconds; `own`: no proxy, on this machine."""
        self._session = requests.Session()
        self._session.trust_env = not own
        adapter = _Adapter(pool_connections=4, pool_maxsize=connections, max_retries=0)
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)
        self._timeout = timeout

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        **given: Any,  # noqa: ANN401  the SDK's, in its own types
    ) -> Response:
        """One exchange, never repeated; time-outs and redirects are ours, not the caller's."""
        parts = {name: given.get(name) for name in ("params", "data", "auth")}
        try:
            response = self._session.request(
                method.upper(),
                url,
                headers={**(headers or {}), "Accept-Encoding": "identity"},
                **parts,
                timeout=self._timeout,
                allow_redirects=False,
                stream=True,
            )
        except requests.RequestException as error:
            raise _told(error) from error
        try:
            body = self._read(response)
        except (requests.RequestException, HTTPError, OSError) as error:
            raise Broken(type(error).__name__) from error
        finally:
            response.close()
        if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            raise Throttled(retry_after(response.headers), _code(body))
        return Response(response.status_code, body.decode("utf-8", "replace"), response.headers)

    def close(self) -> None:
        """Close all connections."""
        self._session.close()

    def _read(self, response: requests.Response) -> bytes:
        """The body, bounded in size; in time it is bounded by its connection."""
        chunks: list[bytes] = []
        size = 0
        while chunk := response.raw.read1(65536, decode_content=False):
            chunks.append(chunk)
            size += len(chunk)
            if size > MOST_BYTES:
                raise Broken("the answer was too long")
        return b"".join(chunks)


def _told(error: requests.RequestException) -> Unreached | Broken:
    reason = error.args[0] if error.args else None
    if isinstance(reason, MaxRetryError):
        reason = reason.reason
    before = (
        requests.ConnectTimeout,
        requests.exceptions.ProxyError,
        requests.exceptions.InvalidURL,
    )
    if isinstance(error, before) or isinstance(reason, ConnectTimeoutError | ProxyError):
        return Unreached(type(reason).__name__ if reason else type(error).__name__)
    return Broken(type(reason).__name__ if reason else type(error).__name__)


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
