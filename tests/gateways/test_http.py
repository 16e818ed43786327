"""Any SMS platform by a template: what platforms do, and what a template may say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from fangxun.clock import now
from fangxun.core.page import AttemptState, Blame
from fangxun.core.plan import Channel
from fangxun.gateways import http
from fangxun.gateways.base import (
    Accepted,
    CallbackRequest,
    Forged,
    Inbound,
    InDoubt,
    NotSent,
    Refused,
)
from fangxun.gateways.http import HttpGateway, wire
from fangxun.standin import sms_platform
from fangxun.standin.http1 import Reply, Request
from fangxun.standin.misbehaviour import Answer, Behaviour
from fangxun.standin.server import LoopbackServer
from fangxun.standin.sms_template import gateway_settings
from tests.gateways.harness import Rig, http_rig, order, secret


@contextmanager
def answering(reply: Reply, **more: object) -> Iterator[tuple[HttpGateway, list[Request]]]:
    """A gateway whose platform answers the same to everything."""
    came: list[Request] = []

    def handle(request: Request) -> Reply:
        came.append(request)
        return reply

    with LoopbackServer(handle) as server:
        gateway = http.build("province", {**gateway_settings(server.url), **more}, secret=secret)
        yield gateway, came
        gateway.close()


@pytest.fixture
def province() -> Iterator[Rig]:
    with http_rig() as rig:
        yield rig


# The request


def test_the_words_of_a_template_are_filled_in_and_nothing_in_a_text_breaks_the_json(
    province: Rig,
) -> None:
    text = '他说"{attempt}"，\\ {secret:key}\n换行'
    province.gateway.send(order(7, text=text))
    (request,) = province.standin.requests
    assert json.loads(request.body) == {
        "mobile": "10000000007",
        "content": text,
        "extId": f"{7:016x}",
    }
    assert request.headers["x-app-key"] == sms_platform.KEY


def test_a_form_and_a_query_may_be_sent_and_a_url_is_quoted() -> None:
    ok = Reply(200, b'{"code": 0}')
    with answering(ok) as (gateway, came):
        url = gateway.settings.send.url
        send = {
            "method": "GET",
            "url": f"{url}/{{attempt}}?t={{text}}",
            "success": {"path": "code", "values": ["0"]},
        }
        other = http.build("p", {"send": send}, secret=secret)
        assert isinstance(other.send(order(text="a b&c=收到/../x")), Accepted)
        assert came[-1].query == {"t": "a b&c=收到/../x"}
        form = {**send, "url": url, "method": "POST", "form": {"m": "{digits}", "t": "{text}"}}
        other.close()
        other = http.build("p", {"send": form}, secret=secret)
        outcome = other.send(order(text="a&b=c"))
        assert outcome == Accepted(f"{1:016x}"), "without an id of theirs, ours is the id"
        assert came[-1].form == {"m": "8610000000001", "t": "a&b=c"}
        other.close()


def test_our_callback_address_may_stand_in_the_request() -> None:
    with answering(Reply(200, b'{"code": "0"}')) as (gateway, came):
        send = {
            "url": gateway.settings.send.url,
            "json": {"notify": "{callback}", "ttl": "{seconds}"},
            "success": {"path": "code", "values": ["0"]},
        }
        base = "https://fangxun.example/"
        other = http.build("p", {"send": send}, secret=secret, public_base_url=base)
        other.send(order(7))
        assert json.loads(came[-1].body) == {
            "notify": f"https://fangxun.example/callback/p/{7:016x}",
            "ttl": "1800",
        }
        other.close()


# Answers


def test_http_200_with_an_error_code_is_a_failure() -> None:
    body = b'{"code": "1002", "msg": "blocked"}'
    with answering(Reply(200, body)) as (gateway, _):
        assert gateway.send(order()) == Refused("1002", "The text was refused.", Blame.TEXT)


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply(200, b"<html>OK</html>"), InDoubt),
        (Reply(200, b""), InDoubt),
        (Reply(200, b'{"result": "OK"}'), InDoubt),
        (Reply(200, b'["0"]'), InDoubt),
        (Reply(200, b"[" * 100_000), InDoubt),
        (Reply(200, b" " * (wire.MOST_BYTES + 1)), InDoubt),
        (Reply(500, b'{"code": "0"}'), InDoubt),
        (Reply(502, b"bad gateway"), InDoubt),
        (Reply(302, b"", headers=(("Location", "/login"),)), NotSent),
        (Reply(200, b'{"code": "1009"}'), NotSent),
        (Reply(401, b"{}"), Refused),
        (Reply(400, b'{"code": "4711"}'), Refused),
        (Reply(200, b'{"code": true}'), Refused),
    ],
)
def test_an_answer_that_is_not_plainly_success_is_none(reply: Reply, kind: type) -> None:
    with answering(reply) as (gateway, came):
        assert isinstance(gateway.send(order()), kind)
        assert len(came) == 1


def test_an_answer_in_gbk_is_read_as_its_header_says() -> None:
    body = json.dumps({"code": "88", "msg": "余额不足"}, ensure_ascii=False).encode("gbk")
    with answering(Reply(200, body, "application/json; charset=GBK")) as (gateway, _):
        outcome = gateway.send(order())
    assert outcome == Refused("88", "余额不足", Blame.NONE)


def test_a_wrong_key_blames_the_gateway() -> None:
    with http_rig(secrets={"key": "env:PLATFORM_PUSH"}) as rig:
        outcome = rig.gateway.send(order())
        assert isinstance(outcome, Refused)
        assert outcome.blame is Blame.GATEWAY


def test_more_threads_than_connections_wait_for_one() -> None:
    """A client shared by threads closes connections that others are using; here each has its own.

    Every send that this breaks is in doubt for nothing, and may be sent twice.
    """
    with http_rig(connections=3) as rig:
        with ThreadPoolExecutor(12) as pool:
            outcomes = list(pool.map(lambda n: rig.gateway.send(order(n)), range(300)))
        assert {type(outcome) for outcome in outcomes} == {Accepted}


# Receipts, replies, doubts


def test_times_without_zone_are_those_of_the_platform(province: Rig) -> None:
    before = now() - timedelta(seconds=1)
    sent = province.gateway.send(order())
    last = province.receipts(sent.provider_id)[-1]
    assert last.at is not None
    assert before - timedelta(seconds=1) <= last.at <= now()


def test_receipts_that_are_given_once_are_all_kept(province: Rig) -> None:
    sent = [province.gateway.send(order(n)).provider_id for n in range(3)]
    province.standin.settled()
    receipts = province.gateway.fetch(sent[:1])
    assert {receipt.provider_id for receipt in receipts} == set(sent)
    assert {receipt.attempt for receipt in receipts} == {f"{n:016x}" for n in range(3)}
    assert province.gateway.fetch(sent) == ()


def test_a_platform_may_want_its_ids_one_by_one() -> None:
    body = b'{"code": "0", "data": {"taskId": "T1", "status": "DELIVRD"}}'
    base = gateway_settings("http://127.0.0.1:9")
    with answering(Reply(200, body)) as (gateway, came):
        receipts = {
            **base["receipts"],
            "url": gateway.settings.send.url,
            "query": {"taskId": "{id}"},
        }
        other = http.build("p", {**base, "receipts": receipts}, secret=secret)
        found = other.fetch(["T1", "T2"])
        assert [request.query["taskId"] for request in came] == ["T1", "T2"]
        assert {receipt.state for receipt in found} == {AttemptState.DELIVERED}
        other.close()


def test_a_lookup_trusts_only_our_own_id() -> None:
    """Some platforms answer an unknown id with the newest messages of all."""
    other = {"taskId": "T1", "extId": "f" * 16, "status": "DELIVRD"}
    body = json.dumps({"code": "0", "data": [other]}).encode()
    with answering(Reply(200, body)) as (gateway, _):
        assert gateway.ask(order(), since=now()) is None


def test_replies_come_once_and_have_an_id_where_the_platform_gives_none() -> None:
    said = {"mobile": "10000000101", "content": "1234", "time": "2026-07-20 02:03:04"}
    body = json.dumps({"code": "0", "data": [said, {"mobile": "x"}, "odd"]}).encode()
    with answering(Reply(200, body)) as (gateway, _):
        (first,) = gateway.inbound(since=now())
        (again,) = gateway.inbound(since=now())
    assert first == again
    at = datetime(2026, 7, 19, 18, 3, 4, tzinfo=UTC)
    assert first == Inbound(first.id, "+8610000000101", "1234", at)
    assert len(first.id) == 32


def test_a_gateway_without_polls_or_callbacks_is_one_way() -> None:
    base = gateway_settings("http://127.0.0.1:9")
    gateway = http.build("p", {k: base[k] for k in ("send", "secrets")}, secret=secret)
    assert not gateway.abilities.two_way
    assert not gateway.abilities.codes
    assert not gateway.abilities.can_ask
    assert gateway.ask(order(), since=now()) is None
    assert gateway.fetch(["x"]) == ()
    assert gateway.inbound(since=now()) == ()
    assert gateway.check() == ""
    with pytest.raises(Forged):
        gateway.callback(CallbackRequest("POST", "/callback/p", {}, b"{}"))
    gateway.close()


# Callbacks


def pushed(value: object, *, token: str = sms_platform.PUSH_TOKEN) -> CallbackRequest:
    return CallbackRequest(
        "POST", "/callback/province/abc", {"x-TOKEN": token}, json.dumps(value).encode()
    )


@pytest.fixture
def push() -> Iterator[HttpGateway]:
    settings = gateway_settings("http://127.0.0.1:9", push=True)
    gateway = http.build("province", settings, secret=secret)
    yield gateway
    gateway.close()


def test_the_platform_gets_the_answer_that_it_wants(push: HttpGateway) -> None:
    taken = push.callback(pushed({"items": []}))
    assert json.loads(taken.answer) == {"result": 0, "errmsg": "OK"}
    assert taken.answer_type == "application/json"


def test_a_receipt_with_our_own_text_in_it_is_no_reply(push: HttpGateway) -> None:
    item = {"taskId": "T1", "status": "DELIVRD", "mobile": "10000000101", "content": "回复1234"}
    (receipt,) = push.callback(pushed({"items": [item]})).items
    assert (receipt.attempt, receipt.state) == ("abc", AttemptState.DELIVERED)


def test_receipts_and_replies_may_come_together(push: HttpGateway) -> None:
    items = [
        {"taskId": "T1", "extId": "a1", "status": "UNDELIV", "errCode": "1001"},
        {"replyId": "R1", "mobile": "+8610000000101", "content": "OK", "time": "20260720020304"},
        {"taskId": "T2", "status": "A-NEW-STATE"},
    ]
    reply, receipt = push.callback(pushed({"items": items})).items
    assert (receipt.attempt, receipt.blame) == ("a1", Blame.NUMBER)
    assert (reply.id, reply.at) == ("R1", datetime(2026, 7, 19, 18, 3, 4, tzinfo=UTC))


def test_the_token_is_looked_at_before_the_content(push: HttpGateway) -> None:
    good = pushed({"items": []})
    assert push.callback(good).items == ()
    for request in (
        pushed({"items": []}, token=""),
        pushed({"items": []}, token="令牌"),  # noqa: S106  a wrong one
        replace(good, headers={}),
        replace(good, body=b"{"),
        replace(good, body=b"[" * 100_000),
        replace(good, body=b" " * 300_000),
    ):
        with pytest.raises(Forged):
            push.callback(request)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/callback/p?key=standin-push", b"id=T1&st=DELIVRD"),
        ("/callback/p", b"key=standin-push&id=T1&st=DELIVRD"),
    ],
)
def test_the_token_may_be_a_parameter_and_the_body_a_form(path: str, body: bytes) -> None:
    settings = gateway_settings("http://127.0.0.1:9")
    settings["callback"] = {
        "parameter": "key",
        "tokens": ["env:PLATFORM_PUSH"],
        "body": "form",
        "receipts": {"id": "id", "state": "st"},
    }
    gateway = http.build("p", settings, secret=secret)
    (receipt,) = gateway.callback(CallbackRequest("POST", path, {}, body)).items
    assert (receipt.provider_id, receipt.state) == ("T1", AttemptState.DELIVERED)
    with pytest.raises(Forged):
        gateway.callback(CallbackRequest("POST", "/callback/p?key=x", {}, b"id=T1&st=DELIVRD"))
    gateway.close()


def test_half_a_character_in_the_place_of_the_token_is_a_wrong_token() -> None:
    """JSON can hold it, and no encoding has it."""
    settings = gateway_settings("http://127.0.0.1:9")
    settings["callback"] = {
        "parameter": "token",
        "tokens": ["env:PLATFORM_PUSH"],
        "receipts": {"id": "id", "state": "st"},
    }
    gateway = http.build("p", settings, secret=secret)
    with pytest.raises(Forged, match="wrong token"):
        gateway.callback(CallbackRequest("POST", "/callback/p", {}, b'{"token": "\\ud800"}'))
    gateway.close()


def test_doctor_asks_by_the_lookup_and_never_by_what_is_given_once() -> None:
    with http_rig() as rig:
        sent = rig.gateway.send(order())
        rig.standin.settled()
        assert rig.gateway.check() == ""
        assert rig.receipts(sent.provider_id) != []
    with answering(Reply(503, b"")) as (gateway, _):
        assert "503" in gateway.check()


def test_a_lost_answer_leaves_one_message_and_no_second_request(province: Rig) -> None:
    province.standin.once(Behaviour(answer=Answer.LOST))
    assert isinstance(province.gateway.send(order()), InDoubt)
    assert len(province.held) == 1


def test_a_platform_may_serve_one_country_only() -> None:
    """Others are refused before any request, and ladders pass it over."""
    with http_rig(countries=["+86"]) as rig:
        assert rig.gateway.abilities.serves(Channel.SMS, "+8610000000001")
        assert isinstance(rig.gateway.send(order()), Accepted)
        assert not rig.gateway.abilities.serves(Channel.SMS, "+15005550006")
        refused = rig.gateway.send(replace(order(), number="+15005550006"))
        assert refused == Refused("country-closed", refused.detail, Blame.NONE)
        assert rig.requests_to_send == 1
