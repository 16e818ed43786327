"""Warnings in the shape of China's national CAP feed, with texts of our own, and gauges as CSV."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")

_COLOURS = {
    "Minor": ("blue", "蓝色", "Ⅳ级/一般"),
    "Moderate": ("yellow", "黄色", "Ⅲ级/较重"),
    "Severe": ("orange", "橙色", "Ⅱ级/严重"),
    "Extreme": ("red", "红色", "Ⅰ级/特别严重"),
}


@dataclass(frozen=True, slots=True)
class Warned:
    """One warning. `severity` is CAP's word; `updates` the identifier of the one it follows."""

    identifier: str
    geocode: str
    sent: datetime
    area: str = "云溪区"
    severity: str = "Extreme"
    event: str = "暴雨"
    event_en: str = "rainstorm"
    message: str = "Alert"
    status: str = "Actual"
    lasts: timedelta = timedelta(hours=6)
    updates: str = ""
    sender: str = "Example_Observatory"


Rain = Mapping[str, Sequence[tuple[datetime, float | None]]]
"""Gauge -> (end of the interval, mm), None for a missing value."""


def cap(warned: Warned) -> str:
    """The document. Its `references` carry its own `sent`, as the national feed's do."""
    sent = warned.sent.astimezone(ZONE).isoformat(timespec="seconds")
    references = (
        f"\n\t<references>{warned.sender},{escape(warned.updates)},{sent}</references>"
        if warned.updates
        else ""
    )
    blocks = "".join(_info(warned, chinese=chinese) for chinese in (False, True))
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="no"?>'
        '<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">\n'
        f"\t<identifier>{escape(warned.identifier)}</identifier>\n"
        f"\t<sender>{warned.sender}</sender>\n"
        f"\t<sent>{sent}</sent>\n"
        f"\t<status>{warned.status}</status>\n"
        f"\t<msgType>{warned.message}</msgType>\n"
        f"\t<scope>Public</scope>\n\t<note/>{references}\n{blocks}</alert>\n"
    )


def _info(warned: Warned, *, chinese: bool) -> str:
    """English comes first, as in the national feed; urgency and certainty say nothing."""
    english, colour, grade = _COLOURS[warned.severity]
    verb = "解除" if warned.message == "Cancel" else "发布"
    headline = (
        f"{warned.area}气象台{verb}{warned.event}{colour}预警信号[{grade}]"
        if chinese
        else f"The observatory has a {english} warning signal for {warned.event_en}"
    )
    effective = warned.sent.astimezone(ZONE)
    expires = effective + warned.lasts
    return (
        "\t<info>\n"
        f"\t\t<language>{'zh-CN' if chinese else 'en-US'}</language>\n"
        "\t\t<category>Met</category>\n"
        f"\t\t<event>{warned.event if chinese else warned.event_en}</event>\n"
        "\t\t<urgency>Unknown</urgency>\n"
        f"\t\t<severity>{warned.severity}</severity>\n"
        "\t\t<certainty>Unknown</certainty>\n"
        f"\t\t<effective>{effective.isoformat(timespec='seconds')}</effective>\n"
        f"\t\t<expires>{expires.isoformat(timespec='seconds')}</expires>\n"
        "\t\t<senderName>演示</senderName>\n"
        f"\t\t<headline>{escape(headline)}</headline>\n"
        f"\t\t<description>{escape(headline)}。这是演示用的预警。</description>\n"
        "\t\t<instruction/>\n"
        "\t\t<area>\n"
        f"\t\t\t<areaDesc>{escape(warned.area)}</areaDesc>\n"
        "\t\t\t<geocode>\n"
        "\t\t\t\t<valueName>CPEAS Geographic Code</valueName>\n"
        f"\t\t\t\t<value>{warned.geocode}</value>\n"
        "\t\t\t</geocode>\n"
        "\t\t</area>\n"
        "\t</info>\n"
    )


def index(warnings: Iterable[Warned], base: str) -> str:
    """The RSS that names them, newest first."""
    newest = sorted(warnings, key=lambda warned: warned.sent, reverse=True)
    items = "".join(
        "<item>"
        f"<title>{escape(warned.area)} {escape(warned.event)}</title>"
        f"<link>{base}/cap/{escape(warned.identifier)}.xml</link>"
        f'<guid isPermaLink="false">{escape(warned.identifier)}</guid>'
        f"<pubDate>{format_datetime(warned.sent)}</pubDate>"
        "</item>"
        for warned in newest
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel>'
        f"<title>Stand-in for a CAP feed</title><link>{base}/</link>"
        f"<description>Nothing here is real.</description>{items}</channel></rss>"
    )


def gauges(rain: Rain) -> str:
    """gauge,time,rain_mm: the end of each interval with its offset; empty is missing."""
    lines = ["gauge,time,rain_mm"]
    for gauge, readings in rain.items():
        for end, amount in readings:
            local = end.astimezone(ZONE).isoformat(timespec="minutes")
            lines.append(f"{gauge},{local},{'' if amount is None else f'{amount:.1f}'}")
    return "\n".join(lines) + "\n"
