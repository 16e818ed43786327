"""The composition root: from settings to adapters, by the kinds that they name.

Adapters are imported when they are named: an SDK that nobody uses costs nothing.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from fangxun import clock, config
from fangxun.config import FeedConfig, GatewayConfig, Settings, TemplateConfig
from fangxun.core.errors import N_, ConfigFault
from fangxun.core.level import Hazard, Level
from fangxun.core.price import Price
from fangxun.core.wording import Registration
from fangxun.engine.parts import Parts, Rates, Ways
from fangxun.feeds.base import Feed, FeedSettings, Mode
from fangxun.gateways.base import Gateway
from fangxun.gateways.settings import Secret, fault
from fangxun.store.base import Store, open_store
from fangxun.text import wordings

FEEDS = {
    "cap": "fangxun.feeds.cap",
    "readings": "fangxun.feeds.readings",
    "folder": "fangxun.feeds.folder",
}
GATEWAYS = {
    "twilio": "fangxun.gateways.twilio",
    "http": "fangxun.gateways.http",
    "email": "fangxun.gateways.mail",
    "console": "fangxun.gateways.console",
}
"""Kind -> module with a `build`; a new adapter is its module and a line here."""
OTHERS_FEEDS, OTHERS_GATEWAYS = "fangxun.feeds", "fangxun.gateways"
"""Entry points in which an installed package of somebody else's names the `build` of a kind."""


def store(settings: Settings) -> Store:
    """The store of the configuration; StoreFault says to run `fangxun db upgrade`."""
    return open_store(settings.database, key_path=settings.journal_key)


def parts(settings: Settings, opened: Store, *, language: str) -> Parts:
    """The engine's parts, with every feed and gateway of the configuration."""
    return Parts(
        store=opened,
        feeds={feed.name: build_feed(feed, settings, language=language) for feed in settings.feed},
        gateways=tuple(gateways(settings)),
        token=clock.token,
        clock=clock.now,
        templates=_templates(settings),
        link_base=settings.public_base_url.rstrip("/"),
        in_flight=settings.in_flight,
        rates=rates(settings),
        free_bytes=lambda: shutil.disk_usage(settings.state_dir).free,
    )


def ways(settings: Settings) -> Ways:
    """The ways out as they are configured, to ask what they can do: built without their secrets, so
    that nothing can be sent over them."""
    return Ways(
        gateways=tuple(gateways(settings, secret=_no_secret)),
        templates=_templates(settings),
        link_base=settings.public_base_url.rstrip("/"),
    )


def _no_secret(_reference: str) -> str:
    return "-"


def _templates(settings: Settings) -> dict[str, tuple[Registration, ...]]:
    return {item.name: registrations(item) for item in settings.gateway}


def gateways(settings: Settings, *, secret: Secret | None = None) -> Iterable[Gateway]:
    """Every gateway, in the order of preference; the local terminal comes last, always."""
    for item in settings.gateway:
        yield build_gateway(item, settings, secret=secret)
    if not any(item.kind == "console" for item in settings.gateway):
        path = str(settings.state_dir / "console.jsonl")
        yield build_gateway(
            GatewayConfig(name="console", kind="console", settings={"path": path}), settings
        )


def rates(settings: Settings) -> dict[str, Rates]:
    """How fast each gateway of the configuration may be given messages, by name."""
    return {
        item.name: Rates(
            item.rate.limit if item.rate else None,
            item.sender_rate.limit if item.sender_rate else None,
        )
        for item in settings.gateway
    }


def prices(settings: Settings) -> dict[str, Price]:
    """What each gateway of the configuration takes, by name; the terminal that is always there
    takes nothing."""
    return {item.name: item.price for item in settings.gateway}


def registrations(item: GatewayConfig) -> tuple[Registration, ...]:
    """What a gateway's provider has registered; ConfigFault for a kind of text or a field that does
    not exist, and for a template that says nobody how to answer."""
    return tuple(_registration(item.name, one) for one in item.template)


