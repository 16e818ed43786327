"""`fangxun plan rehearse`: what a raise would come to, told while nothing rains."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Desk

TWILIO = """
[[gateway]]
name = "tw"
kind = "twilio"
sender_rate = { per_second = 1, unit = "segments" }
price_per_segment = 0.05
currency = "CNY"
[gateway.settings]
account_sid = "AC1"
auth_tokens = ["env:TOKEN"]
from = ["+15005550006", "+15005550007"]
api_base = "http://127.0.0.1:9"
no_reply_prefixes = []
"""


@pytest.fixture
def priced(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A gateway with two slow numbers, and a price."""
    monkeypatch.setenv("TOKEN", "nobody's")
    path = desk.folder / "fangxun.toml"
    own, _gateway, _demo = path.read_text(encoding="utf-8").partition("\n[[gateway]]")
    path.write_text(own + TWILIO, encoding="utf-8")
    return desk


def test_every_place_at_red_is_told_with_messages_segments_time_and_cost(priced: Desk) -> None:
    found = priced.said("plan", "rehearse")["rehearsal"]
    (load,) = found["loads"]
    assert found["people"] < load["messages"] < found["pages"]
    assert load["segments"] > load["messages"]
    assert float(load["cost"]) == pytest.approx(0.05 * load["segments"])
    assert load["last"] == pytest.approx(load["segments"] / 2, abs=3)


def test_the_night_on_which_nobody_confirms_is_told_too(priced: Desk) -> None:
    """More messages and more money than the first step, and when the last page is given up."""
    found = priced.said("plan", "rehearse")["rehearsal"]
    (load,), (bill,) = found["loads"], found["silence"]["bills"]
    assert bill["messages"] > load["messages"]
    assert float(bill["cost"]) == pytest.approx(0.05 * bill["segments"])
    assert "If nobody confirms: 81 pages" in priced.run("plan", "rehearse")


def test_it_writes_nothing_and_sends_nothing(priced: Desk) -> None:
    before = len(priced.lines())
    said = priced.run("plan", "rehearse", "--level", "orange", "--place", "南涧镇")
    assert "orange, 1 places" in said
    assert "CNY" in said
    assert len(priced.lines()) == before


def test_without_rate_and_price_it_says_so(priced: Desk) -> None:
    path = priced.folder / "fangxun.toml"
    kept = [
        line
        for line in path.read_text(encoding="utf-8").splitlines()
        if not line.startswith(("sender_rate", "price_per", "currency"))
    ]
    path.write_text("\n".join(kept), encoding="utf-8")
    said = priced.run("plan", "rehearse")
    assert "no rate is set" in said
    assert "no price is set" in said


def test_who_cannot_confirm_is_named_with_the_channel(priced: Desk) -> None:
    """Over a gateway that brings no replies from there."""
    path = priced.folder / "fangxun.toml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("no_reply_prefixes = []", ""), encoding="utf-8"
    )
    found = priced.said("plan", "rehearse", "--place", "nanjian")["rehearsal"]
    assert {(one["channel"], one["lack"]) for one in found["shortfalls"]} == {
        ("sms", "cannot_confirm")
    }
    assert len(found["shortfalls"]) == found["people"]


def test_a_place_that_is_none_is_a_sentence(priced: Desk) -> None:
    assert "atlantis" in priced.run("plan", "rehearse", "--place", "atlantis", code=5)
