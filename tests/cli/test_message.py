"""`fangxun message preview`: a text as it would leave, with the daemon down."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fangxun.core.message import segments
from tests.cli.conftest import Desk

PLATFORM = """
[[gateway]]
name = "platform"
kind = "http"
price_per_segment = 0.05
currency = "CNY"
[[gateway.template]]
kind = "page_oneway"
id = "SMS_7"
params = ["place", "level", "evidence"]
[gateway.settings]
links = false
phone_numbers = false
[gateway.settings.send]
url = "https://sms.example.cn/send"
headers = { key = "{secret:key}" }
json = { to = "{national}", text = "{text}" }
success = { path = "code", values = ["0"] }
[gateway.settings.secrets]
key = "env:NOBODY_HAS_SET_THIS"
"""


def shown(desk: Desk, *words: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(desk.run("message", "preview", *words, "--json"))
    return found


def with_platform(desk: Desk) -> None:
    path = desk.folder / "fangxun.toml"
    path.write_text(path.read_text(encoding="utf-8") + PLATFORM, encoding="utf-8")


def test_a_page_is_shown_with_its_evidence_and_segments(desk: Desk) -> None:
    found = shown(desk)
    assert (found["kind"], found["gateway"], found["channel"]) == ("page_link", "twilio", "sms")
    assert found["text"].startswith("【云溪防汛】甲子沟红色预警:上云站 1小时 88毫米 ≥80。")
    assert found["segments"] == segments(found["text"]).count == len(found["units"])
    assert found["cost"] is None


def test_what_it_costs_and_how_it_is_answered_go_by_the_gateway(desk: Desk) -> None:
    """No secret is needed, and nothing is sent."""
    with_platform(desk)
    found = shown(desk, "--gateway", "platform")
    assert (found["kind"], found["cost"], found["currency"]) == ("page_oneway", "0.05", "CNY")
    assert found["template"]["id"] == "SMS_7"
    assert list(found["template"]["params"]) == ["place", "level", "evidence"]
    said = desk.run("message", "preview", "--gateway", "platform")
    assert "It costs 0.05 CNY." in said
    assert "template SMS_7" in said


def test_the_districts_own_words_are_shown_as_such(desk: Desk) -> None:
    said = desk.run("message", "preview", "page", "--hazard", "台风", "--level", "红色")
    assert "甲子沟台风红色预警" in said
    assert "own words" in said


def test_a_folder_is_shown_before_it_is_applied(desk: Desk) -> None:
    """Also what had to be shortened, and what had not."""
    texts = desk.folder / "district" / "texts.toml"
    own = "{place}{level}险情:{~evidence},{~evidence}。" + "请上堤。" * 22 + "回复{code}确认"
    texts.write_text(f'[[text]]\nkind = "page"\ntext = "{own}"\n', encoding="utf-8")
    assert not shown(desk)["own_words"]
    found = shown(desk, "--district", "district", "--gateway", "twilio")
    assert found["own_words"]
    assert "evidence" in found["shortened"]
    assert found["text"].count("请上堤。") == 22
    assert "回复1" in found["text"]
    assert found["segments"] == 2


def test_own_words_that_may_not_go_over_a_gateway_are_said_to_be_left_out(desk: Desk) -> None:
    with_platform(desk)
    own = "{place}{level}险情,问0571-87654321。请上堤。回复{code}确认"
    texts = desk.folder / "district" / "texts.toml"
    texts.write_text(f'[[text]]\nkind = "page"\ntext = "{own}"\n', encoding="utf-8")
    found = shown(desk, "--district", "district", "--gateway", "platform")
    assert found["left_out"]
    assert not found["own_words"]
    said = desk.run("message", "preview", "--district", "district", "--gateway", "platform")
    assert "they are left out" in said
    assert not shown(desk, "--district", "district", "--gateway", "twilio")["left_out"]


def test_of_a_call_it_is_shown_what_is_spoken(desk: Desk) -> None:
    found = shown(desk, "page", "--channel", "voice", "--language", "en")
    assert (found["kind"], found["segments"]) == ("page_voice", None)
    assert found["text"].startswith("This is 云溪防汛. 甲子沟 RED alert: ")
    assert found["then"] == "To confirm, press 1."


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("pages",), 5, "docs/texts.md"),
        (("page", "--gateway", "none"), 5, "there are: twilio"),
        (("page", "--channel", "email"), 4, "--person"),
        (("hint", "--channel", "voice"), 4, "never spoken"),
        (("page", "--place", "nowhere"), 5, "nowhere"),
    ],
)
def test_what_cannot_be_shown_says_why(
    desk: Desk, words: tuple[str, ...], code: int, said: str
) -> None:
    assert said in desk.run("message", "preview", *words, code=code)


def test_doctor_names_the_kinds_that_a_provider_has_no_template_of(desk: Desk) -> None:
    with_platform(desk)
    path = desk.folder / "fangxun.toml"
    text = path.read_text(encoding="utf-8").replace("phone_numbers = false", "free_text = false")
    text = text.replace('text = "{text}"', 'id = "{template_id}"').replace("{secret:key}", "none")
    path.write_text(text.partition("[gateway.settings.secrets]")[0], encoding="utf-8")
    said = desk.run("doctor", "--offline", code=1)
    assert "platform takes registered templates only, and has none for: page_other_oneway" in said
