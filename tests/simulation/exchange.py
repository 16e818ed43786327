"""The calls of the virtual Twilio: rung, taken back, answered or not, and their keys."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from html import unescape

from fangxun.standin.twilio_calls import Call
from fangxun.standin.twilio_lives import ACCOUNT
from fangxun.standin.twilio_messages import Message
from tests.simulation.agenda import Agenda
from tests.simulation.story import Fault, Kind, Story

_SAID = re.compile(r"<Say[^>]*>([^<]*)</Say>")
_ACTION = re.compile(r'<Gather action="([^"]*)"')
_PICKED_UP = 12.0
_LISTENED = 25.0
_TALKED = 50.0
"""Seconds of a call: until somebody picks up, until he has heard the message, until its end."""
_BROKEN_OFF = 2.0
"""The same of one that rings nowhere."""
KEY = "1"
_CAME_TO = {
    "queued": "accepted", "ringing": "sent", "in-progress": "sent", "completed": "undelivered",
    "no-answer": "undelivered", "busy": "undelivered", "failed": "failed", "canceled": "failed",
}  # fmt: skip


class Pick(Enum):
    """What becomes of a phone that rings."""

    DEAD = ("failed", 404)
    BUSY = ("busy", 486)
    SLEEPS = ("no-answer", None)
    VOICEMAIL = ""
    PRESSES = "1"
    FUMBLES = "51"


ANSWERED = frozenset({Pick.VOICEMAIL, Pick.PRESSES, Pick.FUMBLES})
"""Their value is what is pressed."""


def came_to(item: Message | Call) -> str:
    """In our words: a text by its status; a call has reached somebody who pressed the key."""
    if isinstance(item, Message):
        return item.status
    return "delivered" if item.keys.endswith(KEY) else _CAME_TO[item.status]


def words_of(item: Message | Call) -> str:
    """The text; of a call what is said first."""
    if isinstance(item, Message):
        return item.body
    found = _SAID.search(item.twiml)
    return unescape(found.group(1)) if found is not None else ""


@dataclass
class Exchange:
    """Of one account. `tell` is a callback, `strikes` the fault of a kind that strikes now."""

    name: str
    story: Story
    agenda: Agenda
    picks: Callable[[Call, str], Pick]
    """Whose phone it is decides; given our attempt's id."""
    pressed: Callable[[Call], None]
    """Somebody has confirmed by the key."""
    tell: Callable[[str, Mapping[str, str]], None]
    strikes: Callable[[Kind], Fault | None]
    calls: list[Call] = field(default_factory=list)

    def find(self, sid: str) -> Call | None:
        """The call of that sid."""
        return next((call for call in self.calls if call.sid == sid), None)

    def place(self, form: Mapping[str, str], attempt: str) -> Call:
        """What a create request asks for."""
        call = Call(
            f"CA{self.name[0]}{len(self.calls):031d}", ACCOUNT, form["To"], form["From"],
            self.agenda.now, twiml=form["Twiml"], callback=form["StatusCallback"],
            ring_seconds=int(form["Timeout"]),
        )  # fmt: skip
        self.calls.append(call)
        self._after(1 + 4 * self.story.share("line", attempt), lambda: self._ring(call, attempt))
        return call

    def take_back(self, call: Call) -> bool:
        """Whether it may be asked of this call at all; one that was answered is left alone."""
        if call.ended is not None:
            return False
        if call.status in {"queued", "ringing"}:
            self._end(call, "canceled")
        return True

    def _after(self, seconds: float, event: Callable[[], None]) -> None:
        self.agenda.after(seconds, event, beat=self.story.beat)

    def _ring(self, call: Call, attempt: str) -> None:
        if call.ended is not None:
            return
        self._reach(call, "ringing")
        pick = self.picks(call, attempt)
        if pick in ANSWERED:
            self._after(_PICKED_UP, lambda: self._answered(call, pick.value))
            return
        state, sip = pick.value
        waits = call.ring_seconds if pick is Pick.SLEEPS else _BROKEN_OFF
        self._after(waits, lambda: self._end(call, state, sip))

    def _answered(self, call: Call, keys: str) -> None:
        if call.ended is not None:
            return
        self._reach(call, "in-progress")
        for number, key in enumerate(keys):
            after = _LISTENED + number * self.story.beat
            self._after(after, lambda key=key: self._press(call, key))
        self._after(_TALKED + len(keys) * self.story.beat, lambda: self._end(call, "completed"))

    def _press(self, call: Call, key: str) -> None:
        call.keys += key
        if key == KEY:
            self.pressed(call)
        action = _ACTION.search(call.twiml)
        if action is not None:
            self._tell(unescape(action.group(1)), {**call.form(), "Digits": key})

    def _end(self, call: Call, state: str, sip: int | None = None) -> None:
        if call.ended is None:
            call.ended, call.sip = self.agenda.now, sip
            self._reach(call, state)

    def _reach(self, call: Call, state: str) -> None:
        """It is told, in its turn or with an earlier state after it."""
        call.status, call.sent = state, call.sent or self.agenda.now
        form = call.status_form()
        self._tell(call.callback, form)
        if self.strikes(Kind.CALLBACKS_REORDERED):
            earlier = {**form, "CallStatus": "ringing"}
            self._after(self.story.beat, lambda: self._tell(call.callback, earlier))

    def _tell(self, url: str, form: Mapping[str, str]) -> None:
        """Once, twice, or not at all."""
        if self.strikes(Kind.CALLBACKS_LOST):
            return
        for _ in range(2 if self.strikes(Kind.CALLBACKS_TWICE) else 1):
            self.tell(url, form)
