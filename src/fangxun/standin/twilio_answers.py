"""Answers in Twilio's form, and what Twilio refuses by itself."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from fangxun.standin.http1 import Reply

_E164 = re.compile(r"\+[1-9]\d{6,14}")
_MOST_TEXT = 1600
_MOST_TWIML = 4000


def shown(status: int, value: object) -> Reply:
    """A value as JSON."""
    return Reply(status, json.dumps(value, ensure_ascii=False).encode())


def error(
    status: int,
    code: int,
    words: str,
    *,
    delay: float = 0.0,
    headers: tuple[tuple[str, str], ...] = (),
) -> Reply:
    """Twilio's form of an error."""
    about = f"https://www.twilio.com/docs/errors/{code}"
    form = {"code": code, "message": words, "more_info": about, "status": status}
    return Reply(status, json.dumps(form).encode(), delay=delay, headers=headers)


def fault(form: Mapping[str, str]) -> Reply | None:
    """What Twilio refuses by itself. It quotes the number in its words, as the real one does."""
    to = form.get("To", "")
    if not to:
        return error(400, 21604, "A 'To' phone number is required.")
    if not _E164.fullmatch(to):
        return error(400, 21211, f"The 'To' number {to} is not a valid phone number.")
    if not form.get("From") and not form.get("MessagingServiceSid"):
        return error(400, 21603, "A 'From' phone number is required.")
    body = said(form)
    if not body:
        return error(400, 21602, "Message body is required.")
    if len(body) > _MOST_TEXT:
        return error(400, 21617, "The concatenated message body exceeds the 1600 character limit.")
    return None


def said(form: Mapping[str, str]) -> str:
    """What a message says: its body, or a content template with its numbered variables, which here
    has no words but its own id. "" where there is neither, or the variables are none."""
    if not form.get("ContentSid"):
        return form.get("Body", "")
    try:
        values = dict(json.loads(form.get("ContentVariables") or "{}"))
    except (ValueError, TypeError):
        return ""
    numbered = [values.get(str(place), "") for place in range(1, len(values) + 1)]
    return " ".join((form["ContentSid"], *map(str, numbered)))


def call_fault(form: Mapping[str, str]) -> Reply | None:
    """What Twilio refuses by itself of a call."""
    to = form.get("To", "")
    if not to:
        return error(400, 21201, "No 'To' number is specified")
    if not _E164.fullmatch(to):
        return error(400, 21211, f"The 'To' number {to} is not a valid phone number.")
    if not form.get("From"):
        return error(400, 21213, "No 'From' number is specified")
    if not form.get("Url") and not 0 < len(form.get("Twiml", "")) <= _MOST_TWIML:
        return error(400, 21205, "Url parameter is required, or Twiml of at most 4000 characters.")
    return None
