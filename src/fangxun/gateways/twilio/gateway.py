"""The Twilio gateway: one request a send, never repeated; doubts are looked up, not resent.

Twilio has no idempotency key. So our attempt's id stands in the callback URL, and a send in doubt
is looked for by receiver, text and time. The SDK (28 MB, 0.14 s) is imported when one is built.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import Any

from fangxun.core.errors import N_
from fangxun.core.page import AttemptState, Blame
from fangxun.core.plan import Channel
from fangxun.gateways.base import (
    Abilities,
    Accepted,
    CallbackRequest,
    Forged,
    Inbound,
    InDoubt,
    NotSent,
    Order,
    Outcome,
    Receipt,
    Refused,
    Taken,
    Unanswered,
    is_loopback,
    masked,
    refuse_order,
)
from fangxun.gateways.twilio import callbacks, calls
from fangxun.gateways.twilio.account import TwilioSettings
from fangxun.gateways.twilio.codes import STATES, outcome, read_codes
from fangxun.gateways.twilio.lookups import Lookups
from fangxun.text import _

log = logging.getLogger(__name__)

LONGEST_VALIDITY = 14_400
"""Seconds; Twilio takes no longer useful life."""


class TwilioGateway:
    """One Twilio account; see the protocol `Gateway`."""

    def __init__(self, settings: TwilioSettings) -> None:
        """Makes no request."""
        from twilio.base.exceptions import TwilioException  # noqa: PLC0415  heavy, see above
        from twilio.request_validator import RequestValidator  # noqa: PLC0415  the SDK is heavy
        from twilio.rest import Client  # noqa: PLC0415  the SDK is heavy

        from fangxun.gateways.twilio import session  # noqa: PLC0415  the SDK is heavy

        for chatty in ("twilio.http_client", "urllib3.connectionpool"):
            logging.getLogger(chatty).setLevel(logging.WARNING)  # they print phone numbers
        own = is_loopback(settings.api_base)
        self.name = settings.name
        self.settings = settings
        self.abilities = _abilities(settings, real=not own)
        self._codes = read_codes()
        self._session = session.Session(
            connections=settings.connections,
            timeout=(settings.connect_seconds, settings.read_seconds),
            own=own,
        )
        self._unreached, self._throttled = session.Unreached, session.Throttled
        self._vendor_error = TwilioException
        self._validators = [RequestValidator(token) for token in settings.auth_tokens]
        self._client: Any = Client(
            settings.api_key or settings.account_sid,
            settings.api_secret or settings.auth_tokens[0],
            settings.account_sid,
            http_client=self._session,
            environment={"TWILIO": "not read"},  # a region there would move api_base silently
        )
        self._client.api.base_url = settings.api_base
        self._account: Any = self._client.api.account
        self._lookups = Lookups(self._account, settings, self._codes)
        self._speaker = calls.Speaker(settings)

    def close(self) -> None:
        """Close all connections."""
        self._session.close()

    def send(self, order: Order) -> Outcome:
        """Make the one request; never repeats it."""
        if refused := refuse_order(order, self.abilities):
            return refused
        return self._call(order) if order.channel is Channel.VOICE else self._text(order)

    def _text(self, order: Order) -> Outcome:
        try:
            made = self._account.messages.create(**self._fields(order))
        except Exception as error:  # noqa: BLE001  whatever broke, the request may have arrived
            return self._failed(error)
        return _made(made, STATES)

    def _call(self, order: Order) -> Outcome:
        twiml = self._speaker.message(order)
        if len(twiml) > calls.MOST_TWIML:
            return Refused("text-too-long", "It is too long to be spoken twice.", Blame.TEXT)
        try:
            made = self._account.calls.create(**calls.fields(order, self.settings, twiml))
        except Exception as error:  # noqa: BLE001  whatever broke, the request may have arrived
            return self._failed(error)
        return _made(made, calls.STATES)

    def _failed(self, error: Exception) -> Outcome:
        if isinstance(error, self._unreached):
            return NotSent("unreached", str(error))
        if isinstance(error, self._throttled):
            return self._too_fast(error.code, error.retry_after)
        if isinstance(error, self._vendor_error):
            code, status = str(getattr(error, "code", "") or ""), getattr(error, "status", 0)
            words = str(getattr(error, "msg", "") or getattr(error, "title", ""))
            if isinstance(status, int) and status:
                return outcome(self._codes, status, code, words)
        return InDoubt(f"{type(error).__name__}: {masked(str(error))}")

    def _too_fast(self, code: str, retry_after: float | None) -> Outcome:
        found = outcome(self._codes, HTTPStatus.TOO_MANY_REQUESTS, code, "")
        if not isinstance(found, NotSent):
            return found
        sentence = self._sentence(code) or self._sentence("20429")
        return replace(found, code="429", detail=sentence, retry_after_seconds=retry_after)

    def ask(self, order: Order, *, since: datetime) -> Accepted | Unanswered | None:
        """What Twilio has of a send in doubt."""
        return self._lookups.ask(order, since=since)

    def fetch(self, provider_ids: Sequence[str]) -> tuple[Receipt, ...] | Unanswered:
        """The present states."""
        return self._lookups.fetch(provider_ids)

    def cancel(self, provider_id: str) -> Receipt | Unanswered | None:
        """Take a call back that is queued or rings. Twilio leaves one alone that was answered."""
        try:
            call = self._account.calls(provider_id).update(status="canceled")
        except Exception as error:  # noqa: BLE001  the call may ring on, and is asked for again
            status = getattr(error, "status", 0)
            if isinstance(error, self._vendor_error) and status in calls.TOO_LATE:
                return None
            return Unanswered(str(status or type(error).__name__))
        return calls.receipt("", provider_id, call.status or "", codes=self._codes)

    def inbound(self, *, since: datetime) -> tuple[Inbound, ...] | Unanswered:
        """Texts that came in since, for where no callback can reach us."""
        return self._lookups.inbound(since=since) if self.abilities.two_way else ()

    def callback(self, request: CallbackRequest) -> Taken:
        """Check the signature over the configured public URL, by any of our tokens."""
        if not self.settings.public_base_url:
            raise Forged(N_("A callback came, but public_base_url is not set in fangxun.toml."))
        form = callbacks.posted(request)
        url = callbacks.public_url(self.settings.public_base_url, request.path_and_query)
        signature = callbacks.header(request.headers, "x-twilio-signature")
        valid = [bool(v.validate(url, form, signature)) for v in self._validators]
        if not signature or not any(valid):
            raise Forged(N_("A callback for {gateway} had a wrong signature."), gateway=self.name)
        if "CallSid" not in form:
            return callbacks.read(form, request, self.name, self._codes)
        if calls.is_key(request):
            return calls.pressed(form, request, self.settings, self._speaker)
        told = calls.read(form, request, self.settings, codes=self._codes)
        return Taken((told,) if told is not None else ())

    def check(self) -> str:
        """For doctor: whether Twilio is reached and knows the account."""
        try:
            account = self._client.api.accounts(self.settings.account_sid).fetch()
        except self._unreached:
            return _("{name} cannot be reached at {url}; check the network.").format(
                name=self.name, url=self.settings.api_base
            )
        except self._vendor_error as error:
            code = str(getattr(error, "code", ""))
            sentence = self._sentence(code)
            return _(sentence) or _("{name} answers with error {code}.").format(
                name=self.name, code=code
            )
        except Exception as error:  # noqa: BLE001  doctor says it, and goes on
            return _("{name} gives no readable answer ({why}).").format(
                name=self.name, why=type(error).__name__
            )
        if account.status != "active":
            return _("The account of {name} is {status}, not active.").format(
                name=self.name, status=account.status
            )
        return ""

    def _fields(self, order: Order) -> dict[str, object]:
        base = self.settings.public_base_url
        fields = {
            "to": order.number,
            **_said(order),
            "from_": order.sender or next(iter(self.settings.from_), ""),
            "messaging_service_sid": self.settings.messaging_service_sid,
            "status_callback": callbacks.status_url(base, self.name, order.attempt),
            "validity_period": max(1, min(order.valid_for_seconds, LONGEST_VALIDITY)),
        }
        return {name: value for name, value in fields.items() if value}

    def _sentence(self, code: str) -> str:
        return self._codes[code].sentence if code in self._codes else ""


def _said(order: Order) -> dict[str, object]:
    """The text; or the content template registered for it, whose variables are numbered."""
    if order.template is None:
        return {"body": order.text}
    values = {str(place): value for place, (_, value) in enumerate(order.template.params, 1)}
    return {
        "content_sid": order.template.id,
        "content_variables": json.dumps(values, ensure_ascii=False),
    }


def _abilities(settings: TwilioSettings, *, real: bool) -> Abilities:
    calls_too = {Channel.VOICE} if settings.voice_from else set()
    return Abilities(
        channels=frozenset({Channel.SMS, *calls_too}),
        two_way=bool(settings.reply_numbers or settings.messaging_service_sid),
        key_press=bool(calls_too and settings.public_base_url),
        can_ask=True,
        can_cancel=bool(calls_too),
        real=real,
        no_reply_prefixes=settings.no_reply_prefixes,
        closed_to=frozenset((Channel.VOICE, p) for p in settings.voice_closed_prefixes),
        senders=() if settings.messaging_service_sid else settings.from_,
    )


def _made(made: Any, states: Mapping[str, AttemptState]) -> Outcome:  # noqa: ANN401  the SDK has no types
    """What was created: taken, unless it has no name by which it could be asked for."""
    if not made.sid:
        return InDoubt("the answer names nothing")
    state = states.get(made.status or "", AttemptState.ACCEPTED)
    return Accepted(made.sid, state, made.date_created)
