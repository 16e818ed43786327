"""The template of an SMS platform: requests, answers, receipts and replies, as configuration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal
from zoneinfo import ZoneInfo

from fangxun.core.errors import N_
from fangxun.core.page import AttemptState, Blame
from fangxun.gateways.base import TooFast, is_loopback
from fangxun.gateways.http.template import names_in
from fangxun.gateways.settings import Secret, fault, read_settings

_STRICT = {"extra": "forbid"}
_TEMPLATE = frozenset({"template_id", "params", "params:text", "params:named", "params:named_text"})
_SENDING = _TEMPLATE | {
    "number", "national", "digits", "text", "attempt", "callback", "seconds", "sender",
}  # fmt: skip
_KNOWN = {
    "send": _SENDING,
    "ask": frozenset({*_SENDING, "since"}),
    "receipts": frozenset({"id", "ids"}),
    "replies": frozenset({"since", "sender"}),
}
"""The words that each request may hold, beside {secret:NAME}."""


@dataclass(frozen=True, slots=True)
class Success:
    """An answer is good where the value at `path` is one of `values`, compared as text."""

    __pydantic_config__: ClassVar[Any] = _STRICT

    path: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request. In all its texts {words} are filled in; see the recipe in CONTRIBUTING.

    At most one of `form` and `json` is the body.
    """

    __pydantic_config__: ClassVar[Any] = _STRICT

    url: str
    method: Literal["GET", "POST", "PUT"] = "POST"
    headers: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    form: dict[str, str] = field(default_factory=dict)
    json: Any = None
    success: Success | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Send(Exchange):
    """The request that sends.

    `id`, `code` and `words` are paths into its answer: the platform's own id, the code of a
    failure (by default where success is read), and what it says of it.
    """

    success: Success
    id: str = ""
    code: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """Where the items of an answer or callback are, and in each the paths of its fields.

    `items` "" is the whole; a field is "" where the platform does not give it.
    """

    __pydantic_config__: ClassVar[Any] = _STRICT

    items: str = ""
    attempt: str = ""
    id: str = ""
    state: str = ""
    code: str = ""
    number: str = ""
    text: str = ""
    time: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll(Exchange):
    """A request whose answer holds items, read as `read` says."""

    read: Items


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """The platform calls us.

    It must show one of `tokens` in `header`, or in the query or form field `parameter`. An item
    that has the text of a reply is one, any other is a receipt.
    """

    __pydantic_config__: ClassVar[Any] = _STRICT

    tokens: tuple[str, ...]
    header: str = ""
    parameter: str = ""
    body: Literal["json", "form"] = "json"
    receipts: Items | None = None
    replies: Items | None = None
    answer: str = ""
    answer_type: str = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """What a failure code means. `sentence` says what to do; `too_fast` who has to be slower as a
    whole, where a temporary one says that."""

    __pydantic_config__: ClassVar[Any] = _STRICT

    kind: Literal["final", "temporary", "in_doubt"]
    blame: Blame = Blame.NONE
    sentence: str = ""
    too_fast: TooFast | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpSettings:
    """One platform. `zone` is that of its times without zone; times of ours are seconds.

    `secrets` are filled in for {secret:NAME}. `states` turns its words into ours (accepted, sent,
    delivered, undelivered, failed), `codes` its failure codes into the three classes. `countries`
    are the beginnings of the numbers that it serves, such as "+86"; all where none is given. It
    takes registered templates only where `free_text` is false. `senders` are the numbers that texts
    come from, where the request names one as {sender}; a question for replies that names it is put
    once for each.
    """

    __pydantic_config__: ClassVar[Any] = _STRICT

    name: str
    send: Send
    ask: Poll | None = None
    receipts: Poll | None = None
    replies: Poll | None = None
    callback: Callback | None = None
    states: dict[str, AttemptState] = field(default_factory=dict)
    codes: dict[str, Failure] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    zone: str = "Asia/Shanghai"
    country: str = "86"
    countries: tuple[str, ...] = ()
    senders: tuple[str, ...] = ()
    links: bool = True
    phone_numbers: bool = True
    free_text: bool = True
    connections: int = 10
    connect_seconds: float = 5.0
    read_seconds: float = 15.0
    public_base_url: str = ""

    def exchanges(self) -> Iterator[tuple[str, Exchange]]:
        """Every request with its name."""
        for name in ("send", "ask", "receipts", "replies"):
            exchange = getattr(self, name)
            if exchange is not None:
                yield name, exchange

    @property
    def real(self) -> bool:
        """Whether the sending request leaves this machine."""
        return not is_loopback(self.send.url)


