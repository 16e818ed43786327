"""What every gateway gives: abilities, an outcome a send, receipts and replies."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from urllib.parse import urlsplit

from fangxun.core.contacts import Contacts
from fangxun.core.errors import N_, FangxunError
from fangxun.core.page import AttemptState, Blame
from fangxun.core.plan import Channel
from fangxun.core.responsibility import fictional
from fangxun.core.wording import Registered


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a gateway can do; the plan and the texts go by it."""

    channels: frozenset[Channel]
    free_text: bool = True
    """Takes any words; else only what its configuration has a registered template for."""
    two_way: bool = False
    """Replies come back to us."""
    key_press: bool = False
    """A key pressed on a call comes back to us; without it a call wakes, and confirms nothing."""
    links: bool = True
    phone_numbers: bool = True
    """A text may hold them; providers that forbid them reject the text."""
    codes: bool = True
    """A reply code in the text makes sense (two-way) and is let through."""
    receipts: bool = True
    """Tells later what became of a text; the local terminal does not."""
    can_ask: bool = False
    """A send in doubt can be looked up."""
    can_cancel: bool = False
    """A call that nobody has answered yet can be taken back."""
    real: bool = True
    """Reaches people: refuses fictional numbers (+86 100 0000 0xxx)."""
    ask_every_seconds: float = 10.0
    """How often receipts and replies are asked for; rarely where callbacks bring them."""
    no_reply_prefixes: tuple[str, ...] = ()
    """Numbers that start so get one-way texts without code, link and phone number (+86 over
    Twilio)."""
    only_to: tuple[str, ...] = ()
    """The countries that it serves, as the beginnings of numbers; empty: all."""
    closed_to: frozenset[tuple[Channel, str]] = frozenset()
    """What it does not carry to where, as (channel, beginning of a number): calls to +86 over
    Twilio."""
    senders: tuple[str, ...] = ()
    """The numbers of ours that a text may come from, where we choose; empty: the provider does."""

    def serves(self, channel: Channel, number: str = "") -> bool:
        """Whether it carries a channel, to a number where one is given."""
        if channel not in self.channels:
            return False
        if not number.startswith("+"):
            return True  # the terminal, an e-mail address: no country
        closed = any(number.startswith(p) for by, p in self.closed_to if by is channel)
        return not closed and (not self.only_to or number.startswith(self.only_to))

    def bars(self, number: str) -> bool:
        """Whether a number gets one-way texts only."""
        return number.startswith(self.no_reply_prefixes)

    def contacts(self, number: str = "") -> Contacts:
        """What of links and phone numbers may stand in a text to a number."""
        barred = self.bars(number)
        return Contacts(self.links and not barred, self.phone_numbers and not barred)


@dataclass(frozen=True, slots=True)
class Order:
    """One send. `attempt` goes into the callback URL or the provider's own correlation id; `number`
    is an address where the channel is e-mail; `language` ("zh_CN", "en") is what a call is spoken
    in. `sender` is one of `Abilities.senders`; "" where any will do."""

    attempt: str
    number: str
    text: str
    channel: Channel
    valid_for_seconds: int
    language: str = ""
    template: Registered | None = None
    """Instead of the text, where the provider takes registered templates."""
    sender: str = ""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider took it."""

    provider_id: str
    state: AttemptState = AttemptState.ACCEPTED
    at: datetime | None = None
    """When, by its own clock; None where it does not say."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Permanent: sending the same again is refused again."""

    code: str
    detail: str
    blame: Blame


class TooFast(StrEnum):
    """Who is being given more than the provider takes, and has to be slower as a whole."""

    GATEWAY = "gateway"
    SENDER = "sender"
    """The one number of ours that the message was to come from."""


@dataclass(frozen=True, slots=True)
class NotSent:
    """Temporary and certainly not taken (429, refused connection, DNS): try again later."""

    code: str
    detail: str
    retry_after_seconds: float | None = None
    too_fast: TooFast | None = None


@dataclass(frozen=True, slots=True)
class InDoubt:
    """The request left and its answer is not known (time-out, 5xx, dropped connection)."""

    detail: str


Outcome = Accepted | Refused | NotSent | InDoubt


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question found no answer: ask again. Never "it has nothing"."""

    detail: str
    provider_id: str = ""
    """Always empty: reads like an answer without an id where the two are not told apart."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the provider says of an attempt: found by our attempt id, or by the provider's."""

    attempt: str
    provider_id: str
    state: AttemptState
    code: str = ""
    blame: Blame = Blame.NONE
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Inbound:
    """A text that came in.

    `id` is the provider's, to take each once. `at` (UTC) is when the provider received it, None
    where it does not say.
    """

    id: str
    number: str
    text: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class KeyPress:
    """The person called has heard the whole message, and pressed the key that confirms.

    `id` is unique for the call, to take each once; `attempt` is ours.
    """

    id: str
    attempt: str
    key: str


