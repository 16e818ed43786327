"""What a message costs is its segments' price, a call's own, or not known."""

from __future__ import annotations

from decimal import Decimal

import pytest

from fangxun.core.plan import Channel
from fangxun.core.price import Price


@pytest.mark.parametrize(
    ("price", "channel", "segments", "cost"),
    [
        (Price(Decimal("0.05"), None, "CNY"), Channel.SMS, 3, Decimal("0.15")),
        (Price(None, Decimal("0.12"), "CNY"), Channel.SMS, 1, None),
        (Price(None, Decimal("0.12"), "CNY"), Channel.VOICE, 1, Decimal("0.12")),
        (Price(Decimal("0.05"), None, "CNY"), Channel.VOICE, 2, None),
        (Price(), Channel.CONSOLE, 2, Decimal(0)),
        (Price(), Channel.EMAIL, 2, Decimal(0)),
    ],
)
def test_what_a_message_costs(price, channel, segments, cost):
    assert price.of(channel, segments) == cost
