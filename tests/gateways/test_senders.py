"""A pool of numbers: a text comes from the one that was chosen, replies to any of them arrive."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from fangxun.clock import now
from fangxun.core.errors import ConfigFault
from fangxun.gateways import http
from fangxun.gateways.base import NotSent, TooFast
from fangxun.standin.http1 import Reply
from fangxun.standin.sms_template import gateway_settings
from fangxun.standin.twilio_server import NUMBER
from tests.gateways.harness import answering, http_rig, order, secret, twilio_rig

OTHER = "+8610000000902"
SEND = gateway_settings("http://127.0.0.1:9")["send"]
FROM = {"senders": ("106900001", "106900002")}


def test_a_twilio_text_comes_from_the_number_that_was_chosen() -> None:
    with twilio_rig(**{"from": [NUMBER, OTHER]}) as rig:
        assert rig.gateway.abilities.senders == (NUMBER, OTHER)
        for attempt, sender in ((1, OTHER), (2, NUMBER), (3, "")):
            rig.gateway.send(replace(order(attempt), sender=sender))
        assert [m.from_ for m in rig.standin.messages] == [OTHER, NUMBER, NUMBER]


@pytest.mark.parametrize("callbacks", [False, True])
def test_replies_to_every_number_of_a_twilio_pool_arrive(callbacks: bool) -> None:
    with twilio_rig(callbacks=callbacks, **{"from": [NUMBER, OTHER]}) as rig:
        rig.standin.reply("+8610000000001", "收到", to=NUMBER)
        rig.standin.reply("+8610000000002", "收到", to=OTHER)
        assert sorted(one.number for one in rig.replies()) == ["+8610000000001", "+8610000000002"]


def test_a_messaging_service_chooses_by_itself() -> None:
    with twilio_rig(**{"from": "", "messaging_service_sid": "MG1"}) as rig:
        assert rig.gateway.abilities.senders == ()


@pytest.mark.parametrize(
    ("code", "whose"), [(20429, TooFast.GATEWAY), (21611, TooFast.SENDER), (None, TooFast.GATEWAY)]
)
def test_a_429_says_whether_the_account_or_one_number_is_too_fast(
    code: int | None, whose: TooFast
) -> None:
    with answering(Reply(429, json.dumps({"code": code}).encode())) as (gateway, _):
        found = gateway.send(order())
        assert isinstance(found, NotSent)
        assert found.too_fast is whose


def test_a_platforms_text_names_the_number_that_was_chosen() -> None:
    with http_rig() as rig:
        sending = rig.gateway.settings.send
        named = replace(sending, json={**sending.json, "extend": "{sender}"})
        rig.gateway.settings = replace(rig.gateway.settings, **FROM, send=named)
        for sender in ("106900002", ""):
            rig.gateway.send(replace(order(), sender=sender))
        bodies = [json.loads(request.body) for request in rig.standin.requests]
        assert [body["extend"] for body in bodies] == ["106900002", "106900001"]


def test_a_platform_is_asked_for_the_replies_to_each_number_where_its_question_names_one() -> None:
    with http_rig() as rig:
        polled = rig.gateway.settings.replies
        settings = replace(
            rig.gateway.settings, senders=("1", "2"),
            replies=replace(polled, query={"extend": "{sender}"}),
        )  # fmt: skip
        rig.gateway.settings = settings
        rig.standin.reply("10000000001", "收到")
        found = rig.gateway.inbound(since=now() - timedelta(minutes=1))
        assert [one.number for one in found] == ["+8610000000001"]
        assert [r.query for r in rig.standin.requests] == [{"extend": "1"}, {"extend": "2"}]


@pytest.mark.parametrize(
    "change",
    [
        {"senders": ["1"]},
        {"senders": ["1", "1"], "send": {**SEND, "json": {"from": "{sender}"}}},
        {"send": {**SEND, "json": {"from": "{sender}"}}},
    ],
)
def test_senders_and_the_word_that_names_one_belong_together(change: dict[str, object]) -> None:
    settings = {**gateway_settings("http://127.0.0.1:9"), **change}
    with pytest.raises(ConfigFault, match="senders"):
        http.build("province", settings, secret=secret)
