"""What the engine may rely on, asked of every gateway over real sockets; Twilio by its own SDK."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from fangxun.clock import now
from fangxun.core.page import RANKS, AttemptState, Blame
from fangxun.core.plan import Channel
from fangxun.gateways import http, twilio
from fangxun.gateways.base import (
    Accepted,
    CallbackRequest,
    Forged,
    InDoubt,
    NotSent,
    Refused,
    Unanswered,
)
from fangxun.standin.misbehaviour import Answer, Behaviour, Callbacks, Pick
from fangxun.standin.sms_template import gateway_settings
from tests.gateways.conftest import RIGS
from tests.gateways.harness import (
    Rig,
    console_gateway,
    order,
    secret,
    twilio_settings,
)

RINGING = Behaviour(step=60, pick=Pick.NO_ANSWER)
"""It rings for so long that a test ends it."""


def test_a_send_is_one_request_and_carries_the_text_unchanged(rig: Rig) -> None:
    text = "【云溪防汛】甲子沟：1h 83.0mm，橙色。回复“1234”确认 & 前往 100% + <到岗>"
    outcome = rig.gateway.send(rig.order(text=text))
    assert isinstance(outcome, Accepted)
    assert outcome.provider_id
    assert rig.requests_to_send == 1
    assert rig.held == [text]


def test_what_was_throttled_was_not_sent_and_says_when_to_come_back(rig: Rig) -> None:
    rig.standin.once(Behaviour(answer=Answer.THROTTLED, retry_after="7"))
    outcome = rig.gateway.send(rig.order())
    assert isinstance(outcome, NotSent)
    assert outcome.retry_after_seconds == (None if rig.channel is Channel.EMAIL else 7)
    assert rig.held == []


@pytest.mark.parametrize("answer", [Answer.BROKEN, Answer.DROPPED])
def test_a_fault_of_the_server_is_in_doubt_and_never_repeated(rig: Rig, answer: Answer) -> None:
    rig.standin.once(Behaviour(answer=answer))
    asked = now()
    assert isinstance(rig.gateway.send(rig.order()), InDoubt)
    assert rig.requests_to_send == 1
    assert rig.gateway.ask(rig.order(), since=asked) is None


@pytest.mark.parametrize("answer", [Answer.BROKEN_AFTER, Answer.LOST])
def test_a_send_whose_answer_was_lost_is_found_by_asking(rig: Rig, answer: Answer) -> None:
    rig.standin.once(Behaviour(answer=answer))
    asked = now()
    assert isinstance(rig.gateway.send(rig.order()), InDoubt)
    assert rig.requests_to_send == 1
    assert len(rig.held) == 1
    found = rig.gateway.ask(rig.order(), since=asked)
    if not rig.gateway.abilities.can_ask:
        assert found is None
        return
    assert isinstance(found, Accepted)
    assert found.provider_id


@pytest.mark.parametrize("name", RIGS)
def test_a_read_time_out_is_in_doubt(name: str) -> None:
    with RIGS[name](read_seconds=0.2) as rig:
        rig.standin.once(Behaviour(latency=0.6))
        assert isinstance(rig.gateway.send(rig.order()), InDoubt)
        assert rig.requests_to_send == 1
        assert len(rig.held) == 1


def test_a_refused_connection_was_not_sent_and_a_question_stays_open(rig: Rig) -> None:
    rig.standin.stop()
    assert isinstance(rig.gateway.send(rig.order()), NotSent)
    asks = rig.gateway.abilities.can_ask
    assert isinstance(rig.gateway.ask(rig.order(), since=now()), Unanswered) is asks
    silent = rig.by_callback_only or not asks
    for came in (rig.gateway.fetch(["x"]), rig.gateway.inbound(since=now())):
        assert came == () if silent else isinstance(came, Unanswered)
    assert rig.gateway.check() != ""


def test_a_gateway_works_again_after_the_provider_comes_back(rig: Rig) -> None:
    assert isinstance(rig.gateway.send(rig.order(1)), Accepted)
    assert rig.standin.settled()
    rig.standin.stop()
    assert isinstance(rig.gateway.send(rig.order(2)), NotSent | InDoubt)
    rig.standin.start()
    assert isinstance(rig.gateway.send(rig.order(3)), Accepted)


def test_a_refusal_is_final_and_says_what_is_to_blame(rig: Rig) -> None:
    code = rig.refusal
    rig.standin.once(Behaviour(answer=Answer.REFUSED, error=code))
    outcome = rig.gateway.send(rig.order())
    assert outcome == Refused(str(code), outcome.detail, Blame.NUMBER)
    assert outcome.detail
    assert rig.held == []


def test_an_unknown_refusal_is_final_and_blames_nobody(telling: Rig) -> None:
    telling.standin.once(Behaviour(answer=Answer.REFUSED, error=87654))
    outcome = telling.gateway.send(telling.order())
    assert isinstance(outcome, Refused)
    assert (outcome.code, outcome.blame) == ("87654", Blame.NONE)


def test_delivered_is_told(telling: Rig) -> None:
    sent = telling.gateway.send(telling.order())
    receipts = telling.receipts(sent.provider_id)
    highest = max(receipts, key=lambda receipt: RANKS[receipt.state])
    assert highest.state is AttemptState.DELIVERED
    assert {receipt.provider_id for receipt in receipts} == {sent.provider_id}


def test_undelivered_is_a_failure_with_its_code(telling: Rig) -> None:
    behaviour, state, code = telling.lost
    telling.standin.once(behaviour)
    sent = telling.gateway.send(telling.order())
    last = telling.receipts(sent.provider_id)[-1]
    assert (last.state, last.code, last.blame) == (state, code, Blame.NUMBER)


def test_a_call_that_rings_is_taken_back_and_nobody_is_rung_any_more(calling: Rig) -> None:
    calling.standin.once(RINGING)
    sent = calling.gateway.send(calling.order())
    told = calling.gateway.cancel(sent.provider_id)
    assert (told.provider_id, told.state, told.code) == (
        sent.provider_id, AttemptState.FAILED, "canceled",
    )  # fmt: skip
    assert calling.standin.settled()
    assert [call.heard for call in calling.standin.calls] == [[]]
    assert calling.receiver.receipts[-1].code == "canceled"


def test_a_call_that_is_over_or_unknown_is_too_late_to_take_back(calling: Rig) -> None:
    sent = calling.gateway.send(calling.order())
    assert calling.standin.settled()
    assert calling.gateway.cancel(sent.provider_id) is None
    assert calling.gateway.cancel("CA0") is None


@pytest.mark.parametrize("answer", [Answer.BROKEN, Answer.DROPPED, Answer.THROTTLED])
def test_a_taking_back_without_an_answer_stays_open(calling: Rig, answer: Answer) -> None:
    calling.standin.once(RINGING)
    sent = calling.gateway.send(calling.order())
    calling.standin.updates.once(Behaviour(answer=answer))
    assert isinstance(calling.gateway.cancel(sent.provider_id), Unanswered)
    assert calling.gateway.cancel(sent.provider_id) is not None


def test_whoever_is_listening_is_not_cut_off(calling: Rig) -> None:
    """The provider takes nothing back that was answered, and says how it stands."""
    calling.standin.once(Behaviour(pick=Pick.BY_HAND))
    sent = calling.gateway.send(calling.order())
    (call,) = calling.standin.calls
    assert any(calling.gateway.fetch([call.sid]) and call.heard for _ in range(1000))
    assert calling.gateway.cancel(sent.provider_id).state is AttemptState.SENT
    press = {"To": call.to, "Digits": "1"}
    url = f"{calling.standin.url}/standin/press"
    assert any(httpx.post(url, data=press).json()["taken"] for _ in range(1000))
    assert calling.standin.settled()
    assert len(calling.receiver.key_presses) == 1


def test_what_places_no_calls_takes_nothing_back(rig: Rig, tmp_path: Path) -> None:
    assert rig.gateway.abilities.can_cancel is (rig.channel is Channel.VOICE)
    assert not console_gateway(str(tmp_path / "out")).abilities.can_cancel


def test_sent_as_the_last_word_is_not_delivered(texting: Rig) -> None:
    texting.standin.once(Behaviour(final="sent"))
    sent = texting.gateway.send(order())
    assert {receipt.state for receipt in texting.receipts(sent.provider_id)} == {AttemptState.SENT}


def test_a_reply_comes_in_with_its_number_in_our_form(telling: Rig) -> None:
    before = now() - timedelta(seconds=1)
    telling.says("+8610000000101", "收到１２３４")
    (reply,) = telling.replies()
    assert (reply.number, reply.text) == ("+8610000000101", "收到１２３４")
    assert reply.id
    assert reply.at is None or before - timedelta(seconds=1) <= reply.at <= now()


def test_a_number_that_is_none_is_refused_before_any_request(rig: Rig) -> None:
    for number in ("", "13800", "+86 100 0000 0001", "+8610000000001\n", "小王"):
        outcome = rig.gateway.send(replace(rig.order(), number=number))
        assert isinstance(outcome, Refused)
        assert outcome.blame is Blame.NUMBER
    assert rig.requests_to_send == 0


def test_a_channel_that_is_not_served_is_refused_before_any_request(rig: Rig) -> None:
    outcome = rig.gateway.send(replace(rig.order(), channel=Channel.CONSOLE))
    assert isinstance(outcome, Refused)
    assert outcome.blame is Blame.GATEWAY
    assert rig.requests_to_send == 0


def test_a_gateway_that_reaches_people_refuses_numbers_that_ring_nobody() -> None:
    """No request is made: a socket to anywhere but loopback would fail the test."""
    away = gateway_settings("https://sms.example")
    for gateway in (
        twilio.build("tw", twilio_settings("https://api.example"), secret=secret),
        http.build("province", away, secret=secret),
    ):
        assert gateway.abilities.real
        outcome = gateway.send(order())
        assert isinstance(outcome, Refused)
        assert (outcome.code, outcome.blame) == ("fictional-number", Blame.NUMBER)
        gateway.close()


def test_a_stand_in_is_not_real_and_takes_such_numbers(rig: Rig) -> None:
    assert not rig.gateway.abilities.real
    assert isinstance(rig.gateway.send(rig.order()), Accepted)


def test_a_callback_without_signature_or_with_another_one_is_forged(
    rig: Rig, tmp_path: Path
) -> None:
    unsigned = CallbackRequest("POST", f"/callback/{rig.gateway.name}/1", {}, b"MessageStatus=sent")
    wrong = replace(unsigned, headers={"X-Twilio-Signature": "AAAA", "X-Token": "guessed"})
    for gateway in (rig.gateway, console_gateway(str(tmp_path / "out"))):
        for request in (unsigned, wrong, replace(wrong, body=b"\xff" * 100_000)):
            with pytest.raises(Forged):
                gateway.callback(request)


@pytest.mark.parametrize("name", ["twilio by callback", "platform by callback"])
def test_a_forged_callback_from_the_provider_s_place_changes_nothing(name: str) -> None:
    with RIGS[name]() as rig:
        rig.standin.once(Behaviour(callbacks=Callbacks.FORGED))
        rig.gateway.send(rig.order())
        assert rig.receipts() == []
        assert rig.receiver.forged == 2


def test_no_phone_number_reaches_the_logs(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    """Also not the libraries', at their most talkative, and not from the provider's own words."""
    with caplog.at_level(logging.DEBUG):
        sent = rig.gateway.send(rig.order(123))
        rig.standin.once(
            Behaviour(answer=Answer.LOST), Behaviour(answer=Answer.REFUSED, error=21211)
        )
        rig.gateway.send(rig.order(123))
        outcome = rig.gateway.send(rig.order(123))
        rig.gateway.ask(rig.order(123), since=now())
        rig.gateway.fetch([sent.provider_id])
        rig.gateway.inbound(since=now())
        rig.standin.stop()
        rig.gateway.ask(rig.order(123), since=now())
    said = caplog.text + repr(outcome)
    receiver = rig.order(123).number
    for part in ("10000000123", "8610000000", twilio_settings("")["from"], receiver):
        assert str(part) not in said


def test_many_threads_may_send_at_once(rig: Rig) -> None:
    with ThreadPoolExecutor(20) as pool:
        outcomes = list(pool.map(lambda n: rig.gateway.send(rig.order(n)), range(100)))
    assert [outcome for outcome in outcomes if not isinstance(outcome, Accepted)] == []
    assert len({outcome.provider_id for outcome in outcomes}) == 100
    assert len(rig.held) == 100


def test_doctor_finds_nothing_wrong_with_a_good_gateway(rig: Rig, tmp_path: Path) -> None:
    assert rig.gateway.check() == ""
    assert console_gateway(str(tmp_path / "out")).check() == ""
