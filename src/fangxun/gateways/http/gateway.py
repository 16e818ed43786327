"""Any SMS platform with an HTTP interface, by a template in configuration."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from fangxun.core.errors import N_
from fangxun.core.page import AttemptState
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
    Taken,
    Unanswered,
    masked,
    refuse_order,
)
from fangxun.gateways.http import callbacks, items
from fangxun.gateways.http.answers import failed
from fangxun.gateways.http.settings import HttpSettings, Poll, names_in_exchange
from fangxun.gateways.http.template import items_in, national, template_values, words
from fangxun.gateways.http.wire import Answer, Unreached, Wire
from fangxun.text import _

log = logging.getLogger(__name__)

SINGLY = 20
"""So many receipts are asked for one by one at a time, where the platform wants single ids."""


class HttpGateway:
    """One platform; see the protocol `Gateway`."""

    def __init__(self, settings: HttpSettings) -> None:
        """Makes no request."""
        callback = settings.callback
        two_way = settings.replies is not None or bool(callback and callback.replies)
        self.name = settings.name
        self.settings = settings
        self.abilities = Abilities(
            channels=frozenset({Channel.SMS}),
            free_text=settings.free_text,
            two_way=two_way,
            links=settings.links,
            phone_numbers=settings.phone_numbers,
            codes=two_way,
            can_ask=settings.ask is not None,
            real=settings.real,
            only_to=settings.countries,
            senders=settings.senders,
        )
        self._wire = Wire(settings)

    def close(self) -> None:
        """Close all connections."""
        self._wire.close()

    def send(self, order: Order) -> Outcome:
        """Make the one request; never repeats it."""
        if refused := refuse_order(order, self.abilities):
            return refused
        try:
            answer = self._wire.exchange(self.settings.send, self._values(order))
        except Unreached as error:
            return NotSent("unreached", str(error))
        except Exception as error:  # noqa: BLE001  whatever broke, the request may have arrived
            return InDoubt(f"{type(error).__name__}: {masked(str(error))}")
        if answer.succeeded(self.settings.send):
            return Accepted(words(answer.value, self.settings.send.id) or order.attempt)
        return failed(self.settings, answer)

    def ask(self, order: Order, *, since: datetime) -> Accepted | Unanswered | None:
        """Look for a send in doubt by our own id."""
        poll = self.settings.ask
        if poll is None:
            return None
        answer = self._poll(poll, {**self._values(order), "since": _seconds(since)})
        if isinstance(answer, Unanswered):
            return answer
        for item in items_in(answer.value, poll.read.items):
            if words(item, poll.read.attempt) == order.attempt:
                state = self.settings.states.get(words(item, poll.read.state))
                theirs = words(item, poll.read.id) or order.attempt
                return Accepted(theirs, state or AttemptState.ACCEPTED)
        return None

    def fetch(self, provider_ids: Sequence[str]) -> tuple[Receipt, ...] | Unanswered:
        """Receipts: one request for all that wait, or one each where the platform wants that."""
        poll = self.settings.receipts
        if poll is None or not provider_ids:
            return ()
        single = "id" in set(names_in_exchange(poll))
        batches = [[one] for one in provider_ids[:SINGLY]] if single else [list(provider_ids)]
        found: list[Receipt] = []
        for batch in batches:
            answer = self._poll(poll, {"id": batch[0], "ids": ",".join(batch)})
            if isinstance(answer, Unanswered):
                return tuple(found) or answer
            found += items.receipts(self.settings, answer.value, poll.read)
        return tuple(found)

    def cancel(self, provider_id: str) -> Receipt | Unanswered | None:  # noqa: ARG002  protocol
        """It places no calls."""
        return None

    def inbound(self, *, since: datetime) -> tuple[Inbound, ...] | Unanswered:
        """Replies, where the platform is asked for them."""
        poll = self.settings.replies
        if poll is None:
            return ()
        found: list[Inbound] = []
        for sender in self.settings.senders if "sender" in set(names_in_exchange(poll)) else [""]:
            answer = self._poll(poll, {"since": _seconds(since), "sender": sender})
            if isinstance(answer, Unanswered):
                return answer
            found += items.replies(self.settings, answer.value, poll.read)
        return tuple(found)

    def callback(self, request: CallbackRequest) -> Taken:
        """Check the token and read."""
        if self.settings.callback is None:
            raise Forged(N_("{gateway} takes no callbacks."), gateway=self.name)
        return callbacks.read(self.settings, self.settings.callback, request)

    def check(self) -> str:
        """For doctor: whether the platform answers a lookup.

        Nothing else can be tried freely: sending costs, and receipts are often given once only.
        """
        poll = self.settings.ask
        if poll is None:
            return ""
        order = Order("0" * 16, "+8610000000000", "0", Channel.SMS, 60)
        try:
            answer = self._wire.exchange(poll, {**self._values(order), "since": "0"})
        except Exception as error:  # noqa: BLE001  doctor says it, and goes on
            return _("{name} cannot be reached at {url} ({why}); check the network.").format(
                name=self.name, url=poll.url, why=type(error).__name__
            )
        if not answer.fine or answer.value is None:
            return _("{name} answers with error {code}.").format(name=self.name, code=answer.status)
        return ""

    def _values(self, order: Order) -> dict[str, Any]:
        base = self.settings.public_base_url.rstrip("/")
        return {
            **template_values(order.template),
            "number": order.number,
            "digits": order.number.removeprefix("+"),
            "national": national(order.number, self.settings.country),
            "text": order.text,
            "attempt": order.attempt,
            "callback": f"{base}/callback/{self.name}/{order.attempt}" if base else "",
            "seconds": str(order.valid_for_seconds),
            "sender": order.sender or next(iter(self.settings.senders), ""),
        }

    def _poll(self, poll: Poll, values: dict[str, Any]) -> Answer | Unanswered:
        """A good answer, or why there is none, which is logged and never a fault."""
        try:
            answer = self._wire.exchange(poll, values)
            if answer.succeeded(poll) and answer.value is not None:
                return answer
            why = str(answer.status)
        except Exception as error:  # noqa: BLE001  the next poll asks again
            why = type(error).__name__
        log.warning("%s did not answer (%s)", self.name, why, extra={"action": "not_answered"})
        return Unanswered(why)


def _seconds(at: datetime) -> str:
    return str(int(at.astimezone(UTC).timestamp()))
