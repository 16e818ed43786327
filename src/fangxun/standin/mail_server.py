"""An SMTP server on loopback that keeps what it gets, and misbehaves on request."""

from __future__ import annotations

import base64
import socket
import socketserver
import threading
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from typing import Self

from fangxun.standin.misbehaviour import Answer, Behaviour, Plan

USER, PASSWORD = "fangxun", "standin-password"
MOST_LINE = 100_000
SECONDS = 20


@dataclass(frozen=True, slots=True)
class Letter:
    """One message that was taken."""

    sender: str
    to: str
    subject: str
    id: str
    text: str


class MailServer:
    """Serves from `start` to `stop`; read its lists from any thread. A behaviour holds for one
    message, from its sender on; its `latency` is before the last answer."""

    def __init__(self, *, login: bool = False) -> None:
        """`login`: only whoever shows USER and PASSWORD is let in."""
        self.letters: list[Letter] = []
        self.begun = 0
        """How many messages were begun: one MAIL each."""
        self.plan = Plan()
        self.login = login
        self.port = 0
        self._server: socketserver.ThreadingTCPServer | None = None
        self._open: set[socket.socket] = set()

    def start(self) -> Self:
        """Listen on the port of the last time, the first time on a free one."""
        owner = self

        class Handler(socketserver.StreamRequestHandler):
            timeout = SECONDS

            def handle(self) -> None:
                owner._open.add(self.connection)
                try:
                    _Talk(owner, self).whole()
                except OSError:
                    return
                finally:
                    owner._open.discard(self.connection)

        class Listener(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True
            request_queue_size = 128

        self._server = Listener(("127.0.0.1", self.port), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def stop(self) -> None:
        """Close the port and every connection."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None
        for one in list(self._open):
            one.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def once(self, *behaviours: Behaviour) -> None:
        """The next messages, in turn."""
        self.plan.once(*behaviours)

    def settled(self, seconds: float = 10) -> bool:  # noqa: ARG002  as the other stand-ins have it
        """Nothing goes on after an answer."""
        return True


class _Talk:
    """One connection."""

    def __init__(self, owner: MailServer, wire: socketserver.StreamRequestHandler) -> None:
        self._owner = owner
        self._wire = wire
        self._behaviour = Behaviour()
        self._sender, self._to = "", ""
        self._let_in = not owner.login

    def whole(self) -> None:
        """Until either side ends it."""
        self._say(220, "stand-in")
        while line := self._wire.rfile.readline(MOST_LINE):
            verb, _, rest = line.decode("utf-8", "replace").strip().partition(" ")
            if not self._answered(verb.upper(), rest):
                return

    def _answered(self, verb: str, rest: str) -> bool:
        match verb:
            case "EHLO":
                self._wire.wfile.write(b"250-stand-in\r\n250-8BITMIME\r\n250 AUTH PLAIN\r\n")
            case "HELO" | "NOOP" | "RSET":
                self._say(250, "ok")
            case "AUTH":
                self._log_in(rest)
            case "MAIL":
                self._mail(rest)
            case "RCPT":
                self._rcpt(rest)
            case "DATA":
                return self._data()
            case "QUIT":
                self._say(221, "bye")
                return False
            case _:
                self._say(502, "what?")
        return True

    def _log_in(self, rest: str) -> None:
        expected = base64.b64encode(f"\0{USER}\0{PASSWORD}".encode()).decode()
        self._let_in = rest == f"PLAIN {expected}"
        self._say(235 if self._let_in else 535, "login")

    def _mail(self, rest: str) -> None:
        if not self._let_in:
            self._say(530, "log in first")
            return
        self._owner.begun += 1
        self._sender = _address(rest)
        self._behaviour = self._owner.plan.take(self._sender)
        throttled = self._behaviour.answer is Answer.THROTTLED
        self._say(451 if throttled else 250, "later" if throttled else "ok")

    def _rcpt(self, rest: str) -> None:
        self._to = _address(rest)
        if self._behaviour.answer is Answer.REFUSED:
            self._say(self._behaviour.error or 550, f"no such user {self._to}")
        else:
            self._say(250, "ok")

    def _data(self) -> bool:
        """Take the text, then answer as it is planned; False where the connection ends."""
        self._say(354, "go on")
        lines: list[bytes] = []
        while (line := self._wire.rfile.readline(MOST_LINE)) not in {b".\r\n", b""}:
            lines.append(line[1:] if line.startswith(b"..") else line)
        if self._behaviour.answer in {Answer.CREATED, Answer.BROKEN_AFTER, Answer.LOST}:
            self._owner.letters.append(self._letter(b"".join(lines)))
        threading.Event().wait(self._behaviour.latency)
        if self._behaviour.answer is not Answer.CREATED:
            return False
        self._say(250, "taken")
        return True

    def _letter(self, raw: bytes) -> Letter:
        message = message_from_bytes(raw, policy=default)
        text = message.get_content().replace("\r\n", "\n").removesuffix("\n")
        return Letter(self._sender, self._to, message["Subject"], message["Message-ID"], text)

    def _say(self, code: int, words: str) -> None:
        self._wire.wfile.write(f"{code} {words}\r\n".encode())


def _address(rest: str) -> str:
    return rest.partition("<")[2].partition(">")[0]
