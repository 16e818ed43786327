"""Sending over Twilio: the SDK's traps, each shown beside what the gateway does about it."""

from __future__ import annotations

import json
import logging
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException, TwilioServiceException
from twilio.rest import Client
from urllib3.connection import HTTPConnection
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.exceptions import (
    ConnectTimeoutError,
    NameResolutionError,
    NewConnectionError,
    ProtocolError,
    ProxyError,
    ReadTimeoutError,
)

from fangxun.clock import now
from fangxun.core.errors import ConfigFault
from fangxun.core.page import Blame
from fangxun.gateways import twilio
from fangxun.gateways.base import (
    Accepted,
    InDoubt,
    NotSent,
    Refused,
    TooFast,
    Unanswered,
)
from fangxun.gateways.twilio import TwilioGateway, TwilioSettings, session
from fangxun.gateways.twilio.calls import STATES
from fangxun.gateways.twilio.codes import Kind, outcome, read_codes
from fangxun.standin.http1 import Reply, Request
from fangxun.standin.misbehaviour import Behaviour
from fangxun.standin.server import LoopbackServer
from fangxun.standin.twilio_lives import ACCOUNT, TOKEN
from fangxun.standin.twilio_server import NUMBER
from tests.gateways.harness import (
    PUBLIC,
    Rig,
    answering,
    order,
    secret,
    twilio_rig,
    twilio_settings,
)


def test_our_attempt_s_id_stands_in_the_callback_url_and_the_useful_life_is_told() -> None:
    with twilio_rig(callbacks=True) as rig:
        rig.gateway.send(replace(order(7), valid_for_seconds=90))
        (form,) = rig.standin.creates
    assert form["StatusCallback"] == f"{PUBLIC}/callback/tw/{7:016x}"
    assert form["ValidityPeriod"] == "90"
    assert (form["To"], form["From"]) == ("+8610000000007", NUMBER)


def test_without_a_public_address_no_callback_is_asked_for(tw: Rig) -> None:
    tw.gateway.send(replace(order(), valid_for_seconds=999_999))
    (form,) = tw.standin.creates
    assert "StatusCallback" not in form
    assert form["ValidityPeriod"] == "14400"


def test_a_messaging_service_may_choose_the_sender() -> None:
    with twilio_rig(**{"from": "", "messaging_service_sid": "MG" + "0" * 32}) as rig:
        assert isinstance(rig.gateway.send(order()), Accepted)
        assert rig.gateway.abilities.two_way
        assert "From" not in rig.standin.creates[0]
        rig.says("+8610000000101", "OK")
        assert [reply.text for reply in rig.replies()] == ["OK"]


def test_a_name_as_sender_cannot_be_replied_to() -> None:
    with twilio_rig(**{"from": "FANGXUN"}) as rig:
        assert not rig.gateway.abilities.two_way


def test_mainland_numbers_get_one_way_texts_over_twilio(tw: Rig) -> None:
    assert tw.gateway.abilities.no_reply_prefixes == ("+86",)


def test_one_connection_a_thread_is_kept_and_used_again(tw: Rig) -> None:
    """The SDK's own pool keeps a few and throws the others away after each request."""
    tw.standin.behave(Behaviour(latency=0.01))
    with ThreadPoolExecutor(50) as pool:
        outcomes = list(pool.map(lambda n: tw.gateway.send(order(n)), range(500)))
    assert all(isinstance(outcome, Accepted) for outcome in outcomes)
    assert tw.standin.accepted <= 50


