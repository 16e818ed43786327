"""A server with Twilio's paths, states and signed callbacks, which misbehaves on request.

    python -m fangxun.standin.twilio_server --port 8788

Point a gateway's `api_base` at it. To text back as an official would:

    curl --data-urlencode From=+8610000000101 -d Body=1234 http://127.0.0.1:8788/standin/inbound
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Self

from fangxun import clock
from fangxun.standin import twilio_answers as answers
from fangxun.standin import twilio_messages
from fangxun.standin.caller import Posted
from fangxun.standin.http1 import Reply, Request
from fangxun.standin.misbehaviour import Answer, Behaviour, Callbacks, Plan, Rule
from fangxun.standin.server import LoopbackServer
from fangxun.standin.twilio_lives import ACCOUNT, TOKEN, Account, Lives
from fangxun.standin.twilio_messages import VERSION, Message

NUMBER = "+8610000000900"
"""The number that the stand-in's account sends from."""

_LIST = re.compile(rf"/{VERSION}/Accounts/(\w+)/Messages\.json")
_ONE = re.compile(rf"/{VERSION}/Accounts/(\w+)/Messages/(\w+)\.json")
_ACCOUNT = re.compile(rf"/{VERSION}/Accounts/(\w+)\.json")
_HELD = frozenset({Answer.CREATED, Answer.BROKEN_AFTER, Answer.LOST})


