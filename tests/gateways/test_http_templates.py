"""What a platform's template may say, and how its values are written and read."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fangxun.core.errors import ConfigFault
from fangxun.gateways import http
from fangxun.gateways.http.template import (
    e164,
    fill,
    fill_url,
    items_in,
    national,
    pick,
    read_time,
    words,
)
from fangxun.standin.sms_template import gateway_settings
from tests.gateways.harness import secret

SHANGHAI = ZoneInfo("Asia/Shanghai")


def changed(path: str, value: object) -> dict[str, Any]:
    settings: dict[str, Any] = json.loads(json.dumps(gateway_settings("http://127.0.0.1:9")))
    *way, last = path.split(".")
    inner = settings
    for part in way:
        inner = inner.setdefault(part, {})
    inner[last] = value
    return settings


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        ("send.url", "http://sms.example", "send.url"),
        ("send.url", 5, "send.url"),
        ("send.json", {"to": "{phone}"}, "send: {phone}"),
        ("send.json", {"to": [{"x": "{secret:none}"}]}, "send: {secret:none}"),
        ("send.form", {"to": "{number}"}, "send: give form or json"),
        ("send.success", None, "send.success"),
        ("send.method", "DELETE", "send.method"),
        ("send.colour", "red", "send.colour"),
        ("ask.query", {"a": "b"}, "ask: give the query"),
        ("ask.read.attempt", "", "ask.read.attempt"),
        ("receipts.read.state", "", "receipts.read.state"),
        ("replies.read.text", "", "replies.read.text"),
        ("replies.read", {"number": "mobile", "text": "content"}, "replies.read.id"),
        (
            "callback",
            {
                "tokens": ["env:PLATFORM_PUSH"],
                "header": "X",
                "replies": {"number": "mobile", "text": "content"},
            },
            "callback.replies.id",
        ),
        ("states.X", "arrived", "states.X"),
        ("codes.1", {"kind": "odd"}, "codes.1.kind"),
        ("zone", "Mars/Olympus", "zone"),
        ("callback", {"tokens": ["env:PLATFORM_PUSH"]}, "callback: give the header"),
        ("callback", {"tokens": [], "header": "X"}, "callback.tokens"),
    ],
)
def test_a_wrong_template_is_named_before_anything_is_sent(
    path: str, value: object, named: str
) -> None:
    with pytest.raises(ConfigFault) as fault:
        http.build("p", changed(path, value), secret=secret)
    assert str(fault.value).startswith(f"gateway p: {named}")


# Reading and writing values


@given(st.text(), st.text())
def test_what_is_filled_in_is_never_read_as_a_template(number: str, text: str) -> None:
    values = {"number": number, "text": text}
    assert fill({"a": ["{number}|{text}", 5, None]}, values) == {"a": [f"{number}|{text}", 5, None]}


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_nothing_that_is_filled_into_a_url_changes_its_parts(text: str) -> None:
    url = fill_url("http://127.0.0.1/send/{text}", {"text": text})
    assert url.removeprefix("http://127.0.0.1/send/").count("/") == 0
    assert not set(url) & set("?#& \r\n")


def test_a_path_leads_through_objects_and_lists_or_nowhere() -> None:
    value = {"data": [{"id": 5}, {"id": None}], "ok": False}
    assert pick(value, "data.0.id") == 5
    assert pick(value, "") == value
    for nowhere in ("data.2.id", "data.x", "data.0.id.more", "none"):
        assert pick(value, nowhere) is None
    assert [words(value, p) for p in ("data.0.id", "ok", "data.1.id", "data", "")] == [
        "5", "false", "", "", "",
    ]  # fmt: skip
    assert items_in(value, "data.0") == [{"id": 5}]
    assert items_in(value, "ok") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-07-20 02:03:04", datetime(2026, 7, 19, 18, 3, 4, tzinfo=UTC)),
        ("2026/07/20 02:03:04", datetime(2026, 7, 19, 18, 3, 4, tzinfo=UTC)),
        ("20260720020304", datetime(2026, 7, 19, 18, 3, 4, tzinfo=UTC)),
        ("2026-07-20T02:03:04+09:00", datetime(2026, 7, 19, 17, 3, 4, tzinfo=UTC)),
        ("2026-07-19T18:03:04Z", datetime(2026, 7, 19, 18, 3, 4, tzinfo=UTC)),
        ("1784484184", datetime(2026, 7, 19, 18, 3, 4, tzinfo=UTC)),
        ("1784484184000", datetime(2026, 7, 19, 18, 3, 4, tzinfo=UTC)),
        ("", None),
        ("gestern", None),
        ("20261399999999", None),
    ],
)
def test_times_are_read_in_the_forms_that_platforms_use(
    text: str, expected: datetime | None
) -> None:
    assert read_time(text, SHANGHAI) == expected


@given(st.text())
def test_no_time_makes_it_crash(text: str) -> None:
    found = read_time(text, SHANGHAI)
    assert found is None or found.utcoffset() == timedelta(0)


@given(st.integers(min_value=0, max_value=999))
def test_a_number_comes_back_as_it_went_out(last: int) -> None:
    number = f"+8610000000{last:03d}"
    for form in (number, number[1:], f"00{number[1:]}", national(number, "86")):
        assert e164(form, "86") == number
    assert national("+441632960001", "86") == "00441632960001"
    assert e164("00441632960001", "86") == "+441632960001"
    assert e164("086-100 0000 0001", "86") == "+8610000000001"
    assert e164("010-6000 0001", "86") == "+861060000001"