def test_the_sdk_is_imported_only_when_a_gateway_is_built() -> None:
    code = (
        "import sys, fangxun.gateways.twilio, fangxun.gateways.base;"
        "sys.exit('twilio' in sys.modules or 'pydantic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_neither_a_proxy_nor_a_region_of_the_environment_moves_the_stand_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("TWILIO_REGION", "ie1")
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", "AC-of-somebody-else")
    with twilio_rig() as rig:
        assert isinstance(rig.gateway.send(order()), Accepted)


def test_the_proxy_of_an_office_carries_what_goes_to_a_provider_elsewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With its name and password, and only where the environment does not except the host."""
    asked: list[Request] = []

    def carry(request: Request) -> Reply:
        asked.append(request)
        return Reply(200, b"{}")

    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with LoopbackServer(carry) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url.replace("//", "//office:secret@"))
        elsewhere = session.Session(connections=1, timeout=(1.0, 1.0), own=False)
        found = elsewhere.request("get", "http://provider.example.test/x", params={"a": "1"})
        assert found.status_code == 200
        assert asked[0].target == "http://provider.example.test/x?a=1"
        assert asked[0].headers["proxy-authorization"] == "Basic b2ZmaWNlOnNlY3JldA=="
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        assert elsewhere.request("get", f"{proxy.url}/own").status_code == 200
        assert asked[1].target == "/own"
        elsewhere.close()


@pytest.mark.parametrize(
    ("name", "value"),
    [("REQUESTS_CA_BUNDLE", "/nowhere.pem"), ("https_proxy", "odd://127.0.0.1:1")],
)
def test_a_wrong_setting_of_the_environment_sends_nothing_and_leaves_no_doubt(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is known that no request left: another gateway is tried at once."""
    monkeypatch.setenv(name, value)
    elsewhere = session.Session(connections=1, timeout=(1.0, 1.0), own=False)
    with pytest.raises(session.Unreached):
        elsewhere.request("post", "https://provider.example.test/x", data={"a": "1"})


# Faults: three classes


def test_the_sdk_s_two_errors_share_no_rest_class_and_both_are_read() -> None:
    assert not issubclass(TwilioServiceException, TwilioRestException)
    problem = {"type": "x", "title": "Blocked", "status": 400, "code": 21610}
    with answering(Reply(400, json.dumps(problem).encode())) as (gateway, _):
        assert gateway.send(order()) == Refused(
            "21610",
            "This person has opted out by STOP and gets no texts; ask him to text START.",
            Blame.NUMBER,
        )


def test_an_error_whose_status_is_no_number_is_in_doubt() -> None:
    problem = {"type": "x", "title": "Odd", "status": "bad", "code": 21610}
    with answering(Reply(400, json.dumps(problem).encode())) as (gateway, _):
        assert isinstance(gateway.send(order()), InDoubt)


def test_a_list_that_fails_is_no_empty_list() -> None:
    """The SDK raises the bare TwilioException there."""
    with answering(Reply(503, b"{}")) as (gateway, _):
        assert isinstance(gateway.ask(order(), since=now()), Unanswered)
        assert isinstance(gateway.inbound(since=now()), Unanswered)
        assert isinstance(gateway.fetch(["SM1"]), Unanswered)
        assert isinstance(gateway.fetch([f"SM{n}" for n in range(9)]), Unanswered)


@pytest.mark.parametrize("status", [500, 502, 503, 504, 408])
def test_a_server_s_fault_is_in_doubt_even_with_a_known_final_code(status: int) -> None:
    body = json.dumps({"code": 21211, "message": "x", "status": status}).encode()
    with answering(Reply(status, body)) as (gateway, came):
        assert isinstance(gateway.send(order()), InDoubt)
        assert len(came) == 1


def test_the_account_s_limit_of_a_day_is_a_refusal_though_it_comes_as_too_fast() -> None:
    """To wait for tomorrow would be to tell nobody; another gateway is tried at once."""
    words = {"code": 63038, "message": "exceeded the 500 daily messages limit", "status": 429}
    with answering(Reply(429, json.dumps(words).encode())) as (gateway, came):
        refused = gateway.send(order())
        assert isinstance(refused, Refused)
        assert (refused.code, refused.blame) == ("63038", Blame.GATEWAY)
        assert len(came) == 1


def test_a_redirection_was_not_taken_and_is_not_followed() -> None:
    with answering(Reply(307, b"{}", headers=(("Location", "/elsewhere"),))) as (gateway, came):
        assert isinstance(gateway.send(order()), NotSent)
        assert len(came) == 1


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"[]", b"null", b"<html>log in to this network</html>", b"\xff\xfe", b"[" * 9000],
)
def test_an_answer_that_names_no_message_is_in_doubt(body: bytes) -> None:
    with answering(Reply(201, body)) as (gateway, came):
        assert isinstance(gateway.send(order()), InDoubt)
        assert len(came) == 1


