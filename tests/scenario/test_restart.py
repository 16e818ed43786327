"""The daemon dies, the machine sleeps, and what people answered meanwhile is not lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from fangxun.core.page import AttemptState, PageState
from fangxun.engine import acts, cycle
from fangxun.engine.parts import Hands, Parts
from fangxun.gateways.base import Accepted, Inbound, InDoubt, Unanswered
from fangxun.store import meta
from tests.scenario.room import Room

WHO = "jian-changming"


class Platform:
    """What came in at the provider, given to whoever asks from far enough back."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.held: list[Inbound] = []
        room.sms.inbound = self.inbound
        room.asked_each_minute()

    def came(self, person: str, text: str) -> None:
        """A text that the provider has received just now."""
        number = self.room.phones[person][0]
        self.held.append(Inbound(f"H{len(self.held)}", number, text, self.room.now))

    def inbound(self, *, since):
        self.room.sms.asked_since.append(since)
        if self.room.sms.mute is not None:
            return self.room.sms.mute
        return tuple(item for item in self.held if item.at >= since)


def test_replies_that_came_while_the_daemon_was_down_and_then_the_network_count(
    room: Room,
) -> None:
    """Three hours without a machine, five minutes more without a network."""
    platform = Platform(room)
    page = room.page(WHO)
    room.expect(WHO)
    room.forward(minutes=1)
    heard = room.now
    platform.came(WHO, "收到")
    room.now += timedelta(hours=3)
    room.sms.mute = Unanswered("no route")
    room.restart()
    room.forward(minutes=5)
    room.sms.mute = None
    room.sms.asked_since.clear()
    room.forward(minutes=1)
    assert min(room.sms.asked_since) <= heard
    assert room.stands(page).state is PageState.CONFIRMED
    room.sms.taken.clear()


class Lost:
    """Hands that take a question and die before the answer."""

    def give(self, job, done) -> None:  # noqa: ARG002  protocol
        job()


def test_a_crash_in_the_first_question_after_the_start_loses_no_reply(room: Room) -> None:
    """What was asked and not answered has not been heard."""
    platform = Platform(room)
    page = room.page(WHO)
    room.expect(WHO)
    room.forward(minutes=1)
    platform.came(WHO, "收到")
    room.now += timedelta(hours=3)
    whole = room.parts.polling
    room.restart()
    room.parts = with_polling(room, Lost())
    cycle.cycle(room.parts, now=room.now)
    room.parts = with_polling(room, whole)
    room.now += timedelta(seconds=70)
    room.restart()
    room.settle()
    assert room.stands(page).state is PageState.CONFIRMED
    room.sms.taken.clear()


def with_polling(room: Room, hands: Hands) -> Parts:
    """The room's parts, where these hands ask."""
    return replace(room.parts, polling=hands)


def test_a_clock_that_ran_ahead_and_was_set_right_hides_no_reply(room: Room) -> None:
    """What was heard by the wrong clock lies in the future."""
    platform = Platform(room)
    right = room.now
    room.now += timedelta(days=1)
    room.forward(minutes=2)
    room.now = right
    page = room.page(WHO)
    room.expect(WHO)
    room.forward(minutes=1)
    platform.came(WHO, "收到")
    room.forward(minutes=1)
    assert room.stands(page).state is PageState.CONFIRMED
    room.sms.taken.clear()  # what a day's hand-overs brought


def test_a_start_with_many_sends_in_doubt_sets_no_gateway_aside(room: Room) -> None:
    """It is our own doubt; the gateway is well, and takes what comes next."""
    room.askable()
    people = list(room.phones)[20:27]
    for person in people:
        acts.send_page(room.store, person, "江边塌方", act=room.by("zhu-xiaoman"))
    assert len(room.killed_sending()) == 7
    with room.store.read() as tx:
        assert meta.set_aside(tx, now=room.now) == frozenset()
    assert "gateway_dead" not in room.alarms()
    room.forward(seconds=45)
    assert len(room.left) == 7
    room.sms.taken.clear()


def test_a_copy_that_was_never_sent_is_sent_after_a_second_crash(room: Room) -> None:
    """The provider has nothing of it, twice: neither the first nor its copy ever left."""
    room.askable()
    page = acts.send_page(room.store, WHO, "江边塌方", act=room.by("zhu-xiaoman")).id
    room.killed_sending()
    for _ in range(5):
        room.now += timedelta(seconds=10)
        cycle.cycle(room.parts, now=room.now)
    (copy,) = room.killed_sending()
    assert copy.copy_of
    room.forward(seconds=45)
    room.expect(WHO, "江边塌方")
    assert len(room.sent_for(page)) == 2
    room.reply(WHO, "收到")


def test_a_copy_that_is_lost_for_good_moves_its_page_on_at_once(room: Room) -> None:
    """The second number does not wait for the end of the step."""
    room.askable()
    room.parts = replace(room.parts, useful_life=timedelta(minutes=1))
    began = room.now
    page = acts.send_page(room.store, WHO, "江边塌方", act=room.by("zhu-xiaoman")).id
    for _ in range(2):
        assert len(room.killed_sending()) == 1
        for _ in range(4):
            room.now += timedelta(seconds=10)
            cycle.cycle(room.parts, now=room.now)
    assert room.sent_for(page)[1].state is AttemptState.FAILED
    assert room.now - began < timedelta(minutes=2)
    assert room.stands(page).step == 1
    room.settle()
    room.expect(WHO, number=2)
    room.reply(WHO, "收到", number=2)


def test_what_cannot_be_asked_for_stays_in_doubt_and_has_one_copy(room: Room) -> None:
    """It may have arrived: "not found" would be a lie."""
    answers = iter([InDoubt("time-out")])
    room.sms.answer = lambda order: next(answers, Accepted(f"P-{order.attempt}"))
    page = room.page(WHO)
    room.expect(WHO)
    room.forward(seconds=100)
    states = [(attempt.state, attempt.error_code) for attempt in room.sent_for(page)]
    assert states == [(AttemptState.IN_DOUBT, "time-out"), (AttemptState.ACCEPTED, "")]
    room.reply(WHO, "收到")
