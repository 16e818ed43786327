"""Signatures of callbacks: over the public URL, with every field, by either token."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from twilio.request_validator import RequestValidator

from fangxun.clock import now
from fangxun.core.page import AttemptState
from fangxun.gateways import twilio
from fangxun.gateways.base import (
    CallbackRequest,
    Forged,
)
from fangxun.gateways.twilio import TwilioGateway
from fangxun.standin.twilio_lives import TOKEN
from fangxun.standin.twilio_messages import signature
from tests.gateways.harness import (
    PUBLIC,
    Rig,
    secret,
    twilio_settings,
)


def callback(
    fields: dict[str, str],
    *,
    token: str = TOKEN,
    path: str = "/callback/tw/abc",
    base: str = PUBLIC,
) -> CallbackRequest:
    """A callback as Twilio makes it; Host is somebody else's."""
    headers = {
        "Host": "evil.example",
        "X-Forwarded-Host": "evil.example",
        "x-twilio-SIGNATURE": signature(token, base + path, fields),
    }
    return CallbackRequest("POST", path, headers, urlencode(fields).encode())


STATUS = {"MessageSid": "SM1", "MessageStatus": "delivered", "ErrorCode": ""}


@pytest.fixture
def signed() -> Iterator[TwilioGateway]:
    settings = {**twilio_settings("http://127.0.0.1:9"), "auth_tokens": None}
    del settings["auth_token"]
    settings["auth_tokens"] = ["env:TWILIO_TOKEN", "env:TWILIO_NEXT"]
    gateway = twilio.build("tw", settings, secret=secret, public_base_url=PUBLIC)
    yield gateway
    gateway.close()


def test_a_missing_signature_is_forged_where_the_sdk_s_validator_raises(
    signed: TwilioGateway,
) -> None:
    with pytest.raises(TypeError):
        RequestValidator(TOKEN).validate(PUBLIC, {}, None)
    with pytest.raises(Forged):
        signed.callback(replace(callback(STATUS), headers={}))


def test_blank_fields_are_part_of_the_signature(signed: TwilioGateway) -> None:
    without = {name: value for name, value in STATUS.items() if value}
    assert signature(TOKEN, PUBLIC, STATUS) != signature(TOKEN, PUBLIC, without)
    (receipt,) = signed.callback(callback(STATUS)).items
    assert (receipt.attempt, receipt.state) == ("abc", AttemptState.DELIVERED)
    with pytest.raises(Forged):
        signed.callback(replace(callback(STATUS), body=urlencode(without).encode()))


def test_our_signatures_are_those_of_the_sdk() -> None:
    fields = {"Body": "收到 & 1234=ok", "From": "+8610000000101", "FromCity": ""}
    theirs = RequestValidator(TOKEN).compute_signature(PUBLIC + "/callback/tw", fields)
    assert signature(TOKEN, PUBLIC + "/callback/tw", fields) == theirs


def test_either_token_is_good_while_they_are_rotated_and_no_third(signed: TwilioGateway) -> None:
    for token in (TOKEN, "the-next-token"):
        assert len(signed.callback(callback(STATUS, token=token)).items) == 1
    with pytest.raises(Forged):
        signed.callback(callback(STATUS, token="somebody's"))  # noqa: S106  of nobody


def test_the_signature_is_over_the_configured_url_and_host_is_not_believed(
    signed: TwilioGateway,
) -> None:
    with pytest.raises(Forged):
        signed.callback(callback(STATUS, base="https://evil.example"))
    with pytest.raises(Forged):
        signed.callback(replace(callback(STATUS), path_and_query="/callback/tw/other-attempt"))


@pytest.mark.parametrize("stripped", [True, False])
def test_a_proxy_may_or_may_not_strip_the_public_url_s_path(stripped: bool) -> None:
    base = f"{PUBLIC}/flood"
    settings = twilio_settings("http://127.0.0.1:9")
    gateway = twilio.build("tw", settings, secret=secret, public_base_url=base)
    came = callback(STATUS, base=base)
    if not stripped:
        came = replace(came, path_and_query=f"/flood{came.path_and_query}")
    (receipt,) = gateway.callback(came).items
    assert receipt.attempt == "abc"
    gateway.close()


def test_a_field_given_twice_is_signed_with_both_values(signed: TwilioGateway) -> None:
    """Twilio signs each value; a plain dict would lose one."""
    text = PUBLIC + "/callback/tw/abc" + "A1A2" + "MessageSidSM1MessageStatussent"
    came = callback({})
    headers = {"X-Twilio-Signature": signature(TOKEN, text, {})}
    body = b"MessageSid=SM1&MessageStatus=sent&A=2&A=1"
    assert len(signed.callback(replace(came, headers=headers, body=body)).items) == 1


def test_a_reply_comes_in_by_callback_with_its_blank_fields(tw_callbacks: Rig) -> None:
    tw_callbacks.says("+8610000000101", "")
    tw_callbacks.says("+8610000000102", "【收到】 １２３４ ✅")
    assert [(reply.number, reply.text) for reply in tw_callbacks.replies()] == [
        ("+8610000000101", ""),
        ("+8610000000102", "【收到】 １２３４ ✅"),
    ]


def test_a_reply_has_one_id_whichever_way_it_comes(tw_callbacks: Rig) -> None:
    tw_callbacks.says("+8610000000101", "OK")
    (called,) = tw_callbacks.replies()
    (asked,) = tw_callbacks.gateway.inbound(since=now() - timedelta(minutes=1))
    assert called.id == asked.id


def test_callbacks_of_other_kinds_are_read_as_nothing(signed: TwilioGateway) -> None:
    for fields in ({"CallSid": "CA1"}, {"MessageSid": "SM1", "MessageStatus": "new-state"}):
        assert signed.callback(callback(fields)).items == ()


def test_without_a_public_url_every_callback_is_forged(tw: Rig) -> None:
    with pytest.raises(Forged):
        tw.gateway.callback(callback(STATUS, base=""))
