"""SMS over any platform with an HTTP interface, by a template in configuration."""

from __future__ import annotations

from collections.abc import Mapping

from fangxun.gateways.http.gateway import HttpGateway
from fangxun.gateways.http.settings import HttpSettings, read_platform
from fangxun.gateways.settings import Secret

__all__ = ["HttpGateway", "HttpSettings", "build", "reasons"]


def build(
    name: str, settings: Mapping[str, object], *, secret: Secret, public_base_url: str = ""
) -> HttpGateway:
    """From [gateway.settings] of fangxun.toml; ConfigFault names the field."""
    return HttpGateway(
        read_platform(name, settings, secret=secret, public_base_url=public_base_url)
    )


def reasons(settings: Mapping[str, object]) -> Mapping[str, str]:
    """What the platform's codes mean, as the configuration words them, for a report."""
    codes = settings.get("codes")
    known = codes.items() if isinstance(codes, Mapping) else ()
    return {
        str(code): str(meaning["sentence"])
        for code, meaning in known
        if isinstance(meaning, Mapping) and meaning.get("sentence")
    }
