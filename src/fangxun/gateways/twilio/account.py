"""The settings of one Twilio account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from fangxun.core.errors import N_
from fangxun.gateways.base import is_loopback
from fangxun.gateways.settings import Secret, fault, read_settings

API = "https://api.twilio.com"


@dataclass(frozen=True, slots=True)
class TwilioSettings:
    """One Twilio account.

    The first of `auth_tokens` goes with our requests; callbacks may be signed with any of them, so
    that they can be rotated. `api_key` and `api_secret`, where given, stand in for the token in our
    requests. `from_` are our numbers (or names), of which each text comes from one; or
    `messaging_service_sid` chooses one of its own. `numbers` are those that replies come in on (by
    default `from_`).

    `voice_from`, one of our numbers, is what calls come from; without it there are none. Calls to
    `voice_closed_prefixes` are not made: Twilio carries none to China without vetting. A phone
    rings for `ring_seconds`, a key is waited for for `key_seconds`, and a call ends after
    `call_seconds` whatever happens. `voices` names a voice of Twilio's for a language. Time-outs in
    seconds.
    """

    __pydantic_config__: ClassVar[Any] = {"extra": "forbid"}

    name: str
    account_sid: str
    auth_tokens: tuple[str, ...]
    from_: tuple[str, ...] = ()
    messaging_service_sid: str = ""
    numbers: tuple[str, ...] = ()
    api_key: str = ""
    api_secret: str = ""
    api_base: str = API
    public_base_url: str = ""
    no_reply_prefixes: tuple[str, ...] = ("+86",)
    voice_from: str = ""
    voice_closed_prefixes: tuple[str, ...] = ("+86",)
    voices: dict[str, str] = field(default_factory=dict)
    ring_seconds: int = 30
    key_seconds: int = 10
    call_seconds: int = 180
    connections: int = 100
    connect_seconds: float = 5.0
    read_seconds: float = 15.0

    @property
    def reply_numbers(self) -> tuple[str, ...]:
        """The numbers that replies come in on."""
        return self.numbers or tuple(sender for sender in self.from_ if sender.startswith("+"))


def read_account(
    name: str, settings: Mapping[str, object], *, secret: Secret, public_base_url: str = ""
) -> TwilioSettings:
    """From [gateway.settings]: `auth_token` (or `auth_tokens`) and `api_secret` name secrets."""
    found = dict(settings)
    tokens = found.pop("auth_tokens", None) or [found.pop("auth_token", "")]
    if not isinstance(tokens, list) or not all(isinstance(token, str) for token in tokens):
        raise fault(name, "auth_tokens", N_("expected a list of secrets, such as env:TWILIO_TOKEN"))
    if "from" in found:
        found["from_"] = found.pop("from")
    if isinstance(found.get("from_"), str):
        found["from_"] = [found["from_"]] if found["from_"] else []
    if found.get("api_secret"):
        found["api_secret"] = secret(str(found["api_secret"]))
    found.setdefault("public_base_url", public_base_url)
    found["auth_tokens"] = tuple(secret(token) for token in tokens)
    read = read_settings(TwilioSettings, name, found)
    _check_senders(name, read)
    if read.voice_from and not read.voice_from.startswith("+"):
        raise fault(name, "voice_from", N_("expected a number such as +15005550006"))
    for seconds, most in (("ring_seconds", 600), ("key_seconds", 60), ("call_seconds", 3600)):
        if not 1 <= getattr(read, seconds) <= most:
            raise fault(name, seconds, f"expected 1 to {most}")
    if not read.api_base.startswith("https://") and not is_loopback(read.api_base):
        raise fault(name, "api_base", N_("expected a URL with https://"))
    return read


def _check_senders(name: str, read: TwilioSettings) -> None:
    if not read.from_ and not read.messaging_service_sid:
        raise fault(name, "from", N_("give a number as from, or messaging_service_sid"))
    if len(set(read.from_)) < len(read.from_) or not all(read.from_):
        raise fault(name, "from", N_("a number stands there twice, or an empty one"))
    if len(read.from_) > 1 and read.messaging_service_sid:
        raise fault(name, "from", N_("give several numbers, or messaging_service_sid, not both"))
