"""HTTP/1.1 as far as a stand-in needs it: requests with a length, answers late or never."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import parse_qsl, urlsplit

MOST_HEADER_BYTES = 64_000
MOST_BODY_BYTES = 4_000_000


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it came; header names in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        """Without the query."""
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        """The query's fields; the last of several wins."""
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))

    @property
    def form(self) -> dict[str, str]:
        """The fields of a posted form; the last of several wins."""
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))

    def all_of(self, name: str) -> list[str]:
        """Every value of a field of a posted form that may come several times."""
        pairs = parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True)
        return [value for known, value in pairs if known == name]


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer, or none.

    `delay` in seconds; `drop` closes the connection instead of answering; `after` holds the answer
    back until it is done; `then` is called once it was written or dropped.
    """

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    delay: float = 0.0
    drop: bool = False
    after: asyncio.Future[None] | None = None
    then: Callable[[], None] | None = None


Handler = Callable[[Request], Reply]


class Connection(asyncio.Protocol):
    """One client. Requests are answered in turn, each after the one before."""

    def __init__(self, handle: Handler, known: set[Connection]) -> None:
        """`known` holds all connections that are open."""
        self._handle = handle
        self._known = known
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self._busy = False
        self._last = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Open."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101  a TCP server gives no other
        self._transport = transport
        self._known.add(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  asyncio's signature
        """Closed by either side."""
        self._known.discard(self)
        self._transport = None

    def data_received(self, data: bytes) -> None:
        """Some bytes came."""
        self._buffer += data
        self._advance()

    def abort(self) -> None:
        """Close at once."""
        if self._transport is not None:
            self._transport.abort()

    def _advance(self) -> None:
        if self._busy or self._transport is None:
            return
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            if len(self._buffer) > MOST_HEADER_BYTES:
                self.abort()
            return
        head = bytes(self._buffer[:end]).decode("latin-1").split("\r\n")
        headers = {
            name.strip().lower(): value.strip()
            for name, _, value in (line.partition(":") for line in head[1:])
        }
        start, length = end + 4, headers.get("content-length", "0")
        parts = head[0].split(" ")
        if (
            len(parts) != 3  # noqa: PLR2004  method, target, version
            or not length.isdigit()
            or int(length) > MOST_BODY_BYTES
            or "transfer-encoding" in headers
        ):
            self.abort()
            return
        if len(self._buffer) < start + int(length):
            return
        body = bytes(self._buffer[start : start + int(length)])
        del self._buffer[: start + int(length)]
        self._last = headers.get("connection", "").lower() == "close"
        self._busy = True
        self._schedule(self._handle(Request(parts[0], parts[1], headers, body)))

    def _schedule(self, reply: Reply) -> None:
        if reply.after is not None and not reply.after.done():
            reply.after.add_done_callback(lambda _: self._schedule(reply))
        elif reply.delay > 0:
            asyncio.get_running_loop().call_later(reply.delay, self._answer, reply)
        else:
            self._answer(reply)

    def _answer(self, reply: Reply) -> None:
        transport = self._transport
        if transport is not None and reply.drop:
            transport.close()
        elif transport is not None:
            transport.write(_rendered(reply))
            if self._last:
                transport.close()
        self._busy = False
        if reply.then is not None:
            reply.then()
        if not reply.drop:
            self._advance()


def _rendered(reply: Reply) -> bytes:
    lines = [
        f"HTTP/1.1 {reply.status} {HTTPStatus(reply.status).phrase}",
        f"Content-Length: {len(reply.body)}",
    ]
    if reply.body:
        lines.append(f"Content-Type: {reply.content_type}")
    lines += [f"{name}: {value}" for name, value in reply.headers]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + reply.body
