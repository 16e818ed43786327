"""Each gateway beside its stand-in, so that one contract can be asked of all."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from defusedxml.ElementTree import fromstring

from fangxun.clock import now
from fangxun.core.page import AttemptState
from fangxun.core.plan import Channel
from fangxun.gateways import console, http, mail, twilio
from fangxun.gateways.base import (
    CallbackRequest,
    Forged,
    Gateway,
    Inbound,
    Item,
    KeyPress,
    Order,
    Receipt,
)
from fangxun.gateways.twilio import TwilioGateway
from fangxun.standin import sms_platform, twilio_server
from fangxun.standin.http1 import Reply, Request
from fangxun.standin.mail_server import PASSWORD, MailServer
from fangxun.standin.misbehaviour import Behaviour, Pick
from fangxun.standin.server import LoopbackServer
from fangxun.standin.sms_platform import SmsPlatform
from fangxun.standin.sms_template import gateway_settings
from fangxun.standin.twilio_lives import ACCOUNT, TOKEN, Account
from fangxun.standin.twilio_server import TwilioStandin

PUBLIC = "https://fangxun.example"
"""What the provider is told; it stands in signatures and is never connected to."""
READ_SECONDS = 10.0
"""Long enough for a busy machine; the tests of time-outs set a short one."""


def order(attempt: int = 1, *, text: str = "【云溪防汛】甲子沟橙色预警，回复1234确认。") -> Order:
    """One SMS to a number that rings nobody."""
    return Order(f"{attempt:016x}", f"+8610000000{attempt % 1000:03d}", text, Channel.SMS, 1800)


def secret(reference: str) -> str:
    """The stand-ins' secrets by the names that the settings use."""
    return {
        "env:TWILIO_TOKEN": TOKEN,
        "env:TWILIO_NEXT": "the-next-token",
        "env:PLATFORM_KEY": sms_platform.KEY,
        "env:PLATFORM_PUSH": sms_platform.PUSH_TOKEN,
        "env:MAIL": PASSWORD,
        "env:MAIL_OLD": "no longer",
    }[reference]


def speech(twiml: str) -> list[str]:
    """What a call says, in its order."""
    return [str(said.text) for said in fromstring(twiml).iter("Say")]


class Receiver:
    """Where callbacks arrive: hands each to the gateway, and says 403 to a forged one."""

    def __init__(self) -> None:
        self.gateway: Gateway | None = None
        self.came: list[CallbackRequest] = []
        self.items: list[Item] = []
        self.forged = 0
        self.server = LoopbackServer(self._handle)

    def _handle(self, request: Request) -> Reply:
        came = CallbackRequest(request.method, request.target, request.headers, request.body)
        self.came.append(came)
        assert self.gateway is not None
        try:
            taken = self.gateway.callback(came)
            self.items += taken.items
        except Forged:
            self.forged += 1
            return Reply(403)
        return Reply(200, taken.answer.encode(), taken.answer_type)

    @property
    def receipts(self) -> list[Receipt]:
        return [item for item in self.items if isinstance(item, Receipt)]

    @property
    def replies(self) -> list[Inbound]:
        return [item for item in self.items if isinstance(item, Inbound)]

    @property
    def key_presses(self) -> list[KeyPress]:
        return [item for item in self.items if isinstance(item, KeyPress)]


def letter(attempt: int = 1, *, text: str = "第1号汛情各点均已降至无预警，请审批解除。") -> Order:
    """One e-mail to an address that reaches nobody."""
    return Order(f"{attempt:016x}", f"p{attempt:03d}@yunxi.example", text, Channel.EMAIL, 1800)


@dataclass
class Rig:
    """A gateway, its stand-in and the place where callbacks arrive."""

    gateway: Any
    standin: Any
    receiver: Receiver
    lock: threading.Lock = field(default_factory=threading.Lock)
    channel: Channel = Channel.SMS

    def order(self, attempt: int = 1, **more: str) -> Order:
        """One message by this rig's channel to a number that rings nobody."""
        if self.channel is Channel.EMAIL:
            return letter(attempt, **more)
        return replace(order(attempt, **more), channel=self.channel, language="zh_CN")

    @property
    def refusal(self) -> int:
        """A code by which this provider says that the number is wrong."""
        return {"tw": 21614, "province": 1001, "mail": 550}[self.gateway.name]

    @property
    def lost(self) -> tuple[Behaviour, AttemptState, str]:
        """What makes a message fail by the number's fault, and how that is told."""
        if self.channel is Channel.VOICE:
            return Behaviour(pick=Pick.FAILED, sip=404), AttemptState.FAILED, "sip-404"
        code = 30005 if self.gateway.name == "tw" else 1001
        return Behaviour(final="undelivered", error=code), AttemptState.UNDELIVERED, str(code)

    @property
    def requests_to_send(self) -> int:
        """How many sending requests the stand-in got."""
        if isinstance(self.standin, MailServer):
            return self.standin.begun
        return sum(r.method == "POST" and "eceipts" not in r.path and "eplies" not in r.path
                   for r in self.standin.requests)  # fmt: skip

    @property
    def held(self) -> list[str]:
        """The texts that the stand-in took."""
        if isinstance(self.standin, MailServer):
            return [letter.text for letter in self.standin.letters]
        if self.channel is Channel.VOICE:
            return [speech(call.twiml)[0] for call in self.standin.calls]
        if isinstance(self.standin, TwilioStandin):
            return [m.body for m in self.standin.messages if m.direction != "inbound"]
        return [task.content for task in self.standin.tasks]

    def says(self, number: str, text: str) -> None:
        """A text comes in from a phone."""
        if isinstance(self.standin, TwilioStandin):
            self.standin.reply(number, text)
        else:
            self.standin.reply(number.removeprefix("+86"), text)

    @property
    def by_callback(self) -> bool:
        """Whether this rig's provider calls back; else it is asked."""
        return bool(self.receiver.server.port)

    @property
    def by_callback_only(self) -> bool:
        """Whether the provider offers no question for what has come: it pushes, and that is all."""
        return self.by_callback and self.gateway.name == "province"

    def receipts(self, *provider_ids: str) -> list[Receipt]:
        """All receipts so far, by whichever way this rig has."""
        assert self.standin.settled()
        if self.by_callback:
            return self.receiver.receipts
        return list(self.gateway.fetch(provider_ids))

    def replies(self) -> list[Inbound]:
        """All texts that came in, by whichever way this rig has."""
        assert self.standin.settled()
        if self.by_callback:
            return self.receiver.replies
        return list(self.gateway.inbound(since=now() - timedelta(minutes=1)))


