"""Calls over Twilio: the whole message first, then the key; nothing else confirms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from defusedxml.ElementTree import fromstring

from fangxun.core.errors import ConfigFault
from fangxun.core.page import RANKS, AttemptState, Blame
from fangxun.core.plan import Channel
from fangxun.gateways import twilio
from fangxun.gateways.base import Accepted, Forged, KeyPress, Order, Receipt, Refused
from fangxun.gateways.twilio.calls import MOST_KEYS, MOST_TWIML
from fangxun.standin.misbehaviour import Answer, Behaviour, Callbacks, Pick
from fangxun.standin.twilio_calls import Call
from tests.gateways.harness import Rig, at, secret, twilio_settings, voice_rig

MESSAGE = "这里是云溪防汛。甲子沟橙色预警：1小时降雨83毫米。请立即到位履责。"


def spoken(rig: Rig, **more: str) -> Order:
    return replace(rig.order(text=MESSAGE), **more)


def placed(rig: Rig, behaviour: Behaviour | None = None, **more: str) -> Call:
    """One call, from its create request to its end."""
    if behaviour is not None:
        rig.standin.once(behaviour)
    assert isinstance(rig.gateway.send(spoken(rig, **more)), Accepted)
    assert rig.standin.settled()
    return rig.standin.calls[-1]


def ended(rig: Rig) -> Receipt:
    """What all receipts of the call come to."""
    return max(rig.receiver.receipts, key=lambda receipt: RANKS[receipt.state])


def test_the_whole_message_is_said_before_a_key_is_asked_for(calling: Rig) -> None:
    """Nothing of the message stands inside Gather, where a key would cut it off."""
    call = placed(calling)
    document = fromstring(call.twiml)
    assert [verb.tag for verb in document][:3] == ["Pause", "Say", "Gather"]
    assert [said.text for gather in document.iter("Gather") for said in gather] == [
        "确认请按1。",
        "确认请按1。",
    ]
    assert [text for _, text in call.heard] == [MESSAGE, "确认请按1。", "您的确认已经记录。"]


def test_a_key_after_the_message_confirms_once(calling: Rig) -> None:
    call = placed(calling)
    assert call.keys == "1"
    assert calling.receiver.key_presses == [KeyPress(call.sid, f"{1:016x}", "1")]
    assert ended(calling).state is AttemptState.DELIVERED
    assert {receipt.attempt for receipt in calling.receiver.receipts} == {f"{1:016x}"}


def test_a_key_pressed_before_the_end_of_the_message_does_not_count(calling: Rig) -> None:
    call = placed(calling, Behaviour(pick=Pick.EARLY))
    assert (call.missed, call.keys) == ("1", "")
    assert calling.receiver.key_presses == []
    assert (ended(calling).state, ended(calling).code) == (AttemptState.UNDELIVERED, "no-key")


@pytest.mark.parametrize("pick", [Pick.VOICEMAIL, Pick.SILENT])
def test_an_answered_call_without_a_key_is_a_failure(calling: Rig, pick: Pick) -> None:
    """Voicemail answers, too, and wakes nobody."""
    placed(calling, Behaviour(pick=pick))
    assert calling.receiver.key_presses == []
    last = ended(calling)
    assert (last.state, last.code, last.blame) == (AttemptState.UNDELIVERED, "no-key", Blame.NONE)


@pytest.mark.parametrize(
    ("pick", "state"),
    [
        (Pick.BUSY, AttemptState.UNDELIVERED),
        (Pick.NO_ANSWER, AttemptState.UNDELIVERED),
        (Pick.FAILED, AttemptState.FAILED),
        (Pick.CANCELED, AttemptState.FAILED),
    ],
)
def test_a_call_that_nobody_answers_is_a_failure_that_blames_no_number(
    calling: Rig, pick: Pick, state: AttemptState
) -> None:
    placed(calling, Behaviour(pick=pick))
    last = ended(calling)
    assert (last.state, last.code, last.blame) == (state, pick.value, Blame.NONE)


def test_a_number_that_the_network_does_not_know_is_to_blame(calling: Rig) -> None:
    placed(calling, Behaviour(pick=Pick.FAILED, sip=604))
    assert (ended(calling).code, ended(calling).blame) == ("sip-604", Blame.NUMBER)


def test_a_sip_code_that_the_table_does_not_know_blames_nobody(calling: Rig) -> None:
    placed(calling, Behaviour(pick=Pick.FAILED, sip=499))
    assert (ended(calling).code, ended(calling).blame) == ("failed", Blame.NONE)


def test_another_key_is_asked_again_a_bounded_number_of_times(calling: Rig) -> None:
    call = placed(calling, Behaviour(key="5"))
    assert call.keys == "5" * MOST_KEYS
    assert [text for _, text in call.heard].count("没有听清。确认请按1。") == MOST_KEYS - 1
    assert call.heard[-1][1] == "没有收到您的确认，将继续呼叫。"
    assert calling.receiver.key_presses == []


def test_the_message_is_said_twice_to_whoever_presses_nothing(calling: Rig) -> None:
    call = placed(calling, Behaviour(pick=Pick.SILENT))
    assert [text for _, text in call.heard].count(MESSAGE) == 2


def test_each_is_spoken_to_in_his_language(calling: Rig) -> None:
    call = placed(calling, language="en", text="Jiazi gully, orange alert. Act now.")
    assert {language for language, _ in call.heard} == {"en-US"}
    assert [text for _, text in call.heard][1:] == [
        "To confirm, press 1.",
        "Your confirmation has been kept.",
    ]
    assert {language for language, _ in placed(calling).heard} == {"zh-CN"}


def test_a_voice_may_be_named_for_a_language() -> None:
    with voice_rig(voices={"zh_CN": "Polly.Zhiyu"}) as rig:
        said = fromstring(placed(rig).twiml).iter("Say")
        assert {verb.get("voice") for verb in said} == {"Polly.Zhiyu"}


def test_ringing_and_talking_are_bounded(calling: Rig) -> None:
    call = placed(calling)
    assert (call.ring_seconds, call.most_seconds) == (30, 180)
    assert [g.get("timeout") for g in fromstring(call.twiml).iter("Gather")] == ["10", "10"]


def test_what_is_spoken_leaves_with_the_request_that_places_the_call(calling: Rig) -> None:
    """Nothing has to be remembered between the two, so that a restart loses nothing."""
    (request,) = [r for r in placed_requests(calling) if r.path.endswith("/Calls.json")]
    assert MESSAGE in request.form["Twiml"]
    assert "Url" not in request.form


def placed_requests(rig: Rig) -> list:
    placed(rig)
    return [request for request in rig.standin.requests if request.method == "POST"]


@pytest.mark.parametrize(
    "way", [Callbacks.DOUBLED, Callbacks.REVERSED, Callbacks.EARLY, Callbacks.SIGNED]
)
def test_events_in_any_order_come_to_the_same(calling: Rig, way: Callbacks) -> None:
    """Also those that come before the create request is answered."""
    placed(calling, Behaviour(callbacks=way))
    assert ended(calling).state is AttemptState.DELIVERED
    assert len({key.id for key in calling.receiver.key_presses}) == 1


def test_a_key_press_with_a_wrong_signature_is_forged(calling: Rig) -> None:
    placed(calling)
    came = next(r for r in calling.receiver.came if "/key" in r.path_and_query)
    assert calling.gateway.callback(came).items
    for path in (came.path_and_query.replace("keys=0", "keys=1"), "/callback/tw/other/key"):
        with pytest.raises(Forged):
            calling.gateway.callback(replace(came, path_and_query=path))


def test_without_a_public_address_a_call_only_wakes() -> None:
    """It asks for no key, says where to confirm, and its end proves nothing."""
    with voice_rig(callbacks=False) as rig:
        assert Channel.VOICE in rig.gateway.abilities.channels
        assert not rig.gateway.abilities.key_press
        call = placed(rig, Behaviour(pick=Pick.SILENT))
        assert call.callback == ""
        assert "Gather" not in call.twiml
        assert [text for _, text in call.heard] == [MESSAGE, "请立即向值班室确认。"] * 2
        (receipt,) = rig.gateway.fetch([call.sid])
        assert (receipt.state, receipt.code) == (AttemptState.SENT, "")


def test_a_call_that_nobody_answered_is_learnt_by_asking() -> None:
    with voice_rig(callbacks=False) as rig:
        call = placed(rig, Behaviour(pick=Pick.NO_ANSWER))
        (receipt,) = rig.gateway.fetch([call.sid])
        assert (receipt.state, receipt.code) == (AttemptState.UNDELIVERED, "no-answer")


def test_texts_and_calls_are_asked_for_together(calling: Rig) -> None:
    call = placed(calling)
    text = calling.gateway.send(replace(spoken(calling), channel=Channel.SMS))
    assert calling.standin.settled()
    states = {r.provider_id: r.state for r in calling.gateway.fetch([text.provider_id, call.sid])}
    assert states == {
        text.provider_id: AttemptState.DELIVERED,
        call.sid: AttemptState.UNDELIVERED,
    }


def test_many_calls_are_asked_for_by_one_list(calling: Rig) -> None:
    sids = [placed(calling).sid for _ in range(8)]
    before = len(calling.standin.requests)
    assert {receipt.provider_id for receipt in calling.gateway.fetch(sids)} == set(sids)
    assert len(calling.standin.requests) == before + 1


def test_calls_to_china_are_closed_unless_configured_otherwise() -> None:
    """Refused before any request; it is the way that is closed, not a number that is wrong."""
    with voice_rig(voice_closed_prefixes=["+86"]) as rig:
        assert not rig.gateway.abilities.serves(Channel.VOICE, "+8610000000001")
        assert rig.gateway.abilities.serves(Channel.VOICE, "+15005550006")
        assert rig.gateway.abilities.serves(Channel.SMS, "+8610000000001")
        refused = rig.gateway.send(spoken(rig))
        assert refused == Refused("country-closed", "voice is closed there", Blame.NONE)
        assert rig.requests_to_send == 0
    settings = twilio_settings("http://127.0.0.1:9", voice_from="+15005550006")
    gateway = twilio.build("tw", settings, secret=secret)
    assert not gateway.abilities.serves(Channel.VOICE, "+8610000000001")
    gateway.close()


def test_without_a_number_to_call_from_there_are_no_calls(tw: Rig) -> None:
    assert tw.gateway.abilities.channels == {Channel.SMS}


def test_a_message_too_long_to_be_said_twice_is_refused(calling: Rig) -> None:
    refused = calling.gateway.send(spoken(calling, text="雨" * MOST_TWIML))
    assert isinstance(refused, Refused)
    assert refused.blame is Blame.TEXT
    assert calling.requests_to_send == 0


@pytest.fixture
def clocked() -> Iterator[tuple]:
    voice = {"voice_from": "+8610000000900", "voice_closed_prefixes": []}
    with at(datetime(2026, 7, 20, 19, 0, tzinfo=UTC), **voice) as made:
        yield made


def test_an_older_call_is_not_taken_for_the_one_in_doubt(clocked: tuple) -> None:
    """A call is found by number and time alone, since Twilio does not tell what was said."""
    gateway, standin, clock = clocked
    order = Order("1" * 16, "+8610000000001", MESSAGE, Channel.VOICE, 600, "zh_CN")
    assert isinstance(gateway.send(order), Accepted)
    clock.append(clock[-1] + timedelta(minutes=2))
    standin.once(Behaviour(answer=Answer.BROKEN))
    gateway.send(order)
    assert gateway.ask(order, since=clock[-1]) is None
    standin.once(Behaviour(answer=Answer.LOST))
    gateway.send(order)
    assert gateway.ask(order, since=clock[-1]) == Accepted(standin.calls[-1].sid)
    assert len(standin.calls) == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"voice_from": "FANGXUN"},
        {"voice_from": "+15005550006", "ring_seconds": 0},
        {"voice_from": "+15005550006", "call_seconds": 100_000},
    ],
)
def test_settings_of_calls_that_cannot_be_are_faults(wrong: dict) -> None:
    with pytest.raises(ConfigFault):
        twilio.build("tw", twilio_settings("http://127.0.0.1:9", **wrong), secret=secret)