def _registration(gateway: str, one: TemplateConfig) -> Registration:
    setting = f"template {one.id}"
    if one.kind not in wordings.KINDS or wordings.is_part(one.kind):
        raise fault(gateway, setting, N_("there is no kind of text {kind}"), kind=one.kind)
    known = wordings.fields_of(one.kind)
    if odd := [name for name in one.params if name not in known]:
        raise fault(
            gateway, setting, N_("{kind} has no field {word}; it has: {known}"),
            kind=one.kind, word=odd[0], known=", ".join(sorted(known)),
        )  # fmt: skip
    if missing := sorted(known & {"code", "codes", "link"} - {*one.params}):
        raise fault(
            gateway, setting, N_("{kind} needs {word} in params, or nobody can answer it"),
            kind=one.kind, word=missing[0],
        )  # fmt: skip
    return Registration(
        one.kind, one.id, one.params, one.language,
        Level(one.level) if one.level else None, Hazard(one.hazard) if one.hazard else None,
    )  # fmt: skip


def build_feed(item: FeedConfig, settings: Settings, *, language: str) -> Feed:
    """One feed."""
    build = _builder(item.kind, FEEDS, OTHERS_FEEDS, f"[[feed]] {item.name} kind")
    wanted = FeedSettings(
        name=item.name,
        kind=item.kind,
        url=item.url,
        path=str(settings.folder / item.path) if item.path else "",
        mode=Mode(item.mode),
        interval=timedelta(seconds=item.interval),
        silent_after=timedelta(seconds=item.silent_after),
        deadline=timedelta(seconds=item.deadline),
        max_bytes=item.max_bytes,
        absent_polls=item.absent_polls,
        allow_hosts=item.allow_hosts,
        headers=tuple(sorted(item.headers.items())),
        mapping=tuple(sorted(item.mapping.items())),
    )
    feed: Feed = build(wanted, language=language) if item.kind == "cap" else build(wanted)
    return feed


def reasons(settings: Settings) -> dict[str, Mapping[str, str]]:
    """For each gateway of the configuration what its own codes mean, where its kind can tell."""
    found: dict[str, Mapping[str, str]] = {}
    for item in settings.gateway:
        told = getattr(importlib.import_module(GATEWAYS[item.kind]), "reasons", None)
        if told is not None:
            found[item.name] = told(item.settings)
    return found


def build_gateway(
    item: GatewayConfig, settings: Settings, *, secret: Secret | None = None
) -> Gateway:
    """One gateway, with its secrets looked up where it names them, or by `secret`."""
    build = _builder(item.kind, GATEWAYS, OTHERS_GATEWAYS, f"[[gateway]] {item.name} kind")
    given = dict(item.settings)
    if item.kind == "console" and given.get("path"):
        given["path"] = str(settings.folder / str(given["path"]))
    found = secret or partial(config.secret, environ=os.environ, folder=settings.folder)
    gateway: Gateway = build(
        item.name, given, secret=found, public_base_url=settings.public_base_url
    )
    return gateway


def _builder(kind: str, ours: Mapping[str, str], group: str, name: str) -> Callable[..., Any]:
    """What builds a kind: our own first, so that nobody takes its place, then an installed
    package's. ConfigFault names the kinds that there are."""
    if kind in ours:
        build: Callable[..., Any] = importlib.import_module(ours[kind]).build
        return build
    others = importlib.metadata.entry_points(group=group)
    for entry in others:
        if entry.name != kind:
            continue
        try:
            build = entry.load()
        except Exception as error:
            raise ConfigFault(
                N_("{name}: kind {kind} is installed, and does not load: {why}"),
                name=name, kind=kind, why=f"{type(error).__name__}: {error}",
            ) from error  # fmt: skip
        return build
    known = ", ".join(dict.fromkeys((*ours, *sorted(entry.name for entry in others))))
    raise ConfigFault(
        N_("{name}: there is no kind {kind}; there are: {known}"),
        name=name, kind=kind, known=known,
    )  # fmt: skip
