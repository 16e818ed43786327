"""Hand-written CAP documents in the shapes that authorities really use."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from fangxun.core.warning import Bulletin
from fangxun.feeds.cap import index, xml
from fangxun.feeds.cap.document import Context, bulletin

AREA = """<area><areaDesc>云溪区</areaDesc>
<geocode><valueName>CPEAS Geographic Code</valueName><value>999901000000</value></geocode></area>"""


def info(
    *,
    language: str = "zh-CN",
    event: str = "暴雨",
    severity: str = "Severe",
    headline: str = "云溪区气象台发布暴雨橙色预警信号[Ⅱ级/严重]",
    expires: str = "2026-07-20T20:00:00+08:00",
    area: str = AREA,
    more: str = "",
) -> str:
    return f"""<info><language>{language}</language><category>Met</category>
<event>{event}</event><urgency>Unknown</urgency><severity>{severity}</severity>
<certainty>Unknown</certainty>{more}<effective>2026-07-20T08:00:00+08:00</effective>
{f"<expires>{expires}</expires>" if expires else ""}
<senderName>某某某</senderName><headline>{headline}</headline>
<description>预计未来三小时雨量将达五十毫米。</description>{area}</info>"""


def alert(
    *infos: str,
    identifier: str = "99990141600000_20260720080000",
    kind: str = "Alert",
    status: str = "Actual",
    sent: str = "2026-07-20T08:00:00+08:00",
    references: str = "",
    encoding: str = "UTF-8",
) -> bytes:
    written = f"""<?xml version="1.0" encoding="{encoding}" standalone="no"?>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>{identifier}</identifier>
<sender>Yunxi_Observatory</sender><sent>{sent}</sent><status>{status}</status>
<msgType>{kind}</msgType><scope>Public</scope><note/>
<references>{references}</references>{"".join(infos or (info(),))}</alert>"""
    return written.encode(encoding)


def rss(*links: str, stamp: str = "Mon, 20 Jul 2026 08:00:00 +0800") -> bytes:
    items = "".join(
        f"<item><title>t</title><link>{link}</link><pubDate>{stamp}</pubDate></item>"
        for link in links
    )
    return f'<rss version="2.0"><channel><title>c</title>{items}</channel></rss>'.encode()


def atom(*links: str, stamp: str = "2026-07-20T08:00:00+08:00") -> bytes:
    updated = f"<updated>{stamp}</updated>" if stamp else ""
    entries = "".join(
        f'<entry><id>urn:x:{n}</id>{updated}<link rel="alternate" href="{link}.html"/>'
        f'<link type="application/cap+xml" href="{link}"/></entry>'
        for n, link in enumerate(links)
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom">{entries}</feed>'.encode()


def read(body: bytes, language: str = "zh_CN", zone: ZoneInfo | None = None) -> Bulletin:
    """A document of one alert as Fangxun reads it."""
    root = xml.parse(body)
    return bulletin(index.read(root, "").alerts[0], Context("cma", language, zone))
