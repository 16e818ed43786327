"""The calls of the Twilio stand-in: as JSON, and as the forms that it posts about them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime

from fangxun.standin.twilio_messages import date, shown, told

EVENTS = {"initiated": "initiated", "ringing": "ringing", "in-progress": "answered"}
"""Which event tells of a state; all others are told as "completed"."""


@dataclass(slots=True)
class Call:
    """One call that we were asked to make; instants are UTC.

    `heard` is what was said to the person, as (language, text), in its order; `keys` what was
    pressed while a key was asked for, `missed` what was pressed while none was.
    """

    sid: str
    account: str
    to: str
    from_: str
    created: datetime
    status: str = "queued"
    direction: str = "outbound-api"
    twiml: str = ""
    url: str = ""
    callback: str = ""
    events: tuple[str, ...] = ("completed",)
    ring_seconds: int = 60
    most_seconds: int = 14_400
    sent: datetime | None = None
    ended: datetime | None = None
    sip: int | None = None
    events_told: int = 0
    heard: list[tuple[str, str]] = field(default_factory=list)
    keys: str = ""
    missed: str = ""
    pressed: asyncio.Future[str] | None = None
    """Waits for a key by hand, while one is asked for."""
    taken_back: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when whoever placed it takes it back before somebody has answered."""

    @property
    def updated(self) -> datetime:
        """When anything last changed."""
        return self.ended or self.sent or self.created

    def json(self) -> dict[str, object]:
        """As the API shows it. What was said is not in it."""
        return {
            **shown(self, "Calls"),
            "answered_by": None,
            "start_time": date(self.sent),
            "end_time": date(self.ended),
            "duration": None,
        }

    def form(self) -> dict[str, str]:
        """The fields of every request about it."""
        return {
            **told(self),
            "CallSid": self.sid,
            "CallStatus": self.status,
            "Direction": self.direction,
        }

    def status_form(self) -> dict[str, str]:
        """The fields of an event's callback."""
        form = {**self.form(), "CallbackSource": "call-progress-events"}
        form["SequenceNumber"] = str(self.events_told)
        if self.sip is not None:
            form["SipResponseCode"] = str(self.sip)
        self.events_told += 1
        return form

    @property
    def event(self) -> str:
        """The event that its present state is told as."""
        return EVENTS.get(self.status, "completed")
