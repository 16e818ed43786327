"""SMS and calls over Twilio by its own SDK, which is imported only when a gateway is built."""

from __future__ import annotations

from collections.abc import Mapping

from fangxun.gateways.settings import Secret
from fangxun.gateways.twilio.account import TwilioSettings, read_account
from fangxun.gateways.twilio.codes import read_codes
from fangxun.gateways.twilio.gateway import TwilioGateway

__all__ = ["TwilioGateway", "TwilioSettings", "build", "reasons"]


def build(
    name: str, settings: Mapping[str, object], *, secret: Secret, public_base_url: str = ""
) -> TwilioGateway:
    """From [gateway.settings] of fangxun.toml; ConfigFault names the field."""
    return TwilioGateway(
        read_account(name, settings, secret=secret, public_base_url=public_base_url)
    )


def reasons(settings: Mapping[str, object]) -> Mapping[str, str]:  # noqa: ARG001  the same for all
    """What Twilio's codes mean, each in a sentence, for a report."""
    return {code.code: code.sentence for code in read_codes().values()}
