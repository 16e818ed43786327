"""The Twilio stand-in, asked by the real SDK."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from fangxun.standin.caller import Posted
from fangxun.standin.misbehaviour import Behaviour
from fangxun.standin.twilio_lives import ACCOUNT, TOKEN, Account
from fangxun.standin.twilio_server import NUMBER, TwilioStandin, every


@contextmanager
def client(standin: TwilioStandin, token: str = TOKEN) -> Iterator[Any]:
    sdk = Client(ACCOUNT, token)
    sdk.api.base_url = standin.url
    yield sdk
    sdk.http_client.session.close()


@pytest.fixture
def standin() -> Iterator[TwilioStandin]:
    with TwilioStandin() as running:
        yield running


def test_a_message_goes_from_queued_to_delivered(standin: TwilioStandin) -> None:
    with client(standin) as sdk:
        made = sdk.messages.create(to="+8610000000001", from_=NUMBER, body="汛情")
        assert (made.status, made.date_sent) == ("queued", None)
        assert standin.settled()
        known = sdk.messages(made.sid).fetch()
    assert (known.status, known.body, known.direction) == ("delivered", "汛情", "outbound-api")
    assert known.date_sent.tzinfo is UTC


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"to": "", "from_": NUMBER, "body": "x"}, 21604),
        ({"to": "100", "from_": NUMBER, "body": "x"}, 21211),
        ({"to": "+8610000000001", "body": "x"}, 21603),
        ({"to": "+8610000000001", "from_": NUMBER, "body": ""}, 21602),
        ({"to": "+8610000000001", "from_": NUMBER, "body": "x" * 1601}, 21617),
    ],
)
def test_what_twilio_refuses_it_refuses(
    standin: TwilioStandin, fields: dict[str, str], code: int
) -> None:
    with client(standin) as sdk, pytest.raises(TwilioRestException) as fault:
        sdk.messages.create(**fields)
    assert fault.value.code == code
    assert standin.messages == []


def test_a_wrong_token_or_path_is_refused(standin: TwilioStandin) -> None:
    with client(standin, "wrong") as sdk, pytest.raises(TwilioRestException) as fault:
        sdk.messages("SM-none").fetch()
    assert (fault.value.status, fault.value.code) == (401, 20003)
    with client(standin) as sdk, pytest.raises(TwilioRestException) as fault:
        sdk.messages("SM-none").fetch()
    assert (fault.value.status, fault.value.code) == (404, 20404)


def test_lists_are_newest_first_filtered_and_paged() -> None:
    days = [datetime(2026, 7, day, 15, 59, tzinfo=UTC) for day in (18, 19, 20)]
    clock = [days[0]]
    with TwilioStandin(now=lambda: clock[-1]) as standin, client(standin) as sdk:
        for day in days:
            clock.append(day)
            for n in range(4):
                sdk.messages.create(to=f"+861000000000{n}", from_=NUMBER, body=f"{day.day}")
            assert standin.settled()
        standin.once(Behaviour(final="queued"))
        sdk.messages.create(to="+8610000000001", from_=NUMBER, body="not sent yet")
        every_one = sdk.messages.list(page_size=5)
        assert len(every_one) == 13
        assert [m.body for m in every_one[:2]] == ["not sent yet", "20"]
        assert len(sdk.messages.list(limit=7, page_size=3)) == 7
        to_one = sdk.messages.list(to="+8610000000001", date_sent_after="2026-07-19")
        assert [m.body for m in to_one] == ["20", "19"]
        assert len(sdk.messages.list(date_sent="2026-07-19")) == 4
        assert len(sdk.messages.list(date_sent_before="2026-07-18", from_=NUMBER)) == 4


def test_a_callback_to_a_public_address_is_signed_for_it_and_leaves_nothing() -> None:
    with TwilioStandin() as standin, client(standin) as sdk:
        url = "https://fangxun.example/callback/tw/1"
        sdk.messages.create(to="+8610000000001", from_=NUMBER, body="x", status_callback=url)
        assert standin.settled()
        assert {(p.status, p.note) for p in standin.posted} == {(0, "not on loopback")}


def test_a_callback_that_nobody_takes_is_recorded(standin: TwilioStandin) -> None:
    with client(standin) as sdk:
        sdk.messages.create(
            to="+8610000000001", from_=NUMBER, body="x", status_callback="http://127.0.0.1:9/x"
        )
        assert standin.settled()
    assert [isinstance(p, Posted) and p.status for p in standin.posted] == [0, 0]


def test_what_it_holds_outlives_a_restart_and_ids_never_repeat(standin: TwilioStandin) -> None:
    with client(standin) as sdk:
        first = sdk.messages.create(to="+8610000000001", from_=NUMBER, body="x").sid
        assert standin.settled()
        standin.stop()
        standin.start()
        second = sdk.messages.create(to="+8610000000001", from_=NUMBER, body="x").sid
        assert {m.sid for m in sdk.messages.list()} == {first, second}
    with TwilioStandin() as other, client(other) as sdk:
        assert sdk.messages.create(to="+8610000000001", from_=NUMBER, body="x").sid != first


def test_one_in_so_many_may_fail() -> None:
    failing, usual = Behaviour(final="undelivered"), Behaviour()
    rule = every(3, failing, otherwise=usual)
    assert [rule(n, "") is failing for n in range(1, 7)] == [False, False, True] * 2
    assert every(0, failing, otherwise=usual)(3, "") is usual


def test_a_reply_can_be_typed_by_hand_over_http(standin: TwilioStandin) -> None:
    with httpx.Client(base_url=standin.url, trust_env=False) as web:
        form = {"From": "+8610000000101", "Body": "收到1234"}
        assert web.post("/standin/inbound", data=form).status_code == 201
        (shown,) = web.get("/standin/messages").json()
        assert web.get("/standin/none").status_code == 404
    assert (shown["from"], shown["body"], shown["direction"]) == (
        "+8610000000101",
        "收到1234",
        "inbound",
    )


def test_inbound_texts_are_posted_where_the_account_says() -> None:
    with TwilioStandin(Account(inbound_url="http://127.0.0.1:9/callback/tw")) as standin:
        standin.reply("+8610000000101", "OK")
        assert standin.settled()
        (posted,) = standin.posted
    assert posted.url == "http://127.0.0.1:9/callback/tw"
    assert b"Body=OK" in posted.body


@pytest.mark.parametrize(
    ("module", "said"),
    [
        ("twilio_server", "api_base = http://127.0.0.1:"),
        ("sms_platform", "url = http://127.0.0.1:"),
        ("feed_server", "warnings http://127.0.0.1:"),
    ],
)
def test_each_stand_in_runs_by_itself(module: str, said: str) -> None:
    command = [sys.executable, "-m", f"fangxun.standin.{module}", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith(said)
        process.terminate()
