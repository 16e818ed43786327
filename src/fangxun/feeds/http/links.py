"""Addresses: where a link may lead, and how one is shown."""

from __future__ import annotations

from collections.abc import Iterable

import httpx

from fangxun.core.errors import N_, FeedFault

SCHEMES = frozenset({"http", "https"})
_PORTS = {"http": 80, "https": 443}


def shown(url: str) -> str:
    """A URL without what may be secret in it (user, query), for messages."""
    try:
        parts = httpx.URL(url)
        port = f":{parts.port}" if parts.port else ""
        return f"{parts.scheme}://{parts.host}{port}{parts.path}"[:300]
    except (httpx.InvalidURL, TypeError, ValueError):
        return url.partition("?")[0][:100]


def origin(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port; FeedFault for what is no http or https address."""
    try:
        parts = httpx.URL(url)
    except (httpx.InvalidURL, TypeError, ValueError) as error:
        raise FeedFault(N_("{url} is no address."), url=url[:200]) from error
    if parts.scheme not in SCHEMES or not parts.host:
        raise FeedFault(N_("{url} is no http or https address."), url=url[:200])
    return parts.scheme, parts.host, parts.port or _PORTS[parts.scheme]


def may_follow(url: str, home: str, allow_hosts: Iterable[str]) -> bool:
    """Whether a link or redirect found on `home` may be fetched: only on the same scheme, host and
    port, or where the settings allow the host ("host", "host:port" or "https://host:port")."""
    try:
        there, here = origin(url), origin(home)
    except FeedFault:
        return False
    if there == here:
        return True
    scheme, host, port = there
    if here[0] == "https" and scheme == "http":
        return any(entry == f"http://{host}" and port == _PORTS["http"] for entry in allow_hosts)
    usual = port == _PORTS[scheme]
    names = {f"{host}:{port}", f"{scheme}://{host}:{port}"}
    if usual:
        names |= {host, f"{scheme}://{host}"}
    return not names.isdisjoint(allow_hosts)
