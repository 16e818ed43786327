"""Real HTTP servers on loopback, well and badly behaved."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Page:
    """What a path answers."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    conditional: bool = True
    """Answer 304 to the ETag that `headers` holds."""
    accept: str = ""
    """Answer 406 to a request that does not ask for this media type first of all."""


@dataclass
class Site:
    """A server's pages, which a test may change, and what it was asked."""

    url: str = ""
    pages: dict[str, Page] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def paths(self) -> list[str]:
        return [path for path, _headers in self.asked]


@contextmanager
def serving() -> Iterator[Site]:
    """A server that answers what `site.pages` holds, and 404 for the rest."""
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 65536

        def do_GET(self) -> None:
            site.asked.append((self.path, {k.lower(): v for k, v in self.headers.items()}))
            page = site.pages.get(self.path, Page(status=404))
            asks = self.headers.get("Accept", "").partition(",")[0].partition(";")[0]
            if page.accept and not asks.endswith(page.accept):
                page = Page(status=406)
            etag = page.headers.get("ETag")
            if page.conditional and etag and self.headers.get("If-None-Match") == etag:
                self.send_response(304)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            self.send_response(page.status)
            for name, value in page.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(page.body)))
            self.end_headers()
            self.wfile.write(page.body)

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *_args: None  # type: ignore[method-assign]  # clients hang up on purpose
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    site.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


@contextmanager
def dripping(first: bytes, drop: bytes, *, every: float = 0.02) -> Iterator[str]:
    """A server that says `first`, then `drop` again and again until the client hangs up."""

    def talk(connection: socket.socket, stop: threading.Event) -> None:
        connection.recv(65536)
        connection.sendall(first)
        while not stop.wait(every):
            connection.sendall(drop)

    with raw(talk) as url:
        yield url


@contextmanager
def silent() -> Iterator[tuple[str, int]]:
    """An address that takes no connection and refuses none: its queue is full."""
    with contextlib.ExitStack() as held:
        listener = held.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        address: tuple[str, int] = listener.getsockname()
        for _ in range(4):
            waiting = held.enter_context(socket.socket())
            waiting.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                waiting.connect(address)
        yield address


@contextmanager
def raw(talk: Callable[[socket.socket, threading.Event], None]) -> Iterator[str]:
    """A server whose one connection `talk` holds."""
    stop = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))

    def run() -> None:
        try:
            connection, _address = listener.accept()
            with connection:
                talk(connection, stop)
        except OSError:
            return

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        stop.set()
        listener.close()
        thread.join(5)