class TwilioStandin:
    """The server and all that it was asked; read its lists from any thread."""

    def __init__(
        self,
        account: Account | None = None,
        *,
        port: int = 0,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        """`now` stamps the messages."""
        self.account = account or Account()
        self.plan = Plan()
        self.messages: list[Message] = []
        self.requests: list[Request] = []
        self._by_sid: dict[str, Message] = {}
        self._now = now
        self._server = LoopbackServer(self._handle, port=port)
        self._seed = ""
        self.lives = Lives(self.account, self._server, now)

    @property
    def url(self) -> str:
        """What `api_base` is set to."""
        return self._server.url

    @property
    def accepted(self) -> int:
        """How many connections were ever made to it."""
        return self._server.accepted

    @property
    def posted(self) -> list[Posted]:
        """Every callback that was made."""
        return self.lives.posted

    @property
    def creates(self) -> list[dict[str, str]]:
        """The form of every create request, in the order of coming."""
        return [r.form for r in self.requests if r.method == "POST" and _LIST.match(r.path)]

    def start(self) -> Self:
        """Listen."""
        self._seed = f"{self._now().isoformat()} {id(self)}"
        self.lives.reset()
        self._server.start()
        return self

    def stop(self) -> None:
        """Stop listening; what it holds stays, and `start` takes the same port again."""
        self._server.stop()

    def wait(self) -> None:
        """Until it is stopped."""
        self._server.wait()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def behave(self, rule: Rule | Behaviour) -> None:
        """From now on."""
        self.plan.always(rule)

    def once(self, *behaviours: Behaviour) -> None:
        """The next create requests, in turn."""
        self.plan.once(*behaviours)

    def settled(self, seconds: float = 10) -> bool:
        """Wait until every message has reached its last state and its callbacks were made."""
        return self.lives.settled(seconds)

    def reply(self, number: str, text: str, *, to: str = NUMBER) -> str:
        """A text from a phone comes in; the sid of it."""
        message = self._message(to=to, from_=number, body=text, status="received")
        message.direction, message.sent = "inbound", message.created
        self._keep(message)
        if self.account.inbound_url:
            self.lives.incoming(message)
        return message.sid

    # What is asked of it. All below runs in the server's thread, `_keep` and `_message` aside.

    def _handle(self, request: Request) -> Reply:
        self.requests.append(request)
        if request.path.startswith("/standin/"):
            return self._own(request)
        if not self._authorised(request):
            return answers.error(401, 20003, "Authenticate")
        if _LIST.fullmatch(request.path):
            return self._create(request) if request.method == "POST" else self._list(request)
        if (one := _ONE.fullmatch(request.path)) and one[2] in self._by_sid:
            return answers.shown(200, self._by_sid[one[2]].json())
        if _ACCOUNT.fullmatch(request.path):
            account = {"sid": self.account.sid, "status": "active", "friendly_name": "stand-in"}
            return answers.shown(200, account)
        return answers.error(404, 20404, f"The requested resource {request.path} was not found")

    def _authorised(self, request: Request) -> bool:
        expected = base64.b64encode(f"{self.account.sid}:{self.account.token}".encode()).decode()
        owner = re.match(rf"/{VERSION}/Accounts/(\w+)", request.path)
        return (
            request.headers.get("authorization") == f"Basic {expected}"
            and owner is not None
            and owner[1] == self.account.sid
        )

    def _list(self, request: Request) -> Reply:
        return answers.shown(200, twilio_messages.page(self.messages, request.query, request.path))

    def _create(self, request: Request) -> Reply:
        form = request.form
        fault = answers.fault(form)
        if fault is not None:
            return fault
        behaviour = self.plan.take(form["To"])
        message = None
        if behaviour.answer in _HELD:
            message = self._message(to=form["To"], from_=form.get("From", ""), body=form["Body"])
            message.service = form.get("MessagingServiceSid")
            message.callback = form.get("StatusCallback", "")
            message.validity = form.get("ValidityPeriod", "")
            self._keep(message)
        return self._answered(behaviour, message)

    def _answered(self, behaviour: Behaviour, message: Message | None) -> Reply:
        delay, then, after = behaviour.latency, None, None
        if message is not None and behaviour.callbacks is Callbacks.EARLY:
            after = self._server.loop.create_future()
            self.lives.begin(message, behaviour, after)
        elif message is not None:
            then = self.lives.later(message, behaviour)
        match behaviour.answer:
            case Answer.CREATED if message is not None:
                body = json.dumps(message.json()).encode()
                return Reply(201, body, delay=delay, then=then, after=after)
            case Answer.THROTTLED:
                waits = (("Retry-After", behaviour.retry_after),)
                return answers.error(429, 20429, "Too Many Requests", delay=delay, headers=waits)
            case Answer.REFUSED:
                words = "The request was refused"
                return answers.error(behaviour.status, behaviour.error or 20001, words, delay=delay)
            case Answer.LOST | Answer.DROPPED:
                return Reply(drop=True, delay=delay, then=then, after=after)
            case _:
                body = b'{"message": "Internal Server Error", "code": 20500, "status": 500}'
                return Reply(500, body, delay=delay, then=then, after=after)

    def _own(self, request: Request) -> Reply:
        """The stand-in's own paths, for trials by hand."""
        if request.path == "/standin/inbound" and request.method == "POST":
            form = request.form
            sid = self.reply(form.get("From", ""), form.get("Body", ""), to=form.get("To", NUMBER))
            return answers.shown(201, {"sid": sid})
        if request.path == "/standin/messages":
            return answers.shown(200, [message.json() for message in self.messages])
        return answers.error(404, 20404, "The stand-in has /standin/inbound and /standin/messages")

    def _message(self, *, to: str, from_: str, body: str, status: str = "queued") -> Message:
        text = f"{self._seed} {len(self.messages)}"
        sid = "SM" + hashlib.sha256(text.encode()).hexdigest()[:32]
        return Message(sid, self.account.sid, to, from_, body, status, self._now())

    def _keep(self, message: Message) -> None:
        self.messages.append(message)
        self._by_sid[message.sid] = message


def every(number: int, behaviour: Behaviour, *, otherwise: Behaviour) -> Rule:
    """Each so-manieth request behaves so; 0 is never."""

    def rule(count: int, _receiver: str) -> Behaviour:
        return behaviour if number and count % number == 0 else otherwise

    return rule


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description="A stand-in for Twilio on 127.0.0.1.")
    parser.add_argument("--port", type=int, default=8788)
    parser.add_argument("--latency-ms", type=float, default=0, help="before each answer")
    parser.add_argument("--undelivered-every", type=int, default=0, metavar="N")
    parser.add_argument("--lost-every", type=int, default=0, metavar="N")
    parser.add_argument("--inbound-url", default="", help="where texts that come in are posted")
    parser.add_argument("--deliver-to", default="", help="loopback address that gets callbacks")
    given = parser.parse_args(arguments)
    latency = given.latency_ms / 1000
    standin = TwilioStandin(
        Account(inbound_url=given.inbound_url, deliver_to=given.deliver_to), port=given.port
    )
    usual = Behaviour(latency=latency)
    if given.lost_every:
        lost = Behaviour(answer=Answer.LOST, latency=latency)
        standin.behave(every(given.lost_every, lost, otherwise=usual))
    elif given.undelivered_every:
        failing = Behaviour(latency=latency, final="undelivered", error=30003)
        standin.behave(every(given.undelivered_every, failing, otherwise=usual))
    else:
        standin.behave(usual)
    with standin:
        sys.stdout.write(f"api_base = {standin.url}  account {ACCOUNT}  token {TOKEN}\n")
        sys.stdout.flush()
        try:
            standin.wait()
        except KeyboardInterrupt:
            return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
