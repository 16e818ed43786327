"""What becomes of a message at the Twilio stand-in: its states in turn, and the callbacks."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from fangxun.standin.caller import Caller, Posted
from fangxun.standin.misbehaviour import Behaviour, Callbacks
from fangxun.standin.server import LoopbackServer
from fangxun.standin.twilio_messages import Message, signature

ACCOUNT = "AC" + "0" * 31 + "1"
TOKEN = "standin-token"  # noqa: S105  of the stand-in only, known to everybody


@dataclass(frozen=True, slots=True)
class Account:
    """Whose account the stand-in plays.

    `inbound_url` gets texts that come in; `deliver_to` is the loopback address that callbacks
    really go to where the URLs name a public host.
    """

    sid: str = ACCOUNT
    token: str = TOKEN
    inbound_url: str = ""
    deliver_to: str = ""


class Lives:
    """The messages under way. `settled` may be called from any thread, the rest is the server's."""

    def __init__(
        self, account: Account, server: LoopbackServer, now: Callable[[], datetime]
    ) -> None:
        """`now` stamps what is sent."""
        self.posted: list[Posted] = []
        self._account = account
        self._server = server
        self._now = now
        self._caller: Caller | None = None
        self._alive = 0
        self._changed = threading.Condition()
        server.closing.append(self._close)

    def reset(self) -> None:
        """Nothing is under way; for a server that starts again."""
        self._count(-self._alive)

    def settled(self, seconds: float) -> bool:
        """Wait until nothing is under way; False where that takes longer."""
        with self._changed:
            return self._changed.wait_for(lambda: self._alive == 0, seconds)

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """Do it, counted as under way; call only in the server's thread."""
        self._count(1)
        self._server.spawn(self._whole(work))

    def waiting(self, work: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[], None]:
        """What starts it; it counts as under way from now on."""
        self._count(1)

        def start() -> None:
            self._server.spawn(self._whole(work()))

        return start

    def begin(
        self, message: Message, behaviour: Behaviour, done: asyncio.Future[None] | None = None
    ) -> None:
        """Start at once; `done` is told at the end."""
        self.run(self._live(message, behaviour, done))

    def later(self, message: Message, behaviour: Behaviour) -> Callable[[], None]:
        """What starts it; it counts as under way from now on."""
        return self.waiting(lambda: self._live(message, behaviour, None))

    def incoming(self, message: Message) -> None:
        """Tell of a text that came in; from any thread."""
        self._count(1)
        url, form = self._account.inbound_url, message.inbound_form()
        self._server.soon(lambda: self._server.spawn(self._whole(self._incoming(url, form))))

    async def _incoming(self, url: str, form: dict[str, str]) -> None:
        await self.post(url, form, self._account.token)

    def _close(self) -> None:
        if self._caller is not None:
            self._caller.close()
            self._caller = None

    def _count(self, step: int) -> None:
        with self._changed:
            self._alive += step
            self._changed.notify_all()

    async def _whole(self, life: Coroutine[Any, Any, None]) -> None:
        try:
            await life
        finally:
            self._count(-1)

    async def _live(
        self, message: Message, behaviour: Behaviour, done: asyncio.Future[None] | None
    ) -> None:
        """1. Reach each state in turn. 2. Tell each, or all at the end in reverse order."""
        forms: list[dict[str, str]] = []
        reverse = behaviour.callbacks is Callbacks.REVERSED
        for state in _states(behaviour.final):
            await asyncio.sleep(behaviour.step)
            message.status = state
            message.sent = message.sent or self._now()
            if state in {"undelivered", "failed"}:
                message.error = behaviour.error
            forms.append(message.status_form())
            if not reverse:
                await self.tell(message.callback, forms[-1], behaviour.callbacks)
        for form in reversed(forms) if reverse else []:
            await self.tell(message.callback, form, behaviour.callbacks)
        if done is not None:
            done.set_result(None)

    async def tell(self, url: str, form: dict[str, str], way: Callbacks) -> None:
        """A status callback, in the way that was asked for."""
        if not url or way is Callbacks.NONE:
            return
        token = "not-the-token" if way is Callbacks.FORGED else self._account.token
        for _ in range(2 if way is Callbacks.DOUBLED else 1):
            await self.post(url, form, token)

    async def post(self, url: str, form: dict[str, str], token: str) -> Posted:
        """Signed over the URL that it is meant for, and delivered on loopback."""
        if self._caller is None:
            self._caller = Caller()
        headers = {
            "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
            "X-Twilio-Signature": signature(token, url, form),
        }
        target = url
        if self._account.deliver_to:
            to = urlsplit(self._account.deliver_to)
            target = urlsplit(url)._replace(scheme=to.scheme, netloc=to.netloc).geturl()
        posted = await self._caller.post(target, headers, urlencode(form).encode())
        self.posted.append(posted)
        return posted


def _states(final: str) -> list[str]:
    """What it goes through after "queued"."""
    if final == "queued":
        return []
    return [final] if final in {"sent", "failed"} else ["sent", final]
