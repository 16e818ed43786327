"""Callbacks as Twilio makes them: signed over the public URL, repeated, in any order."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

from fangxun.core.errors import N_
from fangxun.core.page import Blame
from fangxun.gateways.base import CallbackRequest, Forged, Inbound, Receipt, Taken
from fangxun.gateways.twilio.codes import STATES, Codes

MOST_BYTES = 64_000
PATH = "/callback"


class Form(dict[str, str]):
    """The fields of a form. A name given twice keeps both values, for the signature."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        """`pairs` in the order of coming; read by name, the last wins."""
        super().__init__(pairs)
        self.pairs = pairs

    def getlist(self, name: str) -> list[str]:
        """All values of a name, as the SDK's validator asks for them."""
        return [value for known, value in self.pairs if known == name]


def status_url(base: str, gateway: str, attempt: str) -> str:
    """Where the provider tells of an attempt; "" where we have no public address."""
    return f"{base.rstrip('/')}{PATH}/{gateway}/{attempt}" if base else ""


def public_url(base: str, path_and_query: str) -> str:
    """The URL as the provider called it: our configured one, whatever the Host header says."""
    prefix = urlsplit(base).path.rstrip("/")
    if prefix and path_and_query.startswith(f"{prefix}/"):
        path_and_query = path_and_query[len(prefix) :]
    return base.rstrip("/") + path_and_query


def header(headers: Mapping[str, str], name: str) -> str:
    """A header by name, in any case; "" where missing (the validator cannot bear None)."""
    return next((value for known, value in headers.items() if known.lower() == name), "")


def posted(request: CallbackRequest) -> Form:
    """The fields of the body. Blank ones are kept: the signature covers them."""
    if len(request.body) > MOST_BYTES:
        raise Forged(N_("A callback of {size} bytes was not read."), size=len(request.body))
    text = request.body.decode("utf-8", "replace")
    try:
        return Form(parse_qsl(text, keep_blank_values=True, max_num_fields=200))
    except ValueError as error:
        raise Forged(N_("A callback's form could not be read: {why}"), why=error) from error


def read(form: Form, request: CallbackRequest, gateway: str, codes: Codes) -> Taken:
    """A receipt, a text that came in, or nothing that concerns us."""
    sid = form.get("MessageSid") or form.get("SmsSid", "")
    if "MessageStatus" in form:
        state = STATES.get(form["MessageStatus"].lower())
        code = form.get("ErrorCode", "")
        known = codes.get(code)
        if state is None:
            return Taken()
        blame = known.blame if known else Blame.NONE
        return Taken((Receipt(attempt_in(request, gateway), sid, state, code, blame),))
    if sid and form.get("From") and "Body" in form:
        return Taken((Inbound(sid, form["From"], form["Body"], None),))
    return Taken()


def attempt_in(request: CallbackRequest, gateway: str) -> str:
    """Our attempt's id from the path; it is there before the create request is answered."""
    path = urlsplit(request.path_and_query).path
    _, found, attempt = path.partition(f"{PATH}/{gateway}/")
    return attempt.strip("/").partition("/")[0] if found else ""
