"""SMS and calls over Twilio by its own SDK, which is imported only when a gateway is built."""

from __future__ import annotations

from collections.abc import Mapping

from fangxun.gateways.settings import Secret
from fangxun.gateways.twilio.account import TwilioSettings, read_account
from fangxun.gateways.twilio.gateway import TwilioGateway

__all__ = ["TwilioGateway", "TwilioSettings", "build"]


def build(
    name: str, settings: Mapping[str, object], *, secret: Secret, public_base_url: str = ""
) -> TwilioGateway:
    """From [gateway.settings] of fangxun.toml; ConfigFault names the field."""
    return TwilioGateway(
        read_account(name, settings, secret=secret, public_base_url=public_base_url)
    )
