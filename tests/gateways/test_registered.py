"""Providers that take registered templates only get an id and values, in the shape they want."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from fangxun.core.errors import ConfigFault
from fangxun.core.page import Blame
from fangxun.core.wording import Registered
from fangxun.gateways import http
from fangxun.gateways.base import Accepted, Order, Refused
from fangxun.gateways.http import HttpGateway
from fangxun.standin.http1 import Reply, Request
from fangxun.standin.misbehaviour import Answer, Behaviour
from fangxun.standin.server import LoopbackServer
from tests.gateways.harness import Rig, at, order, secret

TEMPLATE = Registered("SMS_7", (("place", '甲子"沟'), ("code", "12")))
OK = {"path": "code", "values": ["0"]}


@contextmanager
def taking(send: dict[str, Any]) -> Iterator[tuple[HttpGateway, list[Request]]]:
    """A platform that takes templates only, by a request of this shape."""
    came: list[Request] = []

    def handle(request: Request) -> Reply:
        came.append(request)
        return Reply(200, b'{"code": "0"}')

    with LoopbackServer(handle) as server:
        settings = {"free_text": False, "send": {"url": server.url, "success": OK, **send}}
        gateway = http.build("cloud", settings, secret=secret)
        yield gateway, came
        gateway.close()


def templated(template: Registered | None = TEMPLATE) -> Order:
    return replace(order(7), template=template)


def test_an_ordered_list_stands_in_the_body_as_one() -> None:
    """As Tencent's TemplateParamSet is."""
    body = {"TemplateId": "{template_id}", "TemplateParamSet": "{params}", "to": ["{number}"]}
    with taking({"json": body}) as (gateway, came):
        assert isinstance(gateway.send(templated()), Accepted)
    assert json.loads(came[0].body) == {
        "TemplateId": "SMS_7",
        "TemplateParamSet": ['甲子"沟', "12"],
        "to": ["+8610000000007"],
    }


def test_values_by_name_are_text_in_a_form_and_where_text_is_asked_for() -> None:
    """As Aliyun's TemplateParam is: JSON inside a field."""
    named = {"place": '甲子"沟', "code": "12"}
    with taking({"form": {"id": "{template_id}", "p": "{params:named}"}}) as (gateway, came):
        gateway.send(templated())
    assert json.loads(came[0].form["p"]) == named
    with taking({"json": {"id": "{template_id}", "p": "{params:named_text}"}}) as (gateway, came):
        gateway.send(templated())
    assert json.loads(json.loads(came[0].body)["p"]) == named


def test_what_no_template_says_is_refused_without_a_request() -> None:
    """And nothing but the text is to blame."""
    with taking({"json": {"id": "{template_id}"}}) as (gateway, came):
        refused = gateway.send(templated(None))
        assert isinstance(refused, Refused)
        assert (refused.code, refused.blame) == ("no-template", Blame.TEXT)
        assert came == []


@pytest.mark.parametrize(
    ("free_text", "body", "fault"),
    [
        (True, {"id": "{template_id}"}, "free_text: the request has no {text}"),
        (False, {"content": "{text}"}, "send: without free_text"),
        (False, {"id": "{template_id}", "p": "{params:odd}"}, "{params:odd} is not known"),
    ],
)
def test_a_request_that_could_not_say_it_is_a_fault(
    free_text: bool, body: dict[str, str], fault: str
) -> None:
    send = {"url": "https://sms.example.cn/", "json": body, "success": OK}
    with pytest.raises(ConfigFault) as caught:
        http.build("cloud", {"free_text": free_text, "send": send}, secret=secret)
    assert fault in str(caught.value)


def test_twilio_gets_a_content_template_with_numbered_variables(tw: Rig) -> None:
    assert isinstance(tw.gateway.send(templated()), Accepted)
    (form,) = tw.standin.creates
    assert "Body" not in form
    assert form["ContentSid"] == "SMS_7"
    assert json.loads(form["ContentVariables"]) == {"1": '甲子"沟', "2": "12"}


def test_a_content_template_in_doubt_is_found_by_what_stands_in_it() -> None:
    """Twilio tells the words that it made of it, which we do not know."""
    with at(datetime(2026, 7, 19, 16, 0, tzinfo=UTC)) as (gateway, standin, clock):
        standin.once(Behaviour(answer=Answer.LOST))
        gateway.send(templated())
        other = replace(TEMPLATE, params=(("place", "映月水库"), ("code", "13")))
        assert gateway.ask(templated(other), since=clock[-1]) is None
        assert isinstance(gateway.ask(templated(), since=clock[-1]), Accepted)