def test_an_endless_answer_is_cut_off() -> None:
    with answering(Reply(201, b"x" * (session.MOST_BYTES + 1))) as (gateway, _):
        assert isinstance(gateway.send(order()), InDoubt)


def test_a_dripping_answer_does_not_hold_a_send_for_long() -> None:
    """A time-out between bytes alone would wait for ever."""
    done = threading.Event()
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:

        def drip() -> None:
            taken, _ = listener.accept()
            with taken:
                taken.recv(65536)
                taken.sendall(b"HTTP/1.1 201 Created\r\nContent-Length: 9999\r\n\r\n")
                while not done.wait(0.02):
                    try:
                        taken.sendall(b" ")
                    except OSError:
                        return

        thread = threading.Thread(target=drip)
        thread.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        settings = twilio_settings(url, read_seconds=0.1)
        gateway = twilio.build("tw", settings, secret=secret)
        assert isinstance(gateway.send(order()), InDoubt)
        gateway.close()
        done.set()
        thread.join()


def test_what_fails_before_tls_stands_was_not_sent() -> None:
    """A plain server behind an https address: no request can have left."""
    with LoopbackServer(lambda _: Reply()) as server:
        url = server.url.replace("http:", "https:")
        gateway = twilio.build("tw", twilio_settings(url, connect_seconds=0.2), secret=secret)
        assert isinstance(gateway.send(order()), NotSent)
        gateway.close()


def test_an_unknown_host_and_a_connect_time_out_were_not_sent_but_a_reset_is_in_doubt() -> None:
    connection = HTTPConnection("fangxun.invalid")
    unknown = NameResolutionError("fangxun.invalid", connection, socket.gaierror("no such host"))
    pool = HTTPConnectionPool("fangxun.invalid")
    for error, kind in (
        (unknown, session.Unreached),
        (NewConnectionError(connection, "refused"), session.Unreached),
        (ConnectTimeoutError("slow"), session.Unreached),
        (ProxyError("no tunnel", OSError("403")), session.Unreached),
        (ReadTimeoutError(pool, "/", "slow"), session.Broken),
        (ProtocolError("reset", ConnectionResetError()), session.Broken),
        (ConnectionResetError("reset"), session.Broken),
    ):
        assert isinstance(session._told(error), kind)  # noqa: SLF001  the table of one function


def test_retry_after_may_be_a_date_and_is_measured_by_the_server_s_own_clock() -> None:
    date = "Sun, 19 Jul 2026 08:00:00 GMT"
    later = "Sun, 19 Jul 2026 08:00:40 GMT"
    assert session.retry_after({"Retry-After": later, "Date": date}) == 40
    assert session.retry_after({"Retry-After": date, "Date": later}) == 0
    assert session.retry_after({"Retry-After": "12"}) == 12
    assert session.retry_after({"Retry-After": "99999999999"}) == session.LONGEST_WAIT
    for odd in ({}, {"Retry-After": "soon"}, {"Retry-After": later}, {"Retry-After": "-5"}):
        assert session.retry_after(odd) is None


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (400, "21211", Refused("21211", "", Blame.NUMBER)),
        (400, "21614", Refused("21614", "", Blame.NUMBER)),
        (403, "21610", Refused("21610", "", Blame.NUMBER)),
        (403, "21408", Refused("21408", "", Blame.GATEWAY)),
        (400, "21617", Refused("21617", "", Blame.TEXT)),
        (401, "20003", Refused("20003", "", Blame.GATEWAY)),
        (401, "", Refused("401", "", Blame.GATEWAY)),
        (404, "99999", Refused("99999", "", Blame.GATEWAY)),
        (400, "99999", Refused("99999", "", Blame.NONE)),
        (400, "21611", NotSent("21611", "", too_fast=TooFast.SENDER)),
        (400, "14107", NotSent("14107", "")),
        (429, "63038", Refused("63038", "", Blame.GATEWAY)),
        (429, "99999", NotSent("99999", "", too_fast=TooFast.GATEWAY)),
        (500, "21211", InDoubt("")),
    ],
)
def test_codes_are_data_and_unknown_ones_go_by_the_status(
    status: int, code: str, expected: Refused | NotSent | InDoubt
) -> None:
    found = outcome(read_codes(), status, code, "")
    assert replace(found, detail="") == expected