Item = Receipt | Inbound | KeyPress


@dataclass(frozen=True, slots=True)
class Taken:
    """What a callback brought, and what the provider is answered once that is kept: some want
    words of their own, and a call wants to know what comes next."""

    items: tuple[Item, ...] = ()
    answer: str = ""
    answer_type: str = "text/plain"


@dataclass(frozen=True, slots=True)
class CallbackRequest:
    """One HTTP callback as it came; `path_and_query` without host (never trust Host)."""

    method: str
    path_and_query: str
    headers: Mapping[str, str]
    body: bytes


class Forged(FangxunError):
    """A callback whose signature is wrong or missing."""


class Gateway(Protocol):
    """One way out. Methods block, raise nothing but `Forged`, and are called from many threads."""

    name: str
    abilities: Abilities

    def send(self, order: Order) -> Outcome:
        """Make the one request; never repeats it."""
        ...

    def ask(self, order: Order, *, since: datetime) -> Accepted | Unanswered | None:
        """For a send in doubt: what the provider has of it, None where it has nothing."""
        ...

    def fetch(self, provider_ids: Sequence[str]) -> tuple[Receipt, ...] | Unanswered:
        """The present state of these (backstop to callbacks); unknown ones are left out.
        `Unanswered` where nothing could be learned because it could not be asked."""
        ...

    def cancel(self, provider_id: str) -> Receipt | Unanswered | None:
        """Take a call back that nobody has answered yet, and tell what has become of it; None where
        it is too late. Asked only of one that `can_cancel`. A person who is listening is never cut
        off."""
        ...

    def inbound(self, *, since: datetime) -> tuple[Inbound, ...] | Unanswered:
        """Texts that came in since; empty where not two-way or only by callback. `Unanswered` where
        it could not be asked: never "nobody replied"."""
        ...

    def callback(self, request: CallbackRequest) -> Taken:
        """Check and read one callback; raises `Forged`."""
        ...

    def check(self) -> str:
        """For doctor: "" where credentials and reach are good, else one sentence."""
        ...


class OneWay:
    """What a gateway answers that only sends: nothing can be asked, and nothing comes back."""

    name: str

    def ask(self, order: Order, *, since: datetime) -> Accepted | Unanswered | None:  # noqa: ARG002  protocol
        """It cannot be asked."""
        return None

    def fetch(self, provider_ids: Sequence[str]) -> tuple[Receipt, ...]:  # noqa: ARG002  protocol
        """It has no receipts."""
        return ()

    def cancel(self, provider_id: str) -> Receipt | Unanswered | None:  # noqa: ARG002  protocol
        """It places no calls."""
        return None

    def inbound(self, *, since: datetime) -> tuple[Inbound, ...]:  # noqa: ARG002  protocol
        """Nothing comes in."""
        return ()

    def callback(self, request: CallbackRequest) -> Taken:  # noqa: ARG002  protocol
        """Nobody calls back, so whoever does is no provider of ours."""
        raise Forged(N_("{gateway} takes no callbacks."), gateway=self.name)


_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_DIGITS = re.compile(r"\d{7,}")


def is_loopback(url: str) -> bool:
    """Whether a URL stays on this machine, as a stand-in's does."""
    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def refuse_number(number: str, *, real: bool) -> Refused | None:
    """What every gateway refuses before any request: no E.164 number, or one that rings nobody."""
    if _E164.fullmatch(number) is None:
        return Refused("no-number", "This is no number in the form +86...", Blame.NUMBER)
    if real and fictional(number):
        return Refused(
            "fictional-number", "This is an example number that rings nobody.", Blame.NUMBER
        )
    return None


def refuse_order(order: Order, abilities: Abilities) -> Refused | None:
    """What a gateway for phones refuses before any request: a channel, number or country that it
    does not serve. A closed country is nobody's fault, and no reason to strike the number off."""
    if order.channel not in abilities.channels:
        return Refused("no-channel", f"{order.channel} is not served", Blame.GATEWAY)
    if refused := refuse_number(order.number, real=abilities.real):
        return refused
    if not abilities.serves(order.channel, order.number):
        return Refused("country-closed", f"{order.channel} is closed there", Blame.NONE)
    if not abilities.free_text and order.channel is Channel.SMS and order.template is None:
        return Refused("no-template", "No registered template says this.", Blame.TEXT)
    return None


def masked(text: str) -> str:
    """A vendor's words without phone numbers: of seven or more digits only the last three stay."""
    return _DIGITS.sub(lambda found: "…" + found.group()[-3:], text)
