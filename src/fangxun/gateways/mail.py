"""Notices by e-mail (SMTP): nobody is woken by it, so it serves no ladder.

What happens before the text has been handed over was certainly not sent; what happens after is in
doubt. One connection a message: notices are few.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any, ClassVar, Literal

from fangxun import clock
from fangxun.core.page import AttemptState, Blame
from fangxun.core.plan import Channel
from fangxun.gateways.base import (
    Abilities,
    Accepted,
    InDoubt,
    NotSent,
    OneWay,
    Order,
    Outcome,
    Refused,
    is_loopback,
    masked,
)
from fangxun.gateways.settings import Secret, fault, read_settings
from fangxun.text import _

ADDRESS = re.compile(r"[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}")
"""An address as we take it: ASCII, without quotes, comments or line breaks."""
EXAMPLES = re.compile(r"@(?:[^@]*\.)?(?:example(?:\.(?:com|net|org))?|test|invalid)$")
"""Domains of examples (RFC 2606), which reach nobody."""
SUBJECT = 60
"""Characters of the text that stand as its subject."""
FINAL = 500
"""Replies from here on are final, those below are to be tried again (RFC 5321)."""


@dataclass(frozen=True, slots=True)
class MailSettings:
    """One SMTP server. `security` "none" only on this machine. `password` names a secret. Time-outs
    in seconds, between answers."""

    __pydantic_config__: ClassVar[Any] = {"extra": "forbid"}

    name: str
    host: str
    from_: str
    port: int = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password: str = ""
    read_seconds: float = 20.0


def build(
    name: str, settings: Mapping[str, object], *, secret: Secret, public_base_url: str = ""
) -> MailGateway:
    """From [gateway.settings] of fangxun.toml; ConfigFault names the field."""
    del public_base_url
    found = dict(settings)
    if "from" in found:
        found["from_"] = found.pop("from")
    if found.get("password"):
        found["password"] = secret(str(found["password"]))
    read = read_settings(MailSettings, name, found)
    if not ADDRESS.fullmatch(read.from_):
        raise fault(name, "from", "expected an e-mail address")
    if read.security == "none" and not is_loopback(f"smtp://{read.host}"):
        raise fault(name, "security", "expected starttls or tls")
    return MailGateway(read)


class _Said(Exception):
    """The server answered something else than yes; `blame` is what that step speaks of."""

    def __init__(self, code: int, words: bytes, blame: Blame) -> None:
        self.code, self.blame = code, blame
        self.words = masked(words.decode("utf-8", "replace"))[:200]
        super().__init__(code)


class MailGateway(OneWay):
    """One SMTP server; what it took is sent, and never known to be read."""

    def __init__(self, settings: MailSettings) -> None:
        """Makes no connection."""
        self.name = settings.name
        self.settings = settings
        self.abilities = Abilities(
            channels=frozenset({Channel.EMAIL}),
            codes=False,
            receipts=False,
            real=not is_loopback(f"smtp://{settings.host}"),
        )

    def close(self) -> None:
        """Nothing is kept open."""

    def send(self, order: Order) -> Outcome:
        """Hand one message over; never repeated."""
        refused = _refused(order, real=self.abilities.real)
        if refused is not None:
            return refused
        try:
            with self._server() as server:
                _must(server.mail(self.settings.from_), Blame.GATEWAY)
                _must(server.rcpt(order.number), Blame.NUMBER)
                return _handed_over(server, self._message(order), order)
        except _Said as said:
            if said.code >= FINAL:
                return Refused(str(said.code), said.words, said.blame)
            return NotSent(str(said.code), said.words)
        except (OSError, smtplib.SMTPException) as error:
            return NotSent("unreached", type(error).__name__)

    def check(self) -> str:
        """For doctor: whether the server is reached and lets us in."""
        try:
            with self._server():
                return ""
        except _Said as said:
            why = str(said.code)
        except (OSError, smtplib.SMTPException) as error:
            why = type(error).__name__
        return _("{name} cannot be reached at {url} ({why}); check the network.").format(
            name=self.name, url=self.settings.host, why=why
        )

    @contextmanager
    def _server(self) -> Iterator[smtplib.SMTP]:
        """Connected, secured and let in."""
        read = self.settings
        seconds = read.read_seconds
        with_tls = ssl.create_default_context() if read.security != "none" else None
        server = (
            smtplib.SMTP_SSL(read.host, read.port, timeout=seconds, context=with_tls)
            if read.security == "tls"
            else smtplib.SMTP(read.host, read.port, timeout=seconds)
        )
        try:
            if read.security == "starttls":
                server.starttls(context=with_tls)
            server.ehlo_or_helo_if_needed()
            if read.user:
                _let_in(server, read)
            yield server
        finally:
            server.close()

    def _message(self, order: Order) -> bytes:
        """The same attempt has the same Message-ID, by which mail systems know a repeat."""
        domain = self.settings.from_.rpartition("@")[2]
        message = EmailMessage(policy=SMTP)
        message["From"] = self.settings.from_
        message["To"] = order.number
        message["Subject"] = " ".join(order.text.split())[:SUBJECT]
        message["Date"] = format_datetime(clock.now().astimezone(UTC))
        message["Message-ID"] = f"<{order.attempt}@{domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(order.text, cte="base64")
        return message.as_bytes()


def _refused(order: Order, *, real: bool) -> Refused | None:
    """What is refused before any connection."""
    if order.channel is not Channel.EMAIL:
        return Refused("no-channel", f"{order.channel} is not served", Blame.GATEWAY)
    if not ADDRESS.fullmatch(order.number):
        return Refused("no-address", "This is no e-mail address.", Blame.NUMBER)
    if real and EXAMPLES.search(order.number):
        return Refused("fictional-address", "This address reaches nobody.", Blame.NUMBER)
    return None


def _must(answer: tuple[int, bytes], blame: Blame) -> None:
    code, words = answer
    if not 200 <= code < 300:  # noqa: PLR2004  SMTP's own numbers
        raise _Said(code, words, blame)


def _let_in(server: smtplib.SMTP, settings: MailSettings) -> None:
    try:
        server.login(settings.user, settings.password)
    except smtplib.SMTPAuthenticationError as error:
        raise _Said(error.smtp_code, b"", Blame.GATEWAY) from error
    except smtplib.SMTPNotSupportedError as error:
        raise _Said(FINAL, b"", Blame.GATEWAY) from error


def _handed_over(server: smtplib.SMTP, message: bytes, order: Order) -> Outcome:
    """From here on what breaks is in doubt: the message may be theirs already."""
    try:
        code, words = server.data(message)
    except smtplib.SMTPDataError as error:  # it did not want to hear the text
        raise _Said(error.smtp_code, b"", Blame.NONE) from error
    except (OSError, smtplib.SMTPException) as error:
        return InDoubt(type(error).__name__)
    _must((code, words), Blame.TEXT)
    return Accepted(order.attempt, AttemptState.SENT)
