"""A server with Twilio's paths, states and signed callbacks, which misbehaves on request.

    python -m fangxun.standin.twilio_server --port 8788

Point a gateway's `api_base` at it. To text back as an official would:

    curl --data-urlencode From=+8610000000101 -d Body=1234 http://127.0.0.1:8788/standin/inbound

To press a key on the call that is being placed to somebody, once it asks for one:

    curl --data-urlencode To=+8610000000101 -d Digits=1 http://127.0.0.1:8788/standin/press
"""

from __future__ import annotations

import argparse
import asyncio
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
from fangxun.standin.misbehaviour import Answer, Behaviour, Callbacks, Pick, Plan, Rule
from fangxun.standin.server import LoopbackServer
from fangxun.standin.twilio_calls import Call
from fangxun.standin.twilio_lives import ACCOUNT, TOKEN, Account, Lives
from fangxun.standin.twilio_messages import VERSION, Message
from fangxun.standin.twilio_voice import Phones

NUMBER = "+8610000000900"
"""The number that the stand-in's account sends from."""

BY_HAND_SPEECH = 0.05
"""Seconds for each character that is said to whoever tries it: faster than anybody speaks."""

_LIST = re.compile(rf"/{VERSION}/Accounts/(\w+)/Messages\.json")
_ONE = re.compile(rf"/{VERSION}/Accounts/(\w+)/Messages/(\w+)\.json")
_CALLS = re.compile(rf"/{VERSION}/Accounts/(\w+)/Calls\.json")
_CALL = re.compile(rf"/{VERSION}/Accounts/(\w+)/Calls/(\w+)\.json")
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
        self.updates = Plan()
        """How requests to change a call are answered."""
        self.messages: list[Message] = []
        self.requests: list[Request] = []
        self._by_sid: dict[str, Message] = {}
        self._now = now
        self._server = LoopbackServer(self._handle, port=port)
        self._seed = ""
        self.lives = Lives(self.account, self._server, now)
        self.phones = Phones(self.account, self.lives, now)

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
    def calls(self) -> list[Call]:
        """Every call that was placed."""
        return self.phones.calls

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
        found = self._of_calls(request) or self._of_messages(request)
        if found is not None:
            return found
        if _ACCOUNT.fullmatch(request.path):
            account = {"sid": self.account.sid, "status": "active", "friendly_name": "stand-in"}
            return answers.shown(200, account)
        return answers.error(404, 20404, f"The requested resource {request.path} was not found")

    def _of_messages(self, request: Request) -> Reply | None:
        if _LIST.fullmatch(request.path):
            return self._create(request) if request.method == "POST" else self._list(request)
        if (one := _ONE.fullmatch(request.path)) and one[2] in self._by_sid:
            return answers.shown(200, self._by_sid[one[2]].json())
        return None

    def _of_calls(self, request: Request) -> Reply | None:
        if _CALLS.fullmatch(request.path):
            return self._place(request) if request.method == "POST" else self._list_calls(request)
        if (one := _CALL.fullmatch(request.path)) and (call := self.phones.find(one[2])):
            return self._update(request, call)
        return None

    def _update(self, request: Request, call: Call) -> Reply:
        """A call as it stands; by POST it is taken back first, where that is asked for."""
        if request.method == "POST":
            behaviour = self.updates.take(call.to)
            if behaviour.answer is not Answer.CREATED:
                return self._answered(behaviour, None)
            asked = request.form.get("Status") == "canceled"
            if not asked or not self.phones.take_back(call):
                return answers.error(400, 21220, "Call is not in-progress. Cannot redirect.")
        return answers.shown(200, call.json())

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
            body = answers.said(form)
            message = self._message(to=form["To"], from_=form.get("From", ""), body=body)
            message.service = form.get("MessagingServiceSid")
            message.callback = form.get("StatusCallback", "")
            message.validity = form.get("ValidityPeriod", "")
            self._keep(message)
        return self._answered(behaviour, message)

    def _list_calls(self, request: Request) -> Reply:
        shown = twilio_messages.page(self.calls, request.query, request.path, name="calls")
        return answers.shown(200, shown)

    def _place(self, request: Request) -> Reply:
        fault = answers.call_fault(request.form)
        if fault is not None:
            return fault
        behaviour = self.plan.take(request.form["To"])
        held = behaviour.answer in _HELD
        return self._answered(behaviour, self.phones.new(request, self._seed) if held else None)

    def _begin(
        self, made: Message | Call, behaviour: Behaviour
    ) -> tuple[Callable[[], None] | None, asyncio.Future[None] | None]:
        """Start what it goes through: before the answer, or what is to be called after it."""
        if behaviour.callbacks is Callbacks.EARLY:
            after = self._server.loop.create_future()
            if isinstance(made, Call):
                self.lives.run(self.phones.live(made, behaviour, after))
            else:
                self.lives.begin(made, behaviour, after)
            return None, after
        if isinstance(made, Call):
            return self.lives.waiting(lambda: self.phones.live(made, behaviour)), None
        return self.lives.later(made, behaviour), None

    def _answered(self, behaviour: Behaviour, made: Message | Call | None) -> Reply:
        delay = behaviour.latency
        then, after = self._begin(made, behaviour) if made is not None else (None, None)
        match behaviour.answer:
            case Answer.CREATED if made is not None:
                body = json.dumps(made.json()).encode()
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
        if request.path == "/standin/press" and request.method == "POST":
            form = request.form
            taken = self.phones.press(form.get("To", ""), form.get("Digits", ""))
            return answers.shown(200, {"taken": taken})
        if request.path == "/standin/messages":
            return answers.shown(200, [message.json() for message in self.messages])
        return answers.error(404, 20404, "The stand-in has /standin/inbound, press and messages")

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
    usual = Behaviour(latency=latency, pick=Pick.BY_HAND, speech=BY_HAND_SPEECH)
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