def twilio_settings(url: str, **more: object) -> dict[str, object]:
    """[gateway.settings] for the stand-in."""
    return {
        "account_sid": ACCOUNT,
        "auth_token": "env:TWILIO_TOKEN",
        "from": twilio_server.NUMBER,
        "api_base": url,
        "read_seconds": READ_SECONDS,
        **more,
    }


@contextmanager
def twilio_rig(*, callbacks: bool = False, **more: object) -> Iterator[Rig]:
    receiver = Receiver()
    if callbacks:
        receiver.server.start()
    account = Account(
        inbound_url=f"{PUBLIC}/callback/tw" if callbacks else "",
        deliver_to=receiver.server.url if callbacks else "",
    )
    with TwilioStandin(account) as standin:
        base = PUBLIC if callbacks else ""
        settings = twilio_settings(standin.url, **more)
        gateway = twilio.build("tw", settings, secret=secret, public_base_url=base)
        receiver.gateway = gateway
        yield Rig(gateway, standin, receiver)
        standin.settled(1)
        gateway.close()
    receiver.server.stop()


@contextmanager
def voice_rig(*, callbacks: bool = True, **more: object) -> Iterator[Rig]:
    """The same account, asked to place calls; numbers of the examples are +86."""
    voice = {"voice_from": twilio_server.NUMBER, "voice_closed_prefixes": []}
    with twilio_rig(callbacks=callbacks, **{**voice, **more}) as rig:
        rig.channel = Channel.VOICE
        yield rig


@contextmanager
def http_rig(*, callbacks: bool = False, **more: object) -> Iterator[Rig]:
    receiver = Receiver()
    push_url = ""
    if callbacks:
        receiver.server.start()
        push_url = f"{receiver.server.url}/callback/province"
    with SmsPlatform(push_url=push_url) as platform:
        settings = {
            **gateway_settings(platform.url, push=callbacks),
            "read_seconds": READ_SECONDS,
            **more,
        }
        gateway = http.build("province", settings, secret=secret)
        receiver.gateway = gateway
        yield Rig(gateway, platform, receiver)
        platform.settled(1)
        gateway.close()
    receiver.server.stop()


@contextmanager
def mail_rig(*, login: bool = False, **more: object) -> Iterator[Rig]:
    with MailServer(login=login) as server:
        settings = {
            "host": "127.0.0.1", "port": server.port, "security": "none",
            "from": "duty@yunxi.example", "read_seconds": READ_SECONDS, **more,
        }  # fmt: skip
        gateway = mail.build("mail", settings, secret=secret)
        yield Rig(gateway, server, Receiver(), channel=Channel.EMAIL)
        gateway.close()


def console_gateway(path: str) -> console.ConsoleGateway:
    settings: dict[str, object] = {"path": path, "channels": ["console", "sms"]}
    return console.build("console", settings, secret=secret)


@contextmanager
def answering(reply: Reply) -> Iterator[tuple[TwilioGateway, list[Request]]]:
    """A gateway whose API answers the same to everything."""
    came: list[Request] = []

    def handle(request: Request) -> Reply:
        came.append(request)
        return reply

    with LoopbackServer(handle) as server:
        gateway = twilio.build("tw", twilio_settings(server.url), secret=secret)
        yield gateway, came
        gateway.close()


@contextmanager
def at(
    instant: datetime, **more: object
) -> Iterator[tuple[TwilioGateway, TwilioStandin, list[datetime]]]:
    """A gateway beside a stand-in whose clock is the last of the list."""
    clock = [instant]
    with TwilioStandin(now=lambda: clock[-1]) as standin:
        gateway = twilio.build("tw", twilio_settings(standin.url, **more), secret=secret)
        yield gateway, standin, clock
        gateway.close()
