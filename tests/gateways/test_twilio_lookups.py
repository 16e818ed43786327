"""What became of a send, and what came in: asking Twilio, and being called by it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from twilio.base import serialize

from fangxun.clock import now
from fangxun.core.page import AttemptState
from fangxun.gateways.base import (
    Accepted,
    InDoubt,
)
from fangxun.standin.misbehaviour import Answer, Behaviour, Callbacks
from fangxun.standin.twilio_server import NUMBER
from tests.gateways.harness import (
    Rig,
    at,
    order,
    twilio_rig,
)

BEIJING = timezone(timedelta(hours=8))


def test_the_sdk_drops_the_offset_of_an_instant_so_we_ask_by_the_gmt_day(tw: Rig) -> None:
    morning = datetime(2026, 7, 20, 6, 30, tzinfo=BEIJING)
    assert serialize.iso8601_datetime(morning) == "2026-07-20T06:30:00Z", "eight hours wrong"
    tw.gateway.inbound(since=morning)
    assert tw.standin.requests[-1].query["DateSent>"] == "2026-07-19"
    tw.gateway.ask(order(), since=morning)
    assert tw.standin.requests[-2].query["DateSent>"] == "2026-07-19"


def test_a_send_around_midnight_gmt_is_found() -> None:
    """08:00 in China, the hour of the hand-over."""
    with at(datetime(2026, 7, 20, 0, 0, 1, tzinfo=UTC)) as (gateway, standin, _):
        standin.once(Behaviour(answer=Answer.LOST))
        gateway.send(order())
        since = datetime(2026, 7, 20, 7, 59, 59, tzinfo=BEIJING)
        assert isinstance(gateway.ask(order(), since=since), Accepted)


def test_a_message_still_queued_has_no_day_and_is_found_all_the_same() -> None:
    with at(datetime(2026, 7, 19, 16, 0, tzinfo=UTC)) as (gateway, standin, clock):
        standin.once(Behaviour(answer=Answer.LOST, final="queued"))
        gateway.send(order())
        found = gateway.ask(order(), since=clock[-1])
        created = datetime(2026, 7, 19, 16, 0, tzinfo=UTC)
        assert found == Accepted(standin.messages[0].sid, AttemptState.ACCEPTED, created)


def test_the_same_text_sent_before_is_not_taken_for_the_one_in_doubt() -> None:
    start = datetime(2026, 7, 19, 16, 0, tzinfo=UTC)
    with at(start) as (gateway, standin, clock):
        gateway.send(order())
        clock.append(start + timedelta(minutes=5))
        standin.once(Behaviour(answer=Answer.DROPPED))
        assert isinstance(gateway.send(order()), InDoubt)
        assert gateway.ask(order(), since=clock[-1]) is None


def test_of_two_equal_texts_the_one_nearest_to_the_send_is_meant() -> None:
    start = datetime(2026, 7, 19, 16, 0, tzinfo=UTC)
    with at(start) as (gateway, standin, clock):
        gateway.send(order())
        clock.append(start + timedelta(seconds=20))
        gateway.send(order())
        first, second = (message.sid for message in standin.messages)
        standin.settled()
        assert gateway.ask(order(), since=start).provider_id == first
        assert gateway.ask(order(), since=clock[-1]).provider_id == second


def test_another_text_or_another_number_is_another_message(tw: Rig) -> None:
    asked = now()
    tw.gateway.send(order(1, text="【云溪防汛】甲"))
    assert tw.gateway.ask(order(1, text="【云溪防汛】乙"), since=asked) is None
    assert tw.gateway.ask(order(2, text="【云溪防汛】甲"), since=asked) is None


def test_the_words_that_a_trial_account_puts_before_a_text_do_not_hide_it(tw: Rig) -> None:
    asked = now()
    tw.gateway.send(order())
    message = tw.standin.messages[0]
    message.body = f"Sent from your Twilio trial account - {message.body}"
    assert isinstance(tw.gateway.ask(order(), since=asked), Accepted)


def test_a_person_s_own_text_is_not_taken_for_ours(tw: Rig) -> None:
    tw.standin.reply(NUMBER, order().text, to=order().number)
    assert tw.gateway.ask(order(), since=now()) is None


# Receipts and replies


def test_many_states_are_fetched_by_one_listing(tw: Rig) -> None:
    sids = [tw.gateway.send(order(n)).provider_id for n in range(60)]
    tw.standin.settled()
    before = len(tw.standin.requests)
    receipts = tw.gateway.fetch(sids)
    assert len(tw.standin.requests) - before == 1
    assert {receipt.provider_id for receipt in receipts} == set(sids)
    assert {receipt.state for receipt in receipts} == {AttemptState.DELIVERED}
    assert all(receipt.at.utcoffset() == timedelta(0) for receipt in receipts)


def test_an_id_that_twilio_does_not_know_is_left_out(tw: Rig) -> None:
    sid = tw.gateway.send(order()).provider_id
    tw.standin.settled()
    assert [r.provider_id for r in tw.gateway.fetch(["SM-none", sid])] == [sid]


def test_an_unknown_state_says_nothing(tw: Rig) -> None:
    sid = tw.gateway.send(order()).provider_id
    tw.standin.settled()
    tw.standin.messages[0].status = "vaporised"
    assert tw.gateway.fetch([sid]) == ()


def test_our_own_texts_do_not_come_in_and_old_ones_neither() -> None:
    start = datetime(2026, 7, 19, 16, 0, tzinfo=UTC)
    with at(start) as (gateway, standin, clock):
        standin.reply("+8610000000101", "old")
        clock.append(start + timedelta(hours=3))
        standin.reply("+8610000000101", "new")
        gateway.send(replace(order(), number=NUMBER))
        replies = gateway.inbound(since=clock[-1] - timedelta(minutes=10))
        assert [(reply.text, reply.at) for reply in replies] == [("new", clock[-1])]


def test_a_callback_may_come_before_the_create_request_is_answered() -> None:
    with twilio_rig(callbacks=True) as rig:
        rig.standin.once(Behaviour(callbacks=Callbacks.EARLY))
        sent = rig.gateway.send(order(9))
        receipts = list(rig.receiver.receipts)  # all were there when the answer came
    assert [receipt.state for receipt in receipts] == [AttemptState.SENT, AttemptState.DELIVERED]
    assert {receipt.attempt for receipt in receipts} == {f"{9:016x}"}
    assert {receipt.provider_id for receipt in receipts} == {sent.provider_id}


def test_a_lost_answer_is_resolved_by_the_callback_alone(tw_callbacks: Rig) -> None:
    tw_callbacks.standin.once(Behaviour(answer=Answer.LOST))
    assert isinstance(tw_callbacks.gateway.send(order(9)), InDoubt)
    last = tw_callbacks.receipts()[-1]
    assert (last.attempt, last.state) == (f"{9:016x}", AttemptState.DELIVERED)
    assert last.provider_id == tw_callbacks.standin.messages[0].sid


@pytest.mark.parametrize(
    ("way", "states"),
    [
        (Callbacks.DOUBLED, ["sent", "sent", "delivered", "delivered"]),
        (Callbacks.REVERSED, ["delivered", "sent"]),
        (Callbacks.NONE, []),
    ],
)
def test_callbacks_repeat_and_come_in_any_order_and_each_is_read(
    tw_callbacks: Rig, way: Callbacks, states: list[str]
) -> None:
    tw_callbacks.standin.once(Behaviour(callbacks=way))
    tw_callbacks.gateway.send(order())
    assert [receipt.state.value for receipt in tw_callbacks.receipts()] == states
