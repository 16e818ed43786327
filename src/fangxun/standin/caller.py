"""Posts callbacks as a vendor does, to loopback only, over a few kept-alive connections."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

CONNECTIONS = 8
SECONDS = 10
MOST_ANSWER_BYTES = 256_000

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Answered = tuple[int, bytes]
"""Status and body."""


@dataclass(frozen=True, slots=True)
class Posted:
    """One callback that was made. `status` 0: it was not taken, and `note` says why. `answer` is
    the body that it was answered with."""

    url: str
    body: bytes
    status: int
    note: str = ""
    answer: bytes = b""


def is_loopback(url: str) -> bool:
    """Whether a URL stays on this machine."""
    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Caller:
    """Belongs to one loop; `post` is called from there only."""

    def __init__(self) -> None:
        """No connection is open yet."""
        self._idle: dict[str, list[Streams]] = {}
        self._gate = asyncio.Semaphore(CONNECTIONS)

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Posted:
        """One POST; a kept connection that had gone stale is replaced once."""
        if not is_loopback(url):
            return Posted(url, body, 0, "not on loopback")
        async with self._gate:
            try:
                async with asyncio.timeout(SECONDS):
                    status, answer = await self._exchange(url, _rendered(url, headers, body))
            except (OSError, EOFError, ValueError, TimeoutError) as error:
                return Posted(url, body, 0, type(error).__name__)
        return Posted(url, body, status, answer=answer)

    def close(self) -> None:
        """Close what is open."""
        for kept in self._idle.values():
            for _, writer in kept:
                writer.close()
        self._idle.clear()

    async def _exchange(self, url: str, request: bytes) -> Answered:
        host = urlsplit(url).netloc
        kept = self._idle.setdefault(host, [])
        if kept:
            streams = kept.pop()
            try:
                return await self._once(host, streams, request)
            except (OSError, EOFError):
                pass  # the other side had closed it meanwhile
        parts = urlsplit(url)
        streams = await asyncio.open_connection(parts.hostname, parts.port or 80)
        return await self._once(host, streams, request)

    async def _once(self, host: str, streams: Streams, request: bytes) -> Answered:
        reader, writer = streams
        keep = False
        try:
            writer.write(request)
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            body = await _body(reader, head)
            keep = body is not None and "connection: close" not in head
            return int(head.split(" ", 2)[1]), body or b""
        finally:
            if keep:
                self._idle[host].append(streams)
            else:
                writer.close()


async def _body(reader: asyncio.StreamReader, head: str) -> bytes | None:
    """The answer's body; None where its end is not known, or it is too long."""
    for line in head.split("\r\n"):
        name, _, value = line.partition(":")
        if name == "content-length":
            body = await reader.readexactly(min(int(value), MOST_ANSWER_BYTES))
            return body if int(value) <= MOST_ANSWER_BYTES else None
    return b"" if head.split(" ", 2)[1] in {"204", "304"} else None


def _rendered(url: str, headers: Mapping[str, str], body: bytes) -> bytes:
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    lines = [
        f"POST {target} HTTP/1.1",
        f"Host: {parts.netloc}",
        f"Content-Length: {len(body)}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body
