"""A virtual Twilio behind the seam where its real SDK hands over its requests."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from twilio.http.response import Response

from fangxun.gateways.base import CallbackRequest
from fangxun.gateways.twilio.session import Broken, Throttled, Unreached
from fangxun.standin import twilio_messages
from fangxun.standin.twilio_calls import Call
from fangxun.standin.twilio_lives import ACCOUNT, TOKEN
from fangxun.standin.twilio_messages import Message, signature
from tests.simulation.agenda import Agenda, Killed
from tests.simulation.exchange import Exchange, Pick
from tests.simulation.story import REQUESTS, Fault, Kind, Story

BASE = "https://fangxun.example.test"
NUMBERS = {"main": "+8610000000900", "spare": "+8610000000901"}
PATIENCE = 15.0
"""Seconds after which a request without an answer is given up, as our time-out is."""


@dataclass
class Provider:
    """One account. `taken` are the messages and calls that it took, by our attempt's id."""

    name: str
    story: Story
    agenda: Agenda
    call_back: Callable[[str, CallbackRequest], None]
    arrives: Callable[[Message, str], str]
    """Given a text as it reaches its phone and our attempt's id; returns the state it ends in."""
    picks: Callable[[Call, str], Pick]
    pressed: Callable[[Call], None]
    """As of an exchange."""
    messages: list[Message] = field(default_factory=list)
    taken: dict[str, list[Message | Call]] = field(default_factory=dict)
    unanswered: set[str] = field(default_factory=set)
    """Attempts whose answer did not come, or was no answer."""
    requests: int = 0
    tried: list[float] = field(default_factory=list)
    """When it was asked to take a message, in seconds of true time."""
    wait: float = 1.0
    """Seconds that the last request has taken."""
    faulty: bool = True

    def __post_init__(self) -> None:
        """It carries calls, too."""
        self.exchange = Exchange(
            self.name, self.story, self.agenda, self.picks, self.pressed, self.tell, self._now
        )

    def request(self, method: str, url: str, **given: Any) -> Response:
        """One exchange, as `fangxun.gateways.twilio.session.Session` makes it."""
        self.wait = 1.0
        if self._now(Kind.UNREACHED):
            raise Unreached("ConnectionRefusedError")
        called = url.rsplit("/Calls/", 1)[1].removesuffix(".json") if "/Calls/" in url else ""
        if method.upper() == "POST" and not called:
            return self._create(given["data"])
        if self._now(Kind.MUTE):
            return Response(503, "", {})
        if called:
            return self._called(called, takes_back=method.upper() == "POST")
        return self._read(url, given.get("params") or {})

    def close(self) -> None:
        """Nothing is open."""

    def _now(self, kind: Kind) -> Fault | None:
        """The fault of that kind that strikes now."""
        found = self.story.of(kind) if self.faulty else ()
        return next((fault for fault in found if fault.holds(self.agenda.second)), None)

    def _create(self, form: Mapping[str, str]) -> Response:
        self.requests += 1
        self.tried.append(self.agenda.second)
        self.agenda.done(self.name, self.requests)
        attempt = form["StatusCallback"].rsplit("/", 1)[1]
        found = self.story.of(*REQUESTS) if self.faulty else ()
        kind = next((f.kind for f in found if f.holds(self.requests)), None)
        if kind is Kind.KILL_BEFORE_REQUEST:
            raise Killed(kind)
        if storm := self._now(Kind.THROTTLED):
            raise Throttled(float(storm.size % 30) or None)
        if kind is Kind.REFUSED:
            words = {"code": 21610, "message": "opted out", "status": 400}
            return Response(400, json.dumps(words), {})
        if kind in {Kind.DROPPED, Kind.SERVER_ERROR}:
            return self._no_answer(kind, attempt)
        message = self._take(form, attempt)
        if kind is Kind.KILL_AFTER_REQUEST:
            raise Killed(kind)
        if kind in {Kind.LOST, Kind.SERVER_ERROR_TAKEN}:
            return self._no_answer(kind, attempt)
        if kind is Kind.LATE or self._now(Kind.CALLBACKS_EARLY):
            self.wait = PATIENCE - 1
        return Response(201, json.dumps(message.json()), {})

    def _no_answer(self, kind: Kind, attempt: str) -> Response:
        self.unanswered.add(attempt)
        if kind in {Kind.SERVER_ERROR, Kind.SERVER_ERROR_TAKEN}:
            return Response(500, '{"code": 20500, "status": 500}', {})
        self.wait = PATIENCE
        raise Broken("ReadTimeout")

    def _take(self, form: Mapping[str, str], attempt: str) -> Message | Call:
        spoken = "Twiml" in form
        made = self.exchange.place(form, attempt) if spoken else self._take_text(form, attempt)
        self.taken.setdefault(attempt, []).append(made)
        return made

    def _take_text(self, form: Mapping[str, str], attempt: str) -> Message:
        sid = f"SM{self.name[0]}{len(self.messages):031d}"
        message = Message(
            sid, ACCOUNT, form["To"], NUMBERS[self.name], form["Body"], "queued", self.agenda.now,
            callback=form["StatusCallback"],
        )  # fmt: skip
        self.messages.append(message)
        carrier = 1 + 8 * self.story.share("carrier", attempt)
        self.agenda.after(carrier, lambda: self._arrive(message, attempt), beat=self.story.beat)
        return message

    def _arrive(self, message: Message, attempt: str) -> None:
        """The text reaches its phone, or not; the provider tells us."""
        message.sent = self.agenda.now
        final = self.arrives(message, attempt)
        forms = []
        for status in ("sent", final) if self.story.share("sent", attempt) < 0.1 else (final,):
            message.status = status
            message.error = 30005 if status == "undelivered" else None
            forms.append(message.status_form())
        if self._now(Kind.CALLBACKS_LOST):
            return
        if self._now(Kind.CALLBACKS_REORDERED):
            earlier = {**forms[-1], "MessageStatus": "sent", "ErrorCode": ""}
            late = self.story.beat * (1 + int(2 * self.story.share("reordered", attempt)))
            self.agenda.after(late, lambda: self.tell(message.callback, earlier))
        if self._now(Kind.CALLBACKS_TWICE):
            forms = forms + forms
        for form in forms:
            self.tell(message.callback, form)

    def tell(self, url: str, form: Mapping[str, str], token: str = TOKEN) -> None:
        """A callback, signed over the URL that it is meant for."""
        headers = {"X-Twilio-Signature": signature(token, url, form)}
        body = urlencode(form).encode()
        self.call_back(self.name, CallbackRequest("POST", url[len(BASE) :], headers, body))

    def reply(self, number: str, text: str) -> None:
        """A text from a phone comes in, and is told unless callbacks get lost."""
        sid = f"SMI{self.name[0]}{len(self.messages):030d}"
        message = Message(
            sid, ACCOUNT, NUMBERS[self.name], number, text, "received", self.agenda.now,
            direction="inbound", sent=self.agenda.now,
        )  # fmt: skip
        self.messages.append(message)
        if not self._now(Kind.CALLBACKS_LOST):
            self.tell(f"{BASE}/callback/{self.name}", message.inbound_form())

    def _read(self, url: str, params: Mapping[str, object]) -> Response:
        parts = urlsplit(url)
        query = {**dict(parse_qsl(parts.query)), **{k: str(v) for k, v in params.items()}}
        if parts.path.endswith("/Messages.json"):
            page = twilio_messages.page(self.messages, query, parts.path)
            return Response(200, json.dumps(page), {})
        if parts.path.endswith("/Calls.json"):
            page = twilio_messages.page(self.exchange.calls, query, parts.path, name="calls")
            return Response(200, json.dumps(page), {})
        sid = parts.path.rsplit("/", 1)[1].removesuffix(".json")
        found = next((m for m in self.messages if m.sid == sid), None)
        if found is None:
            return Response(404, '{"code": 20404, "status": 404}', {})
        return Response(200, json.dumps(found.json()), {})

    def _called(self, sid: str, *, takes_back: bool) -> Response:
        """How a call stands, or whether it is taken back."""
        call = self.exchange.find(sid)
        if call is None:
            return Response(404, '{"code": 20404, "status": 404}', {})
        if takes_back and not self.exchange.take_back(call):
            return Response(400, '{"code": 21220, "status": 400}', {})
        return Response(200, json.dumps(call.json()), {})

    def at(self) -> datetime:
        """The provider's own clock, which nobody sets."""
        return self.agenda.now