def test_every_line_of_the_table_is_whole_and_a_phone_that_is_off_is_not_struck_off() -> None:
    codes = read_codes()
    assert len(codes) > 40
    for code in codes.values():
        assert (
            code.code.isdigit() or code.code in STATES or code.code.startswith(("sip-", "no-key"))
        )
        assert code.sentence.endswith(".")
    for transient in ("30001", "30003", "30008"):
        assert (codes[transient].kind, codes[transient].blame) == (Kind.TEMPORARY, Blame.NONE)
    assert codes["30007"].blame is Blame.TEXT


def test_twilio_s_words_are_passed_on_without_the_number_in_them() -> None:
    words = {"code": 99999, "message": "The 'To' number +8610000000123 is odd", "status": 400}
    with answering(Reply(400, json.dumps(words).encode())) as (gateway, _):
        refused = gateway.send(order())
    assert isinstance(refused, Refused)
    assert "…123" in refused.detail
    assert "8610000" not in refused.detail


def test_the_sdk_s_own_client_logs_numbers_at_info_and_ours_does_not(
    tw: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    client = Client(ACCOUNT, TOKEN)
    client.api.base_url = tw.standin.url
    with caplog.at_level(logging.INFO, logger="twilio.http_client"):
        client.messages.list(to="+8610000000123", limit=1)
        client.http_client.session.close()
        assert "10000000123" in caplog.text
        caplog.clear()
        tw.gateway.ask(order(123), since=now())
        assert "10000000123" not in caplog.text


# Configuration


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"from": ""}, "from"),
        ({"from": 5}, "from_"),
        ({"from": ["+15005550006", "+15005550006"]}, "from"),
        ({"from": ["+15005550006", "+15005550007"], "messaging_service_sid": "MG1"}, "from"),
        ({"colour": "red"}, "colour"),
        ({"account_sid": None}, "account_sid"),
        ({"auth_tokens": "env:TWILIO_TOKEN"}, "auth_tokens"),
        ({"auth_tokens": [7]}, "auth_tokens"),
        ({"api_base": "http://api.example"}, "api_base"),
        ({"connections": "many"}, "connections"),
    ],
)
def test_a_wrong_setting_is_named(change: dict[str, Any], named: str) -> None:
    with pytest.raises(ConfigFault, match=f"gateway tw: {named}"):
        twilio.build("tw", {**twilio_settings("http://127.0.0.1:9"), **change}, secret=secret)


def test_an_api_key_may_stand_in_for_the_token_in_requests() -> None:
    settings = TwilioSettings(
        name="tw",
        account_sid=ACCOUNT,
        auth_tokens=(TOKEN,),
        from_=NUMBER,
        api_key="SK1",
        api_secret="s",  # noqa: S106  of nobody
        api_base="http://127.0.0.1:9",
    )
    gateway = TwilioGateway(settings)
    assert gateway._client.auth == ("SK1", "s")  # noqa: SLF001  what goes over the wire
    gateway.close()


def test_doctor_says_what_is_wrong_with_the_account() -> None:
    with twilio_rig(account_sid="AC" + "9" * 32) as rig:
        assert "account" in rig.gateway.check()
    with answering(Reply(200, b'{"sid": "AC1", "status": "suspended"}')) as (gateway, _):
        assert "suspended" in gateway.check()
    for odd in (Reply(200, b"hello"), Reply(418, b"{}"), Reply(429, b"{}")):
        with answering(odd) as (gateway, _):
            assert gateway.check() != ""
