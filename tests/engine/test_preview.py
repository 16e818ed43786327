"""What a preview shows is what would be sent: shortened with care, by the gateway's rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from fangxun.core.district import District
from fangxun.core.level import Hazard, Level
from fangxun.core.plan import Channel
from fangxun.engine.parts import Ways
from fangxun.engine.preview import Asked, Preview, preview, samples, view_of
from fangxun.text import wordings
from fangxun.text.templates import templates
from tests import beginnings
from tests.scenario.room import Phones

NOW = datetime(2026, 7, 20, tzinfo=UTC)
YUNXI = beginnings.example()
GULLY = "jiazi-gully"


def asked(kind: str = "page") -> Asked:
    """Red, for the gully, to its official."""
    person = next(one for one in YUNXI.people if one.id == "gu-huiyin")
    return Asked(kind, Level.RED, Hazard.FLASH_FLOOD, GULLY, person, "", Channel.SMS)


def shown(
    district: District = YUNXI, *, kind: str = "page", link_base: str = "", two_way: bool = True
) -> Preview:
    """As a gateway with one such number would get it."""
    gateway = Phones("sms", [Channel.SMS], two_way=two_way)
    ways = Ways(gateways=[gateway], link_base=link_base)
    return preview(ways, view_of(district, now=NOW), asked(kind), gateway, "+8610000000145")


def test_a_page_is_rendered_with_its_evidence() -> None:
    """Gauge, hours, amount, limit."""
    assert "上云站 1小时 88毫米 ≥80。请立即到位履责。回复1确认" in shown().text


def test_a_long_gauge_is_cut_and_its_figures_are_not() -> None:
    gauges = tuple(replace(one, name="上云镇甲子沟口" * 20) for one in YUNXI.gauges)
    text = shown(replace(YUNXI, gauges=gauges)).text
    assert "… 1小时 88毫米 ≥80。" in text


def test_a_long_place_goes_before_the_figures() -> None:
    """And the text says what was shortened."""
    sites = tuple(replace(one, name="甲子沟" * 60) for one in YUNXI.sites)
    found = shown(replace(YUNXI, sites=sites))
    assert found.shortened == ("place",)
    assert len(found.units) == 2
    assert "红色预警:上云站 1小时 88毫米 ≥80。请立即到位履责。回复1确认" in found.text


@pytest.mark.parametrize("kind", wordings.BASES)
def test_every_field_of_every_kind_has_a_sample(kind: str) -> None:
    gateway = Phones("sms", [Channel.SMS])
    found = samples(view_of(YUNXI, now=NOW), templates("zh_CN"), asked(kind), gateway)
    assert wordings.fields_of(kind) <= found.keys()
    assert len(shown(kind=kind).units) <= 2


def test_how_it_is_answered_goes_by_the_gateway() -> None:
    assert shown(two_way=False).kind == "page_oneway"
    assert shown(link_base="https://fangxun.example.test").kind == "page_link"
    assert shown(two_way=False, link_base="https://fangxun.example.test").kind == "page_link_only"
    assert shown(kind="page_oneway").kind == "page_oneway"
    assert shown(kind="page_arrived", two_way=False).kind == "page_oneway"
    assert shown(kind="all_clear", two_way=False).kind == "all_clear"
