"""Places the calls of the Twilio stand-in: rings, plays TwiML to whoever answers, takes keys.

Of TwiML it knows Say, Pause, Gather, Redirect and Hangup. As with Twilio, a key that is pressed
while no Gather waits for one is lost, and one that is pressed in a Gather ends what it says.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from fangxun.standin.http1 import Request
from fangxun.standin.misbehaviour import NOT_ANSWERED, Behaviour, Callbacks, Pick
from fangxun.standin.twilio_calls import Call
from fangxun.standin.twilio_lives import Account, Lives

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

UNANSWERED = frozenset({"queued", "initiated", "ringing"})
MOST_VERBS = 60
"""Of one call, so that TwiML that leads to itself ends."""
DEFAULT_WAIT = 5
"""Seconds that Twilio waits for a key where TwiML does not say."""


class _TakenBack(Exception):
    """Whoever placed the call has taken it back before somebody answered."""


class Phones:
    """All calls of one account. Belongs to the server's thread, `press` aside."""

    def __init__(self, account: Account, lives: Lives, now: Callable[[], datetime]) -> None:
        """No call has been made."""
        self.calls: list[Call] = []
        self._account = account
        self._lives = lives
        self._now = now

    def find(self, sid: str) -> Call | None:
        """The call of that sid."""
        return next((call for call in self.calls if call.sid == sid), None)

    def new(self, request: Request, seed: str) -> Call:
        """The call that a create request asks for."""
        form = request.form
        sid = hashlib.sha256(f"{seed} call {len(self.calls)}".encode()).hexdigest()[:32]
        call = Call(f"CA{sid}", self._account.sid, form["To"], form["From"], self._now())
        call.twiml, call.url = form.get("Twiml", ""), form.get("Url", "")
        call.callback = form.get("StatusCallback", "")
        call.events = tuple(request.all_of("StatusCallbackEvent")) or call.events
        call.ring_seconds = int(form.get("Timeout", "60"))
        call.most_seconds = int(form.get("TimeLimit", "14400"))
        self.calls.append(call)
        return call

    def take_back(self, call: Call) -> bool:
        """An update with Status=canceled: one that nobody has answered ends; whether it may be
        asked of this call at all."""
        if call.status in UNANSWERED:
            call.taken_back.set()
            call.status = "canceled"
        return call.ended is None

    def press(self, number: str, key: str) -> bool:
        """Somebody presses a key on the newest call to that number; whether it was taken."""
        for call in reversed(self.calls):
            if call.to == number:
                taken = call.pressed is not None and not call.pressed.done()
                if call.pressed is not None and taken:
                    call.pressed.set_result(key)
                else:
                    call.missed += key
                return taken
        return False

    async def live(
        self, call: Call, behaviour: Behaviour, done: asyncio.Future[None] | None = None
    ) -> None:
        """1. Ring. 2. Whoever answers is told. 3. The end; told at once, or all in reverse."""
        later: list[tuple[str, dict[str, str]]] = []
        try:
            end = await self._until_the_end(call, behaviour, later)
        except _TakenBack:
            end = "canceled"
        call.ended = self._now()
        await self._reach(call, end, behaviour, later)
        for url, form in reversed(later):
            await self._lives.tell(url, form, behaviour.callbacks)
        if done is not None:
            done.set_result(None)

    async def _until_the_end(
        self, call: Call, behaviour: Behaviour, later: list[tuple[str, dict[str, str]]]
    ) -> str:
        """How it ends."""
        for state in ("initiated", "ringing"):
            await self._reach(call, state, behaviour, later)
        if behaviour.pick in NOT_ANSWERED:
            call.sip = behaviour.sip
            await self._unless_taken_back(call, behaviour)
            return behaviour.pick.value
        await self._reach(call, "in-progress", behaviour, later)
        await self._talk(call, behaviour)
        return "completed"

    async def _unless_taken_back(self, call: Call, behaviour: Behaviour) -> None:
        """One step goes by, or the call is taken back meanwhile."""
        with suppress(TimeoutError):
            async with asyncio.timeout(behaviour.step):
                await call.taken_back.wait()
        if call.taken_back.is_set():
            raise _TakenBack

    async def _reach(
        self, call: Call, state: str, behaviour: Behaviour, later: list[tuple[str, dict[str, str]]]
    ) -> None:
        if call.ended is None:
            await self._unless_taken_back(call, behaviour)
        call.status = state
        call.sent = call.sent or self._now()
        if call.event not in call.events:
            return
        if behaviour.callbacks is Callbacks.REVERSED:
            later.append((call.callback, call.status_form()))
        else:
            await self._lives.tell(call.callback, call.status_form(), behaviour.callbacks)

    async def _talk(self, call: Call, behaviour: Behaviour) -> None:
        """Until it ends, and never longer than its limit."""
        try:
            async with asyncio.timeout(call.most_seconds):
                twiml = call.twiml or await self._fetched(call, call.url, {})
                await self._play(call, _verbs(twiml), behaviour)
        except TimeoutError:
            return

    async def _play(self, call: Call, verbs: list[Element], behaviour: Behaviour) -> None:
        for _ in range(MOST_VERBS):
            if not verbs:
                return
            verb = verbs.pop(0)
            match verb.tag:
                case "Say":
                    await self._say(call, verb, behaviour)
                case "Gather":
                    key = await self._gather(call, verb, behaviour)
                    if key:
                        call.keys += key
                        form = {"Digits": key}
                        verbs = _verbs(await self._fetched(call, verb.get("action", ""), form))
                case "Redirect":
                    verbs = _verbs(await self._fetched(call, (verb.text or "").strip(), {}))
                case "Hangup":
                    return
                case _:
                    pass  # Pause, and what the stand-in does not know

    async def _say(self, call: Call, verb: Element, behaviour: Behaviour) -> None:
        text = verb.text or ""
        await asyncio.sleep(behaviour.speech * len(text))
        if behaviour.pick is Pick.EARLY and not call.heard:
            call.missed += behaviour.key
        if behaviour.pick is not Pick.VOICEMAIL:
            call.heard.append((verb.get("language", ""), text))

    async def _gather(self, call: Call, verb: Element, behaviour: Behaviour) -> str:
        """The key that is pressed while it is asked for; "" for none."""
        if behaviour.pick is Pick.EARLY and not call.heard:
            return behaviour.key  # what it would have said is cut off
        for said in verb:
            await self._say(call, said, behaviour)
        match behaviour.pick:
            case Pick.PRESSES:
                return behaviour.key
            case Pick.BY_HAND:
                return await self._by_hand(call, float(verb.get("timeout", DEFAULT_WAIT)))
            case _:
                return ""

    async def _by_hand(self, call: Call, seconds: float) -> str:
        call.pressed = asyncio.get_running_loop().create_future()
        try:
            return await asyncio.wait_for(call.pressed, seconds)
        except TimeoutError:
            return ""

    async def _fetched(self, call: Call, url: str, more: dict[str, str]) -> str:
        """What the customer's server says comes next; nothing where it does not answer well."""
        posted = await self._lives.post(url, {**call.form(), **more}, self._account.token)
        good = 200 <= posted.status < 300  # noqa: PLR2004  HTTP's own numbers
        return posted.answer.decode("utf-8", "replace") if good else ""


def _verbs(twiml: str) -> list[Element]:
    """The verbs of a document; none where it is none, and the call ends, as with Twilio."""
    try:
        return list(fromstring(twiml))
    except (ParseError, DefusedXmlException, ValueError):
        return []
