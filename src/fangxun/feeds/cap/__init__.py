"""Warnings in the Common Alerting Protocol, 1.1 and 1.2, as the world really writes it."""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fangxun.core.errors import N_, ConfigFault, FeedFault
from fangxun.feeds import http
from fangxun.feeds.base import Feed, FeedSettings
from fangxun.feeds.cap.document import Context
from fangxun.feeds.cap.feed import CapFeed

__all__ = ["CapFeed", "build"]


def build(settings: FeedSettings, language: str) -> Feed:
    """From a [[feed]] of kind "cap"; its mapping may hold `zone`, for times written without one."""
    mapping = dict(settings.mapping)
    zone = mapping.pop("zone", "")
    if mapping:
        raise ConfigFault(
            N_("Feed {feed}: mapping knows no {name}; for cap there is zone."),
            feed=settings.name,
            name=min(mapping),
        )
    try:
        http.origin(settings.url)
        where = ZoneInfo(zone) if zone else None
    except FeedFault as fault:
        raise ConfigFault(N_("Feed {feed}: {why}"), feed=settings.name, why=fault) from fault
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ConfigFault(
            N_("Feed {feed}: {zone} is no IANA zone such as Asia/Shanghai."),
            feed=settings.name,
            zone=zone,
        ) from error
    return CapFeed(settings, Context(settings.name, language, where))