def read_platform(
    name: str, settings: Mapping[str, object], *, secret: Secret, public_base_url: str = ""
) -> HttpSettings:
    """From [gateway.settings]; a word that a template cannot have is a fault, too."""
    found: dict[str, Any] = {"public_base_url": public_base_url, **settings}
    if isinstance(found.get("secrets"), dict):
        found["secrets"] = {key: secret(str(ref)) for key, ref in found["secrets"].items()}
    callback = found.get("callback")
    if isinstance(callback, dict) and isinstance(callback.get("tokens"), list):
        tokens = [secret(str(reference)) for reference in callback["tokens"]]
        found["callback"] = {**callback, "tokens": tokens}
    read = read_settings(HttpSettings, name, found)
    _check(read)
    return read


def _check(read: HttpSettings) -> None:
    for name, exchange in read.exchanges():
        _check_exchange(read, name, exchange)
    _check_words(read)
    for name, poll, needed in (
        ("ask", read.ask, ("attempt",)),
        ("receipts", read.receipts, ("state",)),
        ("replies", read.replies, ("number", "text")),
    ):
        missing = [path for path in needed if poll is not None and not getattr(poll.read, path)]
        if missing:
            raise fault(read.name, f"{name}.read.{missing[0]}", N_("it is missing"))
    for name, items in _replies(read):
        if not (items.id or items.time):
            raise fault(
                read.name, name, N_("give id or time, else a second reply looks like the first")
            )
    if read.callback is not None and not (read.callback.header or read.callback.parameter):
        raise fault(read.name, "callback", N_("give the header or parameter that holds the token"))
    if read.callback is not None and not (read.callback.tokens and all(read.callback.tokens)):
        raise fault(read.name, "callback.tokens", N_("give at least one, and none that is empty"))
    try:
        ZoneInfo(read.zone)
    except (OSError, ValueError, LookupError) as error:
        raise fault(read.name, "zone", N_("expected a time zone such as Asia/Shanghai")) from error


def _check_words(read: HttpSettings) -> None:
    """What says the message stands in the request: its text, or else a registered template."""
    send = read.send
    words = set(names_in_exchange(send))
    if read.free_text and "template_id" in words and "text" not in words:
        raise fault(read.name, "free_text", N_("the request has no {word}; say free_text = false"),
                    word="{text}")  # fmt: skip
    if not read.free_text and "template_id" not in words:
        raise fault(
            read.name, "send", N_("without free_text it takes templates, and has no {word}"),
            word="{template_id}",
        )  # fmt: skip
    if ("sender" in words) != bool(read.senders) or len(set(read.senders)) < len(read.senders):
        raise fault(
            read.name, "senders", N_("give each number once, and {word} where send says it"),
            word="{sender}",
        )  # fmt: skip


def _replies(read: HttpSettings) -> Iterator[tuple[str, Items]]:
    """Where replies are read, with the names of the settings."""
    if read.replies is not None:
        yield "replies.read.id", read.replies.read
    if read.callback is not None and read.callback.replies is not None:
        yield "callback.replies.id", read.callback.replies


def names_in_exchange(exchange: Exchange) -> Iterator[str]:
    """All {words} of a request."""
    parts = (exchange.url, exchange.headers, exchange.query, exchange.form, exchange.json)
    return names_in(parts)


def _check_exchange(read: HttpSettings, name: str, exchange: Exchange) -> None:
    """Its words are known, it goes over TLS (or stays here), and it has one body."""
    known = _KNOWN[name] | {f"secret:{secret}" for secret in read.secrets}
    for word in names_in_exchange(exchange):
        if word not in known:
            raise fault(read.name, name, N_("{word} is not known here"), word=f"{{{word}}}")
    if not exchange.url.startswith("https://") and not is_loopback(exchange.url):
        raise fault(read.name, f"{name}.url", N_("expected a URL with https://"))
    if exchange.query and "?" in exchange.url:
        raise fault(read.name, name, N_("give the query in url or as query, not both"))
    if exchange.form and exchange.json is not None:
        raise fault(read.name, name, N_("give form or json, not both"))
