"""Calls over Twilio: what is spoken, and what a call's events and keys mean.

The whole message is said first, outside <Gather>: Twilio takes no key before <Gather> begins, so
whoever presses one has heard it. What is spoken goes inline with the create request, so that a
call needs nothing of this process but the answer to its key.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from fangxun.core.page import AttemptState, Blame
from fangxun.gateways.base import CallbackRequest, KeyPress, Order, Receipt, Taken
from fangxun.gateways.twilio.account import TwilioSettings
from fangxun.gateways.twilio.callbacks import attempt_in, status_url
from fangxun.gateways.twilio.codes import Codes
from fangxun.text.templates import templates

XML = "text/xml"
KEY = "1"
TIMES = 2
"""How often the message is said before the call ends."""
MOST_KEYS = 3
"""Wrong keys before the call ends."""
MOST_TWIML = 4000
"""Characters that Twilio takes inline."""
SPOKEN = {"zh_CN": "zh-CN", "en": "en-US"}
"""Our languages as Twilio names them."""
EVENTS = ["initiated", "ringing", "answered", "completed"]

STATES: Mapping[str, AttemptState] = {
    "queued": AttemptState.ACCEPTED,
    "initiated": AttemptState.ACCEPTED,
    "ringing": AttemptState.SENT,
    "in-progress": AttemptState.SENT,
    "completed": AttemptState.UNDELIVERED,
    "busy": AttemptState.UNDELIVERED,
    "no-answer": AttemptState.UNDELIVERED,
    "failed": AttemptState.FAILED,
    "canceled": AttemptState.FAILED,
}
"""A call's states as ours. One that was completed and in which no key was pressed may have been
heard by voicemail: it counts as not delivered. A key that was pressed outranks it in any order."""

TOO_LATE = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND})
"""With these a call is not taken back: it is over (21220), or unknown."""


class Speaker:
    """Says things in TwiML, by the SDK, in the voices that the settings name."""

    def __init__(self, settings: TwilioSettings) -> None:
        """Makes no request."""
        from twilio.twiml.voice_response import Gather, VoiceResponse  # noqa: PLC0415  the SDK is heavy

        self._settings = settings
        self._response, self._gather = VoiceResponse, Gather

    def message(self, order: Order) -> str:
        """The call as a whole: the message, the question for a key, both once more, the end.

        Without a public address no key can come back: it only wakes, and says so.
        """
        words = templates(order.language)
        said = self._response()
        said.pause(length=1)  # until the phone is at the ear
        for _ in range(TIMES):
            self._say(said, order.text, order.language)
            if self._settings.public_base_url:
                self._ask(said, words["voice_press"], order.attempt, order.language, keys=0)
            else:
                self._say(said, words["voice_desk"], order.language)
        if self._settings.public_base_url:
            self._say(said, words["voice_none"], order.language)
        return str(said)

    def taken(self, language: str) -> str:
        """The key has been kept."""
        return self._last("voice_taken", language)

    def again(self, attempt: str, language: str, *, keys: int) -> str:
        """Another key was pressed: ask once more, a bounded number of times."""
        if keys >= MOST_KEYS:
            return self._last("voice_none", language)
        said = self._response()
        self._ask(said, templates(language)["voice_again"], attempt, language, keys=keys)
        self._say(said, templates(language)["voice_none"], language)
        return str(said)

    def _last(self, kind: str, language: str) -> str:
        said = self._response()
        self._say(said, templates(language)[kind], language)
        said.hangup()
        return str(said)

    def _ask(self, said: Any, prompt: str, attempt: str, language: str, *, keys: int) -> None:  # noqa: ANN401  the SDK has no types; each is said
        about = urlencode({"language": language, "keys": keys})
        url = status_url(self._settings.public_base_url, self._settings.name, attempt)
        gather = self._gather(
            input="dtmf",
            num_digits=1,
            timeout=self._settings.key_seconds,
            action=f"{url}/key?{about}",
            method="POST",
        )
        self._say(gather, prompt, language)
        said.append(gather)

    def _say(self, into: Any, text: str, language: str) -> None:  # noqa: ANN401  the SDK has no types
        voice = self._settings.voices.get(language)
        into.say(text, language=SPOKEN.get(language, SPOKEN["zh_CN"]), voice=voice)


def fields(order: Order, settings: TwilioSettings, twiml: str) -> dict[str, object]:
    """What the create request says. It rings, and speaks, for a bounded time."""
    made: dict[str, object] = {
        "to": order.number,
        "from_": settings.voice_from,
        "twiml": twiml,
        "timeout": settings.ring_seconds,
        "time_limit": settings.call_seconds,
    }
    url = status_url(settings.public_base_url, settings.name, quote(order.attempt))
    if url:
        made |= {"status_callback": url, "status_callback_event": EVENTS}
        made["status_callback_method"] = "POST"
    return made


def read(
    form: Mapping[str, str], request: CallbackRequest, settings: TwilioSettings, *, codes: Codes
) -> Receipt | None:
    """What an event of a call says of our attempt."""
    attempt = attempt_in(request, settings.name)
    sip = form.get("SipResponseCode", "")
    code = form.get("ErrorCode", "") or (f"sip-{sip}" if sip else "")
    return receipt(attempt, form["CallSid"], form.get("CallStatus", ""), codes=codes, code=code)


def receipt(  # noqa: PLR0913  each is a word of the provider's
    attempt: str, sid: str, status: str, *, codes: Codes, code: str = "", keys: bool = True
) -> Receipt | None:
    """A call's status as a receipt. Without `keys` none can come back: that it was completed is
    then no failure, and proves nothing either."""
    state = STATES.get(status)
    if state is None:
        return None
    if status == "completed" and not keys:
        return Receipt(attempt, sid, AttemptState.SENT)
    if state not in {AttemptState.UNDELIVERED, AttemptState.FAILED}:
        return Receipt(attempt, sid, state)
    why = code if code in codes else {"completed": "no-key"}.get(status, status)
    return Receipt(attempt, sid, state, why, codes[why].blame if why in codes else Blame.NONE)


def pressed(
    form: Mapping[str, str], request: CallbackRequest, settings: TwilioSettings, speaker: Speaker
) -> Taken:
    """A key was pressed after the message: the right one confirms, another is asked again."""
    attempt = attempt_in(request, settings.name)
    asked = dict(parse_qsl(urlsplit(request.path_and_query).query))
    language = asked.get("language", "")
    key, sid = form.get("Digits", ""), form.get("CallSid", "")
    if key == KEY:
        items = (KeyPress(sid, attempt, key), Receipt(attempt, sid, AttemptState.DELIVERED))
        return Taken(items, speaker.taken(language), XML)
    keys = int(asked.get("keys", "0")) if asked.get("keys", "0").isdecimal() else MOST_KEYS
    return Taken((), speaker.again(attempt, language, keys=keys + 1), XML)


def is_key(request: CallbackRequest) -> bool:
    """Whether it is the answer to our question for a key."""
    return urlsplit(request.path_and_query).path.endswith("/key")
